"""The queue of a run: who takes what, and what becomes of what a worker held that has ended."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest

from askdocs.core.articles import Article
from askdocs.core.reports import AddReport, Skipped
from askdocs.storage.postgres.address import Address
from askdocs.storage.postgres.storage import PostgresStorage
from askdocs.storage.work import TRIES, Work, WorkRun, WorkShare
from askdocs.storage.writer import NewArticle, Source
from askdocs.testing import DeterministicEmbedder

Share = Callable[[WorkRun, str], WorkShare]


@pytest.fixture
def storage(postgres_corpus: str) -> Iterator[PostgresStorage]:
    opened = PostgresStorage.open(postgres_corpus, True, 5.0)
    yield opened
    opened.close()


@pytest.fixture
def run(storage: PostgresStorage) -> Iterator[WorkRun]:
    with storage.work_run() as begun:
        yield begun


@pytest.fixture
def share(storage: PostgresStorage) -> Iterator[Share]:
    with ExitStack() as stack:
        yield lambda run, worker: stack.enter_context(storage.work_share(run.number, worker))


def works(*names: str) -> list[Work]:
    return [Work(name, f"/data/{name}") for name in names]


def test_each_source_is_taken_once_in_order(run: WorkRun, share: Share) -> None:
    run.put(works("a", "b", "c"))
    run.put(works("c", "d"))
    one, two = share(run, "one"), share(run, "two")
    assert one.take(2) == works("a", "b")
    assert two.take(2) == works("c", "d")
    one.done()
    assert one.take(2) == [], "two may be ended yet"
    run.complete()
    two.done()
    assert one.take(2) is None
    assert run.left() == 0


def test_what_is_queued_later_is_waited_for(run: WorkRun, share: Share) -> None:
    one = share(run, "one")
    assert one.take(1) == []
    run.put(works("a"))
    assert one.take(1) == works("a")


def test_names_that_are_no_text_come_back_as_they_were(run: WorkRun, share: Share) -> None:
    name = os.fsdecode(b"caf\xe9.md")
    run.put([Work(name, "/data/caf\\udce9.md")])
    taken = share(run, "one").take(1)
    assert taken is not None
    assert os.fsencode(taken[0].given) == b"caf\xe9.md"


def test_what_an_ended_worker_held_is_taken_last_and_alone(run: WorkRun, share: Share) -> None:
    run.put(works("a", "b", "c"))
    ended, other = share(run, "ended"), share(run, "other")
    assert ended.take(2) == works("a", "b")
    run.beat(["ended", "other"])
    assert other.take(8) == works("c")
    run.beat(["other"])
    assert other.take(8) == works("a")
    ended.done()
    assert run.left() == 3, "what it holds no more it cannot finish"
    assert share(run, "third").take(8) == works("b")


def test_a_source_that_ends_each_worker_is_skipped_in_the_end(run: WorkRun, share: Share) -> None:
    run.put(works("deadly", "good"))
    run.complete()
    taken = [share(run, "first").take(8)]
    for number in range(1, TRIES):
        run.beat([])
        taken.append(share(run, f"another {number}").take(8))
    assert taken == [works("deadly", "good"), works("deadly"), works("deadly")]
    run.beat([])
    assert share(run, "last").take(8) == works("good")
    report = run.report()
    assert [one.source for one in report.skipped] == ["deadly"]
    assert "was ended each of 3 times" in report.skipped[0].reason
    assert run.left() == 1


def test_what_is_given_back_is_as_if_never_taken(run: WorkRun, share: Share) -> None:
    run.put(works("a", "b"))
    one = share(run, "one")
    for _ in range(TRIES + 1):
        assert one.take(8) == works("a", "b")
        one.note("skipped", "a", "a reason that does not count")
        one.give_back()
    assert run.report() == AddReport()


def test_a_run_leaves_aside_what_another_holds_that_lives(
    storage: PostgresStorage, run: WorkRun, share: Share, postgres_corpus: str
) -> None:
    with storage.work_run() as second:
        for one in (run, second):
            one.put(works("a", "b"))
        first, other = share(run, "first"), share(second, "other")
        assert first.take(1) == works("a")
        assert other.take(8) == works("b")
        other.done()
        assert other.take(8) == []
        _make_old(postgres_corpus, run.number, "2 minutes")
        assert other.take(8) == works("a"), "nobody looks after the first run any more"


def test_what_a_run_left_whose_process_was_ended_is_removed(
    storage: PostgresStorage, run: WorkRun, postgres_corpus: str
) -> None:
    run.put(works("a"))
    _make_old(postgres_corpus, run.number, "2 hours")
    with storage.work_run():
        assert run.left() == 0


def _make_old(address: str, run: int, age: str) -> None:
    found = Address.of(address)
    with psycopg.connect(found.conninfo) as connection:
        sql = f"UPDATE {found.schema_name}.work_runs SET beat = beat - interval '{age}' WHERE run = {run}"
        connection.execute(sql.encode())


def test_the_first_outcome_of_an_article_counts(run: WorkRun, share: Share) -> None:
    one = share(run, "one")
    one.note("added", "a")
    one.note("skipped", "b#1", "no text")
    one.note("skipped", "b#1", "no title")
    one.done()
    one.note("unchanged", "a")
    one.note("skipped", "b#1", "no text")
    one.note("removed", "a")
    one.done()
    skipped = (Skipped(source="b#1", reason="no text"), Skipped(source="b#1", reason="no title"))
    assert run.report() == AddReport(added=1, removed=1, skipped=skipped)


def test_an_outcome_is_stored_with_the_article_or_not_at_all(run: WorkRun, share: Share) -> None:
    one = share(run, "one")
    article = Article(id="a", source="a", title="A", text="Rain fell.")
    vectors = DeterministicEmbedder().embed_texts([])
    new = NewArticle(article, [], vectors, [], "1", "1")

    def lost() -> None:
        with one.writer.changing():
            one.writer.put(new, Source("a"))
            one.note("added", "a")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        lost()
    assert run.report() == AddReport()
    one.give_back()
    with one.writer.changing():
        one.writer.put(new, Source("a"))
        one.note("added", "a")
    assert run.report() == AddReport(added=1), "before done() is called"
