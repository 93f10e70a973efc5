"""A service in a process of its own, clients that ask it for a while, and how many users that would be."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import json
import math
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import httpx

_SECONDS = 120.0  # that anything may take before the run is given up
_SIMULATED = 40_000  # questions


class Served:
    """``askdocs serve`` on a free port of the loopback; ``address`` is where."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process = process
        self.address = address

    def memory(self) -> dict[str, float]:
        """Its resident memory now and at its highest, in MB, and its threads; from /proc, so on Linux only."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        fields = dict(line.split(":", 1) for line in lines)
        kilobytes = {name: int(fields[name].split()[0]) for name in ("VmRSS", "VmHWM")}
        return {"rss": kilobytes["VmRSS"] / 1024, "peak": kilobytes["VmHWM"] / 1024, "threads": int(fields["Threads"])}

    def wait_until_ready(self) -> None:
        """Return once it can answer."""
        self._wait(lambda: httpx.get(self.address + "/healthz").status_code == 200)

    def wait_until_idle(self) -> float:
        """Return once no question is worked on and none waits; in how many seconds."""
        began = time.monotonic()

        def idle() -> bool:
            counts = re.findall(
                r"^askdocs_questions_\w+ (\S+)", httpx.get(self.address + "/metrics").text, re.MULTILINE
            )
            return set(map(float, counts)) == {0.0}

        self._wait(idle)
        return time.monotonic() - began

    def _wait(self, done: Callable[[], bool]) -> None:
        until = time.monotonic() + _SECONDS
        while not done():
            if self.process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"the service did not come that far; its exit status: {self.process.poll()}")
            time.sleep(0.05)


@contextlib.contextmanager
def serve(corpus: str, model: str, at_once: int) -> Iterator[Served]:
    """Start a service over a corpus; it is ended, and has to end with 0."""
    options = ["--corpus", corpus, "--model", model, "--at-once", str(at_once), "--port", "0"]
    command = [sys.executable, "-m", "askdocs", "serve", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            found = re.search(r"http://\S+", line)
            if found is None:
                raise SystemExit(f"the service did not start: {line}{process.stderr.read()}")
            yield Served(process, found[0])
        finally:
            process.terminate()
            if (status := process.wait(60)) != 0:
                print(f"the service ended with {status}", file=sys.stderr)


class Reply(NamedTuple):
    """One answer: seconds to the answer, to the first event of it (streamed), and those of the answering alone."""

    seconds: float
    first_event: float | None
    worked: float
    abstained: bool


class Run:
    """What clients met while they asked for some seconds."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.errors: list[str] = []
        self.busy = 0
        self.let_go = 0


async def ask_for(address: str, clients: int, seconds: float, questions: Iterator[str], think: float) -> Run:
    """Let clients ask, each the next question when its last was answered; what is open at the end is let go."""
    run = Run()
    asking = [asyncio.ensure_future(_client(address, run, questions, think)) for _ in range(clients)]
    await asyncio.wait(asking, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for task in asking:
        task.cancel()
    for result in await asyncio.gather(*asking, return_exceptions=True):
        if isinstance(result, Exception):
            raise result
    return run


async def _client(address: str, run: Run, questions: Iterator[str], think: float) -> None:
    """One client with a connection of its own; every second question is streamed."""
    async with httpx.AsyncClient(base_url=address, timeout=_SECONDS) as client:
        for number, question in enumerate(questions):
            if think:
                await asyncio.sleep(random.expovariate(1 / think))
            run.let_go += 1
            try:
                run.replies.append(await _ask(client, question, run, stream=number % 2 == 1))
            except (httpx.HTTPError, RuntimeError, ValueError, KeyError) as error:
                run.errors.append(f"{type(error).__name__}: {error}")
            run.let_go -= 1


async def _ask(client: httpx.AsyncClient, question: str, run: Run, *, stream: bool) -> Reply:
    """One answer; a full queue is asked again when it says."""
    began, first = time.monotonic(), None
    while True:
        async with client.stream("POST", "/v1/ask", json={"question": question, "stream": stream}) as reply:
            if reply.status_code == 429:
                run.busy += 1
                await asyncio.sleep(float(reply.headers["retry-after"]))
                continue
            data = ""
            async for line in reply.aiter_lines():
                if first is None and line.startswith("event: ") and line != "event: waiting":
                    first = time.monotonic() - began
                data = line.removeprefix("data: ") if line else data
            if reply.status_code != 200:
                raise RuntimeError(f"{reply.status_code} {data}")
        said = json.loads(data)
        answer = said["answer"] if stream else said
        seconds = time.monotonic() - began
        return Reply(seconds, first if stream else None, answer["timings"]["total"], answer["abstained"])


def percentile(values: Sequence[float], part: float) -> float:
    """The value that this part of all does not exceed; not a number where there is none.

    >>> percentile([4.0, 1.0, 3.0, 2.0], 0.5), percentile([1.0, 2.0], 0.95)
    (2.0, 2.0)
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * part) - 1)] if ordered else float("nan")


def users_served(times: Sequence[float], think: float, limit: float) -> int:
    """How many users one model can serve: each asks again some time after the last answer, ``think`` seconds on
    average (exponential); 95 of 100 answers come within ``limit`` seconds. ``times`` are those of answering.

    >>> users_served([1.0], think=60, limit=5)
    44
    """
    if percentile(times, 0.95) >= limit:
        return 0
    users = 1
    while percentile(_waits(times, think, users * 2), 0.95) < limit:
        users *= 2
    low, high = users, users * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if percentile(_waits(times, think, middle), 0.95) < limit else (low, middle)
    return low


def _waits(times: Sequence[float], think: float, users: int) -> list[float]:
    """Seconds to the answer of questions that users ask one model, which answers one after another."""
    chance = random.Random(7)
    asked = [chance.expovariate(1 / think) for _ in range(users)]
    heapq.heapify(asked)
    free, waited = 0.0, []
    for _ in range(_SIMULATED):
        when = heapq.heappop(asked)
        free = max(free, when) + chance.choice(times)
        waited.append(free - when)
        heapq.heappush(asked, free + chance.expovariate(1 / think))
    return waited
