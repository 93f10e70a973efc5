"""Amounts of Chinese, Japanese, Korean, Arabic, Hindi, Thai, Russian and Greek texts: right, or none."""

from __future__ import annotations

import pytest

from askdocs.values.parse import parse, parse_result, stated


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit", "currency"),
    [
        ("3300万股", "number", 33_000_000, "股", None),
        ("３３００万股", "number", 33_000_000, "股", None),
        ("1万2000人", "number", 12_000, "人", None),
        ("三千五百万股", "number", 35_000_000, "股", None),
        ("二十人", "number", 20, "人", None),
        ("520吨", "number", 520, "吨", None),
        ("2.6亿元人民币", "money", 260_000_000, None, "CNY"),
        ("18亿元", "money", 1_800_000_000, None, "CNY"),
        ("18億元", "money", 1_800_000_000, None, None),
        ("40元", "money", 40, None, None),
        ("5000港元", "money", 5_000, None, "HKD"),
        ("7.5亿美元", "money", 750_000_000, None, "USD"),
        ("人民币33亿元", "money", 3_300_000_000, None, "CNY"),
        ("1,200円", "money", 1_200, None, "JPY"),
        ("33億円", "money", 3_300_000_000, None, "JPY"),
        ("1.5兆円", "money", 1_500_000_000_000, None, "JPY"),
        ("3억 5000만 원", "money", 350_000_000, None, "KRW"),
        ("百分之四", "percent", 4, "percent", None),
        ("百分之3.5", "percent", 3.5, "percent", None),
        ("12.5％", "percent", 12.5, "percent", None),
        ("2个百分点", "percent", 2, "percentage points", None),
        ("٣٣ مليون سهم", "number", 33_000_000, "سهم", None),
        ("٣٫٥ مليار ريال", "money", 3_500_000_000, None, None),
        ("900 مليون ريال سعودي", "money", 900_000_000, None, "SAR"),
        ("120 مليون درهم إماراتي", "money", 120_000_000, None, "AED"),
        ("٤٪", "percent", 4, "percent", None),
        ("5 في المئة", "percent", 5, "percent", None),
        ("۲۵ میلیون نفر", "number", 25_000_000, "نفر", None),
        ("33 लाख शेयर", "number", 3_300_000, "शेयर", None),
        ("४५ करोड़ रुपये", "money", 450_000_000, None, "INR"),
        ("950 ล้านบาท", "money", 950_000_000, None, "THB"),
        ("5 พันล้านบาท", "money", 5_000_000_000, None, "THB"),
        ("33 млн акций", "number", 33_000_000, "акций", None),
        ("1,9 млрд рублей", "money", 1_900_000_000, None, "RUB"),
        ("1 234 567 рублей", "money", 1_234_567, None, "RUB"),
        ("5 δισ. ευρώ", "money", 5_000_000_000, None, "EUR"),
    ],
)
def test_what_an_amount_is(text: str, kind: str, value: float, unit: str | None, currency: str | None) -> None:
    found = parse(text)
    assert found is not None
    assert (found.kind, found.value, found.unit, found.currency) == (kind, value, unit, currency)
    assert not found.approximate


@pytest.mark.parametrize(
    "text", ["约3300万股", "超过20亿美元", "3300多万股", "3300万股以上", "40 กว่าล้านบาท", "20여 명", "около 5 млн акций"]
)
def test_about_is_approximate(text: str) -> None:
    found = parse(text)
    assert found is not None
    assert found.approximate


@pytest.mark.parametrize(
    "text",
    [
        "1.5兆元",  # a million millions in Taipei, not everywhere
        "3成",
        "第3",
        "3点5",
        "5月",
        "三点五",
        "3-5万元",
        "3M股",
        "数百万人",
        "十二月五日",
        "二〇二三年",
        "2023年度",
        "百分之二点五",
        "33 ألفا و500",
        "1.234 ريال",
        "17 ноября 2023 года",
        "2.400 рублей",
        "১২ লক্ষ টাকা",
        "25 тысяч 300 рублей",
        "3个半月",
        "15%から20%",
        "10–12 млрд рублей",
        "负5亿元",
        "▲12億円",
        "2023/24年度",
        "21वीं",
    ],
)
def test_what_is_not_sure_has_no_value(text: str) -> None:
    found = parse_result(text)
    assert found.value is None
    assert found.reason


@pytest.mark.parametrize(("text", "date"), [("2023年11月17日", "2023-11-17"), ("2023年5月", "2023-05")])
def test_dates_of_chinese_and_japanese(text: str, date: str | None) -> None:
    found = parse(text, "date")
    assert (found.value if found else None) == date


def test_an_amount_is_found_within_words() -> None:
    found = stated("造价18亿元", "money")
    assert found is not None
    assert found.value == 1_800_000_000
    assert parse("造价18亿元") is None


def test_english_with_a_foreign_name_is_read_as_english() -> None:
    found = parse("33 million shares of Xiaopeng (小鹏)")
    assert found is not None
    assert found.value == 33_000_000
