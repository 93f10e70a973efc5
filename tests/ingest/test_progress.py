"""Progress shows on stderr, only when asked for, and only when it takes long."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from askdocs.core.reports import AddProgress
from askdocs.corpus.corpus import Corpus
from askdocs.ingest import progress
from askdocs.testing import DeterministicEmbedder


@pytest.mark.parametrize(("shown", "delay", "expected"), [(True, 0.0, True), (True, 60.0, False), (False, 0.0, False)])
def test_progress(
    shown: bool, delay: float, expected: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "DELAY_SECONDS", delay)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress.Progress(shown) as line:
        end = time.monotonic() + 5
        while expected and line._line is None and time.monotonic() < end:
            time.sleep(0.01)
        line.tick(AddProgress(read=3, stored=2, articles=7))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert ("7 articles" in captured.err) is expected


def test_a_function_is_told_what_is_read_and_what_is_stored(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Rain fell in Lisbon on Tuesday.")
    (tmp_path / "in" / "b.jsonl").write_text('{"text": "Snow fell in Oslo."}\n{"text": "Wind blew in Cork."}\n')
    (tmp_path / "in" / "c.txt").write_text("")
    told: list[AddProgress] = []
    with Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder()) as corpus:
        corpus.add(tmp_path / "in", progress=told.append)
        assert AddProgress(read=3, stored=1, articles=0) in told  # all are read before the first is stored
        assert told[-1] == AddProgress(read=3, stored=3, articles=3)
        told.clear()
        corpus.add(tmp_path / "in", progress=told.append)
        assert told[-1] == AddProgress(read=3, stored=3, articles=3)


def test_adding_ends_after_the_file_it_is_at(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in "abc":
        (tmp_path / "in" / f"{name}.txt").write_text(f"Rain fell in {name} on Tuesday.")
    stop = threading.Event()

    def stop_at_two(done: AddProgress) -> None:
        if done.read == 2:
            stop.set()

    with Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder()) as corpus:
        report = corpus.add(tmp_path / "in", progress=stop_at_two, stop=stop)
        assert report.added == 2
