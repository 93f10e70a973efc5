"""Models loaded in this process, each with the one thread that owns it.

Weights are shared: two corpora that ask the same model wait for each other in the order they asked. Loading happens
in the owner's thread as well, so a chat can start it and let the user type.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from askdocs.errors import AnswerTimeout
from askdocs.models import ModelFile, bundled_embedder_path, resolve, scorer_path
from askdocs.prompts import Turn
from askdocs.reader_extractive import ExtractiveReader
from askdocs.reader_llama import LlamaReader, SecondOpinion
from askdocs.reader_served import ServedReader
from askdocs.settings import Settings
from askdocs.types import Generator, Hit, Reading

logger = logging.getLogger(__name__)


class Reader(Protocol):
    """What reads passages and answers."""

    prompt: str

    def read(
        self,
        question: str,
        hits: Sequence[Hit],
        *,
        history: Sequence[Turn] = (),
        prompt: str | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> Reading:
        """Answer a question from the hits, best first."""


class LoadedModel:
    """A model and its owner thread. ``note`` is what the user should know about how it was loaded."""

    def __init__(self, name: str, make: Callable[[], tuple[Reader, str]]) -> None:
        self.name = name
        self.note = ""
        self.load_seconds = 0.0
        self._make = make
        self._reader: Reader | None = None
        self._owner = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"askdocs {name}")

    def load(self) -> Future[None]:
        """Begin to load, unless it is loaded; the future's result raises what loading raised."""
        return self._owner.submit(self._ready)

    def _ready(self) -> None:
        if self._reader is None:
            began = time.perf_counter()
            self._reader, self.note = self._make()
            self.load_seconds = time.perf_counter() - began

    def submit(self, job: Callable[[Reader], Reading], timeout: float, cancel: threading.Event) -> Future[Reading]:
        """Queue a job. Its time limit begins when the model is loaded and its turn has come to be waited for."""
        asked = time.monotonic()

        def run() -> Reading:
            loading = self._reader is None
            self._ready()
            deadline = (time.monotonic() if loading else asked) + timeout

            def stopped() -> bool:
                return cancel.is_set() or time.monotonic() > deadline

            if stopped():
                raise AnswerTimeout(f"model {self.name!r}: {_why(cancel, timeout)} before its turn came")
            reader = self._reader
            assert reader is not None
            generator = getattr(reader, "generator", None)
            if generator is not None and hasattr(generator, "check"):
                generator.check = stopped
            if isinstance(reader, ServedReader):
                reader.timeout = timeout
            try:
                return job(reader)
            except AnswerTimeout as error:
                raise AnswerTimeout(f"{error}: {_why(cancel, timeout)}") from None

        return self._owner.submit(run)

    def close(self) -> None:
        """End the owner thread after what is queued, and free the model."""

        def free() -> None:
            generator = getattr(self._reader, "generator", None)
            if hasattr(generator, "close"):
                generator.close()
            self._reader = None

        self._owner.submit(free)
        self._owner.shutdown(wait=True)


def _why(cancel: threading.Event, timeout: float) -> str:
    return "it was cancelled" if cancel.is_set() else f"the time limit of {timeout:g} s passed; raise it with timeout="


_models: dict[tuple[str, str], LoadedModel] = {}
_lock = threading.Lock()


def loaded_model(name: str | Generator, settings: Settings) -> LoadedModel:
    """The model of this name, shared by all who ask for it; it loads when it is first used.

    A ``Generator`` may be given instead of a name: it is used as it is, with the prompt for instruct models.
    """
    if not isinstance(name, str):
        generator = name
        key = ("generator", str(id(generator)))
        make: Callable[[], tuple[Reader, str]] = lambda: (LlamaReader(generator), "")  # noqa: E731
        label = generator.name
    else:
        key, label = (name, str(settings.threads)), name
        make = lambda: _make_reader(resolve(label, settings), settings)  # noqa: E731
    with _lock:
        if key not in _models:
            _models[key] = LoadedModel(label, make)
        return _models[key]


def _make_reader(file: ModelFile, settings: Settings) -> tuple[Reader, str]:
    if file.kind == "extractive":
        return ExtractiveReader(), ""
    if file.kind == "openai":
        key = settings.api_key.get_secret_value() if settings.api_key else None
        return ServedReader(file.name, file.served_model, file.base_url, key), ""
    from askdocs.generate import LlamaGenerator

    assert file.path is not None
    generator = LlamaGenerator(file.path, name=file.name, lora=file.lora, threads=settings.thread_count)
    return LlamaReader(generator, file.prompt, _second_opinion(file)), file.note


def _second_opinion(file: ModelFile) -> SecondOpinion | None:
    """The span scorer that belongs to the bundled model; other models have none."""
    if file.name != "smollm2" or not scorer_path().is_file():
        return None
    from askdocs.span_scorer import second_opinion

    return second_opinion(bundled_embedder_path(), scorer_path())


def unload_models() -> None:
    """Free every loaded model; those that are asked again load again."""
    with _lock:
        models = list(_models.values())
        _models.clear()
    for model in models:
        model.close()
