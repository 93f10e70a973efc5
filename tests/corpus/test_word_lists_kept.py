"""A large corpus in a folder keeps lists of its words: made when a writer ends, verified, mended by rebuild."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs.core.errors import CorpusError
from askdocs.corpus.corpus import Corpus
from askdocs.storage import word_lists_making
from askdocs.storage.database import Database
from askdocs.storage.embedded import EmbeddedStorage
from askdocs.storage.word_lists import made
from askdocs.testing import DeterministicEmbedder


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Corpus]:
    monkeypatch.setattr(word_lists_making, "LARGE", 1)
    monkeypatch.setattr(word_lists_making, "LISTED", 1)
    monkeypatch.setattr(word_lists_making, "_MOST_SHARE", 1.0)
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(f"Port {number} exported {number + 7} tons of chips. No ferry ran.")
    with Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder(dimension=16)) as opened:
        opened.add(tmp_path)
        yield opened


def database(corpus: Corpus) -> Database:
    with corpus.storage.shared() as store:
        assert isinstance(store.database, Database)
        return store.database


def test_a_writer_makes_the_lists_when_it_ends(corpus: Corpus, tmp_path: Path) -> None:
    assert corpus.verify() == []
    lists = made(database(corpus))
    assert lists is not None
    assert lists.chunks == 3
    assert "9 tons" in corpus.search("Which port exported 9 tons?", k=1)[0].chunk.text
    corpus.remove(str(tmp_path / "2.txt"))
    assert "9 tons" not in corpus.search("Which port exported 9 tons?", k=1)[0].chunk.text
    (tmp_path / "3.txt").write_text("Port 3 exported 99 tons of fish.")
    corpus.add(tmp_path / "3.txt")
    assert "99 tons" in corpus.search("Which port exported fish?", k=1)[0].chunk.text
    assert made(database(corpus)) == lists._replace(gone=1, words=lists.words - 3)
    assert corpus.verify() == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE word_lists SET data = zeroblob(length(data)), hash = hash",
        "UPDATE word_counts SET chunks = 9",
        "INSERT INTO later_words (rowid, text) VALUES (1, 'ferry')",
    ],
)
def test_damage_is_told_and_mended(corpus: Corpus, damage: str) -> None:
    before = corpus.search("Which port exported 9 tons?")
    with corpus.storage.writing() as writer:
        writer.database.change(damage)
    assert "index of words" in " ".join(corpus.verify())
    corpus.rebuild()
    assert corpus.verify() == []
    assert corpus.search("Which port exported 9 tons?") == before


def test_a_full_disk_leaves_the_corpus_without_lists(corpus: Corpus, caplog: pytest.LogCaptureFixture) -> None:
    def full(statement: str) -> None:
        if statement.startswith("INSERT INTO word_counts"):
            raise CorpusError("the disk is full")

    before = corpus.search("Which port exported 9 tons?")
    with EmbeddedStorage(corpus.storage.folder, step=full).writing() as writer, writer.changing():
        writer.words.fill()
    assert "the disk is full; searching for words stays slower" in caplog.text
    assert made(database(corpus)) is None
    assert corpus.verify() == []
    assert corpus.search("Which port exported 9 tons?") == before
