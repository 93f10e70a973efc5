"""Sentences: the boundaries a reader would draw, exact offsets, linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.text.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["Apple Inc. fell 2% on Friday.", "The U.S. government said so."],
        ["It closed at $78.49, down 0.60%.", "See No. 5 for more."],
        ["Mr. Smith of J.P. Morgan met Dr. Lee at 5 p.m. Monday.", "They agreed."],
        ["The meeting ended at 5 p.m. Eastern.", "Nobody spoke."],
        ["He moved to the U.S. in May.", "He liked it!", "Really?"],
        ["“It works,” he said.", "“Does it?”", "She nodded."],
        ["Harbour's growth slowed.", "Its rivals' sales rose.", "Harbour's chief left."],
        ["Harbour’s growth slowed.", "Its rivals’ sales rose.", "Harbour’s chief left."],
        ["Nordvik Holding Ltd. Chairman Ann Lee spoke.", "In Nov. 2023 it paid $1.5 bn. in cash."],
        ["It has approx. 40 plants vs. 30 before.", "Smith et al. counted them."],
        ["1. Buy the shares.", "2. Sell them."],
        ["Sales were 3.5 million.", "3.2 million were sold abroad."],
        ["Naïve 😀 users wrote.", "Élan bought it."],
        ["それは終わった。", "次は何か。"],
    ],
)
def test_boundaries_are_those_a_reader_would_draw(expected: list[str]) -> None:
    joiner = "" if not expected[0].isascii() and "。" in expected[0] else " "
    assert sentences(joiner.join(expected)) == expected


def test_a_line_is_a_sentence_unless_the_next_goes_on() -> None:
    assert sentences("Firm: A; Sales: 5\nFirm: B; Sales: 6") == ["Firm: A; Sales: 5", "Firm: B; Sales: 6"]
    assert sentences("The firm sold\nits shares. It\nwas late.") == ["The firm sold\nits shares.", "It\nwas late."]
    assert sentences("A heading\n\nA sentence.") == ["A heading", "A sentence."]


@given(st.text() | st.text(alphabet="aA .!?\n\"'()“”’\u00a0\u2029\u0085é。1$"))
def test_spans_cover_all_but_whitespace_in_order(text: str) -> None:
    covered = 0
    for start, end in sentence_spans(text):
        assert covered <= start < end
        assert not text[covered:start].strip()
        assert text[start:end] == text[start:end].strip()
        covered = end
    assert not text[covered:].strip()


@pytest.mark.parametrize(
    "unit", ["a", "It fell. ", "' \" ( a. B ", "“A b. ", "1. ", "\n", "a\n", " ", "。", "A.\u2029"]
)
def test_time_is_linear_whatever_the_text(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    began = time.process_time()
    sentence_spans(text)
    assert time.process_time() - began < 5


def test_a_sentence_longer_than_the_window_is_found_whole() -> None:
    long = "word " * 3000 + "end."
    assert sentences(f"Short one. {long} Short two.") == ["Short one.", long, "Short two."]


def test_the_window_does_not_change_the_boundaries() -> None:
    sentence = "The firm of Mr. Lee sold 3.5 million shares on Nov. 5 for $7.25 each."
    assert sentences(" ".join([sentence] * 1000)) == [sentence] * 1000
