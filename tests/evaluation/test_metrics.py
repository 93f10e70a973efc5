"""Every metric against values worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from askdocs.evaluation.cases import Case
from askdocs.evaluation.correctness import is_right, squad_exact, squad_f1
from askdocs.evaluation.metrics import (
    area_under_risk,
    auroc,
    calibration_error,
    character_scores,
    quote_class,
    reliability,
    retrieval_scores,
    risk_coverage,
)


def case(type_: str, gold: dict[str, Any], **more: Any) -> Case:
    return Case.model_validate({"id": "a", "question": "?", "type": type_, "gold": gold, **more})


SHARES = case("number", {"value": 33e6, "unit": "shares"})
MONEY = case("money", {"value": 317e6, "currency": "USD"})
PERCENT = case("percent", {"value": 0.6})
POINTS = case("percent", {"value": 0.6, "unit": "percentage points"})
RANGE = case("percent", {"value": [70, 80]})
MONEY_RANGE = case("money", {"value": [10e6, 12e6], "currency": "USD"})
DAY = case("date", {"value": "2023-11-17"})
MONTH = case("date", {"value": "2023-11"})
YEAR = case("date", {"value": "2023"})
QUARTER = case("date", {"value": "2023-Q3"})
LATE = case("date", {"value": "2023-10", "part": "late"})
UNDATED = case("date", {"value": "--10", "part": "late"})
ENTITY = case("entity", {"aliases": ["Alibaba Group", "Alibaba"]})
LIST = case("list", {"items": ["XPeng", ["Meituan", "Meituan Dianping"]]})
YES = case("boolean", {"value": True})
TEXT = case("text", {"accepted": ["a late frost", "frost"]})
NEAR = case("number", {"value": 1000}, tolerance=0.01)
NOTHING = Case(id="a", question="?", type="unanswerable")


@pytest.mark.parametrize(
    ("of", "answer", "right"),
    [
        (SHARES, "33 million shares", True),
        (SHARES, "33,000,000", True),
        (SHARES, "33m", True),
        (SHARES, "about 33 million XPeng shares", True),
        (SHARES, "33", False),
        (SHARES, "It sold 33 million shares for $317 million.", True),
        (SHARES, "It cut its 45 million shares by 33 million.", False),
        (SHARES, "33 million of its 45 million shares", True),
        (SHARES, "33 million cars", False),
        (SHARES, "$33 million", False),
        (SHARES, "", False),
        (MONEY, "$317 million", True),
        (MONEY, "USD 317m", True),
        (MONEY, "€317 million", False),
        (MONEY, "$317", False),
        (MONEY, "317 million", False),
        (PERCENT, "0.60%", True),
        (PERCENT, "0.6 %", True),
        (PERCENT, "0.6 percentage points", False),
        (POINTS, "0.6 percentage points", True),
        (POINTS, "0.6%", False),
        (RANGE, "70 to 80%", True),
        (RANGE, "between 70% and 80%", True),
        (RANGE, "80%", False),
        (MONEY_RANGE, "$10-12 million", True),
        (DAY, "Nov. 17, 2023", True),
        (DAY, "17 November", True),
        (DAY, "November 2023", False),
        (DAY, "Nov. 17, 2022", False),
        (MONTH, "November 2023", True),
        (MONTH, "Nov. 17, 2023", True),
        (MONTH, "2023", False),
        (YEAR, "2023", True),
        (YEAR, "November 2023", True),
        (YEAR, "November", False),
        (QUARTER, "third quarter", True),
        (QUARTER, "Q3 2023", True),
        (QUARTER, "Q2 2023", False),
        (QUARTER, "August 2023", True),
        (LATE, "late October", True),
        (LATE, "October 30, 2023", True),
        (LATE, "October 3, 2023", False),
        (LATE, "October 2023", False),
        (UNDATED, "late October", True),
        (ENTITY, "Alibaba", True),
        (ENTITY, "the Alibaba Group's", True),
        (ENTITY, "Tencent", False),
        (LIST, "Meituan Dianping; XPeng", True),
        (LIST, "XPeng and Meituan", True),
        (LIST, "XPeng", False),
        (LIST, "XPeng; Meituan; Baidu", False),
        (YES, "yes, it did", True),
        (YES, "no", False),
        (YES, "it did", False),
        (TEXT, "A late frost.", True),
        (TEXT, "the frost", True),
        (TEXT, "late", False),
        (NEAR, "1,009", True),
        (NEAR, "1,011", False),
        (NOTHING, "33 million", False),
    ],
)
def test_right_by_value(of: Case, answer: str, right: bool) -> None:
    assert is_right(of, answer) is right


def test_squad_measures() -> None:
    assert squad_exact("The 33 Million!", ["33 million"]) == 1.0
    assert squad_exact("33 million", ["34 million", "33 million"]) == 1.0
    assert squad_exact("33", ["33 million"]) == 0.0
    # shared "33", "million" of 3 and 2 words: precision 2/3, recall 1, F1 0.8
    assert squad_f1("33 million shares", ["33 million"]) == pytest.approx(0.8)
    assert squad_f1("x", ["y"]) == 0.0
    assert squad_f1("", []) == 1.0  # unanswerable, abstained
    assert squad_f1("x", []) == 0.0


def test_citation_characters() -> None:
    # cited 10..30 and 20..40 are 30 characters; gold 25..45 are 20; shared 25..40 are 15
    assert character_scores([("a", (10, 30)), ("a", (20, 40))], [("a", (25, 45))]) == (0.5, 0.75)
    assert character_scores([("b", (10, 30))], [("a", (10, 30))]) == (0.0, 0.0)
    assert character_scores([], [("a", (0, 5))]) == (0.0, 0.0)


def test_quote_classes() -> None:
    texts = {"a": "It rained “hard”. It poured.", "b": "The sun shone."}
    assert quote_class("It rained “hard”.", "a", (0, 17), texts) == "exact"
    assert quote_class("It rained “hard”.", "a", (1, 18), texts) == "normalised"  # right words, wrong place
    assert quote_class('it  rained "hard".', "a", (0, 18), texts) == "normalised"
    assert quote_class("The sun shone.", "a", (0, 14), texts) == "misattributed"
    assert quote_class("It snowed.", "a", (0, 10), texts) == "fabricated"
    assert quote_class("", "a", (0, 0), texts) == "fabricated"
    assert quote_class("It poured.", "absent", (0, 10), texts) == "misattributed"


def test_retrieval() -> None:
    one, two, none = frozenset({0}), frozenset({1}), frozenset[int]()
    # two gold quotes, found at ranks 2 and 4: recall 1, reciprocal rank 1/2,
    # nDCG (1/log2 3 + 1/log2 5) / (1/log2 2 + 1/log2 3)
    found = retrieval_scores([none, one, one, two], 2)
    expected = (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))
    assert found == pytest.approx((1.0, 0.5, expected))
    assert retrieval_scores([one], 2) == pytest.approx((0.5, 1.0, 1.0))  # one hit can hold but one of two
    assert retrieval_scores([none, none], 1) == (0.0, 0.0, 0.0)
    assert retrieval_scores([], 1) == (0.0, 0.0, 0.0)


CONFIDENCE = np.array([0.95, 0.85, 0.55, 0.55])
RIGHT = np.array([1.0, 1.0, 1.0, 0.0])


def test_risk_and_coverage() -> None:
    coverage, risk = risk_coverage(CONFIDENCE, RIGHT)
    assert coverage.tolist() == [0.25, 0.5, 1.0]  # the two at 0.55 are one step
    assert risk.tolist() == [0.0, 0.0, 0.25]
    # half a mistake after three answers, one after four: (0 + 0 + 0.5/3 + 1/4) / 4
    assert area_under_risk(CONFIDENCE, RIGHT) == pytest.approx((0.5 / 3 + 0.25) / 4)
    assert area_under_risk(np.array([]), np.array([])) == 0.0


def test_calibration_error() -> None:
    bins = reliability(CONFIDENCE, RIGHT)
    assert [count for count, _, _ in bins] == [0, 0, 0, 0, 0, 2, 0, 0, 1, 1]
    # (2 * |0.55 - 0.5| + |0.85 - 1| + |0.95 - 1|) / 4
    assert calibration_error(CONFIDENCE, RIGHT) == pytest.approx(0.075)
    assert reliability(np.array([1.0]), np.array([1.0]))[9] == (1, 1.0, 1.0)


def test_auroc() -> None:
    # of the pairs (0.9, 0.5), (0.9, 0.7), (0.5, 0.5), (0.5, 0.7): 1, 1, a half, 0
    assert auroc(np.array([0.9, 0.5, 0.5, 0.7]), np.array([1.0, 1.0, 0.0, 0.0])) == 0.625
    assert math.isnan(auroc(np.array([0.5]), np.array([1.0])))
