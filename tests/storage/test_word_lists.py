"""The lists of words find what FTS5 finds, with the same scores, whatever came and went since they were made."""

from __future__ import annotations

import contextlib
import logging
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from askdocs.core.articles import Article, Chunk
from askdocs.core.errors import CorpusError
from askdocs.core.reports import Fingerprint
from askdocs.storage import schema, word_lists, word_lists_making
from askdocs.storage.database import Database, row_hash
from askdocs.storage.embedded import open_store, open_writer
from askdocs.storage.fts_words import FtsWords
from askdocs.storage.reader import Store
from askdocs.storage.word_lists import made
from askdocs.storage.word_lists_making import keep_lists, lists_are_right
from askdocs.storage.writer import NewArticle, Source, Writer

WEIGHTS = (0.5, 0.5, 1.0)
VOCABULARY = ["export", "exports", "exported", "chip", "café", "Cafe", "42", "straße", "the", "rare", "船", "o'neil"]
ASKED = ["export", "exporting", "chips", "cafe", "42", "strasse", "straße", "the", "rare", "missing", "船"]


@pytest.fixture(autouse=True)
def _from_two_chunks_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_lists_making, "LARGE", 1)
    monkeypatch.setattr(word_lists_making, "LISTED", 2)
    monkeypatch.setattr(word_lists_making, "_MOST_SHARE", 1.0)
    monkeypatch.setattr(word_lists, "_ALWAYS_CHANGED", 100)


@contextlib.contextmanager
def new_corpus(folder: Path) -> Iterator[Writer]:
    schema.create(folder / "corpus.db")
    writer = open_writer(folder / "corpus.db")
    try:
        writer.set_fingerprint(Fingerprint(name="none", revision="1", dimension=1))
        yield writer
    finally:
        writer.close()


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with new_corpus(tmp_path) as opened:
        yield opened


def put(writer: Writer, name: str, texts: Sequence[str], title: str = "", heading: str = "") -> None:
    """An article of which each text is a chunk."""
    text = "\n".join(texts)
    starts = np.cumsum([0, *(len(one) + 1 for one in texts)]).tolist()
    chunks = [
        Chunk(article_id=name, start=start, end=start + len(one), text=one, heading=heading)
        for start, one in zip(starts, texts, strict=False)
    ]
    article = Article(id=name, source=name, title=title, text=text, meta={"name": name})
    vectors = np.ones((len(texts), 1), dtype=np.float32)
    writer.put(NewArticle(article, chunks, vectors, [row_hash(one) for one in texts], "1", "1"), Source(name))


def keep(writer: Writer) -> None:
    state = writer.state()
    keep_lists(database_of(writer), state.chunks, state.last_chunk)


def words_of(store: Store) -> FtsWords:
    assert isinstance(store.words, FtsWords)
    return store.words


def database_of(store: Store) -> Database:
    return words_of(store).lists._database


def listed(store: Store, words: Sequence[str], limit: int = 40, where: str = "") -> list[tuple[int, float]]:
    """What the lists find, which must be what FTS5 finds."""
    allowed = store.filter({"name": where}) if where else None
    by_fts5 = words_of(store)._by_fts5(words, limit, allowed, WEIGHTS, script=False)
    by_lists = words_of(store).lists.bm25(words, limit, allowed, WEIGHTS)
    if by_lists is not None:
        assert by_lists == by_fts5
    assert words_of(store).bm25(words, limit, allowed, WEIGHTS, script=False) == by_fts5
    return [] if by_lists is None else by_lists


def fill(writer: Writer, count: int = 6) -> None:
    for number in range(count):
        put(writer, f"a{number}", [f"chip export {number}", "chip " * (number + 1)], title="On chips")


def test_small_corpora_have_no_lists(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_lists_making, "LARGE", 20_000)
    fill(writer)
    keep(writer)
    assert made(database_of(writer)) is None
    assert words_of(writer).lists.bm25(["chip"], 3, None, WEIGHTS) is None


def test_lists_rank_as_fts5_does(writer: Writer) -> None:
    fill(writer)
    keep(writer)
    lists = made(database_of(writer))
    assert lists is not None
    assert (lists.chunks, lists.last_chunk, lists.gone) == (12, 12, 0)
    assert len(listed(writer, ["chips", "exports", "5"])) == 12
    assert [chunk for chunk, _ in listed(writer, ["exported"], 2)] == [1, 3]  # equal ones by their ids
    assert listed(writer, ["chip"], 0) == []
    assert [chunk for chunk, _ in listed(writer, ["chip", "export"], where="a2")] == [5, 6]
    assert writer.document_frequencies(["chips", "5", "missing"]) == {"chips": 12, "5": 1, "missing": 0}


def test_a_phrase_and_a_word_without_a_list_are_left_to_fts5(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_lists_making, "_MOST_SHARE", 0.6)
    fill(writer)
    keep(writer)
    lists = words_of(writer).lists
    assert lists.bm25(["chip export", "export"], 3, None, WEIGHTS) is None
    assert lists.bm25(["chip"], 3, None, WEIGHTS) is None  # in every chunk
    assert lists.bm25(["5", "missing"], 3, None, WEIGHTS) is None  # neither is common
    assert len(listed(writer, ["export"])) == 6
    assert len(words_of(writer).bm25(["chip export"], 40, None, WEIGHTS, script=False)) == 6
    assert writer.document_frequencies(["chip"]) == {"chip": 12}


def test_what_comes_and_goes_after_the_lists_were_made(writer: Writer) -> None:
    fill(writer)
    keep(writer)
    put(writer, "new", ["chip chip export", "nothing of it", "EXPORTS!"], title="Chips", heading="Export")
    found = listed(writer, ["chip", "export"])
    assert 13 in [chunk for chunk, _ in found]
    with writer.changing():
        writer.drop_source("a0")
        assert listed(writer, ["chip", "export"])[0][0] > 2  # within the change, too
    assert len(listed(writer, ["chip"], 40)) == 13
    put(writer, "new", ["chip"])
    assert [chunk for chunk, _ in listed(writer, ["chip", "export"], where="new")] == [16]
    assert writer.document_frequencies(["chip", "export"]) == {"chip": 11, "export": 5}
    with writer.database.transaction():
        assert lists_are_right(database_of(writer), 16)


def test_lists_are_made_anew_after_enough_changes(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_lists, "_ALWAYS_CHANGED", 3)
    fill(writer)
    keep(writer)
    put(writer, "one", ["chip"] * 3)
    keep(writer)
    assert (before := made(database_of(writer))) is not None
    assert before.last_chunk == 12
    put(writer, "two", ["export"])
    keep(writer)
    assert (after := made(database_of(writer))) is not None
    assert after.last_chunk == 16
    put(writer, "many", ["chip"] * 16)  # better made anew at once than kept up
    assert made(database_of(writer)) is None
    assert listed(writer, ["chip"]) == []
    keep(writer)
    assert len(listed(writer, ["chip"])) == 31


def test_a_changed_list_is_told_and_not_used(writer: Writer, caplog: pytest.LogCaptureFixture) -> None:
    fill(writer)
    keep(writer)
    database = database_of(writer)
    right = listed(writer, ["chip"])
    database.change("UPDATE word_lists SET data = zeroblob(length(data))")
    with caplog.at_level(logging.WARNING):
        assert words_of(writer).bm25(["chip"], 40, None, WEIGHTS, script=False) == right
    assert "a list of words changed" in caplog.text
    with database.transaction():
        assert not lists_are_right(database, 12)
    with writer.changing():
        writer.words.fill()
    keep(writer)
    assert listed(writer, ["chip"]) == right


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE word_counts SET chunks = chunks + 1",
        "UPDATE word_totals SET words = words + 1",
        "INSERT INTO later_words (later_words) VALUES ('delete-all')",
    ],
)
def test_verify_sees_a_change_that_has_no_hash(writer: Writer, damage: str) -> None:
    fill(writer)
    keep(writer)
    put(writer, "new", ["chip"])
    database = database_of(writer)
    with database.transaction():
        assert lists_are_right(database, 13)
    database.change(damage)
    with database.transaction():
        assert not lists_are_right(database, 13)


def test_a_snapshot_sees_the_lists_of_its_own_state(writer: Writer, tmp_path: Path) -> None:
    fill(writer)
    with contextlib.closing(open_store(tmp_path / "corpus.db")) as store:
        with store.snapshot():
            before = words_of(store).bm25(["chip"], 40, None, WEIGHTS, script=False)
            keep(writer)
            assert words_of(store).lists.bm25(["chip"], 40, None, WEIGHTS) is None
            assert words_of(store).bm25(["chip"], 40, None, WEIGHTS, script=False) == before
        with store.snapshot():
            assert listed(store, ["chip"]) == before
            writer.drop_source("a1")
            put(writer, "new", ["chip " * 9])
            keep(writer)
            assert listed(store, ["chip"]) == before
        assert [chunk for chunk, _ in listed(store, ["chip"])] != [chunk for chunk, _ in before]


def test_lists_are_made_whole_or_not_at_all(tmp_path: Path) -> None:
    class Stopped(CorpusError):
        pass

    def stop(statement: str) -> None:
        if stopping and statement.startswith("INSERT INTO word_lists"):
            raise Stopped(statement)

    stopping = True
    with new_corpus(tmp_path) as writer:
        fill(writer)
    with contextlib.closing(open_writer(tmp_path / "corpus.db", stop)) as writer:
        with pytest.raises(Stopped):
            keep(writer)
        assert made(database_of(writer)) is None
        stopping = False
        keep(writer)
        assert len(listed(writer, ["chip"])) == 12
        put(writer, "new", ["chip"])
        stopping = True
        words_of(writer).lists.clear()
        with pytest.raises(Stopped):
            keep(writer)
        assert len(words_of(writer).bm25(["chip"], 40, None, WEIGHTS, script=False)) == 13


texts = st.lists(st.sampled_from(VOCABULARY), max_size=8).map(" ".join)
articles = st.lists(st.tuples(st.lists(texts, min_size=1, max_size=4), texts, texts), min_size=1, max_size=6)
queries = st.lists(st.sampled_from(ASKED), min_size=1, max_size=5, unique=True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=articles, later=articles, gone=st.sets(st.integers(0, 11)), asked=queries, limit=st.integers(1, 12))
def test_any_corpus_ranks_as_by_fts5(
    first: Sequence[tuple[list[str], str, str]],
    later: Sequence[tuple[list[str], str, str]],
    gone: set[int],
    asked: list[str],
    limit: int,
) -> None:
    with tempfile.TemporaryDirectory() as folder, new_corpus(Path(folder)) as writer:
        for number, (parts, title, heading) in enumerate(first):
            put(writer, f"a{number}", parts, title, heading)
        keep(writer)
        listed(writer, asked, limit)
        for number, (parts, title, heading) in enumerate(later, len(first)):
            put(writer, f"a{number}", parts, title, heading)
        for number in sorted(gone):
            writer.drop_source(f"a{number}")
        listed(writer, asked, limit)
        kept = writer.article_numbers()
        if kept:
            listed(writer, asked, limit, where=writer.article_numbered(kept[0]).source)
        with writer.database.transaction():
            assert lists_are_right(database_of(writer), writer.state().last_chunk)
