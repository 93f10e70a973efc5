"""Whether a server has cut off the beginning of a prompt without a word, as Ollama does where its context is full.

The instructions and the best passages stand at the beginning, so an answer to such a prompt is worth nothing. Ollama
tells at ``/api/ps`` how long the contexts of its models are; a prompt that filled one was cut.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from pydantic import ValidationError

from askdocs.core.base import Model
from askdocs.reading.servers.completion import Completion

_SHORTEST_CONTEXT = 1000  # tokens; nobody serves a shorter one


class _Running(Model, extra="ignore"):
    name: str
    context_length: int = 0


class _RunningModels(Model, extra="ignore"):
    models: tuple[_Running, ...]


class CutPrompts:
    """Looks at the replies of one model; ``get`` gives the text at a path of the server, None where there is none."""

    def __init__(self, served_model: str, get: Callable[[str], str | None]) -> None:
        self._served_model = served_model
        self._get = get
        self._length: int | None = None  # 0 where it is not told
        self._asking = threading.Lock()

    def is_cut(self, completion: Completion) -> bool:
        """Whether the prompt of this reply was longer than what the model was shown of it."""
        used = completion.usage.prompt_tokens
        if used < _SHORTEST_CONTEXT:
            return False
        with self._asking:
            if self._length is None:
                self._length = self._told_length()
        return self._length > 0 and used >= self._length - 1

    def _told_length(self) -> int:
        text = self._get("/api/ps")
        try:
            running = _RunningModels.model_validate_json(text or "")
        except ValidationError:
            return 0
        names = (self._served_model, f"{self._served_model}:latest")
        return next((one.context_length for one in running.models if one.name in names), 0)
