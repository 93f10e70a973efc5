"""What goes wrong in the chat is one line with the next step, and the chat goes on where it can."""

from __future__ import annotations

import os
from pathlib import Path

from askdocs.storage.lock import writing
from tests.cli.chat.sitting import CHAT, QUESTION, piped
from tests.support.terminal import Terminal


def test_errors_are_one_line_with_the_next_step_and_the_chat_goes_on(chat: Terminal) -> None:
    for command, seen in [
        ("/souces", "/souces: no such command; did you mean /sources?"),
        ("/why", "nothing was asked yet; type a question"),
        ("/model nowhere.gguf", "nowhere.gguf"),
        ("/k many", "give a number from 1 to 100"),
        ("/where published", "write FIELD=VALUE"),
        ("/where published>=yesterday", "write a date"),
        ("/save notes.txt", "/save FILE.md or FILE.json"),
        ("/compare", "name a model"),
        ("/open 9", "no"),
        ("/history open 99", "not stored"),
    ]:
        chat.enter(command)
        chat.see(seen)
        chat.see_prompt()
    assert "Traceback" not in chat.text
    chat.enter(QUESTION)
    chat.see("[1] Norhaven")


def test_a_missing_corpus_is_one_line(tmp_path: Path) -> None:
    with Terminal(["chat"], tmp_path) as chat:
        assert chat.status() == 1
        assert "askdocs: .askdocs: no corpus here; `askdocs add PATHS" in chat.text


def test_a_damaged_corpus_is_one_line_and_can_be_left(folder: Path) -> None:
    (folder / "news.askdocs" / "corpus.db").write_bytes(b"damaged")
    with Terminal(CHAT, folder) as chat:
        chat.see_prompt()
        chat.enter(QUESTION)
        chat.see("askdocs: ")
        chat.see("beginning is lost")
        chat.enter("/quit")
        assert chat.status() == 0
        assert "Traceback" not in chat.text


def test_a_locked_corpus_is_one_line_and_can_be_asked(chat: Terminal, folder: Path) -> None:
    with writing(folder / "news.askdocs", 0.0):
        chat.enter("/add sale.md")
        chat.see("askdocs: ")
        assert str(os.getpid()) in chat.see_prompt()
        chat.enter(QUESTION)
        chat.see("[1] Norhaven")


def test_a_read_only_corpus_can_be_asked(folder: Path) -> None:
    """Its conversation is kept in memory, which is said."""
    (folder / "news.askdocs" / "chats.db").mkdir()
    with Terminal(CHAT, folder) as chat:
        chat.see_prompt()
        chat.enter(QUESTION)
        chat.see("[1] Norhaven")
        assert "kept in memory only" in chat.text
        chat.see_prompt()
        chat.enter("/history")
        chat.see(f"1  {QUESTION}")


def test_a_model_that_is_not_there_is_said_in_full(folder: Path) -> None:
    _, err = piped(folder, "", "--model", "nope", status=1)
    assert "model 'nope': no model has this name; the names are: smollm2" in err
    with Terminal([*CHAT, "--model", "nope"], folder) as chat:
        seen = " ".join(chat.see("openai:MODEL@BASE_URL").split())
        assert "askdocs: model 'nope': no model has this name; the names are: smollm2" in seen
        chat.see_prompt()
