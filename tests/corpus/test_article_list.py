"""Articles a page at a time, without their texts."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs import Article, Corpus
from askdocs.core.errors import AskdocsError, CorpusError
from askdocs.corpus.article_list import article_page
from askdocs.testing import DeterministicEmbedder


@pytest.fixture
def barges(tmp_path: Path) -> Iterator[Corpus]:
    days = [None, *(datetime.date(2024, 1, day) for day in range(1, 7))]
    made = [
        Article(
            id=f"n{n}",
            source=f"n{n}.txt",
            title=f"Barge {n}",
            published=day,
            text=f"Barge {n} sank.",
            meta={"n": str(n)},
        )
        for n, day in enumerate(days)
    ]
    with Corpus.open(tmp_path / "barges", embedder=DeterministicEmbedder()) as corpus:
        corpus.add(made)
        yield corpus


def test_pages_hold_every_article_once(barges: Corpus) -> None:
    first = article_page(barges, limit=3)
    assert [entry.id for entry in first.entries] == ["n0", "n1", "n2"]
    assert (first.total, first.undated) == (7, 0)
    assert (first.entries[1].title, first.entries[1].source, first.entries[1].meta) == ("Barge 1", "n1.txt", {"n": "1"})
    assert first.entries[1].published == datetime.date(2024, 1, 1)
    assert first.next is not None
    barges.remove(article_id="n2")  # where the next page begins
    barges.remove(article_id="n0")
    second = article_page(barges, after=first.next, limit=3)
    assert [entry.id for entry in second.entries] == ["n3", "n4", "n5"]
    assert second.next is not None
    third = article_page(barges, after=second.next, limit=3)
    assert ([entry.id for entry in third.entries], third.next) == (["n6"], None)


def test_a_page_that_ends_with_the_last_is_the_last(barges: Corpus) -> None:
    assert article_page(barges, limit=7).next is None
    assert article_page(barges, after=10**9).entries == ()


def test_a_filter_counts_what_it_leaves_out_for_want_of_a_date(barges: Corpus) -> None:
    page = article_page(barges, {"published": ">=2024-01-05"}, limit=1)
    assert ([entry.id for entry in page.entries], page.total, page.undated) == (["n5"], 2, 1)
    assert article_page(barges, {"n": ">4"}).total == 2


def test_what_cannot_be_listed_is_said(barges: Corpus) -> None:
    with pytest.raises(AskdocsError, match="limit: a whole number of at least 1"):
        article_page(barges, limit=0)
    with pytest.raises(CorpusError, match="no article has a field 'colour'"):
        article_page(barges, {"colour": "x"})
