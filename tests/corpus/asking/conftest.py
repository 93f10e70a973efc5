"""A corpus of three articles, shared by the tests of a file; no model stays loaded after a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from askdocs import Corpus
from askdocs.reading.model_pool import unload_models
from askdocs.testing import DeterministicEmbedder
from tests.corpus.asking.scripted import ARTICLES


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with Corpus.open(tmp_path_factory.mktemp("asking") / "corpus", embedder=DeterministicEmbedder()) as corpus:
        corpus.add(ARTICLES)
        yield corpus


@pytest.fixture
def corpus(shared: Corpus) -> Iterator[Corpus]:
    yield shared
    unload_models()
