"""Lists, summaries and answers in parts judged, every figure worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

from askdocs.core.answers import Value
from askdocs.evaluation.cases import Case, gold_words
from askdocs.evaluation.outcomes import Outcome
from askdocs.evaluation.score import CaseScore, Scorer
from askdocs.evaluation.whole import facts_covered, items_f1, items_of, parts_right

BANKS = Case.model_validate(
    {"id": "l", "question": "Which banks?", "type": "list", "form": "list", "article": "one.md",
     "quote": "Pell and Orsa",
     "gold": {"items": [["Pell Bank", "Pell"], "Orsa Savings Bank", "Castel"]}}
)  # fmt: skip
FIRE = Case.model_validate(
    {"id": "s", "question": "Summarize it", "type": "summary", "form": "summary", "article": "one.md",
     "quote": "Pell and Orsa",
     "gold": {"facts": [["burnt on Monday", "fire on Monday"], ["400 jobs"], ["no one was hurt"]]}}
)  # fmt: skip
TWO = Case.model_validate(
    {"id": "p", "question": "Who and when?", "type": "parts", "form": "parts", "article": "one.md",
     "quote": "Pell and Orsa",
     "gold": {"parts": [{"about": "who", "type": "entity", "gold": {"aliases": ["Mara Quist", "Quist"]}},
                        {"about": "price", "type": "money", "gold": {"value": 5e6, "currency": "USD"}},
                        {"about": "why", "type": "unanswerable"}]}}
)  # fmt: skip


def outcome(case: Case, **fields: Any) -> Outcome:
    return Outcome.model_validate({"run": "r", "case": case.id, "question": case.question} | fields)


def judged(case: Case, **fields: Any) -> CaseScore:
    return Scorer([case], {"one.md": "Pell and Orsa"}).score(outcome(case, **fields))


@pytest.mark.parametrize(
    ("items", "f1"),
    [
        (["the Pell", "Castel", "Orsa Savings Bank"], 1.0),
        (["Pell"], 2 / 4),
        (["Pell", "Pell Bank"], 2 / 5),  # found once
        (["Orsa Savings"], 2 / 4),  # two of three words
        (["Orsa"], 0.0),  # a single word must be the whole name
        (["Tesla", "Pell"], 2 / 5),
        ([], 0.0),
    ],
)
def test_items(items: list[str], f1: float) -> None:
    assert items_f1(BANKS, items) == pytest.approx(f1)


def test_items_are_the_typed_list_or_the_words() -> None:
    typed = Value(kind="list", value=("Pell", "Castel"))
    assert items_of(outcome(BANKS, text="Pell, Castel and more", typed=typed)) == ("Pell", "Castel")
    assert set(items_of(outcome(BANKS, text="Pell and Castel"))) == {"Pell", "Castel"}


def test_facts_in_any_wording_once_each() -> None:
    assert facts_covered(FIRE, outcome(FIRE, text="A FIRE on Monday; the fire on Monday.")) == pytest.approx(1 / 3)
    assert facts_covered(FIRE, outcome(FIRE, text="It burnt on Monday and cost 400 jobs.")) == pytest.approx(2 / 3)
    assert facts_covered(FIRE, outcome(FIRE, text="")) == 0.0


def test_parts_in_their_order() -> None:
    who, price = {"text": "Quist", "abstained": False}, {"text": "$5 million", "abstained": False}
    nothing = {"text": "", "abstained": True}
    assert parts_right(TWO, outcome(TWO, text="x", parts=[who, price, nothing])) == 1.0
    assert parts_right(TWO, outcome(TWO, text="x", parts=[price, who, nothing])) == pytest.approx(1 / 3)
    assert parts_right(TWO, outcome(TWO, text="x", parts=[who, price, who])) == pytest.approx(2 / 3)
    assert parts_right(TWO, outcome(TWO, text="Mara Quist")) == pytest.approx(1 / 3)  # one answer for all


def test_scores_of_each_form() -> None:
    whole = judged(BANKS, text="Pell; Castel; Orsa Savings Bank", form="list",
                   typed=Value(kind="list", value=("Pell", "Castel", "Orsa Savings Bank")))  # fmt: skip
    assert (whole.values["items"], whole.values["form"], whole.verdict[:5]) == (1.0, 1.0, "right")
    part = judged(BANKS, text="Pell", form="span")
    assert (part.values["items"], part.values["form"], part.values["exact"]) == (0.5, 0.0, 0.0)
    assert math.isnan(part.values["facts"])
    summary = judged(FIRE, text="It burnt on Monday; 400 jobs go.", form="summary")
    assert summary.values["facts"] == pytest.approx(2 / 3)
    assert summary.values["exact"] == 0.0  # under 0.7 of the facts
    assert judged(FIRE, abstained=True, form="summary").values["facts"] == 0.0
    assert judged(TWO, abstained=True, form="parts").values["parts"] == 0.0


def test_gold_in_words() -> None:
    assert gold_words(FIRE) == "burnt on Monday; 400 jobs; no one was hurt"
    assert gold_words(TWO).startswith("who: Mara Quist; price: ")
