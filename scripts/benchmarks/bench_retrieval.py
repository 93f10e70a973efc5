"""How often the right article is found: askdocs' retrieval beside the searches it is made of.

Usage: python scripts/benchmarks/bench_retrieval.py [--data ../shared/data] [--out docs/benchmarks] [--limit N]

Every paragraph of a SQuAD-format file becomes an article of its own and goes the product's way: chunked, embedded,
stored, indexed. A question is answered at rank r when the r-th hit is of its paragraph. Compared, on the same chunks
and vectors:

dense      nearest vectors
fts5       SQLite FTS5's BM25 over the question's words, any of which may match
rrf        reciprocal rank fusion of the two (Cormack et al. 2009, 60 added to each rank)
zsum       the sum of the two scores, each standardised over the question's candidates
askdocs    ``askdocs.retrieval.hybrid.retrieve``, the default

Each is compared with the default question by question: a paired permutation test that swaps signs 10,000 times, and
a bootstrap interval of the difference.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from askdocs.core.articles import Article
from askdocs.core.base import FloatArray
from askdocs.core.protocols import Embedder
from askdocs.core.reports import Fingerprint
from askdocs.embedding.embedder import SentenceTransformerEmbedder, chunk_text, default_embedder, load_embedder
from askdocs.ingest.chunk import chunk
from askdocs.retrieval.hybrid import DEPTH, retrieve
from askdocs.storage import schema
from askdocs.storage.embedded import open_writer
from askdocs.storage.reader import Store
from askdocs.storage.vectors.faiss_index import FaissIndex
from askdocs.storage.writer import NewArticle, Source, Writer

SUITES = {
    "squad2": ("squad2-train-7-articles", "squad2-dev-3-articles"),
    "tatqa": ("tatqa-test-text-spans",),
}
METRICS = ("recall@1", "recall@4", "recall@10", "mrr", "ndcg@10")
DEFAULT = "askdocs"
ROUNDS = 10_000
Ranking = list[tuple[int, float]]
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Question:
    """A question and the id of the article that answers it; ``part`` is the file it is from."""

    text: str
    article: str
    part: str


class KnownQuestions:
    """An embedder that looks questions up: each is embedded once, whatever searches for it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, FloatArray] = {}

    @property
    def fingerprint(self) -> Fingerprint:
        return self._embedder.fingerprint

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        return self._embedder.embed_texts(texts)

    def embed_query(self, text: str) -> FloatArray:
        if text not in self._known:
            self._known[text] = self._embedder.embed_query(text)
        return self._known[text]

    def count_tokens(self, text: str) -> int:
        return self._embedder.count_tokens(text)


def read_suite(folder: Path, names: Sequence[str], limit: int | None = None) -> tuple[list[Article], list[Question]]:
    """The paragraphs of SQuAD-format files as articles, and their answerable questions."""
    articles, questions = [], []
    for name in names:
        data = json.loads(gzip.decompress((folder / f"{name}.json.gz").read_bytes()))["data"]
        for number, (title, paragraph) in enumerate((entry["title"], p) for entry in data for p in entry["paragraphs"]):
            source = f"{name}/{number}"
            articles.append(Article(id=source, source=source, title=title.replace("_", " "), text=paragraph["context"]))
            for asked in paragraph["qas"]:
                if asked["answers"] and not asked.get("is_impossible"):
                    questions.append(Question(asked["question"], source, name))
    return articles, questions[:limit]


def build(path: Path, articles: Sequence[Article], embedder: KnownQuestions) -> tuple[Writer, FaissIndex]:
    """A corpus of these articles, made as ``Corpus.add`` makes one."""
    schema.create(path)
    store = open_writer(path)
    store.set_fingerprint(embedder.fingerprint)
    chunked = [(article, chunk(article, embedder.count_tokens)) for article in articles]
    texts = [chunk_text(piece, article.title) for article, pieces in chunked for piece in pieces]
    vectors = embedder.embed_texts(texts)
    start = 0
    with store.changing():
        for article, pieces in chunked:
            rows = vectors[start : start + len(pieces)]
            start += len(pieces)
            store.put(NewArticle(article, pieces, rows, [b""] * len(pieces), "", ""), Source(article.source))
    index = FaissIndex(embedder.fingerprint.dimension)
    for ids, stored in store.vectors_after(0):
        index.add(ids, stored)
    return store, index


def dense(question: str, store: Store, index: FaissIndex, embedder: KnownQuestions) -> Ranking:
    ids, scores = index.search(embedder.embed_query(question), DEPTH)
    return list(zip(ids.tolist(), scores.tolist(), strict=True))


def fts5(question: str, store: Store, index: FaissIndex, embedder: KnownQuestions) -> Ranking:
    words = dict.fromkeys(word for word, _ in store.terms(question))
    return store.bm25(list(words), DEPTH)


def rrf(question: str, store: Store, index: FaissIndex, embedder: KnownQuestions) -> Ranking:
    fused: dict[int, float] = {}
    for search in (dense, fts5):
        for rank, (chunk_id, _) in enumerate(search(question, store, index, embedder), 1):
            fused[chunk_id] = fused.get(chunk_id, 0.0) + 1 / (60 + rank)
    return sorted(fused.items(), key=lambda entry: -entry[1])


def zsum(question: str, store: Store, index: FaissIndex, embedder: KnownQuestions) -> Ranking:
    found = [dict(search(question, store, index, embedder)) for search in (dense, fts5)]
    ids = sorted(set().union(*found))
    total = np.zeros(len(ids))
    for scores in found:
        least = min(scores.values(), default=0.0)
        values = np.array([scores.get(chunk_id, least) for chunk_id in ids])
        total += (values - values.mean()) / (values.std() + 1e-9)
    return sorted(zip(ids, total.tolist(), strict=True), key=lambda entry: -entry[1])


def default(question: str, store: Store, index: FaissIndex, embedder: KnownQuestions) -> Ranking:
    return [(hit.chunk.id, hit.score) for hit in retrieve(question, store, index, embedder, k=DEPTH)]


METHODS: dict[str, Callable[[str, Store, FaissIndex, KnownQuestions], Ranking]] = {
    "dense": dense,
    "fts5": fts5,
    "rrf": rrf,
    "zsum": zsum,
    DEFAULT: default,
}


def ranks(
    questions: Sequence[Question], store: Store, index: FaissIndex, embedder: KnownQuestions, method: str
) -> Scores:
    """The rank of the first hit of each question's article; infinity where it is not among the hits."""
    row = store.database.all(
        "SELECT chunks.id, articles.id FROM chunks JOIN articles ON articles.number = chunks.article"
    )
    article_of: dict[int, str] = dict(row)
    found = []
    for question in questions:
        hits = METHODS[method](question.text, store, index, embedder)
        places = [rank for rank, (chunk_id, _) in enumerate(hits, 1) if article_of[chunk_id] == question.article]
        found.append(places[0] if places else np.inf)
    return np.array(found, dtype=np.float64)


def measure(found: Scores) -> dict[str, Scores]:
    """Each metric of each question."""
    return {
        "recall@1": (found <= 1).astype(float),
        "recall@4": (found <= 4).astype(float),
        "recall@10": (found <= 10).astype(float),
        "mrr": 1 / found,
        "ndcg@10": np.where(found <= 10, 1 / np.log2(1 + np.minimum(found, 1e9)), 0.0),
    }


def compare(other: Scores, ours: Scores, seed: int = 0) -> dict[str, Any]:
    """The mean difference ``other - ours``, its 95% bootstrap interval, and the paired permutation p value."""
    difference = other - ours
    moved = difference[difference != 0]
    generator = np.random.default_rng(seed)
    signs = generator.integers(0, 2, (ROUNDS, len(moved)), dtype=np.int8) * 2 - 1
    swapped = np.abs(signs @ moved)
    p = (1 + int((swapped >= abs(moved.sum()) - 1e-9).sum())) / (1 + ROUNDS)
    weights = generator.multinomial(len(difference), np.full(len(difference), 1 / len(difference)), 2000)
    means = weights @ difference / len(difference)
    low, high = np.quantile(means, (0.025, 0.975))
    return {
        "difference": round(float(difference.mean()), 4),
        "interval": [round(float(low), 4), round(float(high), 4)],
        "p": round(p, 4),
    }


def run_suite(name: str, folder: Path, embedder: SentenceTransformerEmbedder, limit: int | None) -> dict[str, Any]:
    articles, questions = read_suite(folder, SUITES[name], limit)
    known = KnownQuestions(embedder)
    with tempfile.TemporaryDirectory() as place:
        store, index = build(Path(place) / "corpus.db", articles, known)
        found, seconds = {}, {}
        for question in questions:
            known.embed_query(question.text)
        for method in METHODS:
            started = time.process_time()
            found[method] = ranks(questions, store, index, known, method)
            seconds[method] = (time.process_time() - started) / max(1, len(questions))
        chunks = store.state().chunks
        store.close()
    report: dict[str, Any] = {"articles": len(articles), "chunks": chunks, "questions": len(questions), "methods": {}}
    for method, values in found.items():
        metrics = measure(values)
        row: dict[str, Any] = {metric: round(float(scores.mean()), 4) for metric, scores in metrics.items()}
        row["milliseconds"] = round(1000 * seconds[method], 1)
        if method != DEFAULT:
            ours = measure(found[DEFAULT])
            row["against_default"] = {metric: compare(metrics[metric], ours[metric]) for metric in METRICS}
        report["methods"][method] = row
    report["parts"] = {part: _part(found, questions, part) for part in sorted({q.part for q in questions})}
    return report


def _part(found: dict[str, Scores], questions: Sequence[Question], part: str) -> dict[str, dict[str, float]]:
    rows = np.array([question.part == part for question in questions])
    return {
        method: {metric: round(float(scores.mean()), 4) for metric, scores in measure(values[rows]).items()}
        for method, values in found.items()
    }


def better_than_default(report: dict[str, Any]) -> list[str]:
    """Every method and metric that is significantly better than the default; the requirement is none."""
    return [
        f"{suite}: {method} {metric} {compared['difference']:+.4f} (p {compared['p']})"
        for suite, result in report["suites"].items()
        for method, row in result["methods"].items()
        for metric, compared in row.get("against_default", {}).items()
        if compared["difference"] > 0 and compared["p"] < 0.05
    ]


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    return {
        "cpu": model,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def markdown(report: dict[str, Any]) -> str:
    """The report as a page."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: dict[str, Any]) -> Iterator[str]:
    on = report["machine"]
    yield "# Retrieval"
    yield ""
    yield "Made by `python scripts/benchmarks/bench_retrieval.py`; what is compared stands in its docstring."
    yield f"Machine: {on['cpu']}, {on['cores']} cores, Python {on['python']}, {on['system']}."
    yield f"Embedder: {report['embedder']}."
    for suite, result in report["suites"].items():
        yield ""
        yield f"## {suite}"
        yield ""
        yield f"{result['questions']} questions, {result['articles']} articles, {result['chunks']} chunks."
        yield ""
        yield f"| | {' | '.join(METRICS)} | CPU ms a question |"
        yield "|---|" + "---|" * (len(METRICS) + 1)
        for method, row in result["methods"].items():
            cells = [_cell(row, metric) for metric in METRICS]
            yield f"| {method} | {' | '.join(cells)} | {row['milliseconds']} |"
        yield ""
        for part, methods in result["parts"].items():
            if len(result["parts"]) > 1:
                figures = ", ".join(f"{metric} {methods[DEFAULT][metric]:.3f}" for metric in METRICS)
                yield f"- default on {part} alone: {figures}"
    yield ""
    yield "In brackets: the difference to the default, with its 95% bootstrap interval and, from the paired permutation"
    yield "test, p. Milliseconds of CPU are without embedding the question."
    better = better_than_default(report)
    yield ""
    yield "Significantly better than the default: " + ("; ".join(better) if better else "nothing") + "."


def _cell(row: dict[str, Any], metric: str) -> str:
    compared = row.get("against_default", {}).get(metric)
    if compared is None:
        return f"**{row[metric]:.3f}**"
    low, high = compared["interval"]
    return f"{row[metric]:.3f} ({compared['difference']:+.3f}, {low:+.3f} to {high:+.3f}, p {compared['p']:.4f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the SQuAD-format files")
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    parser.add_argument("--embedder", help="folder or hub name; the bundled one by default")
    parser.add_argument("--limit", type=int, help="only so many questions a suite, to try the script")
    arguments = parser.parse_args()
    embedder = load_embedder(arguments.embedder) if arguments.embedder else default_embedder()
    suites = {name: run_suite(name, arguments.data, embedder, arguments.limit) for name in SUITES}
    report = {"machine": machine(), "embedder": embedder.fingerprint.name, "suites": suites}
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "retrieval.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    (arguments.out / "retrieval.md").write_text(markdown(report), encoding="utf-8")
    print(markdown(report))


if __name__ == "__main__":
    main()
