"""What ``askdocs eval`` prints: the table and its findings on stdout, or one JSON document; the rest is elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from askdocs.evaluation.evaluation import Evaluation, evaluate
from askdocs.evaluation.render import count_shown, headline, shown
from askdocs.terminal.render import counted
from askdocs.text.sanitize import json_text, one_line, sanitize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from askdocs.evaluation.report import Report


def run_eval(
    *,
    suite: str | None = None,
    models: tuple[str, ...] = (),
    ks: tuple[int, ...] = (),
    prompts: tuple[str, ...] = (),
    out: Path | None = None,
    limit: int | None = None,
    suite_format: str | None = None,
    gates: tuple[str, ...] = (),
    baseline: Path | None = None,
    rescore: Path | None = None,
    calibrate: bool = False,
    corpus_path: Path | None = None,
    junit: Path | None = None,
    as_json: bool = False,
) -> int:
    """Evaluate as the options say, print the result, and give the exit status: 0, or 100 where a gate failed."""
    evaluation = evaluate(
        suite=suite,
        models=models,
        ks=ks,
        prompts=prompts,
        out=out,
        limit=limit,
        suite_format=suite_format,
        fail_under=gates,
        baseline=baseline,
        rescore=rescore,
        calibrate=calibrate,
        corpus=corpus_path,
        junit_path=junit,
    )
    print_json(evaluation) if as_json else print_summary(evaluation)
    return evaluation.exit_code


def document(evaluation: Evaluation) -> dict[str, Any]:
    """The report as one document, with where it lies and what was calibrated; the passages stay in ``report.json``."""
    report = evaluation.report.model_dump(mode="json", exclude={"passages", "cases"})
    cases = [
        {"id": case.id, "verdicts": [answer.verdict for answer in case.answers]} for case in evaluation.report.cases
    ]
    return report | {
        "cases": cases,
        "out": str(evaluation.folder) if evaluation.folder else None,
        "calibrated": [fit.model_dump() for fit in evaluation.fits],
        "calibration": str(evaluation.calibration) if evaluation.calibration else None,
    }


def print_json(evaluation: Evaluation) -> None:
    """One JSON document on stdout."""
    import sys

    sys.stdout.write(json_text(document(evaluation)) + "\n")


def print_summary(evaluation: Evaluation) -> None:
    """The table of runs, what the comparisons show, the gates, and where the report is."""
    from rich.console import Console

    report = evaluation.report
    console = Console(highlight=False, markup=False, emoji=False)
    console.print(summary_table(evaluation))
    for comparison in report.comparisons:
        console.print(sanitize(comparison.statement))
    for line in failures(report):
        console.print(sanitize(line))
    for gate in report.gates:
        console.print(sanitize(f"gate {'met' if gate.met else 'FAILED'}: {gate.message}"))
    for fit in evaluation.fits:
        console.print(
            sanitize(
                f"{fit.model}: calibration error {fit.error_before:.3f} before, {fit.error_after:.3f} after; right or "
                f"rightly abstained {fit.exact_before:.1%} before, {fit.exact_after:.1%} after (cross-validated over "
                f"{fit.n} cases); threshold {fit.threshold:.2f}"
            )
        )
        if not fit.is_better and evaluation.calibration is not None:
            console.print(
                f"That is no clear gain over the shipped calibration: use more cases than {fit.n}, or delete the file."
            )
    if evaluation.calibration is not None:
        console.print(sanitize(f"calibration: {evaluation.calibration}"), soft_wrap=True)
    if evaluation.folder is not None:
        console.print(sanitize(f"report: {evaluation.folder / 'report.html'}"), soft_wrap=True)


def failures(report: Report) -> Iterator[str]:
    """How many cases of each run ended with an error, and the first of these errors."""
    for i, run in enumerate(report.runs):
        errors = [error for case in report.cases if (error := case.answers[i].error) is not None]
        if errors:
            failed = f"{len(errors)} of {counted(run.n, 'case')} failed and count as wrong"
            yield f"{run.label}: {failed}, the first with {errors[0]}"


def summary_table(evaluation: Evaluation) -> Table:
    """A row a metric, a column a run: it fits a terminal better than the other way round."""
    from rich.table import Column, Table
    from rich.text import Text

    report = evaluation.report
    columns = [Column(Text(one_line(run.label), overflow="fold"), overflow="fold") for run in report.runs]
    table = Table("", *columns, title=counted(report.n, "case"))
    for name, title in headline(report).items():
        estimates = [run.metrics.get(name) for run in report.runs]
        table.add_row(title, *(shown(estimate) + count_shown(name, estimate) for estimate in estimates))
    table.add_row("seconds, median", *(f"{run.seconds_median:.2f}" for run in report.runs))
    table.add_row("peak MiB", *(run.memory for run in report.runs))
    return table
