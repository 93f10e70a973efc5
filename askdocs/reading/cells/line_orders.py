"""Questions over a whole row or column of a table: the highest figure, the place of one among the others, a count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from askdocs.core.answers import Value
from askdocs.reading.cells.cell_candidates import FoundTable, column_labels, row_labels
from askdocs.reading.cells.label_matching import SOFT, Labels, Match, matches, words_of
from askdocs.reading.cells.label_vectors import LabelVectors
from askdocs.reading.cells.question_words import QuestionWords
from askdocs.tables.typed_cells import TypedCell, TypedCells
from askdocs.tables.view import Cell
from askdocs.values.cell_values import is_missing
from askdocs.values.periods import Period, merged, periods

MOST_LINES = 100_000
_LEAST = 0.5  # of the score of a line
_TRIED = 3  # lines whose figures are read
_EMBEDDED = 40  # labels of one axis that are compared by meaning; of more, by words alone


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

    ``label`` is that of the line, ``score`` how well the question names it, at most 1.
    """

    found: FoundTable
    label: str
    members: tuple[Member, ...]
    score: float


class _Scored(NamedTuple):
    """A line before its figures are read: the places of its cells, and the cells that name them."""

    score: float
    found: FoundTable
    label: str
    places: tuple[tuple[int, int], ...]
    names: tuple[Cell, ...]


def asked_line(asked: QuestionWords, tables: Sequence[FoundTable], vectors: LabelVectors | None) -> Line | None:
    """The row or column that a question names best and whose figures are all of one unit; ``None`` for none."""
    scored = [line for found in tables for line in (*_columns(asked, found, vectors), *_rows(asked, found, vectors))]
    ordered = sorted(scored, key=lambda line: -line.score)
    return next((line for one in ordered[:_TRIED] if (line := _with_figures(one, asked))), None)


def _columns(asked: QuestionWords, found: FoundTable, vectors: LabelVectors | None) -> Iterator[_Scored]:
    view = found.view
    columns = list(range(view.table.label_columns, view.column_count))
    body = [
        row for row in view.body[:MOST_LINES] if not view.is_group(row) and not _is_total(row_labels(view, row).own)
    ]
    names = [_name_of_row(found, row) for row in body]
    labels = [column_labels(view, column) for column in columns]
    header = " ".join(label.text for column in range(view.table.label_columns) for label in view.column_labels(column))
    for column, label, score in _scored(asked, found, columns, labels, header, names, vectors):
        yield _Scored(score, found, label.own, tuple((row, column) for row in body), tuple(names))


def _rows(asked: QuestionWords, found: FoundTable, vectors: LabelVectors | None) -> Iterator[_Scored]:
    """Rows as lines, where the columns are named by a header."""
    view = found.view
    if not view.table.header_rows or view.row_count > 400:
        return
    columns = [
        column
        for column in range(view.table.label_columns, view.column_count)
        if view.column_labels(column) and not _is_total(column_labels(view, column).own)
    ]
    names = [view.column_labels(column)[-1] for column in columns]
    rows = [row for row in view.body if not view.is_group(row)]
    labels = [row_labels(view, row) for row in rows]
    for row, label, score in _scored(asked, found, rows, labels, "", names, vectors):
        yield _Scored(score, found, label.own, tuple((row, column) for column in columns), tuple(names))


def _scored(
    asked: QuestionWords,
    found: FoundTable,
    lines: Sequence[int],
    labels: Sequence[Labels],
    header: str,
    names: Sequence[Cell],
    vectors: LabelVectors | None,
) -> Iterator[tuple[int, Labels, float]]:
    """The lines that the question may mean, with a score: how much of it they, their names and the table's cover."""
    if len(names) < 2:
        return
    around = _around(found) + " " + header
    by_period = sum(bool(periods(name.text)) for name in names) * 2 > len(names)
    asks_period = bool(words_of(asked, "year years quarter month period when"))
    if by_period != asks_period:
        return
    in_names = frozenset().union(*(words_of(asked, name.text) for name in names)) if len(names) < 200 else frozenset()
    near = vectors if len(labels) <= _EMBEDDED else None
    newest = max((period.year for label in labels if (period := _period(label))), default=0)
    for number, label, match in zip(lines, labels, matches(asked, labels, near), strict=True):
        score = _score(asked, label, match, words_of(asked, around), in_names, newest, len(labels))
        if score >= _LEAST:
            yield number, label, score


def _score(
    asked: QuestionWords,
    label: Labels,
    match: Match,
    around: frozenset[int],
    in_names: frozenset[int],
    newest: int,
    count: int,
) -> float:
    """The share of the question's words that are covered, less what the label has over; 0 for another period."""
    named, years = _period(label), {period.year for period in asked.periods if period.year}
    if named and named.year and (years - {named.year} if years else named.year != newest):
        return 0.0
    if years and not (named and named.year) and not years & {period.year for period in asked.periods}:
        return 0.0
    is_named = match.recall > 0 or match.cosine >= SOFT or (named is not None and not match.covered) or count == 1
    if not is_named:
        return 0.0
    kinds = words_of(asked, "company firm segment division region country plant product name team club town city")
    words = len(asked.words)
    covered = match.covered | match.meant | around | kinds | in_names
    share = len(covered) / words if words else 1.0
    return share * (0.6 + 0.4 * max(match.recall, match.cosine if match.cosine >= SOFT else 0.0, float(not label.own)))


def _with_figures(line: _Scored, asked: QuestionWords) -> Line | None:
    """The line with its figures; ``None`` where a cell is no figure, or of another unit than the others."""
    view = line.found.view
    cells = TypedCells(view, line.found.article.text)
    members = []
    for (row, column), name in zip(line.places, line.names, strict=True):
        if not name.text or is_missing(view.cell(row, column).text):
            continue
        typed = cells.read(row, column)
        if not _is_figure(typed.value):
            return None
        members.append(Member(typed, name))
    units = {(m.typed.value.kind, m.typed.value.currency, m.typed.value.unit) for m in members if m.typed.value}
    if len(members) < 2 or len(units) > 1:
        return None
    return Line(line.found, line.label, tuple(_limited(members, line.found, asked)), line.score)


def _limited(members: Sequence[Member], found: FoundTable, asked: QuestionWords) -> Sequence[Member]:
    """Those in the group, or with the other cell, that the question names ("in Europe"); all where it names none."""
    view = found.view
    around = words_of(asked, _around(found))

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


def _period(label: Labels) -> Period | None:
    return merged([*label.groups, label.own])


def _around(found: FoundTable) -> str:
    text, table = found.article.text, found.table
    spans = [*([table.caption] if table.caption else []), *table.notes]
    parts = [found.article.title, found.hit.chunk.heading, table.name, *(text[start:end] for start, end in spans)]
    return " . ".join(parts)
