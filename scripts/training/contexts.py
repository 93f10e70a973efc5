"""The shape of the training data: passages as a prompt numbers them, and the questions put to them.

An answer is written in the grammar of the decoder:

    answer := item ("; " item)*  |  ("yes" | "no") " " item  |  "unanswerable"
    item   := "[n] " words            words: a run of words standing in passage n, byte for byte
"""

from __future__ import annotations

import re
from typing import NamedTuple

UNANSWERABLE = "unanswerable"
CURRENCY_SIGNS = "$€£¥₹₩"


class TrainingPassage(NamedTuple):
    """One numbered passage: what the prompt shows of a chunk."""

    title: str
    published: str | None
    text: str


class TrainingItem(NamedTuple):
    """One question, its answer in the grammar, and the earlier (question, answer words) turns."""

    question: str
    answer: str
    history: tuple[tuple[str, str], ...] = ()


class TrainingContext(NamedTuple):
    """Several questions behind one list of passages, so that the passages are prefilled once."""

    passages: tuple[TrainingPassage, ...]
    items: tuple[TrainingItem, ...]
    source: str


def stands(words: str, text: str) -> bool:
    """Whether `words` stand in `text` byte for byte, not cut out of a longer word or number.

    >>> stands("33 million", "It sold 33 million shares."), stands("3 million", "It sold 33 million shares.")
    (True, False)
    """
    if not words:
        return False
    start = text.find(words)
    while start >= 0:
        if _ends_word(words, text[:start][-1:], text[start + len(words) :][:2]):
            return True
        start = text.find(words, start + 1)
    return False


def _ends_word(words: str, before: str, after: str) -> bool:
    """Whether words between these characters are cut at both ends."""
    joined_before = words[0].isalnum() or words[0] in CURRENCY_SIGNS
    if joined_before and before and (before.isalnum() or before in "_.,$€£¥"):
        return False
    return not (after and (after[0].isalnum() or after[0] in "_%" or (after[0] in ".," and after[1:].isdigit())))


def parse_answer(answer: str) -> list[tuple[int, str]]:
    """The (passage number, words) items of an answer; empty for `unanswerable`. Raises ValueError off the grammar.

    >>> parse_answer("yes [2] 33 million"), parse_answer("[1] Aldren; [3] Kilmore")
    ([(2, '33 million')], [(1, 'Aldren'), (3, 'Kilmore')])
    """
    if answer == UNANSWERABLE:
        return []
    verdict = re.fullmatch(r"(?:yes|no) (\[\d+\] .+)", answer)
    body = verdict.group(1) if verdict else answer
    items: list[tuple[int, str]] = []
    for part in re.split(r"; (?=\[\d+\] )", body):
        found = re.fullmatch(r"\[(\d+)\] (\S|\S.*\S)", part)
        if found is None:
            raise ValueError(f"not in the answer grammar: {answer!r}")
        items.append((int(found.group(1)), found.group(2)))
    if verdict and len(items) != 1:
        raise ValueError(f"a yes or no carries one item: {answer!r}")
    return items
