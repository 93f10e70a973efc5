"""Progress shows on stderr, only when asked for, and only when it takes long."""

from __future__ import annotations

import time

import pytest

from askdocs.ingest import progress


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
        line.tick(7)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert ("7 articles" in captured.err) is expected
