"""Arithmetic on values in closed form: units are checked, and what cannot be computed is refused with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from askdocs.core.answers import Value, ValueKind
from askdocs.values.parse import same_unit

Operation = Literal["difference", "growth", "sum", "ratio", "share", "average"]
SYMBOLS = {"difference": "−", "sum": "+", "ratio": "÷", "share": "÷"}
_PLACES = 10  # decimal places of a quotient


class Computed(NamedTuple):
    """The result of an operation; without one ``reason`` says why."""

    value: Value | None
    reason: str = ""


def compute(operation: Operation, operands: Sequence[Value]) -> Computed:
    """The result of an operation on numbers, amounts of money or percentages of the same unit.

    "difference" is the first less the second; "growth" that of the first to the second, in percent of the first;
    "share" the first in percent of the second.

    >>> money = [Value(kind="money", value=amount, currency="GBP") for amount in (455.9e6, 401.2e6)]
    >>> compute("difference", money).value.value, compute("share", money[::-1]).value.value
    (54700000, 88.0017547708)
    >>> compute("sum", [money[0], Value(kind="money", value=3, currency="EUR")]).reason
    'the figures are of different units: GBP and EUR'
    """
    reason = _unlike(operands)
    if reason:
        return Computed(None, reason)
    numbers = [Decimal(str(value.value)) for value in operands]
    if operation in ("growth", "ratio", "share"):
        return _quotient(operation, numbers)
    if operation == "difference":
        result = numbers[0] - numbers[1]
        if operands[0].kind == "percent":
            return Computed(Value(kind="percent", value=plain_number(result), unit="percentage points"))
    elif operation == "sum":
        result = sum(numbers, Decimal(0))
    else:
        result = sum(numbers, Decimal(0)) / len(numbers)
    first = operands[0]
    value = plain_number(result)
    return Computed(Value(kind=first.kind, value=value, unit=first.unit, currency=first.currency))


def plain_number(number: Decimal) -> int | float:
    """A Python number: whole ones are integers, others have at most ten decimal places.

    >>> plain_number(Decimal("54700000.0")), plain_number(Decimal(1) / 3)
    (54700000, 0.3333333333)
    """
    rounded = round(number, _PLACES)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)


def _quotient(operation: Operation, numbers: Sequence[Decimal]) -> Computed:
    first, second = numbers
    divisor = first if operation == "growth" else second
    if not divisor:
        return Computed(None, "one of the figures is zero, which nothing can be divided by")
    if operation == "ratio":
        return Computed(Value(kind="number", value=plain_number(first / second)))
    if operation == "growth" and divisor < 0:
        return Computed(None, "there is no growth in percent from a figure below zero")
    percent = 100 * ((second - first) if operation == "growth" else first) / divisor
    return Computed(Value(kind="percent", value=plain_number(percent), unit="percent"))


def _unlike(operands: Sequence[Value]) -> str:
    """Why the operands cannot be put together; empty where they can."""
    for value in operands:
        if not isinstance(value.value, int | float) or isinstance(value.value, bool):
            return "one of the cells is no single figure"
    first = operands[0]
    for other in operands[1:]:
        if other.kind != first.kind or other.currency != first.currency or not same_unit(first.unit, other.unit):
            return f"the figures are of different units: {_unit_of(first)} and {_unit_of(other)}"
    return ""


def _unit_of(value: Value) -> str:
    names: dict[ValueKind, str] = {"number": "a plain number", "percent": "percent", "money": "money"}
    return value.currency or value.unit or names.get(value.kind, value.kind)
