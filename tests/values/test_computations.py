"""What a question asks to compute, told by its words; questions for one cell ask for nothing."""

from __future__ import annotations

import pytest

from askdocs.values.computations import asked_computation


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("By what percentage did revenue grow from 2023 to 2024?", "growth"),
        ("What was the percentage change in staff between 2021 and 2022?", "growth"),
        ("How many per cent did sales fall in 2024?", "growth"),
        ("How much did revenue rise between 2023 and 2024?", "difference"),
        ("What is the difference between gross and net weight?", "difference"),
        ("How much higher was output in March than in April?", "difference"),
        ("how many more people work in Leeds than in Hull", "difference"),
        ("What were the combined sales of Cloud and Retail?", "sum"),
        ("What do the two plants cost together?", "sum"),
        ("What is the ratio of debt to equity?", "ratio"),
        ("What share of revenue came from cloud?", "share"),
        ("What was the average rainfall from 2020 to 2023?", "average"),
        ("Where does Leeds rank by output?", "rank"),
        ("How many plants have more than 200 staff?", "count"),
        ("the number of stations with less than 10 mm", "count"),
    ],
)
def test_the_kind_of_computation(question: str, kind: str) -> None:
    found = asked_computation(question)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    ("question", "kind", "place", "wants_name"),
    [
        ("Which plant had the most staff in 2024?", "highest", 1, True),
        ("Who has the second longest service?", "highest", 2, True),
        ("What was the lowest price?", "lowest", 1, False),
        ("Name the town with the fewest schools.", "lowest", 1, True),
        ("Which product is the cheapest?", "lowest", 1, True),
        ("How high was the third largest loan?", "highest", 3, False),
    ],
)
def test_superlatives(question: str, kind: str, place: int, wants_name: bool) -> None:
    found = asked_computation(question)
    assert found is not None
    assert (found.kind, found.place, found.wants_name) == (kind, place, wants_name)


@pytest.mark.parametrize(
    "question",
    [
        "What was cloud revenue in 2024?",
        "How many people work in Leeds?",
        "What were total assets in 2023?",
        "How much did the plant make at least?",
        "What is the most recent figure for output?",
        "Who is the chief executive?",
    ],
)
def test_a_question_for_a_cell_asks_for_no_computation(question: str) -> None:
    assert asked_computation(question) is None


def test_the_limit_of_a_count_is_kept_with_its_comparison() -> None:
    found = asked_computation("How many plants have at least 1,200 staff?")
    assert found is not None
    assert (found.comparison, found.limit) == ("at least", "1,200 staff")
