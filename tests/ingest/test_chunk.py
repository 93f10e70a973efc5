"""Chunks: exact slices that cover the text, whole where they fit, with headings beside them."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.core.articles import Article, Chunk
from askdocs.ingest.chunk import chunk
from askdocs.text.span_boundaries import is_cut


def article(text: str, title: str = "A title") -> Article:
    return Article(id="a1", source="a.txt", title=title, text=text)


def count_words(text: str) -> int:
    return len(text.split())


def cut(text: str, maximum: int = 20, title: str = "A title") -> list[tuple[str, str]]:
    return [(one.heading, one.text) for one in chunk(article(text, title), count_words, maximum)]


def sentence(number: int, words: int = 8) -> str:
    return f"Sentence {number} has " + "word " * (words - 4) + "end."


TEXTS = (
    st.text() | st.text(alphabet="aA #.!?\n\"'-:;1é。\u2029 ") | st.lists(st.text(alphabet="ab. \n#")).map("\n\n".join)
)
COUNTERS = st.sampled_from([count_words, len, lambda text: len(text.encode("utf-8", "replace")), lambda text: 1])


@given(TEXTS, st.integers(1, 40), COUNTERS)
def test_chunks_are_slices_within_the_maximum_in_order(text: str, maximum: int, count: Callable[[str], int]) -> None:
    chunks = chunk(article(text), count, maximum)
    for one in chunks:
        assert article(text).text[one.start : one.end] == one.text
        assert one.text == one.text.strip() != ""
        assert count(one.text) <= maximum or len(one.text) == 1
        assert (one.id, one.article_id) == (0, "a1")
    assert chunks == sorted(chunks, key=lambda one: (one.start, one.end))


@given(TEXTS, st.integers(1, 40))
def test_every_word_is_in_a_chunk_or_in_a_heading(text: str, maximum: int) -> None:
    chunks = chunk(article(text), len, maximum)
    covered = set().union(*(range(one.start, one.end) for one in chunks))
    headings = " ".join(one.heading for one in chunks)
    left = "".join(letter if place not in covered else "\n" for place, letter in enumerate(text))
    for rest in filter(str.strip, re.split(r"\n+", left)):
        words = rest.strip().lstrip("#").strip(" \t#")
        assert words in headings or words == "A title"


@given(TEXTS, st.integers(1, 40))
def test_the_same_text_is_cut_the_same_way(text: str, maximum: int) -> None:
    assert chunk(article(text), len, maximum) == chunk(article(text), len, maximum)


def test_a_paragraph_that_fits_stays_whole() -> None:
    paragraphs = [f"{sentence(1)} {sentence(2)}", f"{sentence(3)} {sentence(4)}"]
    assert cut("\n\n".join(paragraphs)) == [("", paragraphs[0]), ("", paragraphs[1])]


def test_short_neighbours_are_joined() -> None:
    short, long = "It rose.", f"{sentence(1)} {sentence(2)}"
    assert cut(f"{long}\n\n{short}\n\n{long}") == [("", f"{long}\n\n{short}"), ("", long)]
    assert cut("\n\n".join([short] * 12)) == [("", "\n\n".join([short] * 10)), ("", "\n\n".join([short] * 2))]


def test_a_longer_paragraph_is_cut_at_sentences_with_one_of_overlap() -> None:
    sentences = [sentence(number) for number in range(5)]
    assert [text for _, text in cut(" ".join(sentences), 24)] == [" ".join(sentences[:3]), " ".join(sentences[2:])]


def test_overlap_is_left_out_where_it_would_leave_no_room() -> None:
    sentences = [sentence(number, 15) for number in range(3)]
    assert [text for _, text in cut(" ".join(sentences))] == sentences


def test_a_longer_sentence_is_cut_at_words_and_a_longer_word_at_characters() -> None:
    words = " ".join(f"word{number}" for number in range(50))
    pieces = [text for _, text in cut(words)]
    assert " ".join(pieces) == words
    assert max(map(count_words, pieces)) <= 20
    pieces = [one.text for one in chunk(article("x" * 1000), len, 64)]
    assert "".join(pieces) == "x" * 1000
    assert max(map(len, pieces)) == 64


def test_a_word_that_counts_as_one_token_has_an_end_all_the_same() -> None:
    pieces = chunk(article("x" * 100_000), lambda text: 1, 220)
    assert "".join(one.text for one in pieces) == "x" * 100_000
    assert max(len(one.text) for one in pieces) == 220 * 16


def test_rows_of_a_table_are_not_cut_and_not_repeated() -> None:
    rows = [f"Company: Firm No. {number} Inc. Sales; Shares: {number}.5 million. Rising" for number in range(9)]
    chunks = chunk(article("\n".join(rows)), count_words, 25)
    assert "\n".join(one.text for one in chunks).split("\n") == rows


def test_headings_are_carried_beside_the_text() -> None:
    text = (
        "# A title\n\nIt began in May.\n\n## Figures\n\nSales rose by 5%.\n\n### Costs\n\nCosts fell.\n\n"
        "## Outlook\n\nNobody knows."
    )
    assert cut(text) == [
        ("", "It began in May."),
        ("Figures", "Sales rose by 5%."),
        ("Figures > Costs", "Costs fell."),
        ("Outlook", "Nobody knows."),
    ]


def test_chunks_do_not_reach_over_headings() -> None:
    assert cut("# A\n\nOne.\n\n# A\n\nTwo.") == [("A", "One."), ("A", "Two.")]


def test_headings_of_plain_text_are_told_by_their_place() -> None:
    text = "Sales rise 5%; time to buy?\n\nThey rose in May.\n\nMarket reaction\n\nThe shares fell a little.\n\nThe end"
    assert cut(text, title="Sales rise 5%; time to buy?") == [
        ("", "They rose in May."),
        ("Market reaction", "The shares fell a little.\n\nThe end"),
    ]


@pytest.mark.parametrize("line", ["Sales rose 5% to $3 million", "It fell.", "- Item", "Sales: up; costs: down"])
def test_lines_that_may_answer_a_question_are_no_headings(line: str) -> None:
    assert cut(f"It began.\n\n{line}\n\nThe shares fell a little after that.", 30) == [
        ("", f"It began.\n\n{line}\n\nThe shares fell a little after that.")
    ]


def test_a_heading_with_nothing_under_it_is_text() -> None:
    assert cut("# Empty\n\n# Full\n\nText.\n\n## Last") == [("", "# Empty"), ("Full", "Text."), ("Full", "## Last")]
    assert cut("A title") == [("", "A title")]


def test_nothing_gives_no_chunks() -> None:
    assert cut("") == cut(" \n\n ") == []


@pytest.mark.parametrize(
    "unit", ["It fell in May. ", "x", "word ", "a: b; c\n", "\n\nIt fell.", "# A\n\n", "“A b. ", "é"]
)
def test_time_is_linear(unit: str) -> None:
    began = time.process_time()
    chunks: list[Chunk] = chunk(article(unit * (500_000 // len(unit))), lambda text: len(text) // 5 + 1)
    assert chunks
    assert time.process_time() - began < 10


def test_a_long_chinese_paragraph_is_cut_at_its_sentences_and_goes_on_with_the_last() -> None:
    sentences = [f"第{number}句话说茶场今年收了许多茶叶，价格也涨了。" for number in range(8)]
    chunks = cut("".join(sentences), 20)
    assert len(chunks) > 2
    for _, text in chunks:
        assert text.startswith("第")
        assert text.endswith("。")
    for (_, one), (_, following) in itertools.pairwise(chunks):
        assert one.rpartition("第")[2] == following.partition("。")[0].removeprefix("第") + "。"


@pytest.mark.parametrize(
    "text", ["พิพิธภัณฑ์นกกระจิบได้รับโครงกระดูกวาฬสีน้ำเงิน" * 40, "ペンギンのひなが生まれ、" * 60, "ដំណឹងថ្មី" * 80]
)
def test_text_without_spaces_is_cut_between_characters_where_the_tokenizer_knows_none(text: str) -> None:
    chunks = cut(text, 20)
    assert "".join(one for _, one in chunks) == text
    place = 0
    for _, one in chunks:
        assert len(one) <= 20 * 16
        assert is_cut(text, place)
        place += len(one)
    assert max(len(one) for _, one in chunks) <= 100
