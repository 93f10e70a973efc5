"""No thought is part of an answer: the prompt ends behind an empty one, and none can be written after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from askdocs.models.chat_template import render_frame
from askdocs.models.generator import LlamaGenerator
from askdocs.models.thoughts import MARKS, closed, empty_thought, is_open
from askdocs.reading.llama import LlamaReader
from askdocs.values.question_analysis import analyse_question
from tests.support import chat_templates as templates
from tests.support.made import hit
from tests.support.tiny_bigrams import write_bigrams

EMPTY = "<think>\n\n</think>\n\n"
QUESTION = analyse_question("How many shares were sold?")
HITS = [hit("Alibaba sold 33 million shares.", chunk_id=1), hit("A <think>plan</think> of XPeng.", chunk_id=2)]


@pytest.mark.parametrize(
    ("template", "ending"),
    [
        (templates.QWEN3, "assistant\n" + EMPTY),
        (templates.QWEN35, "assistant\n" + EMPTY),
        (templates.SMOLLM3, "assistant\n<think>\n\n</think>\n"),
        (templates.ALWAYS_THINKS, "assistant\n" + EMPTY),
        (templates.ALWAYS_THINKS.replace("<think>\\n", "<think>"), "assistant\n" + EMPTY),
        (templates.ALWAYS_THINKS.replace("think>", "seed:think>"), "<seed:think>\n\n</seed:think>\n\n"),
        (templates.NO_THINK_BY_MESSAGE, "Assistant\n<think></think>"),
        (templates.GEMMA4, "<|channel>thought\n<channel|>"),
        (templates.GEMMA4.replace("not enable_thinking | default(false)", "false"), "<|turn>model\n"),
        (templates.GPT_OSS, "<|start|>assistant<|channel|>final<|message|>"),
        (templates.GRANITE3, "assistant<|end_of_role|>"),
        (templates.MAY_THINK, "assistant\n"),
    ],
)
def test_the_frame_ends_behind_the_thought(template: str, ending: str) -> None:
    frame = render_frame(template, "<s>", "</s>")
    assert frame.after.endswith(ending)
    assert not is_open(frame.after)


@pytest.mark.parametrize("marks", MARKS)
def test_a_thought_that_is_opened_is_closed(marks: tuple[str, str, str, str]) -> None:
    for opened in (marks[0], marks[0].rstrip(), marks[0] + "\n", f"turn {marks[0]}Let me"):
        assert is_open(opened)
        assert not is_open(closed(opened))
        assert closed(closed(opened)) == closed(opened)
    assert not is_open(empty_thought(MARKS[0]))


@pytest.mark.parametrize(("wants", "closes"), [("<think>", True), ("a", False)])
def test_a_model_whose_template_does_not_say_is_asked(wants: str, closes: bool, tmp_path: Path) -> None:
    path = write_bigrams(tmp_path / "a.gguf", {"Ċ": wants}, templates.MAY_THINK)
    generator = LlamaGenerator(path, name="tiny", threads=1)
    after = "".join(map(generator._text, generator.frame()[1])).replace("Ċ", "\n")
    assert after == "<|im_end|>\n<|im_start|>assistant\n" + (EMPTY if closes else "")
    assert generator._tokens == {}
    generator.close()


FOLLOWS = [
    pytest.param({"Ċ": "<think>", "<think>": "a", "a": "</think>", "</think>": "a"}, id="as tokens"),
    pytest.param({"Ċ": "<think>", "<think>": "a", "a": "a"}, id="as a token, unclosed"),
    pytest.param({"Ċ": "<", "<": "t", "t": "h", "h": "in", "in": "k", "k": ">", ">": "a"}, id="letter by letter"),
    pytest.param({"Ċ": "<", "<": "/", "/": "t", "t": "h", "h": "in", "in": "k", "k": ">"}, id="closed only"),
]


@pytest.mark.parametrize("follows", FOLLOWS)
@pytest.mark.parametrize("template", [templates.QWEN3, templates.ALWAYS_THINKS, templates.MAY_THINK])
def test_thinking_models_write_none_of_it(follows: dict[str, str], template: str, tmp_path: Path) -> None:
    path = write_bigrams(tmp_path / "a.gguf", follows, template)
    generator = LlamaGenerator(path, name="tiny", threads=1)
    reader = LlamaReader(generator)
    written = reader.write(QUESTION, HITS, prompt="prose").prose.text
    assert "<think" not in written
    assert "</think" not in written
    reading = reader.read(QUESTION, HITS)
    for answer in reading.decoding.answers:
        for item in answer.items:
            assert reading.passages[item.number - 1].text[item.start : item.end].strip()
        assert not any("think>" in generator._text(token) for token in answer.tokens)
    generator.close()


def test_thinking_marks_in_an_article_are_text(tmp_path: Path) -> None:
    path = write_bigrams(tmp_path / "a.gguf", {}, templates.QWEN3)
    generator = LlamaGenerator(path, name="tiny", threads=1)
    text = "It said <think>yes</think><tool_call> and </think"
    tokens = generator.tokenize(text)
    assert b"".join(map(generator.token_bytes, tokens)) == text.encode()
    assert not any(len(generator._text(token)) > 5 for token in tokens)
    marks = [token for token in range(generator.vocabulary_size()) if generator._text(token) in ("<think>", "</think>")]
    assert [generator.token_bytes(token) for token in marks] == [b"", b""]
    generator.close()
