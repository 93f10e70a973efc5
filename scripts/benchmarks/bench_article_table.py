"""How much faster ``Corpus.table`` is than asking each cell for itself, and whether it answers the same.

::

    python scripts/benchmarks/bench_article_table.py [--articles 12] [--model smollm2]

Four questions are asked of the first sample articles: by ``ask`` with a filter on the article, a question at a time
over all articles as a loop over columns does it; the same, an article at a time; and by ``table``. Each has a freshly
loaded model, so that none finds another's prompts in its cache; loading is not counted. "The same" are cells that are
answered with the same words, or both not answered. Processor seconds are those of all threads of the process: what
else runs on the machine counts less in them. At last the same table is asked for once more, which asks nothing,
and once more after one article changed.

Writes docs/benchmarks/article-table.json and article-table.md.
"""

from __future__ import annotations

import argparse
import datetime
import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from askdocs import Corpus
from askdocs.core.answers import Usage
from askdocs.core.settings import load_settings
from askdocs.evaluation.suite import sample_articles
from askdocs.reading.model_pool import unload_models
from scripts.benchmarks.machine import machine

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = {
    "seller": "Who sold shares?",
    "worth": "For how much?",
    "affected": "How many people are affected?",
    "when": "When did it happen?",
}


class Way(NamedTuple):
    """What one way of asking came to: the words of each cell, in the order of rows and columns."""

    seconds: float
    processor: float
    usage: Usage
    words: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=12)
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        articles = Path(folder, "articles")
        articles.mkdir()
        for path in sorted(sample_articles().glob("*.md"))[: options.articles]:
            shutil.copy(path, articles)
        with Corpus.open(Path(folder, "corpus")) as corpus:
            corpus.add(articles)
            ways = {
                "ask, a column at a time": asked(corpus, options.model, by_column=True),
                "ask, an article at a time": asked(corpus, options.model, by_column=False),
                "table": tabled(corpus, options.model),
            }
            again = tabled(corpus, options.model, fresh=False)
            changed = next(articles.iterdir())
            changed.write_text(changed.read_text("utf-8") + "\nMore was not known.\n", "utf-8")
            corpus.add(articles)
            one = tabled(corpus, options.model, fresh=False)
    write(options.out, {
        "date": datetime.date.today().isoformat(), "machine": machine(), "model": options.model,
        "threads": load_settings().thread_count, "articles": options.articles, "columns": COLUMNS,
        "cells": len(ways["table"].words),
        "ways": {name: figures(way, ways["table"]) for name, way in ways.items()},
        "again_seconds": again.seconds, "one_changed_seconds": one.seconds,
    })  # fmt: skip


def asked(corpus: Corpus, model: str, *, by_column: bool) -> Way:
    """Every cell by an ``ask`` of its own."""
    sources = [article.source for article in corpus.articles()]
    cells = [(row, column) for row in range(len(sources)) for column in range(len(COLUMNS))]
    order = sorted(cells, key=lambda cell: (cell[1], cell[0])) if by_column else cells
    questions = list(COLUMNS.values())
    unload_models()
    corpus.warm(model=model)
    began, worked = time.perf_counter(), time.process_time()
    answers = {
        (row, column): corpus.ask(questions[column], model=model, where={"source": sources[row]}, timeout=600)
        for row, column in order
    }
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    return Way(
        seconds, processor, summed([one.usage for one in answers.values()]), [answers[cell].text for cell in cells]
    )


def tabled(corpus: Corpus, model: str, *, fresh: bool = True) -> Way:
    """Every cell by ``table``; ``fresh`` loads the model anew and asks what is known again."""
    if fresh:
        unload_models()
        corpus.warm(model=model)
    began, worked = time.perf_counter(), time.process_time()
    table = corpus.table(COLUMNS, model=model, again=fresh, timeout=600)
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    return Way(seconds, processor, table.usage, [cell.text for row in table for cell in row.cells.values()])


def summed(usages: list[Usage]) -> Usage:
    return Usage(
        prompt_tokens=sum(one.prompt_tokens for one in usages),
        reused_tokens=sum(one.reused_tokens for one in usages),
        output_tokens=sum(one.output_tokens for one in usages),
    )


def figures(way: Way, table: Way) -> dict[str, Any]:
    """What is reported of one way."""
    return {
        "seconds": way.seconds,
        "seconds_per_cell": way.seconds / len(way.words),
        "processor_seconds_per_cell": way.processor / len(way.words),
        "evaluated": way.usage.prompt_tokens - way.usage.reused_tokens,
        "reused": way.usage.reused_tokens,
        "answered": sum(map(bool, way.words)),
        "same": sum(one == other for one, other in zip(way.words, table.words, strict=True)),
    }


def write(out: Path, report: dict[str, Any]) -> None:
    """``article-table.json``, and the same as a page."""
    on, ways = report["machine"], report["ways"]
    out.mkdir(parents=True, exist_ok=True)
    (out / "article-table.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    lines = [
        "# One question of every article",
        "",
        f"Written by `scripts/benchmarks/bench_article_table.py` on {report['date']}; what is measured stands in its "
        "docstring.",
        f"Machine: {on['cpu']}, {on['cores']} cores, Python {on['python']}, {on['system']}.",
        "",
        f"{report['articles']} articles, {len(report['columns'])} questions: {report['cells']} cells, asked of "
        f"`{report['model']}`, {report['threads']} thread(s).",
        "",
        "| way | seconds | seconds a cell | processor seconds a cell | tokens evaluated | tokens reused | answered "
        "| as `table` answers |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, way in ways.items():
        lines.append(
            f"| {name} | {way['seconds']:.1f} | {way['seconds_per_cell']:.2f} "
            f"| {way['processor_seconds_per_cell']:.2f} | {way['evaluated']:,} "
            f"| {way['reused']:,} | {way['answered']} | {way['same']} of {report['cells']} |"
        )
    lines += [
        "",
        f"The same table once more takes {report['again_seconds']:.2f} s, and {report['one_changed_seconds']:.1f} s "
        "after one article changed.",
        "",
    ]
    (out / "article-table.md").write_text("\n".join(lines), "utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
