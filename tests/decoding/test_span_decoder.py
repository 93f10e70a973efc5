"""Whatever a model's logits: the decoded answer is in the grammar, and every item stands in its passage."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askdocs.core.base import FloatArray
from askdocs.core.decoding import DecodedAnswer, Decoding, Passage
from askdocs.core.errors import AnswerTimeout, ModelUnusable
from askdocs.decoding.grammar import Grammar, Source, Vocabulary
from askdocs.decoding.span_decoder import LONGEST, SpanDecoder, log_sum, shared_beginning
from askdocs.testing import ScriptedGenerator
from askdocs.text.span_boundaries import can_end, can_start
from tests.support.made import passages, prompted, random_model

SALE = "Alibaba sold 33 million XPeng shares for about $317 million. Alibaba kept 7.5% of XPeng, or 33 million shares."
CLOUD = "Its cloud unit grew 3%, to 27.65 billion yuan; profit doubled. 3 analysts asked why."


def decode(generator: ScriptedGenerator, shown: Sequence[Passage], lead: str = " ") -> Decoding:
    return SpanDecoder(generator).decode(prompted(generator), shown, lead=lead)


def scripted(answer: str, words: Sequence[str] = ()) -> ScriptedGenerator:
    return ScriptedGenerator(answer, words=words)


def written(answer: DecodedAnswer, shown: Sequence[Passage]) -> str:
    """An answer as the grammar writes it."""
    texts = {passage.number: passage.text.replace("\n", " ") for passage in shown}
    mark = "" if answer.boolean is None else "yes " if answer.boolean else "no "
    return mark + "; ".join(f"[{item.number}] {texts[item.number][item.start : item.end]}" for item in answer.items)


def items(answer: DecodedAnswer, shown: Sequence[Passage]) -> list[str]:
    return [shown[item.number - 1].text[item.start : item.end] for item in answer.items]


# --- the property ---------------------------------------------------------------------------------------------------

TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="ab 3.,;$%'\n[]12", max_size=40),
    st.text(alphabet="上海é 和e\u0301👩🏽\u200d🚀🇩🇪❤\ufe0fก็ں;3%", max_size=30),
    st.sampled_from([SALE, CLOUD, "x; [2] y", "33 33 33", "[1] a; [2] b", "yes [1] no"]),
)


@st.composite
def settings_of(draw: st.DrawFn) -> tuple[ScriptedGenerator, list[Passage], str]:
    """Passages, a model of random wishes whose tokens split their bytes anywhere, and a lead."""
    shown = passages(*draw(st.lists(TEXTS, min_size=1, max_size=4)))
    data = b" ".join(passage.text.encode() for passage in shown) + b"; [1] [2] yes no unanswerable\n"
    places = st.integers(0, len(data) - 1)
    pieces = [
        data[at : at + length] for at, length in draw(st.lists(st.tuples(places, st.integers(2, 7)), max_size=40))
    ]
    extra: list[str | bytes] = [" [", "] ", " yes", " un", "; [", ";", " \n", *pieces]
    spread = draw(st.sampled_from([0.5, 4.0, 20.0]))
    return random_model(draw(st.integers(0, 2**20)), extra, spread), shown, draw(st.sampled_from(["", " ", "\n"]))


@given(settings_of())
@settings(max_examples=150)
def test_every_answer_is_in_the_grammar_and_stands_in_its_passages(
    given_: tuple[ScriptedGenerator, list[Passage], str],
) -> None:
    generator, shown, lead = given_
    decoder = SpanDecoder(generator)
    sequence = prompted(generator)
    decoding = decoder.decode(sequence, shown, lead=lead)
    assert generator.live_sequences == (sequence,)
    for answer in decoding.answers:
        said = decoder.vocabulary.text(answer.tokens).decode()
        assert said.removeprefix(lead) == written(answer, shown)
        assert len(answer.items) == 1 or answer.boolean is None
        for item in answer.items:
            text = shown[item.number - 1].text
            assert 0 <= item.start < item.end <= len(text)
            assert can_start(text, item.start)
            assert can_end(text, item.end)
            assert not _splits_a_word(text, item.start)
            assert not _splits_a_word(text, item.end)
        assert math.isclose(answer.log_probability, sum(math.log(max(p, 1e-300)) for p in answer.probabilities),
                            abs_tol=1e-3)  # fmt: skip
    scores = [answer.log_probability for answer in decoding.answers]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= p <= 1 for p in (decoding.unanswerable, decoding.yes, decoding.no))
    assert len(decoding.passage_probabilities) == len(shown)


def _splits_a_word(text: str, i: int) -> bool:
    return 0 < i < len(text) and re.fullmatch(r"[A-Za-z0-9]{2}", text[i - 1 : i + 1]) is not None


def greedy_log_probability(generator: ScriptedGenerator, shown: Sequence[Passage]) -> float | None:
    """The answer of always taking the likeliest token that the grammar allows; None where that leads nowhere."""
    vocabulary = Vocabulary(generator)
    sources = {passage.number: Source(passage.text, vocabulary) for passage in shown}
    grammar = Grammar(shown, sources, vocabulary, b"", lambda number, starts: 0)
    sequence, cursors, total = prompted(generator), grammar.beginning(), 0.0
    (end,) = generator.end_tokens
    for _ in range(LONGEST):
        row = generator.logits(sequence)
        allowed = [*grammar.allowed(cursors), *([end] if grammar.closed(cursors) else [])]
        if not allowed:
            return None
        token = max(allowed, key=lambda token: row[token])
        total += float(row[token]) - log_sum(row)
        if token == end:
            return total
        cursors = grammar.advance(cursors, token)
        generator.accept([(sequence, token)])
    return None


@given(st.integers(0, 2**20), st.sampled_from([0.5, 3.0]))
@settings(max_examples=40)
def test_the_beam_is_at_least_as_good_as_greedy_steps(seed: int, spread: float) -> None:
    generator = random_model(seed, [" [", "33", " million", "illi", "on"], spread)
    shown = passages("Sold 33 million.", "3 of 7")
    greedy = greedy_log_probability(generator, shown)
    best = decode(generator, shown, lead="").answers
    if greedy is not None:
        assert best[0].log_probability >= greedy - 1e-3


# --- what can be said -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("[1] 33 million", ["33 million"]),
        ("[1] $317 million", ["$317 million"]),
        ("[2] 27.65 billion yuan", ["27.65 billion yuan"]),
        ("[1] 33 million; [2] 27.65 billion yuan; [1] 7.5%", ["33 million", "27.65 billion yuan", "7.5%"]),
        ("[2] 27.65 billion yuan; profit doubled", ["27.65 billion yuan; profit doubled"]),
        ("[2] 27.65 billion yuan; [1] Alibaba", ["27.65 billion yuan", "Alibaba"]),
        ("[2] 3 analysts asked why.", ["3 analysts asked why."]),
        ("[2] grew 3%, to 27.65 billion", ["grew 3%, to 27.65 billion"]),
    ],
)
@pytest.mark.parametrize("words", [[], [" ", "33", " million", " 3", "illion", "; ", " yu", "n;"]])
def test_what_the_passages_hold_can_be_said(answer: str, found: list[str], words: list[str]) -> None:
    shown = passages(SALE, CLOUD)
    best = decode(scripted(answer, words), shown).answers[0]
    assert items(best, shown) == found
    assert best.boolean is None


def test_a_number_can_be_reached_behind_a_blank_token() -> None:
    """This tokenizer writes " 33" as a blank and digits; no token begins with a blank and goes on with a digit."""
    generator = ScriptedGenerator("[1] 33 million", words=[" million", " Alibaba", " sold"])
    best = decode(generator, passages(SALE)).answers[0]
    assert generator.text(best.tokens).endswith("33 million")


@pytest.mark.parametrize(("word", "boolean"), [("yes", True), ("no", False)])
def test_yes_and_no_come_with_one_item(word: str, boolean: bool) -> None:
    shown = passages(SALE, CLOUD)
    decoding = decode(scripted(f"{word} [1] Alibaba kept 7.5%"), shown)
    best = decoding.answers[0]
    assert (best.boolean, items(best, shown)) == (boolean, ["Alibaba kept 7.5%"])
    assert (decoding.yes > 0.5, decoding.no > 0.5) == (boolean, not boolean)
    more = decode(scripted(f"{word} [1] Alibaba kept 7.5%; [2] 3%"), shown)
    assert all(len(answer.items) == 1 for answer in more.answers)


@pytest.mark.parametrize("lead", ["", " ", "\n"])
@pytest.mark.parametrize("words", [[], [" unanswerable", " [", " yes", " no", "\n"]])
def test_the_mass_of_giving_up_is_read_behind_the_lead(lead: str, words: list[str]) -> None:
    given_up = decode(scripted("unanswerable", words), passages(SALE), lead)
    assert given_up.unanswerable > 0.2
    assert max(given_up.yes, given_up.no) < 0.01
    answered = decode(scripted("[1] Alibaba", words), passages(SALE), lead)
    assert answered.unanswerable < 0.01
    assert written(answered.answers[0], passages(SALE)) == "[1] Alibaba"


@pytest.mark.parametrize(
    "wanted", ["[1] 33 mill", "[1] 33 million X", "[1] a", "[7] 33 million", "I think 33", "[1] 31"]
)
def test_what_no_passage_holds_cannot_be_said(wanted: str) -> None:
    shown = passages(SALE, CLOUD)
    answers = decode(scripted(wanted), shown).answers
    assert answers
    assert wanted not in {written(answer, shown) for answer in answers}


def test_answers_end_at_whole_words() -> None:
    """However much the model wants to end after "33 mill"."""
    shown = passages(SALE)
    for answer in decode(scripted("[1] 33 mill"), shown).answers:
        assert all(re.fullmatch(r"\S+( \S+)*", text) and text.split()[-1] != "mill" for text in items(answer, shown))


def test_no_passages_no_answers() -> None:
    decoding = decode(scripted("[1] 33 million"), [])
    assert decoding.answers == ()
    assert decoding.passage_probabilities == ()


def test_a_passage_without_words_cannot_be_cited() -> None:
    decoding = decode(scripted("[1] ..."), passages("... !", "Words stand here.", "(", ""))
    assert {item.number for answer in decoding.answers for item in answer.items} == {2}


def test_lines_are_read_as_blanks() -> None:
    shown = passages("Sold\n\n33\n million")
    assert items(decode(scripted("[1] Sold 33 million"), shown).answers[0], shown) == ["Sold\n33\nmillion"]


# --- equal runs -----------------------------------------------------------------------------------------------------


def test_of_equal_runs_the_first_unless_another_is_preferred() -> None:
    shown = passages(SALE)
    second = SALE.rindex("33 million")
    generator = scripted("[1] 33 million")
    decoder = SpanDecoder(generator)
    first = decoder.decode(prompted(generator), shown).answers[0]
    assert first.items[0].start == SALE.index("33 million")
    seen: list[tuple[int, list[int]]] = []

    def last(number: int, starts: list[int]) -> int:
        seen.append((number, starts))
        return len(starts) - 1

    preferred = decoder.decode(prompted(generator), shown, prefer=last).answers[0]
    assert preferred.items[0].start == second
    assert (1, [first.items[0].start, second]) in seen


def test_equal_runs_within_a_list_are_chosen_when_they_close() -> None:
    shown = passages(SALE, CLOUD)
    generator = scripted("[1] 33 million; [2] 3%")
    best = SpanDecoder(generator).decode(prompted(generator), shown, prefer=lambda number, starts: -1).answers[0]
    assert [item.start for item in best.items] == [SALE.rindex("33 million"), CLOUD.index("3%")]


def test_a_separator_that_stands_in_the_passage_is_read_as_its_words() -> None:
    shown = passages("x; [2] y", "y")
    best = decode(scripted("[1] x; [2] y"), shown).answers[0]
    assert items(best, shown) == ["x; [2] y"]


# --- sequences, limits, several at once -----------------------------------------------------------------------------


class Failing(ScriptedGenerator):
    """Fails at its n-th evaluation."""

    def __init__(self, left: int) -> None:
        super().__init__("[1] 33 million; [1] 7.5%")
        self.left = left

    def accept(self, steps: Sequence[tuple[int, int]]) -> None:
        self.left -= 1
        if self.left < 0:
            raise AnswerTimeout("stopped")
        super().accept(steps)


@pytest.mark.parametrize("left", range(0, 12, 3))
def test_a_failed_evaluation_leaves_no_sequence_behind(left: int) -> None:
    generator = Failing(left)
    sequence = prompted(generator)
    with pytest.raises(AnswerTimeout):
        SpanDecoder(generator).decode(sequence, passages(SALE))
    assert generator.live_sequences == (sequence,)


def test_decoding_stops_when_told() -> None:
    generator = scripted("[1] 33 million")
    sequence, calls = prompted(generator), iter([False, False, True])
    with pytest.raises(AnswerTimeout, match="stopped while answering"):
        SpanDecoder(generator).decode(sequence, passages(SALE), stopped=lambda: next(calls))
    assert generator.live_sequences == (sequence,)


def test_at_most_one_sequence_a_path_is_held() -> None:
    generator = random_model(3, [" [", "33"], 0.5)
    held = []
    accept = generator.accept

    def counting(steps: Sequence[tuple[int, int]]) -> None:
        held.append(len(generator.live_sequences))
        accept(steps)

    generator.accept = counting  # type: ignore[method-assign]
    SpanDecoder(generator, beam=6).decode(prompted(generator), passages(SALE, CLOUD))
    assert max(held) <= 7


def test_answers_are_bounded() -> None:
    text = "again " * 400

    def logits(tokens: Sequence[int], prompt_length: int) -> FloatArray:
        row = np.zeros(257, dtype=np.float32)
        row[256] = -100.0
        return row

    generator = ScriptedGenerator(logits=logits)
    assert all(len(answer.tokens) <= LONGEST for answer in decode(generator, passages(text)).answers)


def test_several_are_decoded_as_each_alone() -> None:
    generator = random_model(11, [" [", "33", " million", "yuan"])
    decoder = SpanDecoder(generator)
    prompts = ["one", "another", "a third"]
    shown = [passages(SALE), passages(CLOUD, SALE), passages("3 of 7")]
    alone = [decoder.decode(prompted(generator, text), seen) for text, seen in zip(prompts, shown, strict=True)]
    for sequence in generator.live_sequences:
        generator.retire(sequence)
    sequences = [prompted(generator, text) for text in prompts]
    calls = len(generator.calls)
    together = decoder.decode_all([decoder.steps(s, seen) for s, seen in zip(sequences, shown, strict=True)])
    assert together == alone
    assert generator.live_sequences == tuple(sequences)
    joined = [call for call in generator.calls[calls:] if call[0] == "accept"]
    assert len(joined) <= max(len(answer.tokens) for answer in (a for d in alone for a in d.answers)) + LONGEST


def test_a_model_without_an_end_token_is_refused() -> None:
    generator = scripted("x")
    generator.end_tokens = frozenset()
    with pytest.raises(ModelUnusable, match="no token that ends an answer"):
        SpanDecoder(generator)


# --- what is shown while decoding -----------------------------------------------------------------------------------


def shown_while(generator: ScriptedGenerator, seen: Sequence[Passage]) -> tuple[list[str], Decoding]:
    texts: list[str] = []
    return texts, SpanDecoder(generator).decode(prompted(generator), seen, progress=texts.append)


@given(settings_of())
@settings(max_examples=60)
def test_what_was_shown_stays(given_: tuple[ScriptedGenerator, list[Passage], str]) -> None:
    """Each text shown goes on from the one before, and the last is the best answer, without marks."""
    generator, seen, _ = given_
    texts, decoding = shown_while(generator, seen)
    assert all(later.startswith(earlier) and later != earlier for earlier, later in itertools.pairwise(texts))
    if texts:
        best = decoding.answers[0]
        words = "; ".join(text.replace("\n", " ") for text in items(best, seen))
        assert texts[-1] == ("yes" if best.boolean else words if best.boolean is None else "no")


def test_words_are_shown_as_they_become_certain() -> None:
    texts, _ = shown_while(scripted("[1] 33 million XPeng shares"), passages(SALE))
    assert texts[-1] == "33 million XPeng shares"
    assert len(texts) > 1
    assert not any("[" in text for text in texts)


def test_nothing_is_shown_while_giving_up_is_likelier() -> None:
    texts, decoding = shown_while(scripted("unanswerable"), passages(SALE))
    assert texts == []
    assert decoding.answers


def test_yes_is_shown_without_its_words() -> None:
    texts, _ = shown_while(scripted("yes [1] Alibaba kept 7.5%"), passages(SALE))
    assert texts == ["yes"]


@given(st.lists(st.text(alphabet="ab", max_size=5), max_size=4))
def test_shared_beginning(texts: list[str]) -> None:
    shared = shared_beginning(texts)
    assert all(text.startswith(shared) for text in texts)
    if len(texts) > 1 and all(len(text) > len(shared) for text in texts):
        assert len({text[len(shared)] for text in texts}) > 1
