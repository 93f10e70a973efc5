"""Makes the PDF, XLSX, ODS and DOCX files of ``evals/tables`` from plain data, the same bytes each time.

::

    python scripts/suites/tables_files.py            # into evals/tables/articles
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).parents[2]))

from scripts.suites.document_content import DOCUMENTS
from scripts.suites.document_content import Block as DocumentBlock
from scripts.suites.pdf_content import HEADER_ROWS, PDFS, Block
from scripts.suites.sheet_content import WORKBOOKS, Cell, Sheet

ARTICLES = Path(__file__).parents[2] / "evals" / "tables" / "articles"
MADE = datetime(2026, 1, 5)
PACKAGE = "http://schemas.openxmlformats.org"


def archive(parts: dict[str, str | bytes]) -> bytes:
    """A zip file with these parts, in their order; the date in it is always the same."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name, content in parts.items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            file.writestr(zipfile.ZipInfo(name, MADE.timetuple()[:6]), content, kind)
    return data.getvalue()


def pdf(name: str, blocks: list[Block]) -> bytes:
    """A PDF with tables that have rules, a line under the header, or nothing."""
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

    styles = getSampleStyleSheet()
    header = HEADER_ROWS.get(name, 1)
    looks: dict[str, list[Any]] = {
        "ruled": [("GRID", (0, 0), (-1, -1), 0.5, colors.black)],
        "lines": [("LINEBELOW", (0, header - 1), (-1, header - 1), 0.8, colors.black)],
        "bare": [],
    }
    flow: list[Any] = []
    for block in blocks:
        if block[0] == "page":
            flow.append(PageBreak())
        elif len(block) == 4:
            spans = [("SPAN", *span) for span in block[3]]
            right = ("ALIGN", (1, 0), (-1, -1), "LEFT" if ":" in block[2][0][0] else "RIGHT")
            style = [*looks[block[1]], *spans, right, ("FONTSIZE", (0, 0), (-1, -1), 9)]
            flow += [Table(block[2], repeatRows=header, style=style, hAlign="LEFT"), Spacer(1, 12)]
        elif len(block) == 2:
            flow.append(Paragraph(escape(block[1]), styles["Title" if block[0] == "heading" else "BodyText"]))
    data = io.BytesIO()
    title = blocks[0][1] if len(blocks[0]) == 2 else ""
    SimpleDocTemplate(data, pagesize=A4, title=title, author="askdocs", invariant=1).build(flow)
    return data.getvalue()


def xlsx(sheets: dict[str, Sheet]) -> bytes:
    """A workbook with number formats, merged and hidden cells, and formulas that have their values beside them."""
    from openpyxl import Workbook

    book = Workbook()
    for name, sheet in sheets.items():
        page = book.create_sheet(name)
        for row in sheet["rows"]:
            page.append(row)
        for cells in page.iter_rows():
            for cell in cells:
                if isinstance(cell.value, (int, float, date)) and cell.column_letter in sheet.get("formats", {}):
                    cell.number_format = sheet["formats"][cell.column_letter]
        for span in sheet.get("merged", ()):
            page.merge_cells(span)
        page.sheet_state = "hidden" if sheet.get("hidden") else "visible"
    del book["Sheet"]
    book.properties.created = book.properties.modified = MADE
    saved = io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as file:
        parts: dict[str, str | bytes] = {name: file.read(name) for name in file.namelist()}
    for number, sheet in enumerate(sheets.values(), 1):
        part = f"xl/worksheets/sheet{number}.xml"
        parts[part] = with_formulas(parts[part], sheet.get("formulas", {}))
    core = parts["docProps/core.xml"]
    assert isinstance(core, bytes)
    parts["docProps/core.xml"] = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2026-01-05T00:00:00Z", core)
    return archive(parts)


def with_formulas(part: str | bytes, formulas: dict[str, str]) -> bytes:
    """The XML of a sheet with formulas before values; openpyxl writes the one or the other."""
    assert isinstance(part, bytes)
    text = part.decode()
    for place, formula in formulas.items():
        text, changed = re.subn(rf'(<c r="{place}"[^>]*>)(<v>)', rf"\g<1><f>{formula}</f>\g<2>", text)
        assert changed == 1, place
    return text.encode()


def ods(sheets: dict[str, Sheet]) -> bytes:
    """An OpenDocument workbook, its XML written by hand."""
    names = "urn:oasis:names:tc:opendocument:xmlns"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    spaces = f'xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0"'
    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in sheet["rows"])
        + "</table:table>"
        for name, sheet in sheets.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.3"><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="{names}:manifest:1.0" '
        f'manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return archive({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def ods_cell(value: Cell) -> str:
    if value is None:
        return "<table:table-cell/>"
    shown = f"{value:,}" if isinstance(value, (int, float)) else escape(str(value))
    kind = f'float" office:value="{value}' if isinstance(value, (int, float)) else "string"
    return f'<table:table-cell office:value-type="{kind}"><text:p>{shown}</text:p></table:table-cell>'


def docx(blocks: list[DocumentBlock]) -> bytes:
    """A Word document of paragraphs and tables, its XML written by hand."""
    body = "".join(
        paragraph(block, heading=number == 0) if isinstance(block, str) else docx_table(block)
        for number, block in enumerate(blocks)
    )
    main = f"{PACKAGE}/wordprocessingml/2006/main"
    top = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    kinds = "application/vnd.openxmlformats"
    types = (
        f'{top}<Types xmlns="{PACKAGE}/package/2006/content-types"><Default Extension="rels" '
        f'ContentType="{kinds}-package.relationships+xml"/><Override PartName="/word/document.xml" '
        f'ContentType="{kinds}-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    links = (
        f'{top}<Relationships xmlns="{PACKAGE}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{PACKAGE}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
        "</Relationships>"
    )
    document = f'{top}<w:document xmlns:w="{main}"><w:body>{body}</w:body></w:document>'
    return archive({"[Content_Types].xml": types, "_rels/.rels": links, "word/document.xml": document})


def paragraph(words: str, heading: bool = False) -> str:
    style = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' if heading else ""
    return f'<w:p>{style}<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r></w:p>'


def docx_table(rows: list[list[str]]) -> str:
    lines = []
    for number, row in enumerate(rows):
        cells = []
        for column, words in enumerate(row):
            if words == ">":
                continue
            width = 1
            while column + width < len(row) and row[column + width] == ">":
                width += 1
            below = number + 1 < len(rows) and rows[number + 1][column] == "^"
            marks = f'<w:gridSpan w:val="{width}"/>' if width > 1 else ""
            marks += "<w:vMerge/>" if words == "^" else '<w:vMerge w:val="restart"/>' if below else ""
            text = "" if words == "^" else words
            cells.append(f"<w:tc><w:tcPr>{marks}</w:tcPr>{paragraph(text)}</w:tc>")
        lines.append(f"<w:tr>{''.join(cells)}</w:tr>")
    return f"<w:tbl><w:tblPr/><w:tblGrid>{'<w:gridCol/>' * len(rows[0])}</w:tblGrid>{''.join(lines)}</w:tbl>"


def files() -> dict[str, bytes]:
    """Every file by its name."""
    made = {name: pdf(name, blocks) for name, blocks in PDFS.items()}
    made |= {name: (ods if name.endswith(".ods") else xlsx)(sheets) for name, sheets in WORKBOOKS.items()}
    return made | {name: docx(blocks) for name, blocks in DOCUMENTS.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ARTICLES)
    options = parser.parse_args()
    for name, data in files().items():
        (options.out / name).write_bytes(data)


if __name__ == "__main__":
    main()
