"""How long tables take: to read those of a long report, and to ask one of 10,000 rows beside as much prose.

::

    python scripts/benchmarks/bench_tables.py [--pages 200] [--tables 150] [--rows 10000] [--questions 12]

The report is made up (``made_filing.py``) and every cell of it is known: what is right is counted. The long table is a
made-up list of firms as CSV; the prose says the same facts in sentences of the same number of characters. Questions
take turns. "By hand" is the same cell looked up by the csv module, once the file, the row and the column are known.

Writes docs/benchmarks/tables.json and tables.md.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from askdocs import Corpus
from askdocs.core.articles import RawArticle
from askdocs.ingest.cleaning.pipeline import clean
from askdocs.ingest.sources.pdf import pdf_pages
from scripts.benchmarks.machine import machine
from scripts.benchmarks.made_filing import made_filing

ROOT = Path(__file__).resolve().parents[2]
SEED = 11
SYLLABLES = (
    "bar",
    "ken",
    "tol",
    "mir",
    "ves",
    "dun",
    "hal",
    "rop",
    "sel",
    "tam",
    "vor",
    "lin",
    "gas",
    "nel",
    "por",
    "quo",
)
COLUMNS = ("Firm", "Town", "Revenue (EUR million)", "Employees", "Founded")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--tables", type=int, default=150)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=12)
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    options = parser.parse_args()
    found: dict[str, Any] = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "model": options.model,
        "reading": reading(options.pages, options.tables),
        "asking": asking(options.rows, options.questions, options.model),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "tables.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (options.out / "tables.md").write_text(page(found), encoding="utf-8")
    sys.stdout.write(page(found))


def reading(pages: int, tables: int) -> dict[str, Any]:
    """Seconds to read a report's pages and to clean them, and how many tables come with every cell right."""
    filing = made_filing(pages, tables)
    began = time.perf_counter()
    read = pdf_pages("filing.pdf", filing.data)
    seconds = time.perf_counter() - began
    raw = RawArticle(source="filing.pdf", body="", format="pages", pages=read.pages, grids=read.grids, content_hash="")
    article = clean(raw)
    rows = {grid.rows for grid in read.grids}
    right = sum(any(set(table.rows) <= set(found) for found in rows) for table in filing.tables)
    return {
        "pages": pages,
        "tables": tables,
        "seconds": round(seconds, 1),
        "with_cleaning": round(time.perf_counter() - began, 1),
        "right_tables": right,
        "stored_tables": len(article.tables),
    }


def asking(rows: int, questions: int, model: str) -> dict[str, Any]:
    """Seconds a question over a long table and over as much prose, taking turns, and how many were right."""
    firms = made_firms(rows)
    draw = random.Random(SEED)
    chosen = draw.sample(firms, questions)
    with tempfile.TemporaryDirectory() as folder:
        table, prose = Path(folder, "firms.csv"), Path(folder, "firms.txt")
        with table.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([COLUMNS, *firms])
        prose.write_text(as_prose(firms, table.stat().st_size), encoding="utf-8")
        seconds: dict[str, list[float]] = {"table": [], "prose": []}
        right = 0
        with Corpus.open(Path(folder, "table")) as of_table, Corpus.open(Path(folder, "prose")) as of_prose:
            adding = {"table": added(of_table, table), "prose": added(of_prose, prose)}
            for corpus in (of_table, of_prose):
                corpus.ask("Where is the firm?", model=model, timeout=600)
            for firm in chosen:
                question = f"How many employees does {firm[0]} have?"
                for name, corpus in (("table", of_table), ("prose", of_prose)):
                    began = time.perf_counter()
                    answer = corpus.ask(question, model=model, timeout=600)
                    seconds[name].append(time.perf_counter() - began)
                    right += name == "table" and answer.text == firm[3]
        by_hand = looked_up(table, chosen)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    return {
        "rows": rows,
        "questions": questions,
        "adding": adding,
        "seconds": {name: round(value, 3) for name, value in medians.items()},
        "ratio": round(medians["table"] / medians["prose"], 2),
        "right": right,
        "by_hand": round(by_hand, 4),
    }


def made_firms(count: int) -> list[tuple[str, ...]]:
    """So many firms with names of their own."""
    draw = random.Random(SEED)
    names: set[str] = set()
    while len(names) < count:
        names.add(
            "".join(draw.choices(SYLLABLES, k=3)).capitalize() + " " + draw.choice(("Ltd", "AG", "Works", "Group"))
        )
    return [
        (
            name,
            "".join(draw.choices(SYLLABLES, k=2)).capitalize(),
            f"{draw.uniform(1, 900):.1f}",
            f"{draw.randint(12, 9800):,}",
            str(draw.randint(1890, 2022)),
        )
        for name in sorted(names, key=lambda name: draw.random())
    ]


def as_prose(firms: Sequence[tuple[str, ...]], characters: int) -> str:
    """The facts of the first firms as sentences, until the text is as long as the table."""
    parts: list[str] = []
    for place, (name, town, revenue, staff, year) in enumerate(firms):
        if sum(map(len, parts[-1:])) and sum(map(len, parts)) > characters:
            break
        end = "\n\n" if place % 4 == 3 else " "
        parts.append(
            f"{name} of {town} has {staff} employees; it earned {revenue} million euros, founded in {year}.{end}"
        )
    return "".join(parts)


def added(corpus: Corpus, path: Path) -> float:
    """Seconds to add a file."""
    began = time.perf_counter()
    corpus.add(path)
    return round(time.perf_counter() - began, 1)


def looked_up(table: Path, firms: Sequence[tuple[str, ...]]) -> float:
    """The median seconds of reading the file and taking the cell."""
    seconds = []
    for firm in firms:
        began = time.perf_counter()
        with table.open(newline="", encoding="utf-8") as file:
            assert next(row for row in csv.DictReader(file) if row["Firm"] == firm[0])["Employees"] == firm[3]
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def page(found: dict[str, Any]) -> str:
    """The result as a page."""
    read, asked = found["reading"], found["asking"]
    return "\n".join(
        (
            "# Tables",
            "",
            f"`python scripts/benchmarks/bench_tables.py`, {found['date']}, {found['machine']['cpu']}, "
            f"{found['machine']['cores']} cores, model {found['model']}.",
            "",
            f"- A report of {read['pages']} pages with {read['tables']} tables as PDF: read in {read['seconds']} s, "
            f"{read['with_cleaning']} s with cleaning; {read['right_tables']} tables have every cell right. The report "
            "is made by the same hands as the reader: no figure for other files.",
            f"- A question over a table of {asked['rows']:,} rows: {asked['seconds']['table']} s (median of "
            f"{asked['questions']}, {asked['right']} right); over as many characters of prose "
            f"{asked['seconds']['prose']} s: {asked['ratio']} times. Adding took {asked['adding']['table']} s and "
            f"{asked['adding']['prose']} s.",
            f"- The same cell by hand, with the csv module, its row and column known: {asked['by_hand']} s.",
            "",
        )
    )


if __name__ == "__main__":
    main()
