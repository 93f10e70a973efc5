"""The cells of the tables found for a question that may answer it: some dozens of rows and columns of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from askdocs.core.articles import Article, Hit
from askdocs.core.tables import Table
from askdocs.reading.cells.label_matching import Labels, words_of
from askdocs.reading.cells.question_words import QuestionWords
from askdocs.tables.view import TableView
from askdocs.values.periods import periods

ALL_ROWS = 400  # of a table with so many all are looked at, of a longer one those that were found
_SEARCHED = 50  # cells of a row that are compared with the question to choose rows
MOST_ROWS, MOST_COLUMNS = 24, 24


class FoundTable(NamedTuple):
    """A table of an article some of whose rows were found, in ``hits``, best first; ``rows`` are those they hold."""

    hits: tuple[Hit, ...]
    article: Article
    table: Table
    view: TableView
    rows: tuple[int, ...]

    @property
    def hit(self) -> Hit:
        """The best of its chunks."""
        return self.hits[0]

    @property
    def surroundings(self) -> str:
        """What stands around the table: the article's title, the heading, the table's name, caption and notes."""
        text, table = self.article.text, self.table
        spans = [*([table.caption] if table.caption else []), *table.notes]
        parts = [self.article.title, self.hit.chunk.heading, table.name, *(text[start:end] for start, end in spans)]
        return " . ".join(parts)


def found_table(table: Table, hits: Sequence[Hit], article: Article) -> FoundTable:
    """A table with the rows that its chunks hold."""
    view = TableView(table, article.text)
    spans = [(max(hit.chunk.start, table.start), min(hit.chunk.end, table.end)) for hit in hits]
    rows = {row for start, end in spans if start < end for row in view.rows_within(start, end)}
    return FoundTable(tuple(hits), article, table, view, tuple(sorted(rows & set(view.body))))


class ConsideredTable(NamedTuple):
    """A found table with the rows and columns that are weighed."""

    found: FoundTable
    rows: tuple[int, ...]
    columns: tuple[int, ...]


def considered(asked: QuestionWords, found: FoundTable) -> ConsideredTable:
    """Choose the rows and columns that share most with the question, in their order."""
    view = found.view
    body = view.body if view.row_count <= ALL_ROWS else found.rows
    rows = [row for row in body if row in view.body and not view.is_group(row)]
    columns = range(view.column_count)
    return ConsideredTable(
        found,
        _best(
            rows, [_shared(asked, _row_text(view, row, columns)) + 0.5 * (row in found.rows) for row in rows], MOST_ROWS
        ),
        _best(columns, [_shared(asked, _column_text(view, column)) for column in columns], MOST_COLUMNS),
    )


def row_labels(view: TableView, row: int) -> Labels:
    """The labels of a row: its own, and those of its groups."""
    own = [view.cell(row, column) for column in range(view.table.label_columns)]
    texts = [cell.text for cell in dict.fromkeys(own) if cell.text]
    above = [label.text for label in view.row_labels(row) if label.text not in texts]
    return Labels(" ".join(texts), tuple(above))


def column_labels(view: TableView, column: int) -> Labels:
    """The labels of a column: the nearest header that is more than a unit or a period, and those over and under it."""
    texts = [label.text for label in view.column_labels(column)]
    named = [text for text in texts if _names_something(text)]
    own = named[-1] if named else (texts[-1] if texts else "")
    return Labels(own, tuple(text for text in texts if text != own))


def _names_something(text: str) -> bool:
    rest = text
    for period in reversed(periods(text)):
        rest = rest[: period.start] + rest[period.end :]
    return any(character.isalpha() for character in rest)


def _row_text(view: TableView, row: int, columns: Sequence[int]) -> str:
    cells = (view.cell(row, column).text for column in columns[:_SEARCHED])
    return " ".join([*cells, *row_labels(view, row).groups])


def _column_text(view: TableView, column: int) -> str:
    return " ".join(label.text for label in view.column_labels(column))


def _shared(asked: QuestionWords, text: str) -> float:
    """How many of the question's words and periods stand in a text."""
    named = {(period.year, period.part) for period in periods(text)} if asked.periods else set()
    years = {year for year, _ in named}
    return len(words_of(asked, text)) + sum(period.year in years for period in asked.periods if period.year)


def _best(numbers: Sequence[int], scores: Sequence[float], most: int) -> tuple[int, ...]:
    order = sorted(range(len(numbers)), key=lambda place: (-scores[place], place))[:most]
    return tuple(sorted(numbers[place] for place in order))
