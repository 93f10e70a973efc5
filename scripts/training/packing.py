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

from askdocs.core.answers import Turn
from askdocs.core.articles import Chunk, Hit
from askdocs.core.decoding import Passage
from askdocs.prompts.templates import Prompt
from scripts.training.contexts import TrainingContext, TrainingItem, TrainingPassage
from scripts.training.lora_llama import Masks

LONGEST_SEQUENCE = 1152
Tokenize = Callable[[str], list[int]]
Item = tuple[list[int], list[int]]  # the tokens of a question and of its answer


class Packed(NamedTuple):
    """One packed sequence: C tokens of passages, then G groups of L tokens of questions with their answers.

    ``segments`` is 0 for the passages, i for the i-th question, -1 for padding. ``wanted`` are the positions whose next
    token is part of an answer, ``targets`` those tokens, ``owners`` the question (from 0) each belongs to.
    """

    tokens: torch.Tensor
    positions: torch.Tensor
    segments: torch.Tensor
    wanted: torch.Tensor
    targets: torch.Tensor
    owners: torch.Tensor
    context: int
    groups: int
    source: str


def pack(context: TrainingContext, prompt: Prompt, tokenize: Tokenize, end_token: int, rng: random.Random) -> Packed:
    """Lay out one context; questions that no longer fit ``LONGEST_SEQUENCE`` are left out."""
    shared = tokenize(prompt.instructions())
    for number, passage in enumerate(context.passages, start=1):
        shared += tokenize(prompt.passage(as_passage(number, passage)))
    items = [item_tokens(item, prompt, tokenize, end_token) for item in context.items]
    rng.shuffle(items)
    room = LONGEST_SEQUENCE - len(shared)
    kept: list[Item] = []
    for question, answer in items:
        room -= len(question) + len(answer)
        if room >= 0 or not kept:
            kept.append((question, answer))
    width = -(-len(shared) // 32) * 32
    tokens = shared + [end_token] * (width - len(shared))
    positions = list(range(width))
    segments = [0] * len(shared) + [-1] * (width - len(shared))
    wanted: list[int] = []
    targets: list[int] = []
    owners: list[int] = []
    groups = balanced(kept)
    length = -(-max(sum(size(item) for _, item in group) for group in groups) // 16) * 16
    for group in groups:
        for count, (question, answer) in group:
            first = len(tokens) + len(question) - 1
            wanted += range(first, first + len(answer))
            targets += answer
            owners += [count] * len(answer)
            tokens += question + answer[:-1]
            positions += range(len(shared), len(shared) + size((question, answer)))
            segments += [count + 1] * size((question, answer))
        padding = (len(tokens) - width) % length and length - (len(tokens) - width) % length
        tokens += [end_token] * padding
        positions += [0] * padding
        segments += [-1] * padding
    return Packed(
        tokens=torch.tensor(tokens),
        positions=torch.tensor(positions),
        segments=torch.tensor(segments),
        wanted=torch.tensor(wanted),
        targets=torch.tensor(targets),
        owners=torch.tensor(owners),
        context=width,
        groups=len(groups),
        source=context.source,
    )


def size(item: Item) -> int:
    """Tokens of a question with its answer but for the last, which is only predicted."""
    return len(item[0]) + len(item[1]) - 1


def balanced(items: list[Item]) -> list[list[tuple[int, Item]]]:
    """The items with their numbers, dealt into groups of about 160 tokens of nearly the same size."""
    count = max(1, round(sum(map(size, items)) / 160))
    groups: list[list[tuple[int, Item]]] = [[] for _ in range(count)]
    for number, item in sorted(enumerate(items), key=lambda pair: -size(pair[1])):
        min(groups, key=lambda group: sum(size(other) for _, other in group)).append((number, item))
    return [group for group in groups if group]


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


def attention_masks(packed: Packed) -> Masks:
    """What each token may see, as numbers to add to the attention scores."""
    width = packed.context
    index = torch.arange(width)
    context = blocked(index[:, None] < index[None, :])
    seen = blocked(packed.segments[:width] < 0)
    own = packed.segments[width:].view(packed.groups, -1)
    order = torch.arange(own.shape[1])
    other = (own[:, :, None] != own[:, None, :]) | (order[:, None] < order[None, :])
    return Masks(context, seen, blocked(other).unsqueeze(0).unsqueeze(0))


def blocked(where: torch.Tensor) -> torch.Tensor:
    """Zeros, and a large negative number where attention is not allowed."""
    return torch.zeros(where.shape, dtype=torch.bfloat16).masked_fill(where, -30000.0)
