"""Formats of workbooks: a number is shown as the program that made it shows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.ingest.sources.number_formats import BUILT_IN, shown_number, shown_text


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.034, "0.0%", "3.4%"),
        (-0.034, "0.0%", "-3.4%"),
        (0.5, "0%", "50%"),
        (1234567, "#,##0", "1,234,567"),
        (1234.5, "#,##0.00", "1,234.50"),
        (0, "#,##0", "0"),
        (0.4, "#", ""),
        (-0.4, "0", "0"),
        (2.675, "0.00", "2.68"),
        (0.125, "0.00", "0.13"),
        (-12.4, "#,##0.0_);(#,##0.0)", "(12.4)"),
        (12.4, "#,##0.0_);(#,##0.0)", "12.4"),
        (-1234, '_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)', "$(1,234)"),
        (0, '_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)', "$-"),
        (-5, "#,##0;[Red]#,##0", "-5"),
        (-5, "0;[Red]-0", "-5"),
        (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"),
        (1234.5, "#,##0.00 [$kr.-406]", "1,234.50 kr."),
        (12.4, '"£"0.0"m"', "£12.4m"),
        (2500000, '0.0,,"m"', "2.5m"),
        (2500000, "#,##0,", "2,500"),
        (1.5, '0.0"x"', "1.5x"),
        (1.5, "0.0#", "1.5"),
        (1.0, "0.##", "1"),
        (7, "000", "007"),
        (5551234, "000-0000", "555-1234"),
        (0.5, ".00", ".50"),
        (12345.678, "0.00E+00", "1.23E+04"),
        (0.75, "# ?/?", "3/4"),
        (2.5, "# ?/?", "2 1/2"),
        (1500, '[>=1000]0.0,"k";0', "1.5k"),
        (150, '[>=1000]0.0,"k";0', "150"),
        (5, ";;;", ""),
        (5, "General", "5"),
        (0.1, "General", "0.1"),
        (5, 'General" kg"', "5 kg"),
        (5, "@", "5"),
        (45356, "yyyy-mm-dd", "2024-03-05"),
        (45356, "dd/mm/yyyy", "05/03/2024"),
        (45356, "[$-409]d-mmm-yy;@", "5-Mar-24"),
        (45356, "mmmm yyyy", "March 2024"),
        (45356.75, "d mmm yyyy h:mm", "5 Mar 2024 18:00"),
        (0.5, "h:mm AM/PM", "12:00 PM"),
        (0.0208333333, "mm:ss", "30:00"),
        (45356, 'dddd, mmmm dd, yyyy', "Tuesday, March 05, 2024"),
        (-1, "yyyy-mm-dd", "-1"),
        (1, "d mmm yyyy", "1 Jan 1900"),
    ],
)  # fmt: skip
def test_numbers_are_shown_under_their_format(value: float, code: str, shown: str) -> None:
    assert shown_number(value, code) == shown


def test_days_may_count_from_1904() -> None:
    assert shown_number(43894, "yyyy-mm-dd", since_1904=True) == "2024-03-05"


def test_texts_have_formats_too() -> None:
    assert shown_text("n/a", "0.0%") == "n/a"
    assert shown_text("n/a", BUILT_IN[44]) == "n/a"


@given(st.floats(allow_nan=False, allow_infinity=False), st.text('0#?.,%E+-/;[]"\\_*@ $dmyhs', max_size=12))
def test_no_format_breaks_the_reading(value: float, code: str) -> None:
    assert isinstance(shown_number(value, code), str)
    assert isinstance(shown_text("a", code), str)


@given(
    st.integers(-(10**12), 10**12),
    st.sampled_from(["#,##0", "0", "#,##0.00", "0.0", "#,##0;-#,##0", "#,##0_);(#,##0)"]),
)
def test_a_shown_number_is_the_number(value: int, code: str) -> None:
    shown = shown_number(float(value), code)
    read = float(shown.replace(",", "").strip("()"))
    assert (-read if shown.startswith("(") else read) == value
