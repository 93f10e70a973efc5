"""``POST /v1/ask``: one question, answered in JSON or as server-sent events."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Request
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import Field

from askdocs.core.answers import Answer, Event, Turn
from askdocs.core.base import Model
from askdocs.core.errors import AskdocsError
from askdocs.corpus.ask_options import AskKeywords
from askdocs.serving import asking
from askdocs.serving.errors import ErrorDetail
from askdocs.serving.service import CallerDep, CorpusDep, Service, ServiceDep

router = APIRouter(prefix="/v1", tags=["questions"])
WhereInput = dict[str, str | list[str]]


class AskRequest(Model):
    """A question with its options, which mean what they mean for ``Corpus.ask``."""

    question: str
    k: int | None = Field(None, ge=1, le=100)
    where: WhereInput | None = None
    threshold: float | None = Field(None, ge=0, le=1)
    style: Literal["auto", "span", "prose"] | None = None
    model: str | None = None
    history: tuple[Turn, ...] = Field((), max_length=50)
    stream: bool = False

    def options(self, service: Service) -> AskKeywords:
        """The options for ``Corpus.ask``. Raises AskdocsError where the model is not served."""
        return AskKeywords(
            model=service.model(self.model), k=self.k, where=self.where, threshold=self.threshold, style=self.style,
            history=self.history, timeout=service.settings.timeout,
        )  # fmt: skip


_EXAMPLES = {"sale": {"value": {"question": "How many XPeng shares did Alibaba sell?"}}}


@router.post("/ask", response_model=Answer, responses={200: {"content": {"text/event-stream": {}}}})
async def ask(
    request: Request,
    asked: Annotated[AskRequest, Body(openapi_examples=_EXAMPLES)],
    service: ServiceDep,
    caller: CallerDep,
    corpus: CorpusDep,
) -> Answer | StreamingResponse:
    """Answer a question: JSON, or the events ``retrieved``, ``token`` ... and ``answered`` with ``"stream": true``."""
    options = asked.options(service)
    if not asked.stream:
        work = asking.ask(service, caller.name, corpus, asked.question, options)
        return await asking.unless_left(service, request, work)
    events = asking.events(service, caller.name, corpus, asked.question, options)
    first = await anext(events)  # whose errors still have a status of their own
    return StreamingResponse(_sent(first, events), media_type="text/event-stream")


async def _sent(first: Event, events: AsyncGenerator[Event, None]) -> AsyncIterator[bytes]:
    """Events as they are sent; an error on the way is the last of them."""
    try:
        async with contextlib.aclosing(events):
            yield _event(first)
            async for event in events:
                yield _event(event)
    except AskdocsError as error:
        detail = ErrorDetail(type=type(error).__name__, message=str(error))
        yield format_sse_event(data_str=detail.model_dump_json(), event="error")


def _event(event: Event) -> bytes:
    return format_sse_event(data_str=event.model_dump_json(), event=type(event).__name__.lower())
