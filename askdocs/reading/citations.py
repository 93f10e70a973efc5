"""Decoded runs of words -> located citations with the sentences they stand in, and typed values.

A run under the decoding constraint is located by its offsets. What a model behind a server wrote is looked for in
the passages afterwards, and words that are not there come back as unsupported, never dropped.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence

from askdocs.core.answers import Citation, Unsupported, Value, ValueKind
from askdocs.core.articles import Article
from askdocs.core.base import Model
from askdocs.core.decoding import DecodedAnswer, Passage, SpanItem
from askdocs.text.sentences import sentence_spans
from askdocs.text.span_boundaries import can_end, can_start
from askdocs.values.amounts import APPROXIMATE, APPROXIMATE_AFTER
from askdocs.values.parse import parse
from askdocs.values.question_analysis import QuestionAnalysis

UNANSWERABLE = "unanswerable"
_VALUE_KINDS: dict[str, ValueKind] = {"number": "number", "money": "money", "percent": "percent", "date": "date"}
_AMOUNTS = ("number", "money", "percent", "range")
_BESIDE = 30  # code points before a figure in which "about" and its like are looked for
_FOLDED = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "\u00a0": " "})


class Reply(Model):
    """What a model wrote freely, read: located items, a boolean, whether it gave up, and what was not found."""

    items: tuple[SpanItem, ...] = ()
    boolean: bool | None = None
    gave_up: bool = False
    unsupported: tuple[Unsupported, ...] = ()


def citation(item: SpanItem, passage: Passage, article: Article) -> Citation:
    """Locate a run of words of a passage in its article, with the sentences around it."""
    answer_start, answer_end = passage.offsets[item.start], passage.offsets[item.end - 1] + 1
    chunk = passage.hit.chunk
    start, end = _sentences_around(chunk.text, answer_start - chunk.start, answer_end - chunk.start)
    start, end = chunk.start + start, chunk.start + end
    page = bisect_right(article.pages, answer_start) if article.pages else None
    return Citation(
        article_id=article.id,
        source=article.source,
        title=article.title,
        published=article.published,
        page=page,
        chunk_id=chunk.id,
        start=start,
        end=end,
        quote=article.text[start:end],
        answer_start=answer_start,
        answer_end=answer_end,
    )


def _sentences_around(text: str, start: int, end: int) -> tuple[int, int]:
    touched = [span for span in sentence_spans(text) if span[0] < end and span[1] > start]
    if not touched:
        return start, end
    return min(start, touched[0][0]), max(end, touched[-1][1])


def answer_text(answer: DecodedAnswer, passages: Sequence[Passage]) -> str:
    """The words of an answer as a reader sees them: the runs joined by "; ", or yes or no."""
    if answer.boolean is not None:
        return "yes" if answer.boolean else "no"
    return "; ".join(words(item, passages) for item in answer.items)


def words(item: SpanItem, passages: Sequence[Passage]) -> str:
    """The words of one run, as the passage shows them, on one line."""
    passage = next(passage for passage in passages if passage.number == item.number)
    return passage.text[item.start : item.end].replace("\n", " ")


def value_of(question: QuestionAnalysis, answer: DecodedAnswer, passages: Sequence[Passage]) -> Value | None:
    """What the words mean, in the light of what the question asks for; None where they are no value.

    That a figure is approximate may be said by the words beside it ("about 33 million"), which are no part of it.
    """
    if answer.boolean is not None:
        return Value(kind="boolean", value=answer.boolean)
    texts = [words(item, passages) for item in answer.items]
    if len(texts) > 1:
        return Value(kind="list", value=tuple(texts))
    hint = _VALUE_KINDS.get(question.kind or "")
    plain = parse(texts[0])
    if plain is not None and plain.kind in _AMOUNTS and _said_to_be_about(answer.items[0], passages):
        plain = plain.model_copy(update={"approximate": True})
    if plain is not None and (hint is None or plain.kind in (hint, "range")):
        return plain
    return (parse(texts[0], hint) if hint else None) or plain


def _said_to_be_about(item: SpanItem, passages: Sequence[Passage]) -> bool:
    text = next(passage.text for passage in passages if passage.number == item.number)
    before = text[max(item.start - _BESIDE, 0) : item.start]
    return APPROXIMATE.search(before) is not None or APPROXIMATE_AFTER.match(text, item.end) is not None


def preferred_by(question: str, passages: Sequence[Passage]) -> Callable[[int, list[int]], int]:
    """Choose, among equal runs of one passage, the one whose sentence shares most words with the question."""
    asked = set(re.findall(r"\w{3,}", question.lower()))
    texts = {passage.number: passage.text for passage in passages}

    def prefer(number: int, starts: list[int]) -> int:
        text = texts[number]
        spans = sentence_spans(text)

        def shared(start: int) -> int:
            around = next((text[a:b] for a, b in spans if a <= start < b), "")
            return len(asked & set(re.findall(r"\w{3,}", around.lower())))

        return max(range(len(starts)), key=lambda i: (shared(starts[i]), -i))

    return prefer


def read_reply(text: str, passages: Sequence[Passage]) -> Reply:
    """Read what a model that cannot be constrained wrote in (or beside) the grammar, and locate its words.

    Words that stand in no passage come back as unsupported; so does a yes or no without words that it rests on.
    """
    text = text.strip()
    if not text or text.lower().strip(" .\"'[]`*").startswith(UNANSWERABLE):
        return Reply(gave_up=True)
    boolean, rest = None, text
    marked = re.match(r"(yes|no)\b[\s,.:;-]*", text, re.IGNORECASE)
    if marked:
        boolean, rest = marked.group(1).lower() == "yes", text[marked.end() :]
    parts = _parts(rest)
    if not any(part for _, part in parts):
        return Reply(unsupported=(Unsupported(text=text, reason="no words of a passage come with it"),))
    return located_reply(boolean, parts, passages)


def located_reply(boolean: bool | None, parts: Sequence[tuple[int | None, str]], passages: Sequence[Passage]) -> Reply:
    """A reply in parts, each with the number of the passage that it names, if any: its words located."""
    items: list[SpanItem] = []
    missing: list[Unsupported] = []
    for number, part in parts:
        found = _located(part, passages, number)
        items += found
        if part and not found:
            missing.append(Unsupported(text=part, reason="these words stand in none of the passages"))
    return Reply(items=tuple(items), boolean=boolean if items else None, unsupported=tuple(missing))


def _parts(text: str) -> list[tuple[int | None, str]]:
    """The words of a reply by the passages they are marked with: "[1] a; [2] b" or "a [1]; b [2]", or unmarked."""
    pieces = re.split(r"\[(\d+)\]", text)
    numbers, between = [int(number) for number in pieces[1::2]], [_bare(piece) for piece in pieces[::2]]
    if not numbers:
        return [(None, between[0])]
    if between[0] and not between[-1]:  # marks behind the words
        return list(zip(numbers, between[:-1], strict=True))
    unmarked = [(None, between[0])] if between[0] else []
    return [*unmarked, *zip(numbers, between[1:], strict=True)]


def _bare(text: str) -> str:
    return text.strip().strip(";,`*").strip()


def _located(text: str, passages: Sequence[Passage], number: int | None) -> list[SpanItem]:
    """Where words stand, with or without quotes and a full stop; where only all parts of a list do, each of them."""
    unquoted = text.strip("\"'“”‘’")
    for written in dict.fromkeys((text, unquoted, unquoted.removesuffix("."))):
        item = locate(written, passages, number)
        if item is not None:
            return [item]
    parts = [_bare(part).removesuffix(".") for part in text.split(";")]
    items = [locate(part, passages, number) for part in parts]
    found = [item for item in items if item is not None]
    return found if len(found) == len(items) else []


def locate(text: str, passages: Sequence[Passage], number: int | None = None) -> SpanItem | None:
    """Find words in the passages, the passage ``number`` first; whitespace, quotes, dashes and case may differ.

    Only whole words count: "3" is not found in "33 million".
    """
    parts = _fold(text).split()
    if not parts:
        return None
    pattern = re.compile(r"\s+".join(map(re.escape, parts)), re.IGNORECASE)
    for passage in sorted(passages, key=lambda passage: passage.number != number):
        for match in pattern.finditer(_fold(passage.text)):
            if can_start(passage.text, match.start()) and can_end(passage.text, match.end()):
                return SpanItem(number=passage.number, start=match.start(), end=match.end())
    return None


def _fold(text: str) -> str:
    """Quotes and dashes made plain, one character for one, so that offsets stay."""
    folded = text.translate(_FOLDED)
    return "".join(c if len(n := unicodedata.normalize("NFKC", c)) != 1 else n for c in folded)
