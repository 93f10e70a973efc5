"""Terms of scripts that SQLite does not split or fold: alike for alike words, and none for Latin ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.text.script_terms import holds_script_words, script_terms, without_script_words


def terms(text: str) -> list[str]:
    return [found.term for found in script_terms(text) if not found.single]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("阿里巴巴", ["阿里", "里巴", "巴巴"]),
        ("鯨", ["鯨"]),
        ("ペンギン", ["ペン", "ンギ", "ギン"]),
        ("ﾍﾟﾝｷﾞﾝ", ["ペン", "ンギ", "ギン"]),  # half as wide
        ("주식을", ["주식", "식을"]),
        ("วาฬสี", ["วาฬ", "าฬส", "ฬสี"]),
        ("2023年に", ["2023", "年に"]),
        ("XPengの株", ["xpeng", "の株"]),
        ("2023 年", ["年"]),
        ("АКЦИЙ", ["акц"]),
        ("ёлка", ["елк"]),
        ("मीटर", ["मीटर"]),
        ("שָׁלוֹם", ["שלום"]),
        ("5 μm", []),
        ("Café", []),
    ],
)
def test_terms(text: str, found: list[str]) -> None:
    assert terms(text) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الشركة", "وشركة"),
        ("للشركات", "شركات"),
        ("أسهم", "اسهم"),
        ("الزَّيْتُون", "زيتون"),
        ("جمـــيل", "جميل"),
        ("مدينة", "المدينه"),
        ("ﻻ", "لا"),  # a form of presentation, as PDFs have them
        ("کتاب", "كتاب"),  # Persian and Arabic letters
        ("акции", "акций"),
        ("μετοχές", "μετοχών"),
        ("शेयर", "शेयरों"),
    ],
)
def test_forms_of_a_word_have_one_term(one: str, other: str) -> None:
    assert terms(one) == terms(other)
    assert len(terms(one)) == 1


def test_single_characters_have_the_place_of_their_pair() -> None:
    found = [(one.term, one.place, one.single) for one in script_terms("蓝鲸骨")]
    assert found == [("蓝鲸", 0, False), ("蓝", 0, True), ("鲸骨", 1, False), ("鲸", 1, True), ("骨", 1, True)]


@given(st.text())
def test_terms_are_never_empty_and_hold_no_space(text: str) -> None:
    found = script_terms(text)
    assert all(one.term and not any(character.isspace() for character in one.term) for one in found)
    assert bool(found) <= holds_script_words(text)
    assert not holds_script_words(without_script_words(text))


@given(st.text(alphabet=st.characters(max_codepoint=0x24F)))
def test_latin_text_has_none(text: str) -> None:
    assert script_terms(text) == []
    assert without_script_words(text) == text
