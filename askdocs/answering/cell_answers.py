"""A reading of tables -> an ``Answer``, and the choice between it and the answer of the prose."""

from __future__ import annotations

import re
from collections.abc import Sequence

from askdocs.core.answers import Alternative, Answer, Citation, Value
from askdocs.core.base import Model
from askdocs.reading.cells.cell_candidates import FoundTable
from askdocs.reading.cells.cell_citations import cell_citation
from askdocs.reading.cells.cell_reader import CellReader, CellReading
from askdocs.reading.cells.computed_answers import ComputedAnswer, computed_answer
from askdocs.tables.typed_cells import TypedCells
from askdocs.values.cell_values import is_missing
from askdocs.values.computations import Computation, ComputationKind, asked_computation
from askdocs.values.question_analysis import QuestionAnalysis, analyse_question

_WORTH_NAMING = 0.1
_LEAST_OF_PROSE = 0.5  # of its confidence
_UNCOMPUTED = 0.3  # what is left of the confidence of a cell where the answer would have to be computed
# Words of labels that say that a cell is itself the result of a computation.
_STATING: dict[ComputationKind, str] = {
    "difference": r"\b(?:change|difference|variance|increase|decrease|movement|gap)\b",
    "growth": r"\b(?:change|growth|yoy|increase|decrease|movement)\b|[+±Δ]",
    "sum": r"\b(?:total|combined|sum)\b",
    "ratio": r"\bratio\b",
    "share": r"\b(?:share|proportion|percentage|of total)\b|%",
    "average": r"\b(?:average|mean|avg)\b|\bav\.",
    "highest": r"\b(?:highest|maximum|max|peak|record)\b",
    "lowest": r"\b(?:lowest|minimum|min)\b",
    "rank": r"\b(?:rank|position|place|pos)\b|^#",
    "count": r"\bnumber\b",
}


class CellAnswer(Model):
    """What tables answer: the words, their value, what they rest on, and how probable it is that they are right.

    ``text`` is empty where the cell that is asked for holds no figure; ``note`` says so then. ``none`` is the
    probability that no cell is asked for.
    """

    text: str
    typed: Value | None = None
    formula: str | None = None
    note: str = ""
    citations: tuple[Citation, ...] = ()
    confidence: float = 0.0
    none: float = 0.0


def table_answer(question: QuestionAnalysis, tables: Sequence[FoundTable], reader: CellReader) -> CellAnswer | None:
    """What the tables answer: a cell, or a result computed from several; ``None`` where nothing of them was read."""

    def lookup(text: str) -> CellReading:
        return reader.read(analyse_question(text), tables)

    computation = asked_computation(question.text)
    found = _looked_up(question, lookup(question.text))
    if computation is None or (found is not None and _states(found, computation)):
        return found
    computed = computed_answer(question.text, computation, tables, lookup)
    if computed is not None:
        return _computed(computed)
    return None if found is None else found.model_copy(update={"confidence": found.confidence * _UNCOMPUTED})


def _states(found: CellAnswer, computation: Computation) -> bool:
    """Whether the labels of the cell say that it is what was to be computed: "Change", "Average", "Growth (%)"."""
    words = _STATING[computation.kind]
    labels = " ".join(label.text for label in found.citations[0].labels if label.kind in ("row", "column"))
    return bool(words) and re.search(words, labels, re.IGNORECASE) is not None


def _looked_up(question: QuestionAnalysis, reading: CellReading) -> CellAnswer | None:
    """The answer that the likeliest cell is."""
    if not reading.cells:
        return None
    best = reading.cells[0]
    typed = TypedCells(best.found.view, best.found.article.text).read(best.cell.row, best.cell.column, question.kind)
    cited = (cell_citation(best.found, typed),)
    if is_missing(best.cell.text):
        note = _says_nothing(cited[0], best.cell.text)
        return CellAnswer(text="", note=note, citations=cited, confidence=best.probability, none=reading.none)
    return CellAnswer(
        text=best.cell.text,
        typed=typed.value,
        note=typed.reason,
        citations=cited,
        confidence=best.probability,
        none=reading.none,
    )


def _computed(computed: ComputedAnswer) -> CellAnswer:
    return CellAnswer(
        text=computed.text,
        typed=computed.value,
        formula=computed.formula or None,
        note=computed.note,
        citations=tuple(cell_citation(found, typed) for found, typed in computed.cells),
        confidence=computed.confidence,
        none=1 - computed.confidence,
    )


def with_cells(prose: Answer, cells: CellAnswer | None, threshold: float) -> Answer:
    """The answer of the prose, or that of the tables where it is the likelier one.

    The prose counts as far as no cell is asked for, but at least by half: where a cell surely is, what a sentence says
    that shares the question's words is mostly beside the point. ``threshold`` is what an answer of the tables is asked
    for, and an empty cell to be told of where nothing answers.
    """
    if cells is None:
        return prose
    rival = prose.confidence * max(cells.none, _LEAST_OF_PROSE)
    if not cells.text:
        is_empty = cells.confidence >= threshold and cells.confidence >= rival
        return _not_answered(prose, cells) if is_empty else prose
    if cells.confidence < rival or (cells.confidence < threshold and not prose.abstained):
        return prose.model_copy(update={"alternatives": (*prose.alternatives, *_named(cells, threshold))})
    abstained = cells.confidence < threshold
    rivals = () if prose.abstained or prose.confidence < _WORTH_NAMING else (_alternative(prose),)
    return prose.model_copy(
        update={
            "text": "" if abstained else cells.text,
            "abstained": abstained,
            "confidence": cells.confidence,
            "candidate": cells.text,
            "value": cells.typed.value if cells.typed else None,
            "typed": cells.typed,
            "formula": cells.formula,
            "note": cells.note,
            "citations": cells.citations,
            "alternatives": rivals,
            "unsupported": (),
            "threshold": threshold,
        }
    )


def _not_answered(prose: Answer, cells: CellAnswer) -> Answer:
    """An abstention that shows the cell that holds no figure, in place of what is nearest in the prose."""
    return prose.model_copy(
        update={
            "text": "",
            "abstained": True,
            "candidate": "",
            "value": None,
            "typed": None,
            "note": cells.note,
            "citations": cells.citations,
            "confidence": 0.0,
        }
    )


def _says_nothing(citation: Citation, text: str) -> str:
    labels = ", ".join(label for label in (citation.row, citation.column) if label)
    said = f'the table says "{text}"' if text else "the table has no figure"
    return f"{said} for {labels}" if labels else said


def _named(cells: CellAnswer, threshold: float) -> Sequence[Alternative]:
    if cells.confidence < max(threshold, _WORTH_NAMING):
        return ()
    value = cells.typed.value if cells.typed else None
    return (Alternative(text=cells.text, value=value, confidence=cells.confidence, citations=cells.citations),)


def _alternative(prose: Answer) -> Alternative:
    return Alternative(text=prose.text, value=prose.value, confidence=prose.confidence, citations=prose.citations)
