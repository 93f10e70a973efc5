"""Reads the tables found for a question: which cell answers it, and how probable that is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from askdocs.reading.cells.cell_candidates import FoundTable, considered
from askdocs.reading.cells.cell_features import FEATURES, LETTERS, NAMES, QUANTITIES, Candidate, candidates
from askdocs.reading.cells.cell_scorer import CellScorer
from askdocs.reading.cells.label_vectors import LabelVectors
from askdocs.reading.cells.question_words import QuestionWords, corrected, label_stems, question_words
from askdocs.reading.span_scorer import SpanScorer
from askdocs.tables.view import Cell
from askdocs.values.question_analysis import QuestionAnalysis

_KEPT = 5
_CONFLICTS = (FEATURES.index("period_conflict"), FEATURES.index("part_conflict"))
_IS_FIGURE, _IS_LABEL = FEATURES.index("is_figure"), FEATURES.index("is_label")
_NOT_OF_ONE_CELL = ("reason", "list", "boolean")
_WHICH = re.compile(
    r"^\W*(?:which|whose|in which|at which)\b"
    r"(?!\W+(?:year|date|day|month|quarter|percentage|share|amount|price|number|version|figure|size))",
    re.IGNORECASE,
)


class ReadCell(NamedTuple):
    """A cell and the probability that it is the one asked for."""

    found: FoundTable
    cell: Cell
    probability: float


class CellReading(NamedTuple):
    """The likeliest cells, best first, and the probability that none is asked for."""

    cells: tuple[ReadCell, ...]
    none: float


Lookup = Callable[[str], CellReading]  # reads the tables found for one cell, asked for in words


class CellReader:
    """Reads cells with a scorer of cells, label vectors and the span scorer; each of the last two may be missing."""

    def __init__(self, scorer: CellScorer, vectors: LabelVectors | None, spans: SpanScorer | None) -> None:
        self.scorer = scorer
        self.vectors = vectors
        self.spans = spans

    def read(self, question: QuestionAnalysis, tables: Sequence[FoundTable]) -> CellReading:
        """Find the cells that answer a question; none for yes or no, reasons or lists."""
        if not tables or question.yes_or_no or question.kind in _NOT_OF_ONE_CELL:
            return CellReading((), 1.0)
        looked_at = [considered(asked_words(question.text, [found]), found) for found in tables]
        asked = asked_words(question.text, tables)
        found = _possible(question, candidates(question, asked, looked_at, self.vectors, self.spans))
        if not found:
            return CellReading((), 1.0)
        probabilities, none = self.scorer.probabilities(np.stack([candidate.features for candidate in found]))
        order = np.argsort(-probabilities, kind="stable")[:_KEPT]
        best = [ReadCell(tables[found[i].table], found[i].cell, float(probabilities[i])) for i in order.tolist()]
        return CellReading(tuple(best), none)


def _possible(question: QuestionAnalysis, found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without cells of another period than the one asked for, and of another form.

    A figure is no answer to "which firm ...", a label none to "how many ...". The scorer learns both, but made-up
    tables have few such temptations, and a wrong year is a wrong answer.
    """
    wants_name = question.kind in NAMES or (question.kind is None and _WHICH.search(question.text) is not None)
    wants_figure = question.kind in QUANTITIES
    return [
        candidate
        for candidate in found
        if not any(candidate.features[place] for place in _CONFLICTS)
        and not (wants_name and candidate.features[_IS_FIGURE] and not LETTERS.search(candidate.cell.text))
        and not (wants_figure and candidate.features[_IS_LABEL])
        and not (question.kind in ("money", "number") and "%" in candidate.cell.text)
    ]


def asked_words(text: str, tables: Sequence[FoundTable]) -> QuestionWords:
    """The question's words, typing errors mended by the words of the tables' labels."""
    known = {stem for found in tables for label in _label_texts(found) for stem in label_stems(label)}
    return corrected(question_words(text), known)


def _label_texts(found: FoundTable) -> list[str]:
    view = found.view
    headers = [label.text for column in range(view.column_count) for label in view.column_labels(column)]
    return [*headers, *(label.text for row in found.rows for label in view.row_labels(row)), found.article.title]
