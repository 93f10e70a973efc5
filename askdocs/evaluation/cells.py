"""Whether an answer cites the right cells of a table. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from askdocs.evaluation.cases import Case, GoldCell
from askdocs.evaluation.correctness import accepted_words
from askdocs.evaluation.metrics import plain_words
from askdocs.evaluation.outcomes import Cited

_EMPHASIS = re.compile(r"^[*_`\s]+|[*_`\s]+$")
_NOTE_MARKS = re.compile(r"[¹²³⁴-⁹ᵃ-ᶻ†‡*]+$")


def cells_cited(case: Case, citations: Sequence[Cited], texts: Mapping[str, str]) -> float:
    """The share of a case's gold cells that are cited, each with words of its row and of its column beside it.

    Where a name is asked for ("which plant makes the most?"), the label that is the answer may be cited in place of
    the cell that shows it.

    >>> case = Case.model_validate({"id": "a", "question": "Cloud in 2024?", "type": "number", "gold": {"value": 9},
    ...     "article": "a.md", "cells": [{"text": "9", "row": "Cloud", "column": "2024"}]})
    >>> cited = Cited(article="a.md", chunk=1, start=0, end=11, quote="Cloud | 9", answer_start=8, answer_end=9,
    ...     row="Cloud", column="Revenue 2024")
    >>> cells_cited(case, [cited], {"a.md": "Cloud | 9"})
    1.0
    >>> cells_cited(case, [cited.model_copy(update={"column": "2023"})], {"a.md": "Cloud | 9"})
    0.0
    """
    found = [any(_shows(cited, cell, case, texts) for cited in citations) for cell in case.cells]
    return sum(found) / len(found)


def _shows(cited: Cited, cell: GoldCell, case: Case, texts: Mapping[str, str]) -> bool:
    if cited.article not in case.article:
        return False
    words = texts.get(cited.article, "")[cited.answer_start : cited.answer_end]
    if _plain_cell(words) == _plain_cell(cell.text):
        return _holds(cited.row, cell.row) and _holds(cited.column, cell.column)
    return _is_label(words, cited, cell, case)


def _is_label(words: str, cited: Cited, cell: GoldCell, case: Case) -> bool:
    """Whether the cited words are the name asked for, and that of the cell's row or column."""
    if case.type not in ("entity", "text"):
        return False
    if _plain_cell(words) not in {_plain_cell(name) for name in accepted_words(case)}:
        return False
    return any(
        wanted and _holds(f"{words} {label or ''}", wanted)
        for label, wanted in ((cited.row, cell.row), (cited.column, cell.column))
    )


def _holds(label: str | None, wanted: str) -> bool:
    """Whether a label has all the wanted words, in any order."""
    return _words(wanted) <= _words(label or "")


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _plain_cell(text: str) -> str:
    """A cell without emphasis, footnote marks, case and typographic signs.

    >>> _plain_cell("**1,158.3**"), _plain_cell("−12.4 %†")
    ('1,158.3', '-12.4 %')
    """
    return plain_words(_NOTE_MARKS.sub("", _EMPHASIS.sub("", text)))
