"""Scores of runs -> metrics with intervals, and paired comparisons of the runs."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from askdocs.core.base import Model
from askdocs.core.errors import SuiteError
from askdocs.evaluation.metrics import Floats, area_under_risk, auroc, calibration_error, reliability, risk_coverage
from askdocs.evaluation.score import METRICS, SMALLER, RunScores
from askdocs.evaluation.statistics import (
    Counts,
    bootstrap_means,
    cases_needed,
    holm,
    interval,
    mcnemar,
    permutation_tests,
    resample_counts,
    resampled,
)

RESAMPLES, PERMUTATIONS, SIGNIFICANT = 1000, 9999, 0.05
TESTED = (
    "squad_f1",
    "abstention.accuracy",
    "citation.character_precision",
    "citation.character_recall",
    "retrieval.recall",
    "retrieval.mrr",
)
CURVE_METRICS = {
    "confidence.ece": "expected calibration error: the mean gap of confidence and accuracy over ten bins",
    "confidence.aurc": "area under the risk-coverage curve: mean share wrong over all coverages",
    "abstention.auroc": "the probability that an answerable case has more confidence than an unanswerable one",
}
CURVE_POINTS = 200


class Estimate(Model):
    """A metric's value with its 95% bootstrap interval, over ``n`` cases; ``None`` where nothing was measured."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int


class Bin(Model):
    """A bin of the reliability diagram."""

    count: int
    confidence: float
    accuracy: float


class RunReport(Model):
    """What one run reached."""

    run: str
    label: str
    model: str
    k: int
    prompt: str | None = None
    n: int
    metrics: dict[str, Estimate]
    by_type: dict[str, Estimate]
    by_tag: dict[str, Estimate]
    verdicts: dict[str, int]
    quotes: dict[str, int]
    reliability: tuple[Bin, ...]
    risk_coverage: tuple[tuple[float, float], ...]
    seconds_median: float
    seconds_p95: float
    load_seconds: float
    peak_memory_mib: float

    @property
    def memory(self) -> str:
        """The peak memory as tables show it; a served model's is its server's, which nobody here knows."""
        return "–" if self.model.startswith("openai:") else f"{self.peak_memory_mib:.0f}"


class McNemar(Model):
    """McNemar's exact test on right and wrong; ``p_holm`` is corrected over all pairs of runs."""

    both: int
    first_only: int
    second_only: int
    neither: int
    p: float
    p_holm: float = 1.0


class PairedMean(Model):
    """A paired permutation test on a metric's mean; ``difference`` is second less first."""

    difference: float
    low: float
    high: float
    n: int
    p: float
    p_holm: float = 1.0


class Comparison(Model):
    """Two runs over the same cases. Wins are cases that the second has right and the first has not."""

    first: str
    second: str
    n: int
    win: int
    tie: int
    loss: int
    mcnemar: McNemar
    means: dict[str, PairedMean]
    statement: str


def estimate_run(scores: RunScores, counts: Counts) -> dict[str, Estimate]:
    """Every metric of a run with its interval; ``counts`` are the bootstrap resamples, shared by all runs."""
    samples = bootstrap_means(scores.table, counts)
    metrics = {
        name: _estimate(scores.table[:, column], samples[:, column])
        for column, name in enumerate(METRICS)
        if not np.isnan(scores.table[:, column]).all()
    }
    if "exact" not in metrics:
        return metrics
    asked = scores.asked
    confidence, right = scores.confidence[asked], scores.right[asked]
    answerable, drawn = scores.answerable[asked], counts[:, asked]
    curves = {
        "confidence.ece": (calibration_error, right),
        "confidence.aurc": (area_under_risk, right),
        "abstention.auroc": (auroc, answerable),
    }
    for name, (measure, target) in curves.items():
        value = measure(confidence, target) if len(confidence) else math.nan
        low, high = interval(resampled(measure, confidence, target, drawn))
        metrics[name] = Estimate(value=_known(value), low=_known(low), high=_known(high), n=len(confidence))
    return metrics


def _estimate(values: Floats, samples: Floats) -> Estimate:
    known = values[~np.isnan(values)]
    low, high = interval(samples)
    return Estimate(value=_known(float(known.mean())), low=_known(low), high=_known(high), n=len(known))


def _known(number: float) -> float | None:
    return None if math.isnan(number) else number


def groups(
    scores: RunScores,
    members: Mapping[str, Sequence[str]],
    counts: Counts,
    metric: str = "exact",
) -> dict[str, Estimate]:
    """A metric over groups of cases; ``members`` gives each case's groups."""
    names = sorted({name for case in scores.cases for name in members[case]})
    if not names:
        return {}
    column = scores.column(metric)
    table = np.full((len(scores.cases), len(names)), np.nan)
    for row, case in enumerate(scores.cases):
        for name in members[case]:
            table[row, names.index(name)] = column[row]
    samples = bootstrap_means(table, counts)
    return {
        name: _estimate(table[:, i], samples[:, i]) for i, name in enumerate(names) if not np.isnan(table[:, i]).all()
    }


def curves(scores: RunScores) -> tuple[tuple[Bin, ...], tuple[tuple[float, float], ...]]:
    """The reliability diagram and the risk-coverage curve (thinned to CURVE_POINTS points) of a run."""
    confidence, right = scores.confidence[scores.asked], scores.right[scores.asked]
    bins = tuple(
        Bin(count=count, confidence=mean, accuracy=share) for count, mean, share in reliability(confidence, right)
    )
    coverage, risk = risk_coverage(confidence, right)
    if len(coverage) > CURVE_POINTS:
        kept = np.unique(np.linspace(0, len(coverage) - 1, CURVE_POINTS).astype(int))
        coverage, risk = coverage[kept], risk[kept]
    return bins, tuple(zip(coverage.round(6).tolist(), risk.round(6).tolist(), strict=True))


def verdict_counts(scores: RunScores) -> tuple[dict[str, int], dict[str, int]]:
    """How many cases ended how, and how many quotes are of each class."""
    verdicts = Counter(score.verdict for score in scores.scores)
    quotes = Counter(quote for score in scores.scores for quote in score.quotes)
    return dict(verdicts.most_common()), dict(quotes.most_common())


def compare_all(runs: Sequence[RunScores], counts: Counts, seed: int) -> list[Comparison]:
    """Compare every pair of runs; p-values are corrected after Holm, McNemar's and the permutations' separately.

    Raises SuiteError where two runs are not over the same cases.
    """
    comparisons = [_compare(first, second, counts, seed) for first, second in itertools.combinations(runs, 2)]
    return correct(comparisons)


def correct(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Fill in ``p_holm`` over all comparisons, and say in words what each shows."""
    exact = holm([comparison.mcnemar.p for comparison in comparisons])
    tests = [(i, name) for i, comparison in enumerate(comparisons) for name in comparison.means]
    means = dict(zip(tests, holm([comparisons[i].means[name].p for i, name in tests]), strict=True))
    result = []
    for i, comparison in enumerate(comparisons):
        changed = comparison.model_copy(
            update={
                "mcnemar": comparison.mcnemar.model_copy(update={"p_holm": exact[i]}),
                "means": {
                    name: mean.model_copy(update={"p_holm": means[i, name]}) for name, mean in comparison.means.items()
                },
            }
        )
        result.append(changed.model_copy(update={"statement": statement(changed)}))
    return result


def require_same_cases(first: RunScores, second: RunScores) -> None:
    """Raise SuiteError where two runs are not over the same cases."""
    if first.cases == second.cases:
        return
    only_first, only_second = set(first.cases) - set(second.cases), set(second.cases) - set(first.cases)
    example = sorted(only_first | only_second)[0] if only_first | only_second else "their order"
    raise SuiteError(
        f'"{first.label}" ({len(first.cases)} cases) and "{second.label}" ({len(second.cases)} cases) are not over the '
        f"same cases (for example {example}), so they cannot be compared; finish both runs with the same --limit"
    )


def _compare(first: RunScores, second: RunScores, counts: Counts, seed: int) -> Comparison:
    require_same_cases(first, second)
    a, b = first.column("exact"), second.column("exact")
    win, loss = int((b > a).sum()), int((a > b).sum())
    both, neither = int(((a == 1) & (b == 1)).sum()), int(((a == 0) & (b == 0)).sum())
    columns = [list(METRICS).index(name) for name in TESTED]
    differences = second.table[:, columns] - first.table[:, columns]
    samples = bootstrap_means(differences, counts)
    p_values = permutation_tests(differences, PERMUTATIONS, seed)
    means = {}
    for i, name in enumerate(TESTED):
        known = differences[:, i][~np.isnan(differences[:, i])]
        if len(known):
            low, high = interval(samples[:, i])
            means[name] = PairedMean(difference=known.mean(), low=low, high=high, n=len(known), p=p_values[i])
    return Comparison(
        first=first.label,
        second=second.label,
        n=len(first.cases),
        win=win,
        tie=len(first.cases) - win - loss,
        loss=loss,
        mcnemar=McNemar(both=both, first_only=loss, second_only=win, neither=neither, p=mcnemar(loss, win)),
        means=means,
        statement="",
    )


def statement(comparison: Comparison) -> str:
    """What the comparison of right and wrong shows, in a sentence."""
    test, n = comparison.mcnemar, comparison.n
    found = comparison.means.get("retrieval.recall")
    if not test.both + test.first_only + test.second_only + test.neither and found is not None:
        return _retrieval_statement(comparison, found)
    gap = (test.second_only - test.first_only) / max(n, 1)
    if test.p_holm < SIGNIFICANT:
        better, worse = (comparison.second, comparison.first) if gap > 0 else (comparison.first, comparison.second)
        return f"{better} is right more often than {worse}, by {abs(gap):.1%} of {n} cases (p = {test.p_holm:.2g})."
    needed = cases_needed(test.first_only / max(n, 1), test.second_only / max(n, 1))
    opening = f"No difference shown between {comparison.first} and {comparison.second} at n = {n}"
    if needed is None:
        return f"{opening}: each alone is right equally often ({test.first_only} times)."
    return f"{opening} (p = {test.p_holm:.2g}); to show one of {abs(gap):.1%} you would need about {needed:,} cases."


def _retrieval_statement(comparison: Comparison, found: PairedMean) -> str:
    """The same for suites without answers, from the recall of their hits."""
    if found.p_holm >= SIGNIFICANT:
        return (
            f"No difference in recall shown between {comparison.first} and {comparison.second} at n = {found.n} "
            f"(p = {found.p_holm:.2g})."
        )
    better, worse = (
        (comparison.second, comparison.first) if found.difference > 0 else (comparison.first, comparison.second)
    )
    return f"{better} finds more than {worse}: recall differs by {abs(found.difference):.3f} (p = {found.p_holm:.2g})."


def better(metric: str, difference: float) -> bool:
    """Whether a change of a metric is for the better."""
    return difference < 0 if metric in SMALLER else difference > 0


def bootstrap_counts(cases: int, seed: int) -> Counts:
    """The resamples that all intervals of a report share."""
    return resample_counts(cases, RESAMPLES, seed)
