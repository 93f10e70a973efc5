"""Passages keep their offsets, as many as fit are read, and what does not fit is said."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.core.answers import Turn
from askdocs.core.errors import PromptTooLong
from askdocs.prompts.templates import load_prompt
from askdocs.reading.prompt_packing import ANSWER_TOKENS, number, pack
from askdocs.testing import ScriptedGenerator
from tests.support.made import article, hit

GROUNDED = load_prompt("grounded")


@given(st.text(max_size=200), st.data())
def test_every_character_of_a_passage_stands_where_its_offset_says(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    whole = article(text)
    passage = number(hit(whole, start, end), 3)
    assert passage.number == 3
    assert len(passage.offsets) == len(passage.text) + 1
    assert list(passage.offsets) == sorted(set(passage.offsets))
    assert passage.offsets[-1] == end
    for character, offset in zip(passage.text, passage.offsets, strict=False):
        assert character == whole.text[offset] or (character.isspace() and whole.text[offset].isspace())
    assert passage.text.split() == whole.text[start:end].split()


@given(st.text(max_size=200))
def test_white_space_is_one_blank_or_one_line_break(text: str) -> None:
    shown = number(hit(text), 1).text
    assert all(character in " \n" for character in shown if character.isspace())
    assert not any(left.isspace() and right.isspace() for left, right in itertools.pairwise(shown))


def scripted(context_length: int) -> ScriptedGenerator:
    return ScriptedGenerator(context_length=context_length)


def tokens(texts: list[str], question: str = "Why?") -> int:
    """How long the prompt with these passages is, in tokens of the scripted model (bytes)."""
    packed = pack(question, [hit(text) for text in texts], scripted(10**6), GROUNDED)
    return len(packed.tokens)


def test_all_passages_are_numbered_in_order_when_they_fit() -> None:
    hits = [hit(f"Passage {i}.", chunk_id=i) for i in range(5)]
    packed = pack("Why?", hits, scripted(2000), GROUNDED)
    assert [passage.number for passage in packed.passages] == [1, 2, 3, 4, 5]
    assert [passage.hit for passage in packed.passages] == hits
    assert packed.omitted == ()
    assert scripted(2000).text(packed.tokens) == packed.text
    assert packed.text.endswith("[5] Title\nPassage 4.\n\nQuestion: Why?\nAnswer:")


def test_what_does_not_fit_is_left_out_from_the_last_and_said() -> None:
    hits = [hit("one " * 20, chunk_id=1), hit("two " * 30, chunk_id=2), hit("x", chunk_id=3)]
    exactly = tokens([hits[0].chunk.text, hits[1].chunk.text]) + ANSWER_TOKENS
    packed = pack("Why?", hits, scripted(exactly), GROUNDED)
    assert [passage.hit for passage in packed.passages] == hits[:2]
    assert packed.omitted == (hits[2],)
    # Better none of the lesser ones than the third without the second.
    packed = pack("Why?", hits, scripted(exactly - 1), GROUNDED)
    assert [passage.hit for passage in packed.passages] == hits[:1]
    assert packed.omitted == tuple(hits[1:])


def test_a_question_that_leaves_no_room_is_refused() -> None:
    needed = tokens(["one"]) + ANSWER_TOKENS
    assert pack("Why?", [hit("one")], scripted(needed), GROUNDED).passages
    with pytest.raises(PromptTooLong, match=f"context of {needed - 1} tokens has no room.*ask a shorter question"):
        pack("Why?", [hit("one")], scripted(needed - 1), GROUNDED)
    assert pack("Why?", [], scripted(10), GROUNDED).passages == ()


@given(st.lists(st.text(max_size=40), min_size=1, max_size=6), st.text(max_size=20), st.integers(250, 600))
def test_prompt_and_answer_always_fit(texts: list[str], question: str, length: int) -> None:
    generator = scripted(length)
    hits = [hit(text, chunk_id=i) for i, text in enumerate(texts)]
    try:
        packed = pack(question, hits, generator, GROUNDED)
    except PromptTooLong:
        return
    assert len(packed.tokens) + ANSWER_TOKENS <= length
    assert [*(passage.hit for passage in packed.passages), *packed.omitted] == hits


def test_prompts_that_begin_alike_share_their_tokens() -> None:
    hits = [hit("The first passage.", chunk_id=1), hit("The second.", chunk_id=2)]
    generator = ScriptedGenerator(words=["The first", "passage.\n\nQuestion", ".\n\n[2] "])
    one = pack("Why?", hits, generator, GROUNDED).tokens
    other = pack("How many?", hits, generator, GROUNDED).tokens
    shared = next(i for i, (left, right) in enumerate(zip(one, other, strict=False)) if left != right)
    assert generator.text(one[:shared]).endswith("The second.\n\nQuestion: ")


class Chatting(ScriptedGenerator):
    def frame(self) -> tuple[list[int], list[int]]:
        return self.tokenize("<user>"), self.tokenize("</user><model>")


def test_a_chat_format_goes_around_prompts_for_instruct_models_only() -> None:
    generator = Chatting()
    framed = pack("Why?", [hit("one")], generator, load_prompt("instruct"))
    assert generator.text(framed.tokens) == f"<user>{framed.text}</user><model>"
    plain = pack("Why?", [hit("one")], generator, GROUNDED)
    assert generator.text(plain.tokens) == plain.text


def test_the_last_turn_of_a_conversation_comes_before_the_question() -> None:
    turns = [Turn(question="Who?", answer="Jane"), Turn(question="What?", answer="33 million")]
    text = pack("Why?", [hit("one")], scripted(2000), GROUNDED, turns).text
    assert "Earlier question: What?\nEarlier answer: 33 million\nQuestion: Why?" in text
    assert "Jane" not in text
