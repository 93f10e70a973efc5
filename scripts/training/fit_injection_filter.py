"""Fit what tells sentences planted for machines from ordinary ones: ``askdocs/_models/injection_filter.json``.

::

    python scripts/training/fit_injection_filter.py --data ../shared/data

Learns from ``scripts/training/planted.txt`` and ``ordinary.txt`` (written for this, a line each, the ordinary ones to
look like planted ones), from the instructions that the scorer was trained on, and from half of a background of
ordinary sentences: of the files trained on, of synthetic news, and of the descriptions that installed packages bring
along, which are full of commands, models and answers. The threshold is where one in ``--one-in`` sentences of the other
half would be left out by mistake. Prints how many planted lines are found in five folds, and how many of
``evals/injections.jsonl``, which is not learnt from.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from askdocs.reading.injection_filter import PATH, InjectionWeights, marks_of
from askdocs.text.sentences import sentence_spans
from scripts.benchmarks.injections import load
from scripts.training.fit_confidence import SOURCES
from scripts.training.reading_rows import paragraphs_of
from scripts.training.synthetic_news import contexts
from scripts.training.synthetic_noise import every_injection

HERE = Path(__file__).parent
SYNTHETIC = 700  # contexts of synthetic news
LIKELY = 0.0  # log-odds from which a sentence of synthetic news may be one of the instructions that are put into it
RAREST = 2  # times that a mark must be seen in the written lines
FOLDS = 5
SMALLEST = 0.05  # weights under this are left out of the file

Score = Callable[[str], float]


def written(name: str) -> list[list[str]]:
    """The lines of one of the two files, each as its sentences."""
    lines = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [sentences(line.replace("\\n", "\n")) for line in lines if line]


def sentences(text: str) -> list[str]:
    """The sentences of a text, as they are judged one by one."""
    return [text[start:end] for start, end in sentence_spans(text)]


def background(data: Path) -> list[str]:
    """Ordinary sentences of the files and of the pinned packages, in a seeded order, none twice.

    What askdocs says of itself changes with it, so it takes no part.
    """
    texts = {str(p["context"]) for stem in SOURCES for _, p in paragraphs_of(data / f"{stem}.json.gz")}
    for package in importlib.metadata.distributions():
        if package.name != "askdocs":
            texts.add(str(package.metadata.json.get("description", "")))
    found = sorted({sentence for text in sorted(texts) for sentence in sentences(text)})
    random.Random(0).shuffle(found)
    return found


def synthetic(unlike: Score) -> list[str]:
    """Sentences of synthetic news, without those that may be the instructions put into it."""
    texts = {passage.text for context in contexts(SYNTHETIC, seed=5) for passage in context.passages}
    found = sorted({sentence for text in texts for sentence in sentences(text)})
    return [sentence for sentence in found if unlike(sentence) < LIKELY]


def fit(planted: Sequence[str], ordinary: Sequence[str], others: Sequence[str]) -> tuple[float, dict[str, float]]:
    """The bias and the weights of a regression over marks that stand in the written lines."""
    seen = Counter(mark for sentence in (*planted, *ordinary) for mark in marks_of(sentence))
    places = {mark: i for i, mark in enumerate(sorted(mark for mark, count in seen.items() if count >= RAREST))}
    everything = (*planted, *ordinary, *others)
    table = CountVectorizer(analyzer=marks_of, vocabulary=places).transform(everything)
    model = LogisticRegression(C=1.0, max_iter=500).fit(table, np.arange(len(everything)) < len(planted))
    kept = {mark: round(float(model.coef_[0][i]), 3) for mark, i in places.items()}
    return float(model.intercept_[0]), {mark: value for mark, value in kept.items() if abs(value) >= SMALLEST}


def threshold(score: Score, others: Sequence[str], one_in: int) -> float:
    """The score that one in so many ordinary sentences reaches."""
    return float(np.quantile([score(sentence) for sentence in others], 1 - 1 / one_in))


def scorer(bias: float, weights: dict[str, float]) -> Score:
    """The log-odds of a sentence by these weights."""
    return InjectionWeights(bias=bias, threshold=0, beside=0, weights=weights).log_odds


def in_folds(planted: list[list[str]], ordinary: list[list[str]], trained: list[str],
             learnt: list[str], others: list[str], one_in: int) -> tuple[float, float]:  # fmt: skip
    """The share of planted lines found, and of the ordinary look-alikes taken for planted, that were not learnt from.

    A line counts by its likeliest sentence.
    """
    found: list[bool] = []
    mistaken: list[bool] = []
    for fold in range(FOLDS):
        rest = [[s for i, line in enumerate(lines) if i % FOLDS != fold for s in line] for lines in (planted, ordinary)]
        score = scorer(*fit([*rest[0], *trained], rest[1], learnt))
        limit = threshold(score, others, one_in)
        found += [max(map(score, line)) >= limit for line in planted[fold::FOLDS]]
        mistaken += [max(map(score, line)) >= limit for line in ordinary[fold::FOLDS]]
    return sum(found) / len(found), sum(mistaken) / len(mistaken)


def main() -> None:
    """Fit, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--one-in", type=int, default=3000, help="ordinary sentences, one of which may be left out")
    parser.add_argument("--one-in-beside", type=int, default=200, help="the same, beside a sentence that is left out")
    parser.add_argument("--out", type=Path, default=PATH)
    options = parser.parse_args()
    planted, ordinary = written("planted"), written("ordinary")
    trained = [re.sub(r"\{x\}", "42", line) for line in every_injection()]
    near = [*(s for line in planted for s in line), *trained], [s for line in ordinary for s in line]
    others = background(options.data)
    learnt, rest = others[::2], others[1::2]
    learnt += synthetic(scorer(*fit(*near, learnt)))
    found, mistaken = in_folds(planted, ordinary, trained, learnt, rest, options.one_in)
    print(f"{len(learnt)} ordinary sentences learnt from, {len(rest)} others")
    print(f"in {FOLDS} folds: {found:.3f} of the planted lines found, {mistaken:.3f} of the look-alikes left out")
    bias, weights = fit(*near, learnt)
    score = scorer(bias, weights)
    fitted = InjectionWeights(
        bias=round(bias, 3),
        threshold=round(threshold(score, rest, options.one_in), 3),
        beside=round(threshold(score, rest, options.one_in_beside), 3),
        weights=weights,
    )
    evaluated = [max(map(score, sentences(injection.text))) >= fitted.threshold for injection in load()]
    print(f"of {len(evaluated)} injections of evals, not learnt from: {sum(evaluated) / len(evaluated):.3f} found")
    print(f"{len(weights)} marks; left out from {fitted.threshold} on, beside another from {fitted.beside} on")
    options.out.write_text(fitted.model_dump_json(indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
