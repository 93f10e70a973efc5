"""Reading in a process of its own, within limits: for files that somebody else sent.

A file of a few kilobytes may stand for a million pages, or find a fault in a parser that is no Python. Here the worst
it can do is to end the process that reads it: it is then skipped, with that as the reason. What the process gives is
JSON, so that it cannot make this one run anything either.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from askdocs.core.articles import RawArticle
from askdocs.core.reports import Skipped
from askdocs.ingest.sources.files import name

SECONDS = 300.0
MEMORY = 2 * 1024**3
_ARTICLE, _SKIPPED, _END = b"a", b"s", b"e"


class ReaderApart:
    """Reads sources as ``dispatch.read`` does, in another process; used by one thread at a time.

    A source for which nothing comes for ``seconds`` is skipped, and one that takes more than ``memory`` bytes, as far
    as the system has such limits. The process begins with the first source, and ends by ``close``.
    """

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, source: str | Path) -> Iterator[RawArticle | Skipped]:
        """The articles of a source. Whatever happens to the process, nothing is raised."""
        shown = name(source) if isinstance(source, Path) else source
        process = self._process = self._process or self._begun()
        request = json.dumps({"source": str(source), "path": isinstance(source, Path)})
        ended = False
        try:
            with contextlib.suppress(OSError):  # it has ended; so do its lines
                _pipe(process.stdin).write(request.encode() + b"\n")
                _pipe(process.stdin).flush()
            while not ended:
                line, late = self._line(process)
                kind, body = line[:1], line[1:]
                if kind == _ARTICLE:
                    yield RawArticle.model_validate_json(body)
                elif kind == _SKIPPED:
                    yield Skipped.model_validate_json(body)
                else:
                    ended = kind == _END
                    if not ended:
                        yield Skipped(source=shown, reason=self._why(late))
                        return
        finally:
            if not ended:
                self.close()

    def interrupt(self) -> None:
        """End what is being read, from another thread; it is skipped."""
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the process; the next source begins another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                _close(pipe)

    def _begun(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", f"from {__name__} import main; main({self._memory})"]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def _line(self, process: subprocess.Popen[bytes]) -> tuple[bytes, bool]:
        """What comes next, and whether the process was ended because it took too long."""
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._seconds, end)
        timer.daemon = True
        timer.start()
        try:
            return _pipe(process.stdout).readline(), late.is_set()
        finally:
            timer.cancel()

    def _why(self, late: bool) -> str:
        if late:
            return f"reading it took longer than {self._seconds:g} s; split it"
        return "reading it took too much memory, or ended the reader; it may be damaged, or made to do so"


def _pipe(pipe: object) -> BinaryIO:
    assert pipe is not None, "both pipes were asked for"
    return pipe  # type: ignore[return-value]


def _close(pipe: object) -> None:
    with contextlib.suppress(OSError):  # what was not written is for nobody
        _pipe(pipe).close()


def main(memory: int = MEMORY) -> None:
    """Be the process that reads: a source a line on stdin, its articles a line each on stdout."""
    from askdocs.ingest.sources.dispatch import read

    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _limit(memory)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a parser prints is no article
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        for found in read(Path(asked["source"]) if asked["path"] else asked["source"]):
            out.write(_said(found) + b"\n")
        out.write(_END + b"\n")
        out.flush()


def _said(found: RawArticle | Skipped) -> bytes:
    try:
        return (_ARTICLE if isinstance(found, RawArticle) else _SKIPPED) + found.model_dump_json().encode()
    except ValueError as error:
        skipped = Skipped(source=ascii(found.source)[1:-1], reason=f"its text cannot be stored: {error}")
        return _SKIPPED + skipped.model_dump_json().encode()


def _limit(memory: int) -> None:
    """Let this process have so much memory, where the system can say so."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ValueError, OSError):  # macOS refuses it
        return


def _end_with(parent: int) -> None:
    """End when the process that asks has ended, also in the midst of a source."""
    while os.getppid() == parent:
        time.sleep(2)
    os._exit(1)
