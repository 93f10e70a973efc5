"""Intervals and paired tests, seeded and vectorised: the same data and seed give the same numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.float32]


def resample_counts(n: int, resamples: int, seed: int) -> Counts:
    """How often each of ``n`` cases is drawn in each bootstrap resample; shape ``(resamples, n)``.

    >>> resample_counts(4, 2, seed=0).sum(axis=1).tolist()
    [4.0, 4.0]
    """
    rng = np.random.default_rng(seed)
    counts = np.empty((resamples, n), dtype=np.float32)
    for row in counts:
        row[:] = np.bincount(rng.integers(0, n, n), minlength=n)
    return counts


def bootstrap_means(table: Floats, counts: Counts) -> Floats:
    """The mean of each column of ``table`` in each resample, NaN entries left out; ``(resamples, columns)``."""
    mask = ~np.isnan(table)
    sums = counts @ np.nan_to_num(table).astype(np.float32)
    sizes = counts @ mask.astype(np.float32)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(sizes > 0, sums / sizes, np.nan).astype(np.float64)


def interval(samples: Floats, level: float = 0.95) -> tuple[float, float]:
    """The percentile interval of bootstrap samples (Efron and Tibshirani 1993), NaN where there are none."""
    kept = samples[~np.isnan(samples)]
    if not len(kept):
        return math.nan, math.nan
    low, high = np.quantile(kept, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def resampled(measure: Callable[[Floats, Floats], float], first: Floats, second: Floats, counts: Counts) -> Floats:
    """A measure of two columns in each resample, for measures that are no means; NaN where there are no cases."""
    if not len(first):
        return np.full(len(counts), np.nan)
    order = np.argsort(-first, kind="stable")  # the measures sort by it, which takes no time where it is sorted
    first, second, drawn = first[order], second[order], counts[:, order].astype(np.int64)
    return np.array([measure(np.repeat(first, row), np.repeat(second, row)) for row in drawn])


def mcnemar(first_only: int, second_only: int) -> float:
    """McNemar's exact two-sided p: could the cases that only one of two runs got right have fallen so by chance?

    The binomial test at one half (McNemar 1947; Fagerland et al. 2013).

    >>> round(mcnemar(1, 9), 6), mcnemar(5, 5), mcnemar(0, 0)
    (0.021484, 1.0, 1.0)
    """
    from scipy.stats import binomtest

    cases = first_only + second_only
    return float(binomtest(first_only, cases).pvalue) if cases else 1.0


def permutation_tests(differences: Floats, permutations: int, seed: int) -> Floats:
    """Two-sided p of the mean of each column of paired differences, NaN rows left out, by random signs.

    Counts the observed arrangement itself, so that p is never 0 (Phipson and Smyth 2010). One p a column.

    >>> permutation_tests(np.array([[1.0], [1.0], [1.0], [-1.0]]), 9999, seed=0).round(1).tolist()
    [0.6]
    """
    rng = np.random.default_rng(seed)
    table = np.nan_to_num(differences).astype(np.float32)
    table = table[np.any(table != 0, axis=1)]
    if not len(table):
        return np.ones(differences.shape[1])
    observed = np.abs(table.sum(axis=0))
    extreme = np.zeros(differences.shape[1])
    left = permutations
    while left > 0:
        rows = min(left, 1000)
        signs = rng.integers(0, 2, (rows, len(table)), dtype=np.int8).astype(np.float32) * 2 - 1
        extreme += (np.abs(signs @ table) >= observed * (1 - 1e-6) - 1e-6).sum(axis=0)
        left -= rows
    return np.asarray((extreme + 1) / (permutations + 1), dtype=np.float64)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values (Holm 1979), in the order given.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[i]))
        adjusted[i] = largest
    return adjusted


def cases_needed(first_only: float, second_only: float) -> int | None:
    """About how many cases show a difference as large as seen, at 5% two-sided with 80% power.

    ``first_only`` and ``second_only`` are the shares of cases that only one run got right; ``None`` where they are
    equal, since no number of cases shows a difference of zero. Connor 1987, for McNemar's test.

    >>> cases_needed(0.10, 0.05), cases_needed(0.1, 0.1)
    (469, None)
    """
    discordant, gap = first_only + second_only, abs(first_only - second_only)
    if gap == 0:
        return None
    alpha, power = 1.959964, 0.841621
    root = alpha * math.sqrt(discordant) + power * math.sqrt(max(discordant - gap**2, 0.0))
    return math.ceil((root / gap) ** 2)
