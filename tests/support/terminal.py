"""A pseudo-terminal that a test types into and looks at: pexpect runs the program, pyte draws its screen."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pexpect
import pyte

SECONDS = 90.0  # generous: the machine may be busy, and a test that fails for that says nothing

# The command with an embedder that loads nothing.
LIGHT = (
    "import sys; from askdocs.embedding import embedder; from askdocs.testing import DeterministicEmbedder\n"
    "embedder.default_embedder = DeterministicEmbedder\n"
    "from askdocs.cli.main import main; sys.exit(main(sys.argv[1:]))"
)
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
        self._entered = 0
        settings = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PAGER": "cat"}
        inherited = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS", "LINES"}}
        self.child = pexpect.spawn(
            sys.executable,
            [*(["-c", LIGHT] if light else ["-m", "askdocs"]), *arguments],
            cwd=str(folder),
            env={**inherited, "PYTHONPATH": str(Path(__file__).parents[2]), **settings, **(environment or {})},
            dimensions=(60, columns),
            timeout=SECONDS,
        )
        # Where the cursor is, as a terminal answers when asked.
        setattr(self.screen, "write_process_input", self.child.send)  # noqa: B010 (mypy: a method may not be assigned)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.child.close(force=True)

    @property
    def text(self) -> str:
        """What the screen shows, without the spaces at the ends of lines."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def pump(self, seconds: float = 0.05) -> None:
        """Take in what the program wrote."""
        with contextlib.suppress(pexpect.TIMEOUT, pexpect.EOF):
            data = self.child.read_nonblocking(65536, timeout=seconds)
            self.raw += data
            self._stream.feed(data)

    def see(self, text: str, seconds: float = SECONDS) -> str:
        """Wait until the screen shows ``text``; gives the screen."""
        end = time.monotonic() + seconds
        while text not in self.text:
            if time.monotonic() > end:
                raise AssertionError(f"{text!r} did not appear in {seconds} s; the screen:\n{self.text}")
            self.pump(0.1)
        return self.text

    def see_prompt(self) -> str:
        """Wait for an empty prompt, drawn after the last line was entered, above the toolbar."""
        end = time.monotonic() + SECONDS
        while BEGINS not in self.raw[self._entered :] or not _waits(self.text):
            if time.monotonic() > end:
                raise AssertionError(f"no prompt; the screen:\n{self.text}")
            self.pump(0.1)
        return self.text

    def type(self, text: str) -> None:
        """Type without Enter."""
        self.child.send(text)

    def enter(self, text: str) -> None:
        """Type a line and Enter, as a terminal sends it."""
        self.child.send(text)
        self.see(text[-20:] if len(text) < self.screen.columns - 2 else "")
        self._entered = len(self.raw)
        self.child.send("\r")

    def resize(self, columns: int) -> None:
        """Make the window narrower or wider."""
        self.screen.resize(60, columns)
        self.child.setwinsize(60, columns)

    def status(self) -> int | None:
        """The exit status, once the program has ended."""
        end = time.monotonic() + SECONDS
        while self.child.isalive() and time.monotonic() < end:
            self.pump(0.1)
        self.pump()
        self.child.close()
        status: int | None = self.child.exitstatus
        return status


def _waits(text: str) -> bool:
    """Whether an empty prompt stands at the end, with or without the toolbar below."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "?" in lines[-2:]
