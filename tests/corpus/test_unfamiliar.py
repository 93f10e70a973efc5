"""The articles that the calibration is fitted on besides held-back data: whole, and disjoint from the evaluations."""

from __future__ import annotations

import json

from scripts.training.eight_grams import eight_grams, evaluated_eight_grams
from scripts.training.fit_confidence import UNFAMILIAR, Recipe, fit
from scripts.training.reading_rows import Row, RowAnswer
from tests.training.test_data import FORBIDDEN


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
    text = UNFAMILIAR.read_text(encoding="utf-8")
    assert not eight_grams(text) & evaluated_eight_grams()
    assert not [name for name in FORBIDDEN if name in text.lower()]


def rows_of(answers: list[tuple[float, float]], questions: list[str]) -> list[Row]:
    """Rows with one answer each, given as its feature and whether it is right."""
    plain = {"words": "x", "f1": 0.0, "holds": False, "right_passage": True, "quoted_exactly": True, "score": 0.0}
    return [
        Row(id=name, question="?", gold=("x",), seconds=0.0,
            answers=(RowAnswer(**plain, log_odds=1.0, exact=exact, features={"sure": sure, "nearness": 0.5}),))
        for name, (sure, exact) in zip(questions, answers, strict=True)
    ]  # fmt: skip


def test_carrying_over_lowers_what_is_promised_and_keeps_the_order() -> None:
    known = rows_of([(i % 20 / 20, float(i % 20 > 8)) for i in range(200)], [f"k{i}" for i in range(200)])
    new = rows_of([(i % 20 / 20, float(i % 20 > 17)) for i in range(200)], [f"unfamiliar-{i}" for i in range(200)])
    recipe = Recipe(hard=1, new=3, penalty=1.0)
    before, _ = fit(known, [], recipe, "known")
    after, figures = fit(known, new, recipe, "both")
    values = [0.1, 0.5, 0.9]
    chances = [[found.probability({"sure": value}) for value in values] for found in (before, after)]
    assert chances[1] == sorted(chances[1])
    assert all(later < earlier for earlier, later in zip(*chances, strict=True) if earlier > 0.3)
    assert figures["stretch"] > 0
