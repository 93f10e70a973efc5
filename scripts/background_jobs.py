"""Commands that run side by side, with a line that says what is being waited for. The standard library only.

On a terminal the line is renewed in place; elsewhere it is written every 15 seconds. What a command prints goes into
a file, and is shown only when the command fails.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import IO

SECONDS_BETWEEN_LINES = 15.0
SECONDS_BETWEEN_LOOKS = 0.2
SECONDS_TO_END = 5.0
NINJA_STEP = re.compile(rb"^\s*\[(\d+)/(\d+)\]", re.MULTILINE)


class SetupError(Exception):
    """A step failed; the message says which, and what the command said last."""


@dataclass
class Job:
    """A command, and what it is for in words that follow "waiting for": "building llama.cpp"."""

    what: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


class Running:
    """A job that was started, in a process group of its own, so that all of it can be ended."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `end`
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            job.command,
            env={**os.environ, **job.environment},
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def state(self) -> str:
        """As "building llama.cpp 1:20 (41 of 81)"; the steps are there when ninja told them."""
        steps = NINJA_STEP.findall(self.printed()[-100_000:])
        told = f" ({int(steps[-1][0])} of {int(steps[-1][1])})" if steps else ""
        return f"{self.job.what} {minutes(time.monotonic() - self.started)}{told}"

    def printed(self) -> bytes:
        self.log.flush()
        return os.pread(self.log.fileno(), 1 << 26, 0)

    def check(self) -> None:
        """Raise when the command has failed."""
        if self.process.returncode:
            said = last_words(self.printed().decode(errors="replace"))
            command = shlex.join(self.job.command)
            raise SetupError(f"{self.job.what}: exit {self.process.returncode} from: {command}\n{said}".rstrip())

    def end(self) -> None:
        """End the command and what it started, if they are still running."""
        if self.process.poll() is None:
            for number in (signal.SIGTERM, signal.SIGKILL):
                os.killpg(self.process.pid, number)
                try:
                    self.process.wait(SECONDS_TO_END)
                    break
                except subprocess.TimeoutExpired:
                    continue
        self.log.close()


def run_together(jobs: Sequence[Job], out: IO[str] | None = None) -> None:
    """Run the jobs at once and wait for all; when one fails or the user stops, the others are ended.

    Raises:
        SetupError: a command failed.
        KeyboardInterrupt, SystemExit: the user or the system stopped the set-up.
    """
    line, running = ProgressLine(out or sys.stderr), []
    with signals_noted() as noted:
        try:
            for job in jobs:
                running.append(Running(job))
            waiting = list(running)
            while waiting:
                line.show(", ".join(each.state() for each in waiting))
                time.sleep(SECONDS_BETWEEN_LOOKS)
                if noted:
                    raise KeyboardInterrupt if noted[0] == signal.SIGINT else SystemExit(128 + noted[0])
                for each in [each for each in waiting if each.process.poll() is not None]:
                    waiting.remove(each)
                    each.check()
                    line.keep(f"{each.job.what}: done in {minutes(time.monotonic() - each.started)}")
        finally:
            line.clear()
            for each in running:
                each.end()


class ProgressLine:
    """One line that changes on a terminal; a line every 15 seconds in a pipe."""

    def __init__(self, out: IO[str]) -> None:
        self.out, self.terminal, self.next_at = out, out.isatty(), 0.0

    def show(self, text: str) -> None:
        if self.terminal:
            width = shutil.get_terminal_size().columns - 1
            self.out.write(f"\r{f'== {text} ...'[:width]}\x1b[K")
            self.out.flush()
        elif time.monotonic() >= self.next_at:
            self.next_at = time.monotonic() + SECONDS_BETWEEN_LINES
            print(f"== {text} ...", file=self.out, flush=True)

    def keep(self, text: str) -> None:
        """Write a line that stays."""
        self.clear()
        print(f"== {text}", file=self.out, flush=True)

    def clear(self) -> None:
        if self.terminal:
            self.out.write("\r\x1b[K")
            self.out.flush()


@contextmanager
def signals_noted() -> Iterator[list[int]]:
    """Note Ctrl-C, SIGTERM and a closed terminal in the list instead of interrupting.

    An exception at any line could fall between the start of a child and its being remembered.
    """
    noted: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        noted.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield noted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def last_words(printed: str) -> str:
    """The first errors that a command named and the last lines that it printed; pip ends with hints, not causes."""
    lines = [line.rstrip() for line in printed.splitlines() if line.strip()]
    end = lines[-12:]
    named = [line for line in lines[:-12] if re.search(r"\b(fatal )?error\b[: ]|FAILED:", line, re.IGNORECASE)][:6]
    return "\n".join(f"  {line[:300]}" for line in [*named, *end])


def minutes(seconds: float) -> str:
    """As "1:05".

    >>> minutes(65.4)
    '1:05'
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
