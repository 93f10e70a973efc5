"""What the words around a table say of the unit of its cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.values.units import UnitStatement, exempt, is_unit_line, read_unit

Named = tuple[float, str | None, str | None]


def said(text: str) -> UnitStatement:
    statement = read_unit(text)
    assert statement is not None, text
    return statement


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        (
            "(in thousands of euros, except per-share data)",
            (1000, "EUR", None),
            "in thousands of euros, except per-share data",
        ),
        ("Figures in £m", (10**6, "GBP", None), "Figures in £m"),
        ("£m", (10**6, "GBP", None), "£m"),
        ("$'000", (1000, "USD", None), "$'000"),
        ("£’000s", (1000, "GBP", None), "£’000s"),
        ("€000", (1000, "EUR", None), "€000"),
        ("US$ million", (10**6, "USD", None), "US$ million"),
        ("EUR mn", (10**6, "EUR", None), "EUR mn"),
        ("EURm", (10**6, "EUR", None), "EURm"),
        ("TEUR", (1000, "EUR", None), "TEUR"),
        ("T€", (1000, "EUR", None), "T€"),
        ("MSEK", (10**6, "SEK", None), "MSEK"),
        ("in Mio. Euro", (10**6, "EUR", None), "in Mio. Euro"),
        ("Umsatz in Mio. EUR", (10**6, "EUR", None), "Mio. EUR"),
        ("Angaben in Tsd. EUR", (1000, "EUR", None), "Angaben in Tsd. EUR"),
        ("Chiffre d'affaires (millions d'euros)", (10**6, "EUR", None), "millions d'euros"),
        ("(Rs. crore)", (10**7, "INR", None), "Rs. crore"),
        ("(₹ in lakhs)", (10**5, "INR", None), "₹ in lakhs"),
        ("Unit: RMB million", (10**6, "CNY", None), "Unit: RMB million"),
        ("(Dollars in millions, except per share amounts)", (10**6, "USD", None), None),
        ("(unaudited, in millions of Swiss francs)", (10**6, "CHF", None), None),
        ("Millions of yen", (10**6, "JPY", None), None),
        ("all amounts in thousands of U.S. dollars unless otherwise stated", (1000, "USD", None), None),
        ('Amounts expressed in thousands of Canadian dollars ("C$")', (1000, "CAD", None), None),
        ("All figures in thousands of euros unless otherwise stated. See note 5.", (1000, "EUR", None), None),
        ("Table 3: Revenue by segment, in £m, 2023–2024", (10**6, "GBP", None), "£m"),
        ("Income statement for the year ended 31 March 2024 (in thousands of euros)", (1000, "EUR", None), None),
        ("Revenue (US$ million)", (10**6, "USD", None), "US$ million"),
        ("Revenue £m", (10**6, "GBP", None), "£m"),
        ("2024 £m", (10**6, "GBP", None), "£m"),
        ("Revenue, US$ million", (10**6, "USD", None), "US$ million"),
        ("Price per share ($)", (1, "USD", None), "$"),
        ("Earnings per share (pence)", (0.01, "GBP", None), "pence"),
        ("Dividend (cents)", (0.01, None, "cents"), "cents"),
        ("Power price (€/MWh)", (1, "EUR", "per MWh"), "€/MWh"),
        ("Employees (thousands)", (1000, None, None), "thousands"),
        ("Output, million tonnes", (10**6, None, "tonnes"), "million tonnes"),
        ("Net margin (%)", (1, None, "percent"), "%"),
        ("Margin %", (1, None, "percent"), "%"),
        ("% change", (1, None, "percent"), None),
        ("Change (pp)", (1, None, "percentage points"), "pp"),
        ("Spread (bps)", (0.01, None, "percentage points"), "bps"),
        ("Energy, GWh", (1, None, "GWh"), "GWh"),
        ("MPa", (1, None, "MPa"), "MPa"),
        ("Tensile strength [MPa]", (1, None, "MPa"), "MPa"),
        ("Density, g/cm³", (1, None, "g/cm³"), "g/cm³"),
        ("Thermal conductivity (W/(m·K))", (1, None, "W/(m·K)"), "W/(m·K)"),
        ("°C", (1, None, "°C"), "°C"),
        ("Voltage (V)", (1, None, "V"), "V"),
        ("Leverage (x)", (1, None, "times"), "x"),
    ],
)
def test_units_are_read(text: str, expected: Named, words: str | None) -> None:
    statement = said(text)
    assert (float(statement.scale), statement.currency, statement.unit) == expected
    assert words is None or text[statement.start : statement.end] == words


@pytest.mark.parametrize(
    "text",
    [
        "Revenue", "Cloud", "2024", "Employees", "Change", "Notes", "Smith & Co (Holdings)", "", "Min", "Bar", "Days",
        "Sales in Europe", "Growth in real terms", "Group (A)", "Item(s)", "2024 (p)", "(Restated)", "(Note 5)",
        "Units", "Cash (used in) operations", "Schedule (ALL)", "Region (EMEA)", "Interest in joint ventures",
        "Loans in arrears", "The company has offices in London", "Q3 2024", "Head (CEO)",
        "GB", "A", "Model T", "Total", "Class (B)",
    ],
)  # fmt: skip
def test_words_that_name_no_unit(text: str) -> None:
    assert read_unit(text) is None
    assert not is_unit_line(text)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Figures in £m", True),
        ("(in thousands of euros, except per-share data)", True),
        ("(In millions, except number of shares, which are reflected in thousands, and per-share amounts)", True),
        ("€ million", True),
        ("all amounts in thousands of U.S. dollars unless otherwise stated", True),
        ("Revenue (US$ million)", False),
        ("Revenue rose to £12m in 2024", False),
        ("Employees", False),
        ("in 2024", False),
    ],
)
def test_unit_lines(line: str, expected: bool) -> None:
    assert is_unit_line(line) is expected


@pytest.mark.parametrize(
    ("text", "exceptions"),
    [
        ("(in thousands, except share and per share data)", ("share", "per share")),
        ("€ million, except ratios and number of employees", ("ratios", "number of employees")),
        ("(in millions, except percentages)", ("percentages",)),
        ("in £m unless otherwise stated", ()),
    ],
)
def test_exceptions_are_read(text: str, exceptions: tuple[str, ...]) -> None:
    assert said(text).exceptions == exceptions


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        ("(in millions, except per share data)", "Diluted earnings per share", True),
        ("(in millions, except per share data)", "EPS, basic", True),
        ("(in millions, except per share data)", "Net income", False),
        ("(in millions, except per share data)", "Shares outstanding", False),
        ("(in millions, except share data)", "Shares outstanding", True),
        ("(in millions, except share data)", "Share capital", False),
        ("(in millions, except share data)", "Share-based compensation", False),
        ("(in millions, except percentages)", "Operating margin", True),
        ("(in millions, except percentages)", "Tax expense", False),
        ("(in millions, except ratios)", "Current ratio", True),
        ("(in millions, except number of employees)", "Average headcount", True),
        ("(in millions, except number of employees)", "Employee benefits", False),
        ("(in millions, except dividends declared)", "Dividends declared", True),
    ],
)
def test_what_is_exempt(text: str, label: str, expected: bool) -> None:
    assert exempt(said(text), [label, "2024"]) is expected


WORDS = [
    "in", "thousands", "miles", "de", "euros", "EUR", "€", "m", "mn", "(", ")", ",", "except", "per share", "US$",
    "'000", "000", "R", "RM", "Rs.", "kg", "/", "%", "of", "million", "Mio.", "p", "cents", "in the", "unless stated",
    "ABCm", "10⁻⁶", "100 km", "[", "]", "1,000", "won",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=8), st.sampled_from([" ", ""]))
def test_no_words_make_it_fail(words: list[str], between: str) -> None:
    text = between.join(words)
    statement = read_unit(text)
    is_unit_line(text)
    assert statement is None or 0 <= statement.start < statement.end <= len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("USD (millions)", (10**6, "USD", None)),
        ("Value in USD (thousands)", (1000, "USD", None)),
        ("RM'000", (1000, "MYR", None)),
        ("(in millions of Korean won)", (10**6, "KRW", None)),
        ("Importe en miles de euros", (1000, "EUR", None)),
        ("Shares (m)", (10**6, None, None)),
        ("Distance (m)", (1, None, "m")),
        ("Melt flow index (g/10 min)", (1, None, "g/10 min")),
        ("CTE (10⁻⁶/K)", (1, None, "10⁻⁶/K")),
        ("Capacity MW", (1, None, "MW")),
        ("Fuel consumption (l/100 km)", (1, None, "l/100 km")),
        ("Salary (EUR per month)", (1, "EUR", "per month")),
    ],
)
def test_units_beside_other_words(text: str, expected: Named) -> None:
    statement = said(text)
    assert (float(statement.scale), statement.currency, statement.unit) == expected
