"""Suites are read and checked; an error names file, line and field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from askdocs.core.errors import SuiteError
from askdocs.evaluation.cases import Case, gold_words
from askdocs.evaluation.suite import load_suite, missing_quotes
from tests.evaluation.suites import CASES, TEXTS, write_suite


def test_a_suite_is_read(tmp_path: Path) -> None:
    suite = load_suite(write_suite(tmp_path / "suite"))
    assert (suite.name, suite.description, len(suite.cases)) == ("harbour", "Ships & <orchards>", len(CASES))
    assert missing_quotes(suite.cases, TEXTS) == []


def test_later_turns_are_asked_after_the_gold_answers_of_earlier_ones(tmp_path: Path) -> None:
    suite = load_suite(write_suite(tmp_path / "suite"))
    turns = suite.history(suite.cases[1])
    assert [(turn.question, turn.answer) for turn in turns] == [("How many shares did Larksea sell?", "14 million")]
    assert suite.history(suite.cases[0]) == ()


def test_a_limit_keeps_the_history_of_the_cases_left(tmp_path: Path) -> None:
    suite = load_suite(write_suite(tmp_path / "suite", [CASES[1] | {"turn": 2}, CASES[0]]))
    limited = suite.limited(1)
    assert [case.id for case in limited.cases] == ["price"]
    assert [turn.answer for turn in limited.history(limited.cases[0])] == ["14 million"]


def test_the_fingerprint_is_of_the_articles(tmp_path: Path) -> None:
    one, two = write_suite(tmp_path / "one"), write_suite(tmp_path / "two")
    assert load_suite(one).fingerprint == load_suite(two).fingerprint
    (two / "articles" / "orchard.md").write_text("Other words.", encoding="utf-8")
    assert load_suite(one).fingerprint != load_suite(two).fingerprint


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"type": "nubmer"}, "line 1, field type"),
        ({"gold": {"value": "many"}}, "line 1, field gold.value"),
        ({"gold": {"value": 3, "colour": 1}}, "line 1, field gold.colour"),
        ({"gold": None}, "line 1, field gold: a case of type"),
        ({"turn": None}, "line 1, field turn"),
        ({"qestion": "?"}, "line 1, field qestion"),
        ({"article": "harbor.md"}, 'case "shares", field article: no "harbor.md"'),
        ({"article": []}, 'case "shares", field article: an answerable case names'),
        ({"turn": 3}, 'conversation "sale", field turn: turn 2 has no turn 1'),
        ({"turn": 2}, 'conversation "sale", field turn: turn 2 is given twice'),
        ({"type": "date", "gold": {"value": "2023-02-30"}}, "line 1, field gold.value"),
        ({"type": "date", "gold": {"value": "soon"}}, "line 1, field gold.value"),
        ({"type": "money", "gold": {"value": 3, "currency": "$"}}, "line 1, field gold.currency"),
        ({"type": "unanswerable"}, "line 1, field gold: an unanswerable case has none"),
        ({"id": "price"}, 'line 2, field id: "price" is used before'),
    ],
)
def test_errors_name_line_and_field(tmp_path: Path, change: dict[str, object], expected: str) -> None:
    folder = write_suite(tmp_path / "suite", [CASES[0] | change, CASES[1]])
    with pytest.raises(SuiteError) as error:
        load_suite(folder)
    assert str(folder / "cases.jsonl") in str(error.value)
    assert expected in str(error.value)


def test_lines_that_are_not_json(tmp_path: Path) -> None:
    folder = write_suite(tmp_path / "suite")
    (folder / "cases.jsonl").write_text(json.dumps(CASES[4]) + '\n{"id": \n', encoding="utf-8")
    with pytest.raises(SuiteError, match="line 2: not JSON"):
        load_suite(folder)


def test_a_bad_suite_yaml(tmp_path: Path) -> None:
    folder = write_suite(tmp_path / "suite")
    (folder / "suite.yaml").write_text("name: [\n", encoding="utf-8")
    with pytest.raises(SuiteError, match=r"suite\.yaml, line 2: not YAML"):
        load_suite(folder)
    (folder / "suite.yaml").write_text("nmae: x\n", encoding="utf-8")
    with pytest.raises(SuiteError, match=r"suite\.yaml: field nmae"):
        load_suite(folder)


def test_no_suite_says_what_one_is(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="is no suite"):
        load_suite(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"type": "number", "gold": {"value": 33e6, "unit": "shares"}}, "33,000,000 shares"),
        ({"type": "percent", "gold": {"value": [70, 80]}}, "70 to 80%"),
        ({"type": "percent", "gold": {"value": 0.6, "unit": "percentage points"}}, "0.6 percentage points"),
        ({"type": "money", "gold": {"value": 1.5, "currency": "EUR"}}, "EUR 1.5"),
        ({"type": "date", "gold": {"value": "2023-10", "part": "late"}}, "late 2023-10"),
        ({"type": "list", "gold": {"items": ["a", ["b", "c"]]}}, "a; b"),
        ({"type": "boolean", "gold": {"value": False}}, "no"),
        ({"type": "entity", "gold": {"aliases": ["X", "Y"]}}, "X"),
        ({"type": "unanswerable"}, ""),
    ],
)
def test_gold_in_words(fields: dict[str, object], words: str) -> None:
    assert gold_words(Case.model_validate({"id": "a", "question": "?", **fields})) == words
