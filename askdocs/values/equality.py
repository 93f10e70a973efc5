"""When two values are equal, and two words the same."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable

from askdocs.core.answers import Scalar, Value

UNIT_NAMES = {
    "km": "kilometer", "kilometre": "kilometer", "kg": "kilogram", "m": "meter", "metre": "meter", "mi": "mile",
    "ft": "foot", "feet": "foot", "lb": "pound", "lbs": "pound", "mw": "megawatt", "gw": "gigawatt",
    "kwh": "kilowatt-hour", "gwh": "gigawatt-hour", "hr": "hour", "hrs": "hour", "min": "minute", "sec": "second",
    "people": "person", "staff": "employee", "tonne": "ton", "mt": "ton", "t": "ton", "sq": "square",
}  # fmt: skip


def normalise_words(text: str) -> str:
    """Lower case without punctuation, articles and extra space, as SQuAD's evaluation script compares answers.

    >>> normalise_words("The  Alibaba Group, Inc.")
    'alibaba group inc'
    """
    text = "".join(character for character in text.lower() if not unicodedata.category(character).startswith("P"))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def equal(a: Value, b: Value, tolerance: float | None = None) -> bool:
    """Whether two values mean the same.

    Numbers are the same number, within ``tolerance`` as a share of ``b`` where it is given; money is of the same
    currency, percent is not percentage points, units agree where both have one. Dates agree in all they say. Lists
    are sets. "about" makes no difference.

    >>> from askdocs.values.parse import parse
    >>> equal(parse("$317 million"), parse("USD 317m")), equal(parse("$317 million"), parse("€317 million"))
    (True, False)
    """
    if a.kind != b.kind:
        return False
    compare: dict[str, Callable[[Value, Value], bool]] = {
        "date": lambda x, y: (x.value, x.unit) == (y.value, y.unit),
        "boolean": lambda x, y: x.value is y.value,
        "list": lambda x, y: _same_items(x.value, y.value),
        "text": lambda x, y: normalise_words(str(x.value)) == normalise_words(str(y.value)),
    }
    if a.kind in compare:
        return compare[a.kind](a, b)
    if a.currency != b.currency or not same_unit(a.unit, b.unit):
        return False
    first, second = _ends(a), _ends(b)
    return len(first) == len(second) and all(close(x, y, tolerance) for x, y in zip(first, second, strict=True))


def _ends(value: Value) -> tuple[Scalar, ...]:
    return value.value if isinstance(value.value, tuple) else (value.value,)


def close(a: Scalar, b: Scalar, tolerance: float | None = None) -> bool:
    """Whether two numbers are the same, within a share of ``b``; ends of date ranges are compared as text."""
    if isinstance(a, str) or isinstance(b, str):
        return a == b
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) or abs(a - b) <= (tolerance or 0.0) * abs(b)


def _same_items(a: Scalar | tuple[Scalar, ...], b: Scalar | tuple[Scalar, ...]) -> bool:
    def items(value: Scalar | tuple[Scalar, ...]) -> set[str]:
        members: Iterable[Scalar] = value if isinstance(value, tuple) else (value,)
        return {normalise_words(str(member)) for member in members}

    return items(a) == items(b)


def same_unit(a: str | None, b: str | None) -> bool:
    """Whether two units agree: one is missing, or the thing named last is the same.

    >>> same_unit("shares", "American depositary shares"), same_unit("km", "kilometres"), same_unit("shares", "cars")
    (True, True, False)
    """
    if not a or not b:
        return "percentage points" not in (a, b) or a == b
    return _head(a) == _head(b)


def _head(unit: str) -> str:
    if unit in ("percent", "percentage points"):
        return unit
    word = re.split(r"[\s-]+", unit.lower().strip())[-1].rstrip(".")
    for candidate in (word, word[:-1] if word.endswith("s") and not word.endswith("ss") else word):
        if candidate in UNIT_NAMES:
            return UNIT_NAMES[candidate]
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
