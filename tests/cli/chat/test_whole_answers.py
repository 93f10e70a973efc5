"""Counts, summaries and several questions in one, in the chat: shown, looked behind and saved."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.cli.chat.sitting import piped

COUNT = "How many articles mention Vestia?"
SUMMARY = "Summarize the article about Norhaven"
BOTH = f"How many shares of Vestia did Norhaven sell and {COUNT[0].lower()}{COUNT[1:]}"
SENTENCE = "Norhaven has sold 12 million shares of Vestia."


def test_a_count_is_shown_with_its_articles_and_why(folder: Path) -> None:
    out, err = piped(folder, f"{COUNT}\n/why\n/sources\n")
    assert err == ""
    assert "\n1 article\n" in out
    assert re.search(rf"  \[1\] Norhaven cuts its stake · 2023-11-17 · \S+\n      {SENTENCE}\n", out)
    assert "taken for: a count of articles\n  1 of 2 articles hold" in out
    assert "prompt:" not in out
    assert re.search(rf"\n\[1\] Norhaven cuts its stake · 2023-11-17 · \S+\n    {SENTENCE}\n$", out)


def test_a_summary_has_each_sentence_once(folder: Path) -> None:
    out, _ = piped(folder, f"{SUMMARY}\n")
    assert out.count(SENTENCE) == 1
    assert f"{SENTENCE} [1] The sale raised $98 million for Norhaven. [2]\n" in out
    assert re.search(r"\n  \[1\] \[2\] Norhaven cuts its stake · 2023-11-17 · \S+sale.md\n+$", out)


def test_parts_are_saved_under_their_questions(folder: Path) -> None:
    out, _ = piped(folder, f"{BOTH}\n/why\n/save saved.md\n/save saved.json\n")
    assert "taken for: several questions, each asked for itself\n  asked: How many shares of Vestia" in out
    saved = (folder / "saved.md").read_text()
    assert "### How many articles mention Vestia?\n\n1 article\n" in saved
    answer = json.loads((folder / "saved.json").read_text())["turns"][0]["answer"]
    assert answer["form"] == "parts"
    assert [part["form"] for part in answer["parts"]] == ["span", "count"]
