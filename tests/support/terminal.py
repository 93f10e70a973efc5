"""A pseudo-terminal that a test types into and looks at: pexpect reads it, pyte draws its screen."""

from __future__ import annotations

import fcntl
import os
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pexpect
import pyte
from pexpect.fdpexpect import fdspawn

from tests.support.started import Started, start

SECONDS = 90.0  # generous: the machine may be busy, and a test that fails for that says nothing

BEGINS = b"\x1b[?2004h"  # what prompt_toolkit sends when it begins to read a line


class Terminal:
    """``askdocs ARGUMENTS`` on a terminal of its own; a context manager that ends it."""

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        *,
        light: bool = True,
        columns: int = 80,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, 60)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.ended = False
        self._entered = 0
        settings = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PAGER": "cat"}
        inherited = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS", "LINES"}}
        inherited |= {"PYTHONPATH": str(Path(__file__).parents[2]), **settings, **(environment or {})}
        self._started: Started | None = None
        if light:
            self.child, self._started = _start(arguments, folder, inherited, columns)
        else:
            command = [sys.executable, "-m", "askdocs", *arguments]
            self.child = pexpect.spawn(
                command[0], command[1:], cwd=str(folder), env=inherited, dimensions=(60, columns)
            )
            self.child.delaybeforesend = None
        # Where the cursor is, as a terminal answers when asked.
        setattr(self.screen, "write_process_input", self.child.send)  # noqa: B010 (mypy: a method may not be assigned)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self._started is not None:
            self._started.kill()
            self.child.close()
        else:
            self.child.close(force=True)

    @property
    def text(self) -> str:
        """What the screen shows, without the spaces at the ends of lines."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def pump(self, seconds: float = 0.05) -> None:
        """Take in what the program wrote; ``ended`` says when that was all."""
        try:
            data = self.child.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return
        except pexpect.EOF:
            self.ended = True
            return
        self.raw += data
        self._stream.feed(data)

    def see(self, text: str, seconds: float = SECONDS) -> str:
        """Wait until the screen shows ``text``; gives the screen."""
        end = time.monotonic() + seconds
        while text not in self.text:
            if time.monotonic() > end or self.ended:
                raise AssertionError(f"{text!r} did not appear in {seconds} s; the screen:\n{self.text}")
            self.pump(0.1)
        return self.text

    def see_prompt(self) -> str:
        """Wait for an empty prompt, drawn after the last line was entered, above the toolbar."""
        end = time.monotonic() + SECONDS
        while BEGINS not in self.raw[self._entered :] or not _waits(self.text):
            if time.monotonic() > end or self.ended:
                raise AssertionError(f"no prompt; the screen:\n{self.text}")
            self.pump(0.1)
        return self.text

    def type(self, text: str) -> None:
        """Type without Enter, a moment after the prompt: it reads in a thread what was typed in earlier sittings."""
        time.sleep(0.1)
        self.child.send(text)

    def enter(self, text: str) -> None:
        """Type a line and Enter, as a terminal sends it; the line before must have been taken."""
        end = time.monotonic() + SECONDS
        while self._entered and BEGINS not in self.raw[self._entered :]:
            if time.monotonic() > end or self.ended:
                raise AssertionError(f"no prompt to type into; the screen:\n{self.text}")
            self.pump(0.1)
        self.child.send(text)
        self.see(text[-20:] if len(text) < self.screen.columns - 2 else "")
        self._entered = len(self.raw)
        self.child.send("\r")

    def clear(self) -> None:
        """Have the program clear the screen at an empty prompt, by Ctrl-L, and forget what it wrote before."""
        self.type("\x0c")
        end = time.monotonic() + SECONDS
        while self.text.split("\n")[0] != "?":
            if time.monotonic() > end or self.ended:
                raise AssertionError(f"the screen was not cleared:\n{self.text}")
            self.pump(0.1)
        self.raw, self._entered = BEGINS, 0

    def resize(self, columns: int) -> None:
        """Make the window narrower or wider."""
        self.screen.resize(60, columns)
        _set_size(self.child.fileno(), columns)

    def status(self) -> int | None:
        """The exit status, once the program has ended."""
        end = time.monotonic() + SECONDS
        while not self.ended and time.monotonic() < end:
            self.pump(0.1)
        if self._started is not None:
            return self._started.wait(SECONDS)
        self.child.close()
        status: int | None = self.child.exitstatus
        return status


def _start(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], columns: int
) -> tuple[fdspawn, Started]:
    """The command with an embedder that loads nothing, and the near end of its terminal."""
    near, far = os.openpty()
    _set_size(near, columns)
    try:
        return fdspawn(near), start(arguments, folder, environment, (far, far, far))
    finally:
        os.close(far)


def _set_size(terminal: int, columns: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, columns, 0, 0))


def _waits(text: str) -> bool:
    """Whether an empty prompt stands at the end, with or without the toolbar below."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "?" in lines[-2:]
