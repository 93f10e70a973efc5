"""The way of a question, from top to bottom: retrieve -> pack -> read -> score -> judge -> cite -> calibrate.

- retrieve: :meth:`Searcher.retrieve` finds passages and their articles in one state of the corpus;
- pack, read, score: the reader, in the thread that owns the model, packs the prompt, decodes under the grammar of
  answers, and scores the answers (``askdocs/reading``);
- judge, cite, calibrate: :class:`Composer` chooses among the answers, locates their words and says how probable it is
  that they are right (``askdocs/answering``).
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from askdocs.answering.calibration import calibration_for
from askdocs.answering.cell_answers import table_answer, with_cells
from askdocs.answering.composer import Composer, nothing_found
from askdocs.answering.languages_read import held_to_english, reads_only_english
from askdocs.core.answers import Answer, Answered, Event, Explanation, Retrieved, Token
from askdocs.core.articles import Hit
from askdocs.core.decoding import Reading
from askdocs.corpus.ask_options import AskOptions, ModelRequest, Question
from askdocs.corpus.following import followed
from askdocs.corpus.prose import in_prose
from askdocs.corpus.prose_summary import rewritten_summary
from askdocs.corpus.searcher import Retrieval, Searcher, distinct
from askdocs.corpus.whole_questions import answer_whole, is_whole
from askdocs.reading.cells.cell_candidates import FoundTable, found_table
from askdocs.reading.cells.cell_reader import CellReader
from askdocs.reading.cells.cell_scorer import shipped_scorer
from askdocs.reading.cells.label_vectors import LabelVectors
from askdocs.reading.model_pool import Job, bundled_span_scorer
from askdocs.reading.reader import Reader, Stopped
from askdocs.text.languages import other_language

Result = TypeVar("Result")


class Answerer:
    """Answers questions from what a searcher finds. ``path`` is the corpus's folder, which may hold a calibration."""

    def __init__(self, path: Path, searcher: Searcher) -> None:
        self.path = path
        self.searcher = searcher

    def ask(self, question: str, options: AskOptions) -> Answer:
        """The answer to one question. Errors as for ``Corpus.ask``."""
        *_, last = self.stream(question, options)
        assert isinstance(last, Answered)
        return last.answer

    def stream(self, question: str, options: AskOptions) -> Iterator[Event]:
        """The events of answering one question; leaving the iterator early cancels it."""
        request, taken = ModelRequest(options), Question.of(question, options.history)
        began, loaded_before = time.perf_counter(), request.model.is_loaded
        if not is_whole(taken):
            request.model.load()  # in its own thread, while this one searches
        whole = answer_whole(self, taken, options)
        if whole is not None:
            yield Retrieved(hits=whole.hits)
            try:
                if whole.form == "summary" and request.writes_prose:
                    whole = yield from rewritten_summary(whole, request, taken, self.searcher.article)
            finally:
                request.end()
            spent = time.perf_counter() - began
            yield Answered(answer=with_times(whole, taken, retrieve=whole.timings.retrieve, load=0.0, total=spent))
            return
        retrieval = self.retrieve(taken, options)
        retrieved = time.perf_counter() - began
        yield Retrieved(hits=retrieval.hits)
        try:
            if request.writes_prose:
                answer = self.compose(taken, retrieval, self.read(request, taken, retrieval), options)
                answer = yield from in_prose(answer, request, taken, retrieval)
            else:
                reading = yield from _read_streaming(request, taken, retrieval.prose)
                answer = self.compose(taken, retrieval, reading, options)
        finally:
            request.end()
        load = 0.0 if loaded_before else request.model.load_seconds
        spent = time.perf_counter() - began
        yield Answered(answer=with_times(answer, taken, retrieve=retrieved, load=load, total=spent))

    # -- the stages

    def retrieve(self, question: Question, options: AskOptions) -> Retrieval:
        """The passages to answer from; none is given to a model that cannot read the question."""
        found = self.searcher.retrieve(question.text, options.settings.k, options.where)
        held = self._reads_only_english(options) and options.settings.threshold != 0
        return found.model_copy(update={"prose": ()}) if held and other_language(question.text) else found

    def read(self, request: ModelRequest, question: Question, retrieval: Retrieval) -> Reading | None:
        """What the model makes of the passages; ``None`` where there are none."""
        if not retrieval.prose:
            request.model.load().result()
            return None
        return _submit(request, question, retrieval.prose, lambda text: None).result()

    def compose(self, question: Question, retrieval: Retrieval, reading: Reading | None, options: AskOptions) -> Answer:
        """The answer that a reading of the prose comes to, judged, cited and calibrated, or that of the tables.

        Of a bundled model, which reads English, an abstention where question or passages are in another language.
        """
        answer = self._composed(question, retrieval, reading, options)
        if self._reads_only_english(options):
            return held_to_english(answer, question.text, retrieval.hits)
        return answer

    def _reads_only_english(self, options: AskOptions) -> bool:
        model = options.model
        return isinstance(model, str) and reads_only_english(model, lambda: self.searcher.embedder().fingerprint.name)

    def _composed(
        self, question: Question, retrieval: Retrieval, reading: Reading | None, options: AskOptions
    ) -> Answer:
        calibration = calibration_for(self.path, options.model_name)
        if reading is None:
            prose = nothing_found(question.text, options.model_name, options.threshold(calibration, question.analysis))
        else:
            composer = self._composer(question, retrieval, reading, options)
            prose = composer.compose(options.model_name, options.settings.threshold)
        if not retrieval.tables:
            return prose
        reader = self._cell_reader
        threshold = reader.scorer.threshold if options.settings.threshold is None else options.settings.threshold
        found = table_answer(question.analysis, _found_tables(retrieval), reader)
        answer = with_cells(prose, found, threshold)
        return answer.model_copy(update={"hits": _shown_hits(answer, retrieval)})

    def _composer(self, question: Question, retrieval: Retrieval, reading: Reading, options: AskOptions) -> Composer:
        calibration = calibration_for(self.path, options.model_name)
        return Composer(question.analysis, reading, retrieval.prose, calibration, retrieval.articles.__getitem__)

    @functools.cached_property
    def _cell_reader(self) -> CellReader:
        return CellReader(shipped_scorer(), LabelVectors(self.searcher.embedder()), bundled_span_scorer())

    # -- other ways of asking

    def explain(self, question: str, options: AskOptions) -> Explanation:
        """Answer once more and say why: the prompt, the probability of each token, the features of the confidence."""
        request, taken = ModelRequest(options), Question.of(question, options.history)
        whole = answer_whole(self, taken, options)
        if whole is not None:  # which no reading of one prompt comes to
            whole = whole.model_copy(update={"question": taken.typed})
            return Explanation(answer=whole, rewritten=taken.text, prompt="", tokens=(), features={}, unanswerable=0.0)
        retrieval = self.retrieve(taken, options)
        try:
            reading = self.read(request, taken, retrieval)
        finally:
            request.end()
        answer = self.compose(taken, retrieval, reading, options).model_copy(update={"question": taken.typed})
        if reading is None:
            return Explanation(answer=answer, rewritten=taken.text, prompt="", tokens=(), features={}, unanswerable=0.0)
        composer = self._composer(taken, retrieval, reading, options)
        chosen = composer.candidate()
        best = reading.decoding.answers[0].probabilities if reading.decoding.answers else ()
        return Explanation(
            answer=answer,
            rewritten=taken.text,
            prompt=reading.prompt,
            tokens=tuple(zip((*reading.token_texts, "<end>"), best, strict=False)),
            features=composer.judge(chosen).features if chosen else {},
            unanswerable=reading.decoding.unanswerable,
        )

    def warm(self, options: AskOptions) -> None:
        """Load the model and the embedder, so that the first question does not wait for them. Raises ModelError."""
        loading = ModelRequest(options).model.load()
        self.searcher.search("warm", k=1)
        loading.result()


def _shown_hits(answer: Answer, retrieval: Retrieval) -> tuple[Hit, ...]:
    """The hits of a question, and those of the tables that the answer cites."""
    cited = {citation.chunk_id for citation in answer.citations}
    of_tables = (hit for table in retrieval.tables for hit in table.hits if hit.chunk.id in cited)
    return distinct((*retrieval.hits, *of_tables))


def _found_tables(retrieval: Retrieval) -> list[FoundTable]:
    return [
        found_table(one.table, one.hits, retrieval.articles[one.hits[0].chunk.article_id]) for one in retrieval.tables
    ]


async def in_thread(work: Callable[[], Result], cancel: Callable[[], None]) -> Result:
    """Work done in a thread, without blocking the event loop; cancelling the task calls ``cancel`` and waits."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # looked at, or asyncio would complain that nobody did
        raise


def with_times(answer: Answer, question: Question, *, retrieve: float, load: float, total: float) -> Answer:
    """The answer with the question as it was typed, and with the seconds that were spent outside the model."""
    timings = answer.timings.model_copy(
        update={
            "retrieve": retrieve,
            "first_token": retrieve + answer.timings.first_token,
            "load": load,
            "total": total,
        }
    )
    return answer.model_copy(update={"question": question.typed, "timings": timings})


def _read_streaming(
    request: ModelRequest, question: Question, hits: Sequence[Hit]
) -> Generator[Token, None, Reading | None]:
    """``Answerer.read``, which gives the words as they become certain and returns the reading at the end."""
    if not hits:
        request.model.load().result()
        return None
    return (yield from followed(lambda show: _submit(request, question, hits, show)))


def _submit(
    request: ModelRequest, question: Question, hits: Sequence[Hit], show: Callable[[str], None]
) -> Job[Reading]:
    """Queue a question; ``show`` gets the words so far."""
    prompt = request.options.settings.prompt

    def read(reader: Reader, stopped: Stopped) -> Reading:
        return reader.read(question.analysis, hits, prompt=prompt, progress=show, stopped=stopped)

    return request.submit(read)
