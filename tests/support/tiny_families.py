"""Writes small GGUF files of the families that people use: their layers, tokenizers and chat formats, random weights.

Two layers of width 32, some hundred tokens; each is written in a few milliseconds and takes less than 1 MB. The names
of tensors are those of ``gguf.constants.MODEL_TENSORS``, the shapes those that llama.cpp's ``src/models`` asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import gguf
import numpy as np

from tests.support import chat_templates as templates
from tests.support.tiny_llama import byte_letters

WIDTH, FORWARD, HEADS, KV_HEADS, HEAD, CONTEXT = 32, 64, 2, 1, 16, 2048
CONV, INNER, STATE, GROUPS, RANK = 4, 64, 16, 1, 4  # of recurrent layers
WORDS = [" million", " shares", " sold", " the", "Ali", "baba", " XP", "eng", "ing", "er", " in", "an", "上海", "😀"]
KINDS = gguf.TokenType


class Tokens(NamedTuple):
    """A vocabulary: ``special`` are control tokens, ``defined`` markup that is no control token."""

    model: str
    pre: str
    special: Sequence[str]
    begin: str | None
    end: str
    defined: Sequence[str] = ()
    numbers: Sequence[str] = ()
    adds_begin: bool = False
    adds_blank: bool = False
    turn_end: str | None = None


class Family(NamedTuple):
    """An architecture with the tokenizer and the chat format that are published with it."""

    architecture: str
    tokens: Tokens
    template: str | None
    layers: Callable[[Weights], None]
    keys: dict[str, Any] = {}


class Weights:
    """Adds random tensors to a writer."""

    def __init__(self, writer: gguf.GGUFWriter, vocabulary: int, seed: int = 5) -> None:
        self.writer, self.vocabulary = writer, vocabulary
        self._random = np.random.default_rng(seed)

    def add(self, name: str, *shape: int, half: bool = False) -> None:
        """Rows first; a name that says it is a norm is of ones."""
        ones = "norm" in name or name == "rope_freqs"
        values = np.ones(shape) if ones else self._random.standard_normal(shape) * 0.3
        self.writer.add_tensor(name if "." in name and name.endswith(("weight", "bias", "ssm_a", "ssm_d")) else
                               f"{name}.weight", values.astype(np.float16 if half else np.float32))  # fmt: skip

    def ends(self, *, output: bool = True, norm: str = "output_norm") -> None:
        """What stands before and after the layers."""
        self.add("token_embd", self.vocabulary, WIDTH)
        self.add(norm, WIDTH)
        if output:
            self.add("output", self.vocabulary, WIDTH)

    def attention(self, block: int, *, norms: bool = False, joined: bool = False) -> None:
        """Queries, keys and values, in one matrix where ``joined``; ``norms`` of each head of the first two."""
        name = f"blk.{block}"
        self.add(f"{name}.attn_norm", WIDTH)
        if joined:
            self.add(f"{name}.attn_qkv", (HEADS + 2 * KV_HEADS) * HEAD, WIDTH)
        else:
            self.add(f"{name}.attn_q", HEADS * HEAD, WIDTH)
            self.add(f"{name}.attn_k", KV_HEADS * HEAD, WIDTH)
            self.add(f"{name}.attn_v", KV_HEADS * HEAD, WIDTH)
        self.add(f"{name}.attn_output", WIDTH, HEADS * HEAD)
        if norms:
            self.add(f"{name}.attn_q_norm", HEAD)
            self.add(f"{name}.attn_k_norm", HEAD)

    def forward(self, block: int, *, joined: bool = False) -> None:
        name = f"blk.{block}"
        self.add(f"{name}.ffn_norm", WIDTH)
        if not joined:
            self.add(f"{name}.ffn_gate", FORWARD, WIDTH)
        self.add(f"{name}.ffn_up", FORWARD * (2 if joined else 1), WIDTH)
        self.add(f"{name}.ffn_down", WIDTH, FORWARD)


def _llama(weights: Weights) -> None:
    weights.ends()
    for block in range(2):
        weights.attention(block)
        weights.forward(block)


def _qwen3(weights: Weights) -> None:
    weights.ends()
    for block in range(2):
        weights.attention(block, norms=True)
        weights.forward(block)


def _gemma2(weights: Weights) -> None:
    weights.ends(output=False)
    for block in range(2):
        weights.attention(block)
        weights.forward(block)
        weights.add(f"blk.{block}.post_attention_norm", WIDTH)
        weights.add(f"blk.{block}.post_ffw_norm", WIDTH)


def _gemma3(weights: Weights) -> None:
    _gemma2(weights)
    for block in range(2):
        weights.add(f"blk.{block}.attn_q_norm", HEAD)
        weights.add(f"blk.{block}.attn_k_norm", HEAD)


def _gemma4(weights: Weights) -> None:
    _gemma3(weights)
    weights.add("rope_freqs", HEAD // 2)


def _gemma3n(weights: Weights) -> None:
    """Four parallel inputs of a layer (AltUp), a low-rank way around it (Laurel), and embeddings for each layer."""
    _gemma3(weights)
    inputs, of_a_layer, rank = 4, 256, 64  # constants of llama.cpp
    weights.add("altup_proj", inputs - 1, WIDTH, WIDTH)
    weights.add("altup_unembd_proj", inputs - 1, WIDTH, WIDTH)
    weights.add("per_layer_token_embd", weights.vocabulary, 2 * of_a_layer, half=True)
    weights.add("per_layer_model_proj", 2 * of_a_layer, WIDTH)
    weights.add("per_layer_proj_norm", of_a_layer)
    for block in range(2):
        name = f"blk.{block}"
        weights.add(f"{name}.inp_gate", of_a_layer, WIDTH)
        weights.add(f"{name}.proj", WIDTH, of_a_layer)
        weights.add(f"{name}.post_norm", WIDTH)
        weights.add(f"{name}.altup_correct_coef", inputs, inputs)
        weights.add(f"{name}.altup_correct_scale", WIDTH)
        weights.add(f"{name}.altup_predict_coef", inputs * inputs, inputs)
        weights.add(f"{name}.altup_router", inputs, WIDTH)
        weights.add(f"{name}.altup_router_norm", WIDTH)
        weights.add(f"{name}.laurel_l", rank, WIDTH)
        weights.add(f"{name}.laurel_r", WIDTH, rank)
        weights.add(f"{name}.laurel_post_norm", WIDTH)


def _qwen35(weights: Weights) -> None:
    """A gated delta net, then attention with a gate."""
    weights.ends()
    mixed = INNER + 2 * GROUPS * STATE
    weights.add("blk.0.attn_norm", WIDTH)
    weights.add("blk.0.attn_qkv", mixed, WIDTH)
    weights.add("blk.0.attn_gate", INNER, WIDTH)
    weights.add("blk.0.ssm_conv1d", mixed, CONV)
    weights.add("blk.0.ssm_dt.bias", RANK)
    weights.writer.add_tensor("blk.0.ssm_a", -np.ones(RANK, dtype=np.float32))
    weights.add("blk.0.ssm_beta", RANK, WIDTH)
    weights.add("blk.0.ssm_alpha", RANK, WIDTH)
    weights.add("blk.0.ssm_norm", INNER // RANK)
    weights.add("blk.0.ssm_out", WIDTH, INNER)
    weights.add("blk.1.attn_norm", WIDTH)
    weights.add("blk.1.attn_q", 2 * HEADS * HEAD, WIDTH)
    weights.add("blk.1.attn_k", KV_HEADS * HEAD, WIDTH)
    weights.add("blk.1.attn_v", KV_HEADS * HEAD, WIDTH)
    weights.add("blk.1.attn_output", WIDTH, HEADS * HEAD)
    weights.add("blk.1.attn_q_norm", HEAD)
    weights.add("blk.1.attn_k_norm", HEAD)
    for block in range(2):
        weights.add(f"blk.{block}.post_attention_norm", WIDTH)
        for name, rows, columns in (("gate", FORWARD, WIDTH), ("up", FORWARD, WIDTH), ("down", WIDTH, FORWARD)):
            weights.add(f"blk.{block}.ffn_{name}", rows, columns)


def _phi3(weights: Weights) -> None:
    weights.ends()
    for block in range(2):
        weights.attention(block, joined=True)
        weights.forward(block, joined=True)


def _lfm2(weights: Weights) -> None:
    """A short convolution, then attention."""
    weights.ends(output=False, norm="token_embd_norm")
    weights.add("blk.0.attn_norm", WIDTH)
    weights.add("blk.0.shortconv.conv", WIDTH, 3)
    weights.add("blk.0.shortconv.in_proj", 3 * WIDTH, WIDTH)
    weights.add("blk.0.shortconv.out_proj", WIDTH, WIDTH)
    weights.forward(0)
    weights.attention(1, norms=True)
    weights.forward(1)


def _granite_hybrid(weights: Weights) -> None:
    """A Mamba 2 layer, then attention."""
    weights.ends(output=False)
    mixed = INNER + 2 * GROUPS * STATE
    weights.add("blk.0.attn_norm", WIDTH)
    weights.add("blk.0.ssm_in", INNER + mixed + RANK, WIDTH)
    weights.add("blk.0.ssm_conv1d", mixed, CONV)
    weights.add("blk.0.ssm_conv1d.bias", mixed)
    weights.add("blk.0.ssm_dt.bias", RANK)
    weights.writer.add_tensor("blk.0.ssm_a", -np.ones((RANK, 1), dtype=np.float32))
    weights.writer.add_tensor("blk.0.ssm_d", np.ones((RANK, 1), dtype=np.float32))
    weights.add("blk.0.ssm_norm", GROUPS, INNER // GROUPS)
    weights.add("blk.0.ssm_out", WIDTH, INNER)
    weights.forward(0)
    weights.attention(1)
    weights.forward(1)


_CHATML = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
_THOUGHT = ("<think>", "</think>", "<tool_call>", "</tool_call>")
_HUNDREDS = ("33", "12", "234", "202", "1")
_QWEN = Tokens("gpt2", "qwen2", _CHATML, None, "<|im_end|>", defined=_THOUGHT)
_LLAMA_TOKENS = Tokens(
    "gpt2",
    "llama-bpe",
    ("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eom_id|>", "<|eot_id|>"),
    "<|begin_of_text|>",
    "<|end_of_text|>",
    numbers=_HUNDREDS,
    adds_begin=True,
    turn_end="<|eot_id|>",
)
_SMOLLM3_TOKENS = Tokens(
    "gpt2",
    "smaug-bpe",
    ("<|begin_of_text|>", "<|end_of_text|>", "<|im_start|>", "<|im_end|>"),
    None,
    "<|im_end|>",
    defined=_THOUGHT,
    numbers=_HUNDREDS,
)
_GEMMA_TOKENS = Tokens(
    "llama",
    "default",
    ("<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"),
    "<bos>",
    "<eos>",
    defined=("\n\n", "<table>", "<h1>"),
    adds_begin=True,
    turn_end="<end_of_turn>",
)
_GEMMA4_TOKENS = Tokens(
    "gemma4",
    "gemma4",
    ("<pad>", "<eos>", "<bos>", "<unk>", "<|turn>", "<turn|>", "<|channel>", "<channel|>", "<|think|>"),
    "<bos>",
    "<turn|>",
    adds_begin=True,
)
_MISTRAL_TOKENS = Tokens(
    "llama", "default", ("<unk>", "<s>", "</s>"), "<s>", "</s>", numbers=(), adds_begin=True, adds_blank=True
)
_PHI4_TOKENS = Tokens("gpt2", "dbrx", (*_CHATML, "<|im_sep|>"), None, "<|endoftext|>", numbers=_HUNDREDS)
_PHI4_MINI_TOKENS = Tokens(
    "gpt2",
    "gpt-4o",
    ("<|endoftext|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<|tool|>", "<|/tool|>"),
    None,
    "<|endoftext|>",
    numbers=_HUNDREDS,
)
_GRANITE_TOKENS = Tokens(
    "gpt2", "refact", ("<|end_of_text|>", "<|start_of_role|>", "<|end_of_role|>"), None, "<|end_of_text|>"
)
_LFM2_TOKENS = Tokens(
    "gpt2",
    "lfm2",
    ("<|pad|>", "<|startoftext|>", "<|endoftext|>", "<|im_start|>", "<|im_end|>"),
    "<|startoftext|>",
    "<|im_end|>",
    numbers=_HUNDREDS,
    adds_begin=True,
)
_SLIDING = {"attention.sliding_window": 256, "rope.freq_base_swa": 10000.0}
_DELTA = {
    "ssm.conv_kernel": CONV,
    "ssm.inner_size": INNER,
    "ssm.state_size": STATE,
    "ssm.time_step_rank": RANK,
    "ssm.group_count": GROUPS,
}
_SSM = {**_DELTA, "attention.head_count_kv": [0, KV_HEADS]}
_SCALES = {"attention.scale": 0.25, "embedding_scale": 4.0, "residual_scale": 0.5, "logit_scale": 2.0}

FAMILIES: dict[str, Family] = {
    "qwen3": Family("qwen3", _QWEN, templates.QWEN3, _qwen3),
    "gemma2": Family(
        "gemma2",
        _GEMMA_TOKENS,
        templates.GEMMA2,
        _gemma2,
        {**_SLIDING, "attn_logit_softcapping": 50.0, "final_logit_softcapping": 30.0},
    ),
    "gemma3": Family("gemma3", _GEMMA_TOKENS, templates.GEMMA3, _gemma3, _SLIDING),
    "gemma4": Family(
        "gemma4",
        _GEMMA4_TOKENS,
        templates.GEMMA4,
        _gemma4,
        {
            **_SLIDING,
            "attention.sliding_window_pattern": [True, False],
            "attention.key_length_swa": HEAD,
            "attention.value_length_swa": HEAD,
            "embedding_length_per_layer_input": 0,
            "attention.shared_kv_layers": 0,
            "rope.dimension_count_swa": HEAD,
        },
    ),
    "gemma3n": Family("gemma3n", _GEMMA_TOKENS, templates.GEMMA3, _gemma3n, _SLIDING),
    "qwen35": Family(
        "qwen35",
        _QWEN._replace(pre="qwen35"),
        templates.QWEN35,
        _qwen35,
        {**_DELTA, "full_attention_interval": 2, "rope.dimension_sections": [4, 2, 2, 0]},
    ),
    "llama3": Family("llama", _LLAMA_TOKENS, templates.LLAMA3, _llama),
    "mistral": Family("llama", _MISTRAL_TOKENS, templates.MISTRAL, _llama),
    "smollm3": Family("smollm3", _SMOLLM3_TOKENS, templates.SMOLLM3, _llama),
    "phi4": Family("phi3", _PHI4_TOKENS, templates.PHI4, _phi3),
    "phi4-mini": Family("phi3", _PHI4_MINI_TOKENS, templates.PHI4_MINI, _phi3),
    "granite3": Family("granite", _GRANITE_TOKENS, templates.GRANITE3, _llama, _SCALES),
    "granite4": Family("granitehybrid", _GRANITE_TOKENS, templates.GRANITE4, _granite_hybrid, {**_SCALES, **_SSM}),
    "lfm2": Family(
        "lfm2",
        _LFM2_TOKENS,
        templates.LFM2,
        _lfm2,
        {"shortconv.l_cache": 3, "attention.head_count_kv": [0, KV_HEADS]},
    ),
}


def write_family(path: Path, name: str, *, template: str | None = "", keys: dict[str, Any] | None = None) -> Path:
    """Write the family called ``name``, with another chat template (None: without one) or other keys if given."""
    family = FAMILIES[name]
    writer = gguf.GGUFWriter(path, family.architecture)
    writer.add_name(f"tiny {name}")
    tokens = add_tokens(writer, family.tokens)
    shape = {
        "block_count": 2,
        "context_length": CONTEXT,
        "embedding_length": WIDTH,
        "feed_forward_length": FORWARD,
        "attention.head_count": HEADS,
        "attention.head_count_kv": KV_HEADS,
        "attention.key_length": HEAD,
        "attention.value_length": HEAD,
        "attention.layer_norm_rms_epsilon": 1e-5,
        "rope.dimension_count": HEAD,
        "vocab_size": len(tokens),
        **family.keys,
        **(keys or {}),
    }
    for key, value in shape.items():
        _add_value(writer, f"{family.architecture}.{key}", value)
    chosen = family.template if template == "" else template
    if chosen is not None:
        writer.add_chat_template(chosen)
    family.layers(Weights(writer, len(tokens)))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_value(writer: gguf.GGUFWriter, key: str, value: Any) -> None:
    if isinstance(value, list):
        writer.add_array(key, value)
    elif isinstance(value, bool):
        writer.add_bool(key, value)
    elif isinstance(value, float):
        writer.add_float32(key, value)
    else:
        writer.add_uint32(key, value)


def add_tokens(writer: gguf.GGUFWriter, wanted: Tokens) -> list[str]:
    make = {"gpt2": _byte_level, "llama": _sentencepiece, "gemma4": _gemma4_pieces}[wanted.model]
    tokens, kinds = make(writer, wanted)
    writer.add_tokenizer_model(wanted.model)
    writer.add_tokenizer_pre(wanted.pre)
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_add_bos_token(wanted.adds_begin)
    if wanted.begin is not None:
        writer.add_bos_token_id(tokens.index(wanted.begin))
    writer.add_eos_token_id(tokens.index(wanted.end))
    if wanted.turn_end is not None:
        writer.add_eot_token_id(tokens.index(wanted.turn_end))
    return tokens


def _byte_level(writer: gguf.GGUFWriter, wanted: Tokens) -> tuple[list[str], list[int]]:
    """256 bytes, words that are merged from them, markup, and control tokens."""
    letters = byte_letters()
    merges: list[str] = []
    tokens = [letters[byte] for byte in range(256)]
    for word in [*WORDS, *wanted.numbers]:
        pieces = [letters[byte] for byte in word.encode()]
        while len(pieces) > 1:
            merge = f"{pieces[0]} {pieces[1]}"
            if merge not in merges:
                merges.append(merge)
            pieces[:2] = [pieces[0] + pieces[1]]
            if pieces[0] not in tokens:
                tokens.append(pieces[0])
    writer.add_token_merges(merges)
    kinds = [KINDS.NORMAL] * len(tokens) + [KINDS.USER_DEFINED] * len(wanted.defined)
    return [*tokens, *wanted.defined, *wanted.special], [*kinds, *[KINDS.CONTROL] * len(wanted.special)]


def _sentencepiece(writer: gguf.GGUFWriter, wanted: Tokens) -> tuple[list[str], list[int]]:
    """Control tokens, markup, 256 bytes, then characters and words with scores; ``▁`` stands for a blank."""
    characters = ["▁", *map(chr, range(33, 127)), "\n"]
    pieces = list(characters)
    for word in [*WORDS[:-1], "股"]:
        text = word.replace(" ", "▁")
        pieces += [text[:length] for length in range(1, len(text) + 1) if text[:length] not in pieces]
    defined = [piece for piece in wanted.defined if piece not in pieces]
    tokens = [*wanted.special, *defined, *(f"<0x{byte:02X}>" for byte in range(256)), *pieces]
    kinds = [KINDS.UNKNOWN if token == "<unk>" else KINDS.CONTROL for token in wanted.special]
    kinds += [*[KINDS.USER_DEFINED] * len(defined), *[KINDS.BYTE] * 256, *[KINDS.NORMAL] * len(pieces)]
    scores = [0.0] * (len(tokens) - len(pieces)) + [float(len(piece)) - 100.0 for piece in pieces]
    writer.add_token_scores(scores)
    writer.add_add_space_prefix(wanted.adds_blank)
    writer.add_unk_token_id(tokens.index("<unk>"))
    return tokens, kinds


def _gemma4_pieces(writer: gguf.GGUFWriter, wanted: Tokens) -> tuple[list[str], list[int]]:
    """Pieces as of SentencePiece, put together by merges."""
    tokens, kinds = _sentencepiece(writer, wanted)
    known = set(tokens)
    merges: list[str] = []
    for token, kind in zip(tokens, kinds, strict=True):
        if kind == KINDS.NORMAL and len(token) > 1 and token[:-1] in known and token[-1] in known:
            merges.append(f"{token[:-1]} {token[-1]}")
    writer.add_token_merges(merges)
    return tokens, kinds
