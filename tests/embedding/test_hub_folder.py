"""An embedder of the hub by one word of the settings: fetched once from a hub on loopback, or a clear error."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from askdocs.core.articles import Article
from askdocs.core.errors import ModelNotFound
from askdocs.corpus.corpus import Corpus
from askdocs.embedding.embedder import load_embedder
from askdocs.embedding.hub_folder import KNOWN
from tests.support.hub_folder_server import serve_folder
from tests.support.tiny_bert import write_model

REPOSITORY = KNOWN["multilingual"].repository


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of Hugging Face's of its own."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


@pytest.fixture
def hub(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A hub that has the repository, as a tiny model; gives the requests."""
    folder = write_model(tmp_path / "tiny")
    (folder / "onnx").mkdir()
    (folder / "onnx" / "config.json").write_text("{}")
    with serve_folder(REPOSITORY, folder) as (address, requests):
        monkeypatch.setenv("HF_ENDPOINT", address)
        yield requests


def test_multilingual_is_fetched_once_and_asked_with_its_prompts(hub: list[str], tmp_path: Path) -> None:
    embedder = load_embedder("multilingual", "float32")
    assert embedder.fingerprint.name == "multilingual"
    assert embedder.fingerprint.dimension == 8
    bare = load_embedder(tmp_path / "tiny", "float32")
    assert np.allclose(embedder.embed_query("how many shares"), bare.embed_query("query: how many shares"), atol=1e-6)
    assert not np.allclose(embedder.embed_query("how many shares"), bare.embed_query("how many shares"), atol=1e-3)
    assert not any("onnx" in request for request in hub)
    asked = len(hub)
    load_embedder("multilingual", offline=True)
    assert len(hub) == asked


@pytest.mark.model
def test_passages_are_embedded_with_their_prompt(hub: list[str], tmp_path: Path) -> None:
    embedder, bare = load_embedder("multilingual", "float32"), load_embedder(tmp_path / "tiny", "float32")
    texts = ["the company", "how many shares did the company sell?"]
    expected = bare.embed_texts([f"passage: {text}" for text in texts])
    assert np.allclose(embedder.embed_texts(texts), expected, atol=1e-5)


@pytest.mark.model
def test_a_corpus_is_searched_with_the_embedder_of_the_settings(
    hub: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASKDOCS_EMBEDDER", "multilingual")
    with Corpus.open(tmp_path / "corpus") as corpus:
        corpus.add([Article(id="a", source="a", title="销售", text="公司卖出了三百股。价格是四十元。")])
        assert corpus.search("公司卖出了多少股？", k=1)[0].source == "a"
        assert corpus.embedder.fingerprint.name == "multilingual"


def test_offline_names_the_setting_the_repository_and_what_to_do(cache: Path) -> None:
    with pytest.raises(ModelNotFound) as raised:
        load_embedder("multilingual", offline=True)
    assert str(raised.value) == (
        "embedder 'multilingual' (setting ASKDOCS_EMBEDDER): hf:intfloat/multilingual-e5-small is not on this machine, "
        "and ASKDOCS_OFFLINE forbids the download; unset it once, or copy its folder here and set embedder to the path"
    )


def test_a_hub_that_cannot_be_reached_or_has_no_such_repository(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_folder("another/one", write_model(tmp_path / "tiny")) as (address, _):
        monkeypatch.setenv("HF_ENDPOINT", address)
        with pytest.raises(ModelNotFound, match="the hub has no such repository; check the name"):
            load_embedder("hf:owner/name")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelNotFound, match="the hub cannot be reached; try again with a network"):
        load_embedder("multilingual")
