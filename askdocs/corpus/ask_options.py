"""What a question is asked with: the options of one call, checked, and the question as it is searched for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Literal, TypedDict, TypeVar

from pydantic import ConfigDict

from askdocs.answering.calibration import Calibration
from askdocs.answering.prose.capability import capability_of
from askdocs.conversation.rewriter import rewrite
from askdocs.core import validation
from askdocs.core.answers import Turn
from askdocs.core.base import Model
from askdocs.core.errors import AskdocsError
from askdocs.core.protocols import Generator
from askdocs.core.reports import Capability
from askdocs.core.settings import Settings, load_settings
from askdocs.questions.question_form import QuestionForm, question_form
from askdocs.reading.model_pool import Job, LoadedModel, loaded_model
from askdocs.reading.reader import Reader, Stopped
from askdocs.retrieval.hybrid import condense
from askdocs.storage.filters import Where
from askdocs.values.question_analysis import QuestionAnalysis, analyse_question

History = Sequence[tuple[str, str] | Turn]
Style = Literal["auto", "span", "prose"]
Result = TypeVar("Result")


class ChatKeywords(TypedDict, total=False):
    """The options of ``Chat.ask`` as keywords, each of which may be left out; ``AskOptions`` says what they mean."""

    model: str | Generator | None
    k: int | None
    where: Where | None
    threshold: float | None
    timeout: float | None
    style: Style | None
    prompt: str | None
    cancel: threading.Event | None


class AskKeywords(ChatKeywords, total=False):
    """The options of every other way of asking: a conversation has a history of its own, these are given one."""

    history: History


class AskOptions(Model):
    """The options of one call, checked, with what was left out taken from the settings.

    ``settings`` holds ``k`` (how many passages are found), ``threshold`` (0 to 1: abstain under this confidence; as
    calibrated unless given), ``timeout`` (seconds, loading of the model not counted) and ``prompt``. ``where`` limits
    the articles, as for ``Corpus.search``. ``history`` holds earlier questions with the words they were answered
    with. ``cancel`` may be set from another thread. ``style`` is "span" (the words of the articles), "prose" (sentences
    with quotes) or "auto": prose of a model that is capable of it (``askdocs.answering.prose.capability``).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    settings: Settings
    model: str | Generator
    where: Where | None = None
    style: Style = "auto"
    history: tuple[tuple[str, str], ...] = ()
    cancel: threading.Event | None = None

    @classmethod
    def of(
        cls,
        *,
        model: str | Generator | None = None,
        k: int | None = None,
        where: Where | None = None,
        threshold: float | None = None,
        timeout: float | None = None,
        style: Style | None = None,
        history: History = (),
        prompt: str | None = None,
        cancel: threading.Event | None = None,
    ) -> AskOptions:
        """Check what the caller gave.

        Raises AskdocsError, naming the option that is not what it should be; TypeError for one that does not exist.

        >>> AskOptions.of(k=6, model="extractive").settings.k
        6
        """
        if style not in (None, "auto", "span", "prose"):
            raise AskdocsError(f'style="{style}": there is "auto", "span" and "prose"')
        if k is not None:
            k = validation.check_whole_number("k", k, least=1)
        settings = load_settings(k=k, timeout=timeout, prompt=prompt, threshold=threshold, style=style)
        return cls.model_construct(  # each part was checked, and a caller's generator or event is not to be copied
            settings=settings,
            model=validation.check_model(model) or settings.model,
            where=where,
            style=settings.style,
            history=tuple(validation.check_turns(history)),
            cancel=cancel,
        )

    @property
    def model_name(self) -> str:
        """The name of the model that answers."""
        return self.model if isinstance(self.model, str) else self.model.name

    def threshold(self, calibration: Calibration, question: QuestionAnalysis) -> float:
        """Under which confidence to abstain from a question: as the caller wants, else as calibrated for its kind."""
        given = self.settings.threshold
        return calibration.threshold_for(question) if given is None else given


class Question(Model):
    """A question as it was typed, and as it is searched for and read: self-contained, at most 1,000 characters."""

    typed: str
    text: str

    @classmethod
    def of(cls, question: str, history: Sequence[tuple[str, str]] = ()) -> Question:
        r"""Take a question in; halves of characters, as a terminal may send them, are replaced.

        Raises QuestionError when it is empty or no text.

        >>> Question.of(" And for how much?\udce4", [("How many shares did Alibaba sell?", "33 million")]).text
        'For how much?� did Alibaba sell shares?'
        """
        whole = validation.check_question(question).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return cls(typed=whole, text=condense(rewrite(whole, history) if history else whole))

    @property
    def analysis(self) -> QuestionAnalysis:
        """What the self-contained question asks for."""
        return analyse_question(self.text)

    @property
    def form(self) -> QuestionForm:
        """What the self-contained question wants: one fact, or a list, a summary, a comparison, a count, parts."""
        return question_form(self.text)


class ModelRequest:
    """Work for the model of one call; ``end`` stops it, as the caller's ``cancel`` does."""

    def __init__(self, options: AskOptions) -> None:
        self.options = options
        self.model: LoadedModel = loaded_model(options.model, options.settings)
        self._ended = threading.Event()

    def end(self) -> None:
        """Nobody waits for the answer any more."""
        self._ended.set()

    def cancelled(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self._ended.is_set() or (self.options.cancel is not None and self.options.cancel.is_set())

    @property
    def capability(self) -> Capability:
        """Whether the model is asked for prose by itself, and why; found out the first time. Raises ModelError."""
        return capability_of(self.options.model, self.model, self.options.settings, self.cancelled)

    @property
    def writes_prose(self) -> bool:
        """Whether this question is answered in sentences."""
        return self.options.style == "prose" or (self.options.style == "auto" and self.capability.capable)

    def submit(
        self, work: Callable[[Reader, Stopped], Result], questions: int = 1, *, patient: bool = False
    ) -> Job[Result]:
        """Queue work for the model, with the time limit of as many questions; others go before ``patient`` work."""
        return self.model.submit(work, self.options.settings.timeout * questions, self.cancelled, patient=patient)
