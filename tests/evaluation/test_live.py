"""The live table: progress, and a guess of the time left."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from askdocs.evaluation.cases import Case
from askdocs.evaluation.live import LiveTable, Progress
from askdocs.evaluation.outcomes import Failure, Outcome

CASE = Case(id="a", question="?", type="unanswerable")


def test_lines_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    with LiveTable({"r": "smollm2\x1b[31m"}, lambda outcome: outcome.abstained, stream) as live:
        live.begin("r", 1, 3)
        live.case_done("r", CASE, Outcome(run="r", case="a", question="?", abstained=True))
        live.case_done("r", CASE, Outcome(run="r", case="b", question="?", error=Failure(type="E", message="m")))
    assert "\x1b" not in stream.getvalue()
    assert "taken up at 1 of 3 cases" in stream.getvalue()
    assert "3 of 3, 50% right, 1 failed, 0:00 left" in stream.getvalue()


def test_the_time_left_counts_runs_not_begun() -> None:
    live = LiveTable({"a": "a", "b": "b"}, lambda outcome: False, io.StringIO())
    live.begin("a", 0, 10)
    assert live.seconds_left() is None
    live.runs["a"] = Progress(done=4, total=10, seconds=8.0)
    assert live.seconds_left() == pytest.approx(6 * 2.0 + 10 * 2.0)
    live.runs["a"] = Progress(done=4, total=10, found=2, seconds=8.0)  # only what was asked here tells the pace
    assert live.seconds_left() == pytest.approx(6 * 4.0 + 10 * 4.0)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_long_name_is_broken_and_not_cut() -> None:
    labels = {run: f"{'long-' * 20}{run}.gguf k=2" for run in ("q4", "q8")}
    console = Console(file=io.StringIO(), width=80)
    console.print(LiveTable(labels, lambda outcome: True, io.StringIO()).table())
    first = "".join(line.split("│")[1].strip() for line in console.file.getvalue().splitlines() if "│" in line)  # type: ignore[attr-defined]
    assert first.replace(" ", "") == "".join(labels.values()).replace(" ", "")


def test_a_table_in_a_terminal() -> None:
    stream = Terminal()
    with LiveTable({"r": "smollm2"}, lambda outcome: True, stream) as live:
        live.begin("r", 0, 1)
        live.case_done("r", CASE, Outcome(run="r", case="a", question="?"))
    assert "smollm2" in stream.getvalue()
    assert "1/1" in stream.getvalue()
