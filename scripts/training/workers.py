"""Processes that compute gradients side by side, one core each.

One single-threaded process a core wastes no time in barriers between threads, and a core that something else is
using takes fewer contexts of the batch. Parameters and gradients live in shared memory as one flat vector.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Self

import torch
import torch.multiprocessing as mp
from torch.nn import functional as F

from scripts.training.lora_llama import LoraLlama
from scripts.training.packing import Packed, attention_masks


class Measured(NamedTuple):
    """One context's summed loss, its answer tokens, its questions and how many were right in every token."""

    loss: float
    tokens: int
    items: int
    exact: int


class Workers:
    """A pool bound to one model; ``flat`` is every trained parameter in one shared vector.

    Nobody waits for the slowest: a step is taken when enough contexts are done, and what another worker is still
    computing counts towards the next one.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        count = options.workers or len(os.sched_getaffinity(0))
        self.model = LoraLlama(options.base, options.rank, options.alpha, options.seed)
        self.flat = torch.cat([p.detach().flatten() for p in self.model.parameters()]).share_memory_()
        point_into(self.model, self.flat)
        context = mp.get_context("spawn")
        self.work, self.results, self.lock = context.Queue(), context.Queue(), context.Lock()
        self.total = torch.zeros_like(self.flat).share_memory_()
        self.processes = [
            context.Process(target=serve, args=(i, options, self.flat, self.total, self.lock, self.work, self.results),
                            daemon=True)
            for i in range(count)
        ]  # fmt: skip
        self.batch = options.batch
        self.under_way = 0
        self.done: list[Measured] = []

    def __enter__(self) -> Self:
        for process in self.processes:
            process.start()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.terminate()

    def named(self) -> Iterator[tuple[str, torch.Tensor]]:
        """Each trained matrix with its name in a GGUF adapter."""
        return parameter_names(self.model)

    def feed(self, make: Callable[[int], Iterator[Packed]], seed: int) -> None:
        """Take contexts from the stream that ``make`` gives for a seed."""
        self.stream = make(seed)

    def gradient(self) -> tuple[list[Measured], torch.Tensor]:
        """The gradient of the mean loss an answer token over the next ``batch`` contexts that were done."""
        while len(self.done) < self.batch:
            while self.under_way < self.batch + len(self.processes):
                self._send("train", self.under_way, next(self.stream))
                self.under_way += 1
            self._receive({})
        with self.lock:
            while not self.results.empty():
                self._receive({})
            measured, self.done = self.done, []
            total = self.total / sum(m.tokens for m in measured)
            self.total.zero_()
        return measured, total

    def evaluate(self, batch: list[Packed]) -> list[Measured]:
        """Losses and exact answers, a row a context."""
        for number, packed in enumerate(batch):
            self._send("evaluate", number, packed)
        rows: dict[int, Measured] = {}
        while len(rows) < len(batch):
            self._receive(rows)
        return [rows[number] for number in range(len(batch))]

    def _send(self, kind: str, number: int, packed: Packed) -> None:
        fields = tuple(field.numpy() if hasattr(field, "numpy") else field for field in packed)
        self.work.put((kind, number, fields))

    def _receive(self, rows: dict[int, Measured]) -> None:
        kind, number, measured = self.results.get()
        if kind == "train":
            self.under_way -= 1
            self.done.append(Measured(*measured))
        else:
            rows[number] = Measured(*measured)


def parameter_names(model: LoraLlama) -> Iterator[tuple[str, torch.Tensor]]:
    """Each trained matrix of a model with its name in a GGUF adapter."""
    for name, parameter in model.named_parameters():
        _, layer, projection, part = name.split(".")
        yield f"blk.{layer}.{projection}.weight.lora_{part}", parameter.detach()


def take_over(model: LoraLlama, learned: dict[str, torch.Tensor]) -> None:
    """Give a model the matrices of another adapter."""
    for name, tensor in parameter_names(model):
        tensor.copy_(learned[name])


def point_into(model: LoraLlama, flat: torch.Tensor) -> None:
    """Make every parameter a view of the flat vector."""
    offset = 0
    for parameter in model.parameters():
        parameter.data = flat[offset : offset + parameter.numel()].view_as(parameter)
        offset += parameter.numel()


def serve(
    index: int,
    options: argparse.Namespace,
    flat: torch.Tensor,
    total: torch.Tensor,
    lock: Any,
    work: Any,
    results: Any,
) -> None:
    """A worker's life: take a context, compute, add its gradient to the total."""
    end_with_parent()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[index % len(cores)]})
    torch.set_num_threads(1)
    model = LoraLlama(options.base, options.rank, options.alpha, options.seed)
    if options.compile:
        for layer in model.layers:
            layer.compile(dynamic=True)
    while True:
        kind, number, fields = work.get()
        packed = Packed._make(f if isinstance(f, str | int) else torch.from_numpy(f) for f in fields)
        copy_flat(flat, model)  # its own copy, since the parameters may change while it computes
        measured = measure(model, packed, train=kind == "train")
        with lock:
            if kind == "train":
                total.add_(flat_gradient(model))
            results.put((kind, number, tuple(measured)))


def end_with_parent() -> None:
    """On Linux, end this process when the one that trains is killed; elsewhere it would wait for ever."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def measure(model: LoraLlama, packed: Packed, *, train: bool) -> Measured:
    """Loss of one context; with ``train`` its gradient is added to the parameters' own."""
    with torch.set_grad_enabled(train):
        logits = model(packed.tokens, packed.positions, attention_masks(packed), packed.wanted)
        loss = F.cross_entropy(logits, packed.targets, reduction="sum")
    if train:
        loss.backward()
    right = logits.detach().argmax(-1) == packed.targets
    items = int(packed.owners.max()) + 1
    wrong = torch.zeros(items).index_add_(0, packed.owners, (~right).float())
    return Measured(float(loss.detach()), len(packed.targets), items, int((wrong == 0).sum()))


def copy_flat(flat: torch.Tensor, model: LoraLlama) -> None:
    """Write the flat vector into a model with parameters of its own."""
    offset = 0
    for parameter in model.parameters():
        parameter.data.copy_(flat[offset : offset + parameter.numel()].view_as(parameter))
        offset += parameter.numel()


def flat_gradient(model: LoraLlama) -> torch.Tensor:
    """All gradients as one vector; they are cleared."""
    parts = []
    for parameter in model.parameters():
        parts.append(parameter.grad.flatten())
        parameter.grad = None
    return torch.cat(parts)
