"""``askdocs serve`` as a process: it comes up, answers, says why it cannot start, and ends when it is told to."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from askdocs.cli.main import FAILED, main
from tests.serving.conftest import QUESTION
from tests.support import started

_SECONDS = 60.0


class Served:
    """A service in a process of its own."""

    def __init__(self, process: started.Started, said: Path) -> None:
        self.process = process
        self._said = said
        self.address = self._first_line()
        self.client = httpx.Client(base_url=self.address, timeout=_SECONDS)

    def said(self) -> str:
        """What it said on stderr so far."""
        return self._said.read_text(encoding="utf-8")

    def _first_line(self) -> str:
        for _ in _tries():
            if found := re.search(r"http://\S+", self.said()):
                return found[0]
            assert self.process.wait(0) is None, self.said()
        raise AssertionError("it says no address")

    def wait_until_ready(self) -> None:
        """Return once it can answer."""
        for _ in _tries():
            reply = self.client.get("/healthz")
            if reply.status_code == 200:
                assert reply.json() == {"status": "ok"}
                return
            assert reply.json() == {"status": "loading"}
        raise AssertionError("it is never ready")


def _tries() -> Iterator[None]:
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        yield
        time.sleep(0.05)


@contextlib.contextmanager
def serve(folder: Path, *arguments: str) -> Iterator[Served]:
    said = folder / "said.txt"
    with said.open("wb") as out, Path(os.devnull).open() as nothing:
        streams = (nothing.fileno(), out.fileno(), out.fileno())
        process = started.start(["serve", *arguments], folder, os.environ, streams)
    try:
        served = Served(process, said)
        with served.client:
            yield served
    finally:
        process.kill()


def test_it_comes_up_answers_and_ends_with_sigterm(folder: Path, tmp_path: Path) -> None:
    with serve(tmp_path, "--corpus", str(folder), "--model", "extractive", "--port", "0") as served:
        assert not served.address.endswith(":0")
        served.wait_until_ready()
        reply = served.client.post("/v1/ask", json={"question": QUESTION, "threshold": 0})
        assert reply.status_code == 200, reply.text
        (citation,) = reply.json()["citations"]
        assert "33 million" in citation["quote"]
        os.kill(served.process.pid, signal.SIGTERM)
        assert served.process.wait(_SECONDS) == 0
        first, *others = served.said().splitlines()
        assert "serves corpus; Ctrl-C ends it" in first
        lines = {re.sub(r"\d+ ms", "MS", line) for line in others}
        assert lines - {"askdocs: GET /healthz 503 MS 127.0.0.1"} == {
            "askdocs: GET /healthz 200 MS 127.0.0.1", "askdocs: POST /v1/ask 200 MS 127.0.0.1"
        }  # fmt: skip


def test_what_another_process_adds_is_found_while_it_serves(folder: Path, tmp_path: Path) -> None:
    body = {"question": "How many bees did Orla Quill count?", "threshold": 0}
    with serve(tmp_path, "--corpus", str(folder), "--model", "extractive", "--port", "0") as served:
        served.wait_until_ready()
        before = served.client.post("/v1/ask", json=body).json()
        (tmp_path / "bees.txt").write_text("Orla Quill counted 6,200 bees in the orchard at Tarn on Monday.\n")
        status, _, said = started.run(["add", "bees.txt", "--corpus", str(folder)], tmp_path, "")
        assert status == 0, said
        after = served.client.post("/v1/ask", json=body).json()
    assert "bees.txt" not in [Path(hit["source"]).name for hit in before["hits"]]
    (citation,) = after["citations"]
    assert "6,200 bees" in citation["quote"]


def test_ctrl_c_ends_it(folder: Path, tmp_path: Path) -> None:
    with serve(tmp_path, "--corpus", str(folder), "--model", "extractive", "--port", "0") as served:
        served.wait_until_ready()
        os.kill(served.process.pid, signal.SIGINT)
        assert served.process.wait(_SECONDS) == 0


def test_a_port_that_is_taken_is_named_with_what_to_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert main(["serve", "--corpus", str(folder), "--model", "extractive", "--port", port]) == FAILED
    said = capsys.readouterr().err
    assert f"127.0.0.1 port {port}: another program listens there; give another --port" in said


def test_a_model_that_is_not_there_ends_the_start(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--corpus", str(folder), "--model", "nothing.gguf", "--port", "0"]) == FAILED
    assert "model 'nothing.gguf': there is no such file" in capsys.readouterr().err


def test_an_open_address_needs_a_token(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--corpus", str(folder), "--host", "0.0.0.0", "--port", "0"]) == FAILED
    assert "a token is needed" in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["serve", "--corpus", str(folder)]) == FAILED
    assert "pip install 'askdocs[serve]'" in capsys.readouterr().err
