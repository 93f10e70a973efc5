"""The same questions on Postgres, for ``bench_search.py``: a generated corpus is copied to a server and asked there."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from askdocs.core.reports import Fingerprint
from askdocs.corpus.copying import copy_articles
from askdocs.corpus.corpus import Corpus
from askdocs.retrieval.hybrid import DEPTH
from askdocs.retrieval.question_words import asked_words
from scripts.benchmarks.bench_storages import corpus_address
from scripts.benchmarks.generated_corpus import KnownVectors, Question


def measured_on_postgres(
    path: Path, fingerprint: Fingerprint, questions: Sequence[Question], server: str | None
) -> Any:
    """The times of each search on a server, how many of the folder's hits it finds, bytes, and seconds to copy."""
    embedder = KnownVectors(fingerprint, questions)
    with (
        corpus_address(server) as address,
        Corpus.open(path, create=False, embedder=embedder) as folder,
        Corpus.open(address, embedder=embedder) as corpus,
    ):
        begin = time.perf_counter()
        copied = copy_articles(folder.storage, corpus.storage)
        assert not copied.differing
        found: dict[str, Any] = {"copy_seconds": time.perf_counter() - begin, "times": {}}
        for name, where in (("", None), ("_1%", {"section": "7"})):
            with corpus.searcher.snapshot() as store:
                allowed, nearest = store.filter(where), corpus.storage.vectors(store)
                found["times"]["dense" + name] = _times(
                    lambda question: nearest.search(question.vector, DEPTH, allowed),  # noqa: B023  # called at once
                    questions,
                )
                found["times"]["bm25" + name] = _times(
                    lambda question: store.bm25(  # called at once
                        asked_words(question.text, store).searched,
                        DEPTH,
                        allowed,  # noqa: B023
                        (0.5, 0.5, 1.0),
                    ),
                    questions,
                )
            found["times"]["fused" + name] = _times(
                lambda question: corpus.search(question.text, 10, where),  # noqa: B023  # called at once
                questions,
            )
            found["same" + name] = float(np.mean([_share(folder, corpus, one, where) for one in questions]))
        status = corpus.status()
        return found | {"bytes": status.bytes, "index": status.index.kind}


def _share(folder: Corpus, corpus: Corpus, question: Question, where: dict[str, str] | None) -> float:
    wanted, found = (
        {(hit.source, hit.chunk.start) for hit in one.search(question.text, 10, where)} for one in (folder, corpus)
    )
    return len(wanted & found) / max(1, len(wanted))


def _times(call: Callable[[Question], object], questions: Sequence[Question]) -> dict[str, float]:
    seconds = []
    for question in questions:
        begin = time.perf_counter()
        call(question)
        seconds.append(time.perf_counter() - begin)
    p50, p99 = np.percentile(seconds, (50, 99))
    return {"p50": float(p50), "p99": float(p99)}


def postgres_lines(rows: Sequence[dict[str, Any]], kinds: Sequence[str]) -> list[str]:
    """The table of what was measured on a server."""
    rows = [row for row in rows if "postgres" in row]
    if not rows:
        return []
    names = [kind.replace("_", ", ") for kind in kinds]
    head = ["chunks", *names, "of the folder's ten", "with 1%", "index", "MB", "copied in, s"]
    lines = [
        "On Postgres, through a socket of this machine; milliseconds, p50 / p99.",
        "",
        f"| {' | '.join(head)} |",
        "|" + "---|" * len(head),
    ]
    for row in rows:
        found = row["postgres"]
        measured = [found["times"][kind] for kind in kinds]
        times = [f"{1000 * one['p50']:.1f} / {1000 * one['p99']:.1f}" for one in measured]
        rest = [f"{found['same']:.3f}", f"{found['same_1%']:.3f}", found["index"]]
        rest += [f"{found['bytes'] / 1e6:.1f}", f"{found['copy_seconds']:.0f}"]
        lines.append(f"| {row['chunks']:,} | {' | '.join([*times, *rest])} |")
    return [*lines, ""]
