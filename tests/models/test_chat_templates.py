"""A file's chat template frames a user's turn as its family publishes it, and one that fails gives way to another."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.models.chat_template import MARK, TODAY, ChatFrame, TemplateFailed, render_frame
from askdocs.models.generator import LlamaGenerator
from tests.support import chat_templates as templates
from tests.support.tiny_families import FAMILIES, write_family

EMPTY = "<think>\n\n</think>\n\n"
CHATML = ("<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n")
ROLES = ("<|start_of_role|>user<|end_of_role|>", "<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>")


@pytest.mark.parametrize(
    ("template", "before", "after"),
    [
        (templates.QWEN3, CHATML[0], CHATML[1] + EMPTY),
        (templates.LFM2, "<s>" + CHATML[0], CHATML[1]),
        (templates.GEMMA2, "<s><start_of_turn>user\n", "<end_of_turn>\n<start_of_turn>model\n"),
        (templates.GEMMA3, "<s><start_of_turn>user\n", "<end_of_turn>\n<start_of_turn>model\n"),
        (templates.GEMMA4, "<s><|turn>user\n", "<turn|>\n<|turn>model\n<|channel>thought\n<channel|>"),
        (templates.MISTRAL, "<s>[INST] ", " [/INST]"),
        (templates.PHI4, "<|im_start|>user<|im_sep|>", "<|im_end|><|im_start|>assistant<|im_sep|>"),
        (templates.PHI4_MINI, "<|user|>", "<|end|><|assistant|>"),
        (templates.IN_PARTS, "User: ", "<end_of_utterance>\nAssistant:"),
    ],
)
def test_a_turn_is_framed(template: str, before: str, after: str) -> None:
    frame = render_frame(template, "<s>", "</s>")
    assert (frame.before, frame.after) == (before, after)


@pytest.mark.parametrize(
    ("template", "system", "turn"),
    [
        (templates.LLAMA3, "Today Date: 01 Jan 2026\n", "<|start_header_id|>user<|end_header_id|>\n\n"),
        (templates.SMOLLM3, "Today Date: 01 January 2026\nReasoning Mode: /no_think\n", CHATML[0]),
        (templates.GRANITE3, "Today's Date: January 01, 2026.<|end_of_text|>\n", ROLES[0]),
        (templates.GRANITE4, "You are a helpful assistant.", ROLES[0]),
        (templates.GPT_OSS, "Reasoning: medium", "<|start|>user<|message|>"),
    ],
)
def test_a_default_system_turn_is_kept_and_is_the_same_every_day(template: str, system: str, turn: str) -> None:
    frame = render_frame(template, "<s>", "</s>")
    assert system in frame.before
    assert frame.before.endswith(turn)
    assert TODAY.year == 2026


@pytest.mark.parametrize(
    ("template", "closing"),
    [
        (templates.QWEN3, "<|im_end|>\n"),
        (templates.GEMMA3, "<end_of_turn>\n"),
        (templates.LLAMA3, "<|eot_id|>"),
        (templates.SMOLLM3, "<|im_end|>\n"),
        (templates.PHI4_MINI, "<|end|></s>"),
        (templates.MISTRAL, "</s>"),
        (templates.IN_PARTS, "<end_of_utterance>\n"),
        (templates.GPT_OSS, "<|return|>"),
    ],
)
def test_what_closes_an_answer_is_found(template: str, closing: str) -> None:
    assert render_frame(template, "<s>", "</s>").closing == closing


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{% for m in messages %}{{ m.content", "unexpected"),
        ("{{ messages | nosuchfilter }}", "nosuchfilter"),
        ("{{ raise_exception('Only with tools!') }}", "Only with tools!"),
        ("{{ nothing.at.all }}", "'nothing' is undefined"),
        ("You are a bot.", "leaves the message out"),
        ("{{ messages | tojson }}", "leaves the message out"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "unsafe"),
        ("{% for i in range(1000000) %}x{% endfor %}", "too big"),
        ("{{ messages[0].content * 99999 }}", "characters of a short message"),
        ("{% set x = messages.append(1) %}", "unsafe"),
        ("", "leaves the message out"),
    ],
)
def test_a_template_that_fails_says_why(template: str, reason: str) -> None:
    with pytest.raises(TemplateFailed, match=reason):
        render_frame(template)


def test_a_template_that_repeats_the_message_is_refused_a_frame() -> None:
    with pytest.raises(TemplateFailed):
        render_frame("{{ messages[0].content }} again: {{ messages[0].content }}")


# --- in files -------------------------------------------------------------------------------------------------------


def framed(path: Path) -> tuple[str, str, str]:
    """The text before and after a turn as its tokens are called in the file, and the note."""
    generator = LlamaGenerator(path, name="tiny", threads=1)
    before, after = (
        "".join(generator._text(token) for token in tokens).replace("Ċ", "\n").replace("Ġ", " ").replace("▁", " ")
        for tokens in generator.frame()
    )
    note = generator.note
    generator.close()
    return before, after, note


@pytest.mark.parametrize("name", FAMILIES)
def test_templates_of_families_become_their_own_tokens(name: str, tmp_path: Path) -> None:
    path = write_family(tmp_path / f"{name}.gguf", name)
    tokens, template = FAMILIES[name].tokens, FAMILIES[name].template
    assert template
    wanted = render_frame(template, tokens.begin or "", tokens.end)
    before, after, note = framed(path)
    blank = " " if tokens.adds_blank else ""  # llama.cpp's, before a text that follows a special token
    assert (before, after, note) == (wanted.before.replace("<s>", f"<s>{blank}"), wanted.after, "")
    generator = LlamaGenerator(path, name=name, threads=1)
    first = generator.frame()[0]
    assert first.count(first[0]) == 1 or not tokens.adds_begin  # the template's begin token and the file's are one
    generator.close()


@pytest.mark.parametrize(
    ("name", "shown", "said"),
    [
        ("qwen3", "<|im_end|>\n<|im_start|>assistant\n", "format chatml"),
        ("gemma3", "<end_of_turn>\n<start_of_turn>model\n", "format gemma"),
        ("llama3", "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n", "format llama3"),
        ("granite3", "<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>", "format granite"),
        ("phi4", "<|im_end|><|im_start|>assistant<|im_sep|>", "format phi4"),
        ("mistral", "", "sent plain"),
    ],
)
def test_files_without_templates_are_framed_by_their_tokens(name: str, shown: str, said: str, tmp_path: Path) -> None:
    before, after, note = framed(write_family(tmp_path / "a.gguf", name, template=None))
    assert after == shown
    assert said in note
    assert before.startswith(FAMILIES[name].tokens.begin or "<")


def test_broken_templates_give_way_to_those_of_llama_cpp(tmp_path: Path) -> None:
    broken = templates.QWEN3 + "{{ raise_exception('Tools are needed') }}"
    before, after, note = framed(write_family(tmp_path / "a.gguf", "qwen3", template=broken))
    assert (before, after) == CHATML
    assert "its chat template fails (Tools are needed); llama.cpp's own" in note


def test_templates_with_marks_in_plain_text(tmp_path: Path) -> None:
    template = "{% for m in messages %}### {{ m.role }}:\n{{ m.content }}\n{% endfor %}### assistant:\n"
    before, after, _ = framed(write_family(tmp_path / "a.gguf", "llama3", template=template))
    assert (before, after) == ("<|begin_of_text|>### user:\n", "\n### assistant:")  # Jinja drops the last line break


def test_no_frame_holds_the_mark() -> None:
    frame = render_frame(templates.LLAMA3)
    assert isinstance(frame, ChatFrame)
    assert not any(MARK in text for text in frame)


_OUTPUT = [
    "{{ messages[0]['content'] }}",
    "{{ m.content | trim }}",
    "{{ bos_token }}",
    "{{ x.a.b.c }}",
    "<|user|>",
    "\n",
]
_BLOCKS = ["{% for m in messages %}", "{% endfor %}", "{% if tools %}", "{% endif %}", "{% set x = namespace(a=1) %}"]
_RARE = ["{{ 1 / 0 }}", "{%", "}}", "{{ messages | tojson(indent=2) }}", "{% generation %}", "{% break %}"]


@given(st.lists(st.sampled_from([*_OUTPUT, *_BLOCKS, *_RARE]), max_size=8).map("".join))
def test_templates_of_any_kind_give_a_frame_or_a_reason(template: str) -> None:
    try:
        frame = render_frame(template, "<s>", "</s>")
    except TemplateFailed:
        return
    assert MARK not in frame.before + frame.after
