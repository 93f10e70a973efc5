"""Whether a model writes prose well enough to be asked for it unless the user says otherwise.

A model of 900 million parameters and more, and one behind a server, is given the self-test when it is first used. What
came out is kept in the cache: of a file under the hash of its bytes, of a server under its name for a while, as another
model may stand behind it. The bundled model and the sentences of ``extractive`` are known, and not tested.
"""

from __future__ import annotations

import hashlib
import logging
import math
import os
import time
from pathlib import Path

from pydantic import ValidationError

from askdocs.answering.prose.self_test import VERSION, failed_test
from askdocs.core.base import Model
from askdocs.core.errors import AnswerTimeout, ModelUnusable, PromptTooLong
from askdocs.core.protocols import Generator
from askdocs.core.reports import Capability
from askdocs.core.settings import Settings
from askdocs.models.file_cache import file_record
from askdocs.models.registry import resolve
from askdocs.reading.model_pool import LoadedModel
from askdocs.reading.reader import Reader, Stopped

logger = logging.getLogger(__name__)

ENOUGH_PARAMETERS = 900_000_000
TEST_SECONDS = 90.0
PROMPT = "prose"
_KEPT_SECONDS = 7 * 24 * 3600.0  # of a server, and of a test that took too long
_ASK_FOR_IT = 'style="prose" asks for prose all the same'


class _Kept(Model):
    """What is kept of a test, and until when (seconds since 1970; ``None`` for ever)."""

    capability: Capability
    until: float | None = None


def known_capability(name: str | Generator) -> Capability | None:
    """What is known of a model without loading it; ``None`` where it has to be found out.

    >>> known_capability("smollm2").capable, known_capability("extractive").capable, known_capability("a.gguf")
    (False, False, None)
    """
    if not isinstance(name, str):
        return None
    if name == "extractive":
        return Capability(capable=False, reason="it is no language model")
    if name.split("+")[0] == "smollm2":
        return Capability(
            capable=False, parameters=134_515_008, reason=f"its 135 million parameters are few for prose; {_ASK_FOR_IT}"
        )
    return None


def capability_of(
    name: str | Generator, model: LoadedModel, settings: Settings, cancelled: Stopped = lambda: False
) -> Capability:
    """Whether a model is asked for prose by itself; the first time it is loaded and tested for that.

    Raises ModelError where it cannot be loaded, AnswerTimeout where ``cancelled`` says so.
    """
    found = model.capability or known_capability(name)
    if found is None:
        found = _found_out(name, model, settings, cancelled)
        logger.info("model %s: prose %s: %s", model.name, "by default" if found.capable else "on demand", found.reason)
    model.capability = found
    return found


def _found_out(name: str | Generator, model: LoadedModel, settings: Settings, cancelled: Stopped) -> Capability:
    served = isinstance(name, str) and name.startswith("openai:")
    parameters: int | None = None
    if not served:
        parameters = model.submit(lambda reader, _: _parameters(reader), math.inf, cancelled).result()
    if parameters is None and not served:
        return Capability(capable=False, reason=f"it does not say how many parameters it has; {_ASK_FOR_IT}")
    if parameters is not None and parameters < ENOUGH_PARAMETERS:
        few = f"its {parameters / 1e6:,.0f} million parameters are few for prose; {_ASK_FOR_IT}"
        return Capability(capable=False, reason=few, parameters=parameters)
    place = _place(name, settings) if isinstance(name, str) else None
    kept = None if place is None else _load(place)
    if kept is not None:
        return kept
    found, kept_seconds = _tested(model, parameters, cancelled)
    if place is not None and kept_seconds:
        kept_seconds = min(kept_seconds, _KEPT_SECONDS) if served else kept_seconds
        _keep(place, _Kept(capability=found, until=None if kept_seconds == math.inf else time.time() + kept_seconds))
    return found


def _parameters(reader: Reader) -> int | None:
    found = getattr(getattr(reader, "generator", None), "parameters", None)
    return found if isinstance(found, int) else None


def _tested(model: LoadedModel, parameters: int | None, cancelled: Stopped) -> tuple[Capability, float]:
    """What the self-test came to, and for how many seconds to keep that."""
    began = time.perf_counter()
    kept_seconds = math.inf
    try:
        job = model.submit(lambda reader, stopped: failed_test(reader, PROMPT, stopped), TEST_SECONDS, cancelled)
        wrong = job.result()
        reason = f"it did not pass the self-test: {wrong}; {_ASK_FOR_IT}"
    except AnswerTimeout:
        if cancelled():
            raise
        kept_seconds, wrong = _KEPT_SECONDS, "time"
        reason = f"the two answers of the self-test took longer than {TEST_SECONDS:g} s; {_ASK_FOR_IT}"
    except (ModelUnusable, PromptTooLong) as error:
        kept_seconds, wrong = 0.0, "error"
        reason = f"the self-test could not be made: {error}; {_ASK_FOR_IT}"
    return Capability(
        capable=not wrong,
        reason=reason if wrong else "it answered both questions of the self-test with right quotes",
        parameters=parameters,
        tested=True,
        seconds=round(time.perf_counter() - began, 2),
    ), kept_seconds


def _place(name: str, settings: Settings) -> Path | None:
    """Where what is known of a model is kept; ``None`` where its file cannot be told from another."""
    if name.startswith("openai:"):
        key = name
    else:
        file = resolve(name, settings)
        try:
            files = [path for path in (file.path, file.lora) if path is not None]
            key = "+".join(file_record(path, settings.cache_dir).sha256 for path in files)
        except OSError:
            return None
    digest = hashlib.sha256(f"{VERSION} {key}".encode()).hexdigest()[:32]
    return settings.cache_dir / "capabilities" / f"{digest}.json"


def _load(place: Path) -> Capability | None:
    try:
        kept = _Kept.model_validate_json(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, ValidationError) as error:
        logger.info("ignoring %s: %s", place, error)
        return None
    return None if kept.until and kept.until < time.time() else kept.capability


def _keep(place: Path, kept: _Kept) -> None:
    temporary = place.with_suffix(f".{os.getpid()}.tmp")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(kept.model_dump_json(), encoding="utf-8")
        temporary.replace(place)
    except OSError as error:
        logger.info("cannot keep what is known of a model in %s: %s", place.parent, error)
