"""Filters: which articles they keep, how many that are, and fields that no article has."""

from __future__ import annotations

from pathlib import Path

import pytest

from askdocs.core.articles import Article
from askdocs.core.errors import CorpusError
from askdocs.core.reports import FilterCounts
from askdocs.corpus.corpus import Corpus


def test_filters(corpus: Corpus, folder: Path) -> None:
    corpus.add(folder)
    corpus.add(
        Article(id="m", source="feed", title="Shares [1]", text="Shares again.", meta={"section": "markets", "n": "12"})
    )

    def found(**where: str | list[str]) -> set[str]:
        return {Path(hit.source).name for hit in corpus.search("shares rain", where=where)}

    assert found(source="*.md") == {"sale.md"}
    assert found(published=">=2023-01-01") == {"sale.md"}
    assert found(published=["2023-12", "<2023-12-06"]) == {"sale.md"}
    assert found(published="<2023-12-05") == set()
    assert found(section="markets") == {"feed"}
    assert found(section="!=markets") == {"sale.md", "rain.txt"}
    assert found(n=">9") == {"feed"}
    assert found(title="Shares [1]") == {"feed"}
    assert found(title="*[1]") == {"feed"}
    with pytest.raises(CorpusError, match="write a date"):
        found(published=">=yesterday")


def test_a_filter_names_fields_that_are_there(corpus: Corpus, folder: Path) -> None:
    corpus.add(folder)
    corpus.add(Article(id="m", source="feed", title="Shares", text="Shares again.", meta={"section": "markets"}))
    for field, meant in [("publishd", "published"), ("sektion", "section"), ("date", "published")]:
        with pytest.raises(CorpusError, match=f"no article has a field '{field}'; did you mean {meant}.*known: id, "):
            corpus.search("shares", where={field: "2024"})
    with pytest.raises(CorpusError, match="no article has a field 'author'"):
        corpus.kept({"author": "Ann"})


def test_what_a_filter_keeps_is_counted(corpus: Corpus, folder: Path) -> None:
    corpus.add(folder)
    corpus.add(Article(id="m", source="feed", title="Shares", text="Shares again.", meta={"section": "markets"}))
    assert corpus.kept({}) == FilterCounts(articles=3, total=3)
    assert corpus.kept({"published": ">=2023-01-01"}) == FilterCounts(articles=1, total=3, undated=2)
    assert corpus.kept({"published": ">2030"}) == FilterCounts(articles=0, total=3, undated=2)
    assert corpus.kept({"published": ">=2023", "source": "*.md"}) == FilterCounts(articles=1, total=3)
    assert corpus.kept({"section": "markets"}) == FilterCounts(articles=1, total=3)
