"""Questions over real connections: clients that leave, wait, come too late or too many, and in turn."""

from __future__ import annotations

import contextlib
import gc
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request

from askdocs.serving import event_stream
from askdocs.serving.access import Caller
from askdocs.serving.app import create_app
from askdocs.serving.service import caller_of
from askdocs.serving.settings import ServeSettings
from askdocs.testing import DeterministicEmbedder
from tests.serving.conftest import QUESTION
from tests.serving.live import END, SOON, Live, SlowModel, read_until, running, wait_until

ASKED = {"question": QUESTION, "threshold": 0}
STREAMED = ASKED | {"stream": True}


@pytest.fixture
def model() -> SlowModel:
    return SlowModel()


@pytest.fixture
def settings(folder: Path) -> ServeSettings:
    return ServeSettings(corpora={"news": folder}, at_once=1, waiting=2, timeout=5)


def _caller(request: Request) -> Caller:
    return Caller(name=request.headers.get("x-client", "a"))


@pytest.fixture
def live(app: FastAPI) -> Iterator[Live]:
    app.dependency_overrides[caller_of] = _caller
    with running(app) as service:
        yield service


def is_idle(live: Live) -> bool:
    return (live.service.queue.running, live.service.queue.waiting) == (0, 0)


def left(live: Live) -> float:
    lines = live.service.metrics.text().decode().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("askdocs_clients_left_total"))


def check_stopped(live: Live, model: SlowModel) -> None:
    """The place is free within a second, and the model at rest."""
    assert wait_until(lambda: is_idle(live)) < SOON
    assert model.steps < 10  # of 23
    assert left(live) == 1
    model.pause = 0.0
    assert httpx.post(f"{live.url}/v1/ask", json=ASKED).json()["text"] == "33 million shares"
    assert model.live_sequences == ()


@pytest.mark.parametrize("stream", [True, False])
def test_who_leaves_in_the_middle_of_an_answer_stops_the_model(live: Live, model: SlowModel, stream: bool) -> None:
    model.pause = 0.2
    with live.open("/v1/ask", ASKED | {"stream": stream}) as connection:
        if stream:
            read_until(connection, b"event: token")
        wait_until(lambda: model.steps >= 2)
    check_stopped(live, model)


@pytest.mark.parametrize("stream", [True, False])
def test_who_leaves_while_waiting_frees_the_place(live: Live, model: SlowModel, stream: bool) -> None:
    with live.open("/v1/ask", STREAMED) as first:
        with model.held():
            wait_until(lambda: live.service.queue.running == 1)
            with live.open("/v1/ask", ASKED | {"stream": stream}):
                wait_until(lambda: live.service.queue.waiting == 1)
            assert wait_until(lambda: live.service.queue.waiting == 0) < SOON
            assert live.service.queue.running == 1
        assert b'"text":"33 million shares"' in read_until(first, END)


def test_who_waits_is_told_how_many_are_ahead(live: Live, model: SlowModel) -> None:
    with contextlib.ExitStack() as stack:
        with model.held():
            waiting = queued(live, stack, "a", "a", "b")[-1]
        read = read_until(waiting, END)
    told = [json.loads(line[6:])["ahead"] for line in read.decode().splitlines() if line.startswith('data: {"ahead"')]
    assert told == [1, 0]
    assert b"event: answered" in read


def test_a_full_queue_says_when_to_come_back(live: Live, model: SlowModel) -> None:
    with contextlib.ExitStack() as stack, model.held():
        queued(live, stack, "a", "a", "b")
        for body in (ASKED, STREAMED):
            reply = httpx.post(f"{live.url}/v1/ask", json=body, headers={"x-client": "c"})
            assert (reply.status_code, reply.json()["error"]["type"]) == (429, "QueueFull")
            assert 1 <= int(reply.headers["retry-after"]) <= 10


def queued(live: Live, stack: contextlib.ExitStack, *clients: str) -> list[socket.socket]:
    """A question of each client, asked one after the other; the first runs, the others wait."""
    queue, connections = live.service.queue, list[socket.socket]()
    for client in clients:
        connections.append(stack.enter_context(live.open("/v1/ask", STREAMED, client)))
        wait_until(lambda: queue.running + queue.waiting == len(connections))
    return connections


def test_callers_take_turns(folder: Path, model: SlowModel) -> None:
    settings = ServeSettings(corpora={"news": folder}, at_once=1, waiting=8)
    app = create_app(settings, embedder=DeterministicEmbedder(), generator=model)
    app.dependency_overrides[caller_of] = _caller
    answered: list[str] = []

    def read(client: str, connection: socket.socket) -> None:
        read_until(connection, b"event: answered")
        answered.append(client)

    with running(app) as live, contextlib.ExitStack() as stack, ThreadPoolExecutor(8) as threads:
        model.pause = 0.003
        with model.held():
            for client, connection in zip("aaaab", queued(live, stack, *"aaaab"), strict=True):
                threads.submit(read, client, connection)
        threads.shutdown(wait=True)
    assert answered == ["a", "a", "b", "a", "a"]


def test_too_long_an_answer_is_a_timeout(folder: Path, model: SlowModel) -> None:
    settings = ServeSettings(corpora={"news": folder}, at_once=1, timeout=0.4)
    with running(create_app(settings, embedder=DeterministicEmbedder(), generator=model)) as live:
        model.pause = 0.1
        with live.open("/v1/ask", ASKED) as running_one:
            wait_until(lambda: live.service.queue.running == 1)
            with live.open("/v1/ask", STREAMED) as waiting:
                late = read_until(waiting, END)
            assert b"HTTP/1.1 504 " in read_until(running_one, b"AnswerTimeout")
        assert late.startswith(b"HTTP/1.1 200 ")  # its turn had not come, of which it had been told
        assert b'event: error\ndata: {"type":"AnswerTimeout"' in late


def test_signs_of_life_come_while_nothing_happens(
    live: Live, model: SlowModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "PING", 0.05)
    model.pause = 0.15
    with live.open("/v1/ask", STREAMED) as connection:
        read_until(connection, b": ping\n\n")


def resident() -> int:
    """Bytes of memory in use; 0 on systems that do not say so in a file."""
    said = Path("/proc/self/statm")
    return int(said.read_text().split()[1]) * 4096 if said.exists() else 0


def test_two_hundred_abandoned_questions_leave_nothing_behind(live: Live, model: SlowModel) -> None:
    def abandon(number: int) -> None:
        with live.open("/v1/ask", ASKED | {"stream": number % 2 == 0}) as connection:
            if number % 2 == 0:
                connection.recv(64)
            else:
                wait_until(lambda: live.service.queue.running == 1)
        wait_until(lambda: is_idle(live))

    model.pause = 0.002
    for number in range(20):
        abandon(number)
    gc.collect()
    threads, memory = threading.active_count(), resident()
    for number in range(200):
        abandon(number)
    gc.collect()
    assert threading.active_count() <= threads
    assert resident() - memory < 8 * 1024**2
    assert model.live_sequences == ()
