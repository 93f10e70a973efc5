"""Amounts as accounts, tables and other languages write them: the right value, or none with a reason."""

from __future__ import annotations

import pytest

from askdocs.core.answers import ValueKind
from askdocs.values.amounts import figure_readings, quantities
from askdocs.values.number_format import NumberFormat
from askdocs.values.parse import parse, parse_result

Expected = tuple[str, object, str | None, str | None]


def read(text: str, hint: ValueKind | None = None) -> Expected:
    value = parse(text, hint)
    assert value is not None, (text, parse_result(text, hint).reason)
    return value.kind, value.value, value.unit, value.currency


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Of the reports of wrong values.
        ("(3.4)%", ("percent", -3.4, "percent", None)),
        ("2 311.7", ("number", 2311.7, None, None)),
        ("1,5 Mio. Euro", ("money", 1_500_000, None, "EUR")),
        ("£(12.4)m", ("money", -12_400_000, None, "GBP")),
        # Below zero.
        ("(12.4)", ("number", -12.4, None, None)),
        ("$(1,234)", ("money", -1234, None, "USD")),
        ("(£12.4m)", ("money", -12_400_000, None, "GBP")),
        ("€(3,2) Mio.", ("money", -3_200_000, None, "EUR")),
        ("−3.4%", ("percent", -3.4, "percent", None)),
        ("–3.4%", ("percent", -3.4, "percent", None)),
        ("-£5m", ("money", -5_000_000, None, "GBP")),
        ("minus £12.4m", ("money", -12_400_000, None, "GBP")),
        ("negative 2.5%", ("percent", -2.5, "percent", None)),
        ("-5 to -3", ("range", (-5, -3), None, None)),
        ("eight (8)", ("number", 8, None, None)),
        ("twelve (12) million dollars", ("money", 12_000_000, None, "USD")),
        # Thousands.
        ("1'234.50", ("number", 1234.5, None, None)),
        ("CHF 1’234", ("money", 1234, None, "CHF")),
        ("2\u202f311,7 €", ("money", 2311.7, None, "EUR")),
        ("1\u00a0234\u00a0567", ("number", 1_234_567, None, None)),
        ("2\u2009311.7", ("number", 2311.7, None, None)),
        ("12 500 shares", ("number", 12_500, "shares", None)),
        ("12,34,567", ("number", 1_234_567, None, None)),
        ("₹ 1,00,000", ("money", 100_000, None, "INR")),
        ("1.234.567", ("number", 1_234_567, None, None)),
        ("1.234,56", ("number", 1234.56, None, None)),
        ("9,99", ("number", 9.99, None, None)),
        ("0,673", ("number", 0.673, None, None)),
        ("1,234", ("number", 1234, None, None)),
        ("1.234", ("number", 1.234, None, None)),
        # Scale words.
        ("3,2 Mio. Euro", ("money", 3_200_000, None, "EUR")),
        ("5 Mrd. EUR", ("money", 5_000_000_000, None, "EUR")),
        ("4,5 Milliarden Euro", ("money", 4_500_000_000, None, "EUR")),
        ("2 Millionen Kunden", ("number", 2_000_000, "Kunden", None)),
        ("SEK 3,5 miljarder", ("money", 3_500_000_000, None, "SEK")),
        ("1,5 Mill. Euro", ("money", 1_500_000, None, "EUR")),
        ("EUR 12mn", ("money", 12_000_000, None, "EUR")),
        ("$12MM", ("money", 12_000_000, None, "USD")),
        ("$1.2tn", ("money", 1_200_000_000_000, None, "USD")),
        ("$455k", ("money", 455_000, None, "USD")),
        ("455 k€", ("money", 455_000, None, "EUR")),
        ("TEUR 455", ("money", 455_000, None, "EUR")),
        ("Rs. 5 crore", ("money", 50_000_000, None, "INR")),
        ("₹1.2 lakh crore", ("money", 1_200_000_000_000, None, "INR")),
        ("3 lakh", ("number", 300_000, None, None)),
        ("1.2 × 10⁵", ("number", 120_000, None, None)),
        ("1.2E-05", ("number", 0.000012, None, None)),
        # Currencies before and after.
        ("EUR 3.2m", ("money", 3_200_000, None, "EUR")),
        ("3.2m EUR", ("money", 3_200_000, None, "EUR")),
        ("Euro 3.2 million", ("money", 3_200_000, None, "EUR")),
        ("US$ 2 311.7 million", ("money", 2_311_700_000, None, "USD")),
        ("45p", ("money", 0.45, None, "GBP")),
        ("12.5c", ("money", 0.125, None, "USD")),
        # Percent and points.
        ("1,5%", ("percent", 1.5, "percent", None)),
        ("0.5pp", ("percent", 0.5, "percentage points", None)),
        ("3 ppts", ("percent", 3, "percentage points", None)),
        ("3.2 %-points", ("percent", 3.2, "percentage points", None)),
        ("25 bps", ("percent", 0.25, "percentage points", None)),
        ("5‰", ("percent", 0.5, "percent", None)),
        # Ranges.
        ("from 3 to 5 million", ("range", (3_000_000, 5_000_000), None, None)),
        ("10–12%", ("range", (10, 12), "percent", None)),
        # Fractions and footnotes.
        ("2⅓ years", ("number", 7 / 3, "years", None)),
        ("2 1/2 years", ("number", 2.5, "years", None)),
        ("455.9¹", ("number", 455.9, None, None)),
    ],
)
def test_written_in_many_ways(text: str, expected: Expected) -> None:
    assert read(text) == expected


@pytest.mark.parametrize("text", ["about 3.2m", "at least 5", "≥ 200 MPa", "rund 5", "12.4 ± 0.5", "circa 30%"])
def test_approximate(text: str) -> None:
    value = parse(text)
    assert value is not None
    assert value.approximate


@pytest.mark.parametrize(
    ("text", "hint", "value"),
    [
        ("a loss of £(12.4)m", "money", -12_400_000),
        ("The margin was (3.4)% in 2023", "percent", -3.4),
        ("several (4) witnesses", "number", 4),
        ("Its revenue (£12.4m) fell", "money", 12_400_000),
        ("The result was (12.4).", "number", -12.4),
        ("Loss | (8) | 12", "number", -8),
        ("On Nov. 17 200 people came", "number", 17),
    ],
)
def test_brackets_and_spaces_in_prose(text: str, hint: ValueKind, value: float) -> None:
    assert read(text, hint)[1] == value


@pytest.mark.parametrize(
    "text",
    [
        "1.234 Mio. Euro", "1,234 Mrd. EUR", "€1.234", "401 455 500", "3.11.2", "(12.4%)", "(8)", "1.2 x 105", "12.4-",
        "1/2", "03/04/2024", "192.168.0.1", "",
    ],
)  # fmt: skip
def test_open_ones_have_no_value_and_a_reason(text: str) -> None:
    result = parse_result(text)
    assert result.value is None
    assert result.reason


def test_a_figure_that_is_open_is_not_passed_over() -> None:
    assert parse("Revenue 2 311.7 2 150.3", "number") is None
    assert parse("Finance costs 455.9 (12.4)", "number") is not None  # the first is plain
    assert [quantity.value.value for quantity in quantities("Finance costs 455.9 (12.4)")] == [455.9]


def test_a_number_format_decides() -> None:
    comma = NumberFormat(decimal=",", thousands=(".",))
    [one] = figure_readings("1.234", number_format=comma)
    assert one.value is not None
    assert one.value.value == 1234
    [other] = figure_readings("455.9", number_format=comma)
    assert other.value is None
    assert "decimal mark" in other.reason


def test_a_screen_has_no_pence() -> None:
    assert read("1080p")[0] == "number"


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("FY2024", "2024", "year"),
        ("FY24", "2024", "year"),
        ("fiscal year 2024", "2024", "year"),
        ("2023/24", "2023/2024", "year"),
        ("2023–24", "2023/2024", "year"),
        ("Q3 FY2025", "2025-Q3", "quarter"),
        ("Q3 FY25", "2025-Q3", "quarter"),
        ("FY2025 Q3", "2025-Q3", "quarter"),
        ("3Q24", "2024-Q3", "quarter"),
        ("H1 FY25", "2025-H1", "half"),
        ("1H24", "2024-H1", "half"),
        ("Year ended 31 March 2024", "2024-03-31", "day"),
        ("Three months ended June 30, 2024", "2024-06-30", "day"),
        ("as at 31 December 2023", "2023-12-31", "day"),
        ("31.12.2024", "2024-12-31", "day"),
        ("05/05/2024", "2024-05-05", "day"),
        ("2011-12", "2011-12", "month"),
    ],
)
def test_periods(text: str, value: str, precision: str) -> None:
    found = parse(text)
    assert found is not None
    assert (found.kind, found.value, found.precision) == ("date", value, precision)
