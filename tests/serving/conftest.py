"""A service over a small corpus, with a model that says what its script says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from askdocs.corpus.corpus import Corpus
from askdocs.ingest.sources.dispatch import read
from askdocs.serving import indexing
from askdocs.serving.app import create_app
from askdocs.serving.settings import ServeSettings
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator

STORY = (
    "Alibaba sold 33 million shares of XPeng for 391 million dollars on Friday. "
    "The stake fell to 7.5 percent, the filing said."
)
QUESTION = "How many shares of XPeng did Alibaba sell?"


class ReaderHere:
    """Reads in this process: another one takes half a second to begin."""

    read = staticmethod(read)

    def interrupt(self) -> None:
        """Nothing to end."""

    def close(self) -> None:
        """Nothing to end."""


@pytest.fixture(autouse=True)
def _reader_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "ReaderApart", ReaderHere)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a corpus with two articles."""
    return make_corpus(tmp_path)


def make_corpus(tmp_path: Path) -> Path:
    """Make a corpus with two articles, and give its folder."""
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "sale.md").write_text(f"---\ntitle: Stake sold\npublished: 2023-12-05\n---\n{STORY}\n")
    (articles / "rain.txt").write_text("It rained in Lisbon on Tuesday, and the trams stood still for an hour.\n")
    with Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder()) as corpus:
        corpus.add(articles)
    return tmp_path / "corpus"


@pytest.fixture
def model() -> ScriptedGenerator:
    """A model that answers what the story says."""
    return ScriptedGenerator("33 million shares")


@pytest.fixture
def settings(folder: Path) -> ServeSettings:
    """The settings of the service."""
    return ServeSettings(corpora={"news": folder})


@pytest.fixture
def app(settings: ServeSettings, model: ScriptedGenerator) -> FastAPI:
    """The app of the service."""
    return create_app(settings, embedder=DeterministicEmbedder(), generator=model)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client of the service, which is started and ended around the test."""
    with TestClient(app, base_url="http://127.0.0.1:8765") as opened:
        yield opened
