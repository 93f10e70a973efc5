"""How good the span scorer is by itself: words, passage, noticing that there is no answer, and seconds.

::

    python scripts/benchmarks/bench_scorer.py --data ../shared/data/squad2-dev-3-articles.json.gz --limit 300

The gold passage stands among the three of the file that share most words with it, as in ``bench_answers.py``. Writes
``docs/benchmarks/scorer.json``.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from askdocs.core.base import Model
from askdocs.evaluation.correctness import squad_exact, squad_f1
from askdocs.evaluation.metrics import auroc
from askdocs.models.registry import bundled_embedder_path, scorer_path
from askdocs.reading.span_scorer import SpanScorer
from scripts.benchmarks.bench_answers import REPORTED
from scripts.benchmarks.machine import machine
from scripts.training.reading_rows import Asked, Task, sampled, tasks


class Scored(Model):
    """One question: the best span of all four passages and that of the gold one, against the gold answers."""

    answerable: bool
    exact: float
    f1: float
    gold_exact: float
    gold_f1: float
    right_passage: bool
    odds: float
    gold_odds: float
    seconds: float


def score(scorer: SpanScorer, task: Task, asked: Asked) -> Scored:
    """Read one question with its four passages."""
    texts = [hit.chunk.text for hit in task.hits]
    began = time.perf_counter()
    passages = scorer.score(asked.text, texts, [[] for _ in texts]).passages
    seconds = time.perf_counter() - began
    best = max(range(len(texts)), key=lambda i: passages[i].best)
    words, gold_words = (texts[i][passages[i].start : passages[i].end] for i in (best, task.gold))
    return Scored(
        answerable=bool(asked.gold),
        exact=squad_exact(words, asked.gold) if asked.gold else 0.0,
        f1=squad_f1(words, asked.gold) if asked.gold else 0.0,
        gold_exact=squad_exact(gold_words, asked.gold) if asked.gold else 0.0,
        gold_f1=squad_f1(gold_words, asked.gold) if asked.gold else 0.0,
        right_passage=best == task.gold,
        odds=passages[best].best,
        gold_odds=passages[task.gold].best,
        seconds=seconds,
    )


def figures(rows: list[Scored]) -> dict[str, float | int | None]:
    """The means over the answerable questions, and the areas under the curve of answerable against not."""
    answered = [row for row in rows if row.answerable]
    positive = np.array([float(row.answerable) for row in rows])
    both = 0 < positive.mean() < 1
    means = {
        name: round(float(np.mean([getattr(row, name) for row in answered])), 4)
        for name in ("exact", "f1", "right_passage", "gold_exact", "gold_f1")
    }
    return {
        "questions": len(rows),
        "answerable": len(answered),
        **means,
        "auroc": round(float(auroc(np.array([row.odds for row in rows]), positive)), 4) if both else None,
        "gold_auroc": round(float(auroc(np.array([row.gold_odds for row in rows]), positive)), 4) if both else None,
        "seconds_median": round(float(np.median([row.seconds for row in rows])), 4),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", default=REPORTED, help="SQuAD-format files")
    parser.add_argument("--adapter", type=Path, default=scorer_path())
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    options = parser.parse_args()
    scorer = SpanScorer.load(bundled_embedder_path(), options.adapter)
    found = {}
    for path in (path for path in options.data if path.exists()):
        chosen = sampled(tasks(path, options.seed), options.limit, options.seed)
        rows = [score(scorer, task, asked) for task in chosen for asked in task.questions]
        found[path.name.split(".")[0]] = figures(rows)
    document = json.dumps({"limit": options.limit, "machine": machine(), "figures": found}, indent=1)
    print(document)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "scorer.json").write_text(document + "\n")


if __name__ == "__main__":
    main()
