"""A known value written in many styles is read back as itself or not at all, never as another."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from askdocs.core.answers import Value
from askdocs.values.cell_values import cell_value
from askdocs.values.number_format import number_format
from askdocs.values.parse import parse, parse_result
from askdocs.values.units import UnitStatement, read_unit

# How a country writes a number: what groups thousands, and the decimal mark.
STYLES = [(",", "."), (".", ","), (" ", "."), (" ", ","), ("\u00a0", ","), ("\u202f", ","), ("\u2009", "."),
          ("'", "."), ("’", "."), ("", "."), ("", ",")]  # fmt: skip
ENGLISH_SCALES = {"": 1, " thousand": 10**3, "k": 10**3, "m": 10**6, " million": 10**6, "mn": 10**6, "bn": 10**9,
                  " billion": 10**9, " lakh": 10**5, " crore": 10**7, "tn": 10**12}  # fmt: skip
GERMAN_SCALES = {" Tsd.": 10**3, " Mio.": 10**6, " Mio": 10**6, " Mrd.": 10**9, " Millionen": 10**6}
SYMBOLS = {"$": "USD", "US$": "USD", "£": "GBP", "€": "EUR", "EUR ": "EUR", "CHF ": "CHF", "Rs. ": "INR", "HK$": "HKD"}
AFTER = {" €": "EUR", " EUR": "EUR", " Euro": "EUR", " US dollars": "USD", " Swiss francs": "CHF", "\u00a0€": "EUR"}
MINUSES = ["-{}", "−{}", "({})"]
NUMBERS = st.decimals(min_value=0, max_value=10**9, places=3).map(lambda number: number.normalize())


def written(number: Decimal, style: tuple[str, str], *, indian: bool = False) -> str:
    """A number as a country writes it."""
    group, mark = style
    whole, _, fraction = f"{abs(number):f}".partition(".")
    if indian and len(whole) > 3:
        head, tail = whole[:-3], whole[-3:]
        parts = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)]
        whole = ",".join([*reversed(parts), tail])
    else:
        parts = [whole[max(end - 3, 0) : end] for end in range(len(whole), 0, -3)]
        whole = group.join(reversed(parts))
    return whole + (mark + fraction if fraction else "")


def same(value: Value | None, number: Decimal) -> bool:
    """Whether a value is the number, or absent."""
    if value is None:
        return True
    assert not isinstance(value.value, tuple | str), value
    return abs(Decimal(str(value.value)) - number) <= abs(number) * Decimal("1e-9")


@given(NUMBERS, st.sampled_from(list(ENGLISH_SCALES)), st.sampled_from(list(SYMBOLS)), st.booleans())
def test_english_money_is_always_read(number: Decimal, scale: str, symbol: str, below: bool) -> None:
    text = symbol + written(number, (",", ".")) + scale
    value = parse(f"-{text}" if below else text)
    if value is None and SYMBOLS[symbol] == "EUR":
        assert scale == "", text  # "€1.234"
        return
    assert value is not None, text
    assert same(value, number * ENGLISH_SCALES[scale] * (-1 if below else 1)), text
    assert value.currency == SYMBOLS[symbol]


@given(NUMBERS, st.sampled_from(list(GERMAN_SCALES)), st.sampled_from(list(AFTER)))
def test_german_money_is_right_or_open(number: Decimal, scale: str, currency: str) -> None:
    text = written(number, (".", ",")) + scale + currency
    result = parse_result(text)
    assert same(result.value, number * GERMAN_SCALES[scale]), text
    assert result.value is None or result.value.currency == AFTER[currency], text
    assert result.value is not None or result.reason


@given(NUMBERS, st.booleans())
def test_indian_grouping(number: Decimal, below: bool) -> None:
    text = "₹" + written(number, (",", "."), indian=True)
    value = parse(f"-{text}" if below else text)
    assert value is not None, text
    assert same(value, -number if below else number)


@settings(max_examples=300)
@given(
    st.lists(NUMBERS, min_size=1, max_size=6),
    st.sampled_from(STYLES),
    st.sampled_from(MINUSES),
    st.sampled_from(["£m", "$'000", "in Mio. Euro", "(%)", "tonnes", "Rs. crore", "(MPa)"]),
    st.sampled_from(["{}", "{}*", "{}¹", " {} ", "{} (a)"]),
)
def test_a_column_is_read_by_its_own_format(
    numbers: list[Decimal], style: tuple[str, str], minus: str, unit: str, marked: str
) -> None:
    said = read_unit(unit) or read_unit(f"({unit})")
    assert said is not None
    cells = [marked.format(minus.format(written(number, style))) for number in numbers]
    column = number_format(cells)
    for number, cell in zip(numbers, cells, strict=True):
        parsed = cell_value(cell, column, [said], ["Output", "2024"])
        expected = -number * said.scale
        doubtful = _reads_as_english(numbers, style)
        assert doubtful or same(parsed.value, expected), (cell, cells, column, parsed)
        assert parsed.value is not None or parsed.reason
        if parsed.value is not None and parsed.value.kind != "date":
            assert parsed.value.currency == said.currency


def _reads_as_english(numbers: list[Decimal], style: tuple[str, str]) -> bool:
    """Whether a column with a decimal comma shows nothing but "1,234": English by default, unless its table objects."""
    texts = [written(number, style) for number in numbers]
    return (
        style[1] == ","
        and any("," in text for text in texts)
        and all("," not in text or len(text.split(",")[1]) == 3 for text in texts)
    )


@given(NUMBERS, NUMBERS, st.sampled_from([" to ", "–", " – ", "-"]), st.sampled_from(["%", " million", " tonnes", ""]))
def test_both_ends_of_a_range(one: Decimal, other: Decimal, join: str, unit: str) -> None:
    low, high = sorted((one, other))
    text = written(low, (",", ".")) + join + written(high, (",", ".")) + unit
    value = parse(text)
    if value is None or value.kind == "date" or value.unit == "date":
        return
    factor = 10**6 if unit == " million" else 1
    assert isinstance(value.value, tuple), text
    assert same(value.model_copy(update={"value": value.value[0]}), low * factor), text
    assert same(value.model_copy(update={"value": value.value[1]}), high * factor), text


@given(st.text(max_size=60), st.text(max_size=40))
def test_nothing_makes_a_cell_fail(text: str, label: str) -> None:
    said = read_unit(label)
    nearby: list[UnitStatement] = [said] if said else []
    parsed = cell_value(text, number_format([text, label]), nearby, [label])
    assert parsed.value is not None or parsed.reason


@given(st.text(alphabet="0123456789.,'- ()%€$£mkbnt/\u00a0–−", max_size=25))
def test_no_row_of_signs_fails(text: str) -> None:
    parsed = cell_value(text, number_format([text]), [], [])
    assert parsed.value is not None or parsed.reason
    result = parse_result(text)
    assert result.value is not None or result.reason
