"""The lines of an answer that hold no quote: its words with their marks, and the remarks under them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from askdocs.core.answer_text import confidence_words, words_with_unit
from askdocs.core.whole_answers import marks
from askdocs.terminal.footnotes import alternatives
from askdocs.terminal.wording import counted, short_source
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from askdocs.core.answers import Answer, Citation
    from askdocs.core.reports import FilterCounts

_UNSURE_SHARE = 0.5  # of the threshold: a candidate this likely does not mean that there is no answer
_MARK = re.compile(r"( \[\d+\])")
RemarkKind = Literal["sure", "cost", "nearest", "formula", "note", "other", "unsupported", "omitted", "unread"]
NOTHING_NEAR = "Nothing in the articles is near this question."


class Remark(NamedTuple):
    """A line under an answer, and what it is about."""

    kind: RemarkKind
    text: str


def marked(text: str, citations: Sequence[Citation], first: int = 1) -> list[tuple[str, bool]]:
    """The answer's text in pieces, ``(piece, is a mark)``: each citation's ``[n]`` follows its words."""
    text = one_line(text)
    pieces: list[tuple[str, bool]] = []
    position = 0
    for number, citation in enumerate(citations, start=first):
        start = citation.answer_start - citation.start
        words = one_line(citation.quote[max(start, 0) : citation.answer_end - citation.start])
        found = text.find(words, position) if words else -1
        if found >= 0:
            pieces.append((text[position : found + len(words)], False))
            position = found + len(words)
        elif position == 0 and not pieces:
            pieces.append((text, False))
            position = len(text)
        pieces.append((f" [{number}]", True))
    pieces.append((text[position:], False))
    return [piece for piece in pieces if piece[0]]


def nothing_kept(kept: FilterCounts | None, conditions: str) -> str:
    """What to say of a question that found nothing: that its filter keeps no article, if so."""
    return f"The filter keeps no article: {one_line(conditions)}" if kept and not kept.articles else NOTHING_NEAR


def undated(kept: FilterCounts | None) -> str:
    """How many articles a filter on the date leaves out because they have none; empty when there are none."""
    if kept is None or not kept.undated:
        return ""
    number = f"{kept.undated} of {counted(kept.total, 'article')}"
    return f"{number} {'has' if kept.undated == 1 else 'have'} no date, and a filter on published leaves them out"


def heading_line(answer: Answer, nothing: str = NOTHING_NEAR, first: int = 1) -> list[tuple[str, bool]]:
    """The first line of an answer: its words with their marks, or that there is no answer; ``nothing`` if no hits."""
    if not answer.abstained:
        if answer.style == "prose":  # which has its marks
            return [(piece, bool(_MARK.fullmatch(piece))) for piece in _MARK.split(one_line(answer.text)) if piece]
        return marked(words_with_unit(answer), answer.citations, first)
    if not answer.hits and not answer.citations:
        return [(nothing, False)]
    if answer.note and not answer.candidate and not answer.citations:
        return [("Not answered.", False)]  # the note says why
    unsure = bool(answer.candidate) and answer.confidence >= _UNSURE_SHARE * answer.threshold > 0
    return [("Not sure enough to answer." if unsure else "The articles do not answer this.", False)]


def remarks(answer: Answer, first: int = 1, *, part: bool = False) -> Iterator[Remark]:
    """The lines under the answer: confidence, disagreement, words that could not be located, what did not fit.

    Of a part of a whole only what is its own: confidence, how it was computed, and its note. Of a whole with parts,
    what it took, as each part says how sure it is.
    """
    if answer.parts:
        yield Remark("cost", cost(answer))
    elif not answer.abstained:
        took = "" if part else f" · {cost(answer)}"
        yield Remark("sure", f"{confidence_words(answer.confidence)}{took}")
    elif answer.candidate:
        numbers = range(first, first + (0 if part else len(answer.citations)))
        cited = f" {marks(numbers)}" if numbers else ""
        near = f'nearest: "{one_line(answer.candidate, 160)}"{cited}, {confidence_words(answer.confidence)}'
        yield Remark("nearest", f"{near}; asked for {answer.threshold:.2f}")
    elif answer.hits and not part:
        yield Remark("cost", f"nearest passages below · {cost(answer)}")
    if answer.formula:
        yield Remark("formula", f"computed: {one_line(answer.formula, 200)}")
    if answer.note:
        yield Remark("note", one_line(answer.note, 200))
    if not part:
        yield from _others(answer)
        yield from _left_out(answer)


def _others(answer: Answer) -> Iterator[Remark]:
    """What other passages say."""
    number = len(answer.citations) + 1
    for other in alternatives(answer):
        cited = marks(range(number, number + len(other.citations)))
        number += len(other.citations)
        sure = confidence_words(other.confidence)
        yield Remark("other", f'another passage says: "{one_line(other.text, 160)}" {cited}, {sure}')


def _left_out(answer: Answer) -> Iterator[Remark]:
    """Words that could not be located, passages that did not fit, and sentences that were not read."""
    for words in answer.unsupported:
        said = f'"{one_line(words.text, 160)}" ({one_line(words.reason, 80)})'
        yield Remark("unsupported", f"not found in the articles: {said}")
    if answer.omitted:
        number = f"{len(answer.omitted)} of {len(answer.omitted) + len(answer.hits)}"
        yield Remark("omitted", f"{number} passages did not fit the prompt")
    if answer.unread:
        first, *others = answer.unread
        more = f" and {counted(len(others), 'other')}" if others else ""
        where = short_source(first.source, 40)
        said = f'"{one_line(first.text, 120)}" ({where}){more}'
        yield Remark("unread", f"not read, as it tells a machine what to answer: {said}")


def cost(answer: Answer) -> str:
    """Which model answered, and what that took."""
    return f"{short_source(answer.model, 40)} · {answer.timings.total:.1f} s"
