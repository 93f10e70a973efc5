"""Embedding: batches, what is embedded, names, fingerprints; the bundled model beside sentence-transformers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.core.articles import Chunk
from askdocs.core.errors import ModelNotFound
from askdocs.core.protocols import Embedder
from askdocs.embedding.embedder import (
    BATCH_TOKENS,
    WIDTH_STEP,
    batches,
    chunk_text,
    default_embedder,
    load_embedder,
    shape_of,
)
from tests.support.tiny_bert import write_model

TEXTS = ["Alibaba sold shares.", "", "It rained. " * 300, "阿里巴巴", "Nvidia cancelled deliveries of its chips. " * 8]


@given(st.lists(st.integers(1, 600), max_size=300))
def test_every_row_is_in_one_batch_and_batches_are_small(lengths: list[int]) -> None:
    made = list(batches(lengths))
    assert sorted(row for batch in made for row in batch) == list(range(len(lengths)))
    for batch in made:
        longest = max(lengths[row] for row in batch)
        assert len(batch) == 1 or len(batch) * longest <= BATCH_TOKENS
    assert [max(lengths[row] for row in batch) for batch in made] == sorted(
        (max(lengths[row] for row in batch) for batch in made), reverse=True
    )


@given(st.lists(st.integers(1, 512), min_size=1, max_size=300), st.sampled_from([250, 256, 512]))
def test_batches_fit_into_few_shapes(lengths: list[int], maximum: int) -> None:
    lengths = [min(length, maximum) for length in lengths]
    for batch in batches(lengths):
        rows, width = shape_of(len(batch), max(lengths[row] for row in batch), maximum)
        assert rows >= len(batch)
        assert max(lengths[row] for row in batch) <= width <= maximum
        assert width % WIDTH_STEP == 0 or width == maximum
        assert rows == BATCH_TOKENS // (-(-width // WIDTH_STEP) * WIDTH_STEP) or rows.bit_count() == 1


def chunk(text: str, heading: str = "") -> Chunk:
    return Chunk(article_id="a", start=0, end=len(text), text=text, heading=heading)


def test_a_chunk_is_embedded_with_its_title_and_headings() -> None:
    assert (
        chunk_text(chunk("It sold 33 million.", "Deals > Cars"), "XPeng") == "XPeng. Deals > Cars. It sold 33 million."
    )
    assert chunk_text(chunk("It sold.", ""), "Ends with a stop.") == "Ends with a stop. It sold."
    assert chunk_text(chunk("It sold."), "  ") == "It sold."


def test_unknown_names_are_refused_without_the_network() -> None:
    with pytest.raises(ModelNotFound, match="no such folder"):
        load_embedder("nowhere/at/all")
    with pytest.raises(ModelNotFound):
        load_embedder("nothing")


@pytest.mark.model
def test_vectors_keep_their_order_and_agree_with_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    exact = default_embedder("float32")
    expected = SentenceTransformer(str(exact.folder), local_files_only=True, device="cpu").encode(
        TEXTS, normalize_embeddings=True
    )
    assert isinstance(exact, Embedder)
    vectors = exact.embed_texts(TEXTS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.all((vectors * expected).sum(axis=1) > 1 - 1e-5)
    fast = default_embedder("bfloat16").embed_texts(TEXTS)
    assert np.all((fast * expected).sum(axis=1) > 1 - 1e-3)
    assert exact.embed_texts([]).shape == (0, 384)


@pytest.mark.model
def test_the_fingerprint_is_the_models_and_not_the_machines() -> None:
    one, other = default_embedder("float32").fingerprint, default_embedder("bfloat16").fingerprint
    assert one == other
    assert (one.name, one.dimension, one.pooling, one.maximum_length) == ("all-MiniLM-L6-v2", 384, "mean", 256)
    assert len(one.file_hash) == 64


@pytest.mark.model
def test_tokens_are_counted_without_special_ones() -> None:
    embedder = default_embedder()
    assert embedder.count_tokens("") == 0
    assert embedder.count_tokens("It sold 33 million shares.") == 6
    assert embedder.count_tokens("word " * 1000) == 1000


@pytest.mark.model
def test_a_question_needs_neither_torch_nor_sentence_transformers() -> None:
    program = (
        "import sys\nfrom askdocs.embedding.embedder import default_embedder\n"
        "embedder = default_embedder()\nembedder.fingerprint\nembedder.count_tokens('one')\n"
        "embedder.embed_query('How many?')\n"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers', 'faiss') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.model
def test_a_folder_is_an_embedder(tmp_path: Path) -> None:
    folder = default_embedder().folder
    link = tmp_path / "mine"
    link.symlink_to(folder, target_is_directory=True)
    embedder = load_embedder(link)
    assert embedder.fingerprint.file_hash == default_embedder().fingerprint.file_hash
    assert float(embedder.embed_query("chips") @ default_embedder().embed_query("chips")) > 0.9999


@pytest.mark.model
def test_a_network_that_numpy_does_not_know_goes_through_torch(tmp_path: Path) -> None:
    embedder = load_embedder(write_model(tmp_path / "relu", hidden_act="relu"), "float32")
    question = "how many shares did the company sell?"
    assert float(embedder.embed_query(question) @ embedder.embed_texts([question])[0]) == pytest.approx(1, abs=1e-5)
    assert embedder.fingerprint.name == "relu"
