"""The queue of sources that several workers add at once, in tables of the corpus.

A worker takes rows with ``FOR UPDATE SKIP LOCKED``, so that none waits for another. A row is held while the run it
belongs to gives a sign of life; what a worker held that has ended is waiting again. A run leaves aside what workers
of another run hold at the moment, so that two machines that add the same folder share its files out.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from askdocs.core.reports import AddReport, Skipped
from askdocs.storage.database import row_hash
from askdocs.storage.postgres.database import PostgresDatabase
from askdocs.storage.postgres.words import PostgresWords
from askdocs.storage.reader import State
from askdocs.storage.work import TRIES, Outcome, Work
from askdocs.storage.writer import Writer

LEASE_SECONDS = 60  # without a sign of life of a run, after which other runs take what its workers hold
_FORGOTTEN = "1 hour"  # after which the rows are removed that a run left whose process was ended

_ALIVE = f"beat > clock_timestamp() - interval '{LEASE_SECONDS} seconds'"
_TAKE = f"""
    WITH next AS MATERIALIZED (
        SELECT number FROM work AS mine WHERE run = ? AND state = 'waiting' AND {{tried}}
        AND NOT EXISTS (SELECT 1 FROM work AS held JOIN work_runs USING (run) WHERE held.file = mine.file
                        AND held.state = 'taken' AND held.run != mine.run AND {_ALIVE})
        ORDER BY number LIMIT ? FOR UPDATE OF mine SKIP LOCKED)
    UPDATE work SET state = 'taken', worker = ?, tries = tries + 1, taken_at = clock_timestamp()
    FROM next WHERE work.run = ? AND work.number = next.number RETURNING work.number, given, file"""
_NOTE = "INSERT INTO work_outcomes (run, mark, outcome, source, reason) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
_ENDED = (
    f"the process that read it was ended each of {TRIES} times; read it alone with `askdocs add`, "
    "on a machine with more memory"
)


class PostgresRun:
    """A run, as the process sees it that looks after its workers."""

    def __init__(self, database: PostgresDatabase, number: int) -> None:
        self._database = database
        self.number = number
        self._queued = 0

    def put(self, work: Sequence[Work]) -> None:
        """Queue sources, in their order."""
        numbers = list(range(self._queued, self._queued + len(work)))
        self._queued += len(work)
        given = [os.fsencode(one.given) for one in work]
        self._database.change(
            "INSERT INTO work (run, number, given, file) SELECT ?, * FROM unnest(?::bigint[], ?::bytea[], ?::text[]) "
            "ON CONFLICT (run, file) DO NOTHING",
            (self.number, numbers, given, [one.file for one in work]),
        )

    def complete(self) -> None:
        """Say that nothing more will be put."""
        self._database.change("UPDATE work_runs SET complete = true WHERE run = ?", (self.number,))

    def beat(self, workers: Sequence[str]) -> None:
        """Say that this run lives, and let others take what workers held that have ended."""
        self._database.change("UPDATE work_runs SET beat = clock_timestamp() WHERE run = ?", (self.number,))
        gone = (self.number, list(workers))
        held = "run = ? AND state = 'taken' AND worker != ALL(?)"
        for file, given in self._database.all(
            f"UPDATE work SET state = 'done' WHERE {held} AND tries >= {TRIES} RETURNING file, given", gone
        ):
            source = os.fsdecode(given).encode("utf-8", "backslashreplace").decode()
            values = (self.number, row_hash(file, _ENDED), "skipped", source, _ENDED)
            self._database.change(_NOTE, values)
        self._database.change(f"UPDATE work SET state = 'waiting' WHERE {held}", gone)

    def left(self) -> int:
        """How many sources are not done."""
        return self._database.count("SELECT count(*) FROM work WHERE run = ? AND state != 'done'", (self.number,))

    def report(self) -> AddReport:
        """What came of the sources so far."""
        counts: dict[str, int] = dict(
            self._database.all(
                "SELECT outcome, count(*) FROM work_outcomes WHERE run = ? AND outcome != 'skipped' GROUP BY outcome",
                (self.number,),
            )
        )
        skipped = self._database.all(
            "SELECT source, reason FROM work_outcomes WHERE run = ? AND outcome = 'skipped' ORDER BY source, reason",
            (self.number,),
        )
        return AddReport(**counts, skipped=tuple(Skipped(source=source, reason=reason) for source, reason in skipped))


@contextlib.contextmanager
def running(database: PostgresDatabase) -> Iterator[PostgresRun]:
    """A run of its own; its rows are removed at the end."""
    _remove(database, f"SELECT run FROM work_runs WHERE beat < clock_timestamp() - interval '{_FORGOTTEN}'")
    number = database.count("INSERT INTO work_runs DEFAULT VALUES RETURNING run")
    try:
        yield PostgresRun(database, number)
    finally:
        database.roll_back()
        _remove(database, f"VALUES ({number}::bigint)")


def _remove(database: PostgresDatabase, runs: str) -> None:
    for table in ("work", "work_outcomes", "work_runs"):
        database.change(f"DELETE FROM {table} WHERE run IN ({runs})")


class _Note(NamedTuple):
    outcome: Outcome
    source: str
    reason: str


def _mark(note: _Note) -> bytes:
    """What tells a note from others: one article has one outcome, and a source may be skipped for several reasons."""
    return row_hash(note.source, note.reason if note.outcome == "skipped" else note.outcome == "removed")


class PostgresShare:
    """What one worker takes of a run."""

    def __init__(self, database: PostgresDatabase, run: int, worker: str) -> None:
        self.writer = _NotingWriter(database, self._store_notes)
        self._database = database
        self._run = run
        self._worker = worker
        self._taken: list[int] = []
        self._notes: list[_Note] = []

    def take(self, limit: int) -> list[Work] | None:
        """The next sources; those are taken last, and one by one, that a worker held which has ended."""
        for tried, most in (("tries = 0", limit), ("tries > 0", 1)):
            sql = _TAKE.format(tried=tried)
            found = sorted(self._database.all(sql, (self._run, most, self._worker, self._run)))
            if found:
                self._taken = [number for number, _, _ in found]
                return [Work(os.fsdecode(given), file) for _, given, file in found]
        return [] if self._more() else None

    def _more(self) -> bool:
        """Whether there is, or will be, something to take; not where the run itself is gone."""
        row = self._database.one(
            "SELECT NOT complete OR EXISTS (SELECT 1 FROM work WHERE work.run = work_runs.run AND state != 'done') "
            "FROM work_runs WHERE run = ?",
            (self._run,),
        )
        return row is not None and bool(row[0])

    def note(self, outcome: Outcome, source: str, reason: str = "") -> None:
        """Remember what came of an article until the change is stored that it describes."""
        self._notes.append(_Note(outcome, source, reason))

    def _store_notes(self) -> None:
        notes, self._notes = self._notes, []
        if notes:
            self._database.change_many(_NOTE, [(self._run, _mark(note), *note) for note in notes])

    def done(self) -> None:
        """Say that what was taken is added."""
        self._store_notes()
        self._set("state = 'done'")

    def give_back(self) -> None:
        """Say that what was taken is not added; that does not count as a try."""
        self._database.roll_back()
        self._notes = []
        self._set("state = 'waiting', tries = tries - 1")

    def _set(self, change: str) -> None:
        taken, self._taken = self._taken, []
        self._database.change(
            f"UPDATE work SET {change} WHERE run = ? AND number = ANY(?) AND state = 'taken' AND worker = ?",
            (self._run, taken, self._worker),
        )


class _NotingWriter(Writer):
    """A writer that stores what came of an article in the transaction that stores the article."""

    def __init__(self, database: PostgresDatabase, store_notes: Callable[[], None]) -> None:
        super().__init__(database, PostgresWords(database))
        self._store_notes = store_notes

    def _store_state(self, state: State) -> None:
        self._store_notes()
        super()._store_state(state)


TABLES = (
    """CREATE TABLE work_runs (
        run BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, complete BOOLEAN NOT NULL DEFAULT false,
        beat TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp())""",
    # ``given`` is bytes, for the name of a file may be no text. A file is compared with what is stored of it by the
    # worker that takes it: its size, times and hash are those of ``sources``.
    """CREATE TABLE work (
        run BIGINT NOT NULL, number BIGINT NOT NULL, given BYTEA NOT NULL, file TEXT COLLATE "C" NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting', worker TEXT, tries INTEGER NOT NULL DEFAULT 0, taken_at TIMESTAMPTZ,
        PRIMARY KEY (run, number), UNIQUE (run, file))""",
    "CREATE INDEX work_waiting ON work (run, number) WHERE state = 'waiting'",
    "CREATE INDEX work_taken ON work (file) WHERE state = 'taken'",
    """CREATE TABLE work_outcomes (
        run BIGINT NOT NULL, mark BYTEA NOT NULL, source TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,
        PRIMARY KEY (run, mark))""",
)
