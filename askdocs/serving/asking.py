"""Questions of a service: in turn behind the queue, and stopped when the client leaves."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Awaitable
from typing import TypeVar

from fastapi import Request

from askdocs.core.answers import Answer, Answered, Event
from askdocs.core.errors import AskdocsError
from askdocs.corpus.ask_options import AskKeywords
from askdocs.serving.access_log import log_question
from askdocs.serving.service import Visit, service_of
from askdocs.serving.works import Emit, Waiting

Result = TypeVar("Result")


class ClientLeft(AskdocsError):
    """Nobody waits for the reply any more."""


async def ask(visit: Visit, question: str, options: AskKeywords) -> Answer:
    """The answer to one question, in turn. Raises QueueFull, and what ``Corpus.ask`` raises."""
    answer = None
    async with contextlib.aclosing(events(visit, question, options)) as given:
        async for event in given:
            if isinstance(event, Answered):
                answer = event.answer
    assert answer is not None, "a stream of events ends with an answer or an error"
    return answer


async def events(visit: Visit, question: str, options: AskKeywords) -> AsyncGenerator[Event | Waiting, None]:
    """The events of answering one question, in turn; leaving the iterator cancels it.

    While others are ahead, ``Waiting`` says how many. Raises QueueFull, AnswerTimeout where its turn did not come in
    time, and what ``Corpus.stream`` raises.
    """
    service, client = visit.service, visit.caller.name
    log_question(service.settings, client, question)

    def work(emit: Emit[Event], cancel: threading.Event) -> None:
        stoppable = options.copy()
        stoppable["cancel"] = cancel
        for event in visit.corpus.stream(question, **stoppable):
            emit(event)

    async with contextlib.aclosing(service.questions.items(client, service.settings.timeout, work)) as given:
        async for event in given:
            if isinstance(event, Answered):
                service.metrics.count(event.answer)
                service.ready = True  # also where the model could not be loaded when the service began
            yield event


async def unless_left(request: Request, work: Awaitable[Result]) -> Result:
    """The result of work, which is cancelled as soon as the client closes the connection.

    Raises ClientLeft, to which nobody listens.
    """
    task, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({task, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
    finally:
        leaving.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
    service_of(request).metrics.left.inc()
    raise ClientLeft("the client closed the connection")


async def _left(request: Request) -> None:
    """Return when the connection is closed."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
