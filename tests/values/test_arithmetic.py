"""Arithmetic on values: results worked out by hand, and what is refused."""

from __future__ import annotations

import pytest

from askdocs.core.answers import Value
from askdocs.values.arithmetic import Operation, compute


def pounds(amount: float) -> Value:
    return Value(kind="money", value=amount, currency="GBP")


@pytest.mark.parametrize(
    ("operation", "amounts", "kind", "result"),
    [
        ("difference", (455.9, 401.2), "money", 54.7),
        ("sum", (1.1, 2.2, 3.3), "money", 6.6),
        ("growth", (400, 450), "percent", 12.5),
        ("growth", (450, 400), "percent", -11.1111111111),
        ("ratio", (9, 4), "number", 2.25),
        ("share", (1, 8), "percent", 12.5),
        ("average", (1, 2, 6), "money", 3),
    ],
)
def test_compute(operation: Operation, amounts: tuple[float, ...], kind: str, result: float) -> None:
    found = compute(operation, [pounds(amount) for amount in amounts])
    assert found.value is not None
    assert (found.value.kind, found.value.value) == (kind, result)


def test_percentages_differ_by_percentage_points() -> None:
    found = compute("difference", [Value(kind="percent", value=12.5, unit="percent"), Value(kind="percent", value=10)])
    assert found.value == Value(kind="percent", value=2.5, unit="percentage points")


@pytest.mark.parametrize(
    ("operation", "operands", "reason"),
    [
        ("sum", [pounds(1), Value(kind="money", value=1, currency="EUR")], "different units: GBP and EUR"),
        ("sum", [Value(kind="number", value=1, unit="tonnes"), pounds(1)], "different units: tonnes and GBP"),
        ("growth", [pounds(0), pounds(1)], "zero"),
        ("growth", [pounds(-4), pounds(1)], "below zero"),
        ("ratio", [pounds(1), pounds(0)], "zero"),
        ("difference", [Value(kind="date", value="2024"), pounds(1)], "no single figure"),
        ("sum", [Value(kind="range", value=(1, 2)), Value(kind="range", value=(1, 2))], "no single figure"),
    ],
)
def test_what_cannot_be_computed_is_refused_with_a_reason(
    operation: Operation, operands: list[Value], reason: str
) -> None:
    found = compute(operation, operands)
    assert found.value is None
    assert reason in found.reason
