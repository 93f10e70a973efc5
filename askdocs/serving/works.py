"""Work of a service: in turn behind a queue, in a thread, and stopped when nobody waits for it any more."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from askdocs.core.base import Model
from askdocs.core.errors import AnswerTimeout
from askdocs.serving.fair_queue import FairQueue
from askdocs.serving.refusals import ServiceEnding

_GRACE = 10.0  # seconds in which what was told to stop does
Item = TypeVar("Item")
Emit = Callable[[Item], None]
Work = Callable[[Emit[Item], threading.Event], None]


class Waiting(Model):
    """The turn has not come: so many others are ahead. It is told again when that changes."""

    ahead: int


class Works:
    """What is worked on behind one queue. A place is held by the work, and not by who listens to it.

    So a client that reads slowly, or not at all, keeps nobody waiting, and one that leaves frees its place as soon as
    the thread has stopped. Belongs to one event loop.
    """

    def __init__(self, queue: FairQueue, name: str) -> None:
        self.queue = queue
        self._threads = ThreadPoolExecutor(queue.at_once, thread_name_prefix=f"askdocs {name}")
        self._running: dict[asyncio.Task[None], Callable[[], None]] = {}
        self._stopped = False

    async def items(self, client: str, patience: float, work: Work[Item]) -> AsyncGenerator[Item | Waiting, None]:
        """What ``work`` emits, called in a thread once its turn has come; before that, how many are ahead.

        ``work`` is to end soon after the event that it is given is set, which it is when the iterator is left.

        Raises:
            QueueFull, QueueClosed: from the queue.
            ServiceEnding: it was told to stop.
            AnswerTimeout: its turn did not come within ``patience`` seconds.
            Exception: what the work raised.
        """
        one = _Piece(self.queue, self._threads, work)
        task = asyncio.ensure_future(one.run(client, patience))
        self._running[task] = one.cancel.set
        task.add_done_callback(self._running.pop)
        try:
            while (item := await one.found.get()) is not None:
                if isinstance(item, AnswerTimeout) and self._stopped:
                    raise ServiceEnding(
                        "the service is ending, so this was stopped; ask again when it is back"
                    ) from item
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            one.cancel.set()
            if one.in_line:  # and not later: the thread would go on without its place
                task.cancel()

    async def result(self, client: str, patience: float, make: Callable[[threading.Event], Item]) -> Item:
        """What ``make`` gives, called in a thread once its turn has come. Errors as for ``items``."""

        def work(emit: Emit[Item], cancel: threading.Event) -> None:
            emit(make(cancel))

        pieces = self.items(client, patience, work)
        results: list[Item] = []
        async with contextlib.aclosing(pieces):
            async for piece in pieces:
                if not isinstance(piece, Waiting):
                    results.append(piece)
        return results[0]

    def stop(self) -> None:
        """Take no more, tell those who wait, and tell what runs to stop."""
        self.queue.close()
        self._stopped = True
        for cancel in self._running.values():
            cancel()

    async def end(self) -> None:
        """Stop, and wait for what runs."""
        self.stop()
        if self._running:
            await asyncio.wait(self._running, timeout=_GRACE)
        self._threads.shutdown(wait=False, cancel_futures=True)


class _Piece(Generic[Item]):
    """One piece of work: what it found, whether it still stands in line, and what stops it."""

    def __init__(self, queue: FairQueue, threads: ThreadPoolExecutor, work: Work[Item]) -> None:
        self.found: asyncio.Queue[Item | Waiting | BaseException | None] = asyncio.Queue()
        self.cancel = threading.Event()
        self.in_line = True
        self._queue, self._threads, self._work = queue, threads, work

    async def run(self, client: str, patience: float) -> None:
        """From its place in the queue to its end, of which ``found`` is told when the place is free again."""
        try:
            async with contextlib.AsyncExitStack() as stack:
                await self._enter(stack, client, patience)
                self.in_line = False
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(self._threads, self._in_thread, loop)
        except asyncio.CancelledError as error:
            self.cancel.set()
            self.found.put_nowait(error)
            raise
        except BaseException as error:
            self.found.put_nowait(error)
        else:
            self.found.put_nowait(None)

    async def _enter(self, stack: contextlib.AsyncExitStack, client: str, patience: float) -> None:
        try:
            async with asyncio.timeout(patience):
                turn = self._queue.turn(client, lambda ahead: self.found.put_nowait(Waiting(ahead=ahead)))
                await stack.enter_async_context(turn)
        except TimeoutError as error:
            raise AnswerTimeout(f"its turn did not come within {patience:g} s; ask again later") from error

    def _in_thread(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self.cancel.is_set():
            self._work(lambda item: self._hand_over(loop, item), self.cancel)

    def _hand_over(self, loop: asyncio.AbstractEventLoop, item: Item) -> None:
        if not self.cancel.is_set():  # else nobody listens
            loop.call_soon_threadsafe(self.found.put_nowait, item)
