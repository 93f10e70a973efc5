"""A BERT of one layer and a few words in the folder layout of sentence-transformers, for tests without real models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from askdocs.embedding.model_folder import WEIGHTS

WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "how",
    "many",
    "shares",
    "did",
    "the",
    "company",
    "sell",
    "?",
    "a",
    "b",
    "c",
]


def write_weights(path: Path, arrays: dict[str, np.ndarray[Any, Any]], kind: str = "F32") -> None:
    """A safetensors file, written by hand so that each stored type can be tried."""
    header, blobs, start = {}, [], 0
    for name, array in arrays.items():
        if kind == "BF16":
            data = (array.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes()
        else:
            data = array.astype({"F32": "<f4", "F16": "<f2", "I64": "<i8"}[kind]).tobytes()
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [start, start + len(data)]}
        start += len(data)
        blobs.append(data)
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(blobs))


def bert_arrays(width: int = 8, layers: int = 1, seed: int = 0) -> dict[str, np.ndarray[Any, Any]]:
    generator = np.random.default_rng(seed)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(WORDS), width),
        "embeddings.position_embeddings.weight": (16, width),
        "embeddings.token_type_embeddings.weight": (2, width),
        "embeddings.LayerNorm.weight": (width,),
        "embeddings.LayerNorm.bias": (width,),
    }
    for layer in range(layers):
        name = f"encoder.layer.{layer}."
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            shapes |= {f"{name}{part}.weight": (width, width), f"{name}{part}.bias": (width,)}
        shapes |= {
            f"{name}intermediate.dense.weight": (2 * width, width),
            f"{name}intermediate.dense.bias": (2 * width,),
        }
        shapes |= {f"{name}output.dense.weight": (width, 2 * width), f"{name}output.dense.bias": (width,)}
        for norm in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {f"{name}{norm}.weight": (width,), f"{name}{norm}.bias": (width,)}
    return {name: generator.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def write_model(folder: Path, pooling: str = "mean_tokens", kind: str = "F32", **config: object) -> Path:
    """A model of one layer with a vocabulary of a few words."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    folder.mkdir(exist_ok=True)
    tokenizer = Tokenizer(models.WordPiece({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "model_type": "bert", "hidden_act": "gelu", "hidden_size": 8, "num_attention_heads": 2, "num_hidden_layers": 1,
        "intermediate_size": 16, "max_position_embeddings": 16, "vocab_size": len(WORDS), "layer_norm_eps": 1e-12,
        "type_vocab_size": 2, "architectures": ["BertModel"],
    } | config  # fmt: skip
    (folder / "config.json").write_text(json.dumps(settings))
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 12}')
    kinds = [("0", "", "Transformer"), ("1", "1_Pooling", "Pooling")]
    modules = [{"idx": n, "name": name, "path": path, "type": f"sentence_transformers.models.{kind_}"}
               for n, (name, path, kind_) in enumerate(kinds)]  # fmt: skip
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling").mkdir(exist_ok=True)
    pooled = {"word_embedding_dimension": 8, f"pooling_mode_{pooling}": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooled))
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "BertTokenizer", "model_max_length": 12}')
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    write_weights(folder / WEIGHTS, bert_arrays(), kind)
    return folder
