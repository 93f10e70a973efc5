"""``POST /v1/ask``: one question, answered in JSON or as server-sent events."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Request
from fastapi.responses import Response
from pydantic import Field

from askdocs.core.answers import Answer, Answered, Event, Retrieved, Token, Turn
from askdocs.core.base import Model
from askdocs.corpus.ask_options import AskKeywords
from askdocs.serving import asking
from askdocs.serving.errors import detail_of, error_docs
from askdocs.serving.event_stream import EventStream, sse
from askdocs.serving.examples import ANSWER, HIT, QUESTION, events_example, json_example
from askdocs.serving.service import CallerDep, CorpusDep, Service, ServiceDep
from askdocs.serving.works import Waiting

router = APIRouter(prefix="/v1", tags=["questions"])
WhereInput = dict[str, str | list[str]]


class AskRequest(Model):
    """A question with its options, which mean what they mean for ``Corpus.ask``."""

    question: str = Field(description="In words; what is longer than 1,000 characters is cut.")
    k: int | None = Field(None, strict=True, ge=1, le=100, description="How many passages are found to answer from.")
    where: WhereInput | None = Field(None, description="Which articles may answer, by field.")
    threshold: float | None = Field(None, strict=True, ge=0, le=1, description="Under which confidence to abstain.")
    style: Literal["auto", "span", "prose"] | None = None
    model: str | None = Field(None, description="One of those that are served; the first if not given.")
    history: tuple[Turn, ...] = Field((), max_length=50, description="Earlier questions with their answers.")
    stream: bool = Field(False, strict=True, description="Whether to send events instead of JSON.")

    def options(self, service: Service) -> AskKeywords:
        """The options for ``Corpus.ask``. Raises AskdocsError where the model is not served."""
        return AskKeywords(
            model=service.model(self.model), k=self.k, where=self.where, threshold=self.threshold, style=self.style,
            history=self.history, timeout=service.settings.timeout,
        )  # fmt: skip


_EXAMPLES = {
    "question": {"summary": "A question", "value": {"question": QUESTION}},
    "follow-up": {
        "summary": "A question that leans on an earlier one, with events as the reply",
        "value": {
            "question": "And for how much?",
            "history": [{"question": QUESTION, "answer": "33 million shares"}],
            "stream": True,
        },
    },
    "some articles": {
        "summary": "A question to the articles of a time and of a source",
        "value": {"question": QUESTION, "where": {"published": ">=2024-01", "source": "*.md"}, "k": 12},
    },
}
_EVENTS = (
    sse("waiting", Waiting(ahead=1)),
    sse("retrieved", Retrieved(hits=(HIT,))),
    sse("token", Token(text="33 million shares")),
    sse("answered", Answered(answer=ANSWER)),
)
_REPLY = {
    "description": "The answer; with `stream`, events: `waiting` ..., `retrieved`, `token` ..., `answered` or `error`.",
    "content": json_example(ANSWER) | events_example(*(event.decode().strip() for event in _EVENTS)),
}


@router.post(
    "/ask",
    summary="Answer a question",
    response_model=Answer,
    responses={200: _REPLY, **error_docs(400, 401, 403, 404, 413, 422, 429, 503, 504)},
)
async def ask(
    request: Request,
    asked: Annotated[AskRequest, Body(openapi_examples=_EXAMPLES)],
    service: ServiceDep,
    caller: CallerDep,
    corpus: CorpusDep,
) -> Answer | Response:
    """Answer a question from the articles, with the exact words that the answer rests on.

    With `"stream": true` the reply is server-sent events: `waiting` with how many are ahead, each time that changes;
    `retrieved` with the passages; `token` with words as they become certain; and `answered` with the answer, which may
    still abstain from those words. An error before the first event has a status of its own; a later one is the event
    `error`, the last. The question is given up when the client closes the connection.
    """
    options = asked.options(service)
    if not asked.stream:
        work = asking.ask(service, caller.name, corpus, asked.question, options)
        return await asking.unless_left(request, work)
    events = asking.events(service, caller.name, corpus, asked.question, options)
    first = await asking.unless_left(request, anext(events))  # whose errors still have a status of their own
    return EventStream(_sent(first, events), service.metrics.left.inc)


async def _sent(first: Event | Waiting, events: AsyncGenerator[Event | Waiting, None]) -> AsyncGenerator[bytes, None]:
    """Events as they are sent; an error on the way is the last of them."""
    try:
        async with contextlib.aclosing(events):
            yield _event(first)
            async for event in events:
                yield _event(event)
    except Exception as error:
        yield sse("error", detail_of(error))


def _event(event: Event | Waiting) -> bytes:
    return sse(type(event).__name__.lower(), event)
