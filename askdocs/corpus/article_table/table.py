"""The table of answers as the caller gets it: columns, a row an article, cells with their words and citations."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, SerializeAsAny

from askdocs.core.answers import Citation, Scalar, Usage, ValueKind
from askdocs.core.base import Model

Filled = TypeVar("Filled", bound=BaseModel)


class TableColumn(Model):
    """A column of an ``ArticleTable``: its name, and the question that was asked of every article."""

    name: str
    question: str


class TableCell(Model):
    """What one article answers to one question.

    ``text`` are its words and ``value`` what they mean: a number (scale words applied), a date in ISO form, a boolean,
    the two ends of a range, the items of a list, or the words themselves. ``unit`` is the ISO 4217 code of a
    currency, "percent", or the unit. Where the article does not answer, ``text`` is empty and ``value`` is ``None``;
    ``nearest`` holds the words that came nearest. ``confidence`` is the calibrated probability that the words, or the
    nearest ones, are right; ``citations`` are where they stand. ``formula`` and ``note`` are those of ``Answer``.
    A cell that could not be asked holds its ``error``.

    >>> TableCell(text="$317 million", value=317000000, unit="USD", kind="money", confidence=0.93).answered
    True
    """

    text: str = ""
    value: Scalar | tuple[Scalar, ...] | None = None
    unit: str | None = None
    kind: ValueKind | None = None
    approximate: bool = False
    confidence: float = 0.0
    threshold: float = 0.5
    nearest: str = ""
    citations: tuple[Citation, ...] = ()
    formula: str | None = None
    note: str = ""
    error: str | None = None

    @property
    def answered(self) -> bool:
        """Whether the article answers."""
        return bool(self.text)

    @property
    def citation(self) -> Citation | None:
        """Where the words stand, or the nearest ones; the first of several places."""
        return self.citations[0] if self.citations else None


class TableRow(Model):
    """An article with what it answers; ``cells`` are by the name of their column.

    >>> row = TableRow(article_id="a", source="a.md", title="Sale", cells={"shares": TableCell(text="9", value=9)})
    >>> row.values, row["shares"].text
    ({'shares': 9}, '9')
    """

    article_id: str
    source: str
    title: str
    published: datetime.date | None = None
    cells: dict[str, TableCell]

    @property
    def values(self) -> dict[str, Scalar | tuple[Scalar, ...] | None]:
        """The value of every cell by the name of its column; ``None`` for an empty one."""
        return {name: cell.value for name, cell in self.cells.items()}

    def __getitem__(self, column: str) -> TableCell:
        return self.cells[column]


class TypedRow(TableRow, Generic[Filled]):
    """A row with its model filled. ``missing`` names the fields without an answer that fits, ``reasons`` why.

    A missing field of ``value`` holds its default, or ``None``, as that of a ``TypedAnswer`` does.
    """

    value: SerializeAsAny[Filled]
    missing: tuple[str, ...] = ()
    reasons: dict[str, str] = {}


class ArticleTable(Model):
    """One row an article, in the order the articles were added; iterating gives the rows.

    ``asked`` is how many cells were asked of the model for it, ``kept`` how many were known from an earlier table.

    >>> row = TableRow(article_id="a", source="a.md", title="Sale", cells={"shares": TableCell(text="9", value=9)})
    >>> column = TableColumn(name="shares", question="How many shares were sold?")
    >>> table = ArticleTable(columns=(column,), rows=(row,), model="smollm2")
    >>> [row.values for row in table], len(table)
    ([{'shares': 9}], 1)
    """

    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    model: str
    asked: int = 0
    kept: int = 0
    usage: Usage = Usage()

    def write(self, path: str | Path) -> Path:
        """Write the table to a file; its ending says as what. Gives the path.

        ``.csv`` and ``.tsv`` have a line an article and, for each question, columns for value, unit, confidence, words
        and quote; ``.parquet`` has the same, typed. ``.xlsx`` is a workbook of values with the quotes as comments, and
        with a sheet of sources. ``.html`` is one page that needs nothing else, with the quote behind each cell.
        ``.json`` holds all there is; ``.md`` is a table with its quotes as notes.

        Raises:
            AskdocsError: the ending is of no known format, or the extra for it is not installed.
            OSError: the file cannot be written; what was there before is still there.

        >>> import tempfile
        >>> table = ArticleTable(columns=(TableColumn(name="n", question="How many?"),), rows=(), model="smollm2")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     print(table.write(f"{folder}/t.csv").read_text(encoding="utf-8"))
        title,published,source,n,n_unit,n_confidence,n_words,n_quote
        """
        from askdocs.corpus.article_table.files import write_table

        return write_table(self, Path(path))

    @property
    def failed(self) -> int:
        """How many cells could not be asked."""
        return sum(cell.error is not None for row in self.rows for cell in row.cells.values())

    @property
    def answered(self) -> int:
        """How many cells hold an answer."""
        return sum(cell.answered for row in self.rows for cell in row.cells.values())

    def __iter__(self) -> Iterator[TableRow]:  # type: ignore[override]  # pydantic's own gives the fields
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


class TypedTable(ArticleTable, Generic[Filled]):
    """An ``ArticleTable`` whose rows are filled models, ``row.value``."""

    rows: tuple[TypedRow[Filled], ...]

    def __iter__(self) -> Iterator[TypedRow[Filled]]:  # type: ignore[override]
        return iter(self.rows)
