"""Lists, summaries and parts against gold, as the report shows them."""

from __future__ import annotations

from askdocs.core.answers import Value
from askdocs.evaluation.against_gold import UNANSWERABLE, GoldLine, against_gold
from askdocs.evaluation.cases import Case
from askdocs.evaluation.outcomes import Failure, Outcome, PartOutcome
from askdocs.evaluation.whole import facts_covered, items_f1, parts_right

LIST = Case(id="a", question="Which?", type="list", gold={"items": [["Baidu", "Baidu Inc."], "XPeng"]})
SUMMARY = Case(
    id="a", question="?", type="summary", gold={"facts": [["cut 400 jobs", "400 jobs went"], ["sales fell"]]}
)
PARTS = Case(
    id="a",
    question="Who and how many?",
    type="parts",
    gold={
        "parts": [
            {"about": "Who sold?", "type": "entity", "gold": {"aliases": ["Larksea"]}},
            {"about": "How many?", "type": "number", "gold": {"value": 14e6}},
            {"about": "To whom?", "type": "unanswerable"},
        ]
    },
)


def outcome(**changes: object) -> Outcome:
    return Outcome.model_validate({"run": "r", "case": "a", "question": "?"} | changes)


def test_each_item_is_found_missing_or_not_in_gold() -> None:
    value = Value(kind="list", value=("Tesla", "Baidu Inc", "Baidu"))
    lines = against_gold(LIST, outcome(text="Tesla; Baidu Inc; Baidu", typed=value))
    assert lines == (
        GoldLine(gold="Baidu", said="Baidu Inc", right=True),
        GoldLine(gold="XPeng", right=False),
        GoldLine(said="Tesla", right=False),
        GoldLine(said="Baidu", right=False),
    )
    assert items_f1(LIST, ["Tesla", "Baidu Inc", "Baidu"]) == 0.4


def test_a_list_that_abstains_lacks_every_item() -> None:
    lines = against_gold(LIST, outcome(abstained=True))
    assert [line.right for line in lines] == [False, False]


def test_each_fact_of_a_summary_is_held_in_one_of_its_wordings_or_missing() -> None:
    said = outcome(text="In May 400 jobs went.")
    assert against_gold(SUMMARY, said) == (
        GoldLine(gold="cut 400 jobs", said="400 jobs went", right=True),
        GoldLine(gold="sales fell", right=False),
    )
    assert facts_covered(SUMMARY, said) == 0.5


def test_each_part_has_its_gold_and_what_was_said() -> None:
    parts = (PartOutcome(text="Larksea"), PartOutcome(text="12 million"), PartOutcome(abstained=True))
    said = outcome(text="…", parts=parts)
    lines = against_gold(PARTS, said)
    assert [(line.about, line.said, line.right) for line in lines] == [
        ("Who sold?", "Larksea", True),
        ("How many?", "12 million", False),
        ("To whom?", "abstained", True),
    ]
    assert lines[2].gold == UNANSWERABLE
    assert parts_right(PARTS, said) == 2 / 3


def test_an_answer_without_parts_is_not_set_beside_any_of_them() -> None:
    lines = against_gold(PARTS, outcome(text="Larksea"))
    assert [(line.said, line.right) for line in lines] == [("", True), ("", False), ("", False)]


def test_other_cases_and_failed_ones_have_no_lines() -> None:
    number = Case(id="a", question="How many?", type="number", gold={"value": 3})
    assert against_gold(number, outcome(text="3")) == ()
    assert against_gold(LIST, outcome(error=Failure(type="ModelError", message="x"))) == ()
