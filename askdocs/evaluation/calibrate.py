"""Fits confidence and the abstention threshold to the user's own cases, for ``calibration.json`` beside a corpus.

The shipped calibration is kept and its log-odds are stretched and shifted (Platt 1999, with the prior of the shipped
one), two numbers that some dozens of cases can carry. What is reported is cross-validated.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from askdocs.answering.calibration import CALIBRATION_FILE, DEFAULT_PATH, Calibration, Calibrations, load_calibrations
from askdocs.core.base import Model
from askdocs.core.errors import SuiteError
from askdocs.evaluation.manifest import write_text
from askdocs.evaluation.metrics import Floats, calibration_error
from askdocs.evaluation.score import RunScores
from askdocs.terminal.render import counted

FEWEST, FOLDS = 20, 5
PRIOR = 4.0  # how many cases the shipped calibration weighs


class Fit(Model):
    """A fitted stretch and shift of the log-odds, the threshold, and what they reach on cases not fitted on."""

    model: str
    n: int
    stretch: float
    shift: float
    threshold: float
    error_before: float
    error_after: float
    exact_before: float
    exact_after: float

    @property
    def is_better(self) -> bool:
        """Whether it does better than the shipped one on cases it was not fitted on, and nowhere worse."""
        better = self.error_after < self.error_before or self.exact_after > self.exact_before
        return better and self.error_after <= self.error_before and self.exact_after >= self.exact_before


def fit(scores: RunScores, model: str, threshold_before: float, seed: int = 0) -> Fit:
    """Fit one model's confidence on its scored run; ``threshold_before`` is the one it was asked with.

    Raises SuiteError where there are too few cases, or all are right or all wrong.
    """
    confidence, right = scores.confidence[scores.asked], scores.right[scores.asked]
    answerable = scores.answerable[scores.asked]
    if len(confidence) < FEWEST or right.min() == right.max():
        raise SuiteError(
            f"{model}: {counted(len(confidence), 'case')}, {int(right.sum())} right: too few to calibrate on; it "
            f"takes {FEWEST} with right and wrong answers among them"
        )
    odds = log_odds(confidence)
    fold = np.random.default_rng(seed).permutation(len(odds)) % FOLDS
    held, decided = np.zeros(len(odds)), np.zeros(len(odds))
    for i in range(FOLDS):
        train, test = fold != i, fold == i
        stretch, shift = platt(odds[train], right[train])
        held[test] = squash(stretch * odds[test] + shift)
        cut = best_threshold(squash(stretch * odds[train] + shift), right[train], answerable[train])
        decided[test] = outcome_of(held[test], right[test], answerable[test], cut)
    stretch, shift = platt(odds, right)
    return Fit(
        model=model,
        n=len(odds),
        stretch=stretch,
        shift=shift,
        threshold=best_threshold(squash(stretch * odds + shift), right, answerable),
        error_before=calibration_error(confidence, right),
        error_after=calibration_error(held, right),
        exact_before=float(outcome_of(confidence, right, answerable, threshold_before).mean()),
        exact_after=float(decided.mean()),
    )


def log_odds(probability: Floats) -> Floats:
    """The log-odds of probabilities, cut at one in a hundred thousand."""
    clipped = np.clip(probability, 1e-5, 1 - 1e-5)
    return np.asarray(np.log(clipped / (1 - clipped)), dtype=np.float64)


def squash(odds: Floats) -> Floats:
    """The probabilities of log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), dtype=np.float64)


def platt(odds: Floats, right: Floats) -> tuple[float, float]:
    """Stretch and shift that make ``squash(stretch * odds + shift)`` most likely, drawn towards 1 and 0.

    Newton's method, with halved steps, on the penalised log-likelihood. The stretch is kept above 0.05, so that order
    is never reversed.

    >>> stretch, shift = platt(np.array([2.0, -2.0] * 50), np.array([1.0, 0.0] * 50))
    >>> stretch > 1, abs(shift) < 1e-6
    (True, True)
    """
    design = np.stack([odds, np.ones_like(odds)], axis=1)
    prior = weights = np.array([1.0, 0.0])

    def loss(at: Floats) -> float:
        total = design @ at
        return float(np.logaddexp(0.0, total).sum() - right @ total + PRIOR / 2 * ((at - prior) ** 2).sum())

    for _ in range(100):
        chance = squash(design @ weights)
        gradient = design.T @ (chance - right) + PRIOR * (weights - prior)
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + PRIOR * np.eye(2)
        step, size = np.linalg.solve(curvature, gradient), 1.0
        while loss(weights - size * step) > loss(weights) and size > 1e-6:
            size /= 2
        weights = weights - size * step
        if np.abs(step).max() < 1e-9:
            break
    return max(float(weights[0]), 0.05), float(weights[1])


def outcome_of(confidence: Floats, right: Floats, answerable: Floats, threshold: float) -> Floats:
    """1 for each case that ends right at a threshold: answered rightly, or abstained from when unanswerable."""
    answered = confidence >= threshold
    return np.where(answered, right, 1.0 - answerable)


def best_threshold(confidence: Floats, right: Floats, answerable: Floats) -> float:
    """The threshold under which most cases end right; of equal ones the highest, since a wrong answer is worse.

    >>> best_threshold(np.array([0.9, 0.6, 0.2]), np.array([1.0, 1.0, 0.0]), np.array([1.0, 1.0, 0.0]))
    0.4
    """
    levels = np.unique(confidence)
    cuts = np.concatenate([[0.0], (levels[1:] + levels[:-1]) / 2, [1.0]])
    totals = [outcome_of(confidence, right, answerable, cut).sum() for cut in cuts]
    best = max(totals)
    return round(float(max(cut for cut, total in zip(cuts, totals, strict=True) if total == best)), 4)


def store(fits: list[Fit], corpus: Path, suite: str) -> Path:
    """Write the fitted calibrations to the corpus's folder; models that were not fitted keep what they have."""
    path = corpus / CALIBRATION_FILE
    shipped = load_calibrations(DEFAULT_PATH)
    kept = load_calibrations(path).by_model if path.exists() else shipped.by_model
    fitted = {found.model: apply(shipped.for_model(found.model), found, suite) for found in fits}
    write_text(path, Calibrations(by_model=kept | fitted).model_dump_json(indent=1) + "\n")
    return path


def apply(shipped: Calibration, found: Fit, suite: str) -> Calibration:
    """The shipped calibration with its log-odds stretched and shifted."""
    return shipped.model_copy(
        update={
            "weights": tuple(found.stretch * weight for weight in shipped.weights),
            "bias": found.stretch * shipped.bias + found.shift,
            "threshold": found.threshold,
            "thresholds": {},  # those by kind are of the articles that they were fitted to
            "fitted_on": f"{suite}: {found.n} cases, over: {shipped.fitted_on}"[:500],
        }
    )
