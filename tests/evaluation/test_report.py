"""Rendering is pure, matches the snapshots, and lets nothing of articles and models through as markup.

Snapshots are renewed with ``RENEW_SNAPSHOTS=1 pytest tests/evaluation/test_report.py``; look at the difference.
"""

from __future__ import annotations

import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from askdocs.evaluation.evaluation import evaluate
from askdocs.evaluation.manifest import Machine, Manifest
from askdocs.evaluation.render import render_html, render_json, render_markdown, script_json
from askdocs.evaluation.report import Report
from tests.evaluation.suites import RIGHT, Scripted, staging, write_suite

SNAPSHOTS = Path(__file__).parent / "snapshots"
SECOND = dict(
    RIGHT,
    price="€85 million",
    runs=None,
    blamed="!",
    cherries="</script><img src=x onerror=alert(1)> \x1b[31m \u202e",
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A report without anything that depends on the machine or the clock."""
    folder = tmp_path_factory.mktemp("report")
    names = ["extractive", "openai:<b>m</b>@http://localhost:1/v1"]
    answers = Scripted(dict(zip(names, (RIGHT, SECOND), strict=True)))
    evaluation = evaluate(
        write_suite(folder / "suite"),
        names,
        out=folder / "out",
        stage_with=staging(answers),
        fail_under=["exact=0.9"],
    )
    found = evaluation.report
    manifest = Manifest(
        askdocs="1.2.3",
        suite=found.suite,
        suite_fingerprint="0" * 16,
        runs={f"run{i}": entry for i, entry in enumerate(found.manifest.runs.values())},
        packages={"numpy": "2.0"},
        prompts={"grounded": "f" * 64},
        machine=Machine(python="3.11", system="Linux", cpu="A <CPU>", cpu_count=2, memory_mib=4096),
    )
    runs = tuple(
        run.model_copy(update={"run": f"run{i}", "peak_memory_mib": 100.0 + i, "metrics": plain(run.metrics)})
        for i, run in enumerate(found.runs)
    )
    cases = tuple(
        case.model_copy(
            update={"answers": tuple(answer.model_copy(update={"seconds": 0.25}) for answer in case.answers)}
        )
        for case in found.cases
    )
    return found.model_copy(update={"manifest": manifest, "runs": runs, "cases": cases})


def plain(metrics: dict) -> dict:  # type: ignore[type-arg]
    """The failed case's wall time is the only figure that is not scripted."""
    return {name: estimate for name, estimate in metrics.items() if name != "cost.seconds"}


def without_library(page: str) -> str:
    """The page without Chart.js, which is the same in every one."""
    return re.sub(r"<script>/\*!\n \* Chart\.js.*?</script>", "<script>/* Chart.js */</script>", page, flags=re.S)


@pytest.mark.parametrize("name", ["report.md", "report.html", "report.json"])
def test_snapshots(report: Report, name: str) -> None:
    renders = {"report.md": render_markdown, "report.html": render_html, "report.json": render_json}
    rendered = without_library(renders[name](report))
    path = SNAPSHOTS / name
    if os.environ.get("RENEW_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(rendered, encoding="utf-8")
    assert rendered == path.read_text("utf-8")


def test_rendering_is_pure(report: Report) -> None:
    for render in (render_html, render_markdown, render_json):
        assert render(report) == render(report)


def test_the_json_is_the_report(report: Report) -> None:
    assert Report.model_validate_json(render_json(report)) == report


class Elements(HTMLParser):
    """Collects elements and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]


def test_nothing_of_models_and_articles_is_markup(report: Report) -> None:
    page = render_html(report)
    elements = Elements()
    elements.feed(page)
    assert elements.tags.count("script") == 3
    assert not {"img", "b", "orchards"} & set(elements.tags)
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "onerror=alert(1)>" not in page.replace("\\u003e", "")
    assert "\x1b" not in render_markdown(report)
    assert "<b>" not in render_markdown(report).replace("\\<", "")


def test_nothing_is_loaded_from_elsewhere(report: Report) -> None:
    page = render_html(report)
    elements = Elements()
    elements.feed(page)
    assert set(elements.addresses) <= {"#cases", "data:,"}
    assert "default-src 'none'" in page
    assert "@import" not in page
    assert "url(" not in page


def test_json_in_a_script_cannot_end_it() -> None:
    text = script_json({"a": "</script> <!-- & \u2028"})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"a": "</script> <!-- & \u2028"}
