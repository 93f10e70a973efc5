"""What a search on Postgres finds is what a search in a folder finds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs.core.articles import Article, Hit
from askdocs.corpus.corpus import Corpus
from askdocs.storage.postgres import vectors
from askdocs.testing import DeterministicEmbedder

EMBEDDER = DeterministicEmbedder()
WORDS = (
    "shares",
    "rain",
    "mill",
    "harbour",
    "strike",
    "wages",
    "tram",
    "loan",
    "exports",
    "exported",
    "vineyard",
    "cafe",
)
QUESTIONS = (
    "How many shares were sold in the harbour?",
    "exports of the mill",
    "Did the trams strike?",
    "café",
    "鉄道の株",
)


def articles(count: int) -> list[Article]:
    chosen = random.Random(7)
    return [
        Article(
            id=f"a{number}",
            source=f"news/{number}.md" if number % 2 else f"wire/{number}.txt",
            title=" ".join(chosen.sample(WORDS, 2)),
            text=" ".join(chosen.choices(WORDS, k=30)) + f" number {number}" + (" 鉄道の株" if number % 5 == 0 else ""),
            meta={"page": str(number)},
        )
        for number in range(count)
    ]


@pytest.fixture
def both(tmp_path: Path, postgres_corpus: str) -> Iterator[tuple[Corpus, Corpus]]:
    with (
        Corpus.open(tmp_path / "folder", embedder=EMBEDDER) as folder,
        Corpus.open(postgres_corpus, embedder=EMBEDDER) as server,
    ):
        yield folder, server


def plain(hits: list[Hit]) -> list[tuple[str, float, int | None, int | None]]:
    return [(hit.source, round(hit.score, 4), hit.dense_rank, hit.bm25_rank) for hit in hits]


@pytest.mark.parametrize(
    "where",
    [
        None,
        {"source": "news/*"},
        {"page": ">=20"},
        {"page": "!=3", "source": "*.txt"},
        {"title": "*mill*"},
        {"id": "a4"},
    ],
)
def test_both_find_the_same_in_the_same_order(both: tuple[Corpus, Corpus], where: dict[str, str] | None) -> None:
    folder, server = both
    for corpus in both:
        corpus.add(articles(40))
        corpus.remove("news/7.md")
    for question in QUESTIONS:
        assert plain(server.search(question, where=where)) == plain(folder.search(question, where=where)), question


def test_many_vectors_are_searched_by_a_graph(both: tuple[Corpus, Corpus], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "EXACT_LIMIT", 10)
    folder, server = both
    for corpus in both:
        corpus.add(articles(60))
    assert server.status().index.kind == "hnsw"
    for where in (None, {"source": "news/*"}, {"page": "<5"}):  # the last keeps so few that they are compared exactly
        for question in QUESTIONS:
            found = {hit.source for hit in server.search(question, where=where)}
            wanted = {hit.source for hit in folder.search(question, where=where)}
            assert len(found & wanted) >= 0.9 * len(wanted), (question, where)
    server.remove("news/7.md")
    assert all(hit.source != "news/7.md" for hit in server.search("mill", k=60))
    server.rebuild()
    assert server.verify() == []


def test_a_search_takes_two_round_trips(both: tuple[Corpus, Corpus], monkeypatch: pytest.MonkeyPatch) -> None:
    from askdocs.storage.postgres.database import PostgresDatabase

    _, server = both
    server.add(articles(10))
    trips: list[str] = []
    for name in ("_run", "_together", "_first"):
        original = getattr(PostgresDatabase, name)

        def counted(self: PostgresDatabase, *given: object, name: str = name, call: object = original) -> object:
            trips.append(name)
            return call(self, *given)  # type: ignore[operator]

        monkeypatch.setattr(PostgresDatabase, name, counted)
    assert server.search("How many shares were sold?")
    assert trips == ["_together", "_together"]


def test_a_count_of_articles_finds_phrases(both: tuple[Corpus, Corpus]) -> None:
    told = [
        Article(id="a", source="a", title="Sale", text="Harrow Group sold its shares on Monday."),
        Article(id="b", source="b", title="Band", text="A group led by Ms Harrow played on Monday."),
    ]
    for corpus in both:
        corpus.add(told)
        answer = corpus.ask("How many articles mention Harrow Group?", model="extractive")
        assert answer.form == "count"
        assert answer.value == 1, corpus
