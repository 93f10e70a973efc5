"""What tells the cell that answers a question from the others: numbers about its row, its column, periods and kind."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from askdocs.core.base import FloatArray
from askdocs.reading.cells.cell_candidates import ConsideredTable, column_labels, row_labels
from askdocs.reading.cells.cell_spans import MOST_ROWS, span_odds
from askdocs.reading.cells.label_matching import Labels, Match, matches, rests, without_unit, words_of
from askdocs.reading.cells.label_vectors import LabelVectors
from askdocs.reading.cells.question_words import QuestionWords, label_stems
from askdocs.reading.span_scorer import SpanScorer
from askdocs.tables.view import Cell, TableView
from askdocs.values.cell_values import is_missing
from askdocs.values.periods import Period, merged, periods, same_part
from askdocs.values.question_analysis import QuestionAnalysis

_TOTAL = re.compile(r"(?:grand |sub)?-?total|all\b|sum\b|overall", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
LETTERS = re.compile(r"[^\W\d_]{3,}")
QUANTITIES = ("number", "money", "percent")
NAMES = ("person", "place", "entity")
_FAR = 1.0  # behind the best row's score at which a row is not read by the span scorer

FEATURES = (
    "row_recall", "row_lead", "row_exact", "row_cosine", "row_cosine_lead", "row_groups", "row_groups_lead",
    "condition", "condition_lead", "row_words", "total_unasked", "total_asked",
    "column_recall", "column_lead", "column_exact", "column_cosine", "column_cosine_lead", "column_groups",
    "column_groups_lead", "has_header", "only_column", "column_words",
    "period_match", "period_conflict", "period_missing", "period_in_context", "period_free", "period_newest",
    "part_match", "part_conflict", "part_unasked", "period_split",
    "kind_fits", "kind_unknown", "is_label", "is_missing", "is_repeated", "is_figure",
    "context_words", "uncovered", "uncovered_count", "uncovered_names", "uncovered_meant", "uncovered_figures",
    "rank", "nearness", "row_count", "column_count",
    "row_rest", "row_rest_lead", "column_rest", "column_rest_lead",
    "span", "span_lead", "span_known",
)  # fmt: skip


class Candidate(NamedTuple):
    """A cell of the table ``table`` (its place among those considered) with its features, in the order of FEATURES."""

    table: int
    cell: Cell
    features: FloatArray


class _Context(NamedTuple):
    """What stands around a table: the question's words it holds, and the years it names."""

    words: frozenset[int]
    years: frozenset[int]


class _Lines(NamedTuple):
    """The rows or the columns of a table, with their labels, matches and periods."""

    numbers: tuple[int, ...]
    labels: list[Labels]
    matches: list[Match]
    periods: list[Period | None]


def candidates(
    question: QuestionAnalysis,
    asked: QuestionWords,
    tables: Sequence[ConsideredTable],
    vectors: LabelVectors | None,
    spans: SpanScorer | None,
) -> list[Candidate]:
    """Every considered cell of the tables with its features; empty cells too, for they may be what is asked for.

    ``vectors`` and ``spans`` are left out where there are none; the scorer knows such candidates too.
    """
    every = [_TableFeatures(question, asked, table, number, vectors) for number, table in enumerate(tables)]
    odds: Mapping[tuple[int, Cell], float] = {}
    if spans is not None:
        scored = [(score, one.number, row) for one in every for row, score in one.row_scores()]
        best = sorted(scored, key=lambda entry: (-entry[0], entry[1:]))[:MOST_ROWS]
        best = [entry for entry in best if entry[0] >= best[0][0] - _FAR]
        odds = span_odds(question.text, spans, tables, [(number, row) for _, number, row in best])
    return [candidate for one in every for candidate in one.candidates(odds)]


class _TableFeatures:
    """The features of the cells of one table."""

    def __init__(
        self,
        question: QuestionAnalysis,
        asked: QuestionWords,
        table: ConsideredTable,
        number: int,
        vectors: LabelVectors | None,
    ) -> None:
        self.question, self.asked, self.table, self.number = question, asked, table, number
        self.view: TableView = table.found.view
        self.context = _context(asked, table)
        self.rows = _lines(table.rows, [row_labels(self.view, row) for row in table.rows], asked, vectors)
        columns = [column_labels(self.view, column) for column in table.columns]
        self.columns = _lines(table.columns, columns, asked, vectors)
        self.held = [[words_of(asked, self.view.cell(row, c).text) for c in table.columns] for row in table.rows]
        self.conditions = self._conditions()
        self.row_rests = _nearness_of_rests(asked, self.columns, self.rows, vectors)
        self.column_rests = _nearness_of_rests(asked, self.rows, self.columns, vectors)
        self._known_beside: dict[int, list[float]] = {}

    def row_scores(self) -> list[tuple[int, float]]:
        """The rows with how well the question names them; the best are read by the span scorer."""
        asked = {period.year for period in self.asked.periods if period.year}
        scores = []
        for down, row in enumerate(self.table.rows):
            match, period = self.rows.matches[down], self.rows.periods[down]
            score = 2 * match.recall + match.cosine + match.groups + 2 * float(self.conditions[down].max(initial=0))
            scores.append((row, score + 2 * float(period is not None and period.year in asked)))
        return scores

    def candidates(self, odds: Mapping[tuple[int, Cell], float]) -> list[Candidate]:
        """A candidate for every considered row and column; a cell that covers several places comes once."""
        found: dict[Cell, Candidate] = {}
        ranked = sorted(odds.values(), reverse=True)
        for down, row in enumerate(self.table.rows):
            for across, column in enumerate(self.table.columns):
                cell = self.view.cell(row, column)
                if self._is_key(column):
                    continue
                values = self._features(down, across, cell) | _span_features(odds.get((self.number, cell)), ranked)
                features = np.array([values[name] for name in FEATURES], dtype=np.float32)
                found.setdefault(cell, Candidate(self.number, cell, features))
        return list(found.values())

    def _is_key(self, column: int) -> bool:
        """Whether a column holds the labels of pairs ("Due date" of an invoice), which answer nothing."""
        table = self.view.table
        return column < table.label_columns and not table.header_rows

    def _features(self, down: int, across: int, cell: Cell) -> dict[str, float]:
        row, column = self.rows.matches[down], self.columns.matches[across]
        is_label = self.table.columns[across] < self.view.table.label_columns
        if is_label:
            row = Match(groups=row.groups, groups_lead=row.groups_lead)
        beside = self._beside(across)
        own = beside[down]
        covered = row.covered | column.covered | self._words_beside(down, across)
        return {
            "row_recall": row.recall,
            "row_lead": row.lead,
            "row_exact": float(row.exact),
            "row_cosine": row.cosine,
            "row_cosine_lead": row.cosine_lead,
            "row_groups": row.groups,
            "row_groups_lead": row.groups_lead,
            "condition": own,
            "condition_lead": own - max((other for n, other in enumerate(beside) if n != down), default=0.0),
            "row_words": self._share(row.covered),
            **self._total_features(down),
            "column_recall": column.recall,
            "column_lead": column.lead,
            "column_exact": float(column.exact),
            "column_cosine": column.cosine,
            "column_cosine_lead": column.cosine_lead,
            "column_groups": column.groups,
            "column_groups_lead": column.groups_lead,
            "has_header": float(bool(self.columns.labels[across].own)),
            "only_column": float(self.view.column_count - self.view.table.label_columns == 1),
            "column_words": self._share(column.covered),
            **_rest_features("row", self.row_rests[across], down, self.rows.labels),
            **_rest_features("column", self.column_rests[down], across, self.columns.labels),
            **self._period_features(down, across),
            **self._kind_features(cell, across),
            "is_label": float(is_label),
            "is_missing": float(is_missing(cell.text)),
            "is_repeated": float(bool(cell.text) and _is_repeated(cell.text, self.asked)),
            "is_figure": float(bool(_DIGIT.search(cell.text))),
            **self._coverage_features(covered, covered | row.meant | column.meant),
            "rank": 1.0 / (1 + self.number),
            "nearness": self.table.found.hit.dense_score or 0.0,
            "row_count": math.log(1 + self.view.row_count),
            "column_count": math.log(1 + self.view.column_count),
        }

    def _share(self, words: frozenset[int]) -> float:
        return len(words) / max(1, len(self.asked.words))

    def _conditions(self) -> FloatArray:
        """The share of each cell's words that the question has and that tell its row from others; (rows, columns)."""
        shares = np.zeros((len(self.table.rows), len(self.table.columns)), dtype=np.float32)
        common = _common_words(self.held)
        for down, row in enumerate(self.table.rows):
            for across, words in enumerate(self.held[down]):
                if words - common[across]:
                    size = len(set(label_stems(self.view.cell(row, self.table.columns[across]).text)))
                    shares[down, across] = len(words) / max(1, size)
        return shares

    def _others(self, across: int) -> list[int]:
        """The columns whose cells are conditions for a cell of this one: for label cells all others.

        For other cells the label cells are the name of the row, which is compared as a whole.
        """
        labels = self.view.table.label_columns
        first = 0 if self.table.columns[across] < labels else labels
        return [n for n, column in enumerate(self.table.columns) if n != across and column >= first]

    def _beside(self, across: int) -> list[float]:
        """For each row the best condition met beside a column; worked out once a column."""
        if across not in self._known_beside:
            others = self._others(across)
            met = self.conditions[:, others].max(axis=1).tolist() if others else [0.0] * len(self.table.rows)
            self._known_beside[across] = met
        return self._known_beside[across]

    def _words_beside(self, down: int, across: int) -> frozenset[int]:
        others = (self.held[down][other] for other in self._others(across) if self.conditions[down, other])
        return frozenset().union(*others)

    def _total_features(self, down: int) -> dict[str, float]:
        is_total = bool(_TOTAL.match(self.rows.labels[down].own))
        is_asked = bool(re.search(r"\b(?:total|overall|altogether|all|in all)\b", self.asked.text, re.IGNORECASE))
        return {"total_unasked": float(is_total and not is_asked), "total_asked": float(is_total and is_asked)}

    def _period_features(self, down: int, across: int) -> dict[str, float]:
        row, column = self.rows.periods[down], self.columns.periods[across]
        named = column if column and (column.year or not row) else row
        if row and column and not column.year:
            named = column._replace(year=row.year)
        years = {period.year for period in self.asked.periods if period.year}
        parts = {period.part for period in self.asked.periods if period.part}
        year, part = (named.year, named.part) if named else (0, "")
        known = [period.year for period in (*self.rows.periods, *self.columns.periods) if period]
        return {
            "period_match": float(bool(years) and year in years),
            "period_conflict": float(bool(years) and bool(year) and year not in years),
            "period_missing": float(bool(years) and not year and not years & self.context.years),
            "period_in_context": float(bool(years) and not year and bool(years & self.context.years)),
            "period_free": float(not years and bool(year)),
            "period_newest": float(not years and bool(year) and year == max(known)),
            "part_match": float(bool(parts) and bool(part) and _same_part(part, parts)),
            "part_conflict": float(bool(parts) and bool(part) and not _same_part(part, parts)),
            "part_unasked": float(not parts and bool(part)),
            "period_split": float(
                bool(named and named.split) and not any(period.split for period in self.asked.periods)
            ),
        }

    def _kind_features(self, cell: Cell, across: int) -> dict[str, float]:
        kind = self.question.kind
        header = f"{self.columns.labels[across].own} {' '.join(self.columns.labels[across].groups)}"
        return {
            "kind_fits": _fits(kind, cell.text, header),
            "kind_unknown": float(kind is None),
        }

    def _coverage_features(self, covered: frozenset[int], meant: frozenset[int]) -> dict[str, float]:
        words = self.asked.words
        rest = [n for n in range(len(words)) if n not in covered and n not in self.context.words]
        return {
            "context_words": self._share(self.context.words - covered),
            "uncovered": len(rest) / max(1, len(words)),
            "uncovered_count": len(rest) / 5,
            "uncovered_names": float(sum(words[n].is_name for n in rest)),
            "uncovered_meant": len([n for n in rest if n not in meant]) / max(1, len(words)),
            "uncovered_figures": float(sum(words[n].text[0].isdigit() for n in rest)),
        }


def _nearness_of_rests(
    asked: QuestionWords, named: _Lines, others: _Lines, vectors: LabelVectors | None
) -> list[list[float]]:
    """For each line of one axis how near the labels of the other are to what is left of the question beside it."""
    if vectors is None or not named.labels or not others.labels:
        return [[0.0] * len(others.labels)] * len(named.labels)
    left = rests(asked, named.matches)
    texts = list(dict.fromkeys(left))
    labels = [without_unit(label.own) for label in others.labels]
    nearness = vectors.nearness(texts, labels).tolist()
    return [nearness[texts.index(text)] for text in left]


def _rest_features(axis: str, nearness: Sequence[float], place: int, labels: Sequence[Labels]) -> dict[str, float]:
    own = nearness[place]
    others = (value for value, label in zip(nearness, labels, strict=True) if label.own != labels[place].own)
    return {f"{axis}_rest": own, f"{axis}_rest_lead": own - max(others, default=0.0)}


def _span_features(odds: float | None, ranked: Sequence[float]) -> dict[str, float]:
    """The log-odds of a cell and how far they are over the best other's; ``ranked`` are all, the highest first."""
    if odds is None:
        return {"span": 0.0, "span_lead": 0.0, "span_known": 0.0}
    other = ranked[0] if odds < ranked[0] else ranked[1] if len(ranked) > 1 else odds
    return {"span": max(odds, -12.0), "span_lead": max(min(odds - other, 12.0), -12.0), "span_known": 1.0}


def _lines(
    numbers: tuple[int, ...], labels: list[Labels], asked: QuestionWords, vectors: LabelVectors | None
) -> _Lines:
    named = [merged([*label.groups, label.own]) for label in labels]
    return _Lines(numbers, labels, matches(asked, labels, vectors), named)


def _context(asked: QuestionWords, table: ConsideredTable) -> _Context:
    """Title, heading, caption and notes: what they hold of the question."""
    around = table.found.surroundings
    return _Context(words_of(asked, around), frozenset(period.year for period in periods(around) if period.year))


def _common_words(held: Sequence[Sequence[frozenset[int]]]) -> list[frozenset[int]]:
    """For each column the question's words that more than half of its cells hold: they tell no row from another."""
    if len(held) < 3:
        return [frozenset()] * (len(held[0]) if held else 0)
    common = []
    for place in range(len(held[0])):
        cells = [row[place] for row in held]
        everywhere = frozenset().union(*cells)
        common.append(frozenset(word for word in everywhere if sum(word in cell for cell in cells) * 2 > len(cells)))
    return common


def _same_part(part: str, asked: set[str]) -> bool:
    return any(same_part(part, one) for one in asked)


def _is_repeated(text: str, asked: QuestionWords) -> bool:
    stems = label_stems(text)
    held = {word.stem for word in asked.words}
    return bool(stems) and all(one in held for one in stems)


def _fits(kind: str | None, text: str, header: str) -> float:
    """How well the form of a cell suits the kind of answer: 1, 0, or in between where its form does not tell."""
    if kind is None:
        return 0.5
    figure = bool(_DIGIT.search(text)) and len(LETTERS.findall(text)) <= 2
    if kind in QUANTITIES:
        percent = "%" in text or "%" in header or "percent" in header.lower()
        if not figure:
            return 0.0
        return {"number": 0.4 if percent else 1.0, "money": 0.1 if percent else 1.0}.get(kind, 1.0 if percent else 0.3)
    if kind == "date":
        return 1.0 if periods(text) or re.search(r"\d{1,2}[./-]\d{1,2}[./-]\d{2}", text) else 0.0
    if kind in NAMES:
        return 0.0 if figure else 1.0
    return 0.3
