"""Adding on a Ray cluster of this machine: each article is there once, though an actor is killed meanwhile."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from askdocs.core.errors import CorpusError, CorpusMismatch
from askdocs.core.reports import AddReport
from askdocs.corpus.corpus import Corpus
from askdocs.storage.postgres.address import Address
from askdocs.testing import DeterministicEmbedder
from tests.support.logging_embedder import LoggingEmbedder, embedded

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
ray = pytest.importorskip("ray")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    """One cluster for all tests; its processes find the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent.parent.parent))
        ray.init(address="local", num_cpus=4, include_dashboard=False, log_to_driver=False, object_store_memory=10**8)
        yield
        ray.shutdown()


def write(folder: Path, count: int) -> None:
    folder.mkdir()
    for number in range(count):
        text = f"# Company {number} grows\n\nCompany {number} sold {number * 7 + 3} shares in May, as it said.\n"
        (folder / f"{number:03}.md").write_text(text)


def test_what_a_killed_actor_had_is_done_again(postgres_corpus: str, tmp_path: Path) -> None:
    folder, log = tmp_path / "articles", tmp_path / "embedded.log"
    write(folder, 200)
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4 and no more")
    killed: list[int] = []

    def kill() -> None:
        while not killed:
            time.sleep(0.02)
            if len({pid for pid, _ in embedded(log)}) == 2:
                os.kill(embedded(log)[-1][0], signal.SIGKILL)
                killed.append(embedded(log)[-1][0])

    threading.Thread(target=kill, daemon=True).start()
    with Corpus.open(postgres_corpus, embedder=LoggingEmbedder(log, 0.02)) as corpus:
        report = corpus.add_with_ray(folder, workers=2)
        assert killed
        assert (report.added, report.unchanged, len(report.skipped)) == (200, 0, 1)
        assert sorted(one.source for one in corpus.articles()) == sorted(map(str, folder.glob("*.md")))
        assert corpus.verify() == []
        assert {pid for pid, _ in embedded(log)} > set(killed)
        many = len(embedded(log))
        (folder / "001.md").unlink()
        (folder / "bad.pdf").unlink()
        assert corpus.add_with_ray(folder, workers=1, prune=True) == AddReport(unchanged=199, removed=1)
        assert len(embedded(log)) == many, "nothing was embedded again"


def test_what_an_actor_refuses_is_said_in_our_words(postgres_corpus: str, tmp_path: Path) -> None:
    write(tmp_path / "articles", 1)
    in_folder = Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder())
    with in_folder, pytest.raises(CorpusError, match="several workers need a corpus on Postgres"):
        in_folder.add_with_ray(tmp_path / "articles")
    with Corpus.open(postgres_corpus, embedder=DeterministicEmbedder()) as corpus:
        corpus.add(tmp_path / "articles")
    other = Corpus.open(postgres_corpus)
    with other, pytest.raises(CorpusMismatch, match="vectors were made by the embedder"):
        other.add_with_ray(tmp_path / "articles", workers=1)
    dull = Corpus.open(postgres_corpus, embedder=LoggingEmbedder(tmp_path / "no folder" / "log"))
    (tmp_path / "articles" / "new.md").write_text("# Rain\n\nRain fell in spring.\n")
    with dull, pytest.raises(CorpusError, match=r"Ray could not finish .*no folder.*; what was added is there"):
        dull.add_with_ray(tmp_path / "articles", workers=1)
    assert not runs_left(postgres_corpus)


def runs_left(address: str) -> list[tuple[object, ...]]:
    """What is left of queues."""
    found = Address.of(address)
    with psycopg.connect(found.conninfo) as connection:
        return connection.execute(f"SELECT run FROM {found.schema_name}.work_runs".encode()).fetchall()
