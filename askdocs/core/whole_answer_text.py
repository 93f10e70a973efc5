"""What ``print(answer)`` shows: a span, a list, a summary, a comparison, a count or parts as lines of plain text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from askdocs.core.answer_text import (
    QUOTE_WIDTH,
    confidence_words,
    detail_lines,
    place,
    span_lines,
    trouble_lines,
    words_with_unit,
)
from askdocs.core.whole_answers import by_article, is_cited, listed_items, marks, part_labels
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from askdocs.core.answers import Answer, Citation


def answer_summary(answer: Answer) -> str:
    """The words of an answer, how sure they are, and the quotes they rest on."""
    return "\n".join(whole_lines(answer) or span_lines(answer))


def whole_lines(answer: Answer) -> list[str]:
    """The lines of an answer that is more than a span; empty where it is to be shown as a span is."""
    if answer.parts:
        return [*(_parts(answer) if answer.form == "parts" else _comparison(answer)), *trouble_lines(answer)]
    if answer.abstained:
        return []
    if answer.form == "count":
        return [*_count(answer), *trouble_lines(answer)]
    if items := listed_items(answer):
        lines = _list(answer, items) if answer.form == "list" else _summary(answer, items)
        return [*lines, *trouble_lines(answer)]
    return []


def _list(answer: Answer, items: tuple[str, ...]) -> Iterator[str]:
    """One item a line with its place; of one article the place is said once."""
    yield f"{len(items)} item{'s' * (len(items) != 1)} - {confidence_words(answer.confidence)}"
    yield from detail_lines(answer)
    several = len({citation.article_id for citation in answer.citations}) > 1
    for item, citation in zip(items, answer.citations, strict=True):
        yield f"  {item}" + (f" ({place(citation)})" if several else "")
    if not several:
        yield f"  ({_place_of_article(answer.citations[0])})"


def _summary(answer: Answer, items: tuple[str, ...], first: int = 1) -> Iterator[str]:
    yield _marked(items, first)
    yield f"  {confidence_words(answer.confidence)}"
    yield from detail_lines(answer)
    yield from _sources(answer.citations, first)


def _marked(sentences: tuple[str, ...], first: int) -> str:
    """Sentences, each followed by the number of its citation."""
    return " ".join(f"{sentence} [{number}]" for number, sentence in enumerate(sentences, start=first))


def _sources(citations: tuple[Citation, ...], first: int) -> Iterator[str]:
    for one in by_article(citations, first):
        pages = f", page{'s' * (len(one.pages) > 1)} {', '.join(map(str, one.pages))}" if one.pages else ""
        yield f"  {marks(one.numbers)} {_place_of_article(one.citation)}{pages}"


def _place_of_article(citation: Citation) -> str:
    return place(citation.model_copy(update={"page": None, "row": None, "column": None}))


def _count(answer: Answer) -> Iterator[str]:
    """How many articles, and each with a sentence of it."""
    yield f"{one_line(answer.text)} article{'s' * (answer.text != '1')} - {confidence_words(answer.confidence)}"
    yield from detail_lines(answer)
    for citation in answer.citations:
        yield f"  {place(citation)}"
        yield f'      "{one_line(citation.quote, QUOTE_WIDTH)}"'


def _comparison(answer: Answer) -> Iterator[str]:
    """The sides, one a line, then the quotes; the sentences of a side that is summarized have marks instead."""
    if answer.note:
        yield one_line(answer.note, QUOTE_WIDTH)
    first = 1
    below: list[str] = []
    for label, part in zip(part_labels(answer), answer.parts, strict=True):
        sentences = listed_items(part)
        words = _marked(sentences, first) if sentences else one_line(words_with_unit(part)) or _nothing(part)
        yield f"{one_line(label)}: {words}" + ("" if part.abstained else f" - {confidence_words(part.confidence)}")
        if is_cited(part, answer):
            below += _sources(part.citations, first) if sentences else _quotes(part.citations)
            first += len(part.citations)
    yield from below


def _parts(answer: Answer) -> Iterator[str]:
    """Each question with its answer and the quotes of it."""
    for label, part in zip(part_labels(answer), answer.parts, strict=True):
        yield one_line(label)
        lines = [_nothing(part)] if part.abstained else whole_lines(part) or list(span_lines(part))
        yield from (f"  {line}" for line in lines)


def _nothing(part: Answer) -> str:
    """That a part is not answered, and what was nearest."""
    if not part.candidate:
        return "no answer"
    return f'no answer; nearest: "{one_line(part.candidate, QUOTE_WIDTH)}" - {confidence_words(part.confidence)}'


def _quotes(citations: tuple[Citation, ...]) -> Iterator[str]:
    yield from (f'  "{one_line(citation.quote, QUOTE_WIDTH)}" ({place(citation)})' for citation in citations)
