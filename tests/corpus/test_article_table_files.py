"""Tables of answers as files: right values and types, and nothing of an article is run or taken for markup."""

from __future__ import annotations

import csv
import datetime
import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs import ArticleTable
from askdocs.core.errors import AskdocsError
from askdocs.corpus.article_table.files.flat import harmless, header
from tests.corpus.article_tables import COLUMNS, FORMULA, HARMFUL, TABLE, row


def lines(path: Path, mark: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=mark))


@pytest.mark.parametrize(("ending", "mark"), [("csv", ","), ("tsv", "\t")])
def test_separated_by_commas_or_tabs(tmp_path: Path, ending: str, mark: str) -> None:
    first, second, third = lines(TABLE.write(tmp_path / f"t.{ending}"), mark)
    assert (first["title"], first["published"], first["source"]) == ("Stake sold", "2024-03-22", "a.md")
    assert (first["shares"], first["shares_unit"], first["shares_words"]) == ("33000000", "shares", "33 million")
    assert first["shares_quote"] == "They said 33 million today."
    assert first["shares_confidence"] == "0.95"
    assert first["when"] == "2023-12-05"
    assert first["who"] == "'" + FORMULA
    assert second["shares"] == "3000000..5000000"
    assert (second["paid"], second["paid_words"], second["paid_confidence"]) == ("", "", "0.2")
    assert third["when_words"] == "error: its context is full"
    assert third["who"] == ""


def test_columns_that_are_called_like_others_get_other_names() -> None:
    names = {"title": "?", "shares": "?", "shares_unit": "?"}
    columns = tuple(COLUMNS[0].model_copy(update={"name": name}) for name in names)
    found = header(ArticleTable(columns=columns, rows=(), model="m"))
    assert len(set(found)) == len(found)
    assert found[:3] == ["article_title", "published", "source"]
    assert {"title", "shares", "shares_unit", "shares_unit_2"} <= set(found)


@given(st.text(max_size=30))
def test_no_text_begins_like_a_formula(text: str) -> None:
    made = harmless(text)
    assert not made.startswith(("=", "@", "\t", "\r"))
    assert not made.startswith(("+", "-")) or re.fullmatch(r"[+-]\d[\d.,%\s]*", made)


def test_json_holds_all_there_is(tmp_path: Path) -> None:
    text = TABLE.write(tmp_path / "t.json").read_text(encoding="utf-8")
    assert ArticleTable.model_validate_json(text) == TABLE


def test_markdown_is_a_table_with_notes(tmp_path: Path) -> None:
    text = TABLE.write(tmp_path / "t.md").read_text(encoding="utf-8")
    assert "| article | shares | paid | when | who |" in text
    assert "| Stake sold | 33 million [1] | $317 million [2] |" in text
    assert '1. "They said 33 million today." (t, a.md, page 2)' in text
    assert "<img" not in text.replace("\\<img", "")
    assert "Ana \\| Ruiz \\`x\\`" in text
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 6 for line in table)


def test_a_workbook_has_numbers_days_and_comments(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(TABLE.write(tmp_path / "t.xlsx"))
    sheet = book["Table"]
    head = [one.value for one in sheet[1]]
    assert head == ["title", "published", "shares", "unit", "paid", "unit", "when", "who", "source"]
    first = sheet[2]
    assert first[1].value == datetime.datetime(2024, 3, 22)
    assert (first[2].value, first[3].value) == (33_000_000, "shares")
    assert (first[4].value, first[5].value) == (317_000_000, "USD")
    assert first[6].value == datetime.datetime(2023, 12, 5)
    assert "They said 33 million today." in first[2].comment.text
    assert (sheet.cell(4, 5).value, sheet.cell(4, 5).number_format) == (0.23, "0.##%")
    assert "nearest: 9 million" in sheet.cell(3, 5).comment.text
    assert sheet.cell(4, 7).value == "error: its context is full"
    assert sheet.freeze_panes == "B2"
    sources = book["Sources"]
    assert sources.max_row == 13
    assert sources.cell(2, 11).value == "They said 33 million today."


def test_no_text_of_a_workbook_is_a_formula(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    harm = row(FORMULA, None, "=1+1", *TABLE.rows[0].cells.values())
    spoilt = TABLE.model_copy(update={"rows": (harm.model_copy(update={"title": "=2\x00\x1f\ud800"}), harm)})
    book = openpyxl.load_workbook(spoilt.write(tmp_path / "t.xlsx"))
    cells = [one for sheet in book for line in sheet for one in line if isinstance(one.value, str)]
    assert {one.data_type for one in cells} == {"s"}
    begun = [one for one in cells if one.value.startswith("=")]
    assert len(begun) > 6
    assert all(one.quotePrefix for one in begun)


def test_parquet_has_types(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(TABLE.write(tmp_path / "t.parquet"))
    kinds = {field.name: str(field.type) for field in table.schema}
    assert kinds["published"] == "date32[day]"
    assert (kinds["paid"], kinds["shares"], kinds["when"], kinds["who"]) == ("double", "string", "string", "string")
    first, second, third = table.to_pylist()
    assert (first["paid"], second["paid"], third["paid"]) == (317e6, None, 23)
    assert first["published"] == datetime.date(2024, 3, 22)
    assert table.schema.field("paid").metadata == {b"question": b"For how much?"}
    days = TABLE.model_copy(update={"rows": TABLE.rows[:1]})
    (only,) = parquet.read_table(days.write(tmp_path / "days.parquet")).to_pylist()
    assert only["when"] == datetime.date(2023, 12, 5)
    assert only["shares"] == 33e6


def test_an_extra_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(AskdocsError, match=r"askdocs\[parquet\]"):
        TABLE.write(tmp_path / "t.parquet")


def test_paths_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    for wrong, why in (("t", "endings"), ("t.doc", "endings"), ("no/t.csv", "there is no folder")):
        with pytest.raises(AskdocsError, match=why):
            TABLE.write(tmp_path / wrong)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(AskdocsError, match="a folder"):
        TABLE.write(tmp_path / "folder.csv")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.csv"
    path.write_text("before")
    path.chmod(0o640)
    monkeypatch.setattr("askdocs.corpus.article_table.files.text_files.cells", lambda table: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        TABLE.write(path)
    assert path.read_text() == "before"
    monkeypatch.undo()
    TABLE.write(path)
    assert path.read_text().startswith("title,")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["t.csv"]


def test_a_page_holds_what_articles_say_as_text(tmp_path: Path) -> None:
    text = TABLE.write(tmp_path / "t.html").read_text(encoding="utf-8")
    assert "<img" not in text
    assert text.count("<script") == 2
    assert "://" not in text.replace("https://example.org/", "").replace("http://x", "")
    assert 'href="javascript' not in text
    assert 'href="https://example.org/&lt;b&gt;"' in text
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy is not None
    assert "default-src &#39;none&#39;" in policy.group(1) or "default-src 'none'" in policy.group(1)
    assert "unsafe" not in policy.group(1)
    held: Any = json.loads(text.split('id="data">')[1].split("</script>")[0])
    cell = held["rows"][0]["cells"][0]
    assert cell["places"][0] | {"where": ""} == {
        "before": "They said ", "words": "33 million", "after": " today.", "where": "", "excerpt": None,
    }  # fmt: skip
    assert cell["value"] == "33,000,000 shares"
    assert held["rows"][0]["cells"][1]["value"] == "about 317,000,000 USD"
    assert HARMFUL in held["rows"][1]["cells"][3]["places"][0]["after"]
