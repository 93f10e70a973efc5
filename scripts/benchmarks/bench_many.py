"""How much faster ``ask_many`` is than a loop of ``ask``, and whether it answers the same.

::

    python scripts/benchmarks/bench_many.py [--questions 12] [--model smollm2] [--rounds 3]

The questions are about the sample articles, several each, shuffled by a seed. Loop and ``ask_many`` take turns, each
round with a freshly loaded model, so that neither finds the other's prompts in its cache; loading is not counted.
"The same" are questions whose answer has the same words and citations; sums in another order may tip a close choice.

Writes docs/benchmarks/many.json and many.md.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from askdocs import Corpus
from askdocs.core.answers import Answer
from askdocs.core.settings import load_settings
from askdocs.evaluation.suite import sample_articles
from askdocs.reading.model_pool import unload_models
from scripts.benchmarks.machine import machine
from scripts.benchmarks.news_questions import chosen_cases

ROOT = Path(__file__).resolve().parents[2]
SEED = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=12)
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    options = parser.parse_args()
    questions = [case.question for case in chosen_cases(options.questions)]
    random.Random(SEED).shuffle(questions)
    with tempfile.TemporaryDirectory() as folder, Corpus.open(folder) as corpus:
        corpus.add(sample_articles())

        def loop(asked: Sequence[str]) -> list[Answer]:
            return [corpus.ask(question, model=options.model, timeout=300) for question in asked]

        def many(asked: Sequence[str]) -> list[Answer]:
            return corpus.ask_many(asked, model=options.model, timeout=300)

        rounds = []
        for number in range(1, options.rounds + 1):
            done = {}
            for name, way in (("loop", loop), ("many", many)):
                done[name] = timed(corpus, way, questions, options.model)
                print(f"round {number} of {options.rounds}, {name}: {done[name][0]:.1f} s", file=sys.stderr)
            rounds.append(done)
    write(options.out, {
        "date": datetime.date.today().isoformat(), "machine": machine(), "model": options.model,
        "threads": load_settings().thread_count, "questions": len(questions), "seed": SEED,
        "rounds": [figures(one) for one in rounds],
    })  # fmt: skip


Timed = tuple[float, list[Answer]]


def timed(corpus: Corpus, way: Callable[[Sequence[str]], list[Answer]], questions: Sequence[str], model: str) -> Timed:
    """Seconds and answers, the model loaded anew before."""
    unload_models()
    corpus.warm(model=model)
    began = time.perf_counter()
    answers = way(questions)
    return time.perf_counter() - began, answers


def figures(one: dict[str, Timed]) -> dict[str, Any]:
    """What is reported of one round."""
    pairs = list(zip(one["loop"][1], one["many"][1], strict=True))
    same = sum((a.text, a.candidate, a.citations) == (b.text, b.candidate, b.citations) for a, b in pairs)
    return {
        "same": same,
        "ratio": one["loop"][0] / one["many"][0],
        **{
            way: {
                "seconds": seconds,
                "evaluated": sum(a.usage.prompt_tokens - a.usage.reused_tokens for a in answers),
                "reused": sum(a.usage.reused_tokens for a in answers),
            }
            for way, (seconds, answers) in one.items()
        },
    }


def write(out: Path, report: dict[str, Any]) -> None:
    """``many.json``, and the same as a page."""
    rounds, on = report["rounds"], report["machine"]
    report["ratio"] = statistics.median(one["ratio"] for one in rounds)
    out.mkdir(parents=True, exist_ok=True)
    (out / "many.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    lines = [
        "# Many questions",
        "",
        f"Written by `scripts/benchmarks/bench_many.py` on {report['date']}; what is measured stands in its docstring.",
        f"Machine: {on['cpu']}, {on['cores']} cores, Python {on['python']}, {on['system']}.",
        "",
        f"{report['questions']} questions to `{report['model']}`, {report['threads']} thread(s); {len(rounds)} rounds.",
        "",
        "| round | loop, s | ask_many, s | times as fast | the same answers | tokens evaluated: loop | ask_many |",
        "|---|---|---|---|---|---|---|",
    ]
    for i, one in enumerate(rounds, start=1):
        lines.append(
            f"| {i} | {one['loop']['seconds']:.2f} | {one['many']['seconds']:.2f} | {one['ratio']:.2f} "
            f"| {one['same']} of {report['questions']} | {one['loop']['evaluated']:,} | {one['many']['evaluated']:,} |"
        )
    lines += ["", f"`ask_many` is {report['ratio']:.2f} times as fast, the median of the rounds.", ""]
    (out / "many.md").write_text("\n".join(lines), "utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
