"""Work behind a queue: its place, who listens to it, and its end."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator

import anyio
import pytest

from askdocs.core.errors import AnswerTimeout, QuestionError
from askdocs.serving.fair_queue import FairQueue, QueueClosed, QueueFull
from askdocs.serving.works import Emit, Waiting, Works


@pytest.fixture
async def works() -> AsyncIterator[Works]:
    made = Works(FairQueue(at_once=1, waiting=2), "test")
    yield made
    await made.end()


class Counting:
    """Emits numbers until it is told to stop."""

    def __init__(self) -> None:
        self.emitted = 0
        self.stopped = threading.Event()

    def __call__(self, emit: Emit[int], cancel: threading.Event) -> None:
        while not cancel.wait(0.002):
            emit(self.emitted)
            self.emitted += 1
        self.stopped.set()


def three(emit: Emit[int], cancel: threading.Event) -> None:
    for number in range(3):
        emit(number)


async def until_idle(works: Works) -> None:
    async with asyncio.timeout(1):
        while works.queue.running or works.queue.waiting:
            await asyncio.sleep(0.002)


async def test_what_is_emitted_comes_in_order_and_the_place_is_free_after_it(works: Works) -> None:
    assert [item async for item in works.items("a", 1, three)] == [0, 1, 2]
    assert works.queue.running == 0


async def test_who_does_not_go_on_listening_holds_no_place(works: Works) -> None:
    first = works.items("a", 1, three)
    assert await anext(first) == 0
    await until_idle(works)
    assert [item async for item in works.items("b", 1, three)] == [0, 1, 2]
    assert [item async for item in first] == [1, 2]


async def test_leaving_stops_the_work(works: Works) -> None:
    counting = Counting()
    async with contextlib.aclosing(works.items("a", 1, counting)) as items:
        assert await anext(items) == 0
        assert works.queue.running == 1
    await until_idle(works)
    assert counting.stopped.is_set()


@pytest.mark.parametrize("started", [True, False])
async def test_a_cancel_scope_that_cancels_again_and_again_frees_the_place(works: Works, started: bool) -> None:
    counting, before = Counting(), Counting()

    async def listen() -> None:
        async with contextlib.aclosing(works.items("a", 5, counting)) as items:
            async for _ in items:
                pass

    async with contextlib.aclosing(works.items("a", 1, before)) as held:
        if not started:
            await anext(held)
        async with anyio.create_task_group() as group:
            group.start_soon(listen)
            await asyncio.sleep(0.03)
            assert (works.queue.running, works.queue.waiting) == (1, 0 if started else 1)
            group.cancel_scope.cancel()
        assert (counting.emitted > 0) is started
    await until_idle(works)


async def test_left_in_the_moment_in_which_its_turn_comes(works: Works) -> None:
    counting = Counting()
    held = works.items("a", 1, Counting())
    await anext(held)
    waiting = works.items("b", 1, counting)
    assert await anext(waiting) == Waiting(ahead=0)
    await held.aclose()
    await waiting.aclose()
    await until_idle(works)
    assert counting.emitted == 0


async def test_what_the_work_raises_comes_after_what_it_emitted(works: Works) -> None:
    def work(emit: Emit[int], cancel: threading.Event) -> None:
        emit(1)
        raise QuestionError("no")

    items = works.items("a", 1, work)
    assert await anext(items) == 1
    with pytest.raises(QuestionError):
        await anext(items)
    assert works.queue.running == 0


async def test_what_is_raised_at_once_frees_the_place(works: Works) -> None:
    def work(cancel: threading.Event) -> int:
        raise QuestionError("no")

    for _ in range(5):
        with pytest.raises(QuestionError):
            await works.result("a", 1, work)
    assert await works.result("a", 1, lambda cancel: 7) == 7


async def test_a_turn_that_does_not_come_in_time(works: Works) -> None:
    async with contextlib.aclosing(works.items("a", 1, Counting())) as held:
        await anext(held)
        waiting = works.items("b", 0.05, three)
        assert await anext(waiting) == Waiting(ahead=0)
        with pytest.raises(AnswerTimeout, match="its turn did not come within"):
            await anext(waiting)
        assert works.queue.waiting == 0


async def test_a_full_queue_is_told_first(works: Works) -> None:
    async with contextlib.AsyncExitStack() as stack:
        for client in "abc":
            items = works.items(client, 1, Counting())
            await stack.enter_async_context(contextlib.aclosing(items))
            await anext(items)
        with pytest.raises(QueueFull):
            await anext(works.items("d", 1, three))


async def test_the_end_stops_what_runs_and_tells_who_waits() -> None:
    works, counting = Works(FairQueue(at_once=1, waiting=2), "test"), Counting()
    held, waiting = works.items("a", 1, counting), works.items("b", 1, three)
    await anext(held)
    await anext(waiting)
    began = time.monotonic()
    await works.end()
    assert time.monotonic() - began < 1
    assert counting.stopped.is_set()
    with pytest.raises(QueueClosed):
        await anext(waiting)
    with pytest.raises(QueueClosed):
        await works.result("c", 1, lambda cancel: 1)
