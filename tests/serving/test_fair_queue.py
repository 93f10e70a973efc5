"""The queue before the model."""

from __future__ import annotations

import asyncio
import contextlib
import random

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


async def test_who_waits_is_told_how_many_are_ahead_when_that_changes() -> None:
    queue, told = FairQueue(at_once=1, waiting=8), dict[str, list[int]]()

    async def ask(name: str, client: str) -> None:
        async with queue.turn(client, told.setdefault(name, []).append):
            await asyncio.sleep(0.001)

    async with queue.turn("a"):
        asked = [asyncio.ensure_future(ask(name, name[0])) for name in ("a1", "a2", "b1", "c1")]
        await asyncio.sleep(0)
        assert told == {"a1": [0], "a2": [1, 2, 3], "b1": [1], "c1": [2]}  # a2 lets b and c go before it
        asked[2].cancel()
        await asyncio.sleep(0)
        assert told == {"a1": [0], "a2": [1, 2, 3, 2], "b1": [1], "c1": [2, 1]}
    await asyncio.wait(asked)
    assert told["a2"] == [1, 2, 3, 2, 1, 0]


async def test_a_queue_without_places_says_what_is_in_the_way() -> None:
    queue = FairQueue(at_once=1, waiting=0, full="another table is being made")
    async with queue.turn("a"):
        with pytest.raises(QueueFull, match=r"another table is being made; ask again in \d+ s"):
            await _ask(queue, "b", [])
    await _ask(queue, "b", [])


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_happens_no_place_is_lost(seed: int) -> None:
    chance, queue = random.Random(seed), FairQueue(at_once=2, waiting=6)
    most = 0

    async def ask(client: str) -> None:
        nonlocal most
        with contextlib.suppress(QueueFull, TimeoutError):
            async with asyncio.timeout(chance.choice((0, 0.0005, 0.002, 1))):
                async with queue.turn(client):
                    most = max(most, queue.running)
                    await asyncio.sleep(chance.choice((0, 0.0005, 0.001)))

    asked: list[asyncio.Task[None]] = []
    for _ in range(60):
        asked.append(asyncio.ensure_future(ask(chance.choice("abc"))))
        if chance.random() < 0.3:
            chance.choice(asked).cancel()
        if chance.random() < 0.5:
            await asyncio.sleep(0)
    await asyncio.wait(asked)
    assert (queue.running, queue.waiting) == (0, 0)
    assert most == 2
