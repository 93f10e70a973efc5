"""The chat on a pseudo-terminal and in a pipe, with an embedder that loads nothing and no language model."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs import Corpus
from askdocs.lock import writing
from askdocs.repl_piped import whole_questions
from askdocs.testing import DeterministicEmbedder
from tests.terminal import LIGHT, Terminal

SALE = (
    "---\ntitle: Norhaven cuts its stake\ndate: 2023-11-17\n---\n\nNorhaven has sold 12 million shares of Vestia.\n\n"
    "The sale raised $98 million for Norhaven.\n"
)
RECALL = "---\ntitle: Kettles recalled\n---\n\nBrightwell is recalling its kettles because of a faulty switch.\n"
CHAT = ["chat", "--corpus", "news.askdocs", "--model", "extractive", "--threshold", "0"]
QUESTION = "How many shares of Vestia did Norhaven sell?"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chat")
    (folder / "sale.md").write_text(SALE)
    (folder / "recall.md").write_text(RECALL)
    with Corpus.open(folder / "news.askdocs", embedder=DeterministicEmbedder()) as corpus:
        corpus.add(folder / "sale.md", folder / "recall.md")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A folder with a corpus of two articles, fresh for each test."""
    subprocess.run(["cp", "-r", f"{made}/.", str(tmp_path)], check=True)
    return tmp_path


@pytest.fixture
def chat(folder: Path) -> Iterator[Terminal]:
    with Terminal(CHAT, folder) as terminal:
        terminal.see_prompt()
        yield terminal


def piped(folder: Path, text: str, *arguments: str, status: int = 0) -> tuple[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, *CHAT, *arguments], input=text, capture_output=True, text=True, cwd=folder
    )
    assert done.returncode == status, done.stderr
    return done.stdout, done.stderr


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


def test_commands_change_how_questions_are_asked(chat: Terminal) -> None:
    for command, seen in [
        ("/where source=*recall.md", "where: source=*recall.md"),
        ("/k 2", "k: 2"),
        ("/threshold 0.2", "threshold: 0.2"),
        ("/threshold off", "threshold: as calibrated"),
        ("/where off", "where: all articles"),
        ("/model extractive", "model: extractive"),
    ]:
        chat.enter(command)
        chat.see(seen)
        chat.see_prompt()


def test_the_corpus_can_be_changed_from_the_chat(chat: Terminal, folder: Path) -> None:
    (folder / "more.md").write_text("# Tarn Bank\n\nTarn Bank has made a profit of $410 million.\n")
    chat.enter("/add more.md")
    chat.see("1 added")
    chat.enter("/list")
    chat.see("Tarn Bank")
    chat.enter(f"/remove {folder / 'more.md'}")
    chat.see("1 removed")
    chat.enter("/add nowhere.md")
    chat.see("skipped")


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


# --- in a pipe


def test_a_pipe_gets_plain_answers(folder: Path) -> None:
    out, err = piped(folder, f"{QUESTION}\nAnd for how much?\n")
    assert "\x1b" not in out
    assert out.count("[1] Norhaven cuts its stake") == 2
    assert out.startswith(f"? {QUESTION}\n")
    assert err == ""


def test_a_pipe_with_json_gets_one_answer_a_line(folder: Path) -> None:
    out, _ = piped(folder, f"{QUESTION}\n\nAnd for how much?\n/list\n", "--json")
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer["question"] for answer in answers] == [QUESTION, "And for how much?"]
    assert answers[0]["citations"]


def test_a_failed_question_in_a_pipe_is_said_and_the_others_are_answered(folder: Path) -> None:
    out, err = piped(folder, f"/nope\n{QUESTION}\n", "--json", status=1)
    first, second = (json.loads(line) for line in out.splitlines())
    assert first["error"]["type"] == "UnknownCommand"
    assert second["question"] == QUESTION
    assert err.startswith("askdocs: /nope: no such command")


def test_a_pipe_continues_the_last_conversation(folder: Path) -> None:
    piped(folder, f"{QUESTION}\n")
    out, err = piped(folder, "/history\n", "--continue")
    assert QUESTION in out
    assert err == f'askdocs: conversation 1, 1 question so far, the last: "{QUESTION}"\n'


def test_conversations_can_be_listed_and_deleted_from_the_shell(folder: Path) -> None:
    piped(folder, f"{QUESTION}\n")
    out, _ = piped(folder, "", "--list", "--json")
    number = json.loads(out)["conversations"][0]["id"]
    piped(folder, "", "--delete", str(number))
    assert "no stored conversations" in piped(folder, "", "--list")[0]
    _, err = piped(folder, "", "--delete", str(number), status=1)
    assert "not stored" in err


def test_lines_of_a_pipe() -> None:
    assert list(whole_questions(iter(["a?\n", "\n", "!multi\n", "b\n", "c?\n"]))) == ["a?", "b\nc?"]


def test_a_filter_says_what_it_keeps(folder: Path) -> None:
    out, err = piped(
        folder, f"/where published>=2023\n/where published>=2030\n{QUESTION}\n/where publishd=2024\n", status=1
    )
    assert "where: published>=2023 · 1 of 2 articles\n1 of 2 articles has no date" in out
    assert "where: published>=2030 · keeps none of 2 articles" in out
    assert "The filter keeps no article: published>=2030" in out
    assert "no article has a field 'publishd'; did you mean published?" in err
    _, err = piped(folder, "", "--where", "published>2030")
    assert err.startswith("askdocs: The filter keeps no article")
    piped(folder, "", "--where", "publishd=2024", status=1)


def test_a_model_that_is_not_there_is_said_in_full(folder: Path) -> None:
    _, err = piped(folder, "", "--model", "nope", status=1)
    assert "model 'nope': no model has this name; the names are: smollm2" in err
    with Terminal([*CHAT, "--model", "nope"], folder) as chat:
        seen = " ".join(chat.see("openai:MODEL@BASE_URL").split())
        assert "askdocs: model 'nope': no model has this name; the names are: smollm2" in seen
        chat.see_prompt()


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


def test_a_question_of_several_lines_comes_back_as_one(chat: Terminal) -> None:
    chat.enter("!multi")
    chat.enter("How many shares of Vestia")
    chat.enter("did Norhaven sell?")
    chat.enter("!end")
    chat.see("[1] Norhaven")
    chat.see_prompt()
    chat.type("\x1b[A")
    chat.see("? How many shares of Vestia\n  did Norhaven sell?")


def test_a_source_that_is_not_there(folder: Path) -> None:
    _, err = piped(folder, f"{QUESTION}\n/sources 2\n", status=1)
    assert "askdocs: 2: name a source of the last answer: there is one source, 1" in err
