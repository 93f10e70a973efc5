"""Fit the weights of ``askdocs/yesno/classifier.py``: what rules and model find -> yes, no or not said.

    ASKDOCS_THREADS=1 python -m scripts.training.fit_verdict

Fitted on the invented articles ``LEARNT`` and ``REWORDED`` of ``tests/support/polarity_examples.py``, each read among
the
others of that file; on the same questions with their own article taken away, which makes them not said; and on yes and
no questions of synthetic news (seed 4242). Yes, no and not said weigh the same in all. ``KEPT`` is
reported on, not fitted on. Prints the weights to be put into ``askdocs/yesno/classifier.py``.
"""

from __future__ import annotations

import argparse
import datetime
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from askdocs import Corpus
from askdocs.core.articles import Article, Chunk, Hit
from askdocs.core.base import FloatArray
from askdocs.corpus.ask_options import AskOptions, ModelRequest
from askdocs.values.question_analysis import analyse_question
from askdocs.yesno.classifier import CAUTION, MEASURES, measures
from askdocs.yesno.evidence import EvidenceSearch
from scripts.training.synthetic_news import contexts
from tests.support.polarity_examples import KEPT, LEARNT, REWORDED

STEPS, PENALTY = 4000, 0.002
SYNTHETIC = 0.3  # what such a question weighs: the model was trained on their like, and is more often right on them
THRESHOLD = 0.41


class Row(NamedTuple):
    """A question read: where it comes from, what the regression weighs, and 0 for yes, 1 for no, 2 for not said."""

    part: str
    measures: tuple[float, ...]
    gold: int


def read(question: str, hits: Sequence[Hit], request: ModelRequest) -> tuple[float, ...]:
    """What the regression weighs, of one question over its hits."""

    def work(reader: Any, stopped: Any) -> tuple[float, ...]:
        reading = reader.reader.read(analyse_question(question), hits, stopped=stopped)
        [first, *_] = EvidenceSearch(
            question, reading.passages, reader.pointers(analyse_question(question), reading.passages)
        ).findings()
        return measures(first, reading.decoding)

    return request.submit(work).result()


def written(request: ModelRequest, folder: Path) -> Iterator[Row]:
    """The questions of the examples, with and without their own article."""
    parts = {"learnt": LEARNT, "kept": KEPT, "reworded": REWORDED}
    with Corpus.open(folder / "examples.askdocs") as corpus:
        for example in (*LEARNT, *KEPT, *REWORDED):
            corpus.add(
                [
                    Article(
                        id=example.title,
                        source=example.title,
                        title=example.title,
                        published=datetime.date.fromisoformat(example.published),
                        text=example.text,
                    )
                ]
            )
        for part, examples in parts.items():
            for example in examples:
                for i, (question, gold) in enumerate(example.asked):
                    yield Row(
                        part, read(question, corpus.search(question, k=4), request), {True: 0, False: 1, None: 2}[gold]
                    )
                    if i % 2 == 0:
                        others = [hit for hit in corpus.search(question, k=8) if hit.title != example.title][:4]
                        yield Row(
                            "kept, not said" if part == "kept" else "not said", read(question, others, request), 2
                        )


def synthetic(request: ModelRequest, count: int, seed: int) -> Iterator[Row]:
    """The yes and no questions of synthetic news."""
    found = 0
    for context in contexts(10 * count, seed):
        items = [item for item in context.items if re.match(r"(?:yes|no) \[", item.answer) and not item.history]
        hits = [
            Hit(
                chunk=Chunk(id=i, article_id=str(i), start=0, end=len(passage.text), text=passage.text),
                source="synthetic",
                title=passage.title,
                published=datetime.date.fromisoformat(passage.published) if passage.published else None,
                score=1.0,
            )
            for i, passage in enumerate(context.passages, 1)
        ]
        for item in items:
            found += 1
            yield Row("synthetic", read(item.question, hits, request), 0 if item.answer.startswith("yes") else 1)
        if found >= count:
            return


def fit(rows: Sequence[Row]) -> FloatArray:
    """The weights, (measures, 3): gradient descent on the weighted cross entropy with a small penalty."""
    table = np.array([row.measures for row in rows])
    gold = np.array([row.gold for row in rows])
    weight = np.array([SYNTHETIC if row.part == "synthetic" else 1.0 for row in rows])
    weight /= np.bincount(gold, weight, minlength=3)[gold] * 3
    weights = np.zeros((table.shape[1], 3))
    kept = np.ones_like(weights)
    kept[0] = 0.0  # the bias is not held back
    for _ in range(STEPS):
        gradient = table.T @ ((probabilities(weights, table) - np.eye(3)[gold]) * weight[:, None])
        weights -= gradient + PENALTY * kept * weights
    return weights.astype(np.float32)


def probabilities(weights: Any, table: Any) -> Any:
    """The probability of yes, no and not said for each row."""
    sums = table @ weights
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def report(weights: FloatArray, rows: Sequence[Row]) -> None:
    """What comes of each part."""
    for part in dict.fromkeys(row.part for row in rows):
        here = [row for row in rows if row.part == part]
        chances = probabilities(weights, np.array([row.measures for row in here]))[:, :2] ** CAUTION
        gold = np.array([row.gold for row in here])
        right, answered = chances.argmax(axis=1) == gold, chances.max(axis=1) >= THRESHOLD
        false_yes = (chances.argmax(axis=1) == 0) & ~right & answered
        print(
            f"{part:15} {len(here):4} questions: {(right & answered).sum()} right, {(~right & answered).sum()} wrong "
            f"({false_yes.sum()} of them yes), {(~answered).sum()} abstained"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--synthetic", type=int, default=200)
    parser.add_argument("--seed", type=int, default=4242)
    arguments = parser.parse_args()
    request = ModelRequest(AskOptions.of(model="smollm2", timeout=600))
    with tempfile.TemporaryDirectory() as folder:
        rows = [*written(request, Path(folder)), *synthetic(request, arguments.synthetic, arguments.seed)]
    weights = fit([row for row in rows if not row.part.startswith("kept")])
    report(weights, rows)
    for name, row in zip(MEASURES, weights.tolist(), strict=True):
        print(f'    "{name}": ({row[0]:.2f}, {row[1]:.2f}, {row[2]:.2f}),')


if __name__ == "__main__":
    main()
