"""How much memory a model takes, and how much there is: asked before llama.cpp is, which would be killed or swap.

Weights are mapped from the file and take its size. The state of each token (keys and values of every attention layer)
grows with the context, so a context that does not fit is made smaller.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from askdocs.core.errors import ModelUnusable

CONTEXT = 4096  # tokens of a prompt, where the model and the memory allow it
LEAST_CONTEXT = 1024
SPARE_CELLS = 1024  # beside one full prompt: the beam's own tokens and an earlier prompt's shared beginning
SEQUENCES = 32
TOGETHER = 3  # questions whose answers are decoded at once
STATES = 12  # sequences of a model with recurrent layers: the beam's, and a prompt's
_STEP = 256
_HALF, _SINGLE = 2, 4  # bytes of a number of a token's state, of a recurrent state
_WORKING = 300_000_000  # bytes of what llama.cpp computes in, at most those of a small model's file

Metadata = Mapping[str, object]


class Memory(NamedTuple):
    """Bytes of memory: those that are free for a new program, and all that there are."""

    free: int
    total: int


class Fit(NamedTuple):
    """The context to load a model with; ``note`` says why it is smaller than usual."""

    context: int
    note: str = ""


def fit(path: Path, metadata: Metadata, size: int) -> Fit:
    """The largest context, up to ``CONTEXT``, with which a model of ``size`` bytes fits the free memory.

    Raises ModelUnusable when it does not fit with ``LEAST_CONTEXT`` either.
    """
    wanted = min(CONTEXT, _number(metadata, "context_length", CONTEXT) or CONTEXT)
    here = memory()
    if here is None or needed(metadata, size, wanted) <= here.free or _has_own_memory():
        return Fit(wanted)
    least = min(LEAST_CONTEXT, wanted)
    context = wanted
    while context > least and needed(metadata, size, context) > here.free:
        context = max(least, context - _STEP)
    if needed(metadata, size, context) > here.free:
        raise ModelUnusable(
            f"{path}: it needs about {_gigabytes(needed(metadata, size, context))} of memory, and of "
            f"{_gigabytes(here.total)} there are {_gigabytes(here.free)} free; close other programs, or take a smaller "
            "model or one with fewer bits (Q4_K_M)"
        )
    return Fit(context, f"its context is {context} tokens and not {wanted}, for want of free memory")


def needed(metadata: Metadata, size: int, context: int) -> int:
    """The bytes that a model takes with a context of so many tokens.

    >>> llama = {"general.architecture": "llama", "llama.block_count": 32, "llama.attention.head_count": 32,
    ...          "llama.attention.head_count_kv": 8, "llama.embedding_length": 4096}
    >>> needed(llama, 4_900_000_000, 4096) - needed(llama, 4_900_000_000, 4095)  # keys and values of a token
    131072
    """
    return size + min(size, _WORKING) + (context + SPARE_CELLS) * _token_bytes(metadata) + _recurrent_bytes(metadata)


def _token_bytes(metadata: Metadata) -> int:
    """The keys and values of one token in all layers."""
    heads = max(1, _number(metadata, "attention.head_count", 1))
    head = _number(metadata, "embedding_length", 0) // heads
    length = _number(metadata, "attention.key_length", head) + _number(metadata, "attention.value_length", head)
    return sum(_key_heads(metadata)) * length * _HALF


def _key_heads(metadata: Metadata) -> list[int]:
    """The heads of keys and values of each layer; 0 where it has a recurrent state instead."""
    layers = _number(metadata, "block_count", 0)
    found = metadata.get(f"{metadata.get('general.architecture')}.attention.head_count_kv")
    if isinstance(found, (list, tuple)):
        return [int(heads) for heads in found]
    heads = found if isinstance(found, int) else _number(metadata, "attention.head_count", 1)
    every = _number(metadata, "full_attention_interval", 1)  # Qwen3-Next, Qwen3.5
    return [heads if (layer + 1) % every == 0 else 0 for layer in range(layers)]


def _recurrent_bytes(metadata: Metadata) -> int:
    """The states of recurrent layers, of which every sequence has its own."""
    inner, state = _number(metadata, "ssm.inner_size", 0), _number(metadata, "ssm.state_size", 0)
    kernel, groups = _number(metadata, "ssm.conv_kernel", 1), _number(metadata, "ssm.group_count", 0)
    numbers = (kernel - 1) * (inner + 2 * groups * state) + inner * state
    numbers += max(0, _number(metadata, "shortconv.l_cache", 1) - 1) * _number(metadata, "embedding_length", 0)
    return _key_heads(metadata).count(0) * numbers * _SINGLE * STATES


def _number(metadata: Metadata, key: str, otherwise: int) -> int:
    """A number of the model's architecture; the largest where the file gives one for each layer."""
    found = metadata.get(f"{metadata.get('general.architecture')}.{key}")
    if isinstance(found, (list, tuple)):
        return max(map(int, found), default=otherwise)
    return int(found) if isinstance(found, (int, float)) else otherwise


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"


# --- what there is --------------------------------------------------------------------------------------------------


def memory() -> Memory | None:
    """The memory of this machine, or of the container this runs in; ``None`` where it cannot be found out."""
    if sys.platform == "linux":
        return _linux(Path("/proc/meminfo"), Path("/sys/fs/cgroup"))
    if sys.platform == "win32":
        return _windows()
    return _posix()


def _has_own_memory() -> bool:
    """Whether llama.cpp was built for cards with memory of their own, of which this machine's says nothing."""
    import importlib.util

    found = importlib.util.find_spec("llama_cpp")
    folders = found.submodule_search_locations if found else None
    cards = ("cuda", "vulkan", "hip", "sycl", "musa", "cann")
    names = [file.name for folder in folders or () for file in Path(folder, "lib").glob("*ggml-*")]
    return any(f"ggml-{card}" in name for name in names for card in cards)


def _linux(meminfo: Path, cgroup: Path) -> Memory | None:
    try:
        lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines() if ":" in line)
        total, free = (int(lines[name].split()[0]) * 1024 for name in ("MemTotal", "MemAvailable"))
    except (OSError, KeyError, ValueError):
        return None
    try:
        limit, used = (int((cgroup / name).read_text()) for name in ("memory.max", "memory.current"))
        # Cached files count as used there and give way when memory is wanted.
        stat = dict(line.split() for line in (cgroup / "memory.stat").read_text().splitlines())
        cached = int(stat.get("inactive_file", 0)) + int(stat.get("active_file", 0))
    except (OSError, ValueError):  # no container, or "max": no limit
        return Memory(free, total)
    return Memory(min(free, max(0, limit - used + cached)), min(total, limit))


def _windows() -> Memory | None:
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong)] + [
            (name, ctypes.c_ulonglong) for name in ("total", "free", "page", "page_free", "own", "own_free", "extended")
        ]

    status = Status(length=ctypes.sizeof(Status))
    if not getattr(ctypes, "windll").kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):  # noqa: B009
        return None
    return Memory(int(status.free), int(status.total))


def _posix() -> Memory | None:
    """macOS tells no program what is free; most of what other programs leave idle is given away when wanted."""
    import os

    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError):
        return None
    return Memory(total * 3 // 4, total)
