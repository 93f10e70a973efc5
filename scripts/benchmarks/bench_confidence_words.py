"""What the words beside a confidence are worth: how often an answer with that confidence is right.

::

    askdocs eval news --model smollm2 --out out/news
    python scripts/benchmarks/bench_answers.py            # leaves its rows in out/rows
    python scripts/benchmarks/bench_confidence_words.py --suite out/news --rows out/rows

``--suite`` is the folder of an evaluation, whose candidates are judged by value; ``--rows`` holds what
``bench_answers.py`` read, judged word for word and, since annotators mark a word more or less than one another, by
sharing half of their words (F1 of 0.5). An answer to what has no answer is wrong in all. The bands of the words are
those of ``askdocs.core.answer_text``; to see whether they would hold on other cases, they are also fitted on four
fifths of the cases and judged on the fifth. No model is asked. Writes ``docs/benchmarks/confidence-words.json`` and
``.md``.
"""

from __future__ import annotations

import argparse
import datetime
import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from askdocs.answering.calibration import load_calibrations
from askdocs.core.answer_text import CONFIDENCE_WORDS
from askdocs.evaluation.manifest import read_manifest
from askdocs.evaluation.metrics import Floats
from askdocs.evaluation.outcomes import OUTCOMES, by_run, read_outcomes
from askdocs.evaluation.report import score_runs
from askdocs.evaluation.suite import CASES, Suite, read_cases
from askdocs.evaluation.suite_corpus import STORED_ARTICLES, read_articles
from scripts.benchmarks.bench_followups import wilson
from scripts.training.reading_rows import Row

GRID = tuple(round(0.05 * step, 2) for step in range(21))
FOLDS = 5


class Judged(NamedTuple):
    """Candidates of one source: the confidence each had, and whether it is right."""

    confidence: Floats
    right: Floats

    def within(self, low: float, high: float) -> Judged:
        """Those with a confidence of ``low`` up to, not including, ``high``; two decimals, as it is shown."""
        shown = self.confidence.round(2)
        inside = (shown >= low) & (shown < high)
        return Judged(self.confidence[inside], self.right[inside])

    def part(self, of: Floats) -> Judged:
        """Those where ``of`` is true."""
        return Judged(self.confidence[of > 0], self.right[of > 0])

    def share(self) -> str:
        """The share right, with its interval and count, for a table."""
        if not len(self.right):
            return "-"
        low, high = wilson(int(self.right.sum()), len(self.right))
        return f"{self.right.mean():.2f} [{low:.2f}, {high:.2f}] of {len(self.right)}"


def of_suite(folder: Path, label: str) -> dict[str, Judged]:
    """The candidates of a run, judged by value: of all its cases and of those that have an answer."""
    manifest, cases = read_manifest(folder), read_cases(folder / CASES)
    suite = Suite(name=manifest.suite, cases=cases)
    run, entry = next((run, entry) for run, entry in manifest.runs.items() if entry.label == label)
    outcomes = by_run(read_outcomes(folder / OUTCOMES))
    scores = score_runs(suite, read_articles(folder / STORED_ARTICLES), {run: entry}, outcomes).scores[run]
    judged = Judged(scores.confidence, scores.right)
    return {manifest.suite: judged, f"{manifest.suite}, answerable": judged.part(scores.answerable)}


def of_rows(path: Path, model: str) -> dict[str, Judged]:
    """The answers chosen of a file's rows, judged word for word and by half of the words."""
    calibration = load_calibrations().for_model(model)
    rows = [Row.model_validate_json(line) for line in path.read_text("utf-8").splitlines() if line.endswith("}")]
    chosen = [row.chosen(calibration) for row in rows]
    confidence = np.array([answer.confidence(calibration) for answer in chosen])
    exact = np.array([answer.exact for answer in chosen])
    half = np.array([float(answer.f1 >= 0.5) for answer in chosen])
    name = path.parent.name.split("-")[0]
    return {f"{name}, half of the words": Judged(confidence, half), f"{name}, exact": Judged(confidence, exact)}


def bands(edges: Sequence[float]) -> list[tuple[float, float]]:
    """The ranges between edges, the highest first.

    >>> bands((0.6, 0.4))
    [(0.6, 1.01), (0.4, 0.6), (0.0, 0.4)]
    """
    return list(zip((*edges, 0.0), (1.01, *edges), strict=True))


def keeps(band: Judged, claim: float) -> bool:
    """Whether at least that share of a band is right."""
    return len(band.right) > 0 and float(band.right.mean()) >= claim


def fitted(sources: Sequence[Judged], claims: Sequence[float]) -> tuple[float, ...]:
    """The lowest edge for each claim, such that the band above it keeps the claim in every source.

    >>> certain = Judged(np.array([0.9, 0.7, 0.3, 0.1]), np.array([1.0, 1.0, 0.0, 0.0]))
    >>> fitted([certain], (0.75,))
    (0.35,)
    """
    edges: list[float] = []
    for claim in claims:
        top = edges[-1] if edges else 1.01
        kept = [low for low in GRID if low < top and all(keeps(one.within(low, top), claim) for one in sources)]
        edges.append(min(kept, default=top))
    return tuple(edges)


def held_out(sources: Sequence[Judged], claims: Sequence[float], seed: int = 0) -> tuple[list[list[str]], list[str]]:
    """The edges of each fold, and for each source the shares right of every band on cases not fitted on."""
    folds = [np.random.default_rng(seed).permutation(len(one.right)) % FOLDS for one in sources]
    chosen, parts = [], [[Judged(np.zeros(0), np.zeros(0))] * (len(claims) + 1) for _ in sources]
    for fold in range(FOLDS):
        edges = fitted([one.part(fold_of != fold) for one, fold_of in zip(sources, folds, strict=True)], claims)
        chosen.append(", ".join(f"{edge:.2f}" for edge in edges))
        for found, one, fold_of in zip(parts, sources, folds, strict=True):
            for i, (low, high) in enumerate(bands(edges)):
                band = one.part(fold_of == fold).within(low, high)
                found[i] = Judged(*(np.concatenate(pair) for pair in zip(found[i], band, strict=True)))
    return [[part.share() for part in found] for found in parts], chosen


def words_table(sources: Mapping[str, Judged]) -> list[list[str]]:
    """A row for each word: its range, and the share right in each source."""
    rows = []
    for (low, high), (_, words) in zip(
        bands([least for least, _ in CONFIDENCE_WORDS[:-1]]), CONFIDENCE_WORDS, strict=True
    ):
        rows.append([words, f"from {low:.2f}", *(one.within(low, high).share() for one in sources.values())])
    return rows


def tenths_table(sources: Mapping[str, Judged]) -> list[list[str]]:
    """A row for each tenth of the confidence."""
    edges = [*(tenth / 10 for tenth in range(10)), 1.01]
    return [
        [f"{low:.1f}", *(one.within(low, high).share() for one in sources.values())] for low, high in pairwise(edges)
    ]


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def page(sources: Mapping[str, Judged], when: str) -> str:
    """The result as Markdown."""
    judged = {name: one for name, one in sources.items() if not name.endswith((", answerable", ", exact"))}
    likely, maybe = CONFIDENCE_WORDS[1][1], CONFIDENCE_WORDS[2][1]
    claims = (0.75, 0.5)
    shares, edges = held_out(list(judged.values()), claims)
    chosen = ", ".join(f"{edge:.2f}" for edge in fitted(list(judged.values()), claims))
    held = [[name, *found] for name, found in zip(judged, shares, strict=True)]
    return (
        "# The words beside a confidence\n\nShare of candidates that are right, with Wilson's 95% interval, and how "
        "many there are; abstained from or not.\n\n"
        + markdown(("words", "confidence", *sources), words_table(sources))
        + "\n## By tenths of the confidence\n\n"
        + markdown(("from", *sources), tenths_table(sources))
        + "\n## Fitted on four fifths, judged on the fifth\n\n"
        f'The lowest edges at which three in four ("{likely}") and '
        f'half ("{maybe}") are right in each of these sources: {chosen} on all cases; {"; ".join(edges)} in the '
        "folds. On the cases left out:\n\n"
        + markdown(("source", likely, maybe, "below"), held)
        + f"\nMeasured {when}.\n"
    )


def main() -> None:
    """Judge and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", type=Path, default=Path("out/news"))
    parser.add_argument("--rows", type=Path, default=Path("out/rows"))
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    options = parser.parse_args()
    if not (options.suite / OUTCOMES).exists():
        print(f"{options.suite} holds no evaluation; make one with askdocs eval news --out {options.suite}")
        return
    sources = of_suite(options.suite, options.model)
    for path in sorted(options.rows.glob(f"*/{options.model}.jsonl")):
        sources |= of_rows(path, options.model)
    when = datetime.date.today().isoformat()
    text = page(sources, when)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "confidence-words.md").write_text(text, encoding="utf-8")
    summary = {"model": options.model, "date": when, "words": words_table(sources), "tenths": tenths_table(sources),
               "sources": {name: len(one.right) for name, one in sources.items()}}  # fmt: skip
    (options.out / "confidence-words.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
