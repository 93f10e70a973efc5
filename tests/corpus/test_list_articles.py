"""Articles listed a part at a time."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from askdocs.core.articles import Article
from askdocs.core.errors import AskdocsError, CorpusError
from askdocs.core.tables import Table
from askdocs.corpus.corpus import Corpus
from askdocs.storage.listing import articles_of_file, files_of


def _article(number: int, text: str = "Shares of Straße rose.") -> Article:
    day = datetime.date(2023, 1, 1) + datetime.timedelta(days=number)
    return Article(id=f"id{number}", source=f"feed#{number}", title=f"Élan {number}", published=day, text=text)


def test_an_article_is_shown_with_its_sizes(corpus: Corpus) -> None:
    text = "Region | Sales\nEurope | 4"
    table = Table(start=0, end=len(text), header_rows=1, label_columns=1)
    meta = {"section": "markets", "abstract": "long " * 100}
    corpus.add(Article(id="a", source="s", title="T", text=text, meta=meta, pages=(0, 14), tables=(table,)))
    (shown,) = corpus.list_articles().articles
    assert (shown.characters, shown.pages, shown.tables, shown.published) == (len(text), 2, 1, None)
    assert shown.meta == {"section": "markets"}


def test_parts_hold_each_article_once_while_others_are_added(corpus: Corpus) -> None:
    corpus.add([_article(number) for number in range(5)])
    first = corpus.list_articles(limit=2)
    assert ([one.id for one in first.articles], first.total) == (["id0", "id1"], 5)
    corpus.add(_article(5))
    corpus.remove(article_id="id0")
    corpus.add(_article(2, "Shares fell."))  # changed: it comes at the end
    rest, cursor = [], first.next
    while cursor is not None:
        part = corpus.list_articles(limit=2, after=cursor)
        rest += [one.id for one in part.articles]
        cursor = part.next
    assert rest == ["id3", "id4", "id5", "id2"]


def test_the_newest_come_first_where_asked(corpus: Corpus) -> None:
    corpus.add([_article(number) for number in range(3)])
    first = corpus.list_articles(limit=2, newest_first=True)
    assert [one.id for one in first.articles] == ["id2", "id1"]
    last = corpus.list_articles(limit=2, newest_first=True, after=first.next)
    assert ([one.id for one in last.articles], last.next) == (["id0"], None)


def test_filters_and_words_limit_list_and_total(corpus: Corpus) -> None:
    corpus.add([_article(number) for number in range(3)])
    found = corpus.list_articles({"published": [">=2023-01-02", "<=2023-01-03"], "source": "feed*"}, limit=1)
    assert ([one.id for one in found.articles], found.total) == (["id1"], 2)
    assert [one.id for one in corpus.list_articles(words="élan FEED#2").articles] == ["id2"]
    assert corpus.list_articles(words="' OR 1 --").total == 0


@pytest.mark.parametrize("cursor", ["", "-1", "1 OR 1", "٣", "9" * 30])
def test_a_cursor_that_is_none_is_refused(corpus: Corpus, cursor: str) -> None:
    with pytest.raises(AskdocsError, match="no cursor"):
        corpus.list_articles(after=cursor)


def test_a_date_that_is_none_is_refused(corpus: Corpus) -> None:
    with pytest.raises(CorpusError, match="write a date"):
        corpus.list_articles({"published": ">=soon"})


def test_the_files_of_an_article(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"text": "Snow fell in Oslo."}\n{"text": "Wind blew in Cork."}\n')
    (tmp_path / "copy.jsonl").write_text('{"text": "Snow fell in Oslo."}\n')
    corpus.add(tmp_path / "rows.jsonl", tmp_path / "copy.jsonl")
    snow, _wind = corpus.list_articles().articles
    with corpus.searcher.snapshot() as store:
        assert files_of(store, snow.id) == {str(tmp_path / "copy.jsonl"): 1, str(tmp_path / "rows.jsonl"): 2}
        assert files_of(store, "nothing") == {}
        assert articles_of_file(store, str(tmp_path / "rows.jsonl")) == 2
