"""The articles that the calibration is fitted on besides held-back data: whole, and disjoint from the evaluations."""

from __future__ import annotations

import json

from scripts.fit_confidence import HARD, NEW, UNFAMILIAR, is_unfamiliar, weight_of
from scripts.reading_rows import Row, tasks
from scripts.training.eight_grams import eight_grams
from tests.test_training_data import EVALS, FORBIDDEN


def test_answers_stand_in_their_paragraphs_and_half_the_questions_have_none() -> None:
    questions = 0
    unanswerable = 0
    for article in json.loads(UNFAMILIAR.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                questions += 1
                unanswerable += asked["is_impossible"]
                assert asked["is_impossible"] == (not asked["answers"]), asked["id"]
                for answer in asked["answers"]:
                    start = answer["answer_start"]
                    assert paragraph["context"][start : start + len(answer["text"])] == answer["text"], asked["id"]
    assert questions >= 900
    assert 0.45 < unanswerable / questions < 0.55


def test_nothing_is_shared_with_the_evaluations() -> None:
    evaluated: set[tuple[str, ...]] = set()
    for path in sorted(EVALS.rglob("*")):
        if path.suffix in {".md", ".jsonl", ".txt", ".json"}:
            evaluated |= eight_grams(path.read_text(encoding="utf-8"))
    text = UNFAMILIAR.read_text(encoding="utf-8")
    assert not eight_grams(text) & evaluated
    assert not [name for name in FORBIDDEN if name in text.lower()]


def test_its_questions_are_known_by_their_names_and_weigh_more() -> None:
    rows = [
        Row(id=question.id, question=question.text, gold=question.gold, answers=(), seconds=0)
        for task in tasks(UNFAMILIAR, seed=5)
        for question in task.questions
    ]
    assert all(is_unfamiliar(row) for row in rows)
    hard = rows[0].model_copy(update={"id": "5ad2", "gold": ()})
    weights = [weight_of(row) for row in (rows[0], hard, hard.model_copy(update={"id": "5ad2-changed"}))]
    assert weights == [NEW, HARD, 1.0]
