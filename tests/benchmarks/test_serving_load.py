"""Clients that ask a service for a while, and the users that a pace is enough for."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Callable, Iterator

import uvicorn

from askdocs.serving.app import create_app
from askdocs.serving.running import listen, port_of
from askdocs.serving.settings import ServeSettings
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from scripts.benchmarks.serving_load import ask_for, percentile, users_served
from tests.serving.conftest import QUESTION, folder, settings

__all__ = ["folder", "settings"]  # fixtures


@contextlib.contextmanager
def served(settings: ServeSettings, answer: Callable[[str], str]) -> Iterator[str]:
    """The address of a service whose model answers so."""
    app = create_app(settings, embedder=DeterministicEmbedder(), generator=ScriptedGenerator(answer))
    with listen("127.0.0.1", 0) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        yield f"http://127.0.0.1:{port_of(listening)}"
        server.should_exit = True
        thread.join(20)


async def test_clients_share_the_questions(settings: ServeSettings) -> None:
    with served(settings, lambda _prompt: "33 million shares") as address:
        run = await ask_for(address, 3, 60, iter([QUESTION] * 12), think=0.0)
    assert (run.errors, len(run.replies), run.let_go) == ([], 12, 0)
    streamed = [reply for reply in run.replies if reply.first_event is not None]
    assert streamed
    assert all(reply.first_event <= reply.seconds for reply in streamed if reply.first_event is not None)


async def test_what_is_open_at_the_end_is_let_go(settings: ServeSettings) -> None:
    go_on = threading.Event()

    def slowly(_prompt: str) -> str:
        go_on.wait(20)
        return "33 million shares"

    with served(settings, slowly) as address:
        run = await ask_for(address, 3, 0.3, itertools.cycle([QUESTION]), think=0.0)
        go_on.set()
    assert (run.errors, run.replies, run.let_go) == ([], [], 3)


def test_percentiles_are_values_that_were_measured() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.0
    assert percentile(range(1, 101), 0.95) == 95


def test_more_users_are_served_by_a_faster_model_and_fewer_by_one_that_varies() -> None:
    assert users_served([6.0], think=60, limit=5) == 0
    assert users_served([0.5], think=60, limit=5) > 2 * users_served([1.0], think=60, limit=5) > 60
    assert users_served([0.5, 1.5], think=60, limit=5) < users_served([1.0], think=60, limit=5)
