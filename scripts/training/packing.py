"""Training contexts -> packed token sequences: one prompt, many questions behind it.

Every question sees the passages and itself, no other question, at the positions it would have if it were the only
one. So a context's passages are computed once for all of its questions. The loss is on the answers only.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import torch
from training.contexts import TrainingContext, TrainingItem, TrainingPassage

from askdocs.prompts import Prompt, Turn
from askdocs.types import Chunk, Hit, Passage

LONGEST_SEQUENCE = 1152
Tokenize = Callable[[str], list[int]]


class Packed(NamedTuple):
    """One packed sequence of T tokens. ``segments`` is 0 for the passages and i for the i-th question.

    ``wanted`` are the positions whose next token is part of an answer, ``targets`` those tokens, ``owners`` the
    question (from 0) each belongs to.
    """

    tokens: torch.Tensor
    positions: torch.Tensor
    segments: torch.Tensor
    wanted: torch.Tensor
    targets: torch.Tensor
    owners: torch.Tensor
    source: str


def pack(context: TrainingContext, prompt: Prompt, tokenize: Tokenize, end_token: int, rng: random.Random) -> Packed:
    """Lay out one context; questions that no longer fit ``LONGEST_SEQUENCE`` are left out."""
    tokens = tokenize(prompt.instructions())
    for number, passage in enumerate(context.passages, start=1):
        tokens += tokenize(prompt.passage(as_passage(number, passage)))
    shared = len(tokens)
    positions, segments = list(range(shared)), [0] * shared
    wanted: list[int] = []
    targets: list[int] = []
    owners: list[int] = []
    items = list(context.items)
    rng.shuffle(items)
    count = 0
    for item in items:
        question, answer = item_tokens(item, prompt, tokenize, end_token)
        if len(tokens) + len(question) + len(answer) > LONGEST_SEQUENCE:
            continue
        first = len(tokens) + len(question) - 1
        wanted += range(first, first + len(answer))
        targets += answer
        owners += [count] * len(answer)
        count += 1
        length = len(question) + len(answer) - 1
        tokens += question + answer[:-1]
        positions += range(shared, shared + length)
        segments += [count] * length
    as_tensor = torch.tensor
    return Packed(
        as_tensor(tokens), as_tensor(positions), as_tensor(segments), as_tensor(wanted), as_tensor(targets),
        as_tensor(owners), context.source,
    )


def item_tokens(item: TrainingItem, prompt: Prompt, tokenize: Tokenize, end_token: int) -> tuple[list[int], list[int]]:
    """The tokens of the prompt's end and of the answer with its end token."""
    history = [Turn(question=question, answer=answer) for question, answer in item.history]
    return tokenize(prompt.question(item.question, history)), [*tokenize(f" {item.answer}"), end_token]


def as_passage(number: int, passage: TrainingPassage) -> Passage:
    """A passage of training data as the prompt's template takes it."""
    chunk = Chunk(article_id="", start=0, end=len(passage.text), text=passage.text)
    published = date.fromisoformat(passage.published) if passage.published else None
    hit = Hit(chunk=chunk, source="", title=passage.title, published=published, score=0.0)
    return Passage(number=number, hit=hit, text=passage.text, offsets=())


def attention_mask(packed: Packed) -> torch.Tensor:
    """What each token may see, as numbers to add to the attention scores; shape (1, 1, T, T)."""
    index = torch.arange(len(packed.tokens))
    same = packed.segments[:, None] == packed.segments[None, :]
    allowed = (same | (packed.segments[None, :] == 0)) & (index[:, None] >= index[None, :])
    return torch.zeros(allowed.shape, dtype=torch.bfloat16).masked_fill(~allowed, -30000.0)[None, None]
