"""The chat in a pipe: plain answers or a JSON document a line, and the stored conversations."""

from __future__ import annotations

import json
from pathlib import Path

from askdocs.cli.chat.piped import whole_questions
from tests.cli.chat.sitting import QUESTION, piped


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


def test_a_source_that_is_not_there(folder: Path) -> None:
    _, err = piped(folder, f"{QUESTION}\n/sources 2\n", status=1)
    assert "askdocs: 2: name a source of the last answer: there is one source, 1" in err
