"""Trains ``askdocs/_models/cell_scorer.json``, which says which cell of the found tables answers a question.

    python -m scripts.training.train_cell_scorer --tables 650 --held-out 90 --more 250

Examples are made up (``scripts/training/made_tables.py``); the held-out ones are of other shapes, other words and
other wordings. A softmax over all cells of a question, with "none of them", is fitted by Adam; the temperature is
chosen on a tenth of the training questions. ``--more`` tables of the held-out part are trained on as well: the
shipped weights, whose figures on held-out tables then are of other tables of the same shapes. The command is that of
the shipped weights; it takes a quarter of an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from askdocs.core.base import FloatArray
from askdocs.embedding.embedder import default_embedder
from askdocs.reading.cells.cell_features import FEATURES
from askdocs.reading.cells.cell_scorer import WEIGHTS, CellScorer
from askdocs.reading.model_pool import bundled_span_scorer
from scripts.training.cell_examples import Example, KnownVectors, examples, laid_out
from scripts.training.made_tables import made_tables

HIDDEN = 24
THRESHOLD = (
    0.4  # by hand: a wrong value is worse than none; docs/decisions/a-cell-by-its-row-and-column.md has the curve
)
STEPS, BATCH, RATE, DECAY = 3000, 64, 3e-3, 1e-3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=1200)
    parser.add_argument("--held-out", type=int, default=300)
    parser.add_argument("--more", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    train = made_examples(options.seed, options.tables, held_out=False)
    train += made_examples(options.seed + 2, options.more, held_out=True)
    random.Random(options.seed).shuffle(train)
    held_out = made_examples(options.seed + 1, options.held_out, held_out=True)
    cut = len(train) * 9 // 10
    scorer = fitted(
        train[:cut], train[cut:], options.seed, f"{cut} questions on {options.tables + options.more} made-up tables"
    )
    options.out.write_text(json.dumps(scorer.model_dump(), separators=(",", ":")) + "\n", encoding="utf-8")
    for name, some in (("fitted on", train[:cut]), ("chosen on", train[cut:]), ("held out", held_out)):
        sys.stdout.write(f"{name}: {report(scorer, some)}\n")


def made_examples(seed: int, count: int, held_out: bool) -> list[Example]:
    """The examples of so many made-up tables."""
    embedder = default_embedder()
    made = list(made_tables(seed, count, held_out))
    spans = bundled_span_scorer()
    assert spans is not None
    return examples(laid_out(made, embedder, seed), KnownVectors(embedder), spans, seed)


def fitted(train: Sequence[Example], chosen_on: Sequence[Example], seed: int, fitted_on: str) -> CellScorer:
    """Fit the weights, then the temperature."""
    import torch

    torch.manual_seed(seed)
    every = np.concatenate([example.features for example in train])
    means, scales = every.mean(axis=0), np.maximum(every.std(axis=0), 1e-3)
    hidden = torch.nn.Linear(len(FEATURES), HIDDEN)
    output = torch.nn.Linear(HIDDEN, 1, bias=False)
    none = torch.nn.Parameter(torch.zeros(1))
    parameters = [*hidden.parameters(), *output.parameters(), none]
    optimiser = torch.optim.AdamW(parameters, lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, STEPS)
    standard = [np.clip((one.features - means) / scales, -4, 4).astype(np.float32) for one in train]
    draw = np.random.default_rng(seed)
    for _ in range(STEPS):
        batch = draw.integers(0, len(train), BATCH)
        loss = _loss([standard[n] for n in batch], [train[n].right for n in batch], hidden, output, none)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    scorer = CellScorer(
        features=FEATURES,
        means=_floats(means),
        scales=_floats(scales),
        hidden=tuple(_floats(row) for row in hidden.weight.detach().numpy()),
        hidden_bias=_floats(hidden.bias.detach().numpy()),
        output=_floats(output.weight.detach().numpy()[0]),
        none=float(none.detach()),
        threshold=THRESHOLD,
        fitted_on=fitted_on,
    )
    return with_temperature(scorer, chosen_on)


def _loss(features: Sequence[FloatArray], right: Sequence[int], hidden: Any, output: Any, none: Any) -> Any:
    """The mean cross entropy of the right cell, or of none, among all cells of its question."""
    import torch

    sizes = [len(one) for one in features]
    scores = output(torch.relu(hidden(torch.from_numpy(np.concatenate(features)))))[:, 0]
    losses = []
    for part, place in zip(scores.split(sizes), right, strict=True):
        whole = torch.cat([part, none])
        losses.append(torch.logsumexp(whole, 0) - whole[place])
    return torch.stack(losses).mean()


def _floats(values: FloatArray) -> tuple[float, ...]:
    return tuple(round(float(value), 5) for value in values)


def with_temperature(scorer: CellScorer, chosen_on: Sequence[Example]) -> CellScorer:
    """The scorer with the temperature of the highest likelihood."""
    tried = [scorer.model_copy(update={"temperature": value}) for value in (0.7, 0.85, 1.0, 1.2, 1.5, 1.8, 2.2)]
    return max(tried, key=lambda one: sum(_log_likelihood(one, example) for example in chosen_on))


def _log_likelihood(scorer: CellScorer, example: Example) -> float:
    cells, none = scorer.probabilities(example.features)
    return float(np.log(max(none if example.right < 0 else float(cells[example.right]), 1e-9)))


def _judged(scorer: CellScorer, example: Example) -> tuple[float, bool]:
    cells, _ = scorer.probabilities(example.features)
    best = int(cells.argmax())
    return float(cells[best]), best == example.right


def report(scorer: CellScorer, some: Sequence[Example]) -> dict[str, object]:
    """How many are right and how many abstained, by the kind of question."""
    counts: dict[str, Counter[str]] = {}
    for example in some:
        confidence, right = _judged(scorer, example)
        kind = "unanswerable" if example.right < 0 else example.kind
        counts.setdefault(kind, Counter())
        counts[kind]["all"] += 1
        answered = confidence >= scorer.threshold
        counts[kind]["right" if answered and right else "wrong" if answered else "abstained"] += 1
    shares = {
        kind: {name: round(count[name] / count["all"], 3) for name in ("right", "wrong", "abstained")}
        | {"n": count["all"]}
        for kind, count in sorted(counts.items())
    }
    return {"threshold": scorer.threshold, "temperature": scorer.temperature, **shares}


if __name__ == "__main__":
    main()
