"""The value of a cell with the unit that the words around it give: right, or none with a reason."""

from __future__ import annotations

import pytest

from askdocs.values.cell_values import cell_value, is_missing
from askdocs.values.number_format import ENGLISH, NumberFormat, number_format
from askdocs.values.question_types import AnswerKind
from askdocs.values.units import UnitStatement, read_unit

COMMA = NumberFormat(decimal=",", thousands=(".",))


def statements(*texts: str) -> list[UnitStatement]:
    found = [read_unit(text) for text in texts]
    return [statement for statement in found if statement is not None]


def around(*texts: str) -> list[UnitStatement]:
    found = statements(*texts)
    assert len(found) == len(texts), texts
    return found


@pytest.mark.parametrize(
    ("text", "said", "labels", "expected"),
    [
        ("455.9", ["Figures in £m"], ["Cloud", "2024"], ("money", 455_900_000, None, "GBP")),
        ("511.8", ["Figures in £m"], ["Retail", "2023"], ("money", 511_800_000, None, "GBP")),
        ("(3.4)%", [], ["Net margin"], ("percent", -3.4, "percent", None)),
        ("(3.4%)", [], ["Net margin"], ("percent", -3.4, "percent", None)),
        ("(3.4)%", ["£m"], ["Net margin"], ("percent", -3.4, "percent", None)),
        ("2 311.7", ["Revenue (US$ million)"], ["Revenue (US$ million)"], ("money", 2_311_700_000, None, "USD")),
        ("£(12.4)m", [], ["Loss"], ("money", -12_400_000, None, "GBP")),
        ("(12.4)", ["£m"], ["Loss"], ("money", -12_400_000, None, "GBP")),
        ("(8)", ["£m"], ["Loss"], ("money", -8_000_000, None, "GBP")),
        ("(2023)", ["$'000"], ["Loss"], ("money", -2_023_000, None, "USD")),
        ("12.4-", ["£m"], ["Loss"], ("money", -12_400_000, None, "GBP")),
        ("nil", ["£m"], ["Debt"], ("money", 0, None, "GBP")),
        ("$ 1,234", ["(in millions, except per share data)"], ["Revenue"], ("money", 1_234_000_000, None, "USD")),
        ("$5.2m", ["(in thousands)"], ["Revenue"], ("money", 5_200_000, None, "USD")),
        ("$5", ["in thousands of Canadian dollars"], ["Rent"], ("money", 5000, None, "CAD")),
        ("5 m", ["£"], ["Rent"], ("money", 5_000_000, None, "GBP")),
        ("1.52", ["(in thousands of euros, except per-share data)"], ["EPS"], ("money", 1.52, None, "EUR")),
        ("12.4", ["EPS (pence)", "£m"], ["EPS (pence)", "£m"], ("money", 0.124, None, "GBP")),
        ("12.5", ["Dividend (cents)", "A$ million"], ["Dividend (cents)"], ("money", 0.125, None, "AUD")),
        ("45p", ["£m"], ["Dividend"], ("money", 0.45, None, "GBP")),
        ("12,345", ["£m"], ["Average number of employees", "2024"], ("number", 12_345, None, None)),
        ("12.3", ["Employees (thousands)", "in £m"], ["Employees (thousands)"], ("number", 12_300, None, None)),
        ("1,234", ["EUR m, except number of employees"], ["Number of employees"], ("number", 1234, None, None)),
        ("3.4", ["Net margin (%)", "£m"], ["Net margin (%)"], ("percent", 3.4, "percent", None)),
        ("455.9", ["£m"], ["Gross margin"], ("money", 455_900_000, None, "GBP")),
        ("34.5", ["€/MWh"], ["Power price"], ("money", 34.5, "per MWh", "EUR")),
        ("1.2", ["million tonnes"], ["Output"], ("number", 1_200_000, "tonnes", None)),
        ("25", ["Spread (bps)"], ["Spread (bps)"], ("percent", 0.25, "percentage points", None)),
        ("200", ["Tensile strength [MPa]"], ["Tensile strength [MPa]"], ("number", 200, "MPa", None)),
        ("10–12", ["MPa"], ["Strength"], ("range", (10, 12), "MPa", None)),
        ("200 MPa", [], ["Tensile strength"], ("number", 200, "MPa", None)),
        ("9.5x", ["£m"], ["EV/EBITDA"], ("number", 9.5, "times", None)),
        ("455.9¹", ["£m"], ["Cloud"], ("money", 455_900_000, None, "GBP")),
        ("455.9 (a)", ["£m"], ["Cloud"], ("money", 455_900_000, None, "GBP")),
        ("455.9*", ["£m"], ["Cloud"], ("money", 455_900_000, None, "GBP")),
        ("1'234.5", ["CHF million"], ["Assets"], ("money", 1_234_500_000, None, "CHF")),
        ("12,34,567", ["₹ in lakhs"], ["Assets"], ("money", 123_456_700_000, None, "INR")),
        ("1998", ["£m"], ["Revenue", "2024"], ("money", 1_998_000_000, None, "GBP")),
        ("2019", [], ["Employees"], ("number", 2019, None, None)),
        ("1.5", ["(€)", "(in thousands)"], ["Rent"], ("money", 1500, None, "EUR")),
        ("1234", [], ["Employees"], ("number", 1234, None, None)),
        ("1200-1500", [], ["Employees"], ("range", (1200, 1500), None, None)),
        ("1.2m", [], ["Length"], ("number", 1.2, "m", None)),
        ("1.2m", [], ["Customers"], ("number", 1_200_000, None, None)),
        ("$45/hour", ["US$ million"], ["Rate"], ("money", 45, "per hour", "USD")),
        ("-40 to +85 °C", [], ["Operating temperature"], ("range", (-40, 85), "°C", None)),
        ("0.08 max", ["%"], ["Carbon"], ("percent", 0.08, "percent", None)),
        ("23.1 × 10⁻⁶ /K", [], ["Expansion"], ("number", 2.31e-05, "/K", None)),
        ("45 pence", ["£m"], ["Dividend per share"], ("money", 0.45, None, "GBP")),
        ("£nil", [], ["Debt"], ("money", 0, None, "GBP")),
        ("▼ 3.1%", [], ["Change"], ("percent", -3.1, "percent", None)),
        ("12.3 (restated)", ["£m"], ["Cloud"], ("money", 12_300_000, None, "GBP")),
    ],
)  # fmt: skip
def test_values_of_cells(text: str, said: list[str], labels: list[str], expected: tuple[object, ...]) -> None:
    parsed = cell_value(text, ENGLISH, around(*said), labels)
    assert parsed.value is not None, parsed.reason
    assert (parsed.value.kind, parsed.value.value, parsed.value.unit, parsed.value.currency) == expected


@pytest.mark.parametrize(
    ("text", "labels", "value", "precision"),
    [
        ("1998", ["Founded"], "1998", "year"),
        ("2019", ["Year"], "2019", "year"),
        ("FY2024", ["Period"], "2024", "year"),
        ("Q3 FY25", ["Period"], "2025-Q3", "quarter"),
        ("c. 1850", ["Built"], "1850", "year"),
        ("31/03/2024", ["Date"], "2024-03-31", "day"),
        ("2024-03-31 00:00:00", ["Date"], "2024-03-31", "day"),
    ],
)
def test_dates_in_cells(text: str, labels: list[str], value: str, precision: str) -> None:
    found = cell_value(text, ENGLISH, [], labels).value
    assert found is not None
    assert (found.kind, found.value, found.precision) == ("date", value, precision)


def test_a_file_decides_whether_the_day_is_first() -> None:
    for day_first, expected in ((True, "2024-04-03"), (False, "2024-03-04")):
        found = cell_value("03/04/2024", ENGLISH, [], ["Date"], day_first=day_first).value
        assert found is not None
        assert found.value == expected


def test_what_is_asked_for_decides_of_a_bare_year() -> None:
    def kind(wanted: AnswerKind) -> str | None:
        found = cell_value("2019", ENGLISH, [], ["Alpha"], wanted).value
        return found.kind if found else None

    assert (kind("date"), kind("number")) == ("date", "number")


def test_a_decimal_comma() -> None:
    found = cell_value("1.234,5", COMMA, around("Angaben in Tsd. EUR"), ["Umsatz"]).value
    assert found is not None
    assert (found.value, found.currency) == (1_234_500, "EUR")
    column = ["1.234", "2,5", "12.500"]
    assert cell_value("1.234", number_format(column), [], ["Umsatz"]).value is not None


@pytest.mark.parametrize(
    ("text", "said", "labels"),
    [
        ("n/a", [], ["Employees"]),
        ("1,234", ["Weight (g)"], ["Weight (g)"]),  # under no format, below
        ("12.4", ["£m"], ["Earnings per share"]),
        ("12.4", ["£m"], ["Return on equity"]),
        ("3.4", ["£m"], ["Net margin"]),
        ("1,234", ["(in millions of dollars)"], ["Weighted average shares"]),
        ("€5", ["£m"], ["Rent"]),
        ("03/04/2024", [], ["Date"]),
        ("12 (30%)", [], ["Patients"]),
        ("5.5 (2023: 4.4)", ["£m"], ["Revenue"]),
        ("Type 4", [], ["Valve"]),
        ("London", [], ["Seat"]),
        ("3.11.2", [], ["Version"]),
        ("007", [], ["Code"]),
        ("12:30", [], ["Time"]),
        ("INV-2024-001", [], ["Invoice"]),
        ("△12,345", ["Millions of yen"], ["Sales"]),
        ("1.2m", [], ["Beta"]),
        ("12.4CR", ["£"], ["Balance"]),
        ("(2023)", [], ["Beta"]),
    ],
)
def test_cells_without_a_value_have_a_reason(text: str, said: list[str], labels: list[str]) -> None:
    parsed = cell_value(text, None if text == "1,234" else ENGLISH, around(*said), labels)
    assert parsed.value is None
    assert parsed.reason


def test_statements_equally_near_that_contradict_each_other() -> None:
    both = [one.model_copy(update={"nearness": 1}) for one in around("£m", "€m")]
    parsed = cell_value("455.9", ENGLISH, both, ["Cloud"])
    assert parsed.value is None
    assert "GBP" in parsed.reason
    nearer = cell_value("455.9", ENGLISH, around("£m", "€m"), ["Cloud"]).value
    assert nearer is not None
    assert nearer.currency == "GBP"


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "–", "—", "-", "--", "n/a", "N.A.", "n.m.", "NaN", "not available", "Not disclosed", "TBD", "tbc",
        "..", "…", "#DIV/0!", "#REF!", "#N/A", "#VALUE!", "#NAME?", "####", "(–)", "[n/a]", "unknown", "k. A.", "None",
    ],
)  # fmt: skip
def test_missing(text: str) -> None:
    assert is_missing(text)


@pytest.mark.parametrize("text", ["0", "nil", "Nil", "-1", "(8)", "No", "x", "NA5", "na klar", "0%", "A", "#1"])
def test_not_missing(text: str) -> None:
    assert not is_missing(text)
