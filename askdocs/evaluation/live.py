"""A live table of the runs on stderr: how far each is, how many are right so far, and the time left."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from typing import IO, TYPE_CHECKING, Self

from askdocs.core.base import Model
from askdocs.evaluation.cases import Case
from askdocs.evaluation.outcomes import Outcome
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

EVERY_SECONDS = 10.0
Judge = Callable[[Outcome], bool]


class Progress(Model):
    """How far one run is. ``found`` cases were in the log before, and tell nothing about the time."""

    done: int = 0
    total: int = 0
    found: int = 0
    right: int = 0
    failed: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float | None:
        """Seconds a case has taken on average here."""
        asked = self.done - self.found
        return self.seconds / asked if asked else None


class LiveTable:
    """Shows the runs as they go: a table in a terminal, else a line every ten seconds."""

    def __init__(self, labels: Mapping[str, str], judge: Judge, stream: IO[str] | None = None) -> None:
        self._labels = labels
        self._judge = judge
        self._stream = stream or sys.stderr
        self.runs = {run: Progress() for run in labels}
        self._live: Live | None = None
        self._last = self._started = time.monotonic()

    def __enter__(self) -> Self:
        if self._stream.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(file=self._stream), refresh_per_second=4, get_renderable=self.table)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def begin(self, run: str, done: int, total: int) -> None:
        """A run starts."""
        self.runs[run] = Progress(done=done, total=total, found=done)
        self._last_case = time.monotonic()
        if done:
            self._say(f"{self._labels[run]}: taken up at {done} of {total} cases")

    def case_done(self, run: str, case: Case, outcome: Outcome) -> None:
        """A case was answered, or failed."""
        now = time.monotonic()
        before = self.runs[run]
        self.runs[run] = before.model_copy(
            update={
                "done": before.done + 1,
                "right": before.right + self._judge(outcome),
                "failed": before.failed + (outcome.error is not None),
                "seconds": before.seconds + now - self._last_case,
            }
        )
        self._last_case = now
        if now - self._last >= EVERY_SECONDS or self.runs[run].done == self.runs[run].total:
            self._last = now
            self._say(self.line(run))

    def seconds_left(self) -> float | None:
        """About how long the rest takes; a run not begun is taken to be as fast as those before it."""
        rates = [progress.rate for progress in self.runs.values() if progress.rate is not None]
        if not rates:
            return None
        total = max((progress.total for progress in self.runs.values()), default=0)
        typical = sum(rates) / len(rates)
        return sum(
            ((progress.total or total) - progress.done) * (progress.rate or typical) for progress in self.runs.values()
        )

    def line(self, run: str) -> str:
        """One run's state in a line."""
        progress = self.runs[run]
        asked = progress.done - progress.found
        right = f", {progress.right / asked:.0%} right" if asked else ""
        failed = f", {progress.failed} failed" if progress.failed else ""
        left = self.seconds_left()
        return f"{self._labels[run]}: {progress.done} of {progress.total}{right}{failed}, {clock(left)} left"

    def table(self) -> Table:
        """The table as it stands."""
        from rich.table import Column, Table
        from rich.text import Text

        left = self.seconds_left()
        caption = f"{clock(time.monotonic() - self._started)} gone, {clock(left)} left"
        table = Table(
            Column("model", overflow="fold"), "cases", "right so far", "failed", "seconds a case", caption=caption
        )
        for run, progress in self.runs.items():
            asked = progress.done - progress.found
            table.add_row(
                Text(one_line(self._labels[run])),
                f"{progress.done}/{progress.total or '?'}",
                f"{progress.right / asked:.0%}" if asked else "–",
                str(progress.failed),
                f"{progress.rate:.2f}" if progress.rate is not None else "–",
            )
        return table

    def _say(self, line: str) -> None:
        if self._live is None:
            self._stream.write(one_line(line) + "\n")
            self._stream.flush()


def clock(seconds: float | None) -> str:
    """Seconds as people say them.

    >>> clock(75), clock(3700), clock(None)
    ('1:15', '1:01:40', '?')
    """
    if seconds is None:
        return "?"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
