"""Decoding under the span constraint against free decoding: how good the answers are, and what it costs.

::

    python scripts/benchmarks/bench_decoding.py --data ../shared/data/squad2-dev-3-articles.json.gz --limit 150

The answerable questions of a seeded sample, the gold passage among the three most like it, read by the model alone,
without its second opinion. Each prompt is evaluated once and decoded twice, in turn: with the beam under the
constraint, and freely, the likeliest token at every step. Free answers are read by the grammar of answers; where the
model says "unanswerable" or leaves the grammar, it has no words. ``located`` is the share of free answers whose words
stand in the passage they name. The time compared is that of the prompt and the decoding together.

Writes docs/benchmarks/decoding.json and decoding.md.
"""

from __future__ import annotations

import argparse
import datetime
import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from askdocs.core.base import Model
from askdocs.core.decoding import Passage
from askdocs.core.protocols import Generator
from askdocs.core.settings import load_settings
from askdocs.decoding.span_decoder import SpanDecoder
from askdocs.evaluation.correctness import squad_exact, squad_f1
from askdocs.models.registry import resolve
from askdocs.prompts.templates import load_prompt
from askdocs.reading.citations import answer_text
from askdocs.reading.llama import LlamaReader
from askdocs.reading.model_pool import make_reader
from askdocs.reading.prompt_packing import pack
from scripts.benchmarks.machine import machine
from scripts.training.contexts import parse_answer
from scripts.training.reading_rows import sampled, tasks

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 64  # tokens of a free answer
WORDS = {"question", "constrained", "free", "words"}  # of the data, which are not ours to keep


class Decoded(Model):
    """One question decoded both ways; ``free`` is what was written, seconds are those of one stage each."""

    question: str
    constrained: str
    free: str
    words: str
    located: bool
    constrained_scores: tuple[float, float]
    free_scores: tuple[float, float]
    prefill: float
    constrained_seconds: float
    free_seconds: float


def free_answer(generator: Generator, sequence: int) -> str:
    """What the model writes after the prompt in ``sequence`` by always taking its likeliest token."""
    fork = generator.fork(sequence)
    pieces: list[bytes] = []
    try:
        for _ in range(LONGEST):
            token = int(generator.logits(fork).argmax())
            if token in generator.end_tokens:
                break
            pieces.append(generator.token_bytes(token))
            generator.accept([(fork, token)])
    finally:
        generator.truncate(fork, 0)
    return b"".join(pieces).decode(errors="replace").strip()


def words_of(written: str, passages: Sequence[Passage]) -> tuple[str, bool]:
    """The words of a free answer, and whether every item of it stands in the passage it names."""
    try:
        items = parse_answer(written)
    except ValueError:
        return "", False
    texts = {passage.number: passage.text for passage in passages}
    return "; ".join(words for _, words in items), all(words in texts.get(number, "") for number, words in items)


def scores(words: str, gold: tuple[str, ...]) -> tuple[float, float]:
    """Exact match and F1; nothing for no words."""
    return (squad_exact(words, gold), squad_f1(words, gold)) if words else (0.0, 0.0)


def decode_both(reader: LlamaReader, data: Path, limit: int) -> list[Decoded]:
    """Every answerable question of the sample, decoded both ways; which comes first alternates."""
    generator, template = reader.generator, load_prompt(reader.prompt)
    decoder = SpanDecoder(generator, reader.decoder.vocabulary)
    rows: list[Decoded] = []
    for task in sampled(tasks(data), limit):
        for question in (one for one in task.questions if one.gold):
            packed = pack(question.text, task.hits, generator, template)
            began = time.perf_counter()
            sequence, _ = generator.prefill(packed.tokens)
            prefill = time.perf_counter() - began
            seconds: dict[str, float] = {}
            found: dict[str, Any] = {}
            for name in ("constrained", "free")[:: 1 if len(rows) % 2 else -1]:
                began = time.perf_counter()
                free = name == "free"
                found[name] = free_answer(generator, sequence) if free else decoder.decode(sequence, packed.passages)
                seconds[name] = time.perf_counter() - began
            generator.retire(sequence)
            best = answer_text(found["constrained"].answers[0], packed.passages) if found["constrained"].answers else ""
            words, located = words_of(found["free"], packed.passages)
            rows.append(
                Decoded(
                    question=question.text, constrained=best, free=found["free"], words=words, located=located,
                    constrained_scores=scores(best, question.gold), free_scores=scores(words, question.gold),
                    prefill=prefill, constrained_seconds=seconds["constrained"], free_seconds=seconds["free"],
                )
            )  # fmt: skip
    return rows


def summary(rows: Sequence[Decoded]) -> dict[str, float]:
    """The figures; ``ratio`` is the median of constrained time over free time, prompt included, a question each."""
    answered = [row for row in rows if row.words]
    both = {
        f"{way} {name}{of}": statistics.mean(getattr(row, f"{way}_scores")[i] for row in chosen)
        for chosen, of in ((rows, ""), (answered, ", of those answered freely"))
        for way in ("constrained", "free")
        for i, name in enumerate(("exact", "f1"))
    }
    return both | {
        "answered freely": len(answered) / len(rows),
        "located": statistics.mean(row.located for row in answered),
        "prefill seconds": statistics.median(row.prefill for row in rows),
        "constrained seconds": statistics.median(row.constrained_seconds for row in rows),
        "free seconds": statistics.median(row.free_seconds for row in rows),
        "ratio": statistics.median(
            (row.prefill + row.constrained_seconds) / (row.prefill + row.free_seconds) for row in rows
        ),
    }


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/squad2-dev-3-articles.json.gz"))
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--limit", type=int, default=150, help="questions of the sample, the unanswerable ones counted")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    options = parser.parse_args()
    if not options.data.exists():
        print(f"{options.data} is not here; name a SQuAD-format file with --data")
        return
    settings = load_settings()
    reader: Any = make_reader(resolve(options.model, settings), settings)[0]
    rows = decode_both(getattr(reader, "reader", reader), options.data, options.limit)
    figures = {name: round(value, 4) for name, value in summary(rows).items()}
    date = datetime.date.today().isoformat()
    document = {"file": options.data.name, "model": options.model, "questions": len(rows), "date": date,
                "machine": machine(), "figures": figures,
                "rows": [row.model_dump(exclude=WORDS) for row in rows]}  # fmt: skip
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "decoding.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")
    lines = ["# Decoding under the constraint, and freely", "",
             f"{len(rows)} answerable questions of {options.data.name}, `{options.model}` without its second opinion;"
             " what is measured stands in the docstring of `scripts/benchmarks/bench_decoding.py`.", "",
             "| figure | |", "|---|---|", *(f"| {name} | {value:.3f} |" for name, value in figures.items()), "",
             f"Measured {date} on {machine()['cpu']}."]  # fmt: skip
    (options.out / "decoding.md").write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
