"""Fit the shipped calibration: features of an answer -> the probability that it is right.

::

    python scripts/training/fit_confidence.py --data ../shared/data --models smollm2 extractive

Reads questions about paragraphs that training never saw (every twelfth of the files trained on, and synthetic news of
another seed), a fifth of them changed to a name, year or number that no passage holds, and fits a logistic regression.
What a model was trained on it answers better than what users will ask, so its log-odds are then stretched and shifted,
two numbers, to hold on new subjects too: on questions about thirty articles written for this, half of them made to look
answerable (``scripts/training/unfamiliar.json``). Writes ``askdocs/_models/calibration.json``.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from askdocs.answering.calibration import DEFAULT_PATH, Calibration, Calibrations, load_calibrations
from askdocs.evaluation.calibrate import best_threshold, log_odds, platt, squash
from askdocs.evaluation.metrics import auroc, calibration_error
from askdocs.reading.dates_in_questions import STANDINGS
from scripts.benchmarks.bench_answers import best_threshold_f1, measure
from scripts.training.contexts import TrainingContext
from scripts.training.question_changes import put_stranger
from scripts.training.reading_rows import NOTHING, Asked, Row, RowAnswer, Task, hit_of, tasks
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
UNFAMILIAR = Path(__file__).parent / "unfamiliar.json"


class Recipe(NamedTuple):
    """How a model's calibration is fitted: how often a question counts that people wrote to look answerable (they are
    rare and the hardest there are) and one on a new subject, and C of the regression. ``sentences`` is for a model that
    answers with whole sentences: right is then what holds a gold answer.
    """

    hard: int
    new: int
    penalty: float
    sentences: bool = False


#: Chosen on articles new to both; neighbours do nearly as well. What was trained on nothing knows no subject better.
RECIPES = {
    "smollm2": Recipe(hard=80, new=4, penalty=0.005),
    "extractive": Recipe(hard=6, new=0, penalty=0.002, sentences=True),
}

#: counted in the choice, not in the confidence: in what is fitted to, questions made to look answerable lie nearer to
#: what is cited than answerable ones, so a fit learns that nearness speaks against an answer
#: (docs/decisions/the-nearer-passage-counts.md)
#: The times and the owners are those of refine_confidence.py.
LEFT_OUT = {"nearness", "owner_agrees", "owner_differs", *(f"time_{name}" for name in STANDINGS)}

#: how answers are chosen: by the model alone, or with the second opinion counted three quarters and the length half,
#: which were chosen on articles new to model and scorer, and the cosine times the scale of the embedder's own training
CHOICES = (NOTHING, NOTHING.model_copy(update={"opinion_weight": 0.75, "brevity": 0.5, "nearness": 20.0}))


def held_back_tasks(data: Path, limit: int) -> list[Task]:
    """At most ``limit`` questions of each source, whole paragraphs of them."""
    found: list[Task] = []
    for stem, share in SOURCES.items():
        found += first(with_changed(tasks(data / f"{stem}.json.gz", seed=5, keep=KEEP)), round(share * limit))
    return found + first(list(synthetic_tasks()), limit)


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


def best_choice(rows: list[Row]) -> Calibration:
    """How answers should be chosen: with what the answerable questions are answered best."""
    answerable = [row for row in rows if row.gold]

    def quality(choice: Calibration) -> float:
        return sum(a.exact + a.f1 for a in (row.chosen(choice) for row in answerable))

    if all(answer.log_odds == 0 for row in answerable for answer in row.answers):
        return NOTHING
    return max(CHOICES, key=lambda choice: round(quality(choice), 6))


def fit(rows: list[Row], unfamiliar: list[Row], recipe: Recipe, fitted_on: str) -> tuple[Calibration, dict[str, float]]:
    """A calibration fitted on ``rows`` and carried over to unfamiliar ones, if there are any; and how good it is on
    rows that the regression was not fitted on (ten folds)."""
    rows = judged(rows)
    choice = best_choice(rows)
    chosen = [row.chosen(choice) for row in rows]
    names = tuple(name for name in chosen[0].features if name not in LEFT_OUT)
    table = np.array([[answer.features[name] for name in names] for answer in chosen])
    right = np.array([is_right(answer, recipe) for answer in chosen])
    means, scales = table.mean(0), np.maximum(table.std(0), 1e-3)
    inputs = np.clip((table - means) / scales, -4, 4)
    counts = np.array([recipe.hard if is_hard(row) else 1 for row in rows])
    model = LogisticRegression(C=recipe.penalty, max_iter=2000)
    held = left_out(model, inputs, right, counts)
    model.fit(inputs, right, sample_weight=counts)
    stretch, shift = 1.0, 0.0
    if unfamiliar:
        new = [row.chosen(choice) for row in judged(unfamiliar)]
        new_table = np.array([[answer.features[name] for name in names] for answer in new])
        new_odds = model.decision_function(np.clip((new_table - means) / scales, -4, 4))
        odds = np.concatenate([np.repeat(model.decision_function(inputs), counts), np.repeat(new_odds, recipe.new)])
        outcomes = np.concatenate(
            [np.repeat(right, counts), np.repeat([is_right(answer, recipe) for answer in new], recipe.new)]
        )
        stretch, shift = platt(odds, outcomes)
    held = squash(stretch * log_odds(held) + shift)
    answerable = np.array([float(bool(row.gold)) for row in rows])
    figures = {
        "n": len(rows),
        "opinion weight": choice.opinion_weight,
        "brevity": choice.brevity,
        "nearness": choice.nearness,
        "exact without them": mean_exact(rows, NOTHING),
        "exact": mean_exact(rows, choice),
        "stretch": stretch,
        "shift": shift,
        "auroc right": float(auroc(held, right)),
        "auroc answerable": float(auroc(held, answerable)),
        "calibration error": float(calibration_error(held, right)),
        "best F1": best_threshold_f1(np.array([answer.f1 for answer in chosen]), answerable, held),
    }
    calibration = Calibration(
        features=names,
        means=tuple(map(float, means)),
        scales=tuple(map(float, scales)),
        weights=tuple(stretch * float(weight) for weight in model.coef_[0]),
        bias=stretch * float(model.intercept_[0]) + shift,
        threshold=best_threshold(held, right, answerable),
        opinion_weight=choice.opinion_weight,
        brevity=choice.brevity,
        nearness=choice.nearness,
        fitted_on=fitted_on,
    )
    return calibration, figures


def left_out(model: LogisticRegression, inputs: np.ndarray, right: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The probability of each row by fits without its tenth, the mean over five ways to cut into tenths: by one way
    the best threshold was 0.13 or 0.20, as the rows happened to lie."""
    ways = [StratifiedKFold(10, shuffle=True, random_state=seed) for seed in range(5)]
    params = {"sample_weight": counts}
    found = [cross_val_predict(model, inputs, right, cv=way, method="predict_proba", params=params) for way in ways]
    mean: np.ndarray = np.mean(found, axis=0)[:, 1]
    return mean


def judged(rows: list[Row]) -> list[Row]:
    """The rows whose confidence the calibration makes: with an answer, and no verdict on it; in one order."""
    return sorted((row for row in rows if row.answers and row.answers[0].verdict is None), key=lambda row: row.id)


def mean_exact(rows: list[Row], choice: Calibration) -> float:
    """Exact match of the answerable questions, answers chosen so."""
    answers = [row.chosen(choice) for row in rows if row.gold]
    return sum(answer.exact for answer in answers) / len(answers)


def is_right(answer: RowAnswer, recipe: Recipe) -> float:
    """1 where the answer is right, else 0."""
    return float(answer.holds and answer.right_passage) if recipe.sentences else answer.exact


def is_hard(row: Row) -> bool:
    """Whether people wrote the question to look answerable."""
    return not row.gold and not row.id.startswith("synthetic-") and not row.id.endswith("-changed")


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
    unfamiliar = tasks(UNFAMILIAR, seed=5)
    for model in options.models:
        recipe = RECIPES.get(model, RECIPES["smollm2"])
        rows = measure(model, chosen, options.rows / "held-back")
        new = measure(model, unfamiliar, options.rows / "unfamiliar") if recipe.new else []
        sources = "every twelfth paragraph of the files trained on, synthetic news"
        sources += f"; carried over to scripts/training/{UNFAMILIAR.name}" if new else ""
        calibration, figures = fit(rows, new, recipe, sources)
        print(model, json.dumps(figures, indent=1))
        for name, weight in sorted(
            zip(calibration.features, calibration.weights, strict=True), key=lambda p: -abs(p[1])
        ):
            print(f"  {name:28} {weight:+.3f}")
        by_model["other" if model == "smollm2+base" else model] = calibration
    options.out.write_text(Calibrations(by_model=by_model).model_dump_json(indent=1) + "\n")


if __name__ == "__main__":
    main()
