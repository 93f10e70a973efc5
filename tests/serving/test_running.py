"""How a service listens, and how it ends."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from askdocs.core.errors import AskdocsError
from askdocs.core.listening import listen, port_of
from askdocs.serving import running as running_module
from askdocs.serving.app import create_app
from askdocs.serving.settings import ServeSettings
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from tests.serving.conftest import QUESTION
from tests.serving.live import SlowModel, running, wait_until

_SECONDS = 30.0


def test_it_ends_when_what_is_worked_on_is_answered_and_tells_those_who_wait(settings: ServeSettings) -> None:
    go_on = threading.Event()

    def slowly(_prompt: str) -> str:
        go_on.wait(_SECONDS)
        return "33 million shares"

    one_at_once = settings.model_copy(update={"at_once": 1})
    app = create_app(one_at_once, embedder=DeterministicEmbedder(), generator=ScriptedGenerator(slowly))
    queue = app.state.service.queue
    with running(app) as live, ThreadPoolExecutor(2) as pool:
        body = {"question": QUESTION, "threshold": 0}
        worked_on = pool.submit(httpx.post, f"{live.url}/v1/ask", json=body, timeout=_SECONDS)
        wait_until(lambda: queue.running == 1)
        waits = pool.submit(httpx.post, f"{live.url}/v1/ask", json=body, timeout=_SECONDS)
        wait_until(lambda: queue.waiting == 1)
        live.server.should_exit = True
        told = waits.result(_SECONDS)
        assert (told.status_code, told.json()["error"]["type"]) == (503, "QueueClosed")
        go_on.set()
        assert worked_on.result(_SECONDS).json()["text"] == "33 million shares"


def test_a_question_that_takes_long_is_stopped_and_its_client_told(
    settings: ServeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running_module, "GRACE", 4)
    model = SlowModel(lambda _prompt: "33 million shares")
    app = create_app(settings, embedder=DeterministicEmbedder(), generator=model)
    with running(app) as live, ThreadPoolExecutor(1) as pool:
        model.pause = 2.0  # before each token
        body = {"question": QUESTION, "threshold": 0}
        asked = pool.submit(httpx.post, f"{live.url}/v1/ask", json=body, timeout=_SECONDS)
        wait_until(lambda: app.state.service.queue.running == 1)
        live.server.should_exit = True
        told = asked.result(_SECONDS)
    assert (told.status_code, told.json()["error"]["type"]) == (503, "ServiceEnding")


def test_an_address_that_cannot_be_had_is_refused_with_what_to_do() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(AskdocsError, match=r" port \d+: another program listens"):
        listen("127.0.0.1", port_of(taken))
    with pytest.raises(AskdocsError, match=r"192\.0\.2\.1 port 0: this machine has no such address"):
        listen("192.0.2.1", 0)  # of the range for documentation (RFC 5737)
    with pytest.raises(AskdocsError, match="give another --host or --port"):
        listen("no such host", 0)
