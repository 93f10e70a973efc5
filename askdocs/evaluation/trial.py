"""What a model is worth on this machine: right answers, speed and memory, beside those of another model.

Each model answers in a process of its own, so that its memory is its own and what crashes is only that. The outcomes
are scored as those of ``askdocs eval``, and compared on the same questions.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from askdocs.core.base import Model
from askdocs.core.errors import AskdocsError, ModelUnusable, SuiteError
from askdocs.core.extras import require
from askdocs.evaluation.compare import SIGNIFICANT, Estimate, RunReport, bootstrap_counts
from askdocs.evaluation.evaluation import evaluate
from askdocs.evaluation.report import Report
from askdocs.evaluation.statistics import bootstrap_means, interval, mcnemar
from askdocs.evaluation.suite import load_suite
from askdocs.models.speed import Speed, measure_speed
from askdocs.text.sanitize import one_line

_CHILD = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from askdocs.evaluation.trial import main; main(*sys.argv[1:])"
)
_RIGHT = ("right", "rightly abstained")
_LARGER_SUITE = "news"
_SAID = 3
_FEW = 100
Finding = Literal["better", "worse", "no difference shown"]


class Measured(Model):
    """One model: the share it has right, median seconds a question, peak memory of the process, cases that failed.

    ``memory_mib`` and ``speed`` are ``None`` where the model runs elsewhere, ``speed`` also where there is none.
    """

    model: str
    right: Estimate
    seconds: float
    memory_mib: float | None
    failed: int
    failure: str | None
    speed: Speed | None


class Paired(Model):
    """Two models on the same questions; ``difference`` is of the shares right, with its 95% interval (bootstrap).

    ``only_tried`` and ``only_against`` count the questions that one of them alone has right, ``p`` is McNemar's.
    """

    only_tried: int
    only_against: int
    difference: float
    low: float
    high: float
    p: float

    @property
    def finding(self) -> Finding:
        """What this shows."""
        if self.p >= SIGNIFICANT:
            return "no difference shown"
        return "better" if self.difference > 0 else "worse"


class Trial(Model):
    """What trying a model found. ``statement`` says it in words, ``next`` are commands worth running now."""

    suite: str
    n: int
    tried: Measured
    against: Measured | None
    paired: Paired | None
    finding: Finding | None
    statement: str
    next: tuple[str, ...]
    report: Path | None


def try_model(name: str, *, suite: str = "smoke", against: str = "smollm2", out: Path | None = None) -> Trial:
    """Measure the model ``name`` on a suite, and compare it with another one unless that is itself.

    With ``out`` the outcomes and the report are kept there. Raises ExtraMissing without scipy, SuiteError, ModelError.
    """
    from askdocs.models.registry import resolve

    require("scipy", extra="eval", needed_for="trying a model")
    load_suite(suite)  # what is wrong with the suite or the names is said before anything is measured
    names = list(dict.fromkeys((name, against)))
    files = {each: resolve(each, progress=sys.stderr.isatty()) for each in names}
    speeds = {
        each: measure_speed(file.path, file.lora, file.context_length) if file.path is not None else None
        for each, file in files.items()
    }
    with tempfile.TemporaryDirectory(prefix="askdocs-try-") as temporary:
        folder = out or Path(temporary)
        for each in ("", *names):  # first the articles alone, for embedding them takes memory that is no model's
            _ask_in_child(suite, each, folder)
        report = evaluate(suite, rescore=folder).report
    tried, other = (_measured(report, each, speeds[each]) for each in (name, against))
    paired = compare_pair(_rights(report, name), _rights(report, against)) if name != against else None
    return Trial(
        suite=suite,
        n=report.n,
        tried=tried,
        against=other if paired else None,
        paired=paired,
        finding=paired.finding if paired else None,
        statement=statement(name, against, report.n, paired),
        next=_next_commands(name, against, suite, tried.seconds),
        report=out / "report.html" if out else None,
    )


def _ask_in_child(suite: str, model: str, folder: Path) -> None:
    """Ask the suite of one model in a child process, which shows its progress on stderr and fills ``folder``.

    Without a model only the articles are added. Raises AskdocsError with what the child says, ModelUnusable where it
    ends without a word.
    """
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-P", "-c", _CHILD, str(Path(__file__).parents[2]), suite, model, str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, check=False)
    if done.returncode == 0:
        return
    if done.returncode == _SAID:
        raise AskdocsError(done.stdout.strip())
    raise ModelUnusable(
        f"model {model!r}: the process that asked it ended with status {done.returncode}; is there memory enough?"
    )


def main(suite: str, model: str, folder: str) -> None:
    """The child: keep the outcomes of a suite; with the exit status 3, stdout tells what went wrong."""
    from askdocs.evaluation.suite_corpus import stage

    try:
        if model:
            evaluate(suite, [model], out=Path(folder))
        else:
            with stage(load_suite(suite), Path(folder) / "corpus"):
                pass
    except AskdocsError as error:
        sys.stdout.write(str(error))
        sys.exit(_SAID)
    except KeyboardInterrupt:  # which reaches the parent too
        sys.exit(130)


def _run_of(report: Report, model: str) -> tuple[int, RunReport]:
    """The last run of a model in a report, and its place there."""
    found = [(i, run) for i, run in enumerate(report.runs) if run.model == model]
    if not found:
        raise SuiteError(f"model {model!r}: no outcomes were kept; run it again with another --out")
    return found[-1]


def _rights(report: Report, model: str) -> list[bool]:
    i, _ = _run_of(report, model)
    return [case.answers[i].verdict in _RIGHT for case in report.cases]


def _measured(report: Report, model: str, speed: Speed | None) -> Measured:
    i, run = _run_of(report, model)
    failures = [error for case in report.cases if (error := case.answers[i].error) is not None]
    right = run.metrics.get("exact")
    if right is None:
        raise SuiteError(f'suite "{report.suite}": it asks for no answers; try models on one that does, as smoke')
    return Measured(
        model=model,
        right=right,
        seconds=run.seconds_median,
        memory_mib=None if model.startswith("openai:") else run.peak_memory_mib,
        failed=len(failures),
        failure=failures[0] if failures else None,
        speed=speed,
    )


def compare_pair(tried: Sequence[bool], against: Sequence[bool], seed: int = 0) -> Paired:
    """Compare two models by which questions each has right, the same questions in the same order.

    >>> pair = compare_pair([True] * 9 + [False], [True] * 8 + [False] * 2)
    >>> pair.only_tried, pair.only_against, round(pair.difference, 2), pair.p, pair.finding
    (1, 0, 0.1, 1.0, 'no difference shown')
    """
    differences = np.asarray(tried, dtype=np.float64) - np.asarray(against, dtype=np.float64)
    samples = bootstrap_means(differences[:, None], bootstrap_counts(len(differences), seed))
    low, high = interval(samples[:, 0])
    only_tried, only_against = int((differences > 0).sum()), int((differences < 0).sum())
    return Paired(
        only_tried=only_tried,
        only_against=only_against,
        difference=float(differences.mean()),
        low=low,
        high=high,
        p=mcnemar(only_tried, only_against),
    )


def statement(name: str, against: str, n: int, paired: Paired | None) -> str:
    """What the comparison shows, in plain words."""
    if paired is None:
        return f"{name} is the model that others are compared with."
    difference = f"{paired.difference:+.0%} right (95% interval {paired.low:+.0%} to {paired.high:+.0%})"
    counts = f"{paired.only_tried} that {name} alone has right, {paired.only_against} that {against} alone has"
    if paired.finding == "no difference shown":
        return f"No difference shown between {name} and {against} on {n} questions: {counts}; {difference}."
    return f"{name} is {paired.finding} than {against} on {n} questions: {counts}; {difference}, p = {paired.p:.2g}."


def _next_commands(name: str, against: str, suite: str, seconds: float) -> tuple[str, ...]:
    """What to run now: the larger suite, with the time it will about take, and how to keep the model."""
    if name == against or suite == _LARGER_SUITE:
        return ()
    cases = len(load_suite(_LARGER_SUITE).cases)
    minutes = max(1, round(cases * seconds / 60))
    models = " ".join(f"--model {shlex.quote(model)}" for model in (against, name))
    return (f"askdocs eval {_LARGER_SUITE} {models} --out out/try    # {cases} questions, about {minutes} min for it",)


def trial_lines(trial: Trial) -> Iterator[str]:
    """The result as lines for a terminal."""
    models = [measured for measured in (trial.tried, trial.against) if measured is not None]
    yield _row("", [one_line(measured.model, 26) for measured in models])
    yield _row(f"right, of {trial.n}", [_right(measured.right) for measured in models])
    yield _row("seconds a question", [f"{measured.seconds:.2f}" for measured in models])
    yield _row("peak memory", ["–" if m.memory_mib is None else f"{m.memory_mib:,.0f} MiB" for m in models])
    if speeds := [measured.speed for measured in models] if any(measured.speed for measured in models) else []:
        yield _row("weights", [f"{s.parameters / 1e6:,.0f} M" if s else "–" for s in speeds])
        yield _row("reads, tokens/s", [f"{s.prompt_rate:,.0f}" if s else "–" for s in speeds])
        yield _row("writes, tokens/s", [f"{s.answer_rate:,.1f}" if s else "–" for s in speeds])
        yield _row("context, tokens", [f"{s.context:,} of {s.trained_context:,}" if s else "–" for s in speeds])
        yield _row("chat template", [_template(s) for s in speeds])
    for measured in models:
        if measured.failed:
            yield one_line(
                f"{measured.model}: {measured.failed} of {trial.n} failed, the first with {measured.failure}"
            )
    yield one_line(trial.statement)
    if trial.finding == "no difference shown" and trial.n < _FEW:
        yield f"{trial.n} questions show only large differences."
    yield from (f"Next: {command}" for command in trial.next)
    if trial.report is not None:
        yield f"report: {trial.report}"


def _row(title: str, cells: Sequence[str]) -> str:
    return f"{title:20}" + "".join(f"{cell:28}" for cell in cells).rstrip()


def _right(estimate: Estimate) -> str:
    return f"{estimate.value or 0:.2f} [{estimate.low or 0:.2f}, {estimate.high or 0:.2f}]"


def _template(speed: Speed | None) -> str:
    if speed is None:
        return "–"
    return "found" if speed.has_chat_template else "none: sent as plain text"
