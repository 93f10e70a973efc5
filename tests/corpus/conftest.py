"""A folder with two articles, and an empty corpus, for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs.corpus.corpus import Corpus
from tests.corpus.counting import OTHER, STORY, CountingEmbedder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    (made / "deep").mkdir(parents=True)
    (made / "sale.md").write_text(f"---\ntitle: Stake sold\npublished: 2023-12-05\n---\n{STORY}")
    (made / "deep" / "rain.txt").write_text(OTHER)
    return made


@pytest.fixture(params=["folder", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a corpus may be: the tests that use it run over each storage."""
    if request.param == "folder":
        return tmp_path / "corpus"
    address: str = request.getfixturevalue("postgres_corpus")
    return address


@pytest.fixture
def corpus(place: Path | str) -> Iterator[Corpus]:
    with Corpus.open(place, embedder=CountingEmbedder()) as opened:
        yield opened
