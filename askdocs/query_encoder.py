"""Embeds one question in numpy, so that a cold ``askdocs ask`` needs neither torch nor sentence-transformers.

Importing those takes seconds; a question's vector takes 30 million multiplications. This computes BERT's forward
pass (Devlin et al. 2019, arXiv:1810.04805) in float32 from the same folder, with the weights mapped into memory, and
gives the vector sentence-transformers would give. ``supports`` says for which models; the others stay with torch.
"""

from __future__ import annotations

import json
import mmap
import struct
from pathlib import Path
from typing import Any

import numpy as np

from askdocs.embedder_folder import WEIGHTS, EmbedderFolder
from askdocs.errors import ModelUnusable
from askdocs.types import FloatArray

_STAGES = ({"Transformer", "Pooling"}, {"Transformer", "Pooling", "Normalize"})
_MASKED = "bert."


def supports(model: EmbedderFolder) -> bool:
    """Whether this forward pass is that of ``model``: BERT, absolute positions, mean, max or first-token pooling."""
    config = model.config
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and not config.get("is_decoder", False)
        and set(model.stages) in _STAGES
        and model.pooling in {"mean", "cls", "max"}
        and model.pooling_includes_prompt
        and not model.lowercases
        and (model.folder / WEIGHTS).exists()
        and (model.folder / "tokenizer.json").exists()
    )


class QueryEncoder:
    """BERT's forward pass over one text at a time."""

    def __init__(self, model: EmbedderFolder) -> None:
        self._model = model
        self._weights = _Weights(model.folder / WEIGHTS)
        self._tokenizer = load_tokenizer(model.folder)
        self._tokenizer.enable_truncation(model.maximum_length)
        self._heads = int(model.config["num_attention_heads"])
        self._layers = int(model.config["num_hidden_layers"])
        self._epsilon = float(model.config.get("layer_norm_eps", 1e-12))

    def encode(self, text: str) -> FloatArray:
        """The vector of ``text``; shape ``(dimension,)``, length 1.

        Raises ModelUnusable when the weights lack a matrix the model's configuration asks for.
        """
        ids = np.asarray(self._tokenizer.encode(self._model.query_prompt + text).ids)
        states = self._embed(ids)
        for layer in range(self._layers):
            states = self._layer(f"encoder.layer.{layer}.", states)
        if self._model.pooling == "cls":
            pooled = states[0]
        elif self._model.pooling == "max":
            pooled = states.max(axis=0)
        else:
            pooled = states.mean(axis=0)
        unit: FloatArray = (pooled / max(float(np.linalg.norm(pooled)), 1e-12)).astype(np.float32)
        return unit

    def _embed(self, ids: Any) -> FloatArray:
        weights = self._weights
        states: FloatArray = (
            weights["embeddings.word_embeddings.weight"][ids]
            + weights["embeddings.position_embeddings.weight"][: len(ids)]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        return self._normalise("embeddings.LayerNorm.", states)

    def _layer(self, name: str, states: FloatArray) -> FloatArray:
        attended = self._linear(name + "attention.output.dense.", self._attend(name + "attention.self.", states))
        states = self._normalise(name + "attention.output.LayerNorm.", attended + states)
        widened = gelu(self._linear(name + "intermediate.dense.", states))
        return self._normalise(name + "output.LayerNorm.", self._linear(name + "output.dense.", widened) + states)

    def _attend(self, name: str, states: FloatArray) -> FloatArray:
        """Every token attends to every token: one text has no padding, so there is no mask."""
        length, width = states.shape
        size = width // self._heads

        def split(part: str) -> FloatArray:
            return self._linear(f"{name}{part}.", states).reshape(length, self._heads, size).transpose(1, 0, 2)

        scores = split("query") @ split("key").transpose(0, 2, 1) / np.float32(np.sqrt(size))
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        attended: FloatArray = (weights @ split("value")).transpose(1, 0, 2).reshape(length, width)
        return attended

    def _linear(self, name: str, states: FloatArray) -> FloatArray:
        product: FloatArray = states @ self._weights[name + "weight"].T
        product += self._weights[name + "bias"]
        return product

    def _normalise(self, name: str, states: FloatArray) -> FloatArray:
        centred = states - states.mean(axis=-1, keepdims=True)
        variance = (centred * centred).mean(axis=-1, keepdims=True)
        normalised: FloatArray = centred / np.sqrt(variance + np.float32(self._epsilon))
        return normalised * self._weights[name + "weight"] + self._weights[name + "bias"]


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


class _Weights:
    """The matrices of a safetensors file, mapped into memory and read as they are used.

    The format (https://github.com/huggingface/safetensors#format): the header's length in 8 bytes, a JSON header of
    type, shape and byte range of each matrix, then the matrices.
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
            ends = [entry["data_offsets"][1] for key, entry in self._header.items() if key != "__metadata__"]
            if self._start + max(ends, default=0) > len(self._bytes):
                raise ValueError("the file is cut short")
        except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
            raise ModelUnusable(f"{path}: not a safetensors file ({error}); fetch the model again") from error

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
