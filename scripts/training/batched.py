"""A GPU computes gradients of many packed sequences at once; what ``workers`` does with the cores of a CPU.

Sequences of like length are padded to one length and stacked; attention is ``scaled_dot_product_attention`` under a
mask of true and false. Processes beside it make the sequences, so that the GPU does not wait.
"""

from __future__ import annotations

import argparse
import os
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple, Self

import torch
from torch.nn import functional as F
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from scripts.training.lora_llama import LoraLlama
from scripts.training.packing import Packed
from scripts.training.workers import Measured, flat_gradient, parameter_names, point_into

POOL = 8  # batches that are drawn, sorted by length and shuffled together
MULTIPLE = 64


class Batch(NamedTuple):
    """B sequences padded to T tokens. ``wanted`` and ``owners`` count through the whole batch.

    ``tokens``, ``positions`` and ``segments`` (as in ``Packed``, -1 for padding) are (B, T); ``counts`` are the answer
    tokens and ``items`` the questions of each sequence.
    """

    tokens: torch.Tensor
    positions: torch.Tensor
    segments: torch.Tensor
    wanted: torch.Tensor
    targets: torch.Tensor
    owners: torch.Tensor
    counts: torch.Tensor
    items: torch.Tensor


def collate(rows: list[Packed]) -> Batch:
    """Packed sequences -> one batch."""
    length = -(-max(len(row.tokens) for row in rows) // MULTIPLE) * MULTIPLE
    tokens, positions = (torch.zeros(len(rows), length, dtype=torch.long) for _ in range(2))
    segments = torch.full((len(rows), length), -1)
    owners: list[torch.Tensor] = []
    before = 0
    for i, row in enumerate(rows):
        size = len(row.tokens)
        tokens[i, :size], positions[i, :size], segments[i, :size] = row.tokens, row.positions, row.segments
        owners.append(row.owners + before)
        before += int(row.owners.max()) + 1
    return Batch(
        tokens,
        positions,
        segments,
        torch.cat([row.wanted + i * length for i, row in enumerate(rows)]),
        torch.cat([row.targets for row in rows]),
        torch.cat(owners),
        torch.tensor([len(row.targets) for row in rows]),
        torch.tensor([int(row.owners.max()) + 1 for row in rows]),
    )


def allowed(segments: torch.Tensor) -> torch.Tensor:
    """(B, 1, T, T): a token sees the passages and its own question, nothing behind it; padding sees itself."""
    order = torch.arange(segments.shape[1], device=segments.device)
    own = (segments[:, :, None] == segments[:, None, :]) | (segments[:, None, :] == 0)
    sees = own & (segments[:, None, :] >= 0) & (order[:, None] >= order[None, :])
    return (sees | (order[:, None] == order[None, :]))[:, None]


class _Stream(IterableDataset[Batch]):
    """Batches of like length, a seed of its own in every process."""

    def __init__(self, make: Callable[[int], Iterator[Packed]], tokens: int, seed: int) -> None:
        self.make, self.tokens, self.seed = make, tokens, seed

    def __iter__(self) -> Iterator[Batch]:
        torch.set_num_threads(1)
        seed = self.seed + 1000 * (get_worker_info().id + 1)
        rng, stream = random.Random(seed), self.make(seed)
        while True:
            pool: list[Packed] = []
            left = POOL * self.tokens
            while left > 0:
                pool.append(next(stream))
                left -= len(pool[-1].tokens)
            pool.sort(key=lambda row: len(row.tokens))
            batches: list[list[Packed]] = [[]]
            for row in pool:
                if batches[-1] and len(row.tokens) * (len(batches[-1]) + 1) > self.tokens:
                    batches.append([])
                batches[-1].append(row)
            rng.shuffle(batches)
            yield from map(collate, batches)


class Accelerator:
    """One model on a GPU; ``flat`` is every trained parameter in one vector, as with ``Workers``."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.device, self.tokens = options.device, options.tokens
        self.processes = options.workers or min(12, len(os.sched_getaffinity(0)))
        self.model = LoraLlama(options.base, options.rank, options.alpha, options.seed).to(self.device)
        self.flat = torch.cat([p.detach().flatten() for p in self.model.parameters()])
        point_into(self.model, self.flat)
        self.batches: Iterator[Batch] | None = None
        if options.compile:
            for layer in self.model.layers:
                layer.compile(dynamic=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.batches = None

    def named(self) -> Iterator[tuple[str, torch.Tensor]]:
        """Each trained matrix with its name in a GGUF adapter."""
        return ((name, parameter.cpu()) for name, parameter in parameter_names(self.model))

    def feed(self, make: Callable[[int], Iterator[Packed]], seed: int) -> None:
        """Begin making batches; ``make`` gives a stream for a seed."""
        stream = _Stream(make, self.tokens, seed)
        loader = DataLoader(stream, batch_size=None, num_workers=self.processes, prefetch_factor=2)
        self.batches = iter(loader)

    def gradient(self) -> tuple[list[Measured], torch.Tensor]:
        """The gradient of the mean loss an answer token over the next batch."""
        assert self.batches is not None
        measured = self._measure(next(self.batches), train=True)
        return measured, flat_gradient(self.model)

    def evaluate(self, rows: list[Packed]) -> list[Measured]:
        """Losses and exact answers, a row a context."""
        return [measured for i in range(0, len(rows), 16) for measured in self._measure(collate(rows[i : i + 16]))]

    def _measure(self, batch: Batch, *, train: bool = False) -> list[Measured]:
        """One row a sequence; with ``train`` the gradient is left in the parameters."""
        here = Batch(*(field.to(self.device, non_blocking=True) for field in batch))
        with torch.set_grad_enabled(train):
            tokens, positions = here.tokens.flatten(), here.positions.flatten()
            logits = self.model(tokens, positions, allowed(here.segments), here.wanted)
            losses = F.cross_entropy(logits, here.targets, reduction="none")
        if train:
            losses.mean().backward()
        wrong = torch.zeros(int(batch.items.sum()), device=self.device)
        wrong.index_add_(0, here.owners, (logits.detach().argmax(-1) != here.targets).float())
        rows = zip(
            losses.detach().cpu().split(batch.counts.tolist()), wrong.cpu().split(batch.items.tolist()), strict=True
        )
        return [Measured(float(loss.sum()), len(loss), len(bad), int((bad == 0).sum())) for loss, bad in rows]
