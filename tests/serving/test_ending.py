"""A service that is told to end."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.serving.conftest import QUESTION
from tests.serving.live import free_port, wait_until

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def started(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is gone at the end."""
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def is_ready(url: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{url}/healthz").status_code == 200
    return False


def test_what_runs_is_answered_who_waits_is_told_new_ones_are_refused_and_the_status_is_0(folder: Path) -> None:
    port = free_port()
    url, replies = f"http://127.0.0.1:{port}", dict[str, httpx.Response]()

    def ask(name: str) -> None:
        replies[name] = httpx.post(f"{url}/v1/ask", json={"question": QUESTION, "threshold": 0}, timeout=20)

    def counted() -> str:
        return httpx.get(f"{url}/metrics").text

    with started("-m", "tests.serving.live", str(folder), str(port)) as process:
        wait_until(lambda: is_ready(url), 30)
        asking = [threading.Thread(target=ask, args=(name,)) for name in ("runs", "waits")]
        asking[0].start()
        wait_until(lambda: "askdocs_questions_running 1.0" in counted())
        asking[1].start()
        wait_until(lambda: "askdocs_questions_waiting 1.0" in counted())
        process.send_signal(signal.SIGTERM)
        asking[1].join(timeout=5)
        assert replies["waits"].status_code == 503
        assert replies["waits"].json()["error"]["type"] == "QueueClosed"
        assert "runs" not in replies
        with pytest.raises(httpx.TransportError):
            httpx.post(f"{url}/v1/ask", json={"question": QUESTION})
        asking[0].join(timeout=5)
        assert replies["runs"].json()["text"] == "33 million shares"
        assert process.wait(timeout=5) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""
