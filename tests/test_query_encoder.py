"""The numpy forward pass against sentence-transformers, on the bundled model and on small models made here."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from askdocs.embed import default_embedder
from askdocs.embedder_folder import WEIGHTS, read_folder, sampled_hash
from askdocs.errors import ModelNotFound, ModelUnusable
from askdocs.query_encoder import QueryEncoder, gelu, supports

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
QUESTIONS = [
    "How many XPeng shares did Alibaba sell?",
    "?",
    "Ünïcödé — 阿里巴巴卖了多少股份",
    "🙂",
    "What did it cost? " * 200,
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


def write_model(folder: Path, pooling: str = "mean", kind: str = "F32", **config: object) -> Path:
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
    write_weights(folder / WEIGHTS, bert_arrays(), kind)
    return folder


@pytest.mark.parametrize("pooling", ["mean_tokens", "cls_token", "max_tokens"])
def test_a_vector_has_length_one(tmp_path: Path, pooling: str) -> None:
    model = read_folder(write_model(tmp_path / "m", pooling))
    assert supports(model)
    vector = QueryEncoder(model).encode("How many shares did the company sell?")
    assert vector.shape == (8,)
    assert vector.dtype == np.float32
    assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(("kind", "tolerance"), [("F16", 1e-5), ("BF16", 1e-3)])
def test_half_precision_weights_are_read(tmp_path: Path, kind: str, tolerance: float) -> None:
    full = QueryEncoder(read_folder(write_model(tmp_path / "full"))).encode("how many shares")
    half = QueryEncoder(read_folder(write_model(tmp_path / "half", kind=kind))).encode("how many shares")
    assert float(full @ half) > 1 - tolerance


def test_names_with_the_prefix_of_a_masked_language_model(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m")
    plain = QueryEncoder(read_folder(folder)).encode("a b c")
    write_weights(folder / WEIGHTS, {f"bert.{name}": array for name, array in bert_arrays().items()})
    assert np.array_equal(QueryEncoder(read_folder(folder)).encode("a b c"), plain)


def test_long_input_is_cut_at_the_models_length(tmp_path: Path) -> None:
    encoder = QueryEncoder(read_folder(write_model(tmp_path / "m")))
    assert np.array_equal(encoder.encode("a b c " * 1000), encoder.encode("a b c " * 20))


@pytest.mark.parametrize(
    "config", [{"model_type": "roberta"}, {"hidden_act": "silu"}, {"position_embedding_type": "relative_key"}]
)
def test_other_networks_are_left_to_torch(tmp_path: Path, config: dict[str, str]) -> None:
    assert not supports(read_folder(write_model(tmp_path / "m", **config)))


def test_another_pooling_is_left_to_torch(tmp_path: Path) -> None:
    assert not supports(read_folder(write_model(tmp_path / "m", "lasttoken")))


def test_damaged_weights_are_named(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m")
    whole = (folder / WEIGHTS).read_bytes()
    for content in (
        b"",
        b"\x00" * 4,
        b"\xff" * 100,
        whole[:2000],
        whole[: len(whole) // 2],
        b"version https://git-lfs",
    ):
        (folder / WEIGHTS).write_bytes(content)
        with pytest.raises(ModelUnusable, match=r"model\.safetensors"):
            QueryEncoder(read_folder(folder))


def test_a_missing_matrix_is_named(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m")
    arrays = bert_arrays()
    del arrays["encoder.layer.0.output.dense.bias"]
    write_weights(folder / WEIGHTS, arrays)
    with pytest.raises(ModelUnusable, match=r"encoder\.layer\.0\.output\.dense\.bias"):
        QueryEncoder(read_folder(folder)).encode("a")


def test_broken_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="no such folder"):
        read_folder(tmp_path / "none")
    folder = write_model(tmp_path / "m")
    (folder / "tokenizer.json").write_text("{")
    with pytest.raises(ModelUnusable, match="tokenizer"):
        QueryEncoder(read_folder(folder))
    (folder / "config.json").write_text("{")
    with pytest.raises(ModelUnusable, match=r"config\.json"):
        read_folder(folder)
    shutil.rmtree(folder)
    folder.mkdir()
    with pytest.raises(ModelUnusable, match=r"modules\.json"):
        read_folder(folder)


def test_the_hash_tells_models_apart(tmp_path: Path) -> None:
    write_weights(tmp_path / "a", bert_arrays(seed=0))
    write_weights(tmp_path / "b", bert_arrays(seed=1))
    assert sampled_hash(tmp_path / "a") != sampled_hash(tmp_path / "b")
    shutil.copy(tmp_path / "a", tmp_path / "c")
    assert sampled_hash(tmp_path / "a") == sampled_hash(tmp_path / "c")


def test_gelu_is_right_to_a_millionth() -> None:
    from math import erf, sqrt

    x = np.linspace(-6, 6, 1001, dtype=np.float32)
    exact = np.array([value * 0.5 * (1 + erf(value / sqrt(2))) for value in x.tolist()])
    assert float(np.abs(gelu(x) - exact).max()) < 1e-6


@pytest.mark.model
def test_same_vectors_as_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    embedder = default_embedder("float32")
    reference = SentenceTransformer(str(embedder.folder), local_files_only=True, device="cpu")
    expected = reference.encode(QUESTIONS, normalize_embeddings=True)
    for question, vector in zip(QUESTIONS, expected, strict=True):
        assert float(embedder.embed_query(question) @ vector) > 1 - 1e-5


@pytest.mark.model
@pytest.mark.parametrize("pooling", ["mean_tokens", "cls_token", "max_tokens"])
def test_same_vectors_for_every_pooling(tmp_path: Path, pooling: str) -> None:
    from sentence_transformers import SentenceTransformer

    folder = write_model(tmp_path / "m", pooling)
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "BertTokenizer", "model_max_length": 12}')
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    expected = SentenceTransformer(str(folder), local_files_only=True, device="cpu").encode(
        ["how many shares did the company sell?"], normalize_embeddings=True
    )
    vector = QueryEncoder(read_folder(folder)).encode("how many shares did the company sell?")
    assert float(vector @ expected[0]) > 1 - 1e-5
