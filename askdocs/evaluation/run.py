"""Asks the cases of a suite, one run after another, and writes each outcome as it comes.

A run that was stopped, even by ``kill -9``, is taken up where it was: what ``outcomes.jsonl`` holds is not asked
again, unless it failed. A case that fails is an outcome with its error; it does not end the run. A model that is not
there does, for no other case would fare better.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from askdocs.core.answers import Answer, Turn
from askdocs.core.articles import Hit
from askdocs.core.errors import AskdocsError, ModelNotFound, ModelUnusable
from askdocs.evaluation.cases import Case
from askdocs.evaluation.outcomes import Cost, Failure, Outcome, OutcomeLog, Place, RunSettings
from askdocs.evaluation.suite import Suite

logger = logging.getLogger(__name__)


class Asks(Protocol):
    """What answers the cases: a Corpus, or anything that acts like one."""

    def check(self, model: str) -> None:
        """Raise ModelError where a model cannot be reached; loads nothing."""

    def warm(self, model: str) -> None:
        """Load what a model needs, so that the first case does not wait for it."""

    def ask(
        self,
        question: str,
        *,
        model: str,
        k: int,
        where: Mapping[str, str] | None,
        history: Sequence[Turn],
        prompt: str | None,
    ) -> Answer:
        """Answer one question after the turns of ``history``."""

    def search(self, query: str, *, k: int, where: Mapping[str, str] | None) -> Sequence[Hit]:
        """Find passages without answering."""


class Watcher(Protocol):
    """Is told how the runs go: a live table, or lines."""

    def begin(self, run: str, done: int, total: int) -> None:
        """A run starts, with ``done`` cases found in the log."""

    def case_done(self, run: str, case: Case, outcome: Outcome) -> None:
        """A case was answered, or failed."""


def ask_suite(
    suite: Suite,
    runs: Mapping[str, RunSettings],
    answers: Asks,
    names: Mapping[str, str],
    log: OutcomeLog,
    watcher: Watcher,
) -> None:
    """Ask every case of every run that the log does not hold yet, in order, and write each outcome at once.

    Raises ModelError where a model is not there, and where it works for none of its cases so far.
    """
    known = {(outcome.run, outcome.case) for outcome in log.found if outcome.error is None}
    left = {run: [case for case in suite.cases if (run, case.id) not in known] for run in runs}
    if not suite.retrieval_only:
        for model in dict.fromkeys(settings.model for run, settings in runs.items() if left[run]):
            answers.check(model)
    for run, settings in runs.items():
        done = len(suite.cases) - len(left[run])
        reset_peak_memory()
        if left[run] and not suite.retrieval_only:
            answers.warm(settings.model)
        watcher.begin(run, done, len(suite.cases))
        for case in left[run]:
            outcome = ask_case(suite, case, run, settings, answers, names, has_worked=done > 0)
            log.write(outcome)
            done += outcome.error is None
            watcher.case_done(run, case, outcome)


def ask_case(
    suite: Suite,
    case: Case,
    run: str,
    settings: RunSettings,
    answers: Asks,
    names: Mapping[str, str],
    *,
    has_worked: bool,
) -> Outcome:
    """Ask one case. Whatever goes wrong becomes the outcome's error, with the log told where.

    Raises ModelNotFound, and ModelUnusable unless the model ``has_worked`` for another case.
    """
    where = {"published": f"<={case.as_of.isoformat()}"} if case.as_of else None
    started = time.perf_counter()
    try:
        if suite.retrieval_only:
            hits = answers.search(case.question, k=settings.k, where=where)
            return _retrieved(run, case, hits, names, time.perf_counter() - started)
        answer = answers.ask(
            case.question,
            model=settings.model,
            k=settings.k,
            where=where,
            history=suite.history(case),
            prompt=settings.prompt,
        )
    except Exception as error:
        if isinstance(error, ModelNotFound) or (isinstance(error, ModelUnusable) and not has_worked):
            raise
        if not isinstance(error, AskdocsError):
            logger.exception("case %s of run %s failed", case.id, run)
        failure = Failure(type=type(error).__name__, message=str(error))
        cost = Cost(seconds=time.perf_counter() - started, peak_memory=peak_memory())
        return Outcome(run=run, case=case.id, question=case.question, error=failure, cost=cost)
    outcome = Outcome.of(run, case.id, answer, names, peak_memory())
    return outcome.model_copy(update={"question": case.question})


def _retrieved(run: str, case: Case, hits: Sequence[Hit], names: Mapping[str, str], seconds: float) -> Outcome:
    places = tuple(
        Place(
            article=names.get(hit.chunk.article_id, hit.source),
            chunk=hit.chunk.id,
            start=hit.chunk.start,
            end=hit.chunk.end,
        )
        for hit in hits
    )
    cost = Cost(seconds=seconds, peak_memory=peak_memory())
    return Outcome(run=run, case=case.id, question=case.question, abstained=True, hits=places, cost=cost)


def reset_peak_memory() -> None:
    """Start counting the process's peak memory anew, where the system allows it (Linux: proc(5), clear_refs)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        logger.debug("peak memory cannot be reset here; it counts from the start of the process")


def peak_memory() -> float:
    """The process's peak resident memory in MiB."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except OSError:
        logger.debug("no /proc here; peak memory is taken from getrusage")
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
