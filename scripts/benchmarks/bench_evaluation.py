"""How long scoring and reporting take: 10,000 outcomes of each of 4 models, made up with a seed.

::

    python scripts/benchmarks/bench_evaluation.py --cases 10000 --runs 4

Writes ``docs/benchmarks/evaluation.json``.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from askdocs.evaluation.cases import Case, NumberGold
from askdocs.evaluation.evaluation import write_report
from askdocs.evaluation.manifest import Manifest, RunEntry
from askdocs.evaluation.outcomes import Cited, Cost, Outcome, Place, RunSettings, by_run, read_outcomes
from askdocs.evaluation.report import build_report, score_runs
from askdocs.evaluation.suite import Suite
from scripts.benchmarks.machine import machine

ARTICLES = 200


def made_up(cases: int) -> tuple[Suite, dict[str, str]]:
    """A suite of number questions over articles of twenty sentences."""
    texts = {
        f"{i}.md": " ".join(f"Company {i}-{j} sold {i * 100 + j + 1} million shares." for j in range(20))
        for i in range(ARTICLES)
    }
    made = []
    for case in range(cases):
        i, j = case % ARTICLES, case // ARTICLES % 20
        number = i * 100 + j + 1
        made.append(
            Case(
                id=f"case-{case}",
                question=f"How many shares did Company {i}-{j} sell?",
                type="number",
                gold=NumberGold(value=number * 1e6, unit="shares"),
                answer=f"{number} million",
                article=f"{i}.md",
                quote=f"Company {i}-{j} sold {number} million shares.",
            )
        )
    return Suite(name="made up", cases=tuple(made)), texts


def outcome(case: Case, run: str, skill: float, texts: dict[str, str], rng: random.Random) -> Outcome:
    """An answer that is right with a probability of ``skill``."""
    name, quote = case.article[0], case.quote[0]
    start = texts[name].index(quote)
    words = str(case.answer) if rng.random() < skill else f"{rng.randint(1, 10**6)} shares"
    abstained = rng.random() < 0.1
    cited = Cited(
        article=name, chunk=1, start=start, end=start + len(quote), quote=quote, answer_start=start,
        answer_end=start + 5, chunk_start=0, chunk_end=len(texts[name]),
    )  # fmt: skip
    others = [Place(article=f"{rng.randrange(ARTICLES)}.md", chunk=i, start=0, end=1000) for i in range(3)]
    hits = (*others, Place(article=name, chunk=9, start=0, end=len(texts[name])))
    cost = Cost(seconds=rng.random(), first_token=0.1, prompt_tokens=700, output_tokens=9)
    return Outcome(
        run=run, case=case.id, question=case.question, text="" if abstained else words, candidate=words,
        abstained=abstained, confidence=rng.random(), citations=(cited,), hits=hits, cost=cost,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=4)
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    options = parser.parse_args()
    suite, texts = made_up(options.cases)
    rng = random.Random(0)
    entries = {
        f"run{i}": RunEntry(settings=RunSettings(model=f"model-{i}"), label=f"model-{i}") for i in range(options.runs)
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "outcomes.jsonl").open("w", encoding="utf-8") as file:
            for i, run in enumerate(entries):
                file.writelines(
                    outcome(case, run, 0.5 + i / 10, texts, rng).model_dump_json() + "\n" for case in suite.cases
                )
        began = time.perf_counter()
        outcomes = by_run(read_outcomes(folder / "outcomes.jsonl"))
        read = time.perf_counter()
        scored = score_runs(suite, texts, entries, outcomes)
        done_scoring = time.perf_counter()
        manifest = Manifest(askdocs="bench", suite=suite.name, suite_fingerprint="", runs=entries)
        report = build_report(suite, texts, manifest, scored)
        compared = time.perf_counter()
        write_report(report, folder)
        end = time.perf_counter()
    seconds = {
        "read": read - began,
        "score": done_scoring - read,
        "compare": compared - done_scoring,
        "render": end - compared,
        "total": end - began,
    }
    figures = {"cases": options.cases, "runs": options.runs} | {
        f"{key}_seconds": round(value, 2) for key, value in seconds.items()
    }
    document = json.dumps(figures | {"machine": machine()}, indent=1)
    print(document)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "evaluation.json").write_text(document + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
