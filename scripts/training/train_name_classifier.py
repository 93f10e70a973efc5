"""Trains ``askdocs/_models/name_classifier.safetensors``, which says what a name is: a person, a company, a place.

    OMP_NUM_THREADS=1 python -m scripts.training.train_name_classifier --texts 7000

Only made-up text is learnt from (``scripts/training/named_text.py``). One hidden layer over the states of the frozen
embedder and some features of the words; dropout on the states keeps it from learning the made-up names by heart. It
takes ten minutes on one core, nearly all of them for the embedder. ``scripts/benchmarks/bench_lists.py`` measures it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from askdocs.core.base import FloatArray
from askdocs.lists.name_candidates import NameCandidate, name_candidates
from askdocs.lists.name_classifier import CLASSES, WEIGHTS
from askdocs.lists.name_features import NameFeatures
from askdocs.models.registry import bundled_embedder_path
from scripts.training.named_text import NamedText, named_texts

HIDDEN, DROPOUT, EPOCHS, BATCH, RATE, DECAY = 32, 0.5, 12, 128, 1e-3, 1e-3
Learnt = tuple[FloatArray, list[int]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=7000)
    parser.add_argument("--held-out", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    features = NameFeatures(bundled_embedder_path())
    train = learnt_from(features, options.texts, options.seed)
    held_out = learnt_from(features, options.held_out, options.seed + 1)
    weights = fitted(train, options.seed)
    save(weights, options.out, f"{len(train[1])} names of {options.texts} made-up texts")
    sys.stdout.write(f"{options.out}: {options.out.stat().st_size} bytes; held out: {report(options.out, held_out)}\n")


def learnt_from(features: NameFeatures, count: int, seed: int) -> Learnt:
    """The features of all candidates of so many texts, and their classes."""
    rows: list[FloatArray] = []
    classes: list[int] = []
    for made in named_texts(count, seed):
        candidates = [one for one in name_candidates(made.text) if class_of(made, one) is not None]
        if candidates:
            rows.append(features.of(made.text, candidates).astype(np.float16))
            classes += [CLASSES.index(class_of(made, one) or "other") for one in candidates]
    return np.concatenate(rows), classes


def class_of(made: NamedText, candidate: NameCandidate) -> str | None:
    """The class of a candidate; ``None`` for one that is a part of a name, or more than one, and teaches nothing."""
    for start, end, name in made.names:
        if (start, end) == (candidate.start, candidate.end):
            return name
        if start < candidate.end and candidate.start < end:
            return None
    return "other"


def fitted(train: Learnt, seed: int) -> dict[str, FloatArray]:
    """The weights of the network."""
    import torch

    torch.manual_seed(seed)
    rows, classes = train[0].astype(np.float32), torch.tensor(train[1])
    means, scales = rows.mean(axis=0), np.maximum(rows.std(axis=0), 0.05)
    inputs = torch.from_numpy(np.clip((rows - means) / scales, -5, 5))
    hidden, output = torch.nn.Linear(inputs.shape[1], HIDDEN), torch.nn.Linear(HIDDEN, len(CLASSES))
    drop, relu = torch.nn.Dropout(DROPOUT), torch.nn.ReLU()
    network: Any = torch.nn.Sequential(drop, hidden, relu, drop, output)
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=0.05)
    for _ in range(EPOCHS):
        for part in torch.randperm(len(inputs)).split(BATCH):
            loss = loss_of(network(inputs[part]), classes[part])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return {
        "means": means, "scales": scales,
        "hidden.weight": hidden.weight.detach().numpy(), "hidden.bias": hidden.bias.detach().numpy(),
        "output.weight": output.weight.detach().numpy(), "output.bias": output.bias.detach().numpy(),
    }  # fmt: skip


def save(weights: dict[str, FloatArray], path: Path, fitted_on: str) -> None:
    """Write the weights in half precision."""
    from safetensors.numpy import save_file

    halves = {name: np.ascontiguousarray(matrix.astype(np.float16)) for name, matrix in weights.items()}
    save_file(halves, path, metadata={"classes": " ".join(CLASSES), "fitted_on": fitted_on})


def report(path: Path, some: Learnt) -> str:
    """How many candidates of each class are right."""
    from askdocs.embedding.bert import Weights
    from askdocs.lists.name_classifier import NameClassifier

    classifier = NameClassifier(NameFeatures(bundled_embedder_path()), Weights(path))
    found = classifier.of_features(some[0].astype(np.float32)).argmax(axis=1)
    right, every = Counter[int](), Counter(some[1])
    right.update(wanted for wanted, got in zip(some[1], found, strict=True) if wanted == got)
    return ", ".join(f"{CLASSES[one]} {right[one]}/{every[one]}" for one in sorted(every))


if __name__ == "__main__":
    main()
