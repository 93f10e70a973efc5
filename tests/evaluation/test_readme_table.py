"""The README's table comes out of a report, and only between its markers."""

from __future__ import annotations

from pathlib import Path

import pytest

from askdocs.evaluation.report import Report
from scripts.readme_table import BEGIN, END, put, table

REPORT = Path(__file__).parent / "snapshots" / "report.json"


def test_the_table() -> None:
    text = table(Report.model_validate_json(REPORT.read_bytes()))
    assert "| extractive | 1.00 [1.00, 1.00] |" in text
    assert "No difference shown between extractive" in text


def test_it_stays_between_its_markers() -> None:
    readme = f"before\n{BEGIN}\nold | table\n{END}\nafter\n"
    once = put(readme, "| new |")
    assert once == f"before\n{BEGIN}\n| new |\n{END}\nafter\n"
    assert put(once, "| new |") == once
    with pytest.raises(ValueError, match="no line"):
        put("nothing here", "x")
