"""One field of a model to be filled: whether words of articles can fill it at all, and an answer as its type."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import typing
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError
from pydantic.fields import FieldInfo

from askdocs.core.answers import Answer, Value
from askdocs.core.errors import AskdocsError
from askdocs.values.parse import normalise_words, parse


class Wanted:
    """What a field takes: its type, its constraints (``Field(gt=0)``), and the words of a Literal or an Enum.

    >>> Wanted("Sale.terms", FieldInfo(annotation=dict[str, str]))
    Traceback (most recent call last):
    askdocs.core.errors.AskdocsError: Sale.terms: words of articles cannot fill a dict; ...
    """

    def __init__(self, name: str, field: FieldInfo) -> None:
        kind: Any = field.annotation or Any
        leaves = list(_leaves(kind))
        for leaf in leaves:
            if _holds_fields(leaf):
                raise AskdocsError(
                    f"{name}: words of articles cannot fill a {leaf.__name__}; give the field a number, text, date, "
                    "yes or no, a choice of words, or a list of one of these, and ask for the parts as fields"
                )
        self._choices = {normalise_words(str(word)): choice for leaf in leaves for word, choice in _choices(leaf)}
        try:
            self._type: TypeAdapter[Any] = TypeAdapter(kind)
            self._whole: TypeAdapter[Any] = TypeAdapter(Annotated[kind, *field.metadata] if field.metadata else kind)
        except PydanticUserError as error:
            raise AskdocsError(f"{name}: pydantic cannot check this type: {error.message}") from error

    def taken(self, answer: Answer) -> tuple[Any, str]:
        """The first reading of the answer that the type takes (its value, its parts, its words), or why none is."""
        if answer.abstained:
            if not answer.candidate:
                return None, "the articles do not answer it"
            sure = f"the confidence {answer.confidence:.2f} is under the threshold {answer.threshold:.2f}"
            return None, f"the best answer, {answer.candidate!r}, is not sure enough: {sure}"
        why = ""
        for reading, strict in self._readings(answer):
            try:
                return self._whole.validate_python(reading, strict=strict), ""
            except ValidationError as error:
                # What says most is what stands against a value of the right type.
                if not why or self._is_of_type(reading, strict):
                    why = error.errors()[0]["msg"]
        return None, f"{answer.text!r} does not fit: {why}"

    def _is_of_type(self, reading: Any, strict: bool) -> bool:
        try:
            self._type.validate_python(reading, strict=strict)
        except ValidationError:
            return False
        return True

    def _readings(self, answer: Answer) -> Iterator[tuple[Any, bool]]:
        # Strictly, as otherwise pydantic takes 33000000 for a date: seconds since 1970.
        plain = readings(answer)
        yield from ((reading, True) for reading in plain)
        if not answer.text.strip(" .,-").isdecimal():
            yield answer.text, False  # types made of words
        if self._choices:
            texts = [text for text in plain if isinstance(text, list)][-1]
            chosen = [self._choices.get(normalise_words(text), text) for text in texts]
            yield from ((one, True) for one in (*chosen[: len(chosen) == 1], chosen, tuple(chosen)))


def _leaves(kind: Any) -> Iterator[Any]:
    """The types that a type is made of: those of its items, those it may be."""
    if typing.get_origin(kind) is Literal or not typing.get_args(kind):
        yield kind
        return
    yield typing.get_origin(kind)
    for part in typing.get_args(kind):
        yield from _leaves(part)


def _holds_fields(leaf: Any) -> bool:
    """Whether a type has fields or keys of its own, each of which would want a question."""
    if not isinstance(leaf, type) or leaf is Value:
        return False
    return issubclass(leaf, BaseModel | Mapping) or dataclasses.is_dataclass(leaf) or typing.is_typeddict(leaf)


def _choices(leaf: Any) -> list[tuple[str, Any]]:
    """The words of a ``Literal`` or an ``Enum``, each with what it stands for."""
    if typing.get_origin(leaf) is Literal:
        return [(word, word) for word in typing.get_args(leaf) if isinstance(word, str)]
    if isinstance(leaf, type) and issubclass(leaf, enum.Enum):
        return [(member.value, member) for member in leaf if isinstance(member.value, str)]
    return []


def readings(answer: Answer) -> list[Any]:
    """What an answer may be taken for, the most telling first; last its words and the list of them."""
    found: list[Any] = [] if answer.typed is None else [answer.typed, *_plain(answer.typed)]
    items = list(answer.value) if isinstance(answer.value, tuple) else [answer.text]
    texts = [str(item) for item in items]
    values = [value for text in texts if (value := parse(text)) is not None]
    for column in zip(*(_plain(value) for value in values), strict=False) if len(values) == len(texts) else ():
        found += [list(column), tuple(column)]
    return [*found, answer.text, texts, tuple(texts)]


def _plain(value: Value) -> list[Any]:
    """A value as Python has it: a date where the day is known, a number, as Decimal too, the ends of a range."""
    plain = value.value
    if value.kind == "date":
        return [datetime.date.fromisoformat(str(plain))] if value.precision == "day" else []
    if isinstance(plain, tuple):
        return [plain, list(plain)] if value.kind == "range" else []
    if isinstance(plain, int | float) and not isinstance(plain, bool):
        return [plain, Decimal(str(plain))]
    return [plain]
