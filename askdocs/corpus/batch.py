"""Many questions at once: retrieved first, then read in an order in which neighbours share their prompts' beginning."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from askdocs.core.answers import Answer
from askdocs.core.decoding import Reading
from askdocs.core.errors import AskdocsError
from askdocs.corpus.answerer import Answerer, with_times
from askdocs.corpus.ask_options import AskOptions, ModelRequest, Question
from askdocs.corpus.searcher import Retrieval
from askdocs.corpus.whole_questions import is_whole
from askdocs.reading.reader import Reader, Stopped

BATCH = 6  # questions handed to the model at a time; others that ask it get their turn in between


class _Retrieved(NamedTuple):
    """A question with what was found for it and the seconds that it took."""

    question: Question
    retrieval: Retrieval
    seconds: float


def ask_many(answerer: Answerer, questions: Sequence[str], options: AskOptions) -> list[Answer]:
    """Answer every question; the answers come in the order of the questions.

    A failure cancels the others. A model that writes prose is asked one question after the other, and so are
    questions for a list, a summary, a comparison, a count or several things at once, which no reading of one prompt
    answers. Raises AskdocsError for options that one question alone can have.
    """
    if options.history:
        raise AskdocsError("ask_many takes no history; ask such questions with ask()")
    request = ModelRequest(options)
    with answerer.searcher.snapshot():
        try:
            if request.writes_prose:
                return [answerer.ask(question, options) for question in questions]
            taken = [Question.of(question) for question in questions]  # an empty one is refused before any is asked
            whole = [is_whole(one) for one in taken]
            alone = [one for one, is_one in zip(taken, whole, strict=True) if not is_one]
            retrieved = [_retrieve(answerer, one, options) for one in alone]
            readings = _read(retrieved, request)
            spans = (_compose(answerer, one, readings.get(i), options) for i, one in enumerate(retrieved))
            return [
                answerer.ask(one.typed, options) if is_one else next(spans)
                for one, is_one in zip(taken, whole, strict=True)
            ]
        finally:
            request.end()


def _retrieve(answerer: Answerer, question: Question, options: AskOptions) -> _Retrieved:
    began = time.perf_counter()
    return _Retrieved(question, answerer.retrieve(question, options), time.perf_counter() - began)


def _read(retrieved: Sequence[_Retrieved], request: ModelRequest) -> dict[int, Reading]:
    """The reading of every question with hits, by its place."""
    with_hits = [i for i, one in enumerate(retrieved) if one.retrieval.prose]
    order = sorted(with_hits, key=lambda i: [hit.chunk.id for hit in retrieved[i].retrieval.prose])
    readings: dict[int, Reading] = {}
    for start in range(0, len(order), BATCH):
        places = order[start : start + BATCH]
        readings.update(zip(places, _read_batch([retrieved[i] for i in places], request), strict=True))
    return readings


def _read_batch(batch: Sequence[_Retrieved], request: ModelRequest) -> list[Reading]:
    pairs = [(one.question.analysis, one.retrieval.prose) for one in batch]

    def read(reader: Reader, stopped: Stopped) -> list[Reading]:
        return reader.read_many(pairs, prompt=request.options.settings.prompt, stopped=stopped)

    return request.submit(read, questions=len(batch)).result()


def _compose(answerer: Answerer, one: _Retrieved, reading: Reading | None, options: AskOptions) -> Answer:
    answer = answerer.compose(one.question, one.retrieval, reading, options)
    spent = one.seconds + answer.timings.prompt + answer.timings.prefill + answer.timings.decode
    return with_times(answer, one.question, retrieve=one.seconds, load=0.0, total=spent)
