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
import openai
import pytest

from askdocs.corpus.corpus import Corpus
from tests.serving.conftest import QUESTION, STORY
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


@pytest.mark.model
def test_askdocs_serve_answers_the_openai_client_and_ends_after_what_it_was_asked(tmp_path: Path) -> None:
    (tmp_path / "sale.md").write_text(f"# Stake sold\n\n{STORY}\n")
    with Corpus.open(tmp_path / "corpus") as corpus:
        corpus.add(tmp_path / "sale.md")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with started("-m", "askdocs", "serve", "--corpus", str(tmp_path / "corpus"), "--port", str(port)) as process:
        wait_until(lambda: is_ready(url), 120)
        client = openai.OpenAI(base_url=f"{url}/v1", api_key="x", timeout=120)
        first = client.chat.completions.create(model="smollm2", messages=[{"role": "user", "content": QUESTION}])
        assert (first.choices[0].message.content or "").startswith("33 million")
        (annotation,) = first.choices[0].message.annotations or []
        assert "33 million shares" in (annotation.model_extra or {})["file_citation"]["quote"]
        asked = {"question": "What did the filing say that the stake fell to?", "stream": True}
        with httpx.stream("POST", f"{url}/v1/ask", json=asked, timeout=120) as reply:
            lines = reply.iter_lines()
            assert next(lines) == "event: retrieved"
            process.send_signal(signal.SIGTERM)
            assert "event: answered" in list(lines)
        assert process.wait(timeout=60) == 0
