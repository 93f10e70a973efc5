"""What a name is: a person, a company, a place, or no name at all.

A network of one hidden layer over what ``name_features`` sees. It is trained on made-up sentences only
(``scripts/training/train_name_classifier.py``), whose invented names no list holds, so that it goes by the words around
a name more than by the name.
"""

from __future__ import annotations

import collections
import functools
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from askdocs.core.base import FloatArray
from askdocs.core.errors import ModelNotFound
from askdocs.embedding.bert import Weights
from askdocs.lists.name_candidates import NameCandidate
from askdocs.lists.name_features import NameFeatures
from askdocs.models.registry import bundled_embedder_path

CLASSES = ("other", "person", "company", "institution", "media", "city", "country", "region", "product", "work")
_KEPT = 1024  # passages whose names are remembered: the next list is often of the same articles
WEIGHTS = Path(__file__).parents[1] / "_models" / "name_classifier.safetensors"


class NameClassifier:
    """Gives candidates the probabilities of ``CLASSES``."""

    def __init__(self, features: NameFeatures, weights: Weights) -> None:
        self._features = features
        self._known: collections.OrderedDict[tuple[str, tuple[NameCandidate, ...]], FloatArray] = (
            collections.OrderedDict()
        )
        names = ("means", "scales", "hidden.weight", "hidden.bias", "output.weight", "output.bias")
        self._means, self._scales, self._hidden, self._bias, self._output, self._last = (weights[n] for n in names)

    def probabilities(self, text: str, candidates: Sequence[NameCandidate]) -> FloatArray:
        """Shape (candidates, classes): each row adds up to 1."""
        if not candidates:
            return np.zeros((0, len(CLASSES)), dtype=np.float32)
        key = (text, tuple(candidates))
        known = self._known.pop(key, None)
        shares = self.of_features(self._features.of(text, candidates)) if known is None else known
        self._known[key] = shares
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return shares

    def of_features(self, features: FloatArray) -> FloatArray:
        """The probabilities of rows of features."""
        standard = np.clip((features - self._means) / self._scales, -5, 5)
        hidden = np.maximum(standard @ self._hidden.T + self._bias, 0)
        scores = hidden @ self._output.T + self._last
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        result: FloatArray = (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
        return result


@functools.lru_cache(maxsize=1)
def bundled_name_classifier() -> NameClassifier | None:
    """The classifier that comes with askdocs; ``None`` where askdocs[bundled], whose embedder it reads, is not "
    "there."""
    try:
        return NameClassifier(NameFeatures(bundled_embedder_path()), Weights(WEIGHTS))
    except ModelNotFound:
        return None
