"""Fit the shipped calibration: features of an answer -> the probability that it is right.

::

    python scripts/fit_confidence.py --data ../shared/data --models smollm2 extractive

Reads questions about paragraphs that training never saw (every twelfth of the files trained on, and synthetic news of
another seed), a fifth of them changed to a name, year or number that no passage holds, and questions about thirty
articles written for this, on subjects that training knew nothing of, half of them made to look answerable
(``scripts/training/unfamiliar.json``). Fits a logistic regression. Writes ``askdocs/_models/calibration.json``.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from askdocs.confidence import DEFAULT_PATH, Calibration, Calibrations, load_calibrations
from askdocs.evaluate.metrics import auroc, calibration_error
from scripts.bench_answers import best_threshold_f1, measure
from scripts.reading_rows import Asked, Row, Task, hit_of, tasks
from scripts.training.contexts import TrainingContext
from scripts.training.question_changes import put_stranger
from scripts.training.synthetic_news import contexts

#: the files with their share of the limit: forums and reviews are other subjects than those with hard questions
SOURCES = {
    "squadshifts-new-wiki": 1.0,
    "squad2-train-7-articles": 1.0,
    "squadshifts-reddit": 0.5,
    "squadshifts-amazon-reviews": 0.25,
}
KEEP = 12
CHANGED = 0.2
SYNTHETIC = 60
UNFAMILIAR = Path(__file__).parent / "training" / "unfamiliar.json"
#: what a question weighs: those written to look answerable are rare among the held-back ones; and where subjects are
#: known, answers are better than users will find them. Chosen on articles new to both; neighbours do nearly as well.
HARD, NEW = 10.0, 3.0
PENALTY = 0.02  # C of the regression
FOLDS = 10
#: features that can only speak against an answer, or either way; all others only for it. Without that, the articles
#: written for this teach that a question with the words of its sentence is a trap, which is so of hardly any other.
AGAINST = {"unanswerable", "opinion_differs", "stranger", "repeats_question"}
EITHER = {"length", "kind_known", "boolean"}
WEIGHTS = (0.0, 0.5)  # of the second opinion: none, or half as much as the model; chosen on articles new to both


def held_back_tasks(data: Path, limit: int) -> list[Task]:
    """At most ``limit`` questions of each source, whole paragraphs of them."""
    found: list[Task] = []
    for stem, share in SOURCES.items():
        found += first(with_changed(tasks(data / f"{stem}.json.gz", seed=5, keep=KEEP)), round(share * limit))
    return found + first(list(synthetic_tasks()), limit) + tasks(UNFAMILIAR, seed=5)


def first(chosen: list[Task], limit: int) -> list[Task]:
    """The first tasks that together have about ``limit`` questions."""
    counts = itertools.accumulate(len(task.questions) for task in chosen)
    return [task for task, count in zip(chosen, counts, strict=True) if count <= limit]


def with_changed(chosen: list[Task]) -> list[Task]:
    """Some answerable questions beside themselves about another name, year or number: unanswerable."""
    rng = random.Random(7)
    texts = [hit.chunk.text for task in chosen for hit in task.hits]
    result = []
    for task in chosen:
        held = "\n".join(hit.chunk.text for hit in task.hits)
        extra = []
        for question in task.questions:
            if question.gold and rng.random() < CHANGED:
                changed = put_stranger(question.text, held, rng.sample(texts, 1), rng)
                if changed:
                    extra.append(Asked(f"{question.id}-changed", changed, ()))
        result.append(task._replace(questions=(*task.questions, *extra)))
    return result


def synthetic_tasks() -> Iterator[Task]:
    """Synthetic contexts as tasks; list and yes/no questions and those with a history are left out."""
    for number, context in enumerate(itertools.islice(contexts(10**9, 10**6), SYNTHETIC)):
        task = synthetic_task(number, context)
        if task.questions:
            yield task


def synthetic_task(number: int, context: TrainingContext) -> Task:
    """One context. Its gold passage differs by question, so the right passage is not judged here."""
    hits = tuple(
        hit_of(10**6 + 10 * number + i, passage.title, passage.text) for i, passage in enumerate(context.passages)
    )
    questions = []
    for i, item in enumerate(context.items):
        if item.history or "; [" in item.answer or item.answer.startswith(("yes", "no ")):
            continue
        gold = () if item.answer == "unanswerable" else (item.answer.split("] ", 1)[1],)
        questions.append(Asked(f"synthetic-{number}-{i}", item.question, gold))
    return Task(hits, 0, tuple(questions))


def best_weight(rows: list[Row]) -> float:
    """How much the second opinion should count: where most answerable questions are answered best."""
    answerable = [row for row in rows if row.gold]

    def quality(weight: float) -> float:
        return sum(a.exact + a.f1 for a in (row.chosen(weight) for row in answerable))

    if all(answer.log_odds == 0 for row in answerable for answer in row.answers):
        return 0.0
    return max(WEIGHTS, key=lambda weight: (round(quality(weight), 6), -weight))


def fit(rows: list[Row], fitted_on: str, sentences: bool = False) -> tuple[Calibration, dict[str, float]]:
    """A calibration, and how good it is on rows it was not fitted on (ten folds).

    ``sentences`` is for a model that answers with whole sentences: right is then what holds a gold answer.
    """
    rows = [row for row in rows if row.answers and row.answers[0].verdict is None]
    weight = best_weight(rows)
    chosen = [row.chosen(weight) for row in rows]
    names = tuple(chosen[0].features)
    table = np.array([[answer.features[name] for name in names] for answer in chosen])
    right = np.array([float(answer.holds and answer.right_passage) if sentences else answer.exact for answer in chosen])
    means, scales = table.mean(0), np.maximum(table.std(0), 1e-3)
    inputs = np.clip((table - means) / scales, -4, 4)
    counts = np.array([weight_of(row) for row in rows])
    held = np.zeros(len(rows))
    for fold in range(FOLDS):
        rest = np.arange(len(rows)) % FOLDS != fold
        weights, bias = regression(names, inputs[rest], right[rest], counts[rest])
        held[~rest] = 1 / (1 + np.exp(-(inputs[~rest] @ weights + bias)))
    weights, bias = regression(names, inputs, right, counts)
    known = np.array([not is_unfamiliar(row) for row in rows])
    answerable = np.array([float(bool(row.gold)) for row in rows])
    figures = {
        "n": len(rows),
        "opinion weight": weight,
        "exact without it": mean_exact(rows, 0.0),
        "exact": mean_exact(rows, weight),
        "auroc right": float(auroc(held, right)),
        "auroc answerable": float(auroc(held, answerable)),
        "calibration error": float(calibration_error(held, right)),
        "best F1": best_threshold_f1(np.array([answer.f1 for answer in chosen]), answerable, held),
    }
    calibration = Calibration(
        features=names,
        means=tuple(map(float, means)),
        scales=tuple(map(float, scales)),
        weights=tuple(map(float, weights)),
        bias=bias,
        threshold=best_threshold(held[known], right[known], answerable[known]),
        opinion_weight=weight,
        fitted_on=fitted_on,
    )
    return calibration, figures


def regression(
    names: tuple[str, ...], inputs: np.ndarray, right: np.ndarray, counts: np.ndarray
) -> tuple[np.ndarray, float]:
    """Weights and bias of a penalised logistic regression whose weights keep the signs that their features have."""

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        weights, total = parameters[:-1], inputs @ parameters[:-1] + parameters[-1]
        residual = PENALTY * counts * (1 / (1 + np.exp(-total)) - right)
        value = PENALTY * (counts * (np.logaddexp(0, total) - right * total)).sum() + weights @ weights / 2
        return float(value), np.append(inputs.T @ residual + weights, residual.sum())

    signs = [(None, 0) if name in AGAINST else (None, None) if name in EITHER else (0, None) for name in names]
    found = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", bounds=[*signs, (None, None)]).x
    return found[:-1], float(found[-1])


def mean_exact(rows: list[Row], weight: float) -> float:
    """Exact match of the answerable questions with this weight of the second opinion."""
    answers = [row.chosen(weight) for row in rows if row.gold]
    return sum(answer.exact for answer in answers) / len(answers)


def weight_of(row: Row) -> float:
    """How much a question counts in the fit."""
    if is_unfamiliar(row):
        return NEW
    written_hard = not row.gold and not row.id.startswith("synthetic") and not row.id.endswith("-changed")
    return HARD if written_hard else 1.0


def is_unfamiliar(row: Row) -> bool:
    """Whether the question is about an article that was written for this."""
    return re.fullmatch(r"[abc][12]-\d+-\d+-\d+", row.id) is not None


def best_threshold(held: np.ndarray, right: np.ndarray, answerable: np.ndarray) -> float:
    """Where most questions end right: answered rightly, or abstained from when the passages do not say."""
    grid = np.linspace(0.05, 0.7, 66)
    ends = [float(np.where(held >= t, right, 1 - answerable).sum()) for t in grid]
    return round(float(grid[int(np.argmax(ends))]), 3)


def main() -> None:
    """Read, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", nargs="+", default=["smollm2", "extractive"])
    parser.add_argument("--limit", type=int, default=500, help="questions of each source")
    parser.add_argument("--rows", type=Path, default=Path("out/rows"))
    parser.add_argument("--out", type=Path, default=DEFAULT_PATH)
    options = parser.parse_args()
    chosen = held_back_tasks(options.data, options.limit)
    by_model = dict(load_calibrations(options.out).by_model) if options.out.exists() else {}
    for model in options.models:
        rows = measure(model, chosen, options.rows / "held-back")
        calibration, figures = fit(rows, "every twelfth paragraph of the files trained on, synthetic news, "
                                         "scripts/training/unfamiliar.json", model == "extractive")  # fmt: skip
        print(model, json.dumps(figures, indent=1))
        for name, weight in sorted(
            zip(calibration.features, calibration.weights, strict=True), key=lambda p: -abs(p[1])
        ):
            print(f"  {name:28} {weight:+.3f}")
        by_model["other" if model == "smollm2+base" else model] = calibration
    options.out.write_text(Calibrations(by_model=by_model).model_dump_json(indent=1) + "\n")


if __name__ == "__main__":
    main()
