"""What it costs that OpenMP's threads spin while they wait, alone on the machine and beside other work.

::

    python scripts/benchmarks/bench_waiting.py [--questions 3] [--spins default 1000000 20000 1000 0]

The same questions in fresh processes, each with another ``GOMP_SPINCOUNT`` (the turns a waiting thread of libgomp makes
before it sleeps), once on a quiet machine and once beside a busy process a core. Seconds are those of reading, without
loading. Writes ``docs/benchmarks/waiting.json`` and ``.md``.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from scripts.benchmarks.machine import machine

QUESTIONS = (
    "How many XPeng shares did Alibaba sell?",
    "For how much did Alibaba sell them?",
    "Who leads the cloud unit?",
)
CHILD = """
import sys, time
from askdocs import Corpus
from askdocs.evaluation import sample_articles
with Corpus.open(sys.argv[1]) as corpus:
    corpus.add(sample_articles())
    corpus.ask("Which company is this about?")
    for question in sys.argv[2:]:
        timings = corpus.ask(question).timings
        print(timings.prefill + timings.decode)
"""


def seconds(folder: Path, spins: str, questions: list[str]) -> float:
    """The median seconds of a question in a fresh process."""
    environment = {name: value for name, value in os.environ.items() if name[:4] not in ("OMP_", "GOMP")}
    if spins != "default":
        environment["GOMP_SPINCOUNT"] = spins
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder), *questions],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return statistics.median(map(float, done.stdout.split()))


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=3)
    parser.add_argument("--spins", nargs="+", default=["default", "1000000", "20000", "1000", "0"])
    parser.add_argument("--work", type=Path, default=Path("out/waiting.askdocs"))
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    options = parser.parse_args()
    questions = list(QUESTIONS[: options.questions])
    seconds(options.work, "default", questions[:1])  # the corpus is made, the files are read once
    quiet = {spins: seconds(options.work, spins, questions) for spins in options.spins}
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(int(machine()["cores"]))]
    try:
        beside = {spins: seconds(options.work, spins, questions) for spins in options.spins}
    finally:
        for process in busy:
            process.kill()
    when = datetime.date.today().isoformat()
    document = {"date": when, "machine": machine(), "quiet": quiet, "beside a busy process a core": beside}
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "waiting.json").write_text(json.dumps(document, indent=1) + "\n")
    lines = [
        f"| {spins} | {quiet[spins]:.2f} | {quiet[spins] / quiet[options.spins[0]]:.2f} | {beside[spins]:.2f} |"
        for spins in options.spins
    ]
    text = "# Spinning while waiting\n\nMedian seconds of a question in a fresh process.\n\n"
    text += "| GOMP_SPINCOUNT | quiet | against the first | beside a busy process a core |\n|---|---|---|---|\n"
    text += "\n".join(lines) + f"\n\nMeasured {when} on {machine()['cpu']}, {machine()['cores']} cores.\n"
    (options.out / "waiting.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
