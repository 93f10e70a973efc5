"""Runs ``askdocs`` in forks of one process that has imported it: a chat starts in hundredths of a second.

A fork is as fresh as a new process: what it was forked from has imported modules, and called nothing in them. In a
light one, the embedder loads nothing, and forms of questions are told by rule, as without a bundled embedder.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIGHT = (
    "import sys; from askdocs.embedding import embedder; from askdocs.models import registry\n"
    "from askdocs.core.errors import ModelNotFound; from askdocs.testing import DeterministicEmbedder\n"
    "def missing(): raise ModelNotFound('the bundled embedder: not here')\n"
    "embedder.default_embedder, registry.bundled_embedder_path = DeterministicEmbedder, missing\n"
    "from askdocs.cli.main import main; sys.exit(main(sys.argv[1:]))"
)
# What a chat imports where it is first used.
_MODULES = (
    "askdocs.cli.main, askdocs.cli.commands.chat, askdocs.cli.commands.add, askdocs.cli.chat.terminal, "
    "askdocs.cli.chat.piped, askdocs.cli.chat.corpus_commands, askdocs.cli.chat.inspect_commands, "
    "askdocs.cli.chat.save_commands, askdocs.corpus.corpus, askdocs.corpus.chat, askdocs.terminal.render, "
    "askdocs.storage.chat_history, faiss, platformdirs, rich.markdown, rich.live, sentencex"
)
_LIGHT_SERVER = (
    f"import {_MODULES}\n"
    "from askdocs.cli.chat import session; session._LOCK_SECONDS = 1.0\n"  # waited out by a test
    f"from tests.support import started\nstarted.serve()\n{LIGHT}"
)
_WHOLE_SERVER = (
    f"import {_MODULES}, llama_cpp, sentence_transformers, torch\n"
    "from tests.support import started\nstarted.serve()\n"
    "import sys; from askdocs.cli.main import main; sys.exit(main(sys.argv[1:]))"
)


class Started:
    """One run of the command; ``tell`` is where its keeper writes its process id, and then its exit status."""

    def __init__(self, tell: int) -> None:
        self._tell = os.fdopen(tell, "rb", buffering=0)
        self._status: int | None = None
        self.pid = int(self._line())

    def _line(self) -> bytes:
        line = self._tell.readline()
        assert line, "the process that starts askdocs has ended"
        return line

    def wait(self, seconds: float | None = None) -> int | None:
        """The exit status, negative for a signal; None when it has not ended in ``seconds``."""
        if self._status is None and select.select([self._tell], [], [], seconds)[0]:
            self._status = int(self._line())
            self._tell.close()
        return self._status

    def kill(self) -> None:
        """End it, if it has not ended."""
        if self.wait(0) is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.wait()


def start(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    streams: tuple[int, int, int],
    *,
    light: bool = True,
) -> Started:
    """Start ``askdocs ARGUMENTS`` in ``folder``; on a terminal of its own where its input is one."""
    tell, told = os.pipe()
    request = {"arguments": [*arguments], "folder": str(folder), "environment": dict(environment)}
    try:
        socket.send_fds(_server(light)[0], [json.dumps(request).encode() + b"\n"], [*streams, told])
    finally:
        os.close(told)
    return Started(tell)


def run(arguments: Sequence[str], folder: Path, text: str) -> tuple[int | None, str, str]:
    """Run ``askdocs ARGUMENTS`` with ``text`` in a pipe; gives its exit status, stdout and stderr."""
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with os.fdopen(reading), os.fdopen(writing, "w", encoding="utf-8") as pipe:
            started = start(arguments, folder, os.environ, (reading, out.fileno(), err.fileno()))
            pipe.write(text)
        status = started.wait()
        out.seek(0)
        err.seek(0)
        return status, out.read().decode(), err.read().decode()


def run_whole(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int | None, str]:
    """Run ``askdocs ARGUMENTS`` with its own embedder; gives its exit status, and what it printed on both streams."""
    with tempfile.TemporaryFile() as said, Path(os.devnull).open() as nothing:
        streams = nothing.fileno(), said.fileno(), said.fileno()
        status = start(arguments, folder, environment, streams, light=False).wait()
        said.seek(0)
        return status, said.read().decode()


@functools.lru_cache(maxsize=2)
def _server(light: bool) -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """What starts the command; it ends when this process closes its end, or ends."""
    ours, theirs = socket.socketpair()
    with theirs:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", _LIGHT_SERVER if light else _WHOLE_SERVER]
        process = subprocess.Popen(command, cwd=ROOT, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env=environment)
    return ours, process


def serve() -> None:
    """Fork for each request that comes through stdin; returns in the forks, as what was asked for."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
    with socket.socket(fileno=os.dup(0)) as requests:
        while True:
            text, streams, _, _ = socket.recv_fds(requests, 1 << 16, 4)
            while text and not text.endswith(b"\n"):
                text += requests.recv(1 << 16)
            if not text:
                os._exit(0)
            if not os.fork():
                break
            for stream in streams:
                os.close(stream)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *streams, told = streams
    child = os.fork()
    if child:
        for stream in (0, *streams):
            os.close(stream)
        os.write(told, b"%d\n" % child)
        os.write(told, b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        os._exit(0)
    os.close(told)
    _become(json.loads(text), streams)


def _become(request: Mapping[str, object], streams: Sequence[int]) -> None:
    """Take over the arguments, the folder, the environment and the streams."""
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    for stream in {*streams}:
        os.close(stream)
    if os.isatty(0):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[call-overload]
    sys.argv = ["askdocs", *request["arguments"]]  # type: ignore[misc]
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)
