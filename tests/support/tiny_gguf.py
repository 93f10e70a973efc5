"""Writes small GGUF files for tests: a llama of two layers, and adapters for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray

WIDTH, FORWARD, VOCABULARY, RANK = 64, 96, 300, 4
SHAPES = {"attn_q": (WIDTH, WIDTH), "attn_v": (WIDTH, WIDTH), "ffn_down": (WIDTH, FORWARD)}

Matrix = NDArray[np.float32]


def matrix(seed: int, *shape: int, size: float = 0.1) -> Matrix:
    return (np.random.default_rng(seed).standard_normal(shape) * size).astype(np.float32)


def write_model(
    path: Path,
    kind: gguf.GGMLQuantizationType = gguf.GGMLQuantizationType.Q4_1,
    architecture: str = "llama",
) -> dict[str, Matrix]:
    """A file with llama's names; gives the weights as they read back, by tensor name."""
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_name("tiny")
    writer.add_block_count(2)
    writer.add_context_length(128)
    writer.add_array("tokenizer.ggml.tokens", [f"t{index}" for index in range(VOCABULARY)])
    writer.add_array("tokenizer.ggml.token_type", [1] * VOCABULARY)
    weights: dict[str, Matrix] = {}

    def add(name: str, values: Matrix, as_kind: gguf.GGMLQuantizationType) -> None:
        data: Any = values if as_kind == gguf.GGMLQuantizationType.F32 else gguf.quantize(values, as_kind)
        writer.add_tensor(name, data, raw_dtype=as_kind)
        weights[name] = gguf.dequantize(data, as_kind) if data is not values else values

    add("token_embd.weight", matrix(1, VOCABULARY, WIDTH), gguf.GGMLQuantizationType.Q8_0)
    for block in range(2):
        add(f"blk.{block}.attn_norm.weight", matrix(2, WIDTH), gguf.GGMLQuantizationType.F32)
        for index, (name, shape) in enumerate(SHAPES.items()):
            add(f"blk.{block}.{name}.weight", matrix(10 * block + index, *shape), kind)
    _finish(writer)
    return weights


def write_adapter(
    path: Path,
    prompt_hash: str | None = None,
    alpha: float = 8.0,
    architecture: str = "llama",
    names: tuple[str, ...] = tuple(SHAPES),
    width: int = WIDTH,
) -> dict[str, tuple[Matrix, Matrix]]:
    """An adapter of ``names`` in both blocks; gives A and B by the name of the tensor they change."""
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    if prompt_hash is not None:
        writer.add_string("askdocs.prompt_hash", prompt_hash)
    pairs = {}
    for block in range(2):
        for index, name in enumerate(names):
            rows, columns = SHAPES[name]
            low = matrix(100 + 10 * block + index, RANK, columns * width // WIDTH)
            high = matrix(200 + 10 * block + index, rows, RANK)
            target = f"blk.{block}.{name}.weight"
            writer.add_tensor(f"{target}.lora_a", low)
            writer.add_tensor(f"{target}.lora_b", high)
            pairs[target] = (low, high)
    _finish(writer)
    return pairs


def _finish(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
