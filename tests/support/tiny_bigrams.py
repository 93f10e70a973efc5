"""Writes a llama whose next token depends on the last one alone, as a table says: a model that wants what is told.

The embedding of a token is a vector of its own, the layers add nothing, and the output matrix is the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import gguf
import numpy as np

from tests.support.tiny_families import FAMILIES, add_tokens

HEAD, FORWARD = 16, 32


def write_bigrams(path: Path, follows: Mapping[str, str], template: str, *, family: str = "qwen3") -> Path:
    """A model with the tokenizer of ``family``; after the token ``name`` it wants ``follows[name]``."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("bigrams")
    tokens = add_tokens(writer, FAMILIES[family].tokens)
    width = -(-len(tokens) // 32) * 32
    writer.add_block_count(1)
    writer.add_context_length(2048)
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(FORWARD)
    writer.add_head_count(1)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_rope_dimension_count(HEAD)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_chat_template(template)
    rows, own = np.zeros((len(tokens), width), dtype=np.float16), np.zeros((len(tokens), width), dtype=np.float16)
    own[range(len(tokens)), range(len(tokens))] = 1
    for name, wanted in follows.items():
        rows[tokens.index(wanted), tokens.index(name)] = 1
    writer.add_tensor("token_embd.weight", own)
    writer.add_tensor("output.weight", rows)
    for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        writer.add_tensor(f"{name}.weight", np.ones(width, dtype=np.float32))
    for name in ("attn_q", "attn_k", "attn_v"):
        writer.add_tensor(f"blk.0.{name}.weight", np.zeros((HEAD, width), dtype=np.float16))
    writer.add_tensor("blk.0.attn_output.weight", np.zeros((width, HEAD), dtype=np.float16))
    for name in ("ffn_gate", "ffn_up"):
        writer.add_tensor(f"blk.0.{name}.weight", np.zeros((FORWARD, width), dtype=np.float16))
    writer.add_tensor("blk.0.ffn_down.weight", np.zeros((width, FORWARD), dtype=np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
