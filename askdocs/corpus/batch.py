"""Many questions at once: retrieved first, then read in an order in which neighbours share their prompts' beginning."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from askdocs.answering.composer import Composer, nothing_found
from askdocs.core.answers import Answer
from askdocs.core.articles import Hit
from askdocs.core.decoding import Reading
from askdocs.corpus.ask_options import Plan, Question, calibration_of, timed
from askdocs.reading.model_pool import Job, Reader, Stopped

if TYPE_CHECKING:
    from askdocs.corpus.answerer import Asking

BATCH = 6  # questions handed to the model at a time; others that ask it get their turn in between


class _Asked(NamedTuple):
    """A question with its hits and the seconds that finding them took."""

    question: Question
    hits: tuple[Hit, ...]
    seconds: float


def ask_many(corpus: Asking, questions: Sequence[str], plan: Plan) -> list[Answer]:
    """Answer every question; the answers come in the order of the questions.

    A failure cancels the others.
    """
    with corpus._snapshot():
        try:
            asked = [_searched(corpus, question, plan) for question in questions]
            readings = _readings(asked, plan)
            return [_answer(corpus, one, readings.get(i), plan) for i, one in enumerate(asked)]
        finally:
            plan.ended.set()


def _searched(corpus: Asking, question: str, plan: Plan) -> _Asked:
    began = time.perf_counter()
    taken = Question.of(question)
    hits = tuple(corpus.search(taken.searched, k=plan.settings.k, where=plan.where))
    return _Asked(taken, hits, time.perf_counter() - began)


def _readings(asked: Sequence[_Asked], plan: Plan) -> dict[int, Reading]:
    """The reading of every question with hits, by its place."""
    with_hits = [i for i, one in enumerate(asked) if one.hits]
    order = sorted(with_hits, key=lambda i: [hit.chunk.id for hit in asked[i].hits])
    batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    found: dict[int, Reading] = {}
    for batch in batches:
        job = _submit([asked[i] for i in batch], plan)
        found.update(zip(batch, job.result(), strict=True))
    return found


def _submit(batch: Sequence[_Asked], plan: Plan) -> Job[list[Reading]]:
    pairs = [(one.question.searched, one.hits) for one in batch]

    def read(reader: Reader, stopped: Stopped) -> list[Reading]:
        return reader.read_many(pairs, prompt=plan.settings.prompt, stopped=stopped)

    return plan.submit(read, times=len(batch))


def _answer(corpus: Asking, one: _Asked, reading: Reading | None, plan: Plan) -> Answer:
    calibration = calibration_of(corpus.path, plan.name)
    if reading is None:
        answer = nothing_found(one.question.searched, plan.name, plan.threshold(calibration))
    else:
        composer = Composer(one.question.searched, reading, one.hits, calibration, corpus.article)
        answer = composer.compose(plan.name, plan.settings.threshold)
    spent = one.seconds + answer.timings.prompt + answer.timings.prefill + answer.timings.decode
    return timed(answer, one.question.asked, retrieve=one.seconds, load=0.0, total=spent)
