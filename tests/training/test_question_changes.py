"""Questions changed for training so that their passage answers them no longer."""

from __future__ import annotations

import random

import pytest

from scripts.training import question_changes as changes

TEXT = (
    "In 1911 the chemist Greta Malm sold the mill in Uppsala to Erik Dahl. By 1923 Dahl employed 240 people, and the "
    "largest hall was rented by Greta Malm again."
)
OTHER = "The tannery of Johan Berg in Falun closed in 1960, leaving the harness trade to smaller workshops."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which hall was the largest?", "Which hall was the smallest?"),
        ("What happened after the sale?", "What happened before the sale?"),
        ("Who sold the mill?", "Who bought the mill?"),
    ],
)
def test_a_word_becomes_its_opposite(question: str, expected: str) -> None:
    assert changes.oppose(question, random.Random(0)) == expected


def test_a_question_without_opposites_stays() -> None:
    assert changes.oppose("Who was the chemist?", random.Random(0)) is None


@pytest.mark.parametrize("question", ["Who wasn't there?", "Who did not sell?", "Was it sold?", "Name the chemist."])
def test_what_cannot_be_negated_stays(question: str) -> None:
    assert changes.negate(question) is None


def test_a_swapped_name_is_of_the_passage_and_not_the_answer() -> None:
    for seed in range(20):
        rng = random.Random(seed)
        assert changes.swap_name("What did Greta Malm sell in 1911?", TEXT, "the mill in Uppsala", rng) in {
            "What did Erik Dahl sell in 1911?",
            "What did Dahl sell in 1911?",
            "What did Greta Malm sell in 1923?",
        }


def test_a_stranger_is_not_in_the_passage() -> None:
    for seed in range(20):
        changed = changes.put_stranger("When did Greta Malm sell?", TEXT, [OTHER], random.Random(seed))
        assert changed in {"When did Johan Berg sell?", "When did Falun sell?"}


def test_another_thing_is_not_in_the_passage() -> None:
    ways = {changes.put_other_thing("Who was the chemist?", TEXT, [OTHER], random.Random(i)) for i in range(30)}
    words = {changed.removeprefix("Who was the ").removesuffix("?") for changed in ways if changed}
    assert len(words) > 2
    assert all(word in OTHER and word not in TEXT for word in words)


def test_every_change_differs_from_its_question() -> None:
    question = "What did Greta Malm sell in 1911?"
    found = {changes.change(question, TEXT, "the mill", [OTHER], random.Random(seed)) for seed in range(60)}
    assert question not in found
    assert len(found) > 6


def test_opposites_go_both_ways_where_a_word_has_one() -> None:
    assert changes.OPPOSITES["largest"] == "smallest"
    assert changes.OPPOSITES["smallest"] in {"largest", "biggest"}
    assert all(one != other for one, other in changes.OPPOSITES.items())
