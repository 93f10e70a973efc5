"""The numpy forward pass against sentence-transformers, on the bundled model and on small models made here."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from askdocs.core.errors import ModelNotFound, ModelUnusable
from askdocs.embedding.bert import gelu
from askdocs.embedding.embedder import default_embedder
from askdocs.embedding.model_folder import WEIGHTS, read_folder, sampled_hash
from askdocs.embedding.query_encoder import QueryEncoder, supports
from tests.support.tiny_bert import bert_arrays, write_model, write_weights

QUESTIONS = [
    "How many XPeng shares did Alibaba sell?",
    "?",
    "Ünïcödé — 阿里巴巴卖了多少股份",
    "🙂",
    "What did it cost? " * 200,
]


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
    expected = SentenceTransformer(str(folder), local_files_only=True, device="cpu").encode(
        ["how many shares did the company sell?"], normalize_embeddings=True
    )
    vector = QueryEncoder(read_folder(folder)).encode("how many shares did the company sell?")
    assert float(vector @ expected[0]) > 1 - 1e-5
