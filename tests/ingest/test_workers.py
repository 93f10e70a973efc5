"""Several processes add to one corpus: each article is there once, whoever is killed meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from askdocs.core.articles import Article
from askdocs.core.errors import AskdocsError, CorpusError
from askdocs.core.reports import AddProgress, AddReport
from askdocs.corpus.corpus import Corpus
from askdocs.storage.postgres.address import Address
from askdocs.testing import DeterministicEmbedder
from tests.support.logging_embedder import LoggingEmbedder, embedded

Query = Callable[[str], list[tuple[object, ...]]]


@pytest.fixture
def query(postgres_corpus: str) -> Query:
    """Ask the tables of the corpus."""
    found = Address.of(postgres_corpus)
    options = f"-c search_path={found.schema_name},public"

    def ask(sql: str) -> list[tuple[object, ...]]:
        with psycopg.connect(found.conninfo, autocommit=True, options=options) as connection:
            return connection.execute(sql.encode()).fetchall()

    return ask


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    return made


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "embedded.log"


def write(folder: Path, count: int) -> None:
    for number in range(count):
        text = f"# Company {number} grows\n\nCompany {number} sold {number * 7 + 3} shares in May, as it said.\n"
        (folder / f"{number:03}.md").write_text(text)


def queues_are_empty(query: Query) -> bool:
    return not any(query(f"SELECT 1 FROM {table}") for table in ("work", "work_runs", "work_outcomes"))


def check_whole(corpus: Corpus, folder: Path) -> None:
    """Every file is the source of one article, and all that is stored fits together."""
    assert sorted(one.source for one in corpus.articles()) == sorted(map(str, folder.glob("*.md")))
    assert corpus.verify() == []


class Adding(threading.Thread):
    """Adds by workers, in a thread of its own, so that a test can disturb it."""

    def __init__(self, address: str, embedder: LoggingEmbedder, workers: int, *sources: Path) -> None:
        super().__init__(daemon=True)
        self._address, self._embedder, self._workers, self._sources = address, embedder, workers, sources
        self.report = AddReport()

    def run(self) -> None:
        with Corpus.open(self._address, embedder=self._embedder) as corpus:
            self.report = corpus.add(*self._sources, workers=self._workers)


def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


def test_what_a_killed_worker_held_is_added_by_another(
    postgres_corpus: str, folder: Path, log: Path, query: Query
) -> None:
    write(folder, 40)
    adding = Adding(postgres_corpus, LoggingEmbedder(log, 0.03), 2, folder)
    adding.start()
    until(lambda: len({pid for pid, _ in embedded(log)}) == 2)
    killed = embedded(log)[-1][0]
    os.kill(killed, signal.SIGKILL)
    held = query(f"SELECT file FROM work WHERE state = 'taken' AND worker LIKE '%-{killed}'")
    adding.join(60)
    assert not adding.is_alive()
    assert adding.report == AddReport(added=40)
    with Corpus.open(postgres_corpus, embedder=LoggingEmbedder(log)) as corpus:
        check_whole(corpus, folder)
    assert held, "it was killed while it held files"
    assert queues_are_empty(query)


def test_two_runs_over_one_folder_share_its_files(postgres_corpus: str, folder: Path, log: Path, query: Query) -> None:
    write(folder, 40)
    runs = [Adding(postgres_corpus, LoggingEmbedder(log, 0.03), 1, folder) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(60)
        assert not run.is_alive()
    assert sum(run.report.added for run in runs) == 40
    assert all(run.report.added + run.report.unchanged == 40 and not run.report.skipped for run in runs)
    texts = [text for _, text in embedded(log)]
    assert len(texts) == len(set(texts)) == 40, "no article was embedded twice"
    with Corpus.open(postgres_corpus, embedder=LoggingEmbedder(log)) as corpus:
        check_whole(corpus, folder)
    assert queues_are_empty(query)


def test_the_report_is_the_sum_and_a_bad_file_a_line_of_it(
    postgres_corpus: str, folder: Path, log: Path, query: Query
) -> None:
    write(folder, 6)
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4 and no more")
    (folder / "records.jsonl").write_text(
        '{"title": "One", "text": "Rain fell in spring."}\n{"title": "Two", "text": "Snow fell in winter."}\n{"title'
    )
    given = Article(id="mine", source="mine", title="Mine", text="An article of the caller's.")
    with Corpus.open(postgres_corpus, embedder=LoggingEmbedder(log)) as corpus:
        alone = corpus.add(folder / "000.md")
        report = corpus.add(folder, [given], workers=1)
        assert alone.added == 1
        assert (report.added, report.unchanged, report.updated, report.moved) == (8, 1, 0, 0)
        assert len(report.skipped) == 2
        assert {Path(one.source.split("#")[0]).name for one in report.skipped} == {"bad.pdf", "records.jsonl"}
        (folder / "001.md").unlink()
        (folder / "002.md").rename(folder / "moved.md")
        (folder / "003.md").write_text("# Company 3 shrinks\n\nCompany 3 bought back all of its shares.\n")
        (folder / "bad.pdf").unlink()
        (folder / "records.jsonl").unlink()
        report = corpus.add(folder, workers=1, prune=True)
        assert report == AddReport(updated=1, unchanged=3, moved=1, removed=3)
        assert corpus.verify() == []
    assert queues_are_empty(query)


_INTERRUPTED = """
import sys
from pathlib import Path
from askdocs.corpus.corpus import Corpus
from tests.support.logging_embedder import LoggingEmbedder
if __name__ == "__main__":
    address, folder, log = sys.argv[1:]
    with Corpus.open(address, embedder=LoggingEmbedder(Path(log), 0.1)) as corpus:
        corpus.add(folder, workers=2)
"""


def test_an_interrupt_stops_all_workers_and_leaves_nothing_half(
    postgres_corpus: str, folder: Path, log: Path, tmp_path: Path, query: Query
) -> None:
    write(folder, 200)
    script = tmp_path / "adding.py"
    script.write_text(_INTERRUPTED)
    root = str(Path(__file__).parent.parent.parent)
    process = subprocess.Popen(
        [sys.executable, str(script), postgres_corpus, str(folder), str(log)],
        env={**os.environ, "PYTHONPATH": root},
        start_new_session=True,
        stderr=subprocess.PIPE,
    )
    until(lambda: log.exists() and query("SELECT count(*) FROM articles") > [(2,)])
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, said = process.communicate(timeout=30)
    assert process.returncode != 0
    assert said.count(b"Traceback") == 1, "only the parent was interrupted"
    assert b"KeyboardInterrupt" in said
    for worker in {pid for pid, _ in embedded(log)}:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)
    assert queues_are_empty(query)
    with Corpus.open(postgres_corpus, embedder=LoggingEmbedder(log)) as corpus:
        assert 2 < len(list(corpus.articles())) < 200
        assert corpus.verify() == []


def test_workers_end_when_the_process_that_began_them_is_killed(
    postgres_corpus: str, folder: Path, log: Path, tmp_path: Path
) -> None:
    write(folder, 200)
    script = tmp_path / "adding.py"
    script.write_text(_INTERRUPTED)
    process = subprocess.Popen(
        [sys.executable, str(script), postgres_corpus, str(folder), str(log)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)},
    )
    until(lambda: embedded(log))
    process.kill()
    process.wait()

    def still() -> bool:
        before = len(embedded(log))
        time.sleep(1.0)
        return len(embedded(log)) == before

    until(still)
    assert len(embedded(log)) < 100
    with Corpus.open(postgres_corpus, embedder=LoggingEmbedder(log)) as corpus:
        assert corpus.verify() == []


@pytest.mark.slow
def test_a_file_that_ends_each_worker_is_skipped(postgres_corpus: str, folder: Path, log: Path, query: Query) -> None:
    write(folder, 4)
    (folder / "deadly.md").write_text("# Deadly\n\nNobody survives the word xyzzy.\n")
    with Corpus.open(postgres_corpus, embedder=LoggingEmbedder(log, deadly="xyzzy")) as corpus:
        report = corpus.add(folder, workers=1)
        assert (report.added, [one.source for one in report.skipped]) == (4, [str(folder / "deadly.md")])
        assert "was ended each of 3 times" in report.skipped[0].reason
        assert corpus.verify() == []
    assert queues_are_empty(query)


def test_a_stop_ends_the_workers_and_progress_is_told(
    postgres_corpus: str, folder: Path, log: Path, query: Query
) -> None:
    write(folder, 200)
    stop = threading.Event()
    told: list[AddProgress] = []

    def tell(progress: AddProgress) -> None:
        told.append(progress)
        if progress.articles >= 3:
            stop.set()

    with Corpus.open(postgres_corpus, embedder=LoggingEmbedder(log, 0.02)) as corpus:
        report = corpus.add(folder, workers=1, progress=tell, stop=stop)
        assert 3 <= report.added < 200
        assert report.added == len(list(corpus.articles()))
        assert told[-1].articles <= report.added
        assert corpus.verify() == []
    assert queues_are_empty(query)


def test_copies_added_at_once_are_embedded_once(postgres_corpus: str, tmp_path: Path, log: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for place in folders:
        place.mkdir()
        write(place, 3)

    def add(place: Path) -> None:
        with Corpus.open(postgres_corpus, embedder=LoggingEmbedder(log, 0.2)) as corpus:
            reports.append(corpus.add(place))

    reports: list[AddReport] = []
    threads = [threading.Thread(target=add, args=(place,)) for place in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted((one.added, one.unchanged) for one in reports) == [(0, 3), (3, 0)]
    assert len(embedded(log)) == 3
    with Corpus.open(postgres_corpus, embedder=LoggingEmbedder(log)) as corpus:
        assert (corpus.status().articles, corpus.status().sources) == (3, 6)
        assert corpus.verify() == []


def test_a_corpus_in_a_folder_has_one_writer(tmp_path: Path, folder: Path) -> None:
    write(folder, 1)
    with Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder()) as corpus:
        with pytest.raises(CorpusError, match="several workers need a corpus on Postgres"):
            corpus.add(folder, workers=2)
        assert corpus.add(folder).added == 1


def test_an_embedder_that_cannot_be_sent_is_refused(postgres_corpus: str, folder: Path, query: Query) -> None:
    class Local(DeterministicEmbedder):
        """No other process can import it."""

    with Corpus.open(postgres_corpus, embedder=Local()) as corpus:
        with pytest.raises(AskdocsError, match="cannot be sent to worker processes"):
            corpus.add(folder, workers=2)
        with pytest.raises(AskdocsError, match="workers"):
            corpus.add(folder, workers=0)
    assert queues_are_empty(query)
