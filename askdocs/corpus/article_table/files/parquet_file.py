"""A table of answers as Parquet: each column has the type that all its values have, else text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from askdocs.corpus.article_table.files.flat import PARTS, day, header, parts

if TYPE_CHECKING:
    from askdocs.corpus.article_table.table import ArticleTable, TableCell


def write_parquet(table: ArticleTable, path: Path) -> None:
    """Write it; the questions are in the metadata of the fields."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = iter(header(table))
    fields: list[Any] = []
    arrays: list[Any] = []

    def add(values: Sequence[object], kind: Any, question: str = "") -> None:
        fields.append(pa.field(next(names), kind, metadata={"question": question} if question else None))
        arrays.append(pa.array(values, kind))

    add([_text(row.title) for row in table.rows], pa.string())
    add([row.published for row in table.rows], pa.date32())
    add([_text(row.source) for row in table.rows], pa.string())
    for column in table.columns:
        of_column = [row[column.name] for row in table.rows]
        values, kind = _typed(of_column)
        add(values, getattr(pa, kind)(), _text(column.question) or "")
        flat = [parts(cell) for cell in of_column]
        for place, part in enumerate(PARTS[1:], start=1):
            if part == "_confidence":
                add([line[place] for line in flat], pa.float64())
            else:
                add([_text(line[place]) for line in flat], pa.string())
    pq.write_table(pa.table(arrays, schema=pa.schema(fields)), path)


def _typed(cells: Sequence[TableCell]) -> tuple[list[Any], str]:
    """The values of a column, and the name of the type that all of them have.

    >>> from askdocs.corpus.article_table.table import TableCell
    >>> _typed([TableCell(text="9", value=9, kind="number"), TableCell()])
    ([9, None], 'float64')
    >>> _typed([TableCell(text="2023", value="2023", kind="date")])
    (['2023'], 'string')
    """
    held = [cell for cell in cells if cell.answered]
    plain = [cell.value for cell in cells]
    if held and all(isinstance(cell.value, bool) for cell in held):
        return plain, "bool_"
    if held and all(isinstance(cell.value, int | float) and not isinstance(cell.value, bool) for cell in held):
        return plain, "float64"
    if held and all(day(cell) for cell in held):
        return [day(cell) for cell in cells], "date32"
    return [_text(parts(cell)[0]) for cell in cells], "string"


def _text(value: object) -> str | None:
    """A value of a column of texts: whole UTF-8."""
    return None if value is None else str(value).encode("utf-8", "replace").decode()
