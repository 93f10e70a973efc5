"""What a server may do to a corpus: it is refused with a word of ours, and what was committed is there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import psycopg
import pytest

from askdocs.core.articles import Article
from askdocs.core.errors import CorpusDamaged, CorpusError, CorpusLocked, CorpusMismatch
from askdocs.corpus.corpus import Corpus
from askdocs.storage.postgres import schema
from askdocs.storage.postgres.address import Address
from askdocs.testing import DeterministicEmbedder

EMBEDDER = DeterministicEmbedder()
Administrator = psycopg.Connection[tuple[object, ...]]


def article(number: int) -> Article:
    return Article(id=f"a{number}", source=f"s{number}", title=f"Sale {number}", text=f"Company {number} sold shares.")


@pytest.fixture
def corpus(postgres_corpus: str) -> Iterator[Corpus]:
    with Corpus.open(postgres_corpus, embedder=EMBEDDER) as opened:
        opened.add([article(1)])
        yield opened


@contextmanager
def administrator(address: str) -> Iterator[Administrator]:
    """A connection that sees the tables of the corpus."""
    found = Address.of(address)
    options = f"-c search_path={found.schema_name},public"
    with psycopg.connect(found.conninfo, autocommit=True, options=options) as connection:
        yield connection


def kill_connections(address: str) -> int:
    """End the server's side of every connection of a corpus, as a restart does; gives how many there were."""
    with administrator(address) as connection:
        found = connection.execute(
            "SELECT pid, pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = %s",
            (Address.of(address).schema_name,),
        ).fetchall()
    return len(found)


def texts(corpus: Corpus) -> dict[str, str]:
    return {one.id: one.text for one in corpus.articles()}


def test_connections_that_a_restart_ended_are_replaced(corpus: Corpus, postgres_corpus: str) -> None:
    assert corpus.search("shares")
    assert kill_connections(postgres_corpus) >= 1
    assert corpus.search("shares")
    kill_connections(postgres_corpus)
    assert corpus.add([article(2)]).added == 1
    assert set(texts(corpus)) == {"a1", "a2"}


def test_a_connection_lost_in_a_change_leaves_the_article_whole_or_absent(corpus: Corpus, postgres_corpus: str) -> None:
    def change() -> None:
        with corpus.storage.writing() as writer, writer.changing():
            writer.drop_article(writer.article_numbers()[0])
            kill_connections(postgres_corpus)
            writer.state()

    with pytest.raises(CorpusError, match="cannot be reached"):
        change()
    assert set(texts(corpus)) == {"a1"}
    assert corpus.verify() == []


def test_a_connection_lost_in_a_snapshot_is_said(corpus: Corpus, postgres_corpus: str) -> None:
    def search_twice() -> None:
        with corpus.searcher.snapshot():
            corpus.search("shares")
            kill_connections(postgres_corpus)
            corpus.search("shares")

    with pytest.raises(CorpusError, match="cannot be reached"):
        search_twice()
    assert corpus.search("shares")


def test_a_snapshot_sees_one_state(corpus: Corpus, postgres_corpus: str) -> None:
    with Corpus.open(postgres_corpus, embedder=EMBEDDER) as other, corpus.searcher.snapshot():
        assert len(corpus.search("shares")) == 1
        other.add([article(2)])
        other.remove("s1")
        (hit,) = corpus.search("shares")
        assert hit.source == "s1"
        assert corpus.article("a1").text.startswith("Company 1")
    assert [hit.source for hit in corpus.search("shares")] == ["s2"]


def test_writers_of_several_threads_add_at_once(corpus: Corpus, postgres_corpus: str) -> None:
    errors: list[BaseException] = []

    def add(first: int) -> None:
        try:
            with Corpus.open(postgres_corpus, embedder=EMBEDDER) as own:
                for number in range(first, first + 8):
                    own.add([article(number)])
        except BaseException as error:
            errors.append(error)

    writers = [threading.Thread(target=add, args=(first,)) for first in (10, 20, 30)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert errors == []
    assert len(texts(corpus)) == 25
    status = corpus.status(verify=True)
    assert (status.articles, status.chunks, status.problems) == (25, 25, ())


def test_two_writers_of_the_same_article_store_it_once(corpus: Corpus, postgres_corpus: str) -> None:
    together = threading.Barrier(2)

    def add() -> None:
        with Corpus.open(postgres_corpus, embedder=EMBEDDER) as own:
            together.wait()
            own.add([article(7)])

    writers = [threading.Thread(target=add) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(texts(corpus)) == ["a1", "a7"]
    assert corpus.verify() == []


def test_a_change_that_takes_long_is_waited_for_and_then_named(corpus: Corpus, postgres_corpus: str) -> None:
    with administrator(postgres_corpus) as connection, connection.transaction():
        connection.execute("SELECT 1 FROM meta WHERE key = 'state' FOR UPDATE")
        with (
            Corpus.open(postgres_corpus, embedder=EMBEDDER, lock_seconds=0.2) as other,
            pytest.raises(CorpusLocked, match="another program"),
        ):
            other.add([article(2)])
    assert set(texts(corpus)) == {"a1"}


def test_a_full_disk_is_named_and_loses_nothing(corpus: Corpus, postgres_corpus: str) -> None:
    with administrator(postgres_corpus) as connection:
        connection.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
            "'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$"
        )
        connection.execute("CREATE TRIGGER full_disk BEFORE INSERT ON vectors EXECUTE FUNCTION full_disk()")
        with pytest.raises(CorpusError, match="disk is full"):
            corpus.add([article(2)])
        connection.execute("DROP TRIGGER full_disk ON vectors")
    assert set(texts(corpus)) == {"a1"}
    assert corpus.verify() == []
    assert corpus.add([article(2)]).added == 1


@contextmanager
def as_role(address: str, *grants: str) -> Iterator[str]:
    """The address of a corpus as another role sees it, which may do what is granted."""
    found = Address.of(address)
    role = f"role_{found.corpus}"
    with administrator(address) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN".encode())
        try:
            for grant in grants:
                connection.execute(f"{grant} {role}".encode())
            yield address.replace("postgres:@", f"{role}:@")
        finally:
            connection.execute(f"DROP OWNED BY {role}; DROP ROLE {role}".encode())


def test_a_role_without_rights_is_told(corpus: Corpus, postgres_corpus: str) -> None:
    with as_role(postgres_corpus) as address, pytest.raises(CorpusError, match="may not do that"):
        Corpus.open(address, embedder=EMBEDDER)


def test_a_role_that_may_only_read_asks_and_cannot_add(corpus: Corpus, postgres_corpus: str) -> None:
    name = Address.of(postgres_corpus).schema_name
    grants = (f"GRANT USAGE ON SCHEMA {name} TO", f"GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO")
    with as_role(postgres_corpus, *grants) as address, Corpus.open(address, embedder=EMBEDDER) as reading:
        assert reading.search("shares")
        with pytest.raises(CorpusError, match="may not do that"):
            reading.add([article(2)])
        assert reading.verify() == []


def test_a_replica_is_read_and_not_written(corpus: Corpus, postgres_corpus: str) -> None:
    readonly = f"{postgres_corpus}&options={quote('-c default_transaction_read_only=on')}"
    with Corpus.open(readonly, embedder=EMBEDDER) as replica:
        assert replica.search("shares")
        with pytest.raises(CorpusError, match="only reads"):
            replica.add([article(2)])


def test_an_older_server_is_refused(postgres_corpus: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "OLDEST_SERVER", 990000)
    with pytest.raises(CorpusError, match="or later is needed"):
        Corpus.open(postgres_corpus, embedder=EMBEDDER)


def test_a_server_without_pgvector_is_refused(postgres_corpus: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "EXTENSION", "vector_that_is_not_there")
    with pytest.raises(CorpusError, match="no pgvector"):
        Corpus.open(postgres_corpus, embedder=EMBEDDER)


def test_a_corpus_that_is_not_there_is_not_made_unasked(postgres_corpus: str) -> None:
    with pytest.raises(CorpusError, match="make one with `askdocs add`"):
        Corpus.open(postgres_corpus, create=False, embedder=EMBEDDER)


def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    with pytest.raises(CorpusError, match="cannot be reached") as raised:
        Corpus.open("postgresql://ann:secret@127.0.0.1:1/team?corpus=news", embedder=EMBEDDER)
    assert "secret" not in str(raised.value)


def test_vectors_of_another_width_are_refused(corpus: Corpus, postgres_corpus: str) -> None:
    with pytest.raises(CorpusMismatch, match="dimension"):
        Corpus.open(postgres_corpus, embedder=DeterministicEmbedder(dimension=32))


def test_a_text_with_nul_is_refused_with_a_word(corpus: Corpus) -> None:
    with pytest.raises(CorpusError, match="NUL character"):
        corpus.add([article(2).model_copy(update={"text": "Company 2\0 sold shares."})])
    assert set(texts(corpus)) == {"a1"}


def test_a_lost_row_is_found(corpus: Corpus, postgres_corpus: str) -> None:
    with administrator(postgres_corpus) as connection:
        connection.execute("UPDATE texts SET text = 'Company 1 sold nothing.'")
        connection.execute("DELETE FROM postings WHERE chunk = 1")
    problems = " ".join(corpus.verify())
    assert "its text was lost or changed" in problems
    assert "index of words" in problems
    with pytest.raises(CorpusDamaged, match="s1"):
        corpus.article("a1")
