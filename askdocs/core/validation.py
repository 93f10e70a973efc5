"""What a caller gave, looked at where it comes in: a message that names the argument, not a failure further down."""

from __future__ import annotations

import operator
from collections.abc import Sequence

from askdocs.core.answers import Turn
from askdocs.core.base import FloatArray
from askdocs.core.errors import AskdocsError, CorpusError, ModelUnusable, QuestionError
from askdocs.core.protocols import Embedder, Generator
from askdocs.core.reports import Fingerprint


def check_question(value: object) -> str:
    """The question.

    >>> check_question(None)
    Traceback (most recent call last):
    askdocs.core.errors.QuestionError: question: a text is wanted, and None was given
    """
    if not isinstance(value, str):
        raise QuestionError(f"question: a text is wanted, and {_shown(value)} was given")
    return value


def check_turns(value: object) -> list[tuple[str, str]]:
    """Earlier questions, each with the words it was answered with.

    >>> check_turns([("How many?", "33 million")])
    [('How many?', '33 million')]
    >>> check_turns(["How many?"])
    Traceback (most recent call last):
    askdocs.core.errors.QuestionError: history: pairs of texts, ..., and 'How many?' was given
    """
    wanted = "history: pairs of texts, (question, answer), are wanted, and {} was given"
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise QuestionError(wanted.format(_shown(value)))
    pairs = [(turn.question, turn.answer) if isinstance(turn, Turn) else turn for turn in value]
    for pair in pairs:
        if isinstance(pair, str) or not isinstance(pair, Sequence) or [type(part) for part in pair] != [str, str]:
            raise QuestionError(wanted.format(_shown(pair)))
    return [(asked, answered) for asked, answered in pairs]


def check_whole_number(name: str, value: object, least: int) -> int:
    """A whole number that is large enough.

    >>> check_whole_number("k", "3", 1)
    Traceback (most recent call last):
    askdocs.core.errors.AskdocsError: k: a whole number of at least 1 is wanted, and '3' was given
    """
    try:
        number = operator.index(value)  # type: ignore[arg-type]  # whether it is an index is the question
    except TypeError:
        number = least - 1
    if number < least or isinstance(value, bool):
        raise AskdocsError(f"{name}: a whole number of at least {least} is wanted, and {_shown(value)} was given")
    return number


def check_model(value: object) -> str | Generator | None:
    """The name of a model, one that the caller made, or None for that of the settings."""
    if value is None or isinstance(value, str | Generator):
        return value
    raise ModelUnusable(
        f"model: a name as `askdocs models` lists them, or an object with the methods of askdocs.Generator, is wanted, "
        f"and {_shown(value)} was given"
    )


def check_embedder(value: object) -> Embedder | None:
    """An embedder that the caller made, or None for that of the settings."""
    if value is None or isinstance(value, Embedder):
        return value
    raise CorpusError(
        f"embedder: an object with the methods of askdocs.Embedder is wanted, and {_shown(value)} was given; one is "
        "named in the setting `embedder` or the variable ASKDOCS_EMBEDDER"
    )


def check_vectors(made: FloatArray, count: int, fingerprint: Fingerprint) -> FloatArray:
    """What an embedder made of ``count`` texts, of the width that its fingerprint says."""
    if made.shape != (count, fingerprint.dimension):
        raise CorpusError(
            f"the embedder {fingerprint.name!r} gave vectors of the shape {made.shape} for {count} texts, and its "
            f"fingerprint says {(count, fingerprint.dimension)}; correct its embed_texts or its dimension"
        )
    return made


def check_query_vector(made: FloatArray, fingerprint: Fingerprint) -> FloatArray:
    """What an embedder made of a question, of the width that its fingerprint says."""
    if made.shape != (fingerprint.dimension,):
        raise CorpusError(
            f"the embedder {fingerprint.name!r} gave a vector of the shape {made.shape} for a question, and its "
            f"fingerprint says {(fingerprint.dimension,)}; correct its embed_query or its dimension"
        )
    return made


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
