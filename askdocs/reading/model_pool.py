"""Models loaded in this process, each with the one thread that owns it.

Weights are shared: two corpora that ask the same model wait for each other in the order they asked. Loading happens
in the owner's thread as well, so a chat can start it and let the user type.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import Generic, TypeVar

from askdocs.core.errors import AnswerTimeout, ModelNotFound
from askdocs.core.protocols import Generator
from askdocs.core.reports import Capability
from askdocs.core.settings import Settings
from askdocs.models.registry import ModelFile, bundled_embedder_path, resolve, scorer_path
from askdocs.reading.extractive import ExtractiveReader
from askdocs.reading.llama import LlamaReader
from askdocs.reading.reader import Reader, Stopped
from askdocs.reading.reranked import RerankedReader
from askdocs.reading.servers.server_reader import OpenAIReader
from askdocs.reading.span_scorer import SpanScorer

logger = logging.getLogger(__name__)

_GLANCE = 0.05  # seconds between two looks at whether a waiting question was given up
_IN_A_ROW = 4  # questions that go before work that can wait, until some of that has its turn
Result = TypeVar("Result")


class Job(Generic[Result]):
    """A piece of work in a model's queue. Its time limit begins when it is asked for and the model is loaded."""

    def __init__(self, model: LoadedModel, timeout: float, cancelled: Stopped) -> None:
        self._model, self._timeout, self._cancelled = model, timeout, cancelled
        self._asked = time.monotonic()
        self.future: Future[Result] = Future()

    def stopped(self) -> bool:
        """Whether it is to end: it was cancelled, or its time is over."""
        return self._cancelled() or time.monotonic() > max(self._asked, self._model.loaded_at) + self._timeout

    def why(self) -> str:
        """Why it was stopped."""
        if self._cancelled():
            return "it was cancelled"
        return f"the time limit of {self._timeout:g} s passed; raise it with timeout=, --timeout or ASKDOCS_TIMEOUT"

    def look(self) -> None:
        """Give it up if its turn has not come and it is to end. Raises AnswerTimeout."""
        if self.stopped() and self.future.cancel():
            raise AnswerTimeout(f"model {self._model.name!r}: {self.why()} before its turn came")

    def result(self) -> Result:
        """Wait for it. Raises what it raised, and AnswerTimeout."""
        while True:
            try:
                return self.future.result(timeout=_GLANCE)
            except NotYet:
                if self.future.done():
                    raise
                self.look()


class _Lanes:
    """Work that waits for a model: questions in their order, and before what can wait, which does not wait for ever."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._questions: deque[Callable[[], None]] = deque()
        self._patient: deque[Callable[[], None]] = deque()
        self._in_a_row = 0

    def put(self, run: Callable[[], None], patient: bool) -> None:
        with self._lock:
            (self._patient if patient else self._questions).append(run)

    def run_next(self) -> None:
        """Run what is next; to be called as often as something was put."""
        with self._lock:
            patient = bool(self._patient) and (not self._questions or self._in_a_row >= _IN_A_ROW)
            self._in_a_row = self._in_a_row + 1 if self._patient and not patient else 0
            run = (self._patient if patient else self._questions).popleft()
        run()


class LoadedModel:
    """A model and its owner thread. ``note`` is what the user should know about how it was loaded.

    ``load_seconds`` is how long loading took, ``loaded_at`` when it ended (``time.monotonic``); infinite before.
    ``capability`` is whether it writes prose, once somebody found out (``askdocs.answering.prose.capability``).
    """

    def __init__(self, name: str, make: Callable[[], tuple[Reader, str]]) -> None:
        self.name = name
        self.note = ""
        self.load_seconds = 0.0
        self.loaded_at = float("inf")
        self.capability: Capability | None = None
        self._make = make
        self._reader: Reader | None = None
        self._owner = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"askdocs {name}")
        self._lanes = _Lanes()

    @property
    def is_loaded(self) -> bool:
        """Whether it can be used at once."""
        return self._reader is not None

    def load(self) -> Future[None]:
        """Begin to load, unless it is loaded; the future's result raises what loading raised."""
        return self._owner.submit(self._load)

    def _load(self) -> None:
        self._ready()

    def _ready(self) -> Reader:
        if self._reader is None:
            began = time.perf_counter()
            self._reader, self.note = self._make()
            self.load_seconds = time.perf_counter() - began
            self.loaded_at = time.monotonic()
        return self._reader

    def submit(
        self,
        work: Callable[[Reader, Stopped], Result],
        timeout: float,
        cancelled: Stopped = lambda: False,
        *,
        patient: bool = False,
    ) -> Job[Result]:
        """Queue work. It is given the reader, and what tells it to stop: ``timeout`` seconds passed, or cancelled.

        ``patient`` work, as the cells of a table, lets questions go first: somebody waits for each of those.
        """
        job: Job[Result] = Job(self, timeout, cancelled)

        def run() -> None:
            if not job.future.set_running_or_notify_cancel():
                return
            try:
                reader = self._ready()
                if job.stopped():
                    raise AnswerTimeout(f"model {self.name!r}: stopped before its turn came")
                job.future.set_result(work(reader, job.stopped))
            except AnswerTimeout as error:
                job.future.set_exception(AnswerTimeout(f"{error}: {job.why()}"))
            except BaseException as error:
                job.future.set_exception(error)

        self._lanes.put(run, patient)
        self._owner.submit(self._lanes.run_next)
        return job

    def close(self) -> None:
        """End the owner thread after what is queued, and free the model."""

        def free() -> None:
            if self._reader is not None:
                self._reader.close()
            self._reader = None

        self._owner.submit(free)
        self._owner.shutdown(wait=True)


_models: dict[tuple[str, ...], LoadedModel] = {}
_lock = threading.Lock()


def loaded_model(name: str | Generator, settings: Settings) -> LoadedModel:
    """The model of this name, shared by all who ask for it; it loads when it is first used.

    A ``Generator`` may be given instead of a name: it is used as it is, with the prompt for instruct models.
    """
    key = _key(name, settings)
    with _lock:
        if key not in _models:
            _models[key] = _unloaded(name, settings)
        return _models[key]


def _key(name: str | Generator, settings: Settings) -> tuple[str, ...]:
    """What makes two calls mean the same loaded model."""
    if not isinstance(name, str):
        return ("generator", str(id(name)))  # which is alive as long as its model is kept
    secret = settings.api_key.get_secret_value() if settings.api_key and name.startswith("openai:") else ""
    return (name, str(settings.threads), str(settings.cache_dir), secret)


def _unloaded(name: str | Generator, settings: Settings) -> LoadedModel:
    if isinstance(name, str):
        return LoadedModel(name, lambda: make_reader(resolve(name, settings), settings))
    return LoadedModel(name.name, lambda: (LlamaReader(name), ""))


def make_reader(file: ModelFile, settings: Settings) -> tuple[Reader, str]:
    """Load the reader of a model's file, and what the user should know about how it was loaded."""
    if file.kind == "extractive":
        return ExtractiveReader(), ""
    if file.kind == "openai":
        return OpenAIReader.of(file, settings), ""
    from askdocs.models.generator import LlamaGenerator

    assert file.path is not None
    generator = LlamaGenerator(
        file.path,
        name=file.name,
        lora=file.lora,
        context_length=file.context_length,
        threads=settings.thread_count,
    )
    reader = LlamaReader(generator, file.prompt)
    note = "; ".join(filter(None, (file.note, generator.note)))
    if file.name == "smollm2" and scorer_path().is_file():
        # The scorer was trained beside the adapter; other models are judged by what they decode alone.
        return RerankedReader(reader, _loaded_span_scorer), note
    return reader, note


def bundled_span_scorer() -> SpanScorer | None:
    """The span scorer that comes with askdocs[bundled], loaded once a process; ``None`` where it is not installed."""
    try:
        return _loaded_span_scorer() if scorer_path().is_file() else None
    except ModelNotFound:
        return None


@functools.lru_cache(maxsize=1)
def _loaded_span_scorer() -> SpanScorer:
    return SpanScorer.load(bundled_embedder_path(), scorer_path())


def unload_models() -> None:
    """Free every loaded model; those that are asked again load again."""
    with _lock:
        models = list(_models.values())
        _models.clear()
        _loaded_span_scorer.cache_clear()
    for model in models:
        model.close()
