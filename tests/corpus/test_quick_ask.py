"""The cache of ``ask()``: one corpus a set of sources, kept in step with them, bounded."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from askdocs.core.articles import Article
from askdocs.core.errors import SourceError
from askdocs.corpus.quick_ask import cached_corpus
from askdocs.testing import DeterministicEmbedder

ROOM = 345_000  # bytes: two of these small corpora fit, three do not


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASKDOCS_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "corpora"


def test_the_same_sources_share_a_corpus_that_follows_them(tmp_path: Path, cache: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text("The bridge was opened in spring.")
    (folder / "b.txt").write_text("The bridge was closed in autumn.")
    embedder = DeterministicEmbedder()
    with cached_corpus(folder, embedder=embedder) as corpus:
        assert corpus.status().articles == 2
        path = corpus.path
    (folder / "b.txt").unlink()
    with cached_corpus([str(folder)], embedder=embedder) as corpus:
        assert corpus.path == path
        assert [Path(article.source).name for article in corpus.articles()] == ["a.txt"]
    with cached_corpus(folder, embedder=DeterministicEmbedder(name="other")) as corpus:
        assert corpus.path != path
    with cached_corpus(Article(id="x", source="s", title="", text="Another text."), embedder=embedder) as corpus:
        assert corpus.status().articles == 1
    assert len(list(cache.iterdir())) == 3


def test_the_least_recently_used_go(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths: list[Path] = []
    for number in range(3):
        file = tmp_path / f"{number}.txt"
        file.write_text(f"Story number {number} was told.")
        if number == 2:
            monkeypatch.setenv("ASKDOCS_CACHE_BYTES", str(ROOM))
            os.utime(paths[0] / "used", (1, 1))
        with cached_corpus(file, embedder=DeterministicEmbedder()) as corpus:
            paths.append(corpus.path)
        size = sum(file.stat().st_size for file in paths[-1].iterdir())
    assert ROOM / 3 < size < ROOM / 2
    assert sorted(cache.iterdir()) == sorted(paths[1:])


def test_sources_that_are_not_there_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="it is not there"):
        cached_corpus(tmp_path / "missing.txt", embedder=DeterministicEmbedder())
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="no article"):
        cached_corpus(tmp_path / "empty", embedder=DeterministicEmbedder())
