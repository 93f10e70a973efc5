"""Processes that compute gradients side by side, one core each, or one process with a GPU.

One single-threaded process a core wastes no time in barriers between threads, and a core that something else is
using takes fewer contexts of the batch. Parameters and gradients live in shared memory as one flat vector.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from typing import NamedTuple, Self

import torch
import torch.multiprocessing as mp
from torch.nn import functional as F
from training.lora_llama import LoraLlama
from training.packing import Packed, attention_masks


class Measured(NamedTuple):
    """One context's summed loss, its answer tokens, its questions and how many were right in every token."""

    loss: float
    tokens: int
    items: int
    exact: int


class Workers:
    """A pool bound to one model; ``flat`` is every trained parameter in one shared vector."""

    def __init__(self, options: argparse.Namespace) -> None:
        count = options.workers or (1 if options.device != "cpu" else len(os.sched_getaffinity(0)))
        self.model = LoraLlama(options.base, options.rank, options.alpha, options.seed)
        self.flat = torch.cat([p.detach().flatten() for p in self.model.parameters()]).share_memory_()
        point_into(self.model, self.flat)
        context = mp.get_context("spawn")
        self.tasks = [context.SimpleQueue() for _ in range(count)]
        self.work, self.results = context.Queue(), context.Queue()
        self.gradients = [torch.zeros_like(self.flat).share_memory_() for _ in range(count)]
        self.processes = [
            context.Process(target=serve, args=(i, options, self.flat, self.gradients[i], self.tasks[i], self.work,
                                                self.results), daemon=True)
            for i in range(count)
        ]

    def __enter__(self) -> Self:
        for process in self.processes:
            process.start()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.terminate()

    def named(self) -> Iterator[tuple[str, torch.Tensor]]:
        """Each trained matrix with its name in a GGUF adapter."""
        for name, parameter in self.model.named_parameters():
            _, layer, projection, part = name.split(".")
            yield f"blk.{layer}.{projection}.weight.lora_{part}", parameter.detach()

    def gradient(self, batch: list[Packed]) -> tuple[float, torch.Tensor]:
        """Mean loss an answer token over the batch, and its gradient."""
        measured = self._round("train", batch)
        tokens = sum(m.tokens for m in measured)
        total = torch.stack(self.gradients).sum(0) / tokens
        return sum(m.loss for m in measured) / tokens, total

    def evaluate(self, batch: list[Packed]) -> list[Measured]:
        """Losses and exact answers, a row a context."""
        return self._round("evaluate", batch)

    def _round(self, kind: str, batch: list[Packed]) -> list[Measured]:
        # The largest first, so that the last to finish is a small one.
        for i in sorted(range(len(batch)), key=lambda i: -len(batch[i].tokens)):
            self.work.put((i, tuple(field.numpy() if hasattr(field, "numpy") else field for field in batch[i])))
        for _ in self.processes:
            self.work.put(None)
        for task in self.tasks:
            task.put(kind)
        rows: dict[int, Measured] = {}
        finished = 0
        while finished < len(self.processes):
            message = self.results.get()
            if message is None:
                finished += 1
            else:
                rows[message[0]] = Measured(*message[1])
        return [rows[i] for i in range(len(batch))]


def point_into(model: LoraLlama, flat: torch.Tensor) -> None:
    """Make every parameter a view of the flat vector."""
    offset = 0
    for parameter in model.parameters():
        parameter.data = flat[offset : offset + parameter.numel()].view_as(parameter)
        offset += parameter.numel()


def serve(index: int, options: argparse.Namespace, flat: torch.Tensor, gradient: torch.Tensor, tasks, work,
          results) -> None:
    """A worker's life: on a task, take contexts until there are none, then hand in the gradient."""
    on_cpu = options.device == "cpu"
    end_with_parent()
    if on_cpu:
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[index % len(cores)]})
        os.nice(3 * index)
    torch.set_num_threads(1)
    model = LoraLlama(options.base, options.rank, options.alpha, options.seed)
    if on_cpu:
        point_into(model, flat)
    model.to(options.device)
    if options.compile:
        for layer in model.layers:
            layer.compile(dynamic=True)
    while True:
        kind = tasks.get()
        if not on_cpu:
            copy_flat(flat, model)
        while (message := work.get()) is not None:
            number, fields = message
            packed = Packed(*(f if isinstance(f, str | int) else torch.from_numpy(f) for f in fields))
            results.put((number, tuple(measure(model, packed, options.device, train=kind == "train"))))
        if kind == "train":
            gradient.copy_(flat_gradient(model))
        results.put(None)


def end_with_parent() -> None:
    """On Linux, end this process when the one that trains is killed; elsewhere it would wait for ever."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def measure(model: LoraLlama, packed: Packed, device: str, *, train: bool) -> Measured:
    """Loss of one context; with ``train`` its gradient is added to the parameters' own."""
    with torch.set_grad_enabled(train):
        masks = attention_masks(packed, device)
        logits = model(packed.tokens.to(device), packed.positions.to(device), masks, packed.wanted.to(device))
        loss = F.cross_entropy(logits, packed.targets.to(device), reduction="sum")
    if train:
        loss.backward()
    right = logits.detach().argmax(-1).cpu() == packed.targets
    items = int(packed.owners.max()) + 1
    wrong = torch.zeros(items).index_add_(0, packed.owners, (~right).float())
    return Measured(float(loss.detach()), len(packed.targets), items, int((wrong == 0).sum()))


def copy_flat(flat: torch.Tensor, model: LoraLlama) -> None:
    """Write the flat vector into a model that lives on another device."""
    offset = 0
    for parameter in model.parameters():
        parameter.data.copy_(flat[offset : offset + parameter.numel()].view_as(parameter))
        offset += parameter.numel()


def flat_gradient(model: LoraLlama) -> torch.Tensor:
    """All gradients as one vector; they are cleared. A worker that got no context gives zeros."""
    parts = []
    for parameter in model.parameters():
        parts.append(torch.zeros(parameter.numel()) if parameter.grad is None else parameter.grad.flatten().cpu())
        parameter.grad = None
    return torch.cat(parts)
