"""The marks between which models write their thoughts, and how a thought is ended before it begins.

An answer is decoded under a grammar, or in free sentences; in neither may a thought stand. So the prompt ends behind a
thought that is empty and closed, as the templates of Qwen3 and SmolLM3 do it where ``enable_thinking`` is false.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Marks(NamedTuple):
    """What opens and closes a thought, and the text between the two when nothing is thought."""

    opening: str
    closing: str
    empty: str = "\n\n"
    behind: str = "\n\n"


MARKS = (
    Marks("<think>", "</think>"),  # Qwen3, SmolLM3, DeepSeek-R1, Phi-4-reasoning, LFM2.5, Granite 3.3
    Marks("<thought>", "</thought>"),  # EXAONE Deep
    Marks("<seed:think>", "</seed:think>"),  # Seed-OSS
    Marks("[THINK]", "[/THINK]", empty="", behind=""),  # Magistral
    Marks("<|START_THINKING|>", "<|END_THINKING|>", empty="", behind=""),  # Command A, Command R7B
    Marks("<|channel>thought\n", "<channel|>", empty="", behind=""),  # Gemma 4
)
# gpt-oss writes thoughts and answers on channels; the answer's is named before the model chooses.
_CHANNEL_TURN = "<|start|>assistant"
_ANSWER_CHANNEL = "<|channel|>final<|message|>"

# Markup that a tokenizer may know as one token: no text of an article is to be read as such, nor an answer hold it.
MARKUP = re.compile(r"<\S{2,}>|\[/?[A-Z_]{2,}\]")


def is_open(text: str) -> bool:
    """Whether a thought is begun in ``text`` and not ended.

    >>> is_open("<|im_start|>assistant\\n<think>\\n"), is_open("assistant\\n<think>\\n\\n</think>\\n\\n")
    (True, False)
    """
    return _open_marks(text) is not None


def _open_marks(text: str) -> Marks | None:
    for marks in MARKS:
        at = text.rfind(marks.opening.rstrip())
        if at >= 0 and marks.closing not in text[at:]:
            return marks
    return None


def closed(text: str) -> str:
    """``text`` with the thought that it leaves open ended.

    >>> closed("<|im_start|>assistant\\n<think>\\n")
    '<|im_start|>assistant\\n<think>\\n\\n</think>\\n\\n'
    >>> closed("<|im_start|>assistant\\n")
    '<|im_start|>assistant\\n'
    """
    if text.endswith(_CHANNEL_TURN):
        return text + _ANSWER_CHANNEL
    marks = _open_marks(text)
    if marks is None:
        return text
    begun = text[text.rfind(marks.opening.rstrip()) :].removeprefix(marks.opening)
    left = marks.empty.removeprefix(begun) if marks.empty.startswith(begun) else "\n"
    return text + left + marks.closing + marks.behind


def empty_thought(marks: Marks) -> str:
    """A thought in which nothing is thought.

    >>> empty_thought(MARKS[0])
    '<think>\\n\\n</think>\\n\\n'
    """
    return marks.opening + marks.empty + marks.closing + marks.behind


def named_in(template: str) -> tuple[Marks, ...]:
    """The marks of thoughts that a chat template speaks of, which says that its model may write some."""
    return tuple(marks for marks in MARKS if marks.closing in template or marks.opening.rstrip() in template)
