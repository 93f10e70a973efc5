"""The report: everything scored and compared, as one model that JSON, Markdown and HTML are rendered from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from askdocs.core.answers import Turn
from askdocs.core.base import Model
from askdocs.evaluation.against_gold import GoldLine, against_gold
from askdocs.evaluation.cases import Case, gold_words
from askdocs.evaluation.compare import (
    CURVE_METRICS,
    Comparison,
    RunReport,
    bootstrap_counts,
    compare_all,
    curves,
    estimate_run,
    groups,
    require_same_cases,
    verdict_counts,
)
from askdocs.evaluation.manifest import Manifest, RunEntry
from askdocs.evaluation.metrics import QuoteClass
from askdocs.evaluation.outcomes import Cited, Outcome
from askdocs.evaluation.score import FORM_METRICS, METRICS, TABLE_METRICS, RunScores, Scorer, Verdict, score_run
from askdocs.evaluation.suite import Suite
from askdocs.terminal.model_labels import short_names


class CitationReport(Model):
    """A citation in its passage: offsets count in ``Report.passages[passage]``; ``None`` where it stands nowhere."""

    article: str
    quote: str
    quote_class: QuoteClass
    passage: int | None = None
    start: int = 0
    end: int = 0
    answer_start: int = 0
    answer_end: int = 0


class AnswerReport(Model):
    """What one run said to one case; ``against_gold`` are the items, facts or parts of a case that has several."""

    verdict: Verdict
    text: str
    candidate: str
    abstained: bool
    confidence: float
    citations: tuple[CitationReport, ...]
    against_gold: tuple[GoldLine, ...] = ()
    error: str | None = None
    seconds: float


class CaseReport(Model):
    """A case with every run's answer, in the order of ``Report.runs``."""

    id: str
    question: str
    type: str
    tags: tuple[str, ...]
    gold: str
    article: tuple[str, ...]
    history: tuple[Turn, ...]
    answers: tuple[AnswerReport, ...]


class Gate(Model):
    """A demand on a metric and whether it was met."""

    demand: str
    run: str
    metric: str
    value: float | None
    met: bool
    message: str


class Report(Model):
    """Everything that the report shows. ``mcnemar`` is in each of ``comparisons``."""

    schema_version: Literal[1] = 1
    suite: str
    description: str
    retrieval_only: bool
    n: int
    definitions: dict[str, str]
    manifest: Manifest
    runs: tuple[RunReport, ...]
    comparisons: tuple[Comparison, ...]
    gates: tuple[Gate, ...] = ()
    passages: tuple[str, ...] = ()
    cases: tuple[CaseReport, ...] = ()

    @property
    def failed_gates(self) -> tuple[Gate, ...]:
        """The demands that were not met."""
        return tuple(gate for gate in self.gates if not gate.met)


class Scored(Model):
    """Runs scored over one suite, before they are put into a report."""

    model_config = {"arbitrary_types_allowed": True, "frozen": True, "extra": "forbid"}

    scores: dict[str, RunScores]
    outcomes: dict[str, dict[str, Outcome]]


def score_runs(
    suite: Suite, texts: Mapping[str, str], entries: Mapping[str, RunEntry], outcomes: Mapping[str, dict[str, Outcome]]
) -> Scored:
    """Score every run of ``entries``; cases the suite no longer has are left out."""
    scorer = Scorer(suite.cases, texts, suite.retrieval_only)
    known = {
        run: {case: found for case, found in outcomes.get(run, {}).items() if case in scorer.cases} for run in entries
    }
    return Scored(
        scores={run: score_run(entry.label, scorer, known[run]) for run, entry in entries.items()}, outcomes=known
    )


def build_report(suite: Suite, texts: Mapping[str, str], manifest: Manifest, scored: Scored) -> Report:
    """Put scored runs into a report: intervals, comparisons, and every case side by side.

    Raises SuiteError where the runs are not over the same cases.
    """
    runs = list(scored.scores.items())
    for _, scores in runs[1:]:
        require_same_cases(runs[0][1], scores)
    counts = bootstrap_counts(len(runs[0][1].cases), manifest.seed) if runs else np.zeros((0, 0), dtype=np.float32)
    by_id = {case.id: case for case in suite.cases}
    types = {case.id: [case.type] for case in suite.cases}
    tags = {case.id: list(case.tags) for case in suite.cases}
    reports = []
    for run, scores in runs:
        settings = manifest.runs[run].settings
        verdicts, quotes = verdict_counts(scores)
        bins, curve = ((), ()) if suite.retrieval_only else curves(scores)
        costs = [outcome.cost for outcome in scored.outcomes[run].values()]
        seconds = np.array([cost.seconds for cost in costs] or [0.0])
        reports.append(
            RunReport(
                run=run,
                label=scores.label,
                model=settings.model,
                k=settings.k,
                prompt=settings.prompt,
                n=len(scores.cases),
                metrics=estimate_run(scores, counts),
                by_type={} if suite.retrieval_only else groups(scores, types, counts),
                by_tag={} if suite.retrieval_only else groups(scores, tags, counts),
                verdicts=verdicts,
                quotes=quotes,
                reliability=bins,
                risk_coverage=curve,
                seconds_median=float(np.median(seconds)),
                seconds_p95=float(np.quantile(seconds, 0.95)),
                load_seconds=max((cost.load for cost in costs), default=0.0),
                peak_memory_mib=max((cost.peak_memory for cost in costs), default=0.0),
            )
        )
    passages = Passages(texts)
    cases = (
        tuple(_case(suite, by_id[case], i, scored, passages) for i, case in enumerate(runs[0][1].cases)) if runs else ()
    )
    return Report(
        suite=suite.name,
        description=suite.description,
        retrieval_only=suite.retrieval_only,
        n=len(cases),
        definitions=definitions(suite),
        manifest=manifest,
        runs=tuple(reports),
        comparisons=tuple(compare_all([scores for _, scores in runs], counts, manifest.seed)),
        passages=passages.all,
        cases=cases,
    )


def definitions(suite: Suite) -> dict[str, str]:
    """What each metric is a mean of; those of tables, and of forms, only where the suite has such cases."""
    left_out: tuple[str, ...] = () if any(case.cells for case in suite.cases) else TABLE_METRICS
    left_out += () if any(case.form for case in suite.cases) else FORM_METRICS
    return {name: words for name, words in (METRICS | CURVE_METRICS).items() if name not in left_out}


class Passages:
    """The passages that citations stand in, each kept once."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._index: dict[tuple[str, int, int], int] = {}

    def place(self, cited: Cited, quote_class: QuoteClass) -> CitationReport:
        """A citation with its offsets in its passage."""
        bare = CitationReport(article=cited.article, quote=cited.quote, quote_class=quote_class)
        text = self._texts.get(cited.article, "")
        if quote_class != "exact":
            return bare
        start = cited.start if cited.chunk_start is None else min(cited.chunk_start, cited.start)
        end = cited.end if cited.chunk_end is None else max(cited.chunk_end, cited.end)
        passage = self._index.setdefault((cited.article, start, min(end, len(text))), len(self._index))
        return bare.model_copy(
            update={
                "passage": passage,
                "start": cited.start - start,
                "end": cited.end - start,
                "answer_start": max(cited.answer_start, cited.start) - start,
                "answer_end": min(cited.answer_end, cited.end) - start,
            }
        )

    @property
    def all(self) -> tuple[str, ...]:
        """Their texts, in the order of their numbers."""
        return tuple(self._texts[article][start:end] for article, start, end in self._index)


def _case(suite: Suite, case: Case, row: int, scored: Scored, passages: Passages) -> CaseReport:
    answers = []
    for run, scores in scored.scores.items():
        outcome, score = scored.outcomes[run][case.id], scores.scores[row]
        answers.append(
            AnswerReport(
                verdict=score.verdict,
                text=outcome.text,
                candidate=outcome.candidate,
                abstained=outcome.abstained,
                confidence=round(outcome.confidence, 4),
                citations=tuple(
                    passages.place(cited, kind) for cited, kind in zip(outcome.citations, score.quotes, strict=False)
                ),
                against_gold=against_gold(case, outcome),
                error=f"{outcome.error.type}: {outcome.error.message}" if outcome.error else None,
                seconds=round(outcome.cost.seconds, 3),
            )
        )
    return CaseReport(
        id=case.id,
        question=case.question,
        type=case.type,
        tags=case.tags,
        gold=gold_words(case),
        article=case.article,
        history=suite.history(case),
        answers=tuple(answers),
    )


def run_labels(settings: Sequence[tuple[str, int, str | None]]) -> list[str]:
    """Readable names of runs: the model's short name, with k and prompt where they differ between runs.

    >>> run_labels([("smollm2", 2, None), ("/models/tiny.gguf", 6, None)])
    ['smollm2 k=2', 'tiny.gguf k=6']
    """
    names = short_names(model for model, _, _ in settings)
    ks, prompts = {k for _, k, _ in settings}, {prompt for _, _, prompt in settings}
    return [
        " ".join(
            part
            for part in (
                names[model],
                f"k={k}" if len(ks) > 1 else "",
                f"prompt={prompt or 'own'}" if len(prompts) > 1 else "",
            )
            if part
        )
        for model, k, prompt in settings
    ]
