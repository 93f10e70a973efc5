"""``/v1/models`` and ``/v1/chat/completions``: what clients of OpenAI expect, answered from the articles.

The content of a reply is sent once the answer is known, also to those who want a stream: a model's words may be taken
back, where what follows them makes the answer abstain, and a chat has no way to take back what it showed. Until then
comments keep the connection alive. ``/v1/ask`` gives the words as they come, and says so.
"""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import AsyncGenerator
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Request
from fastapi.responses import Response
from fastapi.sse import format_sse_event
from pydantic import BaseModel

from askdocs.core.answers import Answered, Event
from askdocs.core.base import Model
from askdocs.corpus.ask_options import AskKeywords
from askdocs.serving import asking
from askdocs.serving.chat_completions.errors import OpenAIRoute, openai_error, openai_error_docs
from askdocs.serving.chat_completions.reply import Completion
from askdocs.serving.chat_completions.request import ChatCompletionRequest, question_of
from askdocs.serving.chat_completions.shapes import ChatCompletion
from askdocs.serving.event_stream import EventStream
from askdocs.serving.examples import ANSWER, QUESTION, events_example, json_example
from askdocs.serving.service import CallerDep, CorpusDep, CorpusNameDep, Service, ServiceDep
from askdocs.serving.works import Waiting

router = APIRouter(prefix="/v1", tags=["openai"], route_class=OpenAIRoute)
_STARTED = int(time.time())


class ServedModel(Model):
    """A model that a request may name."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "askdocs"


class ServedModels(Model):
    """The models that a request may name; the first answers where it names none."""

    object: Literal["list"] = "list"
    data: tuple[ServedModel, ...]


_SERVED = ServedModel(id="smollm2", created=1_764_374_400)
_MADE = Completion(
    id="chatcmpl-1", created=1_764_374_400, model="smollm2", base_url="http://127.0.0.1:8765/", corpus="news"
)


def _chunk(chunk: BaseModel) -> bytes:
    return format_sse_event(data_str=chunk.model_dump_json())


_STREAM = [_chunk(one).decode().strip() for one in (_MADE.first(), *_MADE.rest(ANSWER, with_usage=False))]
_REPLY = {
    "description": "The completion; with `stream`, events of chunks, the last of which is `[DONE]`.",
    "content": json_example(_MADE.whole(ANSWER)) | events_example(*_STREAM, "data: [DONE]"),
}
_EXAMPLES = {
    "question": {
        "summary": "A question",
        "value": {"model": "smollm2", "messages": [{"role": "user", "content": QUESTION}]},
    },
    "follow-up": {
        "summary": "A question that leans on an earlier one, streamed",
        "value": {
            "model": "smollm2",
            "messages": [
                {"role": "user", "content": QUESTION},
                {"role": "assistant", "content": "33 million shares"},
                {"role": "user", "content": [{"type": "text", "text": "And for how much?"}]},
            ],
            "stream": True,
            "stream_options": {"include_usage": True},
        },
    },
}


@router.get(
    "/models",
    summary="List the models",
    responses={200: {"content": json_example(ServedModels(data=(_SERVED,)))}, **openai_error_docs(401)},
)
async def models(service: ServiceDep) -> ServedModels:
    """List the models that a request may name."""
    return ServedModels(data=tuple(ServedModel(id=name, created=_STARTED) for name in service.settings.models))


@router.get(
    "/models/{name:path}",
    summary="Look a model up",
    responses={200: {"content": json_example(_SERVED)}, **openai_error_docs(401, 404)},
)
async def model(name: str, service: ServiceDep) -> ServedModel:
    """Say that a model may be named."""
    service.model(name)
    return ServedModel(id=name, created=_STARTED)


@router.post(
    "/chat/completions",
    summary="Answer the last message",
    response_model=ChatCompletion,
    responses={200: _REPLY, **openai_error_docs(400, 401, 403, 404, 413, 429, 503, 504)},
)
async def chat_completions(
    request: Request,
    asked: Annotated[ChatCompletionRequest, Body(openapi_examples=_EXAMPLES)],
    service: ServiceDep,
    caller: CallerDep,
    corpus: CorpusDep,
    corpus_name: CorpusNameDep,
) -> Response:
    """Answer the last message from the articles, as a chat completion.

    `content` holds the answer's words, and `annotations` where they stand: which words of the content, the file, the
    offsets and the quote. Where the articles do not say, the content says so. Messages of the system and of tools are
    not read: the articles are the only authority. `temperature`, `max_tokens` and the like are accepted and mean
    nothing. `n` over 1, a forced tool call and a `response_format` other than text are refused. A stream holds the
    content in one piece, once it is known.
    """
    options = _options(asked, service)
    asked.check()
    question = question_of(asked.messages)
    options["history"] = question.history
    made = Completion(
        id=f"chatcmpl-{uuid.uuid4().hex}",
        created=int(time.time()),
        model=asked.model or service.settings.models[0],
        base_url=str(request.base_url),
        corpus=corpus_name,
    )
    if not asked.stream:
        answering = asking.ask(service, caller.name, corpus, question.text, options)
        whole = made.whole(await asking.unless_left(request, answering))
        return Response(whole.model_dump_json(), media_type="application/json")
    events = asking.events(service, caller.name, corpus, question.text, options)
    await asking.unless_left(request, anext(events))  # whose errors still have a status of their own
    usage = bool(asked.stream_options and asked.stream_options.include_usage)
    return EventStream(_sent(made, events, with_usage=usage), service.metrics.left.inc)


def _options(asked: ChatCompletionRequest, service: Service) -> AskKeywords:
    return AskKeywords(
        model=service.model(asked.model), k=asked.k, where=asked.where, threshold=asked.threshold, style=asked.style,
        timeout=service.settings.timeout,
    )  # fmt: skip


async def _sent(
    made: Completion, events: AsyncGenerator[Event | Waiting, None], *, with_usage: bool
) -> AsyncGenerator[bytes, None]:
    """The chunks as they are sent; an error on the way is the last of them."""
    try:
        async with contextlib.aclosing(events):
            yield _chunk(made.first())
            async for event in events:
                if isinstance(event, Answered):
                    for chunk in made.rest(event.answer, with_usage=with_usage):
                        yield _chunk(chunk)
        yield format_sse_event(data_str="[DONE]")
    except Exception as error:
        yield _chunk(openai_error(error))
