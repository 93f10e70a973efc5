"""An answer as a chat completion: its words, where they stand as annotations, and the chunks of a stream."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from askdocs.core.answer_text import confidence_words, words_with_unit
from askdocs.core.answers import Answer, Citation, Scalar
from askdocs.core.base import Model
from askdocs.core.whole_answers import listed_items
from askdocs.text.sanitize import one_line

NOT_SAID = "The articles do not say."
_NEAREST_WIDTH = 300
_MARK = re.compile(r" ?\[(\d+)\]")


class UrlCitation(Model):
    """Which words of ``content`` a source stands behind: ``content[start_index:end_index]``, in code points."""

    start_index: int
    end_index: int
    title: str
    url: str


class FileCitation(Model):
    """Where the words stand: ``quote`` is ``text[start:end]`` of the article, the answer ``[answer_start:answer_end]``.

    Not a part of OpenAI's shape, which has no place for it; its clients keep it as an extra field.
    """

    file_id: str
    filename: str
    published: datetime.date | None = None
    page: int | None = None
    start: int
    end: int
    quote: str
    answer_start: int
    answer_end: int
    table: str | None = None
    row: str | None = None
    column: str | None = None


class Annotation(Model):
    """A citation: as OpenAI's clients know it, and with the file, the offsets and the quote."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation
    file_citation: FileCitation


class AssistantMessage(Model):
    """The message of the assistant."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: tuple[Annotation, ...]


class Choice(Model):
    """The one choice."""

    index: Literal[0] = 0
    message: AssistantMessage
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class PromptTokens(Model):
    """How many tokens of the prompt were still in the model's cache."""

    cached_tokens: int


class CompletionUsage(Model):
    """What it cost, in tokens."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: PromptTokens


class Judgement(Model):
    """What an answer says beyond its words, an extra field: how sure it is, and what the words mean."""

    abstained: bool
    confidence: float
    threshold: float
    value: Scalar | tuple[Scalar, ...] | None = None
    unit: str | None = None
    currency: str | None = None
    note: str = ""


class ChatCompletion(Model):
    """The reply to a request that does not stream."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: tuple[Choice, ...]
    usage: CompletionUsage
    askdocs: Judgement


class Delta(Model):
    """What a chunk adds; the rest is left out.

    >>> Delta(content="33").model_dump()
    {'content': '33'}
    """

    role: Literal["assistant"] | None = None
    content: str | None = None
    annotations: tuple[Annotation, ...] | None = None

    @model_serializer(mode="wrap")
    def _without_the_rest(self, serialize: SerializerFunctionWrapHandler) -> dict[str, object]:
        return {name: value for name, value in serialize(self).items() if value is not None}


class ChunkChoice(Model):
    """The one choice of a chunk."""

    index: Literal[0] = 0
    delta: Delta
    finish_reason: Literal["stop"] | None = None
    logprobs: None = None


class ChatCompletionChunk(Model):
    """One event of a stream."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str
    choices: tuple[ChunkChoice, ...]
    usage: CompletionUsage | None = None
    askdocs: Judgement | None = None


class Completion(Model):
    """The parts of a reply that all its chunks have in common."""

    id: str
    created: int
    model: str
    base_url: str

    def whole(self, answer: Answer) -> ChatCompletion:
        """The answer in one piece."""
        content = content_of(answer)
        message = AssistantMessage(content=content, annotations=annotations_of(answer, content, self.base_url))
        return ChatCompletion(
            **self._common(), choices=(Choice(message=message),), usage=usage_of(answer), askdocs=judgement_of(answer)
        )

    def first(self) -> ChatCompletionChunk:
        """The chunk that says who speaks."""
        return self._chunk(Delta(role="assistant", content=""))

    def rest(self, answer: Answer, *, with_usage: bool) -> Iterator[ChatCompletionChunk]:
        """The chunks with the answer: its words, its end with the citations, and its usage where that is wanted."""
        content = content_of(answer)
        yield self._chunk(Delta(content=content))
        last = ChunkChoice(
            delta=Delta(annotations=annotations_of(answer, content, self.base_url)), finish_reason="stop"
        )
        yield ChatCompletionChunk(**self._common(), choices=(last,), askdocs=judgement_of(answer))
        if with_usage:
            yield ChatCompletionChunk(**self._common(), choices=(), usage=usage_of(answer))

    def _chunk(self, delta: Delta) -> ChatCompletionChunk:
        return ChatCompletionChunk(**self._common(), choices=(ChunkChoice(delta=delta),))

    def _common(self) -> dict[str, object]:
        return {"id": self.id, "created": self.created, "model": self.model}


def content_of(answer: Answer) -> str:
    """The words of an answer; that the articles do not say, and what is nearest, where it abstains.

    >>> unsure = Answer(question="How much?", text="", abstained=True, confidence=0.04, candidate="9%", model="m")
    >>> content_of(unsure)
    'The articles do not say. Nearest, but not sure enough to be an answer: "9%" - doubtful (0.04).'
    """
    if not answer.abstained:
        return words_with_unit(answer) if answer.form == "span" and answer.style == "span" else answer.text
    if not answer.candidate:
        return f"{NOT_SAID} {one_line(answer.note)}".rstrip()
    nearest = one_line(answer.candidate, _NEAREST_WIDTH)
    sure = confidence_words(answer.confidence)
    return f'{NOT_SAID} Nearest, but not sure enough to be an answer: "{nearest}" - {sure}.'


def without_abstention(content: str) -> str:
    """What later questions may lean on of an earlier reply: no words that were not given as the answer, no marks.

    >>> without_abstention("The articles do not say. Nearest, ..."), without_abstention("It sold 33 million [1].")
    ('', 'It sold 33 million.')
    """
    return "" if content.startswith(NOT_SAID) else _MARK.sub("", content)


def annotations_of(answer: Answer, content: str, base_url: str) -> tuple[Annotation, ...]:
    """A citation for each place that the answer rests on, with the words of ``content`` that it stands behind."""
    places = _in_prose(answer, content) if answer.style == "prose" else _in_words(answer, content)
    return tuple(
        Annotation(
            url_citation=UrlCitation(
                start_index=start, end_index=end, title=citation.title, url=_address(citation, base_url)
            ),
            file_citation=_file_citation(citation),
        )
        for citation, (start, end) in zip(answer.citations, places, strict=True)
    )


def _in_words(answer: Answer, content: str) -> Iterator[tuple[int, int]]:
    """Where the words of each citation stand in the content, in their order; all of it where they do not."""
    items = listed_items(answer)
    after = 0
    for number, citation in enumerate(answer.citations):
        words = citation.quote[citation.answer_start - citation.start : citation.answer_end - citation.start]
        for said in (*items[number : number + 1], words, one_line(words, _NEAREST_WIDTH)):
            at = content.find(said, after) if said else -1
            at = content.find(said) if at < 0 and said else at
            if at >= 0:
                after = at + len(said)
                yield at, after
                break
        else:
            yield 0, len(content)


def _in_prose(answer: Answer, content: str) -> Iterator[tuple[int, int]]:
    """What stands before the mark of each citation, from the mark before it on."""
    before, places = 0, dict[int, tuple[int, int]]()
    for mark in _MARK.finditer(content):
        places.setdefault(int(mark[1]), (before, mark.start()))
        before = mark.end()
    for number in range(1, len(answer.citations) + 1):
        start, end = places.get(number, (0, len(content)))
        yield end - len(content[start:end].lstrip(" \n.,;:!?")), end  # without the end of the sentence before


def _address(citation: Citation, base_url: str) -> str:
    """Where the article can be read: its own address, else that of this service."""
    if citation.source.startswith(("https://", "http://")):
        return citation.source
    return f"{base_url}v1/articles/{citation.article_id}"


def _file_citation(citation: Citation) -> FileCitation:
    shared = citation.model_dump(include=set(FileCitation.model_fields))
    return FileCitation(file_id=citation.article_id, filename=citation.source, **shared)


def usage_of(answer: Answer) -> CompletionUsage:
    """What an answer cost."""
    usage = answer.usage
    return CompletionUsage(
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.output_tokens,
        total_tokens=usage.prompt_tokens + usage.output_tokens,
        prompt_tokens_details=PromptTokens(cached_tokens=usage.reused_tokens),
    )


def judgement_of(answer: Answer) -> Judgement:
    """What an answer says beyond its words; no value where it abstains."""
    typed = None if answer.abstained else answer.typed
    return Judgement(
        abstained=answer.abstained,
        confidence=answer.confidence,
        threshold=answer.threshold,
        value=None if answer.abstained else answer.value,
        unit=typed and typed.unit,
        currency=typed and typed.currency,
        note=answer.note,
    )
