"""The way of a question, one call a stage: retrieve, read, judge and cite. ``Corpus`` inherits ``Asking``."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

from pydantic import BaseModel

from askdocs.answering import Composer, nothing_found
from askdocs.confidence import Calibration, load_calibrations
from askdocs.errors import AnswerTimeout
from askdocs.followup import rewrite
from askdocs.loaded import LoadedModel, Reader, loaded_model
from askdocs.prompts import Turn
from askdocs.settings import Settings, load_settings
from askdocs.types import (
    Answer,
    Answered,
    Article,
    Event,
    Explanation,
    Generator,
    Hit,
    Model,
    Reading,
    Retrieved,
    Timings,
    Token,
)

if TYPE_CHECKING:
    from askdocs.chat import Chat
    from askdocs.typed import TypedAnswer

Where = Mapping[str, Any]
History = Sequence[tuple[str, str] | Turn]
Filled = TypeVar("Filled", bound=BaseModel)
CALIBRATION = "calibration.json"  # beside a corpus, when it has its own


class Question(Model):
    """A question as it is asked: as typed, and as it is searched for."""

    asked: str
    searched: str


class Plan:
    """What one call of ``ask`` was given, with the settings filled in."""

    def __init__(
        self, model: str | Generator | None = None, k: int | None = None, where: Where | None = None,
        threshold: float | None = None, timeout: float | None = None, prompt: str | None = None,
        cancel: threading.Event | None = None,
    ) -> None:  # fmt: skip
        self.settings: Settings = load_settings(k=k, timeout=timeout, prompt=prompt, threshold=threshold)
        self.model = model or self.settings.model
        self.where = where
        self.cancel = cancel or threading.Event()

    @property
    def name(self) -> str:
        return self.model if isinstance(self.model, str) else self.model.name

    def loaded(self) -> LoadedModel:
        return loaded_model(self.model, self.settings)

    def threshold(self, calibration: Calibration) -> float:
        return calibration.threshold if self.settings.threshold is None else self.settings.threshold


class Asking:
    """Answers questions; what it needs of a corpus is the search, the articles and one state of both."""

    path: Path

    if TYPE_CHECKING:

        def search(self, question: str, k: int = 10, where: Where | None = None) -> list[Hit]: ...

        def article(self, article_id: str) -> Article: ...

        def _snapshot(self) -> AbstractContextManager[Any]: ...

    @overload
    def ask(
        self, question: str, *, model: str | Generator | None = ..., k: int | None = ..., where: Where | None = ...,
        threshold: float | None = ..., timeout: float | None = ..., style: str = ..., history: History = ...,
        prompt: str | None = ..., as_: None = ..., cancel: threading.Event | None = ...,
    ) -> Answer: ...  # fmt: skip

    @overload
    def ask(
        self, question: str, *, model: str | Generator | None = ..., k: int | None = ..., where: Where | None = ...,
        threshold: float | None = ..., timeout: float | None = ..., style: str = ..., history: History = ...,
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
        style: str = "span",
        history: History = (),
        prompt: str | None = None,
        as_: type[Filled] | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer | TypedAnswer[Filled]:
        """Answer a question from the articles.

        ``k`` passages are read; ``where`` limits them, as for ``search``. Under ``threshold`` (0 to 1; as calibrated
        unless given) the answer abstains. ``timeout`` is in seconds, loading of the model not counted; ``cancel`` may
        be set from another thread. ``history`` holds earlier questions with the words they were answered with.
        ``as_`` fills a pydantic model instead, a question a field. ``style="prose"`` is experimental.

        Raises:
            QuestionError: the question is empty.
            ModelError: the model cannot be used; AnswerTimeout when time ran out or it was cancelled.
            CorpusError: the corpus cannot be used, or ``where`` cannot be understood.
        """
        options: dict[str, Any] = {"model": model, "k": k, "where": where, "threshold": threshold, "timeout": timeout,
                                   "history": history, "prompt": prompt, "cancel": cancel}  # fmt: skip
        if as_ is not None:
            from askdocs.typed import fill

            return fill(lambda field_question: self.ask(field_question, **options), question, as_)
        if style == "prose":
            from askdocs.prose import ask_prose

            return ask_prose(self, question, **options)
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
        began = time.perf_counter()
        asked = Question(asked=question, searched=_rewritten(question, history))
        with self._snapshot():
            loading = plan.loaded().load()
            hits = tuple(self.search(asked.searched, k=plan.settings.k, where=plan.where))
            retrieved = time.perf_counter() - began
            yield Retrieved(hits=hits)
            calibration = self._calibration(plan.name)
            if not hits:
                loading.result()
                yield Answered(answer=nothing_found(question, plan.name, plan.threshold(calibration)))
                return
            pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
            future = self._submit(plan, asked, hits, pieces.put)
            future.add_done_callback(lambda _: pieces.put(None))
            try:
                shown = ""
                while (text := pieces.get()) is not None:
                    if text.startswith(shown) and len(text) > len(shown):
                        yield Token(text=text[len(shown) :])
                        shown = text
                reading = future.result()
            except BaseException:
                plan.cancel.set()
                raise
            composer = Composer(asked.searched, reading, hits, calibration, self.article)
            answer = composer.compose(plan.name, plan.settings.threshold)
        yield Answered(answer=timed(answer, question, retrieved, time.perf_counter() - began, plan.loaded()))

    def explain(self, question: str, **options: Any) -> Explanation:
        """Answer once more and say why: the prompt, the probability of each token, the features of the confidence."""
        history, threshold = options.pop("history", ()), options.pop("threshold", None)
        plan = Plan(options.get("model"), options.get("k"), options.get("where"), threshold, options.get("timeout"),
                     options.get("prompt"), options.get("cancel"))  # fmt: skip
        asked = Question(asked=question, searched=_rewritten(question, history))
        with self._snapshot():
            hits = tuple(self.search(asked.searched, k=plan.settings.k, where=plan.where))
            calibration = self._calibration(plan.name)
            if not hits:
                answer = nothing_found(question, plan.name, plan.threshold(calibration))
                return Explanation(answer=answer, rewritten=asked.searched, prompt="", tokens=(), features={},
                                   unanswerable=0.0)  # fmt: skip
            reading = self._submit(plan, asked, hits, lambda text: None).result()
            composer = Composer(asked.searched, reading, hits, calibration, self.article)
            answer = composer.compose(plan.name, plan.settings.threshold)
            chosen = composer.candidate()
        best = reading.decoding.answers[0].probabilities if reading.decoding.answers else ()
        return Explanation(
            answer=answer.model_copy(update={"question": question}),
            rewritten=asked.searched,
            prompt=reading.prompt,
            tokens=tuple(zip((*reading.token_texts, "<end>"), best, strict=False)),
            features=composer.judge(chosen).features if chosen else {},
            unanswerable=reading.decoding.unanswerable,
        )

    async def aask(self, question: str, **options: Any) -> Answer:
        """``ask`` without blocking the event loop; cancelling the task cancels the question."""
        cancel = options.pop("cancel", None) or threading.Event()
        call = functools.partial(self.ask, question, cancel=cancel, **options)
        task = asyncio.ensure_future(asyncio.to_thread(call))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            cancel.set()
            with contextlib.suppress(AnswerTimeout):
                await task
            raise

    def ask_many(self, questions: Iterable[str], **options: Any) -> list[Answer]:
        """Answer many questions, order kept; options and errors as for ``ask``, the time limit for each.

        All are retrieved first, then read in an order that lets neighbours share the beginning of their prompts.
        """
        from askdocs.many import ask_many

        return ask_many(self, list(questions), **options)

    def chat(self) -> Chat:
        """Begin a conversation."""
        from askdocs.chat import Chat

        return Chat(self)  # type: ignore[arg-type]  # a Corpus is all that inherits this

    def warm(self, model: str | Generator | None = None) -> None:
        """Load the model and the embedder, so that the first question does not wait for them.

        Raises ModelError.
        """
        plan = Plan(model)
        loading = plan.loaded().load()
        self.search("warm", k=1)
        loading.result()

    # --- the parts ------------------------------------------------------------------------------------------------

    def _submit(self, plan: Plan, asked: Question, hits: Sequence[Hit], show: Callable[[str], None]) -> Future[Reading]:
        def job(reader: Reader) -> Reading:
            return reader.read(asked.searched, hits, prompt=plan.settings.prompt, progress=show)

        return plan.loaded().submit(job, plan.settings.timeout, plan.cancel)

    def _calibration(self, model: str) -> Calibration:
        own = self.path / CALIBRATION
        if own.exists():
            return load_calibrations(own).for_model(model)
        return _shipped().for_model(model)


@functools.lru_cache(maxsize=1)
def _shipped() -> Any:
    return load_calibrations()


def _rewritten(question: str, history: History) -> str:
    turns = [(turn.question, turn.answer) if isinstance(turn, Turn) else tuple(turn) for turn in history]
    return rewrite(question, turns) if turns else question


def timed(answer: Answer, question: str, retrieve: float, total: float, model: LoadedModel) -> Answer:
    timings: Timings = answer.timings.model_copy(
        update={
            "retrieve": retrieve,
            "first_token": retrieve + answer.timings.first_token,
            "load": model.load_seconds,
            "total": total,
        }
    )
    return answer.model_copy(update={"question": question, "timings": timings})
