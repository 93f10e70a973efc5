"""A model is tried against another: each in its own process, on the same questions, with plain words at the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from askdocs.core.errors import AskdocsError, ModelNotFound, SuiteError
from askdocs.evaluation.compare import Estimate
from askdocs.evaluation.trial import Measured, Trial, compare_pair, statement, trial_lines, try_model
from askdocs.models.speed import Speed
from tests.evaluation.suites import CASES, write_suite
from tests.support.tiny_llama import write_llama


@pytest.mark.parametrize(
    ("tried", "against", "finding"),
    [
        ([True] * 12 + [False] * 8, [False] * 10 + [True] * 2 + [False] * 8, "better"),
        ([False] * 20, [True] * 10 + [False] * 10, "worse"),
        ([True] * 11 + [False] * 9, [True] * 9 + [False] * 11, "no difference shown"),
        ([True] * 20, [True] * 20, "no difference shown"),
    ],
)
def test_what_a_comparison_shows(tried: list[bool], against: list[bool], finding: str) -> None:
    pair = compare_pair(tried, against)
    assert pair.finding == finding
    assert pair.difference == pytest.approx((sum(tried) - sum(against)) / 20)
    assert pair.low <= pair.difference <= pair.high
    assert finding.capitalize() in (said := statement("a", "b", 20, pair)) or finding in said


def test_the_words_hold_the_counts_and_the_interval() -> None:
    pair = compare_pair([True] * 8 + [False] * 2, [True] * 7 + [False, True, False])
    said = statement("big", "small", 10, pair)
    assert said.startswith(
        "No difference shown between big and small on 10 questions: 1 that big alone has right, 1 that"
    )
    assert "+0% right (95% interval -" in said
    assert statement("a", "a", 10, None) == "a is the model that others are compared with."


def trial(**changes: object) -> Trial:
    speed = Speed(
        parameters=4_020_000_000, context=4096, trained_context=40960, has_chat_template=False,
        load_seconds=2.0, prompt_rate=80.4, answer_rate=9.25,
    )  # fmt: skip
    right = Estimate(value=0.75, low=0.55, high=0.9, n=20)
    tried = Measured(
        model="big", right=right, seconds=4.0, memory_mib=3500, failed=2, failure="AnswerTimeout: slow", speed=speed
    )
    against = Measured(model="x", right=right, seconds=1, memory_mib=None, failed=0, failure=None, speed=None)
    pair = compare_pair([True, False], [True, True])
    values: dict[str, object] = {
        "suite": "smoke", "n": 20, "tried": tried, "against": against, "paired": pair, "finding": pair.finding,
        "statement": "Words.", "next": ("askdocs eval news",), "report": None,
    }  # fmt: skip
    return Trial.model_validate(values | changes)


def test_lines_for_a_terminal() -> None:
    lines = list(trial_lines(trial()))
    assert [line.split() for line in lines[:4]] == [
        ["big", "x"],
        ["right,", "of", "20", "0.75", "[0.55,", "0.90]", "0.75", "[0.55,", "0.90]"],
        ["seconds", "a", "question", "4.00", "1.00"],
        ["peak", "memory", "3,500", "MiB", "–"],
    ]
    text = "\n".join(lines)
    assert "4,020 M" in text
    assert "none: sent as plain text" in text
    assert "4,096 of 40,960" in text
    assert "big: 2 of 20 failed, the first with AnswerTimeout: slow" in text
    assert lines[-3:] == ["Words.", "20 questions show only large differences.", "Next: askdocs eval news"]
    assert all(len(line) <= 80 for line in lines)


@pytest.mark.parametrize(
    ("name", "suite", "error", "said"),
    [
        ("none.gguf", "smoke", ModelNotFound, "no such file"),
        ("extractive", "no-suite", SuiteError, "is no suite"),
    ],
)
def test_what_is_wrong_is_said_at_once(name: str, suite: str, error: type[AskdocsError], said: str) -> None:
    with pytest.raises(error, match=said):
        try_model(name, suite=suite)


@pytest.mark.model
def test_a_model_of_random_weights_is_measured_and_is_not_better(tmp_path: Path) -> None:
    path = tmp_path / "tiny.gguf"
    write_llama(path)
    suite = write_suite(tmp_path / "suite", cases := CASES[:4])
    result = try_model(str(path), suite=str(suite), against="extractive", out=tmp_path / "out")
    assert result.n == len(cases)
    assert result.tried.speed is not None
    assert result.tried.speed.has_chat_template
    assert (result.tried.memory_mib or 0) > 100
    assert result.against is not None
    assert result.against.speed is None
    assert result.finding in ("worse", "no difference shown")
    assert result.report == tmp_path / "out" / "report.html"
    assert result.report.is_file()
    assert "--model extractive --model" in result.next[0]


@pytest.mark.model
def test_a_child_that_fails_says_why(tmp_path: Path) -> None:
    suite = write_suite(tmp_path / "suite", [{**CASES[2], "quote": "Its stake soared by 0.60% to 12 percent."}])
    with pytest.raises(AskdocsError, match="stands in none of the case's articles"):
        try_model("extractive", suite=str(suite), against="extractive")
