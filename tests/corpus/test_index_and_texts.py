"""Index and texts agree: in one snapshot, as the corpus grows, after damage and after rebuilding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from askdocs.core.articles import Article
from askdocs.core.errors import CorpusDamaged, CorpusError
from askdocs.corpus.corpus import Corpus
from askdocs.testing import DeterministicEmbedder


def test_one_snapshot_for_a_question(corpus: Corpus, folder: Path) -> None:
    corpus.add(folder)
    with corpus.searcher.snapshot():
        hit = corpus.search("XPeng shares", k=1)[0]
        assert corpus.remove(hit.source) == 1
        assert corpus.article(hit.chunk.article_id).id == hit.chunk.article_id
        assert corpus.search("XPeng shares", k=1)[0].chunk.id == hit.chunk.id
    with pytest.raises(CorpusError):
        corpus.article(hit.chunk.article_id)
    assert hit.chunk.id not in {one.chunk.id for one in corpus.search("XPeng shares")}


@pytest.mark.parametrize("place", ["folder"], indirect=True)
def test_rebuild_makes_vectors_and_words_anew(corpus: Corpus, folder: Path) -> None:
    corpus.add(folder)
    before = corpus.search("XPeng shares")
    with corpus.storage.writing() as writer:
        writer.database.change("UPDATE vectors SET vector = zeroblob(128) WHERE id = 1")
        writer.database.change("INSERT INTO words (words) VALUES ('delete-all')")
    problems = " ".join(corpus.verify())
    assert "vectors changed" in problems
    assert "index of words" in problems
    corpus.rebuild()
    assert corpus.verify() == []
    after = corpus.search("XPeng shares")
    assert [hit.chunk for hit in after] == [hit.chunk for hit in before]
    np.testing.assert_allclose([hit.score for hit in after], [hit.score for hit in before], atol=1e-5)


def test_a_lost_text_is_named_and_can_be_removed(corpus: Corpus, folder: Path) -> None:
    corpus.add(folder)
    with corpus.storage.writing() as writer:
        (source,) = (one for one in writer.sources() if one.source.endswith("sale.md"))
        number = writer.article_of(source.source)
        writer.database.change("UPDATE texts SET text = 'Alibaba sold nothing.' WHERE article = ?", (number,))
        writer.database.change("UPDATE chunks SET text = 'Alibaba sold nothing.' WHERE article = ?", (number,))
    assert "sale.md" in " ".join(corpus.verify())
    with pytest.raises(CorpusDamaged, match="remove it and add it again"):
        corpus.search("Alibaba")
    with pytest.raises(CorpusDamaged, match=r"sale\.md"):
        corpus.rebuild()
    assert corpus.remove(source.source) == 1
    assert corpus.verify() == []
    assert corpus.add(folder).added == 1
    assert "33 million" in corpus.search("XPeng shares sold", k=1)[0].chunk.text


@pytest.mark.parametrize("caught_up", [50_000, 400])  # more new vectors than that are clustered without catching up
def test_the_index_changes_its_kind_as_the_corpus_grows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caught_up: int
) -> None:
    monkeypatch.setattr("askdocs.storage.vectors.faiss_index.FLAT_LIMIT", 700)
    monkeypatch.setattr("askdocs.storage.vectors.manager.FLAT_LIMIT", caught_up)
    words = [f"word{number}" for number in range(300)]
    generator = np.random.default_rng(0)

    def articles(first: int, count: int) -> list[Article]:
        texts = [" ".join(generator.choice(words, size=12)) + "." for _ in range(count)]
        return [
            Article(id=f"i{first + n}", source=f"s{first + n}", title="", text=text) for n, text in enumerate(texts)
        ]

    path = tmp_path / "growing"
    with Corpus.open(path, embedder=DeterministicEmbedder()) as corpus:
        corpus.add(articles(0, 300))
        assert corpus.status().index.kind == "flat"
        corpus.add(articles(300, 500))
        assert (corpus.status().index.kind, corpus.status().index.state) == ("ivf", "fresh")
        corpus.add(articles(800, 100))
        assert corpus.verify() == []
    with Corpus.open(path, embedder=DeterministicEmbedder()) as corpus:
        article = corpus.article("i850")
        assert corpus.search(article.text, k=1)[0].chunk.article_id == "i850"
        corpus.remove("i850")
        assert "i850" not in {hit.chunk.article_id for hit in corpus.search(article.text, k=5)}
        assert corpus.search(article.text, k=3, where={"source": "s4?"})
        assert corpus.verify() == []
