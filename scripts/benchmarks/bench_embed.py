"""How fast chunks are embedded, beside sentence-transformers as it comes, and what the speed costs in retrieval.

Usage: python scripts/benchmarks/bench_embed.py [--data ../shared/data] [--out docs/benchmarks] [--texts N]

The same chunks, those of the SQuAD paragraphs, go through ``SentenceTransformer.encode`` with its defaults (batches
of 32, float32) and through askdocs' embedder; each three times in turn, the fastest counts. Then the vectors of both
answer the same questions by dense search and by the default retrieval: nDCG@10 may fall by half a percent.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from askdocs.core.base import FloatArray
from askdocs.core.reports import Fingerprint
from askdocs.embedding.embedder import SentenceTransformerEmbedder, chunk_text, default_embedder
from askdocs.ingest.chunk import chunk
from scripts.benchmarks.bench_retrieval import SUITES, KnownQuestions, build, machine, measure, ranks, read_suite

ROUNDS = 3


class Plain:
    """sentence-transformers with its defaults, as an embedder."""

    def __init__(self, ours: SentenceTransformerEmbedder) -> None:
        from sentence_transformers import SentenceTransformer

        self._ours = ours
        self._model = SentenceTransformer(str(ours.folder), local_files_only=True)

    @property
    def fingerprint(self) -> Fingerprint:
        return self._ours.fingerprint

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        vectors: FloatArray = self._model.encode(list(texts), show_progress_bar=False)
        return vectors

    def embed_query(self, text: str) -> FloatArray:
        vector: FloatArray = self.embed_texts([text])[0]
        return vector

    def count_tokens(self, text: str) -> int:
        return self._ours.count_tokens(text)


def seconds(embedder: SentenceTransformerEmbedder | Plain, texts: Sequence[str]) -> float:
    started = time.perf_counter()
    embedder.embed_texts(texts)
    return time.perf_counter() - started


def ndcg(embedder: SentenceTransformerEmbedder | Plain, folder: Path, limit: int | None) -> dict[str, float]:
    """nDCG@10 of dense search and of the default retrieval, over vectors that ``embedder`` made."""
    articles, questions = read_suite(folder, SUITES["squad2"])
    articles = articles[:limit]
    among = {article.source for article in articles}
    questions = [question for question in questions if question.article in among]
    known = KnownQuestions(embedder)
    with tempfile.TemporaryDirectory() as place:
        store, index = build(Path(place) / "corpus.db", articles, known)
        found = {
            method: float(measure(ranks(questions, store, index, known, method))["ndcg@10"].mean())
            for method in ("dense", "askdocs")
        }
        store.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the SQuAD-format files")
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    parser.add_argument("--texts", type=int, help="only so many chunks and articles, to try the script")
    arguments = parser.parse_args()
    ours = default_embedder()
    plain = Plain(ours)
    articles, _ = read_suite(arguments.data, SUITES["squad2"])
    texts = [chunk_text(piece, one.title) for one in articles for piece in chunk(one, ours.count_tokens)]
    texts = texts[: arguments.texts]
    for embedder in (ours, plain):
        embedder.embed_texts(texts[:32])
    timed = [(seconds(plain, texts), seconds(ours, texts)) for _ in range(ROUNDS)]
    slow, fast = (min(column) for column in zip(*timed, strict=True))
    kept = {"sentence-transformers": ndcg(plain, arguments.data, arguments.texts)}
    kept["askdocs"] = ndcg(ours, arguments.data, arguments.texts)
    report: dict[str, Any] = {
        "machine": machine(),
        "embedder": ours.fingerprint.name,
        "precision": ours.precision,
        "chunks": len(texts),
        "seconds": {"sentence-transformers": round(slow, 3), "askdocs": round(fast, 3)},
        "chunks_per_second": {
            "sentence-transformers": round(len(texts) / slow, 1),
            "askdocs": round(len(texts) / fast, 1),
        },
        "times_as_fast": round(slow / fast, 2),
        "ndcg@10": {name: {method: round(value, 4) for method, value in row.items()} for name, row in kept.items()},
    }
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "embed.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    (arguments.out / "embed.md").write_text(markdown(report), encoding="utf-8")
    print(markdown(report))


def markdown(report: dict[str, Any]) -> str:
    """The report as a page."""
    on = report["machine"]
    lines = [
        "# Embedding",
        "",
        "Made by `python scripts/benchmarks/bench_embed.py`; what is compared stands in its docstring.",
        f"Machine: {on['cpu']}, {on['cores']} cores, Python {on['python']}, {on['system']}.",
        f"{report['embedder']}, {report['chunks']} chunks; askdocs computes in {report['precision']} here.",
        "",
        "| | chunks a second | nDCG@10, dense alone | nDCG@10, default retrieval |",
        "|---|---|---|---|",
    ]
    for name, row in report["ndcg@10"].items():
        lines.append(f"| {name} | {report['chunks_per_second'][name]} | {row['dense']:.4f} | {row['askdocs']:.4f} |")
    return "\n".join([*lines, "", f"askdocs is {report['times_as_fast']} times as fast.", ""])


if __name__ == "__main__":
    main()
