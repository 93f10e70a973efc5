"""The synthetic training data keep to the grammar and to their texts, and share nothing with the evaluations."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.training.contexts import TrainingContext, parse_answer, stands
from scripts.training.eight_grams import eight_grams, evaluated_eight_grams
from scripts.training.synthetic_events import kinds
from scripts.training.synthetic_news import contexts

EVALS = Path(__file__).resolve().parents[2] / "evals"
FORBIDDEN = ("alibaba", "xpeng", "baidu", "nvidia", "huawei", "tencent", "morgan stanley", "freshippo", "tesla")


@pytest.fixture(scope="module")
def made() -> list[TrainingContext]:
    return list(contexts(300, seed=11))


def test_every_answer_is_in_the_grammar_and_stands_in_its_passage(made: list[TrainingContext]) -> None:
    for context in made:
        for item in context.items:
            for number, words in parse_answer(item.answer):
                assert 1 <= number <= len(context.passages)
                assert words in context.passages[number - 1].text
                assert stands(words, context.passages[number - 1].text), (words, context.passages[number - 1].text)


def test_the_same_seed_makes_the_same_contexts(made: list[TrainingContext]) -> None:
    assert list(contexts(20, seed=11)) == made[:20]
    assert list(contexts(20, seed=12)) != made[:20]


def test_nothing_is_shared_with_the_evaluations(made: list[TrainingContext]) -> None:
    for context in made:
        for text in (*(p.text for p in context.passages), *(item.question for item in context.items)):
            assert not eight_grams(text) & evaluated_eight_grams(), text


def test_no_real_company_of_the_news_appears(made: list[TrainingContext]) -> None:
    everything = "\n".join(
        passage.title + "\n" + passage.text for context in made for passage in context.passages
    ).lower()
    assert not [name for name in FORBIDDEN if name in everything]


def test_contexts_hold_what_training_wants(made: list[TrainingContext]) -> None:
    for context in made:
        assert 1 <= len(context.passages) <= 4
        assert 6 <= len(context.items) <= 14
        assert len({(item.question, item.history) for item in context.items}) == len(context.items)
    items = [item for context in made for item in context.items]
    abstained = sum(item.answer == "unanswerable" for item in items) / len(items)
    assert 0.15 < abstained < 0.32
    assert any(item.history for item in items)
    assert any(item.answer.startswith("yes [") for item in items)
    assert any(item.answer.startswith("no [") for item in items)
    assert any("; [" in item.answer for item in items)


def test_wordings_are_many() -> None:
    assert len(kinds()) >= 40
    assert sum(len(wordings) for kind in kinds().values() for wordings in kind.groups.values()) >= 240
    assert sum(len(wordings) for kind in kinds().values() for _, wordings in kind.asks) >= 400


@pytest.mark.parametrize(
    "answer", ["", "33 million", "[1]", "yes", "maybe [1] x", "yes [1] a; [2] b", "[1] a ", "[1] a; b ; [x] c"]
)
def test_what_is_off_the_grammar_is_refused(answer: str) -> None:
    if answer == "[1] a; b ; [x] c":
        assert parse_answer(answer) == [(1, "a; b ; [x] c")]
        return
    with pytest.raises(ValueError, match=r"grammar|yes or no"):
        parse_answer(answer)
