"""Words are cut out whole: letters, figures with their signs, what a reader sees as one character."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from askdocs.text.span_boundaries import can_end, can_start, end_closed, is_cut


def cuts(text: str) -> str:
    """The text with a bar wherever it may be cut."""
    return "".join(("|" if i and is_cut(text, i) else "") + character for i, character in enumerate(text))


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("33 million", "33| |million"),
        ("3,300.5 m", "3,300.5| |m"),
        ("by 1/2.", "by| |1/2|."),
        ("at 10:30, then", "at| |10:30|,| |then"),
        ("$317m", "$317m"),
        ("0.60%", "0.60%"),
        ("a −5% fall", "a| |−5%| |fall"),
        ("a -$5 charge", "a| |-$5| |charge"),
        ("70-80%", "70|-|80%"),
        ("XPeng's cars", "XPeng|'s| |cars"),
        ("don't", "don|'t"),
        ("U.S.", "U|.|S|."),
        ("cafe\u0301s", "cafe\u0301s"),
        ("上海和", "上|海|和"),
        ("A股", "A|股"),
        ("卖出3300万股", "卖|出|3300万|股"),
        ("3億5000万円", "3億5000万|円"),
        ("ニュースを", "ニュー|ス|を"),
        ("น้ำเงิน", "น้ำ|เงิ|น"),
        ("วาฬสี", "วา|ฬ|สี"),
        ("कंपनी ने", "कंपनी| |ने"),
        ("أسهم: ٣٣", "أسهم|:| |٣٣"),
        ("👩\u200d🚀ok", "👩\u200d🚀|ok"),
        ("👍🏽!", "👍🏽|!"),
        ("🇩🇪 x", "🇩🇪| |x"),
        ("❤\ufe0f.", "❤\ufe0f|."),
    ],
)
def test_where_a_text_may_be_cut(text: str, cut: str) -> None:
    assert cuts(text) == cut


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("(33 million)", {"33", "33 million", "million"}),
        ("about $5.", {"about", "about $5", "$5"}),
        ("No.", {"No", "No."}),
        ("“yes”", {"yes", "yes”", "“yes", "“yes”"}),
    ],
)
def test_runs_begin_and_end_at_words(text: str, runs: set[str]) -> None:
    starts = [i for i in range(len(text)) if can_start(text, i)]
    ends = [i for i in range(1, len(text) + 1) if can_end(text, i)]
    found = {text[start:end] for start in starts for end in ends if start < end}
    assert runs <= found
    assert all(re.search(r"\w", run) for run in runs)


@given(st.text())
@example("a\u0301b")
@example("1\u0300")
def test_no_cut_falls_within_a_character_word_or_number(text: str) -> None:
    for i in range(1, len(text)):
        before, after = text[i - 1], text[i]
        if is_cut(text, i):
            assert unicodedata.category(after)[0] != "M"
            assert not (before.isascii() and after.isascii() and before.isalnum() and after.isalnum())
        if can_start(text, i):
            assert not text[i].isspace()
        if can_end(text, i):
            assert not text[i - 1].isspace()
    assert is_cut(text, 0)
    assert is_cut(text, len(text))


@pytest.mark.parametrize(
    ("text", "words", "whole"),
    [
        ("standards (International), 2018", "standards (International", "standards (International)"),
        ("(1%) of it", "(1%", "(1%)"),
        ("International) of it", "International", "International"),
        ("8.8 lb) of it", "8.8 lb)", "8.8 lb"),
        ("the core” items", "the core”", "the core"),
        ("a (b) c) d", "a (b) c)", "a (b) c"),
        ("a (b) c", "a (b)", "a (b)"),
        ("8.8 lb)) d", "8.8 lb)", "8.8 lb"),
        ("the “core” items", "the “core", "the “core”"),
        ('the "core" items', 'the "core', 'the "core'),
        ("a [b] (c) d", "a [b] (c", "a [b] (c)"),
        ("a (b) c) d", "a (b) c", "a (b) c"),
        ("a (b c", "a (b", "a (b"),
    ],
)
def test_a_run_ends_with_the_mark_that_closes_what_it_opened_and_no_other(text: str, words: str, whole: str) -> None:
    assert text[: end_closed(text, 0, len(words))] == whole


@given(st.text(alphabet="ab ([{“”}])»«,", min_size=1), st.data())
def test_a_closed_run_still_ends_where_words_may_end(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    closed = end_closed(text, start, end)
    assert closed in (end - 1, end, end + 1)
    assert closed > start
    assert closed == end or can_end(text, closed)
