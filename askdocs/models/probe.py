"""Lets llama.cpp load a file and decode one token in a child process, where a crash ends only the child.

A file may be whole and still make llama.cpp abort (an architecture it does not know half of, a build for another
CPU). The first use of a model asks here; what came out is remembered with the file's record.
"""

from __future__ import annotations

import logging
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from askdocs.core.base import Model

_CHILD = "import sys; sys.path.insert(0, sys.argv.pop(1)); from askdocs.models.probe import main; main(sys.argv[1])"
_LINES = 2
_TELLING = re.compile(r"error|assert|failed", re.IGNORECASE)


class Probe(Model):
    """What the child did: ``reason`` is empty when it decoded; ``crashed`` when a signal ended it."""

    ok: bool
    reason: str = ""
    crashed: bool = False
    timed_out: bool = False
    seconds: float = 0.0


def probe(path: Path, timeout: float = 120.0) -> Probe:
    """Load ``path`` and decode one token in a child process that may take ``timeout`` seconds."""
    begin = time.perf_counter()
    # -P: a types.py or json.py in the current folder must not be imported in place of Python's own.
    command = [sys.executable, "-P", "-c", _CHILD, str(Path(__file__).parents[2]), str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=timeout, stdin=subprocess.DEVNULL, check=False)
    except subprocess.TimeoutExpired:
        return Probe(ok=False, timed_out=True, reason=f"it did not decode a token within {timeout:g} s")
    seconds = time.perf_counter() - begin
    if done.returncode == 0:
        return Probe(ok=True, seconds=seconds)
    return Probe(ok=False, reason=_reason(done), crashed=done.returncode < 0, seconds=seconds)


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    said = done.stderr.decode(errors="replace").splitlines()
    lines = [line.strip().removeprefix("llama.cpp: ") for line in said if line.strip()]
    telling = [line for line in lines if _TELLING.search(line)]
    reason = "; ".join(telling[:_LINES] or lines[-_LINES:]) or "it said nothing"
    if done.returncode < 0:
        return f"llama.cpp crashed with {_signal_name(-done.returncode)}: {reason}"
    return f"llama.cpp cannot use it: {reason}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def main(path: str) -> None:
    """The child: exit 0 when one token was decoded, otherwise say why on stderr and exit 1."""
    from askdocs.models.generator import LlamaGenerator

    # What llama.cpp itself says is the reason to show.
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, format="%(message)s")
    try:
        generator = LlamaGenerator(Path(path), name=Path(path).name, context_length=512, threads=1)
        generator.logits(generator.prefill([*generator.frame()[0], *generator.tokenize("a")])[0])
    except Exception as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
