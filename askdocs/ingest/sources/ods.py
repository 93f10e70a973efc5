"""OpenDocument spreadsheets (.ods): the file holds the text of each cell as it is shown (OpenDocument 1.3, part 3)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

from askdocs.core.errors import SourceError
from askdocs.core.tables import Merge
from askdocs.ingest.sources.office_archive import UNPACKED_BYTES_OF_SHEETS, attribute, elements, local, opened
from askdocs.ingest.sources.sheet_grids import Sheet, Workbook, left_out, without_covered

_KIND = "spreadsheet"
_CONTENT = "content.xml"
# What is written once and repeated is filled in up to here; more repetitions space out a sheet.
_REPEATED = 1000
_HIDDEN = ("collapse", "filter")


def ods_workbook(source: str, data: bytes) -> Workbook:
    """The sheets of a spreadsheet that are shown, without comments and what is hidden.

    Raises :class:`SourceError` where the file is damaged, locked, or too large when unpacked.
    """
    with opened(source, data, _KIND, UNPACKED_BYTES_OF_SHEETS) as archive:
        if _CONTENT not in archive.namelist():
            raise SourceError(source, f"it is a ZIP archive but not a {_KIND}")
        if _is_encrypted(archive):
            raise SourceError(source, f"the {_KIND} is locked by a password; save it without one")
        undisplayed = _hidden_styles(archive)
        sheets, hidden = [], []
        for sheet, style in _sheets(archive):
            if style in undisplayed:
                hidden.append(sheet.name)
            else:
                without_covered(sheet)
                sheets.append(sheet)
        title = next((element.text or "" for element in elements(archive, "meta.xml", "title")), "")
        return Workbook(sheets, title.strip(), left_out(hidden, sheets))


def _is_encrypted(archive: zipfile.ZipFile) -> bool:
    return next(elements(archive, "META-INF/manifest.xml", "encryption-data"), None) is not None


def _hidden_styles(archive: zipfile.ZipFile) -> set[str]:
    """The names of the styles under which a sheet is not displayed."""
    found = set()
    for element in elements(archive, _CONTENT, "style"):
        if any(local(child) == "table-properties" and attribute(child, "display") == "false" for child in element):
            found.add(attribute(element, "name"))
    return found


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[Sheet, str]]:
    """Every sheet with the name of its style."""
    sheet = Sheet("")
    row = column = 0
    for element in elements(archive, _CONTENT, "table-row", "table-column", "table"):
        kind = local(element)
        if kind == "table":
            sheet.name = attribute(element, "name")
            yield sheet, attribute(element, "style-name")
            sheet, row, column = Sheet(""), 0, 0
            continue
        repeated = _count(element, f"number-{'rows' if kind == 'table-row' else 'columns'}-repeated")
        is_hidden = attribute(element, "visibility") in _HIDDEN
        if kind == "table-column":
            if is_hidden:
                sheet.hidden_columns.update(range(column, column + min(repeated, 16384)))
            column += repeated
            continue
        cells = _cells(element, sheet, row)
        for number in range(row, row + (min(repeated, _REPEATED) if cells else 0)):
            sheet.cells[number] = dict(cells)
            if is_hidden:
                sheet.hidden_rows.add(number)
        row += repeated


def _cells(row: Any, sheet: Sheet, number: int) -> dict[int, str]:
    found: dict[int, str] = {}
    column = 0
    for cell in row:
        if local(cell) not in ("table-cell", "covered-table-cell"):
            continue
        repeated = _count(cell, "number-columns-repeated")
        text = _text(cell)
        if text:
            found |= dict.fromkeys(range(column, column + min(repeated, _REPEATED)), text)
        rows, columns = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
        if rows > 1 or columns > 1:
            sheet.merges.append(Merge(row=number, column=column, rows=rows, columns=columns))
        column += repeated
    return found


def _count(element: Any, name: str) -> int:
    value = attribute(element, name)
    return max(int(value), 1) if value.isdecimal() else 1


def _text(cell: Any) -> str:
    """The paragraphs of a cell on one line, without what is noted on it."""
    return " ".join(" ".join(_inline(child) for child in cell if local(child) == "p").split())


def _inline(element: Any) -> str:
    parts = [element.text or ""]
    for child in element:
        name = local(child)
        if name in ("s", "tab", "line-break"):
            parts.append(" ")
        elif name not in ("annotation", "note", "ruby-text"):
            parts.append(_inline(child))
        parts.append(child.tail or "")
    return "".join(parts)
