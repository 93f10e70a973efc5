"""Answers of tables on disk: kept when they return, bounded, and never in the way."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from askdocs.storage import table_answers
from askdocs.storage.table_answers import FILE, KeptAnswers


def opened(folder: Path) -> KeptAnswers:
    return KeptAnswers.open(folder)


def test_what_is_kept_is_there_before_the_file_is_closed(tmp_path: Path) -> None:
    kept = opened(tmp_path)
    kept.keep(b"a", b"w", [("How many?", "{}"), ("\ud800?", "[]")])
    other = opened(tmp_path)
    assert other.of(b"a", b"w") == {"How many?": "{}", "??": "[]"}
    assert other.of(b"a", b"other") == other.of(b"b", b"w") == {}
    kept.keep(b"a", b"w", [("How many?", "{1}")])
    assert other.of(b"a", b"w")["How many?"] == "{1}"


def test_answers_of_the_last_table_outlive_earlier_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_answers, "MOST", 2)
    for article in (b"1", b"2", b"3"):
        kept = opened(tmp_path)
        kept.keep(article, b"w", [("?", "{}")])
        kept.close()
    kept = opened(tmp_path)
    assert [bool(kept.of(article, b"w")) for article in (b"1", b"2", b"3")] == [False, True, True]
    kept.used(b"2", b"w", ["?"])
    kept.keep(b"4", b"w", [("?", "{}")])
    kept.keep(b"5", b"w", [("?", "{}")])
    kept.close()
    kept = opened(tmp_path)
    assert [bool(kept.of(article, b"w")) for article in (b"2", b"3", b"4", b"5")] == [True, False, True, True]


def test_what_was_said_of_articles_that_are_gone_is_forgotten(tmp_path: Path) -> None:
    kept = opened(tmp_path)
    kept.keep(b"gone", b"w", [("?", "{}")])
    kept.keep(b"here", b"w", [("?", "{}")])
    kept.forget_others([b"here"])
    assert (kept.of(b"gone", b"w"), kept.of(b"here", b"w")) == ({}, {"?": "{}"})


def test_a_folder_that_cannot_be_written_keeps_in_memory_and_says_so(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    kept = opened(tmp_path)
    kept.keep(b"a", b"w", [("?", "{}")])
    assert kept.of(b"a", b"w") == {"?": "{}"}
    assert FILE in kept.trouble


@pytest.mark.parametrize("damage", ["this is no database" * 100, "newer"])
def test_a_file_that_is_not_ours_is_left_alone(tmp_path: Path, damage: str) -> None:
    path = tmp_path / FILE
    if damage == "newer":
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 99")
    else:
        path.write_text(damage)
    before = path.read_bytes()
    kept = opened(tmp_path)
    kept.keep(b"a", b"w", [("?", "{}")])
    assert kept.in_memory
    kept.close()
    assert path.read_bytes() == before


def test_a_disk_that_fails_later_costs_no_answer(tmp_path: Path) -> None:
    kept = opened(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as other:
        other.execute("DROP TABLE answers")
    kept.keep(b"a", b"w", [("?", "{}")])
    assert kept.of(b"a", b"w") == {}
    assert "no such table" in kept.trouble
    kept.close()
