"""Values out of words, and when two of them are equal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.core.answers import Value, ValueKind
from askdocs.values.parse import equal, matches_kind, parse, question_kind


def read(text: str, hint: ValueKind | None = None) -> Value:
    value = parse(text, hint)
    assert value is not None, text
    return value


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("33 million shares", 33_000_000, "shares"),
        ("33,000,000", 33_000_000, None),
        ("33m", 33_000_000, None),
        ("33.3 million", 33_300_000, None),  # float arithmetic gives 33299999.999999996
        ("1,234.5", 1234.5, None),
        ("thirty-three million shares", 33_000_000, "shares"),
        ("two hundred and five", 205, None),
        ("half a million", 500_000, None),
        ("two and a half million cars", 2_500_000, "cars"),
        ("a dozen", 12, None),
        ("500km", 500, "km"),
        ("25 million of its shares", 25_000_000, "shares"),
        ("33 million American depositary shares on Thursday", 33_000_000, "American depositary shares"),
        ("5k", 5000, None),
        ("2½ years", 2.5, "years"),
        ("-5 degrees", -5, "degrees"),
        ("minus 5 degrees", -5, "degrees"),
        ("2,023", 2023, None),
        ("5 m", 5, "m"),
    ],
)
def test_numbers(text: str, value: float, unit: str | None) -> None:
    found = read(text)
    assert (found.kind, found.value, found.unit) == ("number", value, unit)


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("$317 million", 317_000_000, "USD"),
        ("USD 317m", 317_000_000, "USD"),
        ("317 million US dollars", 317_000_000, "USD"),
        ("€4bn", 4_000_000_000, "EUR"),
        ("450 million euros", 450_000_000, "EUR"),
        ("¥12 billion", 12_000_000_000, "JPY"),
        ("12 billion yuan", 12_000_000_000, "CNY"),
        ("HK$5.5 billion", 5_500_000_000, "HKD"),
        ("5.5 billion Hong Kong dollars", 5_500_000_000, "HKD"),
        ("C$2.5 billion", 2_500_000_000, "CAD"),
        ("£1.2m", 1_200_000, "GBP"),
        ("$33 m", 33_000_000, "USD"),
        ("BRL 5m", 5_000_000, "BRL"),
        ("two and a half billion dollars", 2_500_000_000, "USD"),
        ("12.5 cents", 0.125, "USD"),
        ("$100 AUD", 100, "AUD"),
        ("nearly $20,000", 20_000, "USD"),
    ],
)
def test_money(text: str, value: float, currency: str) -> None:
    found = read(text)
    assert (found.kind, found.value, found.currency) == ("money", value, currency)


def test_money_names_that_are_also_words() -> None:
    assert read("150 pounds").kind == "number"
    assert read("150 pounds", "money").currency == "GBP"
    assert read("30 Polish zlotys", "money").currency == "PLN"


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("0.60%", 0.6, "percent"),
        ("0.6 %", 0.6, "percent"),
        ("9 percent", 9, "percent"),
        ("nine per cent", 9, "percent"),
        ("0.6 percentage points", 0.6, "percentage points"),
        ("a 2-percentage-point rise", 2, "percentage points"),
        ("50 basis points", 0.5, "percentage points"),
    ],
)
def test_percentages(text: str, value: float, unit: str) -> None:
    found = read(text)
    assert (found.kind, found.value, found.unit) == ("percent", value, unit)


@pytest.mark.parametrize(
    ("text", "value", "unit", "currency"),
    [
        ("70 to 80%", (70, 80), "percent", None),
        ("70%-80%", (70, 80), "percent", None),
        ("70-80", (70, 80), None, None),
        ("$10-12 million", (10_000_000, 12_000_000), None, "USD"),
        ("$10 million to $12 million", (10_000_000, 12_000_000), None, "USD"),
        ("$1.5m-2m", (1_500_000, 2_000_000), None, "USD"),
        ("between 5 and 7", (5, 7), None, None),
        ("between $5 and $7", (5, 7), None, "USD"),
        ("900,000 to 1.2 million", (900_000, 1_200_000), None, None),
        ("five to seven years", (5, 7), "years", None),
        ("10 to 12 million euros", (10_000_000, 12_000_000), None, "EUR"),
        ("2019-2021", ("2019", "2021"), "date", None),
    ],
)
def test_ranges(text: str, value: tuple[float, float], unit: str | None, currency: str | None) -> None:
    found = read(text)
    assert (found.kind, found.value, found.unit, found.currency) == ("range", value, unit, currency)


def test_five_and_seven_are_no_range() -> None:
    assert read("5 and 7", "number").value == 5


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("late October", "--10", "part of month"),
        ("mid-November 2023", "2023-11", "part of month"),
        ("the end of March 2024", "2024-03", "part of month"),
        ("Nov. 17, 2023", "2023-11-17", "day"),
        ("17 November 2023", "2023-11-17", "day"),
        ("Friday, Nov. 17", "--11-17", "day"),
        ("November 2023", "2023-11", "month"),
        ("in May", "--05", "month"),
        ("2023-11-17", "2023-11-17", "day"),
        ("Q3 2023", "2023-Q3", "quarter"),
        ("3Q23", "2023-Q3", "quarter"),
        ("the third quarter of 2023", "2023-Q3", "quarter"),
        ("the first half of 2023", "2023-H1", "half"),
        ("2023", "2023", "year"),
        ("fiscal 2023", "2023", "year"),
        ("early 2024", "2024", "part of year"),
        ("the 1990s", "1990s", "decade"),
        ("11/17/2023", "2023-11-17", "day"),
        ("17/11/2023", "2023-11-17", "day"),
    ],
)
def test_dates(text: str, value: str, precision: str) -> None:
    found = read(text)
    assert (found.kind, found.value, found.precision) == ("date", value, precision)


def test_no_day_that_does_not_exist() -> None:
    assert parse("November 31, 2023", "date") != Value(kind="date", value="2023-11-31", precision="day")


@pytest.mark.parametrize("text", ["", "  ", "Boeing 737", "Alibaba Group", "the board of directors", "."])
def test_words_that_are_no_value(text: str) -> None:
    assert parse(text) is None


def test_a_hint_finds_its_kind_anywhere() -> None:
    text = "Alibaba sold 33 million shares for $317 million, 9 percent of it, in late October"
    assert read(text, "number").value == 33_000_000
    assert read(text, "money").value == 317_000_000
    assert read(text, "percent").value == 9
    assert read(text, "date").value == "--10"
    assert parse("XPeng", "number") is None


def test_lists_and_booleans() -> None:
    assert read("XPeng; Meituan").value == ("XPeng", "Meituan")
    assert read("XPeng, Meituan and JD.com", "list").value == ("XPeng", "Meituan", "JD.com")
    assert read("yes, it sold them").value is True
    assert read("No").value is False
    assert parse("nobody") is None


@pytest.mark.parametrize("text", ["about 33 million", "33 million or more", "10+", "nearly $5bn", "more than 9%"])
def test_approximate(text: str) -> None:
    assert read(text).approximate


EQUAL = [
    ("33 million shares", "33,000,000"),
    ("33m", "33 million shares"),
    ("$317 million", "USD 317m"),
    ("0.60%", "0.6 %"),
    ("70 to 80%", "70-80 percent"),
    ("33 million shares", "33 million American depositary shares"),
    ("Nov. 17, 2023", "17 November 2023"),
    ("XPeng; Meituan", "Meituan; XPeng"),
    ("about 33 million", "33 million"),
    ("500 km", "500 kilometres"),
    ("50 basis points", "half a percentage point"),
    ("yes", "Yes, it did"),
]
DIFFERENT = [
    ("$317 million", "€317 million"),
    ("$317 million", "$317"),
    ("$317 million", "317 million"),
    ("0.60%", "0.6 percentage points"),
    ("0.6%", "0.6"),
    ("33 million shares", "33 million cars"),
    ("70 to 80%", "80%"),
    ("late October", "October"),
    ("2023", "2,023"),
    ("Nov. 17, 2023", "Nov. 17"),
    ("XPeng; Meituan", "XPeng;"),
    ("yes", "no"),
]


@pytest.mark.parametrize(("a", "b"), EQUAL)
def test_equal(a: str, b: str) -> None:
    assert equal(read(a), read(b))
    assert equal(read(b), read(a))


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_different(a: str, b: str) -> None:
    assert not equal(read(a), read(b))
    assert not equal(read(b), read(a))


def test_a_tolerance_is_a_share_of_the_second() -> None:
    assert equal(read("$320 million"), read("$317 million"), tolerance=0.01)
    assert not equal(read("$321 million"), read("$317 million"), tolerance=0.01)
    assert not equal(read("$317 million"), read("$318 million"))


@given(st.integers(min_value=0, max_value=10**13))
def test_written_numbers_are_read_back(number: int) -> None:
    assert read(f"{number:,} shares").value == number
    assert read(f"${number:,}").value == number
    assert read(f"{number:,}%", "percent").value == number


@given(st.decimals(min_value=0, max_value=10_000, places=2), st.sampled_from(["thousand", "million", "billion"]))
def test_scale_words_are_exact(number: object, scale: str) -> None:
    spelled, short = read(f"€{number} {scale}"), read(f"EUR {number}{scale[0].replace('t', 'k')}")
    assert equal(spelled, short)


@given(st.dates())
def test_days_are_read_back(day: object) -> None:
    assert read(str(day), "date").value == str(day)


@given(st.text(max_size=60))
def test_nothing_makes_it_fail(text: str) -> None:
    parse(text)
    for hint in ("number", "money", "percent", "range", "date", "boolean", "list", "text"):
        parse(text, hint)
    question_kind(text)
    matches_kind(text, "number")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many XPeng shares did Alibaba sell?", "number"),
        ("How many percentage points did it rise?", "percent"),
        ("How long did the strike last?", "number"),
        ("For what price?", "money"),
        ("And for how much?", "money"),
        ("How much did Alibaba receive for the shares?", "money"),
        ("By how much did shares fall?", None),
        ("How much did the share price fall?", None),
        ("What was XPeng's revenue in 2023?", "money"),
        ("What percentage of users left?", "percent"),
        ("When did Alibaba sell its shares?", "date"),
        ("And when?", "date"),
        ("In which year did Apple sue?", "date"),
        ("Who is the chief executive of XPeng?", "person"),
        ("To whom did it sell?", "person"),
        ("Where is XPeng based?", "place"),
        ("In which city is it based?", "place"),
        ("Did Alibaba sell its shares?", "boolean"),
        ("In 2023, did Alibaba sell its shares?", "boolean"),
        ("Which companies were sold?", "list"),
        ("Which company bought XPeng?", "entity"),
        ("Why did Alibaba cancel the spin-off?", "reason"),
        ("How did shares react?", None),
        ("What did Tencent say about chips?", None),
    ],
)
def test_question_kinds(question: str, kind: str | None) -> None:
    assert question_kind(question) == kind


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("2023", "number", False),
        ("33 million", "number", True),
        ("two", "number", True),
        ("$33 million", "number", False),
        ("9%", "number", False),
        ("$9.71", "money", True),
        ("9.71", "money", False),
        ("70 to 80%", "percent", True),
        ("late October", "date", True),
        ("Thursday", "date", True),
        ("XPeng", "date", False),
        ("He Xiaopeng", "person", True),
        ("33 million", "person", False),
        ("Alibaba Group", "person", False),
        ("Guangzhou", "place", True),
        ("$5", "place", False),
        ("XPeng and Meituan", "list", True),
        ("export curbs on chips", "reason", True),
        ("2023", "reason", False),
        ("anything", None, True),
    ],
)
def test_kinds_of_answers(text: str, kind: str | None, expected: bool) -> None:
    assert matches_kind(text, kind) is expected
