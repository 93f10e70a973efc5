"""Carry the shipped calibration over to short news, and to questions that name a time.

::

    python scripts/training/refine_confidence.py --rows out/rows/refine

After ``fit_confidence.py``, and on few rows, so that it moves what that one fitted and does not fit anew: three
penalised fits on questions about short articles written for it (``short_articles.txt``), on made-up facts of several
times (``dated_facts.py``), and on a sample of ``unfamiliar.json``:

- what each standing of an answer to the time of its question counts in the choice (a conditional logit, McFadden 1974);
- what a standing, and whose words in brackets are, adds to the confidence: a logistic regression whose offset are the
  log-odds so far;
- thresholds by kind of question, each drawn towards that of all by as many rows as ``DRAWN``.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from askdocs.answering.calibration import DEFAULT_PATH, Calibration, Calibrations, kind_of, load_calibrations
from askdocs.evaluation.calibrate import log_odds, squash
from askdocs.evaluation.metrics import auroc, calibration_error
from askdocs.reading.dates_in_questions import STANDINGS
from askdocs.values.question_analysis import analyse_question
from scripts.benchmarks.bench_answers import measure
from scripts.training.dated_facts import dated_tasks
from scripts.training.fit_confidence import UNFAMILIAR, judged
from scripts.training.reading_rows import Row, RowAnswer, sampled, tasks
from scripts.training.short_articles import short_tasks

#: of the standings, those with a weight; the others are what they are measured from
WEIGHED = ("agrees", "other", "contradicts", "article_agrees", "article_contradicts")
ADDED = (*(f"time_{name}" for name in WEIGHED), "owner_agrees", "owner_differs")
LEAST = 0.1  # of a threshold: what has less is too seldom right to be given (docs/decisions)
TIME_PENALTY, PENALTY, DRAWN, LOST, FOLDS = 0.2, 2.0, 30, 0.08, 10


def standing_of(answer: RowAnswer) -> str:
    """How an answer stands to the time of its question, by its features."""
    return next((name for name in STANDINGS if answer.features.get(f"time_{name}")), "")


def fit_times(rows: list[Row], base: Calibration) -> dict[str, float]:
    """What the standings count in choosing, fitted to the answerable questions that name a time."""
    cases = []
    for row in rows:
        exact = np.array([answer.exact > 0 for answer in row.answers])
        shown = np.array([[float(standing_of(a) == name) for name in WEIGHED] for a in row.answers])
        if row.gold and exact.any() and shown.any():
            scores = [a.score + base.moves(a.log_odds, a.words, a.features["nearness"]) for a in row.answers]
            cases.append((np.array(scores), shown, exact))

    def loss(weights: np.ndarray) -> float:
        total = TIME_PENALTY * float(weights @ weights)
        for scores, shown, exact in cases:
            moved = scores + shown @ weights
            total += float(logsumexp(moved) - logsumexp(moved[exact]))
        return total

    found = minimize(loss, np.zeros(len(WEIGHED)))
    weights = {name: round(float(weight), 3) for name, weight in zip(WEIGHED, found.x, strict=True)}
    weights["contradicts"] = min(weights["contradicts"], weights["other"])  # which these facts hold more of
    return weights


class Table:
    """Chosen answers as numbers: inputs (rows, features), log-odds so far, right, answerable, kind, weight."""

    def __init__(self, rows: list[Row], base: Calibration, weights: list[float]) -> None:
        chosen = [row.chosen(base) for row in rows]
        self.inputs = np.array([[answer.features[name] for name in ADDED] for answer in chosen])
        self.offset = log_odds(np.array([answer.confidence(base) for answer in chosen]))
        self.right = np.array([answer.exact for answer in chosen])
        self.answerable = np.array([float(bool(row.gold)) for row in rows])
        self.kinds = [kind_of(analyse_question(row.question)) for row in rows]
        self.weights = np.array(weights)
        self.dated = np.array([float(row.id.startswith("dated-")) for row in rows])


def fit_added(table: Table, where: np.ndarray) -> np.ndarray:
    """The weights of the added features. The written articles and the dated facts each have a bias of their own, which
    is not kept: a question that none of these features is about keeps its confidence."""
    inputs = np.column_stack([table.inputs[where], np.ones(where.sum()), table.dated[where]])
    penalty = np.array([*(PENALTY for _ in ADDED), 1.0, 0.1])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total = table.offset[where] + inputs @ weights
        value = table.weights[where] @ (np.logaddexp(0.0, total) - table.right[where] * total)
        gradient = inputs.T @ (table.weights[where] * (squash(total) - table.right[where]))
        return float(value + penalty @ weights**2 / 2), gradient + penalty * weights

    found: np.ndarray = minimize(loss, np.zeros(inputs.shape[1]), jac=True, method="L-BFGS-B").x
    return found[: len(ADDED)]


def applied(table: Table, weights: np.ndarray) -> np.ndarray:
    """The confidence of every row with these weights added."""
    total: np.ndarray = squash(table.offset + table.inputs @ weights)
    return total


def left_out(table: Table, groups: list[str]) -> np.ndarray:
    """The confidence of each row by a fit without the articles of its fold."""
    order = sorted(set(groups))
    fold = np.array([order.index(group) % FOLDS for group in groups])
    found = np.zeros(len(groups))
    for number in range(FOLDS):
        found[fold == number] = applied(table, fit_added(table, fold != number))[fold == number]
    return found


def thresholds_of(
    confidence: np.ndarray, table: Table, where: np.ndarray, before: float
) -> tuple[float, dict[str, float]]:
    """The threshold of all, which is for the figures only, and those of the kinds.

    A threshold is what a share ``LOST`` of the answerable questions falls under, of a kind drawn towards that of all,
    never under ``LEAST`` and never above the one ``before``: how many unanswerable questions a user asks is not known
    from these rows, half of which are, so that they say where a threshold costs too much, not where it lets too much
    through.
    """
    where = where & (table.answerable == 1)
    overall = float(np.quantile(confidence[where], LOST))
    rows = defaultdict(list)
    for i in np.flatnonzero(where):
        rows[table.kinds[i]].append(i)
    found = {}
    for kind, places in sorted(rows.items()):
        share = len(places) / (len(places) + DRAWN)
        odds = share * logit(float(np.quantile(confidence[places], LOST))) + (1 - share) * logit(overall)
        found[kind] = round(min(before, max(LEAST, float(squash(np.array([odds]))[0]))), 4)
    return min(before, overall), found


def logit(probability: float) -> float:
    """The log-odds of a probability."""
    return float(log_odds(np.array([probability]))[0])


def refined(
    base: Calibration, short: list[Row], dated: list[Row], new: list[Row]
) -> tuple[Calibration, dict[str, float]]:
    """The calibration moved by what the rows show, and how good it is on rows that were left out."""
    times = fit_times([*dated, *new, *short], base)
    base = base.model_copy(update={"times": times, "thresholds": {}})
    rows = judged([*short, *dated, *new])
    kinds_of_rows = [row.id.split("-")[0] for row in rows]
    weights = [{"short": 1.0, "dated": 0.3}.get(kind, 1.0) for kind in kinds_of_rows]
    table = Table(rows, base, weights)
    groups = [row.id.rsplit("-", 1)[0] for row in rows]
    held = left_out(table, groups)
    is_short = np.array([kind == "short" for kind in kinds_of_rows])
    overall, thresholds = thresholds_of(
        held, table, np.array([kind != "dated" for kind in kinds_of_rows]), base.threshold
    )
    added = fit_added(table, np.ones(len(rows), dtype=bool))
    figures = {"n": float(len(rows)), "threshold": overall, **{f"time {name}": value for name, value in times.items()}}
    for name, chosen in (("short", is_short), ("new", ~is_short & (np.array(weights) == 1.0))):
        if len(set(table.answerable[chosen])) < 2:
            continue
        for when, confidence in (("before", squash(table.offset)), ("after", held)):
            limits = np.array(
                [thresholds.get(kind, base.threshold) if when == "after" else base.threshold for kind in table.kinds]
            )
            answered = (confidence >= limits)[chosen]
            positive = table.answerable[chosen] == 1
            figures |= {
                f"{name} {when}: area answerable": float(auroc(confidence[chosen], table.answerable[chosen])),
                f"{name} {when}: calibration error": float(calibration_error(confidence[chosen], table.right[chosen])),
                f"{name} {when}: answerable lost": float(1 - answered[positive].mean()),
                f"{name} {when}: unanswerable abstained": float(1 - answered[~positive].mean()),
            }
    calibration = base.model_copy(
        update={
            "features": (*base.features, *ADDED),
            "means": (*base.means, *([0.0] * len(ADDED))),  # of no time asked for: such questions are not moved
            "scales": (*base.scales, *([1.0] * len(ADDED))),
            "weights": (*base.weights, *added.tolist()),
            "thresholds": thresholds,
            "fitted_on": f"{base.fitted_on}; refined on short news and dated facts",
        }
    )
    return calibration, figures


def main() -> None:
    """Read, refine, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, default=Path("out/rows/refine"))
    parser.add_argument("--base", type=Path, default=DEFAULT_PATH, help="the calibration as fit_confidence.py wrote it")
    parser.add_argument("--out", type=Path, default=DEFAULT_PATH)
    options = parser.parse_args()
    before = load_calibrations(options.base)
    short = measure("smollm2", short_tasks(), options.rows / "short")
    dated = measure("smollm2", dated_tasks(25, 1), options.rows / "dated")
    new = measure("smollm2", sampled(tasks(UNFAMILIAR, seed=5), 200, 1), options.rows / "unfamiliar")
    calibration, figures = refined(before.for_model("smollm2"), short, dated, new)
    print(json.dumps(figures, indent=1), json.dumps(calibration.thresholds))
    by_model = {**before.by_model, "smollm2": calibration}
    options.out.write_text(Calibrations(by_model=by_model).model_dump_json(indent=1) + "\n")


if __name__ == "__main__":
    main()
