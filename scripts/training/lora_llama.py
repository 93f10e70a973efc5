"""A lean Llama for training a LoRA on the dequantized weights of a GGUF file.

Why not ``transformers`` + ``peft``: on two cores without a GPU the element-wise work around the matrix
products is what costs; this forward pass keeps everything in bfloat16, fuses the projections that share an
input and needs no permutation of the query and key rows, because it rotates neighbouring pairs exactly as
llama.cpp does. The matrices learned here are therefore written to the GGUF adapter as they are.

Sources: LoRA, Hu et al. 2021 (arXiv:2106.09685); Llama, Touvron et al. 2023 (arXiv:2302.13971).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import gguf
import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class LlamaShape:
    """The hyperparameters read from the GGUF header."""

    layers: int
    width: int
    heads: int
    key_value_heads: int
    head_width: int
    rope_base: float
    norm_epsilon: float


class LoraLinear(nn.Module):
    """A frozen matrix and its low-rank update: ``x Wᵀ + scale · (x Aᵀ) Bᵀ``."""

    def __init__(self, weight: Tensor, rank: int, scale: float, generator: torch.Generator) -> None:
        super().__init__()
        out_width, in_width = weight.shape
        self.register_buffer("weight", weight, persistent=False)
        bound = 1 / math.sqrt(in_width)
        self.a = nn.Parameter((torch.rand(rank, in_width, generator=generator) * 2 - 1) * bound)
        self.b = nn.Parameter(torch.zeros(out_width, rank))
        self.scale = scale

    def forward(self, x: Tensor) -> Tensor:
        low = F.linear(x, self.a.to(x.dtype))
        return torch.addmm(F.linear(x, self.weight), low, self.b.to(x.dtype).t(), alpha=self.scale)


class Layer(nn.Module):
    """One decoder layer over one packed sequence of T tokens, no batch axis."""

    PROJECTIONS = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")

    def __init__(
        self,
        tensors: dict[str, Tensor],
        prefix: str,
        shape: LlamaShape,
        rank: int,
        scale: float,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.shape = shape
        for name in self.PROJECTIONS:
            weight = tensors[f"{prefix}{name}.weight"].to(torch.bfloat16)
            setattr(self, name, LoraLinear(weight, rank, scale, generator))
        self.register_buffer("attn_norm", tensors[f"{prefix}attn_norm.weight"].to(torch.bfloat16), persistent=False)
        self.register_buffer("ffn_norm", tensors[f"{prefix}ffn_norm.weight"].to(torch.bfloat16), persistent=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, masks: Masks | Tensor) -> Tensor:
        s = self.shape
        h = F.rms_norm(x, (s.width,), self.attn_norm, s.norm_epsilon)
        q = rotate(self.attn_q(h).view(-1, s.heads, s.head_width), cos, sin) * s.head_width**-0.5
        k = rotate(self.attn_k(h).view(-1, s.key_value_heads, s.head_width), cos, sin)
        v = self.attn_v(h).view(-1, s.key_value_heads, s.head_width)
        attend = attention_of_many if isinstance(masks, Tensor) else attention
        x = x + self.attn_output(attend(q, k, v, masks))
        h = F.rms_norm(x, (s.width,), self.ffn_norm, s.norm_epsilon)
        return x + self.ffn_down(F.silu(self.ffn_gate(h)) * self.ffn_up(h))


class Masks(NamedTuple):
    """What is to be added to attention scores. A packed sequence is C tokens of context, then G groups of L tokens.

    ``context`` (C, C) is causal, ``seen`` (C,) hides the context's padding from the groups, ``groups``
    (1, 1, G, L, L) lets a token of a group see its own question only.
    """

    context: Tensor
    seen: Tensor
    groups: Tensor


def attention(q: Tensor, k: Tensor, v: Tensor, masks: Masks) -> Tensor:
    """Grouped-query attention that computes only the blocks of the matrix that are not masked as a whole.

    ``q`` is (T, heads, width), ``k`` and ``v`` (T, key_value_heads, width); gives (T, heads * width). Written out
    rather than ``scaled_dot_product_attention``, which takes three times as long in bfloat16 on a CPU; the group of
    query heads is folded into the rows, so that keys and values need not be repeated.
    """
    length, heads, width = q.shape
    kv = k.shape[1]
    context, groups, each = masks.seen.shape[0], masks.groups.shape[2], masks.groups.shape[3]
    q = q.view(length, kv, heads // kv, width).permute(1, 2, 0, 3)  # kv, group, T, width
    k, v = k.transpose(0, 1), v.transpose(0, 1)  # kv, T, width
    ck, cv = k[:, :context], v[:, :context]
    scores = torch.bmm(q[:, :, :context].reshape(kv, -1, width), ck.transpose(1, 2))
    scores = scores.view(kv, -1, context, context) + masks.context
    weights = torch.softmax(scores.float(), dim=-1).to(q.dtype).view(kv, -1, context)
    first = torch.bmm(weights, cv).view(kv, heads // kv, context, width)

    asked = q[:, :, context:]
    far = torch.bmm(asked.reshape(kv, -1, width), ck.transpose(1, 2)).view(kv, -1, groups, each, context)
    own_q = asked.view(kv, -1, groups, each, width).transpose(1, 2).reshape(kv * groups, -1, width)
    own_k = k[:, context:].reshape(kv * groups, each, width)
    own_v = v[:, context:].reshape(kv * groups, each, width)
    near = torch.bmm(own_q, own_k.transpose(1, 2)).view(kv, groups, -1, each, each).transpose(1, 2) + masks.groups
    weights = torch.softmax(torch.cat((far + masks.seen, near), dim=-1).float(), dim=-1).to(q.dtype)
    second = torch.bmm(weights[..., :context].reshape(kv, -1, context), cv).view(kv, -1, groups * each, width)
    near_weights = weights[..., context:].transpose(1, 2).reshape(kv * groups, -1, each)
    own = torch.bmm(near_weights, own_v).view(kv, groups, -1, each, width).transpose(1, 2)
    second = second + own.reshape(kv, -1, groups * each, width)
    return torch.cat((first, second), dim=2).permute(2, 0, 1, 3).reshape(length, heads * width)


def attention_of_many(q: Tensor, k: Tensor, v: Tensor, allowed: Tensor) -> Tensor:
    """The same for B sequences of T tokens one behind the other, on a GPU.

    ``q`` is (B * T, heads, width), ``allowed`` (B, 1, T, T).
    """
    many, length = allowed.shape[0], allowed.shape[2]
    heads, width = q.shape[1:]
    q, k, v = (x.view(many, length, -1, width).transpose(1, 2) for x in (q, k, v))
    k, v = (x.repeat_interleave(heads // x.shape[1], dim=1) for x in (k, v))
    seen = F.scaled_dot_product_attention(q, k, v, attn_mask=allowed, scale=1.0)
    return seen.transpose(1, 2).reshape(many * length, heads * width)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary position embedding on neighbouring pairs (llama.cpp's order); x is (T, heads, head_width)."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)


class LoraLlama(nn.Module):
    """The whole model; ``forward`` gives the logits at the asked positions of one packed sequence.

    With a tensor for ``masks`` (see ``attention_of_many``) the tokens are those of several sequences.
    """

    def __init__(self, path: Path, rank: int, alpha: float, seed: int) -> None:
        super().__init__()
        reader = gguf.GGUFReader(str(path))
        self.shape = read_shape(reader)
        tensors = {t.name: torch.from_numpy(gguf.dequantize(t.data, t.tensor_type).copy()) for t in reader.tensors}
        generator = torch.Generator().manual_seed(seed)
        self.rank, self.alpha = rank, alpha
        self.layers = nn.ModuleList(
            Layer(tensors, f"blk.{i}.", self.shape, rank, alpha / rank, generator) for i in range(self.shape.layers)
        )
        self.register_buffer("embedding", tensors["token_embd.weight"].to(torch.bfloat16), persistent=False)
        head = tensors.get("output.weight", tensors["token_embd.weight"])
        self.register_buffer("head", head.to(torch.bfloat16), persistent=False)
        self.register_buffer("final_norm", tensors["output_norm.weight"].to(torch.bfloat16), persistent=False)

    def forward(self, tokens: Tensor, positions: Tensor, masks: Masks | Tensor, wanted: Tensor) -> Tensor:
        s = self.shape
        frequencies = s.rope_base ** (-torch.arange(0, s.head_width, 2, device=tokens.device) / s.head_width)
        angles = positions[:, None].float() * frequencies[None]
        cos, sin = angles.cos().to(torch.bfloat16)[:, None], angles.sin().to(torch.bfloat16)[:, None]
        x = F.embedding(tokens, self.embedding)
        for layer in self.layers:
            x = layer(x, cos, sin, masks)
        x = F.rms_norm(x[wanted], (s.width,), self.final_norm, s.norm_epsilon)
        return F.linear(x, self.head).float()


def read_shape(reader: gguf.GGUFReader) -> LlamaShape:
    """Read the hyperparameters of a llama-architecture GGUF."""

    def field(name: str) -> float:
        return float(reader.fields[f"llama.{name}"].contents())

    heads = int(field("attention.head_count"))
    width = int(field("embedding_length"))
    return LlamaShape(
        layers=int(field("block_count")),
        width=width,
        heads=heads,
        key_value_heads=int(field("attention.head_count_kv")),
        head_width=width // heads,
        rope_base=float(field("rope.freq_base")),
        norm_epsilon=float(field("attention.layer_norm_rms_epsilon")),
    )
