"""What a caller gave, looked at where it comes in: a message that names the argument, not a failure further down."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

from askdocs.core.answers import Turn
from askdocs.core.base import FloatArray
from askdocs.core.errors import AskdocsError, CorpusError, ModelUnusable, QuestionError
from askdocs.core.protocols import Embedder, Generator
from askdocs.core.reports import Fingerprint


def question(given: Any) -> str:
    """The question.

    >>> question(None)
    Traceback (most recent call last):
    askdocs.core.errors.QuestionError: question: a text is wanted, and None was given
    """
    if not isinstance(given, str):
        raise QuestionError(f"question: a text is wanted, and {_shown(given)} was given")
    return given


def turns(given: Any) -> list[tuple[str, str]]:
    """Earlier questions, each with the words it was answered with.

    >>> turns([("How many?", "33 million")])
    [('How many?', '33 million')]
    >>> turns(["How many?"])
    Traceback (most recent call last):
    askdocs.core.errors.QuestionError: history: pairs of texts, ..., and 'How many?' was given
    """
    wanted = "history: pairs of texts, (question, answer), are wanted, and {} was given"
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise QuestionError(wanted.format(_shown(given)))
    pairs = [(turn.question, turn.answer) if isinstance(turn, Turn) else turn for turn in given]
    for pair in pairs:
        if isinstance(pair, str) or not isinstance(pair, Sequence) or [type(part) for part in pair] != [str, str]:
            raise QuestionError(wanted.format(_shown(pair)))
    return [(asked, answered) for asked, answered in pairs]


def whole_number(name: str, given: Any, least: int) -> int:
    """A whole number that is large enough.

    >>> whole_number("k", "3", 1)
    Traceback (most recent call last):
    askdocs.core.errors.AskdocsError: k: a whole number of at least 1 is wanted, and '3' was given
    """
    try:
        number = operator.index(given)
    except TypeError:
        number = least - 1
    if number < least or isinstance(given, bool):
        raise AskdocsError(f"{name}: a whole number of at least {least} is wanted, and {_shown(given)} was given")
    return number


def model(given: Any) -> str | Generator | None:
    """The name of a model, one that the caller made, or None for that of the settings."""
    if given is None or isinstance(given, str | Generator):
        return given
    raise ModelUnusable(
        f"model: a name as `askdocs models` lists them, or an object with the methods of askdocs.Generator, is wanted, "
        f"and {_shown(given)} was given"
    )


def embedder(given: Any) -> Embedder | None:
    """An embedder that the caller made, or None for that of the settings."""
    if given is None or isinstance(given, Embedder):
        return given
    raise CorpusError(
        f"embedder: an object with the methods of askdocs.Embedder is wanted, and {_shown(given)} was given; one is "
        "named in the setting `embedder` or the variable ASKDOCS_EMBEDDER"
    )


def vectors(made: FloatArray, count: int, fingerprint: Fingerprint) -> FloatArray:
    """What an embedder made of ``count`` texts, of the width that its fingerprint says."""
    if made.shape != (count, fingerprint.dimension):
        raise CorpusError(
            f"the embedder {fingerprint.name!r} gave vectors of the shape {made.shape} for {count} texts, and its "
            f"fingerprint says {(count, fingerprint.dimension)}; correct its embed_texts or its dimension"
        )
    return made


def query_vector(made: FloatArray, fingerprint: Fingerprint) -> FloatArray:
    """What an embedder made of a question, of the width that its fingerprint says."""
    if made.shape != (fingerprint.dimension,):
        raise CorpusError(
            f"the embedder {fingerprint.name!r} gave a vector of the shape {made.shape} for a question, and its "
            f"fingerprint says {(fingerprint.dimension,)}; correct its embed_query or its dimension"
        )
    return made


def _shown(given: Any) -> str:
    text = repr(given)
    return text if len(text) <= 60 else f"{text[:57]}..."
