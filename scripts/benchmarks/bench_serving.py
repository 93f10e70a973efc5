"""How many answers a service gives to 1, 4 and 16 clients, after how long, and whether its memory stays flat.

::

    python scripts/benchmarks/bench_serving.py [--seconds 60] [--clients 1 4 16] [--at-once 1 2] [--think 0]

``askdocs serve`` runs in a process of its own on the loopback, over the sample articles. Each client has a connection
of its own and asks its next question when its last was answered (after ``--think`` seconds on average, if given), so
with 16 clients 16 questions are always open. Every question of the news suite that stands alone is asked in a shuffled
order, the same for all clients, so that none is asked twice before all were; every second one is streamed. What is
open when the time is over is let go, and how long its places take to be free is measured.

"Answers a minute" are those that came; p50, p95 and max are seconds from sending a question to its whole answer;
"first" those to the first event of the streamed ones, which holds the passages found; "429" how often the queue was
full, after which the client waits as long as Retry-After says. Memory is the resident memory of the service's process,
at the end of each stage.

The first of ``--at-once`` is measured with every number of clients, further ones for a quarter of the time with the
most clients. ``extractive`` for a few seconds is what everything but the model costs: the floor. A full run takes less
than four minutes.

"Users" is arithmetic, not measured: how many people one model can serve who each ask a question a minute (60 seconds
on average from an answer to the next question, exponential), 95 of 100 answers within 5 seconds. It lets them ask one
model that answers one question after another, each in one of the times that were measured with one client, scaled to
the pace that was measured with the most clients.

Writes docs/benchmarks/serving.json and serving.md.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import itertools
import json
import math
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from askdocs import Corpus
from askdocs.evaluation.suite import load_suite, sample_articles
from scripts.benchmarks.machine import machine
from scripts.benchmarks.serving_load import Run, ask_for, percentile, serve, users_served

ROOT = Path(__file__).resolve().parents[2]
SEED = 7
FLOOR = "extractive"
_WARMING = 20.0  # seconds at most
THINK, LIMIT = 60.0, 5.0  # of the users that are computed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each stage")
    parser.add_argument("--floor-seconds", type=float, default=3.0, help=f"of each stage with {FLOOR}")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--at-once", type=int, nargs="+", default=[2, 1], help="how many the service works on at once")
    parser.add_argument("--think", type=float, default=0.0, help="seconds before a client's next question, on average")
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    options = parser.parse_args()
    questions, load = standing_alone(), os.getloadavg()[0]
    most = [max(options.clients)]
    with tempfile.TemporaryDirectory() as folder:
        with Corpus.open(folder) as corpus:
            corpus.add(sample_articles())
        services = [
            measured(folder, options.model, at_once, clients, seconds, questions, options.think)
            for at_once, clients, seconds in [
                (options.at_once[0], options.clients, options.seconds),
                *((at_once, most, options.seconds / 4) for at_once in options.at_once[1:]),
            ]
        ]
        services.append(
            measured(folder, FLOOR, options.at_once[0], options.clients, options.floor_seconds, questions, 0.0)
        )
    write(options.out, {
        "date": datetime.date.today().isoformat(), "machine": machine(), "load": load,
        "questions": len(questions), "seed": SEED, "think": options.think,
        "services": services, "users": users(services[0]),
    })  # fmt: skip


def standing_alone() -> list[str]:
    """The questions of the news suite that need no earlier one, answerable or not, shuffled."""
    cases = load_suite("news").cases
    found = [case.question for case in cases if not (case.conversation or case.history or case.as_of)]
    random.Random(SEED).shuffle(found)
    return found


def measured(
    folder: str, model: str, at_once: int, clients: Sequence[int], seconds: float, questions: list[str], think: float
) -> dict[str, Any]:
    """One service, asked by so many clients, one number of them after the other."""
    asked: Iterator[str] = itertools.cycle(questions)
    with serve(folder, model, at_once) as served:
        memory = {"at the start": served.memory()}
        served.wait_until_ready()
        asyncio.run(ask_for(served.address, 1, _WARMING, itertools.islice(asked, 5), 0.0))  # what loads at first use
        served.wait_until_idle()
        memory["warm"] = served.memory()
        stages = []
        for count in clients:
            print(f"{model}, {at_once} at once, {count} client(s): {seconds:.0f} s ...", file=sys.stderr)
            run = asyncio.run(ask_for(served.address, count, seconds, asked, think))
            freed = served.wait_until_idle()
            stages.append(
                {
                    "clients": count,
                    "seconds": seconds,
                    "freed": freed,
                    "memory": served.memory(),
                    **figures(run, seconds),
                }
            )
    return {"model": model, "at_once": at_once, "memory": memory, "stages": stages}


def figures(run: Run, seconds: float) -> dict[str, Any]:
    """What is reported of one stage."""
    times = [reply.seconds for reply in run.replies]
    first = [reply.first_event for reply in run.replies if reply.first_event is not None]
    seconds_of = {
        "p50": percentile(times, 0.5), "p95": percentile(times, 0.95), "max": percentile(times, 1.0),
        "first_p50": percentile(first, 0.5), "first_p95": percentile(first, 0.95),
    }  # fmt: skip
    return {
        "answers": len(times),
        "per_minute": 60 * len(times) / seconds,
        **{name: None if math.isnan(value) else value for name, value in seconds_of.items()},
        "abstained": sum(reply.abstained for reply in run.replies),
        "busy": run.busy,
        "let_go": run.let_go,
        "errors": len(run.errors),
        "error_texts": run.errors[:5],
        "times": [round(time, 4) for time in times],
    }


def users(service: dict[str, Any]) -> dict[str, float] | None:
    """How many users that makes, a core and in all; ``None`` where one client alone was not measured."""
    alone = next((stage for stage in service["stages"] if stage["clients"] == 1 and stage["answers"]), None)
    most = max(service["stages"], key=lambda stage: stage["clients"])
    if alone is None or not most["answers"]:
        return None
    pace = 60 / most["per_minute"]
    times = [time * pace / statistics.mean(alone["times"]) for time in alone["times"]]
    count = users_served(times, THINK, LIMIT)
    return {
        "think": THINK,
        "limit": LIMIT,
        "seconds": pace,
        "users": count,
        "per_core": count / int(machine()["cores"]),
    }


def write(out: Path, report: dict[str, Any]) -> None:
    """``serving.json``, and the same as a page."""
    out.mkdir(parents=True, exist_ok=True)
    for service in report["services"]:
        for stage in service["stages"]:
            del stage["times"]
    (out / "serving.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    on = report["machine"]
    lines = [
        "# Serving",
        "",
        f"Written by `scripts/benchmarks/bench_serving.py` on {report['date']};"
        " what is measured stands in its docstring.",
        f"Machine: {on['cpu']}, {on['cores']} cores, Python {on['python']}, {on['system']}.",
        "",
        f"Load average before it began, near 0 on a quiet machine: {report['load']:.1f}.",
        "",
        f"{report['questions']} different questions; seconds unless said otherwise.",
        "",
        "| model | at once | clients | answers a minute | p50 | p95 | max | first p50 | first p95 | errors | 429 |",
        "|" + "---|" * 11,
    ]
    lines += [row(service, stage) for service in report["services"] for stage in service["stages"]]
    lines += ["", "Resident memory of the service, MB, and its threads:", "", *memory_table(report["services"]), ""]
    left = [stage for service in report["services"] for stage in service["stages"]]
    lines += [f"{sum(stage['let_go'] for stage in left)} questions were let go at the end of a stage; all places were"
              f" free after {max(stage['freed'] for stage in left):.2f} s at most.", ""]  # fmt: skip
    for service in report["services"]:
        end, answers = service["stages"][-1]["memory"], sum(stage["answers"] for stage in service["stages"])
        grown = end["rss"] - service["memory"]["warm"]["rss"]
        lines += [f"`{service['model']}`, {service['at_once']} at once: {grown:+.0f} MB from warm to the end, over"
                  f" {answers:,} answers.", ""]  # fmt: skip
    if found := report["users"]:
        lines += [
            f"**Users.** An answer takes {found['seconds']:.2f} s of the model; so this machine can serve"
            f" {found['users']} people who each ask a question a minute, {found['per_core']:.0f} a core, 95 of 100"
            f" answers within {found['limit']:.0f} s.",
            "",
        ]
    (out / "serving.md").write_text("\n".join(lines), "utf-8")
    print("\n".join(lines))


def row(service: dict[str, Any], stage: dict[str, Any]) -> str:
    seconds = " | ".join(
        "–" if stage[name] is None else f"{stage[name]:.2f}" for name in ("p50", "p95", "max", "first_p50", "first_p95")
    )
    return (
        f"| `{service['model']}` | {service['at_once']} | {stage['clients']} | {stage['per_minute']:.0f} | {seconds}"
        f" | {stage['errors']} | {stage['busy']} |"
    )


def memory_table(services: Sequence[dict[str, Any]]) -> list[str]:
    """A row a moment of each service."""
    lines = ["| model | at once | when | answers so far | MB | highest | threads |", "|---|---|---|---|---|---|---|"]
    for service in services:
        moments = [(when, 0, memory) for when, memory in service["memory"].items()]
        answers = 0
        for stage in service["stages"]:
            answers += stage["answers"]
            moments.append((f"after {stage['clients']} client(s)", answers, stage["memory"]))
        lines += [
            f"| `{service['model']}` | {service['at_once']} | {when} | {count:,} | {memory['rss']:.0f}"
            f" | {memory['peak']:.0f} | {memory['threads']} |"
            for when, count, memory in moments
        ]
    return lines


if __name__ == "__main__":
    main()
