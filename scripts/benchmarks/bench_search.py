"""How long searching takes, what it finds, and what it needs, from 1,000 to 1,000,000 chunks.

Usage: python scripts/benchmarks/bench_search.py [--sizes 1000,10000,100000,1000000] [--data ../shared/data]
[--questions 200]            [--embedder default] [--work FOLDER] [--out docs/benchmarks] [--index auto]

For each size a corpus is filled (see ``generated_corpus.py``), then a fresh process opens it and asks: dense search,
BM25 and the whole of ``Corpus.search``, each alone and with a filter that keeps 1% of the articles. Embedding takes no
part. ``recall@10`` is the share of the ten exactly nearest chunks among the first ten found.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
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
    parser.add_argument("--work", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.index)))
        return
    texts = real_paragraphs([options.data, ROOT / "evals"])[:REAL_VECTORS]
    embedder = _embedder(options.embedder)
    vectors = embedded(texts, embedder)
    rows = []
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        for size in map(int, options.sizes.split(",")):
            rows.append(run(Path(folder, str(size)), size, options, texts, vectors, embedder))
            print(json.dumps(rows[-1]), file=sys.stderr)
    write(
        options.out, {"machine": machine(), "embedder": options.embedder, "questions": options.questions, "rows": rows}
    )


def _embedder(name: str) -> Embedder:
    if name == "deterministic":
        return DeterministicEmbedder(dimension=384)
    from askdocs.embedding.embedder import default_embedder

    return default_embedder()


def run(
    path: Path, size: int, options: argparse.Namespace, texts: Sequence[str], vectors: FloatArray, embedder: Embedder
) -> dict[str, Any]:
    """Fill a corpus, keep the questions and their exact answers beside it, and measure in a fresh process."""
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
    questions = _questions(writer, generator, size, options.questions)
    allowed = writer.filter({"section": "7"})
    kept = {
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
    measured: dict[str, Any] = json.loads(done.stdout)
    return {"chunks": size, "real": real, "fill_seconds": filled, "index_seconds": indexed} | measured


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
    found: dict[str, Any] = {"open_seconds": opened, "first_answer_seconds": first, "times": {}}
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
                found["times"][kind + name] = _times(call, questions)
            wanted = kept["nearest_allowed" if where else "nearest"]
            right = sum(
                len(set(nearest.search(question.vector, 10, allowed)[0].tolist()) & set(best.tolist()))
                for question, best in zip(questions, wanted, strict=True)
            )
            found["recall@10" + name] = right / max(1, sum(len(best) for best in wanted))
            found["hits" + name] = min(len(corpus.search(question.text, 10, where)) for question in questions[:20])
        found["index"] = corpus.status().index.kind
    found["memory_bytes"] = _memory() - before
    found["files"] = {file.name: file.stat().st_size for file in sorted(path.iterdir()) if file.stat().st_size}
    corpus.close()
    return found


def _times(call: Callable[[Question], object], questions: Sequence[Question]) -> dict[str, float]:
    seconds = []
    for question in questions:
        begin = time.perf_counter()
        call(question)
        seconds.append(time.perf_counter() - begin)
    return {"p50": float(np.percentile(seconds, 50)), "p99": float(np.percentile(seconds, 99))}


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
        f"{result['questions']} questions a row; milliseconds, embedding of the question not counted.",
        f"1% is a filter that keeps one article in {SECTIONS}. Real text first, then generated.",
        "",
        "| chunks (real) | index | dense p50 / p99 | BM25 | fused | dense 1% | BM25 1% | fused 1% | recall@10 | 1% "
        "| open, s | memory, MB | corpus.db, MB | vectors.faiss, MB | index built in, s |",
        "|" + "---|" * 15,
    ]
    for row in result["rows"]:
        times = [f"{1000 * one['p50']:.1f} / {1000 * one['p99']:.1f}" for one in row["times"].values()]
        sizes = [f"{row['files'].get(name, 0) / 1e6:.1f}" for name in ("corpus.db", "vectors.faiss")]
        cells = [f"{row['chunks']:,} ({row['real']:,})", row["index"], *times]
        cells += [f"{row['recall@10']:.3f}", f"{row['recall@10_1%']:.3f}", f"{row['open_seconds']:.3f}"]
        cells += [f"{row['memory_bytes'] / 1e6:.0f}", *sizes, f"{row['index_seconds']:.1f}"]
        lines.append(f"| {' | '.join(cells)} |")
    (out / "search.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
