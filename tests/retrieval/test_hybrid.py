"""Retrieval on small corpora with the deterministic embedder: what is found, folded, filtered and refused."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from askdocs.core.articles import Article, Chunk, Hit
from askdocs.core.errors import CorpusError, QuestionError
from askdocs.retrieval.hybrid import LONGEST_QUESTION, condense, fold, retrieve
from askdocs.storage import schema
from askdocs.storage.embedded import open_writer
from askdocs.storage.reader import Store
from askdocs.storage.vectors.faiss_index import FaissIndex
from askdocs.storage.writer import NewArticle, Source
from askdocs.testing import DeterministicEmbedder

TEXTS = {
    "alibaba.md": "Alibaba sold 33 million shares of XPeng. The price was $317 million.",
    "baidu.md": "Baidu bought chips from Huawei. The order was worth 450 million yuan.",
    "weather.md": "Heavy rain is expected over the coast on Tuesday, the office said.",
    "copy.md": "Baidu bought chips from Huawei. The order was worth 450 million yuan!",
    "later.md": "Baidu bought chips from Huawei. The order was worth 620 million yuan.",
}


@pytest.fixture(scope="module")
def embedder() -> DeterministicEmbedder:
    return DeterministicEmbedder(dimension=256)


@pytest.fixture(scope="module")
def corpus(
    tmp_path_factory: pytest.TempPathFactory, embedder: DeterministicEmbedder
) -> Iterator[tuple[Store, FaissIndex]]:
    path: Path = tmp_path_factory.mktemp("corpus") / "corpus.db"
    schema.create(path)
    writer = open_writer(path)
    writer.set_fingerprint(embedder.fingerprint)
    for day, (source, text) in enumerate(TEXTS.items(), 1):
        article = Article(
            id=f"a{day}",
            source=source,
            title=source.removesuffix(".md"),
            published=datetime.date(2023, 1, day),
            text=text,
        )
        chunk = Chunk(article_id=article.id, start=0, end=len(text), text=text)
        vectors = embedder.embed_texts([text])
        writer.put(NewArticle(article, [chunk], vectors, [b"1"], "1", "1"), Source(source))
    index = FaissIndex(embedder.fingerprint.dimension)
    for ids, vectors in writer.vectors_after(0):
        index.add(ids, vectors)
    yield writer, index
    writer.close()


def sources(hits: list[Hit]) -> list[str]:
    return [hit.source for hit in hits]


def test_the_best_chunk_comes_first_with_ranks_and_scores(
    corpus: tuple[Store, FaissIndex], embedder: DeterministicEmbedder
) -> None:
    hits = retrieve("How many shares of XPeng were sold?", *corpus, embedder)
    best = hits[0]
    assert best.source == "alibaba.md"
    assert best.published == datetime.date(2023, 1, 1)
    assert (best.dense_rank, best.bm25_rank) == (1, 1)
    assert best.dense_score is not None
    assert best.dense_score == pytest.approx(
        float(
            embedder.embed_texts([TEXTS["alibaba.md"]])[0] @ embedder.embed_query("How many shares of XPeng were sold?")
        ),
        abs=1e-3,
    )
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_words_match_in_other_forms(corpus: tuple[Store, FaissIndex], embedder: DeterministicEmbedder) -> None:
    assert sources(retrieve("raining coasts", *corpus, embedder, k=1)) == ["weather.md"]


def test_a_copy_is_folded_and_another_figure_is_not(
    corpus: tuple[Store, FaissIndex], embedder: DeterministicEmbedder
) -> None:
    found = sources(retrieve("What was the order of chips from Huawei worth?", *corpus, embedder, k=5))
    assert len({"baidu.md", "copy.md"} & set(found)) == 1
    assert "later.md" in found


def test_where_limits_both_searches(corpus: tuple[Store, FaissIndex], embedder: DeterministicEmbedder) -> None:
    found = sources(retrieve("chips from Huawei", *corpus, embedder, where={"published": ">=2023-01-05"}))
    assert found == ["later.md"]
    assert retrieve("chips", *corpus, embedder, where={"published": ">2030-01-01"}) == []
    with pytest.raises(CorpusError):
        retrieve("chips", *corpus, embedder, where={"published": ">=soon"})


def test_k_is_how_many(corpus: tuple[Store, FaissIndex], embedder: DeterministicEmbedder) -> None:
    assert len(retrieve("chips", *corpus, embedder, k=2)) == 2
    assert len(retrieve("chips", *corpus, embedder, k=100)) == 4
    assert retrieve("chips", *corpus, embedder, k=0) == []


def test_a_chunk_the_store_no_longer_has_is_no_hit(
    corpus: tuple[Store, FaissIndex], embedder: DeterministicEmbedder
) -> None:
    store, _ = corpus
    stale = FaissIndex(embedder.fingerprint.dimension)
    for ids, vectors in store.vectors_after(0):
        stale.add(ids, vectors)
    stale.add(np.array([999]), embedder.embed_texts(["rain rain rain"]))
    assert 999 not in {hit.chunk.id for hit in retrieve("rain", store, stale, embedder, k=10)}


@pytest.mark.parametrize("question", ["", "   \n\t"])
def test_an_empty_question_is_refused(
    question: str, corpus: tuple[Store, FaissIndex], embedder: DeterministicEmbedder
) -> None:
    with pytest.raises(QuestionError, match="empty"):
        retrieve(question, *corpus, embedder)


def test_a_question_of_emoji_finds_nothing(corpus: tuple[Store, FaissIndex], embedder: DeterministicEmbedder) -> None:
    assert retrieve("🙂🚀 ?!", *corpus, embedder) == []


def test_only_function_words_still_search(corpus: tuple[Store, FaissIndex], embedder: DeterministicEmbedder) -> None:
    assert retrieve("What is it?", *corpus, embedder)


def test_a_long_question_is_cut_to_what_it_asks(
    corpus: tuple[Store, FaissIndex], embedder: DeterministicEmbedder, caplog: pytest.LogCaptureFixture
) -> None:
    filler = "It was a long day and nothing of note happened in the village. " * 1600
    with caplog.at_level(logging.WARNING):
        hits = retrieve(filler + "How many shares of XPeng were sold? " + filler, *corpus, embedder, k=1)
    assert sources(hits) == ["alibaba.md"]
    assert "characters" in caplog.text


@pytest.mark.parametrize("text", ["word " * 20_000, "x" * 100_000, "why? " * 20_000, "?" * 100_000])
def test_condensed_questions_are_short(text: str) -> None:
    assert 0 < len(condense(text)) <= LONGEST_QUESTION


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    question=st.one_of(
        st.text(min_size=1), st.sampled_from(['"', "a AND", "NEAR(", "title:chips", "chips*", "^x", "-", "'; --"])
    )
)
def test_no_question_is_syntax(
    question: str, corpus: tuple[Store, FaissIndex], embedder: DeterministicEmbedder
) -> None:
    try:
        retrieve(question, *corpus, embedder)
    except QuestionError:
        assert not question.strip()


def test_fold_keeps_order_and_short_texts_apart() -> None:
    def hit(number: int, text: str) -> Hit:
        chunk = Chunk(id=number, article_id="a", start=0, end=len(text), text=text)
        return Hit(chunk=chunk, source="s", title="t", score=-number)

    texts = ["Sales rose.", "Sales fell.", "sales rose", "Sales rose. Costs fell too.", ""]
    assert [h.chunk.id for h in fold([hit(n, text) for n, text in enumerate(texts)])] == [0, 1, 3, 4]
