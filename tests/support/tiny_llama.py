"""Writes a whole llama of random weights that llama.cpp runs in milliseconds: two layers, a byte-level tokenizer."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

WIDTH, FORWARD, HEADS, CONTEXT = 32, 64, 2, 512
WORDS = [" million", " sold", "33", "ll"]
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
NO_FORMAT = ["<|endoftext|>", "<|begin|>", "<|end|>"]  # which belong to no chat format
CHATML = (
    "{% for message in messages %}"
    "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def byte_letters() -> dict[int, str]:
    """GPT-2's letters for bytes: printable ones stand for themselves, the others for letters from 256 on."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return {byte: chr(byte) for byte in plain} | {byte: chr(256 + i) for i, byte in enumerate(others)}


def write_llama(path: Path, *, template: str | None = CHATML, begin: bool = False, end: bool = True) -> Path:
    """A model with a chat template or none, with a begin token before each text or not, with end tokens or not.

    Without a template its special tokens are none of a chat format either.
    """
    special = SPECIAL if template else NO_FORMAT
    letters = byte_letters()
    merges: list[str] = []
    tokens = [letters[byte] for byte in range(256)]
    for word in WORDS:
        pieces = [letters[byte] for byte in word.encode()]
        while len(pieces) > 1:
            merges.append(f"{pieces[0]} {pieces[1]}")
            pieces[:2] = [pieces[0] + pieces[1]]
            if pieces[0] not in tokens:
                tokens.append(pieces[0])
    kinds = [gguf.TokenType.NORMAL] * len(tokens) + [gguf.TokenType.CONTROL] * len(special)
    tokens += special
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny llama")
    writer.add_block_count(2)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(tokens.index(special[0 if begin else 1]))
    writer.add_add_bos_token(begin)
    if end:
        writer.add_eos_token_id(tokens.index(special[2]))
    if template:
        writer.add_chat_template(template)
    _add_weights(writer, len(tokens))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_weights(writer: gguf.GGUFWriter, vocabulary: int) -> None:
    rng = np.random.default_rng(5)

    def add(name: str, *shape: int) -> None:
        values = np.ones(shape) if "norm" in name else rng.standard_normal(shape) * 0.3
        writer.add_tensor(f"{name}.weight", values.astype(np.float32))

    add("token_embd", vocabulary, WIDTH)
    add("output_norm", WIDTH)
    add("output", vocabulary, WIDTH)
    for block in range(2):
        for name in ("attn_norm", "ffn_norm"):
            add(f"blk.{block}.{name}", WIDTH)
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"blk.{block}.{name}", WIDTH, WIDTH)
        for name in ("ffn_gate", "ffn_up"):
            add(f"blk.{block}.{name}", FORWARD, WIDTH)
        add(f"blk.{block}.ffn_down", WIDTH, FORWARD)
