"""The refinement of the calibration: times that decide get weight, thresholds keep what is right, the rest stays."""

from __future__ import annotations

import pytest

from askdocs.answering.calibration import Calibration
from askdocs.reading.dates_in_questions import STANDINGS
from scripts.training.reading_rows import Row, RowAnswer
from scripts.training.refine_confidence import fit_times, refined

BASE = Calibration(features=("unanswerable",), means=(0,), scales=(1,), weights=(-1,), bias=0, threshold=0.5)


def answer(words: str, score: float, *, exact: bool, time: str = "", unanswerable: float = -2.0) -> RowAnswer:
    features = {f"time_{name}": float(name == time) for name in STANDINGS}
    features |= {"nearness": 0.0, "unanswerable": unanswerable, "owner_agrees": 0.0, "owner_differs": 0.0}
    return RowAnswer(
        words=words, exact=float(exact), f1=float(exact), holds=exact, right_passage=True, quoted_exactly=True,
        score=score, log_odds=0.0, features=features,
    )  # fmt: skip


def row(name: str, *answers: RowAnswer, gold: str = "", question: str = "How many?") -> Row:
    return Row(id=name, question=question, gold=(gold,) if gold else (), answers=answers, seconds=0.0)


def dated(i: int) -> Row:
    right, wrong = answer("9", -3.0, exact=True, time="agrees"), answer("4", -1.0, exact=False, time="contradicts")
    return row(f"dated-{i}-0", right, wrong, gold="9", question="How many in May?")


def short(i: int) -> Row:
    known = i % 2 == 0
    return row(f"short-{i}-0", answer("9", -1.0, exact=known, unanswerable=-2.0 if known else 1.0 + i / 10),
               gold="9" if known else "")  # fmt: skip


def test_the_time_that_agrees_with_the_question_gains_and_the_other_loses() -> None:
    weights = fit_times([dated(i) for i in range(20)], BASE)
    assert weights["agrees"] - weights["contradicts"] > 2
    assert weights["article_agrees"] == pytest.approx(0, abs=1e-3)
    assert dated(0).chosen(BASE.model_copy(update={"times": weights})).words == "9"


def test_questions_without_a_time_give_times_no_weight() -> None:
    assert set(fit_times([short(i) for i in range(10)], BASE).values()) == {0.0}


def test_what_is_refined_keeps_the_features_there_were() -> None:
    found, figures = refined(BASE, [short(i) for i in range(20)], [dated(i) for i in range(10)], [])
    assert found.features[0] == "unanswerable"
    assert found.weights[0] == BASE.weights[0]
    assert found.bias == BASE.bias
    assert found.times["agrees"] > 0
    assert figures["short after: area answerable"] == 1
    assert set(found.thresholds) == {"number"}
    assert found.thresholds["number"] <= BASE.threshold
