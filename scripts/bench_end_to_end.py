"""Answers when the passages have to be found first: retrieval over every paragraph of a file, k = 4.

::

    python scripts/bench_end_to_end.py --data ../shared/data/squad2-dev-3-articles.json.gz --limit 300

Compared with the gold passage among four (``bench_answers.py``), this shows what retrieval loses. Writes
``docs/benchmarks/end-to-end-<file>.json``.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import tempfile
from pathlib import Path

from askdocs import Article, Corpus
from askdocs.evaluate.right import squad_exact, squad_f1
from scripts.machine import machine
from scripts.reading_rows import paragraphs_of, questions_of


def main() -> None:
    """Index, ask, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/squad2-dev-3-articles.json.gz"))
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    options = parser.parse_args()
    if not options.data.exists():
        print(f"{options.data} is not here; name a SQuAD-format file with --data")
        return
    paragraphs = paragraphs_of(options.data)
    questions = [q for _, paragraph in paragraphs for q in questions_of(paragraph) if q.gold]
    questions = random.Random(0).sample(questions, min(options.limit, len(questions)))
    exact = f1 = 0.0
    with tempfile.TemporaryDirectory() as folder, Corpus.open(folder) as corpus:
        corpus.add(
            Article(id=f"p{i}", source=f"paragraph {i}", title=title, text=str(paragraph["context"]))
            for i, (title, paragraph) in enumerate(paragraphs)
        )
        for question in questions:
            answer = corpus.ask(question.text, model=options.model, k=4, threshold=0.0, timeout=120)
            exact += squad_exact(answer.candidate, question.gold)
            f1 += squad_f1(answer.candidate, question.gold)
    stem = options.data.name.split(".")[0]
    document = {"file": stem, "model": options.model, "questions": len(questions), "exact": exact / len(questions),
                "f1": f1 / len(questions), "date": datetime.date.today().isoformat(), "machine": machine()}  # fmt: skip
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / f"end-to-end-{stem}.json").write_text(json.dumps(document, indent=1) + "\n")
    print(json.dumps(document, indent=1))


if __name__ == "__main__":
    main()
