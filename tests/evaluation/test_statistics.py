"""Intervals and tests: known values, and the resampled measures against the plain ones."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.evaluation.metrics import area_under_risk, auroc, calibration_error
from askdocs.evaluation.statistics import (
    bootstrap_means,
    cases_needed,
    holm,
    interval,
    mcnemar,
    permutation_tests,
    resample_counts,
    resampled,
)


def test_mcnemar_by_hand() -> None:
    # 3 against 9: 2 * (1 + 12 + 66 + 220) / 4096
    assert mcnemar(3, 9) == mcnemar(9, 3) == pytest.approx(2 * 299 / 4096)
    assert mcnemar(0, 5) == pytest.approx(2 / 32)
    assert mcnemar(4, 4) == 1.0
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(4000, 6000) < 1e-50  # large counts neither overflow nor take long


def test_permutation_test_by_hand() -> None:
    # five differences of one sign: of 32 sign patterns two are as extreme, p = 1/16
    p = permutation_tests(np.array([[1.0]] * 5), 19_999, seed=1)[0]
    assert p == pytest.approx(1 / 16, abs=0.01)
    assert permutation_tests(np.zeros((5, 2)), 99, seed=1).tolist() == [1.0, 1.0]
    unmeasured = np.array([[1.0, math.nan]] * 5)
    assert permutation_tests(unmeasured, 999, seed=1)[1] == 1.0


def test_holm_by_hand() -> None:
    assert holm([0.04, 0.01, 0.5]) == pytest.approx([0.08, 0.03, 0.5])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10))
def test_holm_never_helps(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
    order = np.argsort(p_values, kind="stable")
    assert all(adjusted[a] <= adjusted[b] for a, b in itertools.pairwise(order))


def test_intervals_cover_and_narrow() -> None:
    rng = np.random.default_rng(0)
    small, large = (rng.random(n) < 0.7 for n in (50, 5000))
    widths = []
    for values in (small, large):
        samples = bootstrap_means(values.astype(float)[:, None], resample_counts(len(values), 500, seed=0))[:, 0]
        low, high = interval(samples)
        assert low < values.mean() < high
        widths.append(high - low)
    assert widths[0] == pytest.approx(2 * 1.96 * math.sqrt(0.21 / 50), rel=0.25)
    assert widths[1] == pytest.approx(widths[0] / 10, rel=0.3)


def test_the_same_seed_gives_the_same_resamples() -> None:
    assert (resample_counts(20, 5, seed=7) == resample_counts(20, 5, seed=7)).all()
    assert (resample_counts(20, 5, seed=7) != resample_counts(20, 5, seed=8)).any()


def test_cases_that_were_not_measured_are_left_out() -> None:
    table = np.array([[1.0, math.nan], [math.nan, math.nan], [3.0, math.nan]])
    means = bootstrap_means(table, np.ones((1, 3), dtype=np.float32))
    assert means[0, 0] == 2.0
    assert math.isnan(means[0, 1])
    assert all(math.isnan(end) for end in interval(means[:, 1]))


@given(st.integers(0, 2**16), st.integers(2, 40), st.integers(1, 6))
def test_resampled_measures_are_the_measures_of_the_resample(seed: int, n: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    confidence, right = rng.integers(0, levels + 1, n) / levels, rng.integers(0, 2, n).astype(float)
    counts = resample_counts(n, 4, seed)
    for measure in (area_under_risk, calibration_error, auroc):
        drawn = []
        for row in counts:
            picked = rng.permutation(np.repeat(np.arange(n), row.astype(int)))  # in any order
            drawn.append(measure(confidence[picked], right[picked]))
        assert resampled(measure, confidence, right, counts) == pytest.approx(drawn, abs=1e-9, nan_ok=True)


def test_a_measure_of_no_cases_is_unknown() -> None:
    assert np.isnan(resampled(calibration_error, np.array([]), np.array([]), np.empty((3, 0), dtype=np.float32))).all()


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=30))
def test_auroc_is_the_share_of_pairs_in_order(cases: list[tuple[int, bool]]) -> None:
    high, low = [s for s, good in cases if good], [s for s, good in cases if not good]
    pairs = [(a > b) + (a == b) / 2 for a in high for b in low]
    found = auroc(np.array([float(s) for s, _ in cases]), np.array([float(good) for _, good in cases]))
    assert found == pytest.approx(sum(pairs) / len(pairs) if pairs else math.nan, nan_ok=True)


def test_cases_needed_has_the_power_it_says() -> None:
    needed = cases_needed(0.20, 0.10)
    assert needed is not None
    rng = np.random.default_rng(0)
    found = 0
    for _ in range(300):
        draw = rng.random(needed)
        found += mcnemar(int((draw < 0.20).sum()), int((draw > 0.90).sum())) < 0.05
    assert 0.70 < found / 300 < 0.90
    assert cases_needed(0.1, 0.1) is None
