"""Answers on cells of tables: which cells count as cited, and when a typed value is wrong."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from askdocs.core.answers import Answer, Citation, Value
from askdocs.core.errors import SuiteError
from askdocs.evaluation.cases import Case
from askdocs.evaluation.cells import cells_cited
from askdocs.evaluation.correctness import is_right
from askdocs.evaluation.evaluation import evaluate
from askdocs.evaluation.gates import check_demands, parse_demand
from askdocs.evaluation.outcomes import Cited, Outcome
from askdocs.evaluation.render import headline, render_html, render_markdown
from askdocs.evaluation.score import CaseScore, Scorer
from askdocs.evaluation.suite import Suite, load_suite
from scripts.readme_table import put, table
from tests.evaluation.suites import CASES, RIGHT, Scripted, staging, write_suite

pytestmark = pytest.mark.usefixtures("few_resamples")

TEXT = (
    "Figures in £m\nSegment | 2023 | 2024\nCloud | 401.2 | 455.9\nRetail | 511.8 | (12.4)\nTotal | 913.0 | **443.5**\n"
)
TEXTS = {"a.html": TEXT, "b.html": TEXT}
LOOK_UP = Case.model_validate(
    {"id": "cloud", "question": "Cloud in 2024?", "type": "money", "gold": {"value": 455.9e6, "currency": "GBP"},
     "answer": "455.9", "article": "a.html", "cells": [{"text": "455.9", "row": "Cloud", "column": "2024"}]}
)  # fmt: skip
RISE = Case.model_validate(
    {"id": "rise", "question": "By how much did it rise?", "type": "money",
     "gold": {"value": 54.7e6, "currency": "GBP"}, "article": "a.html",
     "cells": [{"text": "455.9", "row": "Cloud", "column": "2024"},
               {"text": "401.2", "row": "Cloud", "column": "2023"}]}
)  # fmt: skip
HIGHEST = Case.model_validate(
    {"id": "highest", "question": "Which was the highest in 2023?", "type": "entity", "gold": {"aliases": ["Retail"]},
     "article": "a.html", "cells": [{"text": "511.8", "row": "Retail", "column": "2023"}]}
)  # fmt: skip
POUNDS = Value(kind="money", value=455_900_000, currency="GBP")


def cited(words: str, row: str | None = None, column: str | None = None, article: str = "a.html") -> Cited:
    start = TEXT.index(words)
    place = {"start": start, "end": start + len(words), "answer_start": start, "answer_end": start + len(words)}
    return Cited(article=article, chunk=1, quote=words, row=row, column=column, **place)


def judge(case: Case, *citations: Cited, **fields: Any) -> CaseScore:
    outcome = Outcome(run="r", case=case.id, question=case.question, citations=citations, **fields)
    return Scorer([LOOK_UP, RISE, HIGHEST], TEXTS).score(outcome)


@pytest.mark.parametrize(
    ("found", "share"),
    [
        (cited("455.9", "Cloud", "2024"), 1.0),
        (cited("455.9", "Segments; Cloud", "Revenue, 2024"), 1.0),
        (cited("455.9", "Cloud", "2023"), 0.0),
        (cited("455.9", "Retail", "2024"), 0.0),
        (cited("455.9"), 0.0),
        (cited("401.2", "Cloud", "2024"), 0.0),
        (cited("Cloud", "Cloud", "2024"), 0.0),
        (cited("455.9", "Cloud", "2024", article="b.html"), 0.0),
    ],
)
def test_a_cell_is_cited_with_its_row_and_column(found: Cited, share: float) -> None:
    assert cells_cited(LOOK_UP, [found], TEXTS) == share


def test_of_several_cells_the_share_counts() -> None:
    both = [cited("401.2", "Cloud", "2023"), cited("455.9", "Cloud", "2024")]
    assert cells_cited(RISE, both, TEXTS) == 1.0
    assert cells_cited(RISE, both[:1], TEXTS) == 0.5
    assert cells_cited(RISE, [], TEXTS) == 0.0


def test_the_label_may_be_cited_where_a_name_is_asked_for() -> None:
    assert cells_cited(HIGHEST, [cited("Retail", "Retail", "Segment")], TEXTS) == 1.0
    assert cells_cited(HIGHEST, [cited("511.8", "Retail", "2023")], TEXTS) == 1.0
    assert cells_cited(HIGHEST, [cited("Cloud", "Cloud", "Segment")], TEXTS) == 0.0


def test_emphasis_and_signs_are_no_difference() -> None:
    total = LOOK_UP.model_copy(
        update={"cells": (LOOK_UP.cells[0].model_copy(update={"text": "443.5", "row": "Total"}),)}
    )
    assert cells_cited(total, [cited("**443.5**", "Total", "2024")], TEXTS) == 1.0


def test_a_cell_is_judged_by_what_it_means() -> None:
    cell = cited("455.9", "Cloud", "2024")
    right = judge(LOOK_UP, cell, text="455.9", typed=POUNDS)
    assert (right.verdict, right.values["cell"], right.values["wrong_value"]) == ("right", 1.0, 0.0)
    unscaled = judge(LOOK_UP, cell, text="455.9", typed=Value(kind="number", value=455.9))
    assert (unscaled.values["exact"], unscaled.values["wrong_value"]) == (0.0, 1.0)
    euros = judge(LOOK_UP, cell, text="455.9", typed=POUNDS.model_copy(update={"currency": "EUR"}))
    assert (euros.values["exact"], euros.values["wrong_value"]) == (0.0, 1.0)
    without = judge(LOOK_UP, cell, text="455.9")
    assert (without.values["exact"], without.values["wrong_value"]) == (0.0, 0.0)


def test_prose_is_judged_by_its_words() -> None:
    prose = cited("455.9")
    assert judge(LOOK_UP, prose, text="455.9", typed=POUNDS).values["exact"] == 0.0
    assert judge(LOOK_UP, prose, text="£455.9 million").values["exact"] == 1.0


def test_a_computed_answer_is_judged_by_its_value() -> None:
    rise = Value(kind="money", value=54_700_000, currency="GBP")
    found = judge(RISE, cited("455.9"), text="54.7 (£m)", typed=rise, formula="455.9 − 401.2 = 54.7, £m")
    assert (found.verdict, found.values["wrong_value"]) == ("right", 0.0)
    minus = rise.model_copy(update={"value": -54_700_000})
    assert judge(RISE, text="54.7 (£m)", typed=minus, formula="x").values["wrong_value"] == 1.0


def test_what_is_not_answered_has_neither_measure() -> None:
    found = judge(LOOK_UP, cited("455.9", "Cloud", "2024"), abstained=True, candidate="455.9", typed=POUNDS)
    assert found.candidate_right
    assert math.isnan(found.values["cell"])
    assert math.isnan(found.values["wrong_value"])
    assert math.isnan(judge(HIGHEST, text="Retail").values["wrong_value"])


@pytest.mark.parametrize(
    ("kind", "gold", "typed", "right"),
    [
        ("percent", {"value": -3.4}, Value(kind="percent", value=-3.4), True),
        ("percent", {"value": -3.4}, Value(kind="percent", value=3.4), False),
        ("percent", {"value": 3.1, "unit": "percentage points"}, Value(kind="percent", value=3.1), False),
        ("percent", {"value": 3.1}, Value(kind="number", value=3.1), False),
        ("number", {"value": 3, "unit": "GWh"}, Value(kind="number", value=3, unit="GWh"), True),
        ("number", {"value": 3, "unit": "GWh"}, Value(kind="number", value=3, unit="MWh"), False),
        ("number", {"value": 3, "unit": "GWh"}, Value(kind="number", value=3), True),
        ("number", {"value": [5, 7]}, Value(kind="range", value=(5, 7)), True),
        ("date", {"value": "2004-02-03"}, Value(kind="date", value="2004-02-03", precision="day"), True),
        ("date", {"value": "2004-02-03"}, Value(kind="date", value="2004-03-02", precision="day"), False),
    ],
)
def test_typed_values_against_gold(kind: str, gold: dict[str, Any], typed: Value, right: bool) -> None:
    case = Case.model_validate({"id": "a", "question": "?", "type": kind, "gold": gold})
    assert is_right(case, "whatever stands there", typed) is right


def test_labels_and_formula_are_kept_of_an_answer() -> None:
    citation = Citation(
        article_id="x", source="a.html", title="", chunk_id=1, start=0, end=5, quote="Figur", answer_start=0,
        answer_end=5, row="Cloud", column="2024",
    )  # fmt: skip
    answer = Answer(question="?", text="a", abstained=False, confidence=1, candidate="a", model="m", formula="1 + 1",
                    citations=(citation,))  # fmt: skip
    kept = Outcome.of("r", "c", answer, {"x": "a.html"})
    assert (kept.citations[0].row, kept.citations[0].column, kept.formula) == ("Cloud", "2024", "1 + 1")


def test_an_unanswerable_case_has_no_cells() -> None:
    with pytest.raises(ValueError, match="cells: an unanswerable case has none"):
        Case.model_validate({"id": "a", "question": "?", "type": "unanswerable", "cells": [{"text": "1"}]})


def with_cells(tmp_path: Path) -> Suite:
    """The small suite, its first case on a cell."""
    cases = [dict(CASES[0], cells=[{"text": "14 million", "row": "", "column": ""}]), *CASES[1:]]
    return load_suite(write_suite(tmp_path / "suite", cases))


def test_the_report_shows_both_measures_where_cases_have_cells(tmp_path: Path) -> None:
    wrong = dict(RIGHT, shares="$85 million")
    answers = Scripted({"right": RIGHT, "extractive": wrong})
    report = evaluate(with_cells(tmp_path), ["extractive"], out=tmp_path / "out", stage_with=staging(answers)).report
    estimate = report.runs[0].metrics["wrong_value"]
    assert (estimate.value, estimate.n) == (1.0, 1)
    assert report.runs[0].metrics["cell"].value == 0.0
    assert {"cell", "wrong_value"} <= set(report.definitions) & set(headline(report))
    assert "(1 of 1)" in render_markdown(report)
    assert "(1 of 1)" in render_html(report)
    assert "wrong values" in table(report)
    marks = "<!-- eval-table harbour: begin, written by scripts/readme_table.py -->\n<!-- eval-table harbour: end -->"
    assert "\nx\n" in put(marks, "x", "harbour")
    (gate,) = check_demands([parse_demand("wrong_value=0")], report.runs)
    assert not gate.met


def test_other_reports_have_neither(tmp_path: Path) -> None:
    suite = load_suite(write_suite(tmp_path / "suite"))
    report = evaluate(suite, ["extractive"], stage_with=staging(Scripted({"extractive": RIGHT}))).report
    assert not {"cell", "wrong_value"} & (set(report.definitions) | set(headline(report)) | set(report.runs[0].metrics))


def test_a_case_may_name_one_article_of_a_file(tmp_path: Path) -> None:
    cases = [dict(CASES[0], article="harbour.md#2"), *CASES[1:]]
    assert load_suite(write_suite(tmp_path / "suite", cases)).cases[0].article == ("harbour.md#2",)
    with pytest.raises(SuiteError, match=r'no "absent\.md#2"'):
        load_suite(write_suite(tmp_path / "other", [dict(CASES[0], article="absent.md#2"), *CASES[1:]]))
