"""A conversation on a terminal: answers, follow-up questions, taking it up, comparing and saving it."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

from tests.cli.chat.sitting import CHAT, QUESTION
from tests.support.terminal import Terminal


def test_an_answer_has_its_source_and_a_follow_up_knows_what_it_is_about(chat: Terminal) -> None:
    chat.enter(QUESTION)
    seen = chat.see("[1] Norhaven cuts its stake · 2023-11-17")
    assert "Norhaven has sold 12 million shares of Vestia." in seen
    assert re.search(r"(right|doubtful).*\(\d\.\d\d\) · extractive", seen)
    chat.see_prompt()
    chat.enter("And for how much?")
    chat.see_prompt()
    chat.enter("/why")
    seen = chat.see("searched for: For how much did Norhaven sell shares of Vestia?")
    chat.see("confidence")


def test_ctrl_d_leaves_and_the_conversation_is_taken_up(folder: Path) -> None:
    with Terminal(CHAT, folder) as first:
        first.see_prompt()
        first.enter(QUESTION)
        first.see("[1] Norhaven")
        first.see_prompt()
        first.type("\x04")
        assert first.status() == 0
    with Terminal([*CHAT, "--continue"], folder) as second:
        assert QUESTION in " ".join(second.see("conversation 1, 1 question so far, the last:").split())
        second.see_prompt()
        second.enter("/history")
        second.see(QUESTION)
        second.enter("And when?")
        second.see_prompt()
        second.enter("/history list")
        second.see("2 questions")
        second.enter("/quit")
        assert second.status() == 0


def test_sources_and_their_articles_can_be_read(chat: Terminal) -> None:
    chat.enter(QUESTION)
    chat.see("[1] Norhaven")
    chat.see_prompt()
    chat.enter("/sources 1")
    seen = chat.see("The sale raised $98 million for Norhaven.")
    assert "2023-11-17" in seen
    chat.enter("/open 1")
    chat.see_prompt()
    assert chat.text.count("The sale raised $98 million for Norhaven.") >= 2


def test_retry_and_compare(chat: Terminal, folder: Path) -> None:
    chat.enter(QUESTION)
    chat.see("[1] Norhaven")
    chat.see_prompt()
    chat.enter("/compare extractive")
    chat.see_prompt()
    assert re.search(r"extractive +extractive", chat.text)
    chat.enter("/retry nowhere.gguf")
    chat.see("nowhere.gguf")
    chat.see_prompt()
    chat.enter("/history")
    chat.see(f"1  {QUESTION}")
    chat.enter("/retry")
    chat.see_prompt()
    chat.enter("/quit")
    chat.status()
    with sqlite3.connect(folder / "news.askdocs" / "chats.db") as stored:
        assert stored.execute("SELECT count(*) FROM turns").fetchone() == (1,)


def test_a_conversation_is_saved_as_markdown_and_json(chat: Terminal, folder: Path) -> None:
    chat.enter(QUESTION)
    chat.see("[1] Norhaven")
    for name in ("talk.md", "talk.json"):
        chat.see_prompt()
        chat.enter(f"/save {name}")
        chat.see(f"1 question written to {name}")
    (folder / "other.md").write_text("mine")
    chat.enter("/save other.md")
    chat.see("is there already")
    assert (folder / "other.md").read_text() == "mine"
    assert f"## {QUESTION}" in (folder / "talk.md").read_text()
    turns = json.loads((folder / "talk.json").read_text())["turns"]
    assert turns[0]["answer"]["citations"][0]["quote"] == "Norhaven has sold 12 million shares of Vestia."
