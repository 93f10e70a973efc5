"""A whole evaluation: the matrix, what is written, taking up, rescoring, baselines, determinism."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from askdocs.core.errors import SuiteError
from askdocs.evaluation.evaluation import Evaluation, evaluate
from askdocs.evaluation.outcomes import Outcome, OutcomeLog, by_run, read_outcomes
from tests.evaluation.suites import CASES, RIGHT, TEXTS, Scripted, staging, write_suite

pytestmark = pytest.mark.usefixtures("few_resamples")

WORSE = dict(RIGHT, price="€85 million", fruits="apples; pears", cherries="12", runs=None, blamed="!")
ONE, TWO = "extractive", "openai:m@http://localhost:1/v1"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return write_suite(tmp_path / "suite")


def run(suite: Path, out: Path | None, *, ks: tuple[int, ...] = (), **options: object) -> Evaluation:
    answers = Scripted({ONE: RIGHT, TWO: WORSE})
    return evaluate(suite, [ONE, TWO], ks, out=out, stage_with=staging(answers), **options)  # type: ignore[arg-type]


def verdicts(evaluation: Evaluation, row: int) -> dict[str, str]:
    return {case.id: case.answers[row].verdict for case in evaluation.report.cases}


def test_what_is_written(suite: Path, tmp_path: Path) -> None:
    evaluation = run(suite, tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"outcomes.jsonl", "manifest.json", "report.html", "report.md", "report.json"} <= names
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert [(entry["label"], entry["model"]) for entry in report["runs"]] == [(ONE, ONE), ("openai:m", TWO)]
    assert report["runs"][0]["metrics"]["exact"]["value"] == 1.0
    assert report["comparisons"][0]["mcnemar"]["first_only"] == 5
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert set(manifest) >= {"askdocs", "commit", "packages", "prompts", "seed", "machine", "runs", "suite_fingerprint"}
    lines = (tmp_path / "out" / "outcomes.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 2 * len(CASES)
    assert all({"run", "version"} <= set(json.loads(line)) for line in lines)
    assert evaluation.exit_code == 0


def test_each_case_ends_as_it_should(suite: Path, tmp_path: Path) -> None:
    evaluation = run(suite, tmp_path / "out")
    assert set(verdicts(evaluation, 0).values()) == {"right", "rightly abstained"}
    assert verdicts(evaluation, 1) == verdicts(evaluation, 0) | {
        "price": "retrieved but answered wrong",
        "fruits": "retrieved but answered wrong",
        "cherries": "answered though unanswerable",
        "runs": "abstained though answerable",
        "blamed": "failed",
    }
    failed = next(case for case in evaluation.report.cases if case.id == "blamed").answers[1]
    assert failed.error == f"ModelError: {TWO}: the script fails here"


def test_the_matrix_names_what_differs(suite: Path, tmp_path: Path) -> None:
    answers = Scripted({ONE: RIGHT})
    evaluation = evaluate(suite, [ONE], [1, 2], out=tmp_path / "out", stage_with=staging(answers))
    assert [entry.label for entry in evaluation.report.runs] == [f"{ONE} k=1", f"{ONE} k=2"]
    assert {k for _, _, k in answers.asked} == {1, 2}


def test_follow_ups_are_asked_with_history(suite: Path, tmp_path: Path) -> None:
    answers = Scripted({ONE: WORSE})
    evaluate(suite, [ONE], out=tmp_path / "out", stage_with=staging(answers))
    assert [turn.answer for turn in answers.histories["price"]] == ["14 million"]
    assert answers.histories["shares"] == ()


def test_nothing_is_asked_twice(suite: Path, tmp_path: Path) -> None:
    answers = Scripted({ONE: RIGHT})
    evaluate(suite, [ONE], out=tmp_path / "out", limit=4, stage_with=staging(answers))
    evaluate(suite, [ONE], out=tmp_path / "out", stage_with=staging(answers))
    evaluate(suite, [ONE], out=tmp_path / "out", stage_with=staging(answers))
    assert [case for _, case, _ in answers.asked] == [case["id"] for case in CASES]


def test_without_a_folder_nothing_is_left(suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    assert run(suite, None).folder is None
    assert list((tmp_path / "temporary").iterdir()) == []


def test_the_same_seed_gives_the_same_outcomes_but_for_cost(suite: Path, tmp_path: Path) -> None:
    run(suite, tmp_path / "one")
    run(suite, tmp_path / "two")
    outcomes = [read_outcomes(tmp_path / name / "outcomes.jsonl") for name in ("one", "two")]
    plain = [[outcome.model_dump(exclude={"cost"}) for outcome in found] for found in outcomes]
    assert plain[0] == plain[1]


def test_other_articles_are_not_mixed_in(suite: Path, tmp_path: Path) -> None:
    run(suite, tmp_path / "out")
    (suite / "articles" / "orchard.md").write_text("Other words.", encoding="utf-8")
    with pytest.raises(SuiteError, match="over other articles"):
        run(suite, tmp_path / "out")


def test_a_quote_that_stands_nowhere_is_named(tmp_path: Path) -> None:
    suite = write_suite(tmp_path / "suite", [CASES[2] | {"quote": "Its stake rose."}])
    with pytest.raises(SuiteError, match=r'case "fall", field quote: "Its stake rose." stands in none'):
        run(suite, tmp_path / "out")


def test_rescoring_needs_no_model(suite: Path, tmp_path: Path) -> None:
    first = run(suite, tmp_path / "out")
    again = evaluate(rescore=tmp_path / "out")
    assert again.report.model_dump(exclude={"manifest"}) == first.report.model_dump(exclude={"manifest"})
    # With gold changed in the suite, the same outcomes are worth something else.
    changed = write_suite(tmp_path / "changed", [CASES[4] | {"gold": {"aliases": ["Somebody"]}, "answer": None}])
    rescored = evaluate(changed, rescore=tmp_path / "out")
    assert verdicts(rescored, 0) == {"runs": "retrieved but answered wrong"}


def test_rescoring_refuses_another_question(suite: Path, tmp_path: Path) -> None:
    run(suite, tmp_path / "out")
    changed = write_suite(tmp_path / "changed", [CASES[4] | {"question": "Who sails?"}])
    with pytest.raises(SuiteError, match="was asked as"):
        evaluate(changed, rescore=tmp_path / "out")


def test_rescoring_what_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"no manifest\.json"):
        evaluate(rescore=tmp_path)


def test_runs_over_different_cases_are_not_compared(suite: Path, tmp_path: Path) -> None:
    evaluate(suite, [ONE], out=tmp_path / "out", limit=3, stage_with=staging(Scripted({ONE: RIGHT})))
    evaluate(suite, [TWO], out=tmp_path / "out", limit=5, stage_with=staging(Scripted({TWO: RIGHT})))
    with pytest.raises(SuiteError, match="not over the same cases"):
        evaluate(rescore=tmp_path / "out")


def test_two_at_once_are_refused(suite: Path, tmp_path: Path) -> None:
    from filelock import FileLock

    (tmp_path / "out").mkdir()
    with FileLock(tmp_path / "out" / ".lock"), pytest.raises(SuiteError, match="another askdocs eval"):
        run(suite, tmp_path / "out")


def test_a_model_that_is_not_there_fails_before_any_case(suite: Path, tmp_path: Path) -> None:
    from askdocs.core.errors import ModelNotFound

    answers = Scripted({})
    with pytest.raises(ModelNotFound):
        evaluate(suite, ["nowhere.gguf"], out=tmp_path / "out", stage_with=staging(answers))
    assert answers.asked == []


# -- the log


def test_a_torn_last_line_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "outcomes.jsonl"
    with OutcomeLog(path) as log:
        log.write(Outcome(run="r", case="a", question="?"))
        log.write(Outcome(run="r", case="b", question="?"))
    whole = path.read_bytes()
    for cut in range(len(whole.splitlines(keepends=True)[0]) + 1, len(whole)):
        path.write_bytes(whole[:cut])
        with OutcomeLog(path) as log:
            assert [outcome.case for outcome in log.found] == ["a"]
            log.write(Outcome(run="r", case="b", question="?"))
        assert path.read_bytes() == whole


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "outcomes.jsonl"
    path.write_text('{"run":"r","case":"a","question":"?","version":1}\nnonsense\n', encoding="utf-8")
    with pytest.raises(SuiteError, match="line 2"):
        read_outcomes(path)
    path.write_text('{"run":"r","case":"a","question":"?","version":9}\n', encoding="utf-8")
    with pytest.raises(SuiteError, match="schema 9"):
        read_outcomes(path)


KILLED = """
import sys, time
from pathlib import Path
from askdocs.evaluation.evaluation import evaluate
from tests.evaluation.suites import RIGHT, Scripted, staging
answers = Scripted({"extractive": RIGHT})
answers.before = lambda model, case: time.sleep(0.05)
evaluate(sys.argv[1], ["extractive"], out=Path(sys.argv[2]), stage_with=staging(answers))
"""


def test_a_killed_run_loses_no_case_and_answers_none_twice(suite: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    log = out / "outcomes.jsonl"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", KILLED, str(suite), str(out)]
    for wanted in (2, 5):
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and (not log.exists() or log.read_bytes().count(b"\n") < wanted):
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert log.read_bytes().count(b"\n") < len(CASES)
    subprocess.run(command, env=environment, check=True, stderr=subprocess.DEVNULL, timeout=60)
    lines = log.read_text("utf-8").splitlines()
    assert sorted(json.loads(line)["case"] for line in lines) == sorted(case["id"] for case in CASES)
    (found,) = by_run(read_outcomes(log)).values()
    assert all(outcome.error is None for outcome in found.values())


# -- retrieval only, and the real thing


def test_a_suite_of_retrieval_alone(tmp_path: Path) -> None:
    (tmp_path / "beir" / "qrels").mkdir(parents=True)
    documents = [{"_id": name, "title": name, "text": text} for name, text in TEXTS.items()]
    (tmp_path / "beir" / "corpus.jsonl").write_text("".join(json.dumps(d) + "\n" for d in documents), "utf-8")
    queries = [{"_id": "1", "text": "ships"}, {"_id": "2", "text": "apples"}]
    (tmp_path / "beir" / "queries.jsonl").write_text("".join(json.dumps(q) + "\n" for q in queries), "utf-8")
    rows = "query-id\tcorpus-id\tscore\n1\tharbour.md\t1\n2\torchard.md\t1\n"
    (tmp_path / "beir" / "qrels" / "test.tsv").write_text(rows, "utf-8")
    answers = Scripted({})
    evaluation = evaluate(
        tmp_path / "beir", ks=[1, 2], out=tmp_path / "out", suite_format="beir", stage_with=staging(answers)
    )
    one, two = evaluation.report.runs
    assert (one.label, two.label) == ("retrieval k=1", "retrieval k=2")
    assert one.metrics["retrieval.recall"].value == 0.5  # the script always finds harbour.md first
    assert two.metrics["retrieval.recall"].value == 1.0
    assert two.metrics["retrieval.mrr"].value == 0.75
    assert "exact" not in one.metrics
    assert evaluation.report.comparisons[0].statement.startswith("No difference in recall shown")
    assert not answers.asked
    assert not answers.warmed


@pytest.mark.model
def test_the_extractive_model_over_a_real_corpus_twice(suite: Path, tmp_path: Path) -> None:
    for file in (suite / "cases.jsonl", suite / "articles" / "orchard.md"):  # markup does not survive cleaning
        file.write_text(file.read_text(encoding="utf-8").replace(" <script>alert('x')</script>", ""), encoding="utf-8")
    found = [evaluate(suite, ["extractive"], out=tmp_path / name) for name in ("one", "two")]
    outcomes = [read_outcomes(tmp_path / name / "outcomes.jsonl") for name in ("one", "two")]
    plain = [[outcome.model_dump(exclude={"cost"}) for outcome in each] for each in outcomes]
    assert plain[0] == plain[1]
    assert found[0].report.runs[0].quotes.keys() == {"exact"}
    assert found[0].report.runs[0].metrics["failed"].value == 0.0
    assert found[0].report.runs[0].metrics["retrieval.recall"].value == 1.0
