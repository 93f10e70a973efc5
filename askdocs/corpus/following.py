"""Follows a job of a model's queue: what it shows is given as tokens while it runs, then its result."""

from __future__ import annotations

import queue
from collections.abc import Callable, Generator
from typing import TypeVar

from askdocs.core.answers import Token
from askdocs.reading.model_pool import Job

Result = TypeVar("Result")
_POLL_SECONDS = 0.05  # between two looks at whether a waiting question was given up


def followed(begin: Callable[[Callable[[str], None]], Job[Result]]) -> Generator[Token, None, Result]:
    """Begin a job that calls what it is given with the text so far, and give what is new in it each time.

    Raises AnswerTimeout, and what the job raised.
    """
    pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    job = begin(pieces.put)
    job.future.add_done_callback(lambda _: pieces.put(None))
    shown = ""
    while True:
        try:
            text = pieces.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            job.look()
            continue
        if text is None:
            return job.result()
        if len(text) > len(shown) and text.startswith(shown):
            yield Token(text=text[len(shown) :])
            shown = text
