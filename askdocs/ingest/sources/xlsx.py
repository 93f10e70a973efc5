"""Excel workbooks (.xlsx, .xlsm): their cells as they are shown, by the XML of ECMA-376.

Libraries give values and not what is shown; the formats, merged cells, indents and what is hidden stand beside the
values, so one pass by lxml reads all of it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple

from askdocs.core.errors import SourceError
from askdocs.core.tables import Merge
from askdocs.ingest.sources.number_formats import BUILT_IN, plain_number, shown_number, shown_text
from askdocs.ingest.sources.office_archive import (
    UNPACKED_BYTES_OF_SHEETS,
    attribute,
    elements,
    local,
    opened,
    relations,
    title,
)
from askdocs.ingest.sources.sheet_grids import Sheet, Workbook, left_out, without_covered
from askdocs.tables.footnotes import SUPERSCRIPTS, is_footnote_mark

_KIND = "workbook"
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:]+)?")


class _Style(NamedTuple):
    code: str
    indent: int


class _Book(NamedTuple):
    archive: zipfile.ZipFile
    texts: list[str]
    styles: list[_Style]
    since_1904: bool


def xlsx_workbook(source: str, data: bytes) -> Workbook:
    """The sheets of a workbook that are shown. Comments, charts and what is hidden are left out.

    Formulas are read by the value they had when the file was saved. Raises :class:`SourceError` where the file is
    damaged, locked, or too large when unpacked.
    """
    with opened(source, data, _KIND, UNPACKED_BYTES_OF_SHEETS) as archive:
        main = _main(archive)
        if main is None:
            raise SourceError(source, "it is a ZIP archive but not a workbook")
        known = relations(archive, main)
        shared = next((path for kind, path in known.values() if kind == "sharedStrings"), "xl/sharedStrings.xml")
        styles = next((path for kind, path in known.values() if kind == "styles"), "xl/styles.xml")
        since_1904 = any(element.get("date1904") in ("1", "true") for element in elements(archive, main, "workbookPr"))
        book = _Book(archive, list(_shared_texts(archive, shared)), _styles(archive, styles), since_1904)
        sheets, hidden = [], []
        for element in elements(archive, main, "sheet"):
            kind, path = known.get(attribute(element, "id"), ("", ""))
            if element.get("state", "visible") != "visible":
                hidden.append(element.get("name", ""))
            elif kind == "worksheet":
                sheets.append(_sheet(book, path, element.get("name", "")))
        return Workbook(sheets, title(archive), left_out(hidden, sheets))


def _main(archive: zipfile.ZipFile) -> str | None:
    parts = [path for kind, path in relations(archive, "").values() if kind == "officeDocument"]
    main = parts[0] if parts else "xl/workbook.xml"
    return main if main in archive.namelist() and main.endswith(".xml") else None


def _shared_texts(archive: zipfile.ZipFile, member: str) -> Iterator[str]:
    for element in elements(archive, member, "si"):
        yield _rich_text(element)


def _rich_text(element: Any) -> str:
    """The text of a cell in runs; raised figures that point to footnotes are left out."""
    parts: list[str] = []
    for child in element:
        name = local(child)
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            text = "".join(inner.text or "" for inner in child if local(inner) == "t")
            if any(local(inner) == "vertAlign" and inner.get("val") == "superscript" for inner in child.iter()):
                text = "" if is_footnote_mark(text, "".join(parts)) else text.translate(SUPERSCRIPTS)
            parts.append(text)
    return _one_line("".join(parts))


def _one_line(text: str) -> str:
    """A text on one line; characters that XML cannot hold are written "_x000D_" in workbooks."""
    return " ".join(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).split())


def _styles(archive: zipfile.ZipFile, member: str) -> list[_Style]:
    codes = dict(BUILT_IN)
    found: list[_Style] = []
    for element in elements(archive, member, "numFmts", "cellXfs"):
        if local(element) == "numFmts":
            for child in element:
                codes[_number(child.get("numFmtId"))] = child.get("formatCode", "")
            continue
        for child in element:
            alignment = next((inner for inner in child if local(inner) == "alignment"), None)
            indent = 0 if alignment is None else _number(alignment.get("indent"))
            found.append(_Style(codes.get(_number(child.get("numFmtId")), "General"), indent))
    return found


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _sheet(book: _Book, member: str, name: str) -> Sheet:
    sheet = Sheet(name)
    number = -1
    for element in elements(book.archive, member, "col", "row", "mergeCell"):
        kind = local(element)
        if kind == "row":
            number = _number(element.get("r")) - 1 if element.get("r") else number + 1
            if _is_true(element.get("hidden")) or element.get("ht") == "0":
                sheet.hidden_rows.add(number)
            if cells := dict(_cells(book, element, sheet, number)):
                sheet.cells[number] = cells
        elif kind == "col" and (_is_true(element.get("hidden")) or element.get("width") == "0"):
            first, last = _number(element.get("min")), _number(element.get("max"))
            sheet.hidden_columns.update(range(first - 1, min(last, 16384)))
        elif kind == "mergeCell" and (merge := _merge(element.get("ref", ""))):
            sheet.merges.append(merge)
    without_covered(sheet)
    return sheet


def _is_true(value: str | None) -> bool:
    return value in ("1", "true")


def _cells(book: _Book, row: Any, sheet: Sheet, number: int) -> Iterator[tuple[int, str]]:
    column = -1
    indented = False
    for cell in row:
        place = _REFERENCE.fullmatch(cell.get("r", ""))
        column = _column(place[1]) if place else column + 1
        style = _number(cell.get("s"))
        known = book.styles[style] if style < len(book.styles) else _Style("General", 0)
        text = _cell_text(book, cell, known.code)
        if text:
            if not indented and known.indent:
                sheet.indents[number] = known.indent
            indented = True
            yield column, text


def _cell_text(book: _Book, cell: Any, code: str) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return next((_rich_text(child) for child in cell if local(child) == "is"), "")
    value = next((child.text or "" for child in cell if local(child) == "v"), "")
    if not value:
        return ""
    if kind == "s":
        place = _number(value)
        return shown_text(book.texts[place], code) if place < len(book.texts) else ""
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    if kind in ("str", "e"):
        return shown_text(_one_line(value), code) if kind == "str" else value
    if kind == "d" or _ISO.fullmatch(value):
        return value.replace("T00:00:00", "").replace("T", " ")
    try:
        number = float(value)
    except ValueError:
        return _one_line(value)
    return plain_number(number) if code == "General" else shown_number(number, code, book.since_1904)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _merge(reference: str) -> Merge | None:
    corners = [_REFERENCE.fullmatch(corner) for corner in reference.split(":")]
    if len(corners) != 2 or not corners[0] or not corners[1]:
        return None
    top, left = int(corners[0][2]) - 1, _column(corners[0][1])
    bottom, right = int(corners[1][2]), _column(corners[1][1]) + 1
    if bottom <= top or right <= left:
        return None
    return Merge(row=top, column=left, rows=bottom - top, columns=right - left)
