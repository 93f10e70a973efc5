"""Small workbooks and slides, made part by part so that no test needs a program or a binary in the repository."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def archive(members: Mapping[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


def cell(reference: str, value: object, style: int = 0, formula: str = "") -> str:
    """A cell of a sheet: a text, a number, ``True`` or ``False``, or an error such as "#DIV/0!"."""
    about = f'r="{reference}" s="{style}"'
    computed = f"<f>{escape(formula)}</f>" if formula else ""
    if isinstance(value, bool):
        return f'<c {about} t="b">{computed}<v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f"<c {about}>{computed}<v>{value}</v></c>"
    text = str(value)
    if text.startswith("#") and text.isupper():
        return f'<c {about} t="e">{computed}<v>{text}</v></c>'
    if formula:
        return f'<c {about} t="str">{computed}<v>{escape(text)}</v></c>'
    return f'<c {about} t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def row(number: int, *cells: str, hidden: bool = False) -> str:
    about = ' hidden="1"' if hidden else ""
    return f'<row r="{number}"{about}>{"".join(cells)}</row>'


def sheet(*rows: str, merges: tuple[str, ...] = (), columns: str = "") -> str:
    merged = "".join(f'<mergeCell ref="{merge}"/>' for merge in merges)
    return (
        f'<worksheet xmlns="{_MAIN}">{f"<cols>{columns}</cols>" if columns else ""}'
        f"<sheetData>{''.join(rows)}</sheetData><mergeCells>{merged}</mergeCells></worksheet>"
    )


def xlsx(
    sheets: Mapping[str, str], formats: tuple[str, ...] = (), hidden: tuple[str, ...] = (), more: Mapping[str, str] = {}
) -> bytes:
    """A workbook of sheets by name; style ``n`` has the n-th of ``formats``, style 0 none."""
    states = ("visible", "hidden")
    named = "".join(
        f"<sheet name={quoteattr(name)} sheetId='{n}' r:id='r{n}' state='{states[name in hidden]}'/>"
        for n, name in enumerate(sheets, 1)
    )
    codes = "".join(f"<numFmt numFmtId='{200 + n}' formatCode={quoteattr(code)}/>" for n, code in enumerate(formats))
    styles = "<xf numFmtId='0'/>" + "".join(f"<xf numFmtId='{200 + n}'/>" for n in range(len(formats)))
    indent = "<xf numFmtId='0'><alignment indent='1'/></xf>"
    related = "".join(
        f"<Relationship Id='r{n}' Type='{_OFFICE}/worksheet' Target='worksheets/sheet{n}.xml'/>"
        for n in range(1, len(sheets) + 1)
    )
    return archive(
        {
            "_rels/.rels": f"<Relationships xmlns='{_PACKAGE}'><Relationship Id='m' Type='{_OFFICE}/officeDocument' "
            "Target='xl/workbook.xml'/></Relationships>",
            "xl/workbook.xml": f"<workbook xmlns='{_MAIN}' xmlns:r='{_OFFICE}'><sheets>{named}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{_PACKAGE}'>{related}<Relationship Id='s' "
            f"Type='{_OFFICE}/styles' Target='styles.xml'/><Relationship Id='t' Type='{_OFFICE}/sharedStrings' "
            "Target='/xl/sharedStrings.xml'/></Relationships>",
            "xl/styles.xml": f"<styleSheet xmlns='{_MAIN}'><numFmts>{codes}</numFmts>"
            f"<cellXfs>{styles}{indent}</cellXfs></styleSheet>",
            **{f"xl/worksheets/sheet{n}.xml": content for n, content in enumerate(sheets.values(), 1)},
            **more,
        }
    )


def ods(content: str, styles: str = "") -> bytes:
    """A spreadsheet whose body holds ``content``, in OpenDocument XML."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
        for name, path in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
    )
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content {spaces}>"
            f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{content}</office:spreadsheet></office:body></office:document-content>",
        }
    )


def slide_text(text: str, kind: str = "body") -> str:
    """A shape of a slide with a paragraph a line."""
    lines = "".join(f"<a:p><a:r><a:t>{escape(line)}</a:t></a:r></a:p>" for line in text.split("\n"))
    return f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr><p:txBody>{lines}</p:txBody></p:sp>'


def slide_table(*rows: str, header: bool = True) -> str:
    looks = f'<a:tblPr firstRow="{int(header)}"/>'
    body = "".join(f"<a:tr>{row}</a:tr>" for row in rows)
    return f"<p:graphicFrame><a:graphic><a:tbl>{looks}{body}</a:tbl></a:graphic></p:graphicFrame>"


def slide_cell(text: str, about: str = "") -> str:
    return f"<a:tc {about}><a:txBody><a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p></a:txBody></a:tc>"


def pptx(slides: list[str], notes: Mapping[int, str] = {}, hidden: int = 0) -> bytes:
    """A presentation whose slides hold these shapes; stored in reverse, so that only their list says the order."""
    spaces = (
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        f'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="{_OFFICE}"'
    )
    last = len(slides)
    listed = "".join(f'<p:sldId id="{255 + n}" r:id="r{n}"/>' for n in range(1, last + 1))
    related = "".join(
        f"<Relationship Id='r{n}' Type='{_OFFICE}/slide' Target='slides/slide{last + 1 - n}.xml'/>"
        for n in range(1, last + 1)
    )
    members = {
        "ppt/presentation.xml": f"<p:presentation {spaces}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": f"<Relationships xmlns='{_PACKAGE}'>{related}</Relationships>",
    }
    for n, content in enumerate(slides, 1):
        tree = f"<p:cSld><p:spTree>{content}</p:spTree></p:cSld>"
        members[f"ppt/slides/slide{last + 1 - n}.xml"] = f"<p:sld {spaces} show='{int(n != hidden)}'>{tree}</p:sld>"
        if n in notes:
            members[f"ppt/notesSlides/note{n}.xml"] = f"<p:notes {spaces}>{slide_text(notes[n])}</p:notes>"
            members[f"ppt/slides/_rels/slide{last + 1 - n}.xml.rels"] = (
                f"<Relationships xmlns='{_PACKAGE}'><Relationship Id='n' Type='{_OFFICE}/notesSlide' "
                f"Target='../notesSlides/note{n}.xml'/></Relationships>"
            )
    return archive(members)
