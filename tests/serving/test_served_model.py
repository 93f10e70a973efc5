"""``askdocs serve`` with the bundled model, asked and told to end."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
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
