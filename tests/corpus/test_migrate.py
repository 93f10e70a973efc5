"""Corpora of earlier versions open, are brought up once, or say why not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from askdocs.core.errors import CorpusMismatch
from askdocs.corpus.corpus import Corpus
from askdocs.storage import schema
from askdocs.storage.database import Database, row_hash
from askdocs.storage.embedded import open_store
from askdocs.testing import DeterministicEmbedder
from tests.data.make_corpus_v1 import ARTICLES

FIRST = Path(__file__).parents[1] / "data" / "corpus-v1"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    copied = tmp_path / "corpus"
    shutil.copytree(FIRST, copied)
    return copied


def open_corpus(path: Path) -> Corpus:
    return Corpus.open(path, create=False, embedder=DeterministicEmbedder(dimension=16))


def version(path: Path) -> object:
    database = Database(path / "corpus.db", "read")
    try:
        return schema.read_meta(database, "schema")
    finally:
        database.close()


def test_migrate_a_corpus_of_the_first_version(path: Path) -> None:
    with open_corpus(path) as corpus:
        assert corpus.verify() == []
        assert list(corpus.articles()) == list(ARTICLES[:2])
        hit = corpus.search("How much did the bridge cost?", k=1)[0]
        assert "14.2 million euros" in hit.chunk.text
        assert corpus.search("ferry crossing", k=1, where={"published": ">2023-05-04"})[0].source == "news/ferry.md"
        # What an earlier cleaner made is made again, once.
        assert corpus.add(ARTICLES).model_dump(exclude_defaults=True) == {"added": 1, "updated": 2}
        # The checksums of blocks gave way to one of the whole file.
        assert (path / "corpus.checksum").exists()
        assert not (path / "corpus.sums").exists()
        assert corpus.add(ARTICLES).model_dump(exclude_defaults=True) == {"unchanged": 3}
        assert corpus.verify() == []
    assert version(path) == schema.VERSION


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> int:
    """As if this askdocs had a later schema, with a column more."""
    later = schema.VERSION + 1
    statements = ("ALTER TABLE texts ADD COLUMN language TEXT NOT NULL DEFAULT 'en'", "CREATE TABLE more (word TEXT)")
    monkeypatch.setattr(schema, "VERSION", later)
    monkeypatch.setitem(schema.MIGRATIONS, later - 1, statements)
    return later


def test_migrate_once_and_only_where_it_can_be_written(path: Path, next_version: int) -> None:
    with pytest.raises(CorpusMismatch, match="run `askdocs status` on it once where it can be written"):
        open_store(path / "corpus.db", "read")
    with open_corpus(path) as corpus:
        assert list(corpus.articles()) == list(ARTICLES[:2])
        assert corpus.verify() == []
    assert version(path) == next_version
    with open_corpus(path) as corpus:
        assert corpus.search("ferry")


def test_migrate_whole_or_not_at_all(path: Path, next_version: int) -> None:
    class Stopped(Exception):
        pass

    def step(statement: str) -> None:
        if statement.startswith("CREATE TABLE more"):
            raise Stopped

    with pytest.raises(Stopped):
        Corpus.open(path, embedder=DeterministicEmbedder(dimension=16), step=step)
    assert version(path) == 1  # as the folder was made
    with open_corpus(path) as corpus:
        assert corpus.verify() == []
    assert version(path) == next_version


def test_migrate_refuses_a_later_version(path: Path) -> None:
    database = Database(path / "corpus.db", "write")
    with database.transaction():
        database.change("UPDATE meta SET value = '99', hash = ? WHERE key = 'schema'", (row_hash("schema", "99"),))
    database.close()
    with pytest.raises(CorpusMismatch, match="made by a later askdocs"):
        open_corpus(path)
