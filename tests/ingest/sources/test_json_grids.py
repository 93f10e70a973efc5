"""Tables of JSON: keys are headers, nested ones columns with dots, and no value is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.core.articles import RawArticle
from askdocs.ingest.sources.dispatch import read
from askdocs.ingest.sources.json_grids import json_grids

TABLES: dict[str, tuple[object, list[list[str]]]] = {
    "records": (
        [{"port": "Varde", "tonnes": 5.5}, {"port": "Ribe", "open": True}, {"port": None, "tonnes": 7}],
        [["port|tonnes|open", "Varde|5.5|", "Ribe||true", "|7|"]],
    ),
    "nested": ([{"a": {"b": 1, "c": {"d": [1, 2]}}}, {"a": {"b": 3}}], [["a.b|a.c.d", "1|1, 2", "3|"]]),
    "one record": ({"company": "Voltari", "staff": 12}, [["company|Voltari", "staff|12"]]),
    "about and data": (
        {"status": "ok", "data": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]},
        [["status|ok"], ["x|y", "1|2", "3|4"]],
    ),
    "lists in records": (
        [{"firm": "A", "years": [{"year": 2023, "sales": 5}]}, {"firm": "B", "years": [{"year": 2023, "sales": 6}]}],
        [["firm", "A", "B"], ["firm|year|sales", "A|2023|5", "B|2023|6"]],
    ),
    "columns": ({"year": [2022, 2023], "sales": [5, 6]}, [["year|sales", "2022|5", "2023|6"]]),
    "columns by number": ({"a": {"0": 2022, "1": 2023}, "b": {"0": 5, "1": 6}}, [["a|b", "2022|5", "2023|6"]]),
    "by name": ({"Varde": {"tonnes": 5}, "Ribe": {"tonnes": 7}}, [["|tonnes", "Varde|5", "Ribe|7"]]),
    "by name inside": ({"ports": {"Varde": {"t": 5}, "Ribe": {"t": 7}}}, [["|t", "Varde|5", "Ribe|7"]]),
    "rows": ([["port", "tonnes"], ["Varde", 5], ["Ribe"]], [["port|tonnes", "Varde|5", "Ribe|"]]),
    "words": (["Varde", "Ribe"], [["Varde", "Ribe"]]),
    "a word": ("Varde", [["Varde"]]),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    value, tables = TABLES[name]
    assert [["|".join(row) for row in grid.rows] for grid in json_grids(value)] == tables


def test_records_without_a_common_key_stay_small() -> None:
    found = json_grids([{f"key {n}": n} for n in range(20_000)])
    assert sum(len(grid.rows) * len(grid.rows[0]) for grid in found) < 100_000
    assert found[0].rows[-1] == ("key 19999", "19999")


def test_lines_of_records_are_one_table(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"port": "Varde", "t": 5}\n\n{"port": "Ribe", "t": 7}\n')
    [found] = read(tmp_path)
    assert isinstance(found, RawArticle)
    assert found.grids[0].rows == (("port", "t"), ("Varde", "5"), ("Ribe", "7"))


LEAVES = st.text("abc", min_size=1, max_size=3) | st.integers(0, 999)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(st.text("xyz", min_size=1), inner, min_size=1, max_size=3)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_no_value_is_lost(value: object) -> None:
    shown = " ".join(cell for grid in json_grids(value) for row in grid.rows for cell in row)

    def leaves(inner: object) -> list[str]:
        if isinstance(inner, dict):
            return [leaf for item in inner.values() for leaf in leaves(item)]
        if isinstance(inner, list):
            return [leaf for item in inner for leaf in leaves(item)]
        return [inner if isinstance(inner, str) else json.dumps(inner)]

    for leaf in leaves(value):
        assert leaf in shown
