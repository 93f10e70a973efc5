"""What the chat draws: in narrow and changing windows, without colour, from articles that would steer it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.chat.sitting import CHAT, QUESTION, piped
from tests.support.terminal import Terminal


def test_a_narrow_window_and_one_that_changes(folder: Path) -> None:
    with Terminal(CHAT, folder, columns=80) as chat:
        chat.see_prompt()
        chat.resize(40)
        chat.enter(QUESTION)
        chat.see("[1] Norhaven")
        chat.see_prompt()
        assert "12 million" in chat.text
        chat.resize(100)
        chat.enter("/sources")
        chat.see_prompt()


@pytest.mark.parametrize("settings", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_without_colour(folder: Path, settings: dict[str, str]) -> None:
    with Terminal(CHAT, folder, environment=settings) as chat:
        chat.see("?")
        chat.enter(QUESTION)
        chat.see("[1] Norhaven")
        chat.pump(0.5)
        colours = re.findall(rb"\x1b\[[0-9;]*(?:3[0-7]|4[0-7]|38|48|9[0-7])(?:;[0-9;]*)?m", chat.raw)
        assert not colours
        assert b"**" in chat.raw


def test_text_from_articles_cannot_steer_the_terminal(folder: Path) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J[bold]Norhaven[/bold] has sold 12 million \u202eshares of Vestia.\x9b31m"
    (folder / "evil.json").write_text(json.dumps({"title": evil, "text": evil}))
    text, _ = piped(folder, f"/add evil.json\n/where source=*evil.json\n{QUESTION}\n/sources 1\n/open 1\n/why\n")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    with Terminal(CHAT, folder) as chat:
        chat.see_prompt()
        chat.enter(QUESTION)
        chat.see("12 million")
        chat.see_prompt()
        assert b"owned\x07" not in chat.raw
        assert "\u202e".encode() not in chat.raw


@pytest.mark.parametrize("columns", [50, 80])
def test_what_commands_print_is_broken_between_words(folder: Path, columns: int) -> None:
    with Terminal(CHAT, folder, columns=columns) as chat:
        chat.see_prompt()
        chat.enter(QUESTION)
        chat.see("[1] Norhaven")
        chat.see_prompt()
        for command, words in [
            ("/help", ["probabilities", "context", "conversation", "published>=2023-01-01", "searches."]),
            ("/model", ["language", "sentence", "server"]),
            ("/why", ["Norhaven", "stake"]),
            ("/list", ["Kettles recalled"]),
            ("/open 1", ["million"]),
            ("/history list", ["1 question "]),
        ]:
            chat.enter(command)
            seen = chat.see_prompt()
            assert [word for word in words if word not in seen] == []
