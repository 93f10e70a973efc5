"""Binary workbooks (.xls, .xlsb), by calamine: values without the formats they are shown in."""

from __future__ import annotations

import datetime
import io

from askdocs.core.errors import SourceError
from askdocs.core.extras import ExtraMissing, require
from askdocs.core.tables import Merge
from askdocs.ingest.sources.number_formats import plain_number
from askdocs.ingest.sources.office_archive import is_locked
from askdocs.ingest.sources.sheet_grids import Sheet, Workbook, left_out, without_covered


def old_workbook(source: str, data: bytes) -> Workbook:
    """The sheets of a workbook that are shown. Numbers are written in full, dates year first.

    Raises :class:`SourceError` where the file is damaged or locked, or calamine is not installed.
    """
    try:
        require("python_calamine", extra="office", needed_for="reading .xls and .xlsb")
    except ExtraMissing as error:
        raise SourceError(source, str(error)) from error
    import python_calamine as calamine

    locked = "the workbook is locked by a password; save it without one"
    if is_locked(data):
        raise SourceError(source, locked)
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            shown = [about.visible == calamine.SheetVisibleEnum.Visible for about in book.sheets_metadata]
            kinds = [about.typ == calamine.SheetTypeEnum.WorkSheet for about in book.sheets_metadata]
            names = [about.name for about in book.sheets_metadata]
            sheets = [
                _sheet(book, name) for name, seen, sheet in zip(names, shown, kinds, strict=True) if seen and sheet
            ]
    except calamine.PasswordError as error:
        raise SourceError(source, locked) from error
    except (calamine.CalamineError, OSError) as error:
        raise SourceError(source, f"it is not a workbook, or it is damaged: {error}") from error
    return Workbook(sheets, "", left_out([name for name, seen in zip(names, shown, strict=True) if not seen], sheets))


def _sheet(book: object, name: str) -> Sheet:
    read = book.get_sheet_by_name(name)  # type: ignore[attr-defined]
    sheet = Sheet(name)
    for number, row in enumerate(read.to_python(skip_empty_area=False)):
        cells = {column: text for column, value in enumerate(row) if (text := _text(value))}
        if cells:
            sheet.cells[number] = cells
    for (top, left), (bottom, right) in read.merged_cell_ranges or []:
        sheet.merges.append(Merge(row=top, column=left, rows=bottom - top + 1, columns=right - left + 1))
    without_covered(sheet)
    return sheet


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float | int):
        return plain_number(float(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return " ".join(str(value).split())
