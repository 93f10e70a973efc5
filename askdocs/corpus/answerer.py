"""The way of a question, one call a stage: retrieve, read, judge and cite. ``Corpus`` inherits ``Asking``."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, overload

from pydantic import BaseModel

from askdocs.answering.composer import Composer, nothing_found
from askdocs.core.answers import Answer, Answered, Event, Explanation, Retrieved, Token
from askdocs.core.articles import Article, Hit
from askdocs.core.decoding import Reading
from askdocs.core.errors import AskdocsError, QuestionError
from askdocs.core.protocols import Generator
from askdocs.corpus.ask_options import CALIBRATION as CALIBRATION
from askdocs.corpus.ask_options import Found, History, Options, Plan, Question, Style, Where, calibration_of, timed
from askdocs.reading.model_pool import Job, Reader, Stopped

if TYPE_CHECKING:
    from askdocs.corpus.chat import Chat
    from askdocs.corpus.typed import TypedAnswer

Filled = TypeVar("Filled", bound=BaseModel)
_GLANCE = 0.05  # seconds between two looks at whether a waiting question was given up


class Asking:
    """Answers questions; what it needs of a corpus is the search, the articles and one state of both."""

    path: Path

    if TYPE_CHECKING:

        def search(self, question: str, k: int = 10, where: Where | None = None) -> list[Hit]: ...  # noqa: D102

        def article(self, article_id: str) -> Article: ...  # noqa: D102

        def _snapshot(self) -> AbstractContextManager[Any]: ...

    @overload
    def ask(
        self, question: str, *, model: str | Generator | None = ..., k: int | None = ..., where: Where | None = ...,
        threshold: float | None = ..., timeout: float | None = ..., style: Style = ..., history: History = ...,
        prompt: str | None = ..., as_: None = ..., cancel: threading.Event | None = ...,
    ) -> Answer: ...  # fmt: skip

    @overload
    def ask(
        self, question: str, *, model: str | Generator | None = ..., k: int | None = ..., where: Where | None = ...,
        threshold: float | None = ..., timeout: float | None = ..., style: Style = ..., history: History = ...,
        prompt: str | None = ..., as_: type[Filled], cancel: threading.Event | None = ...,
    ) -> TypedAnswer[Filled]: ...  # fmt: skip

    def ask(
        self,
        question: str,
        *,
        model: str | Generator | None = None,
        k: int | None = None,
        where: Where | None = None,
        threshold: float | None = None,
        timeout: float | None = None,
        style: Style = "span",
        history: History = (),
        prompt: str | None = None,
        as_: type[Filled] | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer | TypedAnswer[Filled]:
        """Answer a question from the articles.

        ``k`` passages are found to answer from; ``where`` limits them, as for ``search``. Under ``threshold`` (0 to 1;
        as calibrated unless given) the answer abstains. ``timeout`` is in seconds, loading of the model not counted;
        ``cancel`` may be set from another thread. ``history`` holds earlier questions with the words they were
        answered with. ``as_`` fills a pydantic model instead, a question a field. ``style="prose"`` is experimental.

        Raises:
            QuestionError: the question is empty.
            AskdocsError: an option is not what it should be, or a field of ``as_`` is of a type words cannot fill.
            ModelError: the model cannot be used; AnswerTimeout when time ran out or it was cancelled.
            CorpusError: the corpus cannot be used, or ``where`` cannot be understood.
        """
        options: dict[str, Any] = {"model": model, "k": k, "where": where, "threshold": threshold, "timeout": timeout,
                                   "history": history, "prompt": prompt, "cancel": cancel}  # fmt: skip
        if style not in ("span", "prose"):
            raise AskdocsError(f'style="{style}": there is "span" and "prose"')
        if as_ is not None:
            from askdocs.corpus.typed import fill

            return fill(lambda field_question: self.ask(field_question, **options), question, as_)
        if style == "prose":
            from askdocs.corpus.prose import ask_prose

            plan = Plan(model, k, where, threshold, timeout, prompt, cancel)
            return ask_prose(self, Question.of(question, history), plan)
        for event in self.stream(question, **options):
            if isinstance(event, Answered):
                return event.answer
        raise AssertionError("a stream ends with its answer")

    def stream(
        self,
        question: str,
        *,
        model: str | Generator | None = None,
        k: int | None = None,
        where: Where | None = None,
        threshold: float | None = None,
        timeout: float | None = None,
        history: History = (),
        prompt: str | None = None,
        cancel: threading.Event | None = None,
    ) -> Iterator[Event]:
        """The events of answering: ``Retrieved``, then ``Token`` as words become certain, then ``Answered``.

        Options and errors as for ``ask``. Leaving the iterator early cancels the question.
        """
        plan = Plan(model, k, where, threshold, timeout, prompt, cancel)
        asked = Question.of(question, history)
        began, loaded = time.perf_counter(), plan.model.is_loaded
        plan.model.load()  # in its own thread, while this one searches
        found = self._found(plan, asked.searched)
        retrieved = time.perf_counter() - began
        yield Retrieved(hits=found.hits)
        if found.hits:
            pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
            job = _submit(plan, asked, found, pieces.put)
            try:
                yield from _tokens(job, pieces)
                answer = self._composer(plan, asked, found, job.result()).compose(plan.name, plan.settings.threshold)
            finally:
                plan.ended.set()
        else:
            answer = self._answered(plan, asked, found)
        load = 0.0 if loaded else plan.model.load_seconds
        spent = time.perf_counter() - began
        yield Answered(answer=timed(answer, asked.asked, retrieve=retrieved, load=load, total=spent))

    def explain(
        self,
        question: str,
        *,
        model: str | Generator | None = None,
        k: int | None = None,
        where: Where | None = None,
        threshold: float | None = None,
        timeout: float | None = None,
        history: History = (),
        prompt: str | None = None,
        cancel: threading.Event | None = None,
    ) -> Explanation:
        """Answer once more and say why: the prompt, the probability of each token, the features of the confidence.

        Options and errors as for ``ask``.
        """
        plan = Plan(model, k, where, threshold, timeout, prompt, cancel)
        asked = Question.of(question, history)
        found = self._found(plan, asked.searched)
        if not found.hits:
            limit = plan.threshold(calibration_of(self.path, plan.name))
            answer = nothing_found(asked.asked, plan.name, limit)
            return Explanation(answer=answer, rewritten=asked.searched, prompt="", tokens=(), features={},
                               unanswerable=0.0)  # fmt: skip
        try:
            reading = _submit(plan, asked, found, lambda text: None).result()
        finally:
            plan.ended.set()
        composer = self._composer(plan, asked, found, reading)
        answer, chosen = composer.compose(plan.name, plan.settings.threshold), composer.candidate()
        best = reading.decoding.answers[0].probabilities if reading.decoding.answers else ()
        return Explanation(
            answer=answer.model_copy(update={"question": asked.asked}),
            rewritten=asked.searched,
            prompt=reading.prompt,
            tokens=tuple(zip((*reading.token_texts, "<end>"), best, strict=False)),
            features=composer.judge(chosen).features if chosen else {},
            unanswerable=reading.decoding.unanswerable,
        )

    @overload
    async def aask(self, question: str, *, as_: None = ..., **options: Unpack[Options]) -> Answer: ...

    @overload
    async def aask(
        self, question: str, *, as_: type[Filled], **options: Unpack[Options]
    ) -> TypedAnswer[Filled]: ...  # fmt: skip

    async def aask(self, question: str, *, as_: type[Any] | None = None, **options: Unpack[Options]) -> Any:
        """``ask`` without blocking the event loop; cancelling the task cancels the question."""
        cancel = options.get("cancel") or threading.Event()
        options["cancel"] = cancel
        task = asyncio.ensure_future(asyncio.to_thread(lambda: self.ask(question, as_=as_, **options)))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            cancel.set()
            await asyncio.wait([task])
            if not task.cancelled():
                task.exception()  # looked at, or asyncio would complain that nobody did
            raise

    def ask_many(
        self,
        questions: Iterable[str],
        *,
        model: str | Generator | None = None,
        k: int | None = None,
        where: Where | None = None,
        threshold: float | None = None,
        timeout: float | None = None,
        prompt: str | None = None,
        cancel: threading.Event | None = None,
    ) -> list[Answer]:
        """Answer many questions, order kept; options and errors as for ``ask``, the time limit for each.

        All are retrieved first, then read a few at a time, in an order that lets neighbours share the beginning of
        their prompts. One state of the corpus serves them all.
        """
        from askdocs.corpus.batch import ask_many

        if isinstance(questions, str):  # whose letters would be asked one by one
            raise QuestionError("ask_many takes a list of questions; ask one with ask()")
        return ask_many(self, list(questions), Plan(model, k, where, threshold, timeout, prompt, cancel))

    def chat(self) -> Chat:
        """Begin a conversation."""
        from askdocs.corpus.chat import Chat

        with self._snapshot():  # which says so where the corpus was closed
            return Chat(self)  # type: ignore[arg-type]  # a Corpus is all that inherits this

    def warm(self, model: str | Generator | None = None) -> None:
        """Load the model and the embedder, so that the first question does not wait for them.

        Raises ModelError.
        """
        loading = Plan(model).model.load()
        self.search("warm", k=1)
        loading.result()

    def _found(self, plan: Plan, searched: str) -> Found:
        """The hits and their articles, so that nothing of the corpus is held while the model reads."""
        with self._snapshot():
            hits = tuple(self.search(searched, k=plan.settings.k, where=plan.where))
            return Found(hits=hits, articles={i: self.article(i) for i in {hit.chunk.article_id for hit in hits}})

    def _answered(self, plan: Plan, asked: Question, found: Found) -> Answer:
        """The answer from what was found. Raises as ``ask`` does."""
        if not found.hits:
            plan.model.load().result()
            return nothing_found(asked.searched, plan.name, plan.threshold(calibration_of(self.path, plan.name)))
        reading = _submit(plan, asked, found, lambda text: None).result()
        return self._composer(plan, asked, found, reading).compose(plan.name, plan.settings.threshold)

    def _composer(self, plan: Plan, asked: Question, found: Found, reading: Reading) -> Composer:
        calibration = calibration_of(self.path, plan.name)
        return Composer(asked.searched, reading, found.hits, calibration, found.articles.__getitem__)


def _submit(plan: Plan, asked: Question, found: Found, show: Callable[[str | None], None]) -> Job[Reading]:
    """Queue a question; ``show`` gets the words so far, and None at the end."""

    def read(reader: Reader, stopped: Stopped) -> Reading:
        return reader.read(asked.searched, found.hits, prompt=plan.settings.prompt, progress=show, stopped=stopped)

    job = plan.submit(read)
    job.future.add_done_callback(lambda _: show(None))
    return job


def _tokens(job: Job[Reading], pieces: queue.SimpleQueue[str | None]) -> Iterator[Token]:
    """What is new in each text shown, until the job is done. Raises AnswerTimeout."""
    shown = ""
    while True:
        try:
            text = pieces.get(timeout=_GLANCE)
        except queue.Empty:
            job.look()
            continue
        if text is None:
            return
        if len(text) > len(shown) and text.startswith(shown):
            yield Token(text=text[len(shown) :])
            shown = text
