"""Prose quotes the passages exactly, whatever the model's logits."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askdocs.core.decoding import Passage
from askdocs.core.errors import AnswerTimeout
from askdocs.decoding.grammar import Vocabulary
from askdocs.decoding.prose_decoder import LONGEST_PROSE, Prose, ProseDecoder
from askdocs.reading.servers.server_prose import located_quotes
from askdocs.testing import ScriptedGenerator
from askdocs.text.span_boundaries import can_end, can_start
from tests.support.made import passages, prompted, random_model

SALE = "Alibaba sold 33 million XPeng shares for $317 million. It kept 7.5% of XPeng, and 33 million shares remain."
CLOUD = 'Its chief said "growth is back" in May. Profit rose 3% to 27.65 billion yuan.'


def write(generator: ScriptedGenerator, shown: Sequence[Passage], lead: str = "") -> Prose:
    decoder = ProseDecoder(generator, Vocabulary(generator))
    return decoder.write(prompted(generator), shown, lead=lead)


def scripted(text: str, *words: str) -> ScriptedGenerator:
    return ScriptedGenerator(text, words=words)


def quoted(prose: Prose, shown: Sequence[Passage]) -> list[str]:
    return [f"[{q.item.number}] {shown[q.item.number - 1].text[q.item.start : q.item.end]}" for q in prose.quotes]


# --- the property ---------------------------------------------------------------------------------------------------

TEXTS = st.one_of(
    st.text(max_size=30),
    st.text(alphabet='ab 3".[]12', max_size=30),
    st.text(alphabet="上é 和e\u0301👩🏽\u200d🚀“”", max_size=20),
    st.sampled_from([SALE, CLOUD, 'x" [1] y', '"', "a"]),
)


@given(st.lists(TEXTS, min_size=1, max_size=3), st.integers(0, 2**20), st.sampled_from([1.0, 8.0]), st.data())
@settings(max_examples=50)
def test_every_quote_stands_in_the_passage_that_it_names(
    texts: list[str], seed: int, spread: float, data: st.DataObject
) -> None:
    shown = passages(*texts)
    source = b" ".join(passage.text.encode() for passage in shown) + b'said "it" [1] and "'
    places = st.tuples(st.integers(0, len(source) - 1), st.integers(2, 6))
    pieces: list[str | bytes] = [source[at : at + size] for at, size in data.draw(st.lists(places, max_size=30))]
    generator = random_model(seed, ['"', ' "', '" [', "] ", *pieces, '"', ' "'], spread)
    sequence = prompted(generator)
    prose = ProseDecoder(generator, Vocabulary(generator), longest=60).write(sequence, shown)
    assert generator.live_sequences == (sequence,)
    assert prose.output_tokens <= 60
    rest = prose.text
    for quote in reversed(prose.quotes):
        text = shown[quote.item.number - 1].text
        words = text[quote.item.start : quote.item.end].replace("\n", " ")
        assert prose.text[quote.start : quote.end] == words
        assert can_start(text, quote.item.start)
        assert can_end(text, quote.item.end)
        mark = f'"{words}" [{quote.item.number}]'
        assert rest[quote.start - 1 :].startswith(mark)
        rest = rest[: quote.start - 1] + rest[quote.start - 1 + len(mark) :]
    assert not re.search(r'["“”„«»\[\]]', rest)


# --- what can be written --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ('It sold "33 million XPeng shares" [1].', ["[1] 33 million XPeng shares"]),
        ('"Profit rose 3%" [2] and it sold "33 million" [1].', ["[2] Profit rose 3%", "[1] 33 million"]),
        ('Its chief said "growth is back" [2].', ["[2] growth is back"]),
        ('In May "Its chief said "growth is back" in May." [2]', ['[2] Its chief said "growth is back" in May.']),
        ("Nothing is quoted.", []),
    ],
)
@pytest.mark.parametrize("words", [[], [' "', "33 ", '" [', '"." [1]', "million X"]])
def test_quotes_may_stand_anywhere_in_free_text(text: str, quotes: list[str], words: list[str]) -> None:
    shown = passages(SALE, CLOUD)
    prose = write(scripted(text, *words), shown, lead="\n")
    assert prose.text == text
    assert quoted(prose, shown) == quotes


@pytest.mark.parametrize(
    "text",
    ['It sold "34 million" [1].', 'It sold "33 million" [2].', "It sold shares [1].", "It sold “34 million” shares.",
     'It sold "33 mill" [1].'],
)  # fmt: skip
def test_what_is_not_quoted_exactly_cannot_be_written(text: str) -> None:
    prose = write(scripted(text), passages(SALE, CLOUD))
    assert text not in prose.text


def test_one_line_is_written() -> None:
    assert (
        write(scripted('It sold "33 million" [1].\n\nQuestion: And?'), passages(SALE)).text
        == 'It sold "33 million" [1].'
    )


def test_prose_that_does_not_end_is_cut_after_a_whole_sentence() -> None:
    shown = passages(SALE)
    endless = 'It sold "33 million" [1]. ' + "It went on and on. " * 40
    prose = write(scripted(endless), shown)
    assert prose.text.endswith("on and on.")
    assert prose.output_tokens == LONGEST_PROSE
    assert quoted(prose, shown) == ["[1] 33 million"]
    within = write(scripted('It sold "33 million" [1] and then "' + SALE * 3), passages(SALE * 4))
    assert within.text == 'It sold "33 million" [1]'


def test_of_equal_runs_the_preferred_one_is_quoted() -> None:
    generator = scripted('Now "33 million" [1].')
    decoder = ProseDecoder(generator, Vocabulary(generator))
    prose = decoder.write(prompted(generator), passages(SALE), prefer=lambda number, starts: len(starts) - 1)
    assert prose.quotes[0].item.start == SALE.rindex("33 million")


def test_the_text_so_far_is_told_but_not_that_nothing_is_answered() -> None:
    shown: list[str] = []
    generator = scripted('It sold "33 million" [1].', ' "')
    ProseDecoder(generator, Vocabulary(generator)).write(prompted(generator), passages(SALE), progress=shown.append)
    assert shown[0] == "I"
    assert shown[-1] == 'It sold "33 million" [1].'
    assert all(shown[-1].startswith(text) for text in shown)
    generator, shown = scripted("unanswerable"), []
    ProseDecoder(generator, Vocabulary(generator)).write(prompted(generator), passages(SALE), progress=shown.append)
    assert shown == []


def test_writing_stops_when_told() -> None:
    generator = scripted("It goes on.")
    sequence, looks = prompted(generator), iter([False, False, True])
    with pytest.raises(AnswerTimeout, match="stopped while writing"):
        ProseDecoder(generator, Vocabulary(generator)).write(sequence, passages(SALE), stopped=lambda: next(looks))
    assert generator.live_sequences == (sequence,)


def test_quotes_of_a_server_are_located_or_reported() -> None:
    shown = passages(SALE, CLOUD)
    text = 'It “sold 33 million” [2],\nsaid "growth is back". It "grew fast" [1] to "27.65 billion yuan." [2]'
    prose, missing = located_quotes(text, shown)
    assert quoted(prose, shown) == ["[1] sold 33 million", "[2] growth is back", "[2] 27.65 billion yuan"]
    assert [one.text for one in missing] == ["grew fast"]
    for quote in prose.quotes:
        assert prose.text[quote.start : quote.end].strip(".") in (SALE + CLOUD)
