"""Gates: floors and ceilings, baselines, and JUnit XML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from askdocs.core.errors import SuiteError
from askdocs.evaluation.command import run_eval
from askdocs.evaluation.evaluation import evaluate
from askdocs.evaluation.gates import check_demands, junit, parse_demand
from tests.evaluation.suites import CASES, RIGHT, Scripted, staging, write_suite

pytestmark = pytest.mark.usefixtures("few_resamples")

ONE, TWO = "extractive", "openai:m@http://localhost:1/v1"
WRONG = dict.fromkeys(RIGHT, "nothing of the kind")


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return write_suite(tmp_path / "suite")


def test_demands_are_read() -> None:
    assert parse_demand("exact=0.8").model_dump(exclude={"text"}) == {"run": None, "metric": "exact", "limit": 0.8}
    assert parse_demand(f"{TWO}:citation.exact=1").run == TWO


@pytest.mark.parametrize("text", ["exact", "exact=", "=0.5", "exact=high", "exact=nan", "speed=1", "smollm2:=1"])
def test_demands_that_make_no_sense(text: str) -> None:
    with pytest.raises(SuiteError, match="gate"):
        parse_demand(text)


@pytest.mark.parametrize(
    ("gates", "code"),
    [
        (["exact=0.5"], 100),
        ([f"{ONE}:exact=0.99"], 0),
        ([f"{TWO}:exact=0.99"], 100),
        (["citation.exact=1.0"], 0),
        (["cost.seconds=0.25"], 0),  # smaller is better, so it is a ceiling
        (["cost.seconds=0.2"], 100),
        ([f"{ONE}:exact=0.99", f"{TWO}:exact=0.99"], 100),
    ],
)
def test_gates(suite: Path, tmp_path: Path, gates: list[str], code: int) -> None:
    answers = Scripted({ONE: RIGHT, TWO: WRONG})
    evaluation = evaluate(suite, [ONE, TWO], out=tmp_path / "out", stage_with=staging(answers), fail_under=gates)
    assert evaluation.exit_code == code
    assert run_eval(rescore=tmp_path / "out", gates=tuple(gates), as_json=True) == code


def test_a_gate_of_no_run(suite: Path, tmp_path: Path) -> None:
    evaluation = evaluate(suite, [ONE], out=tmp_path / "out", stage_with=staging(Scripted({ONE: RIGHT})))
    with pytest.raises(SuiteError, match=r'no run "tow"; the runs are "extractive"'):
        check_demands([parse_demand("tow:exact=1")], evaluation.report.runs)


def test_what_was_not_measured_fails_its_gate(tmp_path: Path) -> None:
    suite = write_suite(tmp_path / "suite", [CASES[-2]])
    answers = staging(Scripted({ONE: {}}))
    evaluation = evaluate(suite, [ONE], out=tmp_path / "out", stage_with=answers, fail_under=["exact.answerable=0.1"])
    assert [gate.message for gate in evaluation.report.failed_gates] == [
        "extractive: exact.answerable was not measured, wanted at least 0.1"
    ]


def many(count: int) -> list[dict[str, Any]]:
    return [CASES[4] | {"id": f"runs-{i}"} for i in range(count)]


def test_a_baseline_fails_only_on_a_significant_loss(tmp_path: Path) -> None:
    suite = write_suite(tmp_path / "suite", many(40))

    def run(name: str, wrong: int, baseline: Path | None) -> int:
        answers = Scripted({ONE: RIGHT})
        answers.scripts = {ONE: {"runs": "Mara Quist"}}
        seen = iter(range(40))

        def script(model: str, case: str) -> None:
            answers.scripts = {ONE: {"runs": "Tidewell" if next(seen) < wrong else "Mara Quist"}}

        answers.before = script
        out = tmp_path / name
        evaluation = evaluate(suite, [ONE], out=out, stage_with=staging(answers), baseline=baseline)
        return evaluation.exit_code

    assert run("before", 0, None) == 0
    assert run("a-little", 2, tmp_path / "before") == 0
    assert run("much", 20, tmp_path / "before") == 100
    assert evaluate(rescore=tmp_path / "before", baseline=tmp_path / "much").exit_code == 0  # a gain is no loss


def test_a_baseline_over_other_cases_is_refused(suite: Path, tmp_path: Path) -> None:
    answers = staging(Scripted({ONE: RIGHT}))
    evaluate(suite, [ONE], out=tmp_path / "old", limit=4, stage_with=answers)
    with pytest.raises(SuiteError, match="not over the same cases"):
        evaluate(suite, [ONE], out=tmp_path / "new", stage_with=answers, baseline=tmp_path / "old")


def test_junit(suite: Path, tmp_path: Path) -> None:
    script = dict(RIGHT, price="€85 million", blamed="!", escape="\x1b[31m<b>")
    path = tmp_path / "junit.xml"
    evaluation = evaluate(
        suite, [ONE], out=tmp_path / "out", stage_with=staging(Scripted({ONE: script})), junit_path=path,
        fail_under=["exact=0.99"],
    )  # fmt: skip
    root = ElementTree.fromstring(path.read_text("utf-8"))
    cases, gates = root.findall("testsuite")
    assert (cases.get("tests"), cases.get("failures"), cases.get("errors")) == ("10", "2", "1")
    assert [test.get("name") for test in cases if test.find("failure") is not None] == ["price", "escape"]
    assert (gates.get("tests"), gates.get("failures")) == ("1", "1")
    assert "\x1b" not in path.read_text("utf-8")
    assert junit(evaluation.report) == path.read_text("utf-8")


def test_one_json_document(suite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = Scripted({ONE: RIGHT, TWO: WRONG})
    evaluate(suite, [ONE, TWO], out=tmp_path / "out", stage_with=staging(answers))
    capsys.readouterr()
    assert run_eval(rescore=tmp_path / "out", as_json=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert [run["model"] for run in document["runs"]] == [ONE, TWO]
    assert document["out"] == str(tmp_path / "out")
    assert document["cases"][0] == {"id": "shares", "verdicts": ["right", "retrieved but answered wrong"]}
    assert run_eval(rescore=tmp_path / "out") == 0
    assert "exact" in capsys.readouterr().out
