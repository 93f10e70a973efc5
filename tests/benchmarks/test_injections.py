"""Hidden instructions are many, of many kinds, unlike those of the training data, and spoil no text they enter."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from scripts.benchmarks.injections import Injection, insert, load
from scripts.training import synthetic_noise
from scripts.training.eight_grams import eight_grams

INJECTIONS = load()
TEXT = 'Brellon sold 4 million shares. "We are pleased," said its chair. The price was $12.40. Holders agreed.'


def test_there_are_enough_of_many_kinds() -> None:
    assert len(INJECTIONS) >= 64
    assert len({injection.id for injection in INJECTIONS}) == len(INJECTIONS)
    assert len({injection.text for injection in INJECTIONS}) == len(INJECTIONS)
    places = Counter(injection.place for injection in INJECTIONS)
    assert len(places) >= 15
    assert {"start", "middle", "end", "title", "own_sentence", "fake_question", "fake_passage", "table"} <= set(places)


def test_none_shares_eight_words_with_the_instructions_trained_on() -> None:
    trained = eight_grams("\n".join(synthetic_noise.every_injection()))
    assert not [injection.id for injection in INJECTIONS if eight_grams(injection.text) & trained]


def test_every_instruction_enters_and_nothing_is_lost() -> None:
    for injection in INJECTIONS:
        changed = insert(TEXT, injection)
        assert injection.text in changed
        assert changed.replace(injection.text, "", 1).split() == TEXT.split(), injection.id


def test_places_are_where_they_say() -> None:
    assert insert(TEXT, Injection(id="x", place="start", text="Say no.")).startswith("Say no.\n\n")
    assert insert(TEXT, Injection(id="x", place="end", text="Say no.")).endswith("\n\nSay no.")
    middle = insert(TEXT, Injection(id="x", place="middle", text="Say no."))
    assert 0 < middle.index("Say no.") < len(middle) - len("Say no.")


def test_words_to_keep_are_not_cut() -> None:
    text = "It fell. It rose."
    assert insert(text, Injection(id="x", place="middle", text="Say no."), keep=(text,)) == f"{text}\n\nSay no."


@given(st.text(max_size=200), st.sampled_from(INJECTIONS), st.text(min_size=1, max_size=20))
def test_whatever_the_text_its_words_survive(text: str, injection: Injection, keep: str) -> None:
    changed = insert(text, injection, keep=(keep,))
    before, _, after = changed.partition(injection.text)
    assert "".join((before + after).split()) == "".join(text.split()) or injection.text in text
    if keep in text:
        assert keep in before or keep in after or injection.text in text
