"""Asks the questions of a table of every article, and keeps what was answered as it goes.

The questions of one article are handed to the model together, while the passages of the next are found. They read the
same passages in the same order, so that their prompts begin alike. What was answered is on disk before the next
article is looked at: after Ctrl-C, or a kill, the same table goes on from there.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from askdocs.answering.calibration import calibration_for
from askdocs.answering.composer import under_threshold
from askdocs.core.answers import Answer, Usage
from askdocs.core.articles import Article
from askdocs.core.decoding import Reading
from askdocs.core.errors import AskdocsError
from askdocs.corpus.answerer import Answerer
from askdocs.corpus.article_table.cells import hash_of, kept_part, moved_to
from askdocs.corpus.article_table.passages import ArticleChunks, ArticlePassages
from askdocs.corpus.article_table.way_of_asking import way_of_asking
from askdocs.corpus.ask_options import AskOptions, ModelRequest, Question
from askdocs.corpus.searcher import Retrieval
from askdocs.reading.model_pool import Job
from askdocs.reading.reader import Reader, Stopped
from askdocs.reading.reranked import RerankedReader
from askdocs.storage.reader import Store
from askdocs.storage.table_answers import KeptAnswers

TOGETHER = 6  # questions handed to the model at a time; others that ask it get their turn in between
_WAITING = 2  # such handfuls in the model's queue, so that it never waits for passages
_log = logging.getLogger(__name__)
Tick = Callable[[int, int], object]


class AskedArticle(NamedTuple):
    """An article, its text left out, with what it answers to each question, or the words of what went wrong."""

    article: Article
    answers: dict[str, Answer | str]


class AskedTable(NamedTuple):
    """Every article of a table; how many cells were asked and how many were known, and what asking cost."""

    articles: list[AskedArticle]
    asked: int
    kept: int
    usage: Usage


class _Handful(NamedTuple):
    """Some questions to one article, with what was found for each, and their place in the model's queue."""

    to: AskedArticle
    key: bytes
    way: bytes
    questions: list[Question]
    retrievals: list[Retrieval]
    job: Job[list[Reading]] | None


class TableRun:
    """One run over the articles. ``tick`` is told how many cells are done, of how many."""

    def __init__(
        self, folder: Path, answerer: Answerer, questions: Sequence[str], options: AskOptions, tick: Tick, again: bool
    ) -> None:
        self._folder = folder
        self._answerer = answerer
        self._questions = {question: Question.of(question) for question in questions}
        self._options = options
        calibrated = calibration_for(folder, options.model_name)
        self._calibration = calibrated
        # Most articles answer none of the questions: where that is plain at a glance, the model is not asked. Not for
        # those who want to see what is under the calibrated threshold.
        given = options.settings.threshold
        self._glances = given is None or given >= calibrated.threshold
        self._tick = tick
        self._again = again
        self._request = ModelRequest(options)
        self._waiting: deque[_Handful] = deque()
        self._articles: list[AskedArticle] = []
        self._total = self._done = self._known = 0
        self._usage = Usage()

    def run(self) -> AskedTable:
        """Ask. One state of the corpus serves all. Errors as for ``Corpus.table``."""
        # A model of the caller's own has no name that would mean the same tomorrow.
        lasting = isinstance(self._options.model, str)
        self._kept = KeptAnswers.open(self._folder) if lasting else KeptAnswers.nowhere()
        try:
            with self._answerer.searcher.snapshot() as store:
                self._ask_each(store)
        finally:
            self._request.end()
            if self._kept.trouble:
                _log.warning("%s", self._kept.trouble)
            self._kept.close()
        return AskedTable(self._articles, self._done - self._known, self._known, self._usage)

    def _ask_each(self, store: Store) -> None:
        numbers = store.article_numbers(self._options.where)
        self._total = len(numbers) * len(self._questions)
        self._tick(0, self._total)
        self._passages = ArticlePassages(self._answerer.searcher, store, self._options.settings.k)
        embedder = store.fingerprint()
        self._ways = {
            of_tables: way_of_asking(self._folder, self._options, embedder, of_tables=of_tables, glances=self._glances)
            for of_tables in (False, True)
        }
        seen: set[bytes] = set()
        for number in numbers:
            seen.add(self._begin(store, number))
            while len(self._waiting) > _WAITING:
                self._finish(self._waiting.popleft())
        while self._waiting:
            self._finish(self._waiting.popleft())
        if not self._options.where:
            self._kept.forget_others(seen)

    # -- one article

    def _begin(self, store: Store, number: int) -> bytes:
        """Take what is known of an article and put the rest into the model's queue; gives the hash of the article."""
        try:
            article = store.article_numbered(number)
            chunks = self._passages.chunks(number, article)
        except AskdocsError as error:  # what is lost of one article is not to hide what the others say
            row = store.unchecked_article_row(number)
            source = str(row.source) if row else f"article {number}"
            lost = Article(id=str(row.id) if row else "", source=source, title="", text="")
            self._articles.append(AskedArticle(lost, dict.fromkeys(self._questions, str(error))))
            self._progress(len(self._questions))
            return b""
        asked = AskedArticle(article.model_copy(update={"text": "", "tables": (), "pages": ()}), {})
        self._articles.append(asked)
        key, way = hash_of(article), self._ways[bool(article.tables)]
        asked.answers.update(self._known_answers(store, key, way, chunks))
        self._known += len(asked.answers)
        self._progress(len(asked.answers))
        missing = [question for text, question in self._questions.items() if text not in asked.answers]
        for start in range(0, len(missing), TOGETHER):
            self._queue(asked, key, way, missing[start : start + TOGETHER], chunks)
        return key

    def _known_answers(
        self, store: Store, key: bytes, way: bytes, chunks: ArticleChunks
    ) -> Iterator[tuple[str, Answer]]:
        stored = {} if self._again else self._kept.of(key, way)
        wanted = [question for question in self._questions if question in stored]
        if not wanted:
            return
        in_article = [one.chunk for one in store.chunks([*chunks.prose, *chunks.tables]).values()]
        in_article.sort(key=lambda chunk: chunk.start)
        for question in wanted:
            try:
                answer = Answer.model_validate_json(stored[question])
            except ValidationError:  # written by a version between two releases
                continue
            answer = moved_to(answer, chunks.article, in_article)
            if not chunks.article.tables:
                analysis = self._questions[question].analysis
                answer = under_threshold(answer, self._options.threshold(self._calibration, analysis))
            yield question, answer
        self._kept.used(key, way, wanted)

    def _queue(
        self, to: AskedArticle, key: bytes, way: bytes, questions: list[Question], chunks: ArticleChunks
    ) -> None:
        try:
            retrievals = [self._passages.retrieve(question.text, chunks) for question in questions]
        except AskdocsError as error:
            to.answers.update(dict.fromkeys((question.typed for question in questions), str(error)))
            self._progress(len(questions))
            return
        handful = _Handful(to, key, way, questions, retrievals, None)
        self._waiting.append(handful._replace(job=self._submitted(handful)))

    def _submitted(self, handful: _Handful) -> Job[list[Reading]] | None:
        """Queue what has passages; ``None`` where nothing has. Raises ModelError where the model cannot be loaded."""
        pairs = [
            (question.analysis, retrieval.prose)
            for question, retrieval in zip(handful.questions, handful.retrievals, strict=True)
            if retrieval.prose
        ]
        if not pairs:
            return None
        if not self._request.model.is_loaded:
            self._request.model.load().result()
        prompt = self._options.settings.prompt

        def read(reader: Reader, stopped: Stopped) -> list[Reading]:
            if self._glances and isinstance(reader, RerankedReader):
                return reader.read_promising(pairs, prompt=prompt, stopped=stopped)
            return reader.read_many(pairs, prompt=prompt, stopped=stopped)

        # The time of those in front in the queue counts as well.
        return self._request.submit(read, questions=len(pairs) + TOGETHER * len(self._waiting), patient=True)

    def _finish(self, handful: _Handful) -> None:
        """Wait for the readings of a handful, and keep the answers that they come to."""
        try:
            readings = iter(handful.job.result()) if handful.job else iter(())
            answers = [
                self._answerer.compose(question, retrieval, next(readings) if retrieval.prose else None, self._options)
                for question, retrieval in zip(handful.questions, handful.retrievals, strict=True)
            ]
        except Exception as error:
            self._failed(handful, error)
            return
        kept: list[tuple[str, str]] = []
        for question, answer in zip(handful.questions, answers, strict=True):
            self._usage += answer.usage
            part = kept_part(answer).model_copy(update={"question": question.typed})
            handful.to.answers[question.typed] = part
            kept.append((question.typed, part.model_dump_json()))
        self._kept.keep(handful.key, handful.way, kept)
        self._progress(len(answers))

    def _failed(self, handful: _Handful, error: Exception) -> None:
        """Ask the questions of a handful one by one, so that one that fails costs its own cell alone."""
        if self._request.cancelled():
            raise error
        if len(handful.questions) > 1:
            for question, retrieval in zip(handful.questions, handful.retrievals, strict=True):
                alone = handful._replace(questions=[question], retrievals=[retrieval])
                self._finish(alone._replace(job=self._submitted(alone)))
            return
        asked = handful.questions[0].typed
        unforeseen = "" if isinstance(error, AskdocsError) else f"{type(error).__name__}: "
        _log.warning("%s: no answer: %s%s", handful.to.article.source, unforeseen, error, exc_info=bool(unforeseen))
        handful.to.answers[asked] = f"{unforeseen}{error}"
        self._progress(1)

    def _progress(self, more: int) -> None:
        self._done += more
        self._tick(self._done, self._total)
