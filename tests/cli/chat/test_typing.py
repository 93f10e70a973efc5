"""Typing in the chat: keys, completion, what was typed before, questions of several lines."""

from __future__ import annotations

from pathlib import Path

from tests.cli.chat.sitting import CHAT, QUESTION
from tests.support.terminal import Terminal


def test_ctrl_c_clears_the_line_and_keeps_the_chat(chat: Terminal) -> None:
    chat.type("half a question")
    chat.see("half a question")
    chat.type("\x03")
    chat.see_prompt()
    chat.enter("/k 3")
    chat.see("k: 3")


def test_what_was_typed_is_found_again_in_the_next_sitting(folder: Path) -> None:
    with Terminal(CHAT, folder) as first:
        first.see_prompt()
        first.enter(QUESTION)
        first.see("[1] Norhaven")
        first.see_prompt()
        first.enter("/k 7")
        first.see("k: 7")
        first.enter("/quit")
        first.status()
    with Terminal(CHAT, folder) as second:
        second.see_prompt()
        second.type("\x12")
        second.see("reverse-i-search")
        second.type("Vestia")
        second.see(QUESTION)
        second.type("\r\r")
        second.see("[1] Norhaven")


def test_tab_completes_commands_sources_and_titles(chat: Terminal) -> None:
    chat.type("/comp\t")
    chat.see("? /compare")
    chat.type("\x15/remove rec\t")
    chat.see("recall.md")
    chat.type("\x15What about Kett\t")
    chat.see("What about Kettles recalled")
    chat.type("\x15/model extr\t")
    chat.see("? /model extractive")


def test_several_lines_by_command_and_by_alt_enter(chat: Terminal) -> None:
    chat.enter("!multi")
    chat.enter("How many shares of Vestia")
    chat.enter("did Norhaven sell?")
    chat.enter("!end")
    chat.see("[1] Norhaven")
    chat.see_prompt()
    chat.type("Why did Brightwell\x1b\rrecall its kettles?")
    chat.see("  recall its kettles?")
    chat.enter("")
    chat.see("Kettles recalled")


def test_a_question_of_several_lines_comes_back_as_one(chat: Terminal) -> None:
    chat.enter("!multi")
    chat.enter("How many shares of Vestia")
    chat.enter("did Norhaven sell?")
    chat.enter("!end")
    chat.see("[1] Norhaven")
    chat.see_prompt()
    for _ in range(20):  # nothing comes back before what was typed is loaded
        chat.type("\x1b[A")
        for _ in range(5):
            chat.pump(0.2)
        if "? How many shares of Vestia\n" in chat.text:
            break
    chat.see("? How many shares of Vestia\n  did Norhaven sell?")
