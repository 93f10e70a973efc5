"""Ask, score, compare, report, and hold against gates: all of an evaluation, without the command line."""

from __future__ import annotations

import contextlib
import itertools
import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from askdocs.core.base import Model
from askdocs.core.errors import SuiteError
from askdocs.core.extras import require
from askdocs.evaluation import manifest as manifests
from askdocs.evaluation.calibrate import Fit
from askdocs.evaluation.compare import Comparison
from askdocs.evaluation.gates import baseline_gates, check_demands, junit, parse_demand
from askdocs.evaluation.live import LiveTable
from askdocs.evaluation.manifest import Manifest, RunEntry, read_manifest, write_text
from askdocs.evaluation.outcomes import OUTCOMES, OutcomeLog, RunSettings, by_run, read_outcomes
from askdocs.evaluation.render import render_html, render_json, render_markdown
from askdocs.evaluation.report import Report, Scored, build_report, run_labels, score_runs
from askdocs.evaluation.run import ask_suite
from askdocs.evaluation.score import Scorer
from askdocs.evaluation.suite import CASES, Suite, dump_case, load_suite, read_cases
from askdocs.evaluation.suite_corpus import (
    STORED_ARTICLES,
    Staged,
    check_quotes,
    read_articles,
    stage,
    write_articles,
)

logger = logging.getLogger(__name__)
DONE, GATE_FAILED = 0, 100
Stage = Callable[[Suite, Path, bool], AbstractContextManager[Staged]]


class Evaluation(Model):
    """What ``evaluate`` gives: the report, where it was written (``None``: nowhere), and what was calibrated."""

    report: Report
    folder: Path | None
    fits: tuple[Fit, ...] = ()
    calibration: Path | None = None

    @property
    def exit_code(self) -> int:
        """0, or 100 where a gate failed."""
        return GATE_FAILED if self.report.failed_gates else DONE


def evaluate(
    suite: str | Path | Suite | None = None,
    models: Sequence[str] = (),
    ks: Sequence[int] = (),
    prompts: Sequence[str] = (),
    out: Path | None = None,
    limit: int | None = None,
    suite_format: str | None = None,
    fail_under: Sequence[str] = (),
    baseline: Path | None = None,
    rescore: Path | None = None,
    calibrate: bool = False,
    corpus: Path | None = None,
    junit_path: Path | None = None,
    seed: int = 0,
    stage_with: Stage = stage,
) -> Evaluation:
    """Ask every case of a suite in every setting, and report what each is worth and whether they differ.

    ``models``, ``ks`` and ``prompts`` span the matrix of settings. With ``out`` the outcomes are kept there and a
    run that was stopped is taken up; without it they are gone afterwards. ``rescore`` scores the outcomes of a
    folder anew, with ``suite`` for changed gold values. ``fail_under`` are gates as ``exact=0.8`` or
    ``RUN:exact=0.8``; ``baseline`` is the folder of an earlier evaluation of the same cases. With ``calibrate`` the
    confidence is fitted and stored beside ``corpus``.

    Raises ExtraMissing without scipy, SuiteError, ModelError, and whatever else cannot be put down to one case.
    """
    require("scipy", extra="eval", needed_for="an evaluation")  # before hours of asking, not after
    demands = [parse_demand(text) for text in fail_under]
    _require_folders(baseline, corpus, calibrate)
    with contextlib.ExitStack() as stack:
        if rescore is not None:
            folder = rescore
            found, texts, manifest, scored = _rescore(rescore, suite, suite_format, limit)
        else:
            if suite is None:
                raise SuiteError("no suite: name one (news, smoke, a folder), or a folder to rescore")
            found = _load(suite, suite_format).limited(limit)
            folder = out or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="askdocs-eval-")))
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_only_writer(folder))
            texts, manifest, scored = _run(found, _matrix(found, models, ks, prompts), folder, seed, stage_with)
        report = build_report(found, texts, manifest, scored)
        gates = check_demands(demands, report.runs)
        if baseline is not None:
            gates += baseline_gates(_against(baseline, found, texts, manifest, scored))
        report = report.model_copy(update={"gates": tuple(gates)})
        write_report(report, folder)
        fits = _calibrate(manifest, scored, corpus, seed, found.name) if calibrate and corpus else ((), None)
        if junit_path is not None:
            write_text(junit_path, junit(report))
    kept = None if rescore is None and out is None else folder
    return Evaluation(report=report, folder=kept, fits=tuple(fits[0]), calibration=fits[1])


def _require_folders(baseline: Path | None, corpus: Path | None, calibrate: bool) -> None:
    """Raise SuiteError before anything is asked where what is needed afterwards is not there."""
    if baseline is not None:
        read_manifest(baseline)
    if calibrate and (corpus is None or not corpus.is_dir()):
        raise SuiteError(f"{corpus}: no corpus there to keep the calibration with; make it with askdocs add --corpus")


def write_report(report: Report, folder: Path) -> None:
    """Write ``report.json``, ``report.md`` and ``report.html``."""
    for name, render in (
        ("report.json", render_json), ("report.md", render_markdown), ("report.html", render_html),
    ):  # fmt: skip
        write_text(folder / name, render(report))


def _load(suite: str | Path | Suite, suite_format: str | None) -> Suite:
    if isinstance(suite, Suite):
        return suite
    if suite_format in (None, "askdocs"):
        return load_suite(suite)
    from askdocs.evaluation.formats import load_format

    return load_format(suite, suite_format)


def _matrix(suite: Suite, models: Sequence[str], ks: Sequence[int], prompts: Sequence[str]) -> list[RunSettings]:
    """Every combination, in the order given, once each."""
    from askdocs.core.settings import load_settings

    settings = load_settings()
    if suite.retrieval_only:
        return [RunSettings(model="retrieval", k=k) for k in dict.fromkeys(ks or (10,))]
    combined = itertools.product(models or (settings.model,), ks or (settings.k,), prompts or (settings.prompt,))
    return list(dict.fromkeys(RunSettings(model=model, k=k, prompt=prompt) for model, k, prompt in combined))


@contextlib.contextmanager
def _only_writer(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; two processes writing outcomes would answer cases twice."""
    from filelock import FileLock, Timeout

    try:
        with FileLock(folder / ".lock", timeout=0):
            yield
    except Timeout as error:
        raise SuiteError(
            f"{folder}: another askdocs eval is writing there; wait for it or choose another --out"
        ) from error


def _run(
    suite: Suite, matrix: Sequence[RunSettings], folder: Path, seed: int, stage_with: Stage
) -> tuple[dict[str, str], Manifest, Scored]:
    """Ask what is not in the log yet, and score it all."""
    fingerprint = suite.fingerprint
    labels = run_labels([(settings.model, settings.k, settings.prompt) for settings in matrix])
    runs, entries = {}, {}
    for settings, label in zip(matrix, labels, strict=True):
        files = _model_files(settings.model)
        run = settings.run_id(fingerprint, _build(settings, files))
        runs[run], entries[run] = settings, RunEntry(settings=settings, label=label, files=files)
    former = _former_runs(folder, fingerprint)
    with stage_with(suite, folder / "corpus", True) as staged:
        check_quotes(suite, staged.texts)
        manifest = _manifest(suite, fingerprint, former | entries, staged.embedder, seed)
        write_text(folder / manifests.MANIFEST, manifest.model_dump_json(indent=1) + "\n")
        write_articles(folder / STORED_ARTICLES, staged.texts)
        _write_cases(folder / CASES, suite)
        scorer = Scorer(suite.cases, staged.texts, suite.retrieval_only)
        live_labels = {run: entry.label for run, entry in entries.items()}
        watcher = LiveTable(
            live_labels, lambda outcome: scorer.score(outcome).verdict in ("right", "rightly abstained", "retrieved")
        )
        with OutcomeLog(folder / OUTCOMES) as log, watcher:
            ask_suite(suite, runs, staged.answers, staged.names, log, watcher)
    outcomes = by_run(read_outcomes(folder / OUTCOMES))
    return (
        staged.texts,
        manifest.model_copy(update={"runs": entries}),
        score_runs(suite, staged.texts, entries, outcomes),
    )


def _model_files(model: str) -> dict[str, str]:
    """The hashes of a model's files; raises ModelError at once where there is no such model."""
    if model == "retrieval":
        return {}
    from askdocs.models.registry import resolve

    found = resolve(model, progress=True)
    return {path.name: manifests.file_hash(path) for path in (found.path, found.lora) if path is not None}


def _build(settings: RunSettings, files: dict[str, str]) -> dict[str, str]:
    """What outcomes depend on beside the settings: askdocs, the model's files, its prompt, the calibration."""
    from askdocs import __version__
    from askdocs.answering.calibration import DEFAULT_PATH
    from askdocs.prompts.templates import load_prompt, names

    prompts = [settings.prompt] if settings.prompt else names()
    calibration = {DEFAULT_PATH.name: manifests.file_hash(DEFAULT_PATH)} if DEFAULT_PATH.exists() else {}
    return {"askdocs": __version__} | files | calibration | {name: load_prompt(name).hash for name in prompts}


def _former_runs(folder: Path, fingerprint: str) -> dict[str, RunEntry]:
    """Runs that the folder holds already; raises SuiteError where they are over other articles."""
    if not (folder / manifests.MANIFEST).exists():
        return {}
    former = read_manifest(folder)
    if former.suite_fingerprint != fingerprint:
        raise SuiteError(
            f'{folder}: holds outcomes of suite "{former.suite}" over other articles; choose another --out or remove it'
        )
    return former.runs


def _manifest(suite: Suite, fingerprint: str, runs: dict[str, RunEntry], embedder: str, seed: int) -> Manifest:
    from askdocs import __version__
    from askdocs.prompts.templates import load_prompt, names

    used = {entry.settings.prompt for entry in runs.values()} - {None}
    prompts = {name: load_prompt(name).hash for name in sorted(set(names()) | {str(name) for name in used})}
    return Manifest(
        askdocs=__version__,
        commit=manifests.commit(),
        suite=suite.name,
        description=suite.description,
        retrieval_only=suite.retrieval_only,
        suite_fingerprint=fingerprint,
        runs=runs,
        packages=manifests.package_versions(),
        prompts=prompts,
        embedder=embedder,
        seed=seed,
        machine=manifests.machine(),
    )


def _write_cases(path: Path, suite: Suite) -> None:
    """Keep the cases, with the earlier turns of those that were cut off by a limit."""
    import json

    cases = suite.context or suite.cases
    write_text(path, "".join(json.dumps(dump_case(case), ensure_ascii=False) + "\n" for case in cases))


def _rescore(
    folder: Path, suite: str | Path | Suite | None, suite_format: str | None, limit: int | None
) -> tuple[Suite, dict[str, str], Manifest, Scored]:
    """Score what a folder holds; the suite, where it is given, may have other gold values."""
    manifest = read_manifest(folder)
    texts = read_articles(folder / STORED_ARTICLES)
    if suite is None:
        cases = read_cases(folder / CASES)
        found = Suite(
            name=manifest.suite, description=manifest.description, cases=cases, retrieval_only=manifest.retrieval_only
        )
    else:
        found = _load(suite, suite_format)
    outcomes = by_run(read_outcomes(folder / OUTCOMES))
    questions = {case.id: case.question for case in found.cases}
    for outcome in (one for run in outcomes.values() for one in run.values()):
        if questions.get(outcome.case, outcome.question) != outcome.question:
            raise SuiteError(f'{folder}: case "{outcome.case}" was asked as "{outcome.question}"; run it again')
    asked = {case for run in outcomes.values() for case in run}
    found = found.model_copy(
        update={
            "cases": tuple(case for case in found.cases if case.id in asked)[:limit],
            "context": found.context or found.cases,
        }
    )
    entries = {run: entry for run, entry in manifest.runs.items() if run in outcomes}
    if not entries or not found.cases:
        raise SuiteError(f"{folder}: no outcomes of these cases; run askdocs eval SUITE --out {folder} first")
    labels = run_labels([(e.settings.model, e.settings.k, e.settings.prompt) for e in entries.values()])
    entries = {
        run: entry.model_copy(update={"label": f"{label} ({run})" if labels.count(label) > 1 else label})
        for (run, entry), label in zip(entries.items(), labels, strict=True)
    }
    return found, texts, manifest.model_copy(update={"runs": entries}), score_runs(found, texts, entries, outcomes)


def _against(
    baseline: Path, suite: Suite, texts: dict[str, str], manifest: Manifest, scored: Scored
) -> list[Comparison]:
    """Each run compared with the run of the same settings in the baseline, or with its only one."""
    from askdocs.evaluation.compare import bootstrap_counts, compare_all

    former = read_manifest(baseline)
    outcomes = by_run(read_outcomes(baseline / OUTCOMES))
    entries = {run: entry for run, entry in former.runs.items() if run in outcomes}
    old = score_runs(suite, texts, entries, outcomes)
    comparisons = []
    for run, scores in scored.scores.items():
        settings = manifest.runs[run].settings
        same = [name for name, entry in entries.items() if entry.settings == settings]
        chosen = same or (list(entries) if len(entries) == len(scored.scores) == 1 else [])
        if not chosen:
            raise SuiteError(f'{baseline}: holds no run with the settings of "{scores.label}" to compare it with')
        pair = [old.scores[chosen[-1]]._replace(label=f"baseline {scores.label}"), scores]
        comparisons += compare_all(pair, bootstrap_counts(len(scores.cases), manifest.seed), manifest.seed)
    return comparisons


def _calibrate(manifest: Manifest, scored: Scored, corpus: Path, seed: int, suite: str) -> tuple[list[Fit], Path]:
    """Fit every model that was run, and store what was fitted beside the corpus."""
    from askdocs.answering.calibration import load_calibrations
    from askdocs.evaluation.calibrate import fit, store

    shipped = load_calibrations()
    fits = []
    for run, scores in scored.scores.items():
        model = manifest.runs[run].settings.model
        fits.append(fit(scores, model, shipped.for_model(model).threshold, seed))
    return fits, store(fits, corpus, suite)
