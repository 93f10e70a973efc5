"""Questions over a whole row or column of a table: the highest figure, the place of one among the others, a count.

Which line is meant is found by looking single cells up: for a few of its rows, the words of the question with the name
of the row. The column that the answers stand in is the one asked for.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from askdocs.core.answers import Value
from askdocs.reading.cells.cell_candidates import FoundTable, row_labels
from askdocs.reading.cells.cell_reader import Lookup
from askdocs.reading.cells.label_matching import words_of
from askdocs.reading.cells.question_words import QuestionWords, label_stems
from askdocs.tables.typed_cells import TypedCell, TypedCells
from askdocs.tables.view import Cell
from askdocs.values.cell_values import is_missing
from askdocs.values.periods import periods

MOST_LINES = 100_000
_TABLES = 2  # the best found, that are looked at
_GAP = 3  # characters between two parts of a table
_ROUNDED = 1e-3  # a sum may be off by as much, for its parts are rounded
_TRIED = 3  # names of a line that are looked up
_KINDS = (
    "company firm segment division business region country plant product name team club town city state district site "
    "person player station department category item year quarter month one"
)
_PERIODS = frozenset(label_stems("year years quarter month period when"))


class Member(NamedTuple):
    """A figure of a line with the cell that names it: the label of its row, or of its column."""

    typed: TypedCell
    name: Cell

    @property
    def number(self) -> float:
        """The figure."""
        assert self.typed.value is not None
        return float(self.typed.value.value)  # type: ignore[arg-type]


class Line(NamedTuple):
    """The figures of one row or column that a question asks about.

    ``label`` is that of the line, ``score`` the probability that it is the one asked about.
    """

    found: FoundTable
    label: str
    members: tuple[Member, ...]
    score: float


def _is_a_part(found: FoundTable) -> bool:
    """Whether a table goes on in another right before or behind it, as over a page: its highest may be there."""
    own, text = found.table, found.article.text
    header = text[own.start : own.end].split("\n", own.header_rows)[: own.header_rows]
    return any(
        header == text[other.start : other.end].split("\n", other.header_rows)[: other.header_rows]
        for other in found.article.tables
        if header and other != own and min(abs(other.start - own.end), abs(own.start - other.end)) <= _GAP
    )


class _Axis(NamedTuple):
    """The rows, or the columns, that a line goes over, each with the cell that names it."""

    found: FoundTable
    numbers: tuple[int, ...]
    names: tuple[Cell, ...]
    is_rows: bool


def asked_line(asked: QuestionWords, tables: Sequence[FoundTable], lookup: Lookup) -> Line | None:
    """The row or column that a question asks about, with figures of one unit; ``None`` where it is not clear."""
    scored = []
    for found in tables[:_TABLES]:
        if _is_a_part(found):
            continue
        for axis in _axes(found, asked):
            number, score = _voted(axis, asked, lookup)
            if score > 0:
                scored.append((score, number, axis))
    scored.sort(key=lambda one: -one[0])
    return next((line for score, number, axis in scored if (line := _line(axis, number, score, asked))), None)


def _axes(found: FoundTable, asked: QuestionWords) -> Iterator[_Axis]:
    """The axes whose names may be asked for: periods where the question asks for one, and only there."""
    view = found.view
    body = [
        row for row in view.body[:MOST_LINES] if not view.is_group(row) and not _is_total(row_labels(view, row).own)
    ]
    columns = [
        column
        for column in range(view.table.label_columns, view.column_count)
        if view.table.header_rows and view.column_labels(column) and not _is_total(view.column_labels(column)[-1].text)
    ]
    asks_period = any(word.stem in _PERIODS for word in asked.words)
    for axis in (
        _Axis(found, tuple(body), tuple(_name_of_row(found, row) for row in body), True),
        _Axis(found, tuple(columns), tuple(view.column_labels(column)[-1] for column in columns), False),
    ):
        named = sum(bool(periods(name.text)) for name in axis.names[:50])
        if len(axis.names) > 1 and (named * 2 > len(axis.names[:50])) == asks_period:
            yield axis


def _voted(axis: _Axis, asked: QuestionWords, lookup: Lookup) -> tuple[int, float]:
    """The line across an axis that most look-ups with one of its names end in, and their mean probability."""
    kinds = words_of(asked, _KINDS)
    words = " ".join(word.text for n, word in enumerate(asked.words) if n not in kinds)
    step = max(1, len(axis.names) // _TRIED)
    chosen = list(zip(axis.numbers, axis.names, strict=True))[::step][:_TRIED]
    votes: Counter[int] = Counter()
    sums: defaultdict[int, float] = defaultdict(float)
    for number, name in chosen:
        reading = lookup(f"{words} {name.text} {asked.period_text}".strip())
        best = next((read for read in reading.cells if _is_at(read.cell, number, axis)), None)
        if best is not None and best.found.table == axis.found.table:
            line = best.cell.column if axis.is_rows else best.cell.row
            votes[line] += 1
            sums[line] += best.probability
    if not votes:
        return -1, 0.0
    line = max(votes, key=lambda one: (votes[one], sums[one]))
    return line, sums[line] / len(chosen)


def _is_at(cell: Cell, number: int, axis: _Axis) -> bool:
    return (cell.row if axis.is_rows else cell.column) == number


def _line(axis: _Axis, number: int, score: float, asked: QuestionWords) -> Line | None:
    """The line with its figures; ``None`` where a cell is no figure, or of another unit than the others."""
    view = axis.found.view
    cells = TypedCells(view, axis.found.article.text)
    members = []
    for place, name in zip(axis.numbers, axis.names, strict=True):
        row, column = (place, number) if axis.is_rows else (number, place)
        if not name.text or is_missing(view.cell(row, column).text):
            continue
        typed = cells.read(row, column)
        if not _is_figure(typed.value):
            return None
        members.append(Member(typed, name))
    units = {(m.typed.value.kind, m.typed.value.currency, m.typed.value.unit) for m in members if m.typed.value}
    if len(members) < 2 or len(units) > 1:
        return None
    labels = view.column_labels(number) if axis.is_rows else view.row_labels(number)
    label = " ".join(label.text for label in labels)
    parts = _without_whole(members)
    return Line(axis.found, label, tuple(_limited(parts, axis.found, asked)), score)


def _without_whole(members: Sequence[Member]) -> Sequence[Member]:
    """The members without one that is the sum of all others, whatever it is called."""
    largest = max(members, key=lambda member: member.number)
    rest = [member for member in members if member is not largest]
    total = sum(member.number for member in rest)
    return rest if len(rest) > 1 and math.isclose(total, largest.number, rel_tol=_ROUNDED) else members


def _limited(members: Sequence[Member], found: FoundTable, asked: QuestionWords) -> Sequence[Member]:
    """Those in the group, or with the other cell, that the question names ("in Europe"); all where it names none."""
    view = found.view
    around = words_of(asked, found.surroundings)

    def beside(member: Member) -> frozenset[int]:
        row = member.typed.cell.row
        own = (member.typed.cell.column, member.name.column)
        others = [view.cell(row, column).text for column in range(view.column_count) if column not in own]
        groups = row_labels(view, row).groups
        return frozenset().union(*(words_of(asked, text) for text in (*others, *groups)))

    if len(members) > 1000:
        return members
    held = [beside(member) for member in members]
    telling = frozenset().union(*held) - frozenset.intersection(*held) - around
    named = [member for member, words in zip(members, held, strict=True) if telling and telling <= words]
    return named if len(named) > 1 else members


def _is_figure(value: Value | None) -> bool:
    return value is not None and isinstance(value.value, int | float) and not isinstance(value.value, bool)


def _is_total(label: str) -> bool:
    return label.lower().startswith(
        ("total", "sub-total", "subtotal", "grand total", "all ", "overall", "sum", "average")
    )


def _name_of_row(found: FoundTable, row: int) -> Cell:
    """The last label of a row that has letters; its first cell where the table has no label columns."""
    view = found.view
    labels = [view.cell(row, column) for column in range(view.table.label_columns)]
    named = [cell for cell in labels if any(character.isalpha() for character in cell.text)]
    return named[-1] if named else next((cell for cell in labels if cell.text), view.cell(row, 0))
