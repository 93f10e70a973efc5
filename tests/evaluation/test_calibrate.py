"""Confidence fitted on a user's cases: better where it was off, unchanged in order, stored beside the corpus."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from askdocs.answering.calibration import Calibration, Calibrations, load_calibrations
from askdocs.core.errors import SuiteError
from askdocs.evaluation import calibrate
from askdocs.evaluation.calibrate import best_threshold, fit, outcome_of, store
from askdocs.evaluation.score import METRICS, RunScores


def scores(confidence: np.ndarray, right: np.ndarray, answerable: np.ndarray) -> RunScores:
    n = len(confidence)
    table = np.zeros((n, len(METRICS)))
    ids = tuple(str(i) for i in range(n))
    return RunScores("m", ids, (), table, confidence, right, answerable, np.ones(n, dtype=bool))


def overconfident(n: int, seed: int = 0) -> RunScores:
    """Says 0.97 where 0.7 is true, and 0.6 where 0.2 is."""
    rng = np.random.default_rng(seed)
    sure = rng.random(n) < 0.5
    right = (rng.random(n) < np.where(sure, 0.7, 0.2)).astype(float)
    answerable = np.maximum(right, rng.random(n) < 0.5)
    return scores(np.where(sure, 0.97, 0.6), right, answerable)


def test_it_lowers_the_error_of_overconfidence() -> None:
    found = fit(overconfident(400), "m", 0.5)
    assert found.error_before > 0.25
    assert found.error_after < 0.08
    assert found.exact_after >= found.exact_before
    assert fit(overconfident(400), "m", 0.5) == found


def test_what_is_right_already_is_left_nearly_alone() -> None:
    rng = np.random.default_rng(1)
    confidence = rng.random(500)
    right = (rng.random(500) < confidence).astype(float)
    found = fit(scores(confidence, right, right), "m", 0.5)
    assert found.stretch == pytest.approx(1.0, abs=0.25)
    assert found.shift == pytest.approx(0.0, abs=0.25)


def test_too_few_cases() -> None:
    with pytest.raises(SuiteError, match="too few"):
        fit(overconfident(19), "m", 0.5)
    with pytest.raises(SuiteError, match="too few"):
        fit(scores(np.full(50, 0.5), np.ones(50), np.ones(50)), "m", 0.5)


def test_the_threshold_is_the_best_there_is() -> None:
    given = overconfident(200, seed=3)
    best = best_threshold(given.confidence, given.right, given.answerable)
    reached = outcome_of(given.confidence, given.right, given.answerable, best).sum()
    assert all(
        outcome_of(given.confidence, given.right, given.answerable, cut).sum() <= reached
        for cut in np.linspace(0, 1, 101)
    )


def test_it_is_stored_as_confidence_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = Calibration(features=("x",), means=(0.0,), scales=(1.0,), weights=(2.0,), bias=0.5, fitted_on="train")
    default = tmp_path / "shipped.json"
    default.write_text(Calibrations(by_model={"other": shipped, "smollm2": shipped}).model_dump_json(), "utf-8")
    monkeypatch.setattr(calibrate, "DEFAULT_PATH", default)
    found = fit(overconfident(100), "extractive", 0.5)
    path = store([found], tmp_path, "mine")
    stored = load_calibrations(path)
    assert stored.by_model["smollm2"] == shipped
    before = shipped.probability({"x": 0.7})
    odds = np.log(before / (1 - before))
    expected = 1 / (1 + np.exp(-(found.stretch * odds + found.shift)))
    assert stored.for_model("extractive").probability({"x": 0.7}) == pytest.approx(expected)
    assert stored.for_model("extractive").threshold == found.threshold
    assert stored.for_model("extractive").fitted_on == "mine: 100 cases, over: train"


@pytest.mark.parametrize(
    ("error", "exact", "better"), [(0.1, 0.8, True), (0.2, 0.8, False), (0.1, 0.6, False), (0.2, 0.7, False)]
)
def test_a_fit_is_better_only_where_nothing_got_worse(error: float, exact: float, better: bool) -> None:
    found = calibrate.Fit(
        model="m",
        n=20,
        stretch=1.0,
        shift=0.0,
        threshold=0.5,
        error_before=0.15,
        error_after=error,
        exact_before=0.7,
        exact_after=exact,
    )
    assert found.is_better is better
