"""How good the answers are: exact match, F1, right passage, abstention and calibration on a SQuAD-format file.

::

    python scripts/benchmarks/bench_answers.py --data ../shared/data/squad2-dev-3-articles.json.gz --models smollm2
    extractive

The gold passage stands among four; the others are those most like it, or any (``--others random``). Resumable;
``--limit 300`` measures a seeded sample. Writes ``docs/benchmarks/answers-<file>.json`` and ``.md``.
"""

from __future__ import annotations

import argparse
import datetime
import json
from pathlib import Path

import numpy as np

from askdocs.answering.calibration import Calibration, load_calibrations
from askdocs.core.base import Model
from askdocs.core.settings import load_settings
from askdocs.evaluation.metrics import auroc, calibration_error
from askdocs.models.registry import resolve
from askdocs.reading.model_pool import make_reader
from askdocs.values.question_analysis import analyse_question
from scripts.benchmarks.machine import machine
from scripts.training.reading_rows import Row, Task, read_rows, sampled, tasks

REPORTED = [Path("../shared/data") / f"{stem}.json.gz" for stem in ("squad2-dev-3-articles", "tatqa-test-text-spans")]


class Figures(Model):
    """The figures of one model on one file. ``no_answer_f1`` is the best-threshold F1 of the SQuAD 2.0 script."""

    model: str
    questions: int
    answerable: int
    exact: float
    f1: float
    right_passage: float
    quotes_exact: float
    auroc: float | None
    no_answer_f1: float | None
    calibration_error: float
    abstained_answerable: float
    abstained_unanswerable: float | None
    seconds_median: float


def figures(model: str, rows: list[Row], calibration: Calibration) -> Figures:
    """Summarise rows; the confidence is computed anew from their features."""
    chosen = [row.chosen(calibration) for row in rows]
    confidence = np.array([answer.confidence(calibration) for answer in chosen])
    positive = np.array([float(bool(row.gold)) for row in rows])
    answerable = [answer for answer, row in zip(chosen, rows, strict=True) if row.gold]
    unanswerable = len(answerable) < len(rows)
    limits = np.array([calibration.threshold_for(analyse_question(row.question)) for row in rows])
    abstained = confidence < limits
    f1 = np.array([answer.f1 for answer in chosen])
    return Figures(
        model=model,
        questions=len(rows),
        answerable=len(answerable),
        exact=mean([answer.exact for answer in answerable]),
        f1=mean([answer.f1 for answer in answerable]),
        right_passage=mean([float(answer.right_passage) for answer in answerable]),
        quotes_exact=mean([float(answer.quoted_exactly) for answer in chosen]),
        auroc=float(auroc(confidence, positive)) if unanswerable else None,
        no_answer_f1=best_threshold_f1(f1, positive, confidence) if unanswerable else None,
        calibration_error=float(calibration_error(confidence, np.array([answer.exact for answer in chosen]))),
        abstained_answerable=float(abstained[positive == 1].mean()),
        abstained_unanswerable=float(abstained[positive == 0].mean()) if unanswerable else None,
        seconds_median=float(np.median([row.seconds for row in rows])),
    )


def mean(values: list[float]) -> float:
    """The arithmetic mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def best_threshold_f1(f1: np.ndarray, answerable: np.ndarray, confidence: np.ndarray) -> float:
    """The best mean F1 over all thresholds, where not answering an unanswerable question scores 1.

    As ``find_best_thresh`` of the official SQuAD 2.0 evaluation script (Rajpurkar et al. 2018).

    >>> best_threshold_f1(np.array([1.0, 0.0]), np.array([1.0, 0.0]), np.array([0.9, 0.1]))
    1.0
    """
    order = np.argsort(-confidence)
    gains = np.where(answerable[order] == 1, f1[order], -1.0)
    none_answered = float((1 - answerable).sum())
    return (none_answered + max(0.0, float(np.cumsum(gains).max()))) / len(f1)


def measure(model: str, chosen: list[Task], folder: Path) -> list[Row]:
    """Read with one model."""
    settings = load_settings()
    reader, _ = make_reader(resolve(model, settings), settings)
    name = model.replace("/", "_").replace(":", "_").replace("@", "_")
    return read_rows(reader, chosen, folder / f"{name}.jsonl")


def table(rows: list[Figures], file: str) -> str:
    """The figures as Markdown."""
    head = "| " + " | ".join(Figures.model_fields) + " |\n|" + "---|" * len(Figures.model_fields)
    lines = [
        "| " + " | ".join("" if v is None else f"{v:.3f}" if isinstance(v, float) else str(v) for v in row) + " |"
        for row in ([getattr(f, name) for name in Figures.model_fields] for f in rows)
    ]
    return f"# Answers on {file}\n\n" + "\n".join([head, *lines]) + "\n"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", default=REPORTED, help="SQuAD-format files")
    parser.add_argument("--models", nargs="+", default=["smollm2"])
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--others", choices=("nearest", "random"), default="nearest", help="the passages beside it")
    parser.add_argument("--rows", type=Path, default=Path("out/rows"), help="where rows are kept between runs")
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    options = parser.parse_args()
    for data in options.data:
        if data.exists():
            report(data, options)
        else:
            print(f"{data} is not here; name SQuAD-format files with --data")


def report(data: Path, options: argparse.Namespace) -> None:
    """Measure every model on one file and write the figures."""
    stem = data.name.split(".")[0] + ("-random" if options.others == "random" else "")
    chosen = sampled(tasks(data, options.seed, others=options.others), options.limit, options.seed)
    calibrations = load_calibrations()
    found = [
        figures(model, measure(model, chosen, options.rows / stem), calibrations.for_model(model))
        for model in options.models
    ]
    text = table(found, stem)
    print(text)
    when = datetime.date.today().isoformat()
    options.out.mkdir(parents=True, exist_ok=True)
    document = {
        "file": stem,
        "date": when,
        "limit": options.limit,
        "machine": machine(),
        "figures": [f.model_dump() for f in found],
    }
    (options.out / f"answers-{stem}.json").write_text(json.dumps(document, indent=1) + "\n")
    (options.out / f"answers-{stem}.md").write_text(text + f"\nMeasured {when} on {machine()['cpu']}.\n")


if __name__ == "__main__":
    main()
