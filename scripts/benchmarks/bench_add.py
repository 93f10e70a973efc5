"""How fast articles are added, stage by stage, and that memory does not grow with the folder.

Usage: python scripts/benchmarks/bench_add.py [--articles 100,400,1600] [--data ../shared/data] [--embedder default]
           [--work FOLDER] [--out docs/benchmarks] [--no-comparison]

Folders of so many articles, Markdown and HTML in turn, ten paragraphs of real text each, are each added by a fresh
process, then added again unchanged, then with one article changed. The chunks of the first folder are embedded once
more by ``SentenceTransformer.encode`` with its defaults (batches of 32, float32), in the same process and after the
memory was taken, for comparison. Memory is what was resident of the whole process, with Python, torch and the model.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from askdocs.core.base import FloatArray
from askdocs.core.protocols import Embedder
from askdocs.core.reports import Fingerprint
from askdocs.corpus.corpus import Corpus
from askdocs.ingest.article_adder import ArticleAdder
from askdocs.testing import DeterministicEmbedder
from scripts.benchmarks.generated_corpus import real_paragraphs
from scripts.benchmarks.machine import machine

ROOT = Path(__file__).resolve().parents[2]
STAGES = ("read", "clean", "chunk", "embed", "store", "index")
PARAGRAPHS = 10


class Recording:
    """An embedder that keeps the texts it is given, where they are wanted for the comparison."""

    def __init__(self, embedder: Embedder, wanted: bool) -> None:
        self._embedder = embedder
        self._wanted = wanted
        self.fingerprint: Fingerprint = embedder.fingerprint
        self.texts: list[str] = []

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        if self._wanted:
            self.texts.extend(texts)
        return self._embedder.embed_texts(texts)

    def embed_query(self, text: str) -> FloatArray:
        return self._embedder.embed_query(text)

    def count_tokens(self, text: str) -> int:
        return self._embedder.count_tokens(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", default="100,400,1600")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--embedder", choices=("default", "deterministic"), default="default")
    parser.add_argument("--no-comparison", action="store_true")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.embedder, not options.no_comparison)))
        return
    load = os.getloadavg()[0]
    texts = real_paragraphs([options.data, ROOT / "evals"])
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        for number, count in enumerate(map(int, options.articles.split(","))):
            path = Path(folder, str(count))
            write_folder(path / "articles", count, texts)
            command = [
                sys.executable,
                "-m",
                "scripts.benchmarks.bench_add",
                "--measure",
                str(path),
                "--embedder",
                options.embedder,
            ]
            if number or options.no_comparison or options.embedder != "default":
                command.append("--no-comparison")
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
            rows.append(json.loads(done.stdout))
            print(done.stdout.strip(), file=sys.stderr)
    write(options.out, {"machine": machine(), "load": load, "embedder": options.embedder, "rows": rows})


def write_folder(folder: Path, count: int, texts: Sequence[str]) -> None:
    """Articles of paragraphs drawn with a fixed seed; each begins with its number, so that no two are the same."""
    folder.mkdir(parents=True)
    generator = random.Random(6)
    for number in range(count):
        parts = [f"Report {number}.", *generator.sample(list(texts), k=min(PARAGRAPHS, len(texts)))]
        if number % 2:
            body = "".join(f"<p>{html.escape(part)}</p>\n" for part in parts)
            page = f"<html><head><title>Report {number}</title></head><body><article>{body}</article></body></html>"
            (folder / f"{number}.html").write_text(page, encoding="utf-8")
        else:
            text = f"---\ntitle: Report {number}\n---\n\n" + "\n\n".join(parts) + "\n"
            (folder / f"{number}.md").write_text(text, encoding="utf-8")


def measure(path: Path, name: str, compared: bool) -> dict[str, Any]:
    """Add a folder in this process: seconds a stage, of the whole, of adding again, and the most memory."""
    folder = path / "articles"
    embedder = Recording(_embedder(name), compared)
    embedder.embed_texts(["load the model before the clock starts"])
    embedder.texts.clear()
    files = list(folder.iterdir())
    found: dict[str, Any] = {"articles": len(files), "bytes": sum(file.stat().st_size for file in files)}
    found["loaded_bytes"] = _most_resident()
    with Corpus.open(path / "corpus", embedder=embedder) as corpus:
        begin = time.perf_counter()
        with corpus.storage.writing() as writer:
            adder = ArticleAdder(writer, embedder)
            adder.add([folder])
            added = time.perf_counter() - begin
        found["seconds"] = time.perf_counter() - begin
        found["stages"] = adder.counts.seconds | {"index": found["seconds"] - added}
        found["chunks"] = corpus.status().chunks
        found["memory_bytes"] = _most_resident()
        texts = list(embedder.texts)
        found["again_seconds"] = _seconds_to_add(corpus, folder)
        changed = folder / "0.md"
        changed.write_text(changed.read_text(encoding="utf-8") + "\nOne sentence more.\n", encoding="utf-8")
        found["one_changed_seconds"] = _seconds_to_add(corpus, folder)
    if compared:
        found["plain_embed_seconds"] = _plain_seconds(texts)
    return found


def _most_resident() -> int:
    """The most bytes of memory that this process has had so far; elsewhere than on Linux, it or its parent."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        assert found is not None, "the kernel says it of every process"
        return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _seconds_to_add(corpus: Corpus, folder: Path) -> float:
    begin = time.perf_counter()
    corpus.add(folder)
    return time.perf_counter() - begin


def _embedder(name: str) -> Embedder:
    if name == "deterministic":
        return DeterministicEmbedder(dimension=384)
    from askdocs.embedding.embedder import default_embedder

    return default_embedder()


def _plain_seconds(texts: Sequence[str]) -> float:
    """What sentence-transformers takes for the same texts with its defaults."""
    from sentence_transformers import SentenceTransformer

    from askdocs.models.registry import bundled_embedder_path

    model = SentenceTransformer(str(bundled_embedder_path()), local_files_only=True)
    model.encode(list(texts[:32]), show_progress_bar=False)
    begin = time.perf_counter()
    model.encode(list(texts), show_progress_bar=False)
    return time.perf_counter() - begin


def write(out: Path, result: dict[str, Any]) -> None:
    """``add.json``, and the same as a page."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "add.json").write_text(json.dumps(result, indent=2) + "\n")
    where = result["machine"]
    lines = [
        "# Adding",
        "",
        f"Written by `scripts/benchmarks/bench_add.py` on {where['cpu']},"
        f" {where['cores']} cores, Python {where['python']}.",
        "Seconds by stage; `index` is the saving of the index and of checksums. Memory is the most that was resident,",
        "of a process of its own for each row: before adding, with Python, torch and the model, and after it. What",
        "grows is the index of vectors, 1.5 KB a chunk up to 50,000 chunks.",
        f"When it began, the load average was {result['load']:.1f}.",
        "",
        f"| articles | chunks | articles/s | MB/s | {' | '.join(STAGES)} | again, s | one changed, s | before, MB "
        "| peak, MB |",
        "|" + "---|" * (len(STAGES) + 8),
    ]
    for row in result["rows"]:
        stages = [f"{row['stages'].get(stage, 0.0):.2f}" for stage in STAGES]
        cells = [f"{row['articles']:,}", f"{row['chunks']:,}", f"{row['articles'] / row['seconds']:.1f}"]
        cells += [f"{row['bytes'] / 1e6 / row['seconds']:.2f}", *stages, f"{row['again_seconds']:.2f}"]
        cells += [f"{row['one_changed_seconds']:.2f}", f"{row['loaded_bytes'] / 1e6:.0f}"]
        cells.append(f"{row['memory_bytes'] / 1e6:.0f}")
        lines.append(f"| {' | '.join(cells)} |")
    for row in result["rows"]:
        if "plain_embed_seconds" in row:
            ratio = row["plain_embed_seconds"] / row["stages"]["embed"]
            lines += [
                "",
                f"`SentenceTransformer.encode` with its defaults took {row['plain_embed_seconds']:.1f} s for the",
            ]
            lines += [f"same {row['chunks']:,} chunks, {ratio:.2f} times as long."]
    (out / "add.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
