"""Tables are stored with their articles, go with them, and are known to be damaged where they are."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from askdocs import Article, Corpus, Table
from askdocs.core.errors import CorpusDamaged
from askdocs.core.tables import Grid
from askdocs.storage.embedded import open_store
from askdocs.tables.layout import lay_out
from askdocs.testing import DeterministicEmbedder

PROSE = "The firm has many plants. They stand in five countries.\n\n"


def article(rows: int = 3) -> Article:
    grid = Grid(
        rows=(("Plant", "Staff"), *((f"Plant {number}", str(number)) for number in range(rows))),
        header_rows=1,
        label_columns=1,
        caption="Plants",
    )
    laid = lay_out(grid, len(PROSE))
    assert laid is not None
    text, table = laid
    return Article(id="a1", source="plants.html", title="Plants", text=PROSE + text, tables=(table,))


def opened(path: Path) -> Corpus:
    return Corpus.open(path, embedder=DeterministicEmbedder(dimension=16))


def test_an_article_comes_back_with_its_tables(tmp_path: Path) -> None:
    with opened(tmp_path) as corpus:
        corpus.add(article())
        assert list(corpus.articles()) == [article()]
        assert corpus.verify() == []
        assert corpus.add(article()).unchanged == 1


def test_the_chunks_of_a_long_table_are_known(tmp_path: Path) -> None:
    with opened(tmp_path) as corpus:
        corpus.add(article(rows=400))
    store = open_store(tmp_path / "corpus.db")
    (table,) = article(rows=400).tables
    held = store.table_chunks().tolist()
    assert len(held) > 2
    assert all(store.table_of_chunk(chunk_id) == table for chunk_id in held)
    (prose,) = set(store.chunk_ids()) - set(held)
    assert store.table_of_chunk(prose) is None
    headings = [chunk.chunk.heading for chunk in store.chunks(held[1:]).values()]
    assert all("Plant | Staff" in heading for heading in headings)
    store.close()


def test_tables_go_with_their_article(tmp_path: Path) -> None:
    with opened(tmp_path) as corpus:
        corpus.add(article())
        corpus.remove(source="plants.html")
        assert corpus.verify() == []
    database = sqlite3.connect(tmp_path / "corpus.db")
    assert database.execute("SELECT count(*) FROM tables").fetchone() == (0,)
    database.close()


def test_a_changed_table_is_told(tmp_path: Path) -> None:
    with opened(tmp_path) as corpus:
        corpus.add(article())
    database = sqlite3.connect(tmp_path / "corpus.db")
    database.execute("UPDATE tables SET body = replace(body, '\"header_rows\":1', '\"header_rows\":2')")
    database.commit()
    database.close()
    store = open_store(tmp_path / "corpus.db")
    with pytest.raises(CorpusDamaged, match="table 1 was lost or changed"):
        store.article("a1")
    store.close()


def test_a_table_outside_its_text_is_refused(tmp_path: Path) -> None:
    wrong = article().model_copy(update={"tables": (Table(start=0, end=9999, header_rows=1, label_columns=1),)})
    with opened(tmp_path) as corpus:
        report = corpus.add(wrong)
        assert report.added == 0
        assert "stands outside its text" in report.skipped[0].reason
