"""The shapes of OpenAI's replies, each with what an answer has beyond them as extra fields, which its clients keep."""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from askdocs.core.answers import Scalar
from askdocs.core.base import Model


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
