"""Fills a pydantic model from the articles: a question a field, each with its own citation and confidence."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from askdocs.types import Answer, Value
from askdocs.values import parse

Filled = TypeVar("Filled", bound=BaseModel)


class TypedAnswer(BaseModel, Generic[Filled]):
    """A filled model. ``missing`` names the fields that are ``None`` because no answer was found or it did not fit.

    ``answers`` holds the ``Answer`` of every field, with its citations and confidence.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    value: Filled
    answers: dict[str, Answer]
    missing: tuple[str, ...]


def fill(ask: Callable[[str], Answer], question: str, as_: type[Filled]) -> TypedAnswer[Filled]:
    """Ask for each field of ``as_`` and put the typed values in.

    A field's question is its description where that is one, else "What is the <field>?"; the words of ``question``
    say what it is about.
    """
    answers: dict[str, Answer] = {}
    values: dict[str, Any] = {}
    missing: list[str] = []
    for name, field in as_.model_fields.items():
        answer = answers[name] = ask(field_question(question, name, field))
        found, value = (False, None) if answer.abstained else _fitting(answer, field)
        values[name] = value
        if not found:
            missing.append(name)
    # model_construct: a required field without an answer is None, and said so, instead of failing the whole.
    return TypedAnswer[as_](value=as_.model_construct(**values), answers=answers, missing=tuple(missing))  # type: ignore[valid-type]


def field_question(question: str, name: str, field: FieldInfo) -> str:
    """The question asked for one field.

    >>> from pydantic import Field
    >>> field_question("Alibaba's XPeng sale", "share_count", FieldInfo(description="How many shares were sold?"))
    "How many shares were sold? (Alibaba's XPeng sale)"
    >>> field_question("the XPeng sale", "buyer", FieldInfo())
    'What is the buyer? (the XPeng sale)'
    """
    description = (field.description or "").strip()
    asked = description if description.endswith("?") else f"What is the {description or name.replace('_', ' ')}?"
    about = question.strip().rstrip("?.")
    return f"{asked} ({about})" if about else asked


def _fitting(answer: Answer, field: FieldInfo) -> tuple[bool, Any]:
    """The first reading of the answer that the field's type takes: its typed value, its parts, its words."""
    adapter: TypeAdapter[Any] = TypeAdapter(field.annotation or Any)
    for candidate in _readings(answer):
        with contextlib.suppress(ValidationError):
            # Strictly, as otherwise pydantic takes 33000000 for a date: seconds since 1970.
            return True, adapter.validate_python(candidate, strict=True)
    if not answer.text.strip(" .,-").isdecimal():
        with contextlib.suppress(ValidationError):
            return True, adapter.validate_python(answer.text)  # names of an Enum and other types made of words
    return False, None


def _readings(answer: Answer) -> list[Any]:
    """What the answer may be taken for, the most telling first."""
    readings: list[Any] = [] if answer.typed is None else [answer.typed, *_plain(answer.typed)]
    items = list(answer.value) if isinstance(answer.value, tuple) else [answer.text]
    texts = [str(item) for item in items]
    values = [value for text in texts if (value := parse(text)) is not None]
    for column in zip(*(_plain(value) for value in values), strict=False) if len(values) == len(texts) else ():
        readings += [list(column), tuple(column)]
    return [*readings, answer.text, texts, tuple(texts)]


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
