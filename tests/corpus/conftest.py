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


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "corpus", embedder=CountingEmbedder()) as opened:
        yield opened
