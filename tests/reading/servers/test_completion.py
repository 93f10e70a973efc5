"""The document of a reply is read as servers write it, and no thought is part of its text."""

from __future__ import annotations

import math
from typing import Any

import pytest

from askdocs.reading.servers.completion import UNKNOWN, read_completion, without_thoughts
from askdocs.reading.servers.structured_output import quoted_stretches, read_json_reply
from tests.support.made import passages


def document(**choice: Any) -> dict[str, Any]:
    return {"choices": [{"message": {"content": "[1] 33 million"}, **choice}]}


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<think>It may be 7.</think>[1] 33 million", "[1] 33 million"),
        ("<think>It may be 7", ""),
        ("<THINK>\n7\n</THINK>\n\n[1] 33 million\n", "[1] 33 million"),
        ("It may be 7.</think>[1] 33 million", "[1] 33 million"),
        ("<think>7</think><think>8</think>[1] 33 million", "[1] 33 million"),
        ("<think>7</think>[1] 33 million<think>no, 8", "[1] 33 million"),
        ("[THINK]7[/THINK][1] 33 million", "[1] 33 million"),
        ("<|channel|>analysis<|message|>7", ""),
        ("<|channel|>analysis<|message|>7<|end|><|start|>assistant<|channel|>final<|message|>[1] 33", "[1] 33"),
        ("<reasoning>7</reasoning> unanswerable", "unanswerable"),
    ],
)
def test_no_thought_is_part_of_the_text(written: str, text: str) -> None:
    assert without_thoughts(written) == (text, True)


def test_an_answer_without_thoughts_is_left() -> None:
    assert without_thoughts(" [1] 5 < 7 think tanks ") == ("[1] 5 < 7 think tanks", False)


@pytest.mark.parametrize(
    ("logprobs", "probability"),
    [
        ({"content": [{"token": "a", "logprob": -0.1}, {"token": "b", "logprob": -0.3}]}, math.exp(-0.2)),
        ({"tokens": ["a", "b"], "token_logprobs": [-0.1, -0.3]}, math.exp(-0.2)),
        ({"token_logprobs": [None, -0.3]}, math.exp(-0.3)),
        ({"content": []}, UNKNOWN),
        ({"content": None}, UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_probabilities_are_read_in_the_forms_that_servers_tell_them(logprobs: Any, probability: float) -> None:
    assert read_completion(document(logprobs=logprobs)).probability == pytest.approx(probability)


def test_the_probability_of_an_answer_in_json_is_that_of_its_quotes() -> None:
    tokens = ['{"answerable": true, "items": [{"passage": 1, "quote": "', "33", " million", '"}]}']
    rows = [{"token": token, "logprob": value} for token, value in zip(tokens, [0.0, -2.0, -1.0, 0.0], strict=True)]
    completion = read_completion(
        {"choices": [{"message": {"content": "".join(tokens)}, "logprobs": {"content": rows}}]}
    )
    stretches = quoted_stretches(completion.text)
    assert [completion.text[start:end] for start, end in stretches] == ["33 million"]
    assert completion.probability_of(stretches) == pytest.approx(math.exp(-1.5))
    assert completion.probability == pytest.approx(math.exp(-0.75))


def test_quotes_are_found_behind_escapes_and_not_in_half_a_document() -> None:
    text = r'{"items": [{"quote": "a \"b\" c"}, {"quote": "d"}, {"quote": "e'
    assert [text[start:end] for start, end in quoted_stretches(text)] == [r"a \"b\" c", "d"]


@pytest.mark.parametrize(("finish", "ended"), [("stop", True), ("length", False), (None, True)])
def test_whether_a_reply_came_to_its_end(finish: str | None, *, ended: bool) -> None:
    assert read_completion(document(finish_reason=finish)).ended is ended


def test_a_message_in_parts() -> None:
    parts = [{"type": "thinking", "text": "7?"}, {"type": "text", "text": "[1] 33"}]
    assert read_completion({"choices": [{"message": {"content": parts}}]}).text == "[1] 33"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('{"answerable": true, "items": [{"passage": 2, "quote": "33 million"}]}', (["33 million"], [], False)),
        ('```json\n{"answerable": true, "items": [{"passage": 1, "quote": "33"}]}\n```', (["33"], [], False)),
        ('{"answerable": true, "items": [{"passage": 1, "quote": "34"}]}', ([], ["34"], False)),
        ('{"answerable": true, "items": [{"passage": 1, "quote": " "}]}', ([], [], True)),
        ('{"answerable": false, "items": [{"passage": 1, "quote": "33"}]}', ([], [], True)),
        ('{"answerable": true, "verdict": "yes", "items": []}', ([], ["yes"], False)),
        ('{"answerable": true, "items": [{"passage": 1, "quote": "a [2] b"}]}', ([], ["a [2] b"], False)),
    ],
)
def test_answers_in_json(text: str, read: tuple[list[str], list[str], bool]) -> None:
    shown = passages("Alibaba sold 33 million shares.")
    reply = read_json_reply(text, shown)
    assert reply is not None
    items = [shown[item.number - 1].text[item.start : item.end] for item in reply.items]
    assert (items, [piece.text for piece in reply.unsupported], reply.gave_up) == read


@pytest.mark.parametrize(
    "text", ["", "33 million", '{"answerable": true, "items": [{"pass', "[]", '{"items": 3}', "{}"]
)
def test_what_is_no_answer_in_json(text: str) -> None:
    assert read_json_reply(text, passages("33 million")) is None
