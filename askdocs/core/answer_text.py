"""An answer in one span as a few lines of plain text, its unit, and a probability in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from askdocs.core.answers import Answer, Citation

# The least confidence of each; they claim no more than was right on every file measured: docs/quality.md.
CONFIDENCE_WORDS = ((0.9, "very likely right"), (0.6, "likely right"), (0.25, "may be right"), (0.0, "doubtful"))
_ALL_FIGURES = re.compile(r"^(?:all )?(?:figures |amounts |values )?(?:are )?in (?=\S)", re.IGNORECASE)
QUOTE_WIDTH = 300  # of a quote


def confidence_words(confidence: float) -> str:
    """A confidence in words and number.

    >>> confidence_words(0.93), confidence_words(0.62), confidence_words(0.38), confidence_words(0.04)
    ('very likely right (0.93)', 'likely right (0.62)', 'may be right (0.38)', 'doubtful (0.04)')
    >>> confidence_words(0.899), confidence_words(0.894)
    ('very likely right (0.90)', 'likely right (0.89)')
    """
    confidence = round(confidence, 2)  # the words must fit the number that stands beside them
    words = next(words for least, words in CONFIDENCE_WORDS if confidence >= least)
    return f"{words} ({confidence:.2f})"


def unit_words(unit: str) -> str:
    """A unit as it is shown beside a figure.

    >>> unit_words("(Figures in £m)"), unit_words("Revenue in thousands of euros"), unit_words("MPa")
    ('£m', 'Revenue in thousands of euros', 'MPa')
    """
    return _ALL_FIGURES.sub("", unit.strip("()[] "))


def words_with_unit(answer: Answer) -> str:
    """The words of an answer; behind a bare figure of a table the words that say its unit, in brackets."""
    unit = answer.citations[0].unit if answer.citations and not answer.formula else None
    value = answer.typed
    if not unit or value is None or value.kind not in ("number", "money", "percent", "range"):
        return answer.text
    bare = unit_words(unit)
    return answer.text if bare in answer.text else f"{answer.text} ({bare})"


def span_lines(answer: Answer) -> Iterator[str]:
    """The lines of an answer in one span: its words, and each quote with its place."""
    yield _said(answer)
    yield from detail_lines(answer)
    yield from (f'  "{one_line(citation.quote, QUOTE_WIDTH)}" ({place(citation)})' for citation in answer.citations)
    yield from trouble_lines(answer)


def _said(answer: Answer) -> str:
    sure = confidence_words(answer.confidence)
    if not answer.abstained:
        return f"{one_line(words_with_unit(answer))} - {sure}"
    if answer.candidate:
        return f"no answer; nearest: {one_line(answer.candidate)} - {sure}, asked for {answer.threshold:.2f}"
    return "no answer"


def detail_lines(answer: Answer) -> Iterator[str]:
    """How an answer was computed, and its note."""
    if answer.formula:
        yield f"  {one_line(answer.formula, QUOTE_WIDTH)}"
    if answer.note:
        yield f"  {one_line(answer.note, QUOTE_WIDTH)}"


def trouble_lines(answer: Answer) -> Iterator[str]:
    """Words that could not be located, and sentences that were not read."""
    yield from (f'  not located: "{one_line(one.text, QUOTE_WIDTH)}" ({one.reason})' for one in answer.unsupported)
    yield from (f'  not read, planted for machines: "{one_line(one.text, QUOTE_WIDTH)}"' for one in answer.unread)


def place(citation: Citation) -> str:
    """Where a quote stands, on one line: the labels of its cell, title, date, source and page."""
    published = citation.published.isoformat() if citation.published else ""
    page = f"page {citation.page}" if citation.page else ""
    cell = " / ".join(part for part in (citation.row, citation.column) if part)
    return ", ".join(one_line(part) for part in (cell, citation.title, published, citation.source, page) if part)
