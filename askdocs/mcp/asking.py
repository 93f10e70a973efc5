"""How a question that came over MCP is asked: by a function that is given, stopped when its caller leaves.

``askdocs serve`` gives one that waits in its queue; ``local_ask`` makes the one of ``askdocs mcp``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NamedTuple, Protocol, TypeVar

from askdocs.core.answers import Answer, Turn
from askdocs.core.errors import AskdocsError
from askdocs.core.protocols import Generator
from askdocs.corpus.corpus import Corpus
from askdocs.mcp.served_corpora import Scope
from askdocs.storage.filters import Where

Result = TypeVar("Result")
LEFT = "askdocs.mcp.left"  # in the scope of a request: an event that is set when its client has closed the connection
_HEARTBEAT_SECONDS = 5.0
_running: set[asyncio.Task[Any]] = set()  # the loop itself holds no task


class AskedQuestion(NamedTuple):
    """A question with all that it is asked with. ``scope`` is that of its HTTP request, None over stdio.

    ``k`` is how many passages to find; None for what the settings say.
    """

    corpus_name: str
    corpus: Corpus
    question: str
    history: tuple[Turn, ...] = ()
    where: Where | None = None
    k: int | None = None
    scope: Scope | None = None


class AskFunction(Protocol):
    """Answers a question. It is cancelled when the client cancels or leaves; what it raises of ours is shown."""

    async def __call__(self, asked: AskedQuestion, /) -> Answer:
        """Answer it. Raises AskdocsError."""


class TooManyQuestions(AskdocsError):
    """So many questions wait already that another one is refused."""


class ClientLeft(AskdocsError):
    """The client closed the connection that the answer would have gone to."""


def local_ask(model: str | Generator | None = None, at_once: int = 2, waiting: int = 16) -> AskFunction:
    """Ask ``model`` in this process, ``at_once`` questions at a time; refuse one where ``waiting`` others wait.

    ``model`` is a name as ``askdocs models`` lists them, or a ``Generator``; that of the settings where it is None.
    """
    places = asyncio.Semaphore(at_once)
    here = 0

    async def ask(asked: AskedQuestion, /) -> Answer:
        nonlocal here
        if here >= at_once + waiting:
            raise TooManyQuestions(f"{here} questions are being answered or wait; ask again in a minute")
        here += 1
        try:
            async with places:
                return await asked.corpus.aask(
                    asked.question, model=model, history=asked.history, where=asked.where, k=asked.k
                )
        finally:
            here -= 1

    return ask


async def until_done_or_left(
    work: Coroutine[Any, Any, Result], scope: Scope | None, heartbeat: Callable[[float], Awaitable[None]]
) -> Result:
    """What ``work`` comes to; it is cancelled when this task is, or when the client closes its connection.

    ``heartbeat`` is called now and then with the seconds that it takes. Work runs in a task of its own, which is
    cancelled once: the SDK cancels its own tasks again and again until they end, so that what waits for a thread
    there would not wait.

    Raises ClientLeft, and what ``work`` raises.
    """
    task = asyncio.ensure_future(work)
    _running.add(task)
    task.add_done_callback(_ended)
    gone = None if scope is None else scope.get(LEFT)
    leaving = asyncio.ensure_future(gone.wait()) if isinstance(gone, asyncio.Event) else None
    began = time.monotonic()
    try:
        while True:
            wanted = {task} if leaving is None else {task, leaving}
            done, _ = await asyncio.wait(wanted, timeout=_HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if task in done:
                return task.result()
            if done:
                raise ClientLeft("the client closed its connection")
            await heartbeat(time.monotonic() - began)
    finally:
        task.cancel()  # nothing, where it has ended
        if leaving is not None:
            leaving.cancel()


def _ended(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()  # looked at, or asyncio would complain that nobody did
