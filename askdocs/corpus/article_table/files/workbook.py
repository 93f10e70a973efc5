"""A table of answers as an Excel workbook: the values on one sheet, where each of them stands on another.

Numbers are numbers, with their unit in the column beside them; percentages and days have Excel's own formats. The
quote of a cell is its comment. Words of articles are text whatever they begin with, never a formula.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from askdocs.core.answer_text import confidence_words
from askdocs.corpus.article_table.files.flat import day, one_value, quotes

if TYPE_CHECKING:
    from askdocs.core.answers import Citation
    from askdocs.corpus.article_table.table import ArticleTable, TableCell, TableRow

_LONGEST = 32_767  # characters that Excel has room for in a cell
_COMMENT = 2_000
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SOURCES = ("title", "published", "source", "page", "column", "question", "words", "value", "unit", "confidence",
            "quote", "nearest words", "note")  # fmt: skip
_WIDTHS = (40, 12, 24, 6, 16, 36, 30, 16, 12, 11, 90, 30, 30)


def write_workbook(table: ArticleTable, path: Path) -> None:
    """Write it."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "Table"
    _fill_table(sheet, table)
    _fill_sources(book.create_sheet("Sources"), table)
    book.save(path)


def _fill_table(sheet: Any, table: ArticleTable) -> None:
    with_unit = {column.name: any(_has_unit(row[column.name]) for row in table.rows) for column in table.columns}
    names, widths, asked = ["title", "published"], [44, 12], ["", ""]
    for column in table.columns:
        names += [column.name, *(["unit"] if with_unit[column.name] else [])]
        widths += [22, *([12] if with_unit[column.name] else [])]
        asked += [column.question, *([""] if with_unit[column.name] else [])]
    names.append("source")
    widths.append(30)
    _headed(sheet, names, widths)
    for place, question in enumerate(asked, start=1):
        if question:
            _comment(sheet.cell(1, place), question)
    for number, row in enumerate(table.rows, start=2):
        _put(sheet.cell(number, 1), row.title or row.source)
        _put(sheet.cell(number, 2), row.published)
        place = 3
        for column in table.columns:
            _put_answer(sheet.cell(number, place), row[column.name])
            place += 1
            if with_unit[column.name]:
                _put(sheet.cell(number, place), _unit(row[column.name]))
                place += 1
        _put(sheet.cell(number, place), row.source)


def _has_unit(cell: TableCell) -> bool:
    return cell.unit is not None and cell.unit != "percent"


def _unit(cell: TableCell) -> str | None:
    return cell.unit if _has_unit(cell) else None


def _put_answer(target: Any, cell: TableCell) -> None:
    """The value of a cell, formatted as what it is, with its words and quote as a comment."""
    if cell.error is not None:
        _put(target, f"error: {cell.error}")
        return
    if not cell.answered:
        if cell.nearest:
            _comment(target, f"no answer; nearest: {cell.nearest} - {confidence_words(cell.confidence)}")
        return
    value: object = day(cell) or one_value(cell)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if cell.kind == "percent" and cell.unit == "percent":
            target.value, target.number_format = value / 100, "0.##%"
        else:
            target.value, target.number_format = value, "#,##0" if float(value).is_integer() else "#,##0.00##"
    else:
        _put(target, value)
    _comment(target, f"{cell.text} - {confidence_words(cell.confidence)}\n\n{quotes(cell)}")


def _fill_sources(sheet: Any, table: ArticleTable) -> None:
    """A line for each place that an answer rests on, and one for each cell without."""
    _headed(sheet, _SOURCES, _WIDTHS)
    number = 2
    for row in table.rows:
        for column in table.columns:
            cell = row[column.name]
            for citation in cell.citations or (None,):
                for place, value in enumerate(_source(row, cell, citation, column.name, column.question), start=1):
                    _put(sheet.cell(number, place), value)
                number += 1


def _source(row: TableRow, cell: TableCell, citation: Citation | None, name: str, question: str) -> Sequence[object]:
    return (
        row.title,
        row.published,
        row.source,
        citation and citation.page,
        name,
        question,
        cell.text,
        day(cell) or one_value(cell),
        cell.unit,
        round(cell.confidence, 4) if cell.error is None else None,
        citation and citation.quote,
        cell.nearest,
        f"error: {cell.error}" if cell.error is not None else cell.formula or cell.note,
    )


def _headed(sheet: Any, names: Sequence[str], widths: Sequence[int]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for place, (name, width) in enumerate(zip(names, widths, strict=True), start=1):
        cell = sheet.cell(1, place)
        _put(cell, name)
        cell.font, cell.alignment = Font(bold=True), Alignment(vertical="top", wrap_text=True)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{max(2, sheet.max_row)}"


def _put(target: Any, value: object) -> None:
    """A value; text is put as text, also where it looks like a formula."""
    if value is None or value == "":
        return
    if isinstance(value, str):
        text = _fit(value, _LONGEST)
        target.value = text
        target.data_type = "s"  # openpyxl takes what begins with "=" for a formula
        # What begins like a formula stays text when it is edited, or saved as CSV by Excel.
        target.quotePrefix = text.startswith(("=", "+", "-", "@"))
    else:
        target.value = value
        if hasattr(value, "isoformat"):
            target.number_format = "yyyy-mm-dd"


def _comment(target: Any, text: str) -> None:
    from openpyxl.comments import Comment

    target.comment = Comment(_fit(text, _COMMENT), "askdocs", height=160, width=420)


def _fit(text: str, longest: int) -> str:
    """Text without what XML cannot hold, cut to what there is room for."""
    clean = _UNFIT.sub("\ufffd", text)
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"
