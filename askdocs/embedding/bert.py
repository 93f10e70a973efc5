"""BERT's forward pass in numpy: for one question's vector or one passage's answer, without importing torch.

Devlin et al. 2019, arXiv:1810.04805, in float32, one sequence at a time: without padding there is no mask, and the
states of one sequence stay in the processor's cache.
"""

from __future__ import annotations

import json
import mmap
import struct
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from askdocs.core.base import FloatArray, IntArray
from askdocs.core.errors import ModelUnusable

_MASKED = "bert."


class Matrices(Protocol):
    """The weights by their names in the published file."""

    def __getitem__(self, name: str) -> FloatArray:
        """Raises ModelUnusable when there is no such matrix."""
        ...


def gelu(x: FloatArray) -> FloatArray:
    """x times the normal distribution's probability of being under x (Hendrycks and Gimpel 2016).

    numpy has no error function: this is Abramowitz and Stegun's formula 7.1.26, right to 1.5e-7.

    >>> [round(float(y), 4) for y in gelu(np.array([-1.0, 0.0, 2.0], dtype=np.float32))]
    [-0.1587, 0.0, 1.9545]
    """
    z = np.abs(x) * np.float32(0.7071067811865476)
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    tail: FloatArray = series * np.exp(-z * z)
    gated: FloatArray = np.where(x >= 0, x * (1 - 0.5 * tail), x * (0.5 * tail))
    return gated


def rough_gelu(x: FloatArray) -> FloatArray:
    """``gelu`` of the nearest float16, read from a table of all 65536: right to 0.05%, in a quarter of the time.

    >>> float(abs(rough_gelu(np.array([0.7], dtype=np.float32)) - gelu(np.array([0.7], dtype=np.float32)))[0]) < 4e-4
    True
    """
    found: FloatArray = _gelu_table().take(x.astype(np.float16).view(np.uint16))
    return found


@cache
def _gelu_table() -> FloatArray:
    every = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float32)
    with np.errstate(all="ignore"):  # the infinities and what is no number are never looked up
        return gelu(every)


class Bert:
    """The encoder's layers over one sequence; ``matrices`` are read as they are first used."""

    def __init__(
        self, config: dict[str, Any], matrices: Matrices, activation: Callable[[FloatArray], FloatArray] = gelu
    ) -> None:
        self._matrices = matrices
        self._activation = activation
        self._heads = int(config["num_attention_heads"])
        self._layers = int(config["num_hidden_layers"])
        self._epsilon = float(config.get("layer_norm_eps", 1e-12))

    def states(self, ids: IntArray, types: IntArray | None = None) -> FloatArray:
        """The last layer's states, (length, width), of the tokens ``ids``; ``types`` are their segments (all 0)."""
        for states in self.each_layer(ids, types):
            last = states
        return last

    def each_layer(self, ids: IntArray, types: IntArray | None = None) -> Iterator[FloatArray]:
        """The states of one layer after another, that of the embeddings first; as :meth:`states` otherwise."""
        matrices = self._matrices
        states: FloatArray = (
            matrices["embeddings.word_embeddings.weight"][ids]
            + matrices["embeddings.position_embeddings.weight"][: len(ids)]
            + matrices["embeddings.token_type_embeddings.weight"][0 if types is None else types]
        )
        states = self._normalise("embeddings.LayerNorm.", states)
        yield states
        for layer in range(self._layers):
            states = self._layer(f"encoder.layer.{layer}.", states)
            yield states

    def _layer(self, name: str, states: FloatArray) -> FloatArray:
        attended = self._linear(name + "attention.output.dense.", self._attend(name + "attention.self.", states))
        states = self._normalise(name + "attention.output.LayerNorm.", attended + states)
        widened = self._activation(self._linear(name + "intermediate.dense.", states))
        return self._normalise(name + "output.LayerNorm.", self._linear(name + "output.dense.", widened) + states)

    def _attend(self, name: str, states: FloatArray) -> FloatArray:
        """Every token attends to every token."""
        length, width = states.shape
        size = width // self._heads

        def split(part: str) -> FloatArray:
            return self._linear(f"{name}{part}.", states).reshape(length, self._heads, size).transpose(1, 0, 2)

        weights = split("query") @ (split("key") / np.float32(np.sqrt(size))).transpose(0, 2, 1)
        weights -= weights.max(axis=-1, keepdims=True)
        np.exp(weights, out=weights)
        sums = weights.sum(axis=-1, keepdims=True)
        attended: FloatArray = ((weights @ split("value")) / sums).transpose(1, 0, 2).reshape(length, width)
        return attended

    def _linear(self, name: str, states: FloatArray) -> FloatArray:
        product: FloatArray = states @ self._matrices[name + "weight"].T
        product += self._matrices[name + "bias"]
        return product

    def _normalise(self, name: str, states: FloatArray) -> FloatArray:
        centred: FloatArray = states - states.mean(axis=-1, keepdims=True)
        variance = np.einsum("ij,ij->i", centred, centred)[:, None] / np.float32(states.shape[-1])
        centred /= np.sqrt(variance + np.float32(self._epsilon))
        centred *= self._matrices[name + "weight"]
        centred += self._matrices[name + "bias"]
        return centred


def load_tokenizer(folder: Path) -> Any:
    """The model's tokenizer without padding and truncation.

    Raises ModelUnusable when its file is missing or broken.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # tokenizers raises plain Exception for every kind of bad file
        raise ModelUnusable(f"{folder / 'tokenizer.json'}: not a tokenizer ({error}); fetch the model again") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


class Weights:
    """The matrices of a safetensors file, mapped into memory and read as they are used.

    The format (https://github.com/huggingface/safetensors#format): the header's length in 8 bytes, a JSON header of
    type, shape and byte range of each matrix, then the matrices. ``metadata`` is the header's own.

    Raises ModelUnusable when the file is not of that format.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ready: dict[str, FloatArray] = {}
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            (length,) = struct.unpack("<Q", self._bytes[:8])
            if length > len(self._bytes):
                raise ValueError("the header is longer than the file")
            self._start = 8 + length
            self._header: dict[str, Any] = json.loads(self._bytes[8 : self._start])
            self.metadata: dict[str, str] = self._header.pop("__metadata__", {})
            ends = [entry["data_offsets"][1] for entry in self._header.values()]
            if self._start + max(ends, default=0) > len(self._bytes):
                raise ValueError("the file is cut short")
        except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
            raise ModelUnusable(f"{path}: not a safetensors file ({error}); fetch the model again") from error

    def __contains__(self, name: str) -> bool:
        return name in self._header

    def __getitem__(self, name: str) -> FloatArray:
        if name not in self._ready:
            self._ready[name] = self._read(name)
        return self._ready[name]

    def _read(self, name: str) -> FloatArray:
        entry = self._header.get(name) or self._header.get(_MASKED + name)
        if entry is None:
            raise ModelUnusable(f"{self._path}: the weights have no {name!r}; fetch the model again")
        kinds: dict[str, type[np.generic]] = {"F32": np.float32, "F16": np.float16, "BF16": np.uint16}
        if entry["dtype"] not in kinds:
            raise ModelUnusable(f"{self._path}: {name!r} is stored as {entry['dtype']}; float weights are needed")
        begin, end = entry["data_offsets"]
        kind = np.dtype(kinds[entry["dtype"]])
        stored = np.frombuffer(self._bytes, kind, (end - begin) // kind.itemsize, self._start + begin)
        if entry["dtype"] == "BF16":  # bfloat16 is the upper half of float32
            stored = (stored.astype(np.uint32) << 16).view(np.float32)
        matrix: FloatArray = stored.astype(np.float32, copy=False).reshape(entry["shape"])
        return matrix
