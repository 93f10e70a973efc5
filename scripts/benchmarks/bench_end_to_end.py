"""Answers when the passages have to be found first: retrieval over every paragraph of a file, k = 4.

::

    python scripts/benchmarks/bench_end_to_end.py --data ../shared/data/squad2-dev-3-articles.json.gz --limit 300

The answerable questions of the seeded sample that ``bench_answers.py`` asks with the gold passage among four, whose
rows are taken from ``--rows`` where they are there: the difference is what retrieval loses. ``found`` is the share of
the questions whose own paragraph is among the four hits. Writes ``docs/benchmarks/end-to-end-<file>.json``.
"""

from __future__ import annotations

import argparse
import datetime
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from askdocs import Article, Corpus
from askdocs.answering.calibration import load_calibrations
from askdocs.evaluation.correctness import squad_exact, squad_f1
from scripts.benchmarks.machine import machine
from scripts.training.reading_rows import Asked, Row, paragraphs_of, sampled, tasks


def main() -> None:
    """Index, ask, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/squad2-dev-3-articles.json.gz"))
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--rows", type=Path, default=Path("out/rows"), help="the rows of bench_answers.py")
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    options = parser.parse_args()
    if not options.data.exists():
        print(f"{options.data} is not here; name a SQuAD-format file with --data")
        return
    asked = [
        (task.hits[task.gold].chunk.article_id, question)
        for task in sampled(tasks(options.data), options.limit)
        for question in task.questions
        if question.gold
    ]
    document = {"file": stem(options.data), "model": options.model, "questions": len(asked)}
    document |= ask_all(options.data, asked, options.model)
    document |= with_gold_passage(options.rows / stem(options.data) / f"{options.model}.jsonl", asked)
    document |= {"date": datetime.date.today().isoformat(), "machine": machine()}
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / f"end-to-end-{stem(options.data)}.json").write_text(json.dumps(document, indent=1) + "\n")
    print(json.dumps(document, indent=1))


def stem(data: Path) -> str:
    """The file's name without its endings."""
    return data.name.split(".")[0]


def ask_all(data: Path, asked: Sequence[tuple[str, Asked]], model: str) -> dict[str, float]:
    """Exact match, F1 and how often the question's own paragraph is found, over every paragraph of the file."""
    exact = f1 = found = 0.0
    with tempfile.TemporaryDirectory() as folder, Corpus.open(folder) as corpus:
        corpus.add(
            Article(id=str(i), source=f"paragraph {i}", title=title, text=str(paragraph["context"]))
            for i, (title, paragraph) in enumerate(paragraphs_of(data))
        )
        for gold, question in asked:
            answer = corpus.ask(question.text, model=model, k=4, threshold=0.0, timeout=120)
            exact += squad_exact(answer.candidate, question.gold)
            f1 += squad_f1(answer.candidate, question.gold)
            found += any(hit.chunk.article_id == gold for hit in answer.hits)
    return {"exact": exact / len(asked), "f1": f1 / len(asked), "found": found / len(asked)}


def with_gold_passage(rows: Path, asked: Sequence[tuple[str, Asked]]) -> dict[str, float]:
    """The same figures with the gold passage among four, of the same questions; nothing without all their rows."""
    if not rows.exists():
        return {}
    known = {row.id: row for row in map(Row.model_validate_json, rows.read_text(encoding="utf-8").splitlines())}
    if any(question.id not in known for _, question in asked):
        return {}
    calibration = load_calibrations().for_model(rows.stem)
    chosen = [known[question.id].chosen(calibration) for _, question in asked]
    return {
        "exact with the gold passage": sum(answer.exact for answer in chosen) / len(chosen),
        "f1 with the gold passage": sum(answer.f1 for answer in chosen) / len(chosen),
    }


if __name__ == "__main__":
    main()
