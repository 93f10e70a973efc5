"""How long searching takes, what it finds, and what it needs, from 1,000 to 1,000,000 chunks.

Usage: python scripts/benchmarks/bench_search.py [--sizes 1000,10000,100000,1000000] [--data ../shared/data]
       [--questions 200] [--embedder default] [--embedded 6000] [--work FOLDER [--again]] [--out docs/benchmarks]
       [--index auto] [--stores embedded postgres] [--postgres-most 10000] [--server URL]

For each size a corpus is filled (see ``generated_corpus.py``), then a fresh process opens it and asks: dense search,
BM25 and the whole of ``Corpus.search``, each alone and with a filter that keeps 1% of the articles. Embedding takes no
part. ``recall@10`` is the share of the ten exactly nearest chunks among the first ten found. BM25 and the whole are
measured twice, question by question in turn: with the lists of words, and by FTS5 alone; ``same`` is the share of
questions for which both find the same hits with the same scores. ``--again`` measures what a former run left in
``--work``. With ``postgres`` among the stores, each corpus of up to ``--postgres-most`` chunks is copied to a server as
well, ``--server`` or one that is started, and asked there.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from askdocs.core.base import FloatArray
from askdocs.core.protocols import Embedder
from askdocs.corpus.corpus import Corpus
from askdocs.retrieval.hybrid import DEPTH
from askdocs.retrieval.question_words import asked_words
from askdocs.storage import schema
from askdocs.storage.database import Database
from askdocs.storage.embedded import open_writer
from askdocs.storage.vectors.manager import IndexManager
from askdocs.storage.word_lists import WordLists
from askdocs.storage.word_lists_making import keep_lists
from askdocs.storage.writer import Writer
from askdocs.testing import DeterministicEmbedder
from scripts.benchmarks.generated_corpus import (
    SECTIONS,
    Generator,
    KnownVectors,
    Question,
    embedded,
    exact,
    fill,
    real_paragraphs,
)
from scripts.benchmarks.machine import machine
from scripts.benchmarks.search_on_postgres import measured_on_postgres, postgres_lines

ROOT = Path(__file__).resolve().parents[2]
MEASURED = ("dense", "bm25", "fused")
REAL_VECTORS = 6_000  # embedded at most: more real text would add minutes and nothing to what is measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000,1000000")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--embedder", choices=("default", "deterministic"), default="default")
    parser.add_argument("--index", choices=("auto", "flat", "ivf"), default="auto")
    parser.add_argument("--embedded", type=int, default=REAL_VECTORS, help="of the real paragraphs; others are near")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--stores", nargs="+", choices=("embedded", "postgres"), default=["embedded"])
    parser.add_argument("--postgres-most", type=int, default=10_000, help="chunks; copying more takes hours")
    parser.add_argument("--server", help="the address of a PostgreSQL without a corpus")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.index)))
        return
    rows = []
    with contextlib.ExitStack() as stack:
        folder = options.work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sizes = [int(size) for size in options.sizes.split(",")]
        if not options.again:
            fill_all(folder, sizes, options)
        for size in sizes:
            rows.append(measured(folder / str(size), options))
            if "postgres" in options.stores and size <= options.postgres_most:
                kept = pickle.loads(Path(f"{folder / str(size)}.pickle").read_bytes())
                rows[-1]["postgres"] = measured_on_postgres(
                    folder / str(size), kept["fingerprint"], kept["questions"], options.server
                )
            print(json.dumps(rows[-1]), file=sys.stderr)
    settings = {name: getattr(options, name) for name in ("embedder", "embedded", "questions")}
    write(options.out, {"machine": machine(), **settings, "rows": rows})


def fill_all(folder: Path, sizes: Sequence[int], options: argparse.Namespace) -> None:
    texts = real_paragraphs([options.data, ROOT / "evals"])[:REAL_VECTORS]
    embedder = _embedder(options.embedder)
    vectors = embedded(texts, embedder, options.embedded)
    for size in sizes:
        made(folder / str(size), size, options, texts, vectors, embedder)


def _embedder(name: str) -> Embedder:
    if name == "deterministic":
        return DeterministicEmbedder(dimension=384)
    from askdocs.embedding.embedder import default_embedder

    return default_embedder()


def made(
    path: Path, size: int, options: argparse.Namespace, texts: Sequence[str], vectors: FloatArray, embedder: Embedder
) -> None:
    """Fill a corpus, and keep the questions and their exact answers beside it."""
    path.mkdir(parents=True)
    schema.create(path / "corpus.db")
    generator = Generator(texts, vectors)
    writer = open_writer(path / "corpus.db")
    writer.set_fingerprint(embedder.fingerprint)
    begin = time.perf_counter()
    real = fill(writer, size, texts, vectors, generator)
    filled = time.perf_counter() - begin
    begin = time.perf_counter()
    with writer.snapshot():
        IndexManager(path, options.index).keep(writer)
    indexed = time.perf_counter() - begin
    begin = time.perf_counter()
    assert isinstance(writer.database, Database)
    keep_lists(writer.database, size, size)
    listed = time.perf_counter() - begin
    questions = _questions(writer, generator, size, options.questions)
    allowed = writer.filter({"section": "7"})
    kept = {
        "made": {
            "chunks": size,
            "real": real,
            "fill_seconds": filled,
            "index_seconds": indexed,
            "lists_seconds": listed,
        },
        "questions": questions,
        "fingerprint": embedder.fingerprint,
        "nearest": exact(writer, questions, 10),
        "nearest_allowed": exact(writer, questions, 10, allowed),
    }
    Path(f"{path}.pickle").write_bytes(pickle.dumps(kept))
    database = writer.database
    assert isinstance(database, Database)
    database.write_back()
    writer.close()


def measured(path: Path, options: argparse.Namespace) -> dict[str, Any]:
    """What a fresh process measures."""
    command = [
        sys.executable,
        "-m",
        "scripts.benchmarks.bench_search",
        "--measure",
        str(path),
        "--index",
        options.index,
    ]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _questions(writer: Writer, generator: Generator, size: int, count: int) -> list[Question]:
    chosen = np.random.default_rng(1).choice(np.arange(1, size + 1), size=min(count, size), replace=False)
    ids, vectors = writer.vectors(chosen)
    texts = writer.chunks(ids)
    return [generator.question(texts[int(one)].chunk.text, vector) for one, vector in zip(ids, vectors, strict=True)]


def measure(path: Path, index: Any) -> dict[str, Any]:
    """What a fresh process sees."""
    kept = pickle.loads(Path(f"{path}.pickle").read_bytes())
    questions: list[Question] = kept["questions"]
    before = _memory()
    begin = time.perf_counter()
    corpus = Corpus.open(path, create=False, embedder=KnownVectors(kept["fingerprint"], questions), index=index)
    opened = time.perf_counter() - begin
    corpus.search(questions[0].text)
    first = time.perf_counter() - begin
    found: dict[str, Any] = kept["made"] | {"open_seconds": opened, "first_answer_seconds": first, "times": {}}
    with corpus.searcher.snapshot() as store:
        nearest = corpus.storage.vectors(store)
        for name, where in (("", None), ("_1%", {"section": "7"})):
            allowed = store.filter(where)

            def dense(question: Question, allowed: Any = allowed) -> object:
                return nearest.search(question.vector, DEPTH, allowed)

            def bm25(question: Question, allowed: Any = allowed) -> object:
                return store.bm25(asked_words(question.text, store).searched, DEPTH, allowed, (0.5, 0.5, 1.0))

            def fused(question: Question, where: Any = where) -> object:
                return corpus.search(question.text, 10, where)

            for kind, call in zip(MEASURED, (dense, bm25, fused), strict=True):
                found["times"] |= _times(kind + name, call, questions)
            found["same" + name] = _same(fused, questions)
            wanted = kept["nearest_allowed" if where else "nearest"]
            right = sum(
                len(set(nearest.search(question.vector, 10, allowed)[0].tolist()) & set(best.tolist()))
                for question, best in zip(questions, wanted, strict=True)
            )
            found["recall@10" + name] = right / max(1, sum(len(best) for best in wanted))
            found["hits" + name] = min(len(corpus.search(question.text, 10, where)) for question in questions[:20])
        found["index"] = corpus.status().index.kind
        (found["lists_bytes"],) = store.database.one("SELECT coalesce(sum(length(data)), 0) FROM word_lists") or (0,)
    found["memory_bytes"] = _memory() - before
    found["files"] = {file.name: file.stat().st_size for file in sorted(path.iterdir()) if file.stat().st_size}
    corpus.close()
    return found


def _times(name: str, call: Callable[[Question], object], questions: Sequence[Question]) -> dict[str, dict[str, float]]:
    """Percentiles with the lists of words and without, of the same questions one after the other."""
    found: dict[str, list[tuple[float, float]]] = {name: [], f"{name} by FTS5": []}
    for question in questions:
        found[name].append(_seconds(call, question))
        with _fts5_alone():
            found[f"{name} by FTS5"].append(_seconds(call, question))
    return {
        key: {
            "p50": float(np.percentile(values, 50, axis=0)[0]),
            "p99": float(np.percentile(values, 99, axis=0)[0]),
            "processor_p50": float(np.percentile(values, 50, axis=0)[1]),
        }
        for key, values in found.items()
        if not key.startswith("dense") or key == name
    }


def _seconds(call: Callable[[Question], object], question: Question) -> tuple[float, float]:
    """How long it took, and how long of that this process had a processor."""
    begin, at_work = time.perf_counter(), time.process_time()
    call(question)
    return time.perf_counter() - begin, time.process_time() - at_work


def _same(call: Callable[[Question], object], questions: Sequence[Question]) -> float:
    same = 0
    for question in questions:
        found = call(question)
        with _fts5_alone():
            same += found == call(question)
    return same / len(questions)


@contextlib.contextmanager
def _fts5_alone() -> Iterator[None]:
    """As if there were no lists of words."""
    former = WordLists.bm25, WordLists.counts
    WordLists.bm25 = lambda *_: None  # type: ignore[method-assign]
    WordLists.counts = lambda *_: {}  # type: ignore[method-assign]
    try:
        yield
    finally:
        WordLists.bm25, WordLists.counts = former  # type: ignore[method-assign]


def _memory() -> int:
    """Resident bytes of this process, mapped files included."""
    statistics = Path("/proc/self/statm")
    return int(statistics.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if statistics.exists() else 0


def write(out: Path, result: dict[str, Any]) -> None:
    """``search.json``, and the same as a page."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "search.json").write_text(json.dumps(result, indent=2) + "\n")
    where = result["machine"]
    lines = [
        "# Searching",
        "",
        f"Written by `scripts/benchmarks/bench_search.py` on {where['cpu']},"
        f" {where['cores']} cores, Python {where['python']}.",
        f"{result['questions']} questions a row; milliseconds, p50 / p99, embedding of the question not counted; in"
        " brackets the processor's time, p50, which others on the machine hardly change.",
        f"1% is a filter that keeps one article in {SECTIONS}. Real text first, then generated; of the real paragraphs"
        f" {result['embedded']:,} are embedded, the others have vectors near theirs.",
        '"By FTS5" is the same without the lists of words, in the same run; both find the same hits with the same'
        ' scores for the share of questions under "same".',
        "",
    ]
    rows = result["rows"]
    kinds = [kind + name for name in ("", "_1%") for kind in MEASURED]
    lines += _table(
        ["chunks (real)", *(kind.replace("_", ", ") for kind in kinds)], rows, lambda row: _cells(row, kinds)
    )
    kinds = [f"{kind}{name}{by}" for name in ("", "_1%") for kind in MEASURED[1:] for by in ("", " by FTS5")]
    names = [kind.replace("_1%", ", 1%") for kind in kinds]
    lines += _table(
        ["chunks (real)", *names, "same", "same, 1%"], rows, lambda row: [*_cells(row, kinds), *_same_cells(row)]
    )
    lines += postgres_lines(rows, [kind + name for name in ("", "_1%") for kind in MEASURED])
    head = ["index", "recall@10", "recall, 1%", "open, s", "memory, MB", "corpus.db, MB", "lists of words in it, MB"]
    head += ["vectors.faiss, MB", "index built in, s", "lists made in, s"]
    lines += _table(["chunks (real)", *head], rows, _sizes)
    (out / "search.md").write_text("\n".join(lines).rstrip() + "\n")


def _table(
    head: Sequence[str], rows: Sequence[dict[str, Any]], cells: Callable[[dict[str, Any]], list[str]]
) -> list[str]:
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    lines += [f"| {' | '.join([_name(row), *cells(row)])} |" for row in rows]
    return [*lines, ""]


def _name(row: dict[str, Any]) -> str:
    return f"{row['chunks']:,} ({row['real']:,})"


def _cells(row: dict[str, Any], kinds: Sequence[str]) -> list[str]:
    times = [row["times"][kind] for kind in kinds]
    return [f"{1000 * one['p50']:.1f} / {1000 * one['p99']:.1f} ({1000 * one['processor_p50']:.1f})" for one in times]


def _same_cells(row: dict[str, Any]) -> list[str]:
    return [f"{row['same']:.3f}", f"{row['same_1%']:.3f}"]


def _sizes(row: dict[str, Any]) -> list[str]:
    files = [f"{row['files'].get(name, 0) / 1e6:.1f}" for name in ("corpus.db", "vectors.faiss")]
    return [
        *(row["index"], f"{row['recall@10']:.3f}", f"{row['recall@10_1%']:.3f}", f"{row['open_seconds']:.3f}"),
        *(f"{row['memory_bytes'] / 1e6:.0f}", files[0], f"{row['lists_bytes'] / 1e6:.1f}", files[1]),
        *(f"{row['index_seconds']:.1f}", f"{row['lists_seconds']:.1f}"),
    ]


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
