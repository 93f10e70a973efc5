"""What one call of ``ask`` was given: the question as it is searched for, the options with the settings filled in."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, TypedDict, TypeVar

from askdocs.answering.calibration import Calibration, Calibrations, load_calibrations
from askdocs.conversation.rewriter import rewrite
from askdocs.core import validation
from askdocs.core.answers import Answer, Turn
from askdocs.core.articles import Article, Hit
from askdocs.core.base import Model
from askdocs.core.protocols import Generator
from askdocs.core.settings import Settings, load_settings
from askdocs.reading.model_pool import Job, LoadedModel, Reader, Stopped, loaded_model
from askdocs.retrieval.hybrid import condense
from askdocs.storage.filters import Where as Where

History = Sequence[tuple[str, str] | Turn]
Style = Literal["span", "prose"]
Result = TypeVar("Result")
CALIBRATION = "calibration.json"  # beside a corpus, when it has its own


class StreamOptions(TypedDict, total=False):
    """The options of ``Corpus.stream``."""

    model: str | Generator | None
    k: int | None
    where: Where | None
    threshold: float | None
    timeout: float | None
    prompt: str | None
    cancel: threading.Event | None


class ChatOptions(StreamOptions, total=False):
    """Those of ``Chat.ask``, which has a history of its own."""

    style: Style


class Options(ChatOptions, total=False):
    """Those of ``Corpus.ask``, but for ``as_``, on which the type of its answer depends."""

    history: History


class Question(Model):
    """A question as it was asked, and as it is searched for and read: self-contained, at most 1,000 characters."""

    asked: str
    searched: str

    @classmethod
    def of(cls, question: str, history: History = ()) -> Question:
        r"""Take a question in; halves of characters, as a terminal may send them, are replaced.

        Raises QuestionError when it is empty or no text, or ``history`` holds no pairs of texts.

        >>> Question.of(" And for how much?\udce4", [("How many shares did Alibaba sell?", "33 million")]).searched
        'For how much?� did Alibaba sell shares?'
        """
        whole = validation.question(question).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        turns = validation.turns(history)
        return cls(asked=whole, searched=condense(rewrite(whole, turns) if turns else whole))


class Found(Model):
    """The hits of a question, and their articles by id, of one state of the corpus."""

    hits: tuple[Hit, ...]
    articles: dict[str, Article]


class Plan:
    """The options of one call. ``ended`` stops its work, as ``cancel`` does, which belongs to the caller."""

    def __init__(
        self,
        model: str | Generator | None = None,
        k: int | None = None,
        where: Where | None = None,
        threshold: float | None = None,
        timeout: float | None = None,
        prompt: str | None = None,
        cancel: threading.Event | None = None,
    ) -> None:
        if k is not None:
            k = validation.whole_number("k", k, least=1)
        self.settings: Settings = load_settings(k=k, timeout=timeout, prompt=prompt, threshold=threshold)
        self.given = validation.model(model) or self.settings.model
        self.where = where
        self.ended = threading.Event()
        self._cancel = cancel

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.given if isinstance(self.given, str) else self.given.name

    @functools.cached_property
    def model(self) -> LoadedModel:
        """The model, which loads when it is first used."""
        return loaded_model(self.given, self.settings)

    def cancelled(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self.ended.is_set() or (self._cancel is not None and self._cancel.is_set())

    def submit(self, work: Callable[[Reader, Stopped], Result], times: int = 1) -> Job[Result]:
        """Queue work for the model, with the time limit of as many questions."""
        return self.model.submit(work, self.settings.timeout * times, self.cancelled)

    def threshold(self, calibration: Calibration) -> float:
        """Under which confidence to abstain."""
        return calibration.threshold if self.settings.threshold is None else self.settings.threshold


def calibration_of(corpus: Path, model: str) -> Calibration:
    """The corpus's own calibration for a model where it has one, else the one that comes with askdocs."""
    own = corpus / CALIBRATION
    return (load_calibrations(own) if own.exists() else _shipped()).for_model(model)


@functools.lru_cache(maxsize=1)
def _shipped() -> Calibrations:
    return load_calibrations()


def timed(answer: Answer, question: str, *, retrieve: float, load: float, total: float) -> Answer:
    """The answer with the question as it was typed, and with the seconds that were spent outside the model."""
    timings = answer.timings.model_copy(
        update={
            "retrieve": retrieve,
            "first_token": retrieve + answer.timings.first_token,
            "load": load,
            "total": total,
        }
    )
    return answer.model_copy(update={"question": question, "timings": timings})
