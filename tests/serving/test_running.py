"""How a service listens, and how it ends."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import uvicorn

from askdocs.core.errors import AskdocsError
from askdocs.serving.app import create_app
from askdocs.serving.running import Ending, listen, port_of
from askdocs.serving.settings import ServeSettings
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from tests.serving.conftest import QUESTION

_SECONDS = 30.0


def _until(count: int, service: object, name: str) -> None:
    until = time.monotonic() + _SECONDS
    while getattr(service, name) != count:
        assert time.monotonic() < until, f"{name} is {getattr(service, name)}, not {count}"
        time.sleep(0.01)


def test_it_ends_when_what_is_worked_on_is_answered_and_tells_those_who_wait(settings: ServeSettings) -> None:
    go_on = threading.Event()

    def slowly(_prompt: str) -> str:
        go_on.wait(_SECONDS)
        return "33 million shares"

    one_at_once = settings.model_copy(update={"at_once": 1})
    app = create_app(one_at_once, embedder=DeterministicEmbedder(), generator=ScriptedGenerator(slowly))
    queue = app.state.service.queue
    with listen("127.0.0.1", 0) as listening, ThreadPoolExecutor(3) as pool:
        server = Ending(uvicorn.Config(app, log_level="warning"), app.state.service)
        running = pool.submit(server.run, [listening])
        address = f"http://127.0.0.1:{port_of(listening)}/v1/ask"
        body = {"question": QUESTION, "threshold": 0}
        worked_on = pool.submit(httpx.post, address, json=body, timeout=_SECONDS)
        _until(1, queue, "running")
        waits = pool.submit(httpx.post, address, json=body, timeout=_SECONDS)
        _until(1, queue, "waiting")
        server.should_exit = True
        told = waits.result(_SECONDS)
        assert (told.status_code, told.json()["error"]["type"]) == (503, "QueueClosed")
        go_on.set()
        assert worked_on.result(_SECONDS).json()["text"] == "33 million shares"
        running.result(_SECONDS)


def test_an_address_that_cannot_be_had_is_refused_with_what_to_do() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(AskdocsError, match=r" port \d+: another program listens"):
        listen("127.0.0.1", port_of(taken))
    with pytest.raises(AskdocsError, match=r"192\.0\.2\.1 port 0: this machine has no such address"):
        listen("192.0.2.1", 0)  # of the range for documentation (RFC 5737)
    with pytest.raises(AskdocsError, match="give another --host or --port"):
        listen("no such host", 0)
