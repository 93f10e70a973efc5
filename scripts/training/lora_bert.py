"""A lean BERT with low-rank updates and a span head, for training a second opinion on the embedder's weights.

The frozen matrices and the activations are bfloat16, which a CPU with AMX multiplies several times as fast; what is
learned is kept in float32. Names are those of the safetensors file of the base.

Sources: BERT, Devlin et al. 2019 (arXiv:1810.04805), whose SQuAD 2.0 head this is: a span's score is that of its
first and last tokens, "no answer" is the span of the first token, [CLS]. LoRA, Hu et al. 2021 (arXiv:2106.09685).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

HALF = torch.bfloat16


class LoraLinear(nn.Module):
    """A frozen matrix and its low-rank update: ``x Wᵀ + b + scale · (x Aᵀ) Bᵀ``."""

    def __init__(self, weight: Tensor, bias: Tensor, rank: int, scale: float, generator: torch.Generator) -> None:
        super().__init__()
        self.register_buffer("weight", weight.float(), persistent=False)
        self.register_buffer("bias", bias.to(HALF), persistent=False)
        bound = 1 / math.sqrt(weight.shape[1])
        self.lora_a = nn.Parameter((torch.rand(rank, weight.shape[1], generator=generator) * 2 - 1) * bound)
        self.lora_b = nn.Parameter(torch.zeros(weight.shape[0], rank))
        self.scale = scale

    def forward(self, x: Tensor) -> Tensor:
        """``x`` is (tokens, width)."""
        weight = self.weight + self.scale * (self.lora_b @ self.lora_a)
        return F.linear(x, weight.to(x.dtype), self.bias)


class Norm(nn.Module):
    """Layer normalisation whose two vectors are trained."""

    def __init__(self, tensors: dict[str, Tensor], name: str, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(tensors[f"{name}.weight"].float().clone())
        self.bias = nn.Parameter(tensors[f"{name}.bias"].float().clone())
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, x.shape[-1:], self.weight.to(x.dtype), self.bias.to(x.dtype), self.epsilon)


class Layer(nn.Module):
    """One encoder layer: attention over the whole sequence, then the feed-forward part, each normalised after."""

    MATRICES = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "attended": "attention.output.dense",
        "widen": "intermediate.dense",
        "narrow": "output.dense",
    }

    def __init__(
        self,
        tensors: dict[str, Tensor],
        name: str,
        config: dict[str, Any],
        rank: int,
        scale: float,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.heads = config["num_attention_heads"]
        for attribute, matrix in self.MATRICES.items():
            weight, bias = tensors[f"{name}{matrix}.weight"], tensors[f"{name}{matrix}.bias"]
            setattr(self, attribute, LoraLinear(weight, bias, rank, scale, generator))
        self.first_norm = Norm(tensors, f"{name}attention.output.LayerNorm", config["layer_norm_eps"])
        self.second_norm = Norm(tensors, f"{name}output.LayerNorm", config["layer_norm_eps"])

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """``x`` is (batch, length, width), ``mask`` (batch, 1, 1, length), added to the attention scores."""
        batch, length, width = x.shape
        flat = x.view(-1, width)

        def split(projected: Tensor) -> Tensor:
            return projected.view(batch, length, self.heads, -1).transpose(1, 2)

        q, k, v = split(self.query(flat)), split(self.key(flat)), split(self.value(flat))
        scores = (q * (width // self.heads) ** -0.5) @ k.transpose(2, 3) + mask
        weights = torch.softmax(scores, dim=-1)
        attended = (weights @ v).transpose(1, 2).reshape(-1, width)
        flat = self.first_norm(self.attended(attended) + flat)
        return self.second_norm(self.narrow(F.gelu(self.widen(flat))) + flat).view(batch, length, width)


class SpanBert(nn.Module):
    """BERT with low-rank updates; gives the start and end score of every token."""

    def __init__(self, folder: Path, rank: int, alpha: float, seed: int) -> None:
        super().__init__()
        tensors = {name.removeprefix("bert."): t for name, t in load_file(folder / "model.safetensors").items()}
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        generator = torch.Generator().manual_seed(seed)
        self.rank, self.alpha = rank, alpha
        self.register_buffer("words", tensors["embeddings.word_embeddings.weight"], persistent=False)
        self.register_buffer("positions", tensors["embeddings.position_embeddings.weight"], persistent=False)
        self.types = nn.Parameter(tensors["embeddings.token_type_embeddings.weight"].float().clone())
        self.norm = Norm(tensors, "embeddings.LayerNorm", config["layer_norm_eps"])
        self.layers = nn.ModuleList(
            Layer(tensors, f"encoder.layer.{i}.", config, rank, alpha / rank, generator)
            for i in range(config["num_hidden_layers"])
        )
        self.head = nn.Linear(config["hidden_size"], 2)
        with torch.no_grad():
            self.head.weight.copy_(torch.randn(self.head.weight.shape, generator=generator) * 0.02)
            self.head.bias.zero_()

    def forward(self, ids: Tensor, types: Tensor, present: Tensor) -> Tensor:
        """Start and end scores, (batch, length, 2), float32.

        ``ids``, ``types`` (0 for the question, 1 for the passage) and ``present`` (false for padding): (batch, length).
        """
        x = F.embedding(ids, self.words) + self.positions[: ids.shape[1]] + F.embedding(types, self.types)
        x = self.norm(x.to(HALF))
        mask = (-10000.0 * (~present).to(HALF))[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        return self.head(x.float())

    def named(self) -> Iterator[tuple[str, Tensor]]:
        """What was learned, by the names of the base file; matrices as ``NAME.lora_a`` and ``NAME.lora_b``."""
        yield "embeddings.token_type_embeddings.weight", self.types
        yield "span_head.weight", self.head.weight
        yield "span_head.bias", self.head.bias
        yield from norm_vectors("embeddings.LayerNorm", self.norm)
        for i, layer in enumerate(self.layers):
            name = f"encoder.layer.{i}."
            for attribute, matrix in Layer.MATRICES.items():
                linear = getattr(layer, attribute)
                yield f"{name}{matrix}.weight.lora_a", linear.lora_a
                yield f"{name}{matrix}.weight.lora_b", linear.lora_b
            yield from norm_vectors(f"{name}attention.output.LayerNorm", layer.first_norm)
            yield from norm_vectors(f"{name}output.LayerNorm", layer.second_norm)


def norm_vectors(name: str, norm: Norm) -> Iterator[tuple[str, Tensor]]:
    """The two vectors of a normalisation with their names."""
    yield f"{name}.weight", norm.weight
    yield f"{name}.bias", norm.bias
