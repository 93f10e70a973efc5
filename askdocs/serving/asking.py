"""Questions of a service: in turn behind the queue, in a thread, and stopped when the client leaves."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Coroutine
from typing import Any, TypeVar

import anyio
from fastapi import Request

from askdocs.core.answers import Answer, Answered, Event
from askdocs.core.errors import AnswerTimeout, AskdocsError
from askdocs.corpus.ask_options import AskKeywords
from askdocs.corpus.corpus import Corpus
from askdocs.serving.access_log import log_question
from askdocs.serving.service import Service

Result = TypeVar("Result")


class ClientLeft(AskdocsError):
    """Nobody waits for the reply any more."""


async def ask(service: Service, client: str, corpus: Corpus, question: str, options: AskKeywords) -> Answer:
    """The answer to one question, in turn. Raises QueueFull, and what ``Corpus.ask`` raises."""
    async with contextlib.aclosing(events(service, client, corpus, question, options)) as given:
        async for event in given:
            if isinstance(event, Answered):
                return event.answer
    raise AssertionError("a stream of events ends with an answer or an error")


async def events(
    service: Service, client: str, corpus: Corpus, question: str, options: AskKeywords
) -> AsyncGenerator[Event, None]:
    """The events of answering one question, in turn; leaving the iterator cancels it.

    Raises QueueFull, AnswerTimeout where its turn did not come in time, and what ``Corpus.stream`` raises.
    """
    log_question(service.settings, client, question)
    async with contextlib.AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(service.settings.timeout):
                await stack.enter_async_context(service.queue.turn(client))
        except TimeoutError as error:
            seconds = service.settings.timeout
            raise AnswerTimeout(f"its turn did not come within {seconds:g} s; ask again later") from error
        given = await stack.enter_async_context(contextlib.aclosing(_in_thread(corpus, question, options)))
        async for event in given:
            if isinstance(event, Answered):
                service.metrics.count(event.answer)
            yield event


async def _in_thread(corpus: Corpus, question: str, options: AskKeywords) -> AsyncGenerator[Event, None]:
    """The events of ``Corpus.stream``, which a thread goes through; it is stopped and waited for at the end."""
    loop = asyncio.get_running_loop()
    found: asyncio.Queue[Event | BaseException | None] = asyncio.Queue()
    cancel = threading.Event()
    stoppable = options.copy()
    stoppable["cancel"] = cancel

    def hand_over(item: Event | BaseException | None) -> None:
        loop.call_soon_threadsafe(found.put_nowait, item)

    def work() -> None:
        try:
            for event in corpus.stream(question, **stoppable):
                hand_over(event)
        except BaseException as error:
            hand_over(error)
        else:
            hand_over(None)

    working = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        while (item := await found.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        cancel.set()
        with anyio.CancelScope(shield=True):  # Starlette cancels what waits, again and again
            await asyncio.wait([working])  # the place in the queue is free once the thread is


async def unless_left(service: Service, request: Request, work: Coroutine[Any, Any, Result]) -> Result:
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
    service.metrics.left.inc()
    raise ClientLeft("the client closed the connection")


async def _left(request: Request) -> None:
    """Return when the connection is closed."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
