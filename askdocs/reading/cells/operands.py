"""The cells that a computation takes: each is looked up by a question of its own, made of words of the whole one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from askdocs.reading.cells.cell_candidates import ALL_ROWS, FoundTable, column_labels, row_labels
from askdocs.reading.cells.cell_reader import CellReading, Lookup, ReadCell, asked_words
from askdocs.reading.cells.label_matching import Labels, Match, matches
from askdocs.reading.cells.question_words import QuestionWords, label_stems
from askdocs.text.english import stem
from askdocs.values.computations import Computation
from askdocs.values.periods import merged

MOST_CELLS = 12
_WORDS = (
    "difference between change changed growth grow grew rise rose risen fall fell fallen increase increased decrease "
    "decreased decline declined drop dropped gain gained shrink shrank more less fewer higher lower larger smaller "
    "greater bigger than combined together altogether sum add added plus minus ratio times divided share proportion "
    "fraction percent percentage per cent average mean both compared versus against taken each every across rate "
    "by far much many over go up down went climb climbed"
)
_COMPUTING = frozenset(stem(word) for word in _WORDS.split())
_OVER_SPAN = re.compile(
    r"\b(?:from|between|over|during|across|in)\b.*\b(?:to|and|through|until)\b|\d\s?[–-]\s?\d", re.I
)

_NAMED = 0.6  # of a label's words, by weight, so that the question names it
_PAIR = 2
# "How many times the output of B was that of A?" is A divided by B.
_SECOND_OVER_FIRST = re.compile(r"\bhow many times\b.*\b(?:was|is|were|are) (?:that|those) of\b", re.I)


def operands(
    question: str, computation: Computation, tables: Sequence[FoundTable], lookup: Lookup
) -> tuple[ReadCell, ...]:
    """The cells that the question names, at least two; none where it does not name them plainly.

    ``lookup`` reads the tables for one cell. All cells stand in one row or one column of one table.
    """
    if not tables:
        return ()
    asked = without_computing(asked_words(question, tables))
    for texts in (_by_periods(asked, computation, tables), *_by_names(asked, tables)):
        if not 2 <= len(texts) <= MOST_CELLS:
            continue
        cells = _aligned([lookup(text) for text in texts])
        if cells:
            return cells
    return ()


def _aligned(readings: Sequence[CellReading]) -> tuple[ReadCell, ...]:
    """A cell of each reading, all of one line and one measure: those in line with the likeliest cell of all."""
    if not all(reading.cells for reading in readings):
        return ()
    surest = max(readings, key=lambda reading: reading.cells[0].probability).cells[0]
    found = []
    for reading in readings:
        own = surest if reading.cells[0] == surest else None
        fitting = own or next((read for read in reading.cells if _is_beside(read, surest)), None)
        if fitting is None:
            return ()
        found.append(fitting)
    return tuple(found) if _in_line(found) else ()


def _is_beside(read: ReadCell, other: ReadCell) -> bool:
    """Whether two cells stand in one row under headers of one measure, or in one column beside labels of one."""
    if read.found.table != other.found.table or read.found.article.id != other.found.article.id:
        return False
    if read.cell.row != other.cell.row:
        return read.cell.column == other.cell.column
    view = read.found.view
    labels = [_measure(column_labels(view, one.cell.column)) for one in (read, other)]
    return read.cell.column != other.cell.column and (labels[0] == labels[1] or not all(labels))


def _measure(labels: Labels) -> str:
    """What a column is of, as stems: its own header, which is one without a period where there is one."""
    return " ".join(label_stems(labels.own))


def without_computing(asked: QuestionWords) -> QuestionWords:
    """The question without the words that tell what to compute ("how much more", "combined")."""
    return asked._replace(words=tuple(word for word in asked.words if word.stem not in _COMPUTING))


def _by_periods(asked: QuestionWords, computation: Computation, tables: Sequence[FoundTable]) -> list[str]:
    """A question for each period: those named, those between them, or the one before a single one."""
    named = list(dict.fromkeys((period.year, period.part) for period in asked.periods if period.year))
    known = _known_periods(tables[0])
    if len(named) == 1 and computation.kind in ("growth", "difference"):
        before = (named[0][0] - 1, named[0][1])
        named = [before, named[0]] if before in known else named
    elif len(named) == 2 and computation.kind in ("sum", "average") and _OVER_SPAN.search(asked.text):
        first, last = sorted(named)
        named = [one for one in sorted(known) if first <= one <= last and one[1] == first[1]] or named
    if len(named) < 2:
        return []
    ordered = sorted(named) if computation.kind in ("growth", "sum", "average") else sorted(named, reverse=True)
    words = " ".join(word.text for word in asked.words)
    return [f"{words} {part} {year}".replace("  ", " ") for year, part in ordered]


def _known_periods(found: FoundTable) -> set[tuple[int, str]]:
    view = found.view
    columns = [merged(label.text for label in view.column_labels(column)) for column in range(view.column_count)]
    rows = [merged(label.text for label in view.row_labels(row)) for row in view.body[:200]]
    return {(period.year, period.part) for period in (*columns, *rows) if period}


def _by_names(asked: QuestionWords, tables: Sequence[FoundTable]) -> Iterator[list[str]]:
    """A question for each row or column that the question names, in the order of their names there."""
    for found in tables[:2]:
        view = found.view
        rows = [row for row in (found.rows if view.row_count > ALL_ROWS else view.body) if not view.is_group(row)]
        for labels in (
            [row_labels(view, row) for row in rows],
            [column_labels(view, column) for column in range(view.table.label_columns, view.column_count)],
        ):
            yield _named_apart(asked, matches(asked, labels, None))


def _named_apart(asked: QuestionWords, found: Sequence[Match]) -> list[str]:
    """Questions that keep the words of one label each, where at least two labels are named by words of their own."""
    held = [match.covered for match in sorted(found, key=_by_recall) if match.recall >= _NAMED and match.lead >= 0]
    shared = frozenset.intersection(*held) if len(set(held)) > 1 else frozenset[int]()
    named: list[frozenset[int]] = []
    for words in held:
        if words - shared and not any((words - shared) & other for other in named):
            named.append(words - shared)
    named.sort(key=min)
    if _SECOND_OVER_FIRST.search(asked.text) and len(named) == _PAIR:
        named.reverse()
    every = frozenset().union(*named)
    return [
        " ".join(
            [*(word.text for n, word in enumerate(asked.words) if n in own or n not in every), asked.period_text]
        ).strip()
        for own in named
    ]


def _by_recall(match: Match) -> tuple[float, int]:
    return -match.recall, -len(match.covered)


def _in_line(cells: Sequence[ReadCell]) -> bool:
    """Whether the cells are different ones of one row or of one column of one table."""
    if len({read.cell for read in cells}) < len(cells):
        return False
    if len({(read.found.article.id, read.found.table.start) for read in cells}) > 1:
        return False
    return len({read.cell.row for read in cells}) == 1 or len({read.cell.column for read in cells}) == 1
