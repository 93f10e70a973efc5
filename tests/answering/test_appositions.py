"""Whose the words in a bracket or behind a comma are."""

from __future__ import annotations

import pytest

from askdocs.answering.appositions import Ownership, ownership
from askdocs.core.decoding import SpanItem
from askdocs.reading.prompt_packing import number
from tests.support.made import article, hit

TEXT = (
    "Rovers signed striker Femi Adeyo, 23, from Ghent. Manager Aled Price said so.\n"
    "Lowmark (LSE: LMK), which ordered 4,000 boards, sued Hesper Cloud. In May, 12 boards broke."
)


@pytest.mark.parametrize(
    ("question", "words", "expected"),
    [
        ("How old is Femi Adeyo?", "23", "agrees"),
        ("how old is adeyo", "23", "agrees"),
        ("How old is Aled Price?", "23", "differs"),
        ("how old is aled price", "23", "differs"),
        ("How old is the striker?", "23", ""),  # nobody is named
        ("What is Lowmark's ticker?", "LMK", "agrees"),
        ("What is the ticker of Hesper Cloud?", "LMK", "differs"),
        ("How many boards of Lowmark broke?", "12", ""),  # a month owns nothing
        ("Who manages Rovers?", "Aled Price", ""),  # no bracket, no comma
    ],
)
def test_what_stands_in_brackets_is_of_the_name_before(question: str, words: str, expected: Ownership) -> None:
    passage = number(hit(article(TEXT, title="News"), chunk_id=1), 1)
    start = passage.text.index(words)
    assert ownership(question, SpanItem(number=1, start=start, end=start + len(words)), passage) == expected
