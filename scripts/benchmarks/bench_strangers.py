"""Questions about somebody or some year that no article holds: how many are abstained from, and what that costs.

::

    python scripts/benchmarks/bench_strangers.py --data ../shared/data/squad2-dev-3-articles.json.gz --limit 300

Every answerable question that names somebody, something or a year standing in its passage is asked again with another
name or year, one that none of its four passages holds. What it costs are the answerable questions abstained from for
holding a stranger: those answered when every name and year is taken for held. Resumable. Writes
``docs/benchmarks/strangers-<file>.json`` and ``.md``.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import re
from collections.abc import Sequence
from pathlib import Path

from askdocs.answering.calibration import Calibration, load_calibrations
from askdocs.core.base import Model
from askdocs.values.question_analysis import analyse_question
from scripts.benchmarks.bench_answers import measure
from scripts.benchmarks.machine import machine
from scripts.training.reading_rows import Asked, Row, Task, sampled, tasks

COMPANIES = ("Veltrano", "Quillmere Holdings", "Tovarna Steel", "Ostrava Mills", "Halvering", "Brannock Foods",
             "Kestwell", "Zuidhof Energy", "Marrowby", "Okonjo Freight")  # fmt: skip
PEOPLE = ("Margit Oskarsson", "Tobias Wendeling", "Ines Carballo", "Rufus Ntuli", "Yelena Pashkova", "Gwilym Tarr",
          "Haruto Ishimori", "Nadia Belhaj", "Casimir Dufresne", "Oluwaseun Adeyinka")  # fmt: skip
YEARS = ("1702", "1713", "1731", "1748", "2027", "2029", "2031", "2034")
_NAME = re.compile(r"(?<=[a-z,'’] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")


class Figures(Model):
    """What came of the questions with a stranger, and of the answerable ones they were made from."""

    model: str
    strangers: int
    abstained: float
    answerable: int
    abstained_answerable: float
    lost_to_strangers: float


def with_stranger(question: str, passages: str, rng: random.Random) -> str | None:
    """The question with one name or year of the passages replaced; None where it has none.

    >>> with_stranger("Where did the young Napoleon live?", "Napoleon lived here.", random.Random(1))
    'Where did the young Halvering live?'
    """
    names = [m for m in _NAME.finditer(question) if m.group() in passages]
    years = [m for m in _YEAR.finditer(question) if m.group() in passages]
    if not names and not years:
        return None
    old = rng.choice([*names, *years])
    pool: Sequence[str] = YEARS if old.group().isdigit() else rng.choice((COMPANIES, PEOPLE))
    new = rng.choice([name for name in pool if name not in passages])
    return question[: old.start()] + new + question[old.end() :]


def changed(chosen: list[Task]) -> list[Task]:
    """The tasks with their answerable questions about strangers."""
    rng = random.Random(11)
    result = []
    for task in chosen:
        passages = " ".join(f"{hit.title} {hit.chunk.text}" for hit in task.hits)
        asked = [
            (question, with_stranger(question.text, passages, rng)) for question in task.questions if question.gold
        ]
        questions = tuple(Asked(f"{question.id}-stranger", text, ()) for question, text in asked if text)
        if questions:
            result.append(task._replace(questions=questions))
    return result


def figures(model: str, answerable: list[Row], strangers: list[Row], calibration: Calibration) -> Figures:
    """How many of each are abstained from, and how many of the first only for a stranger."""

    def confidence(row: Row, **given: float) -> float:
        answer = row.chosen(calibration)
        return answer.model_copy(update={"features": {**answer.features, **given}}).confidence(calibration)

    def limit(row: Row) -> float:
        return calibration.threshold_for(analyse_question(row.question))

    abstained = [confidence(row) < limit(row) for row in strangers]
    answered = [confidence(row) >= limit(row) for row in answerable]
    lost = [
        not held and confidence(row, stranger=0.0, names_anywhere=1.0, years_anywhere=1.0) >= limit(row)
        for row, held in zip(answerable, answered, strict=True)
    ]
    return Figures(
        model=model,
        strangers=len(strangers),
        abstained=sum(abstained) / len(abstained),
        answerable=len(answerable),
        abstained_answerable=1 - sum(answered) / len(answered),
        lost_to_strangers=sum(lost) / len(lost),
    )


def main() -> None:
    """Read, or take the rows there are, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/squad2-dev-3-articles.json.gz"))
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--rows", type=Path, default=Path("out/rows"))
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    options = parser.parse_args()
    if not options.data.exists():
        print(f"{options.data} is not here; name a SQuAD-format file with --data")
        return
    stem = options.data.name.split(".")[0]
    chosen = sampled(tasks(options.data), options.limit)
    answerable = [row for row in measure(options.model, chosen, options.rows / stem) if row.gold]
    strangers = measure(options.model, changed(chosen), options.rows / f"strangers-{stem}")
    found = figures(options.model, answerable, strangers, load_calibrations().for_model(options.model))
    when = datetime.date.today().isoformat()
    document = {"file": stem, "date": when, "machine": machine(), "figures": found.model_dump()}
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / f"strangers-{stem}.json").write_text(json.dumps(document, indent=1) + "\n")
    head = "| " + " | ".join(Figures.model_fields) + " |\n|" + "---|" * len(Figures.model_fields)
    cells = [f"{v:.3f}" if isinstance(v, float) else str(v) for v in found.model_dump().values()]
    text = f"# Questions about strangers, {stem}\n\n{head}\n| {' | '.join(cells)} |\n"
    (options.out / f"strangers-{stem}.md").write_text(text + f"\nMeasured {when} on {machine()['cpu']}.\n")
    print(text)


if __name__ == "__main__":
    main()
