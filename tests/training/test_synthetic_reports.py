"""The synthetic reports keep to their texts, ask in many ways, and share nothing with the evaluations."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from scripts.training.contexts import UNANSWERABLE, TrainingContext, parse_answer, stands
from scripts.training.eight_grams import eight_grams, evaluated_eight_grams
from scripts.training.report_notes import notes, unmark
from scripts.training.report_tails import go_on
from scripts.training.synthetic_reports import report_contexts

EVALS = Path(__file__).resolve().parents[2] / "evals"


@pytest.fixture(scope="module")
def made() -> list[TrainingContext]:
    return list(report_contexts(200, seed=11))


def test_every_answer_stands_in_its_passage(made: list[TrainingContext]) -> None:
    for context in made:
        for item in context.items:
            for number, words in parse_answer(item.answer):
                assert stands(words, context.passages[number - 1].text), (words, context.passages[number - 1].text)
                assert not words.endswith(".")


def test_the_same_seed_makes_the_same_contexts(made: list[TrainingContext]) -> None:
    assert list(report_contexts(20, seed=11)) == made[:20]
    assert list(report_contexts(20, seed=12)) != made[:20]


def test_contexts_hold_what_training_wants(made: list[TrainingContext]) -> None:
    for context in made:
        assert 1 <= len(context.passages) <= 4
        assert 6 <= len(context.items) <= 14
        assert len({item.question for item in context.items}) == len(context.items)
        for text in (*(p.text for p in context.passages), *(item.question for item in context.items)):
            assert not set("<>{}[]|^") & set(text), text
    items = [item for context in made for item in context.items]
    assert 0.2 < sum(item.answer == UNANSWERABLE for item in items) / len(items) < 0.35


def test_questions_begin_and_answers_end_in_many_ways(made: list[TrainingContext]) -> None:
    items = [item for context in made for item in context.items]
    assert len({" ".join(item.question.lower().split()[:2]) for item in items}) >= 25
    lengths = {len(words.split()) for item in items for _, words in parse_answer(item.answer)}
    assert set(range(1, 19)) <= lengths


def test_nothing_is_shared_with_the_evaluations(made: list[TrainingContext]) -> None:
    for context in made:
        for text in (*(p.text for p in context.passages), *(item.question for item in context.items)):
            assert not eight_grams(text) & evaluated_eight_grams(), text


def test_wordings_are_many() -> None:
    facts = [fact for note in notes().notes.values() for fact in note.facts]
    assert len(notes().notes) >= 20
    assert sum(len(fact.wordings) for fact in facts) >= 200
    assert sum(len(phrasings) for fact in facts for _, phrasings in fact.asks) >= 600


def test_a_clause_goes_on_within_its_mark_and_a_value_does_not() -> None:
    lists = notes().lists
    wordings = [go_on("It fell <c ^due_to {join:downcost}>.", lists, random.Random(seed)) for seed in range(200)]
    longer = [wording for wording in wordings if not wording.endswith("{join:downcost}>.")]
    assert 0.3 < len(longer) / len(wordings) < 0.5
    assert all(
        wording.startswith("It fell <c ^due_to {join:downcost}") and wording.endswith(">.") for wording in longer
    )
    assert any("{join:upcost9}" in wording for wording in longer), "what worked against it"
    value = "It was <n {money}> in {y}, as planned."
    assert {go_on(value, lists, random.Random(seed)) for seed in range(50)} == {value}


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How are they expensed?", "over five years"),
        ("When is it paid?", "over five years"),
        ("Over what period are they expensed?", "five years"),
        ("How many years is it?", "five years"),
    ],
)
def test_the_question_decides_on_the_preposition(question: str, words: str) -> None:
    plain, marked = unmark("Options are expensed <t ^over five years>.")
    assert plain == "Options are expensed over five years."
    assert marked["t"].answering(question) == words


def test_a_table_is_asked_for_only_where_one_passage_has_one(made: list[TrainingContext]) -> None:
    asked = [
        (context, item)
        for context in made
        for item in context.items
        if "the table" in item.question and item.answer != UNANSWERABLE
    ]
    assert len(asked) > 10
    for context, item in asked:
        ((number, _),) = parse_answer(item.answer)
        others = [p.text for place, p in enumerate(context.passages, 1) if place != number]
        assert not any("table below" in text or "following table" in text for text in others)
