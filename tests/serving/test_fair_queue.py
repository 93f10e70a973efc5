"""The queue before the model."""

from __future__ import annotations

import asyncio

import pytest

from askdocs.serving.fair_queue import FairQueue, QueueClosed, QueueFull


async def _ask(queue: FairQueue, client: str, done: list[str]) -> None:
    async with queue.turn(client):
        await asyncio.sleep(0.001)
        done.append(client)


async def test_clients_take_turns() -> None:
    queue, done = FairQueue(at_once=1, waiting=10), list[str]()
    asked = [asyncio.ensure_future(_ask(queue, client, done)) for client in ("a", "a", "a", "a", "b", "c")]
    await asyncio.gather(*asked)
    assert done == ["a", "a", "b", "c", "a", "a"]
    assert (queue.running, queue.waiting) == (0, 0)


async def test_a_full_queue_says_when_to_come_back() -> None:
    queue = FairQueue(at_once=1, waiting=2)
    async with queue.turn("a"):
        waiting = [asyncio.ensure_future(_ask(queue, client, [])) for client in ("a", "b")]
        await asyncio.sleep(0)
        with pytest.raises(QueueFull) as full:
            await _ask(queue, "c", [])
        assert full.value.retry_after == 6  # three questions of two seconds each
    await asyncio.gather(*waiting)


async def test_one_client_holds_half_of_the_places() -> None:
    queue = FairQueue(at_once=1, waiting=4)
    async with queue.turn("a"):
        waiting = [asyncio.ensure_future(_ask(queue, "a", [])) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(QueueFull):
            await _ask(queue, "a", [])
        waiting.append(asyncio.ensure_future(_ask(queue, "b", [])))
        await asyncio.sleep(0)
        assert queue.waiting == 3
    await asyncio.gather(*waiting)


async def test_who_is_cancelled_frees_the_place() -> None:
    queue, done = FairQueue(at_once=1, waiting=2), list[str]()
    async with queue.turn("a"):
        leaving = asyncio.ensure_future(_ask(queue, "b", done))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.wait([leaving])
        assert queue.waiting == 0
    await _ask(queue, "c", done)
    assert done == ["c"]


async def test_who_is_cancelled_as_the_turn_comes_hands_it_on() -> None:
    queue, done = FairQueue(at_once=1, waiting=4), list[str]()
    async with queue.turn("a"):
        leaving = asyncio.ensure_future(_ask(queue, "b", done))
        after = asyncio.ensure_future(_ask(queue, "c", done))
        await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.wait([leaving, after])
    assert done == ["c"]
    assert queue.running == 0


async def test_a_closed_queue_tells_those_who_wait() -> None:
    queue = FairQueue(at_once=1, waiting=2)
    async with queue.turn("a"):
        waiting = asyncio.ensure_future(_ask(queue, "b", []))
        await asyncio.sleep(0)
        queue.close()
        with pytest.raises(QueueClosed):
            await waiting
    with pytest.raises(QueueClosed):
        await _ask(queue, "c", [])
