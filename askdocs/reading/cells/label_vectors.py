"""How near labels are in meaning to the words of a question, by the embedder; each label is embedded once."""

from __future__ import annotations

import collections
import threading
from collections.abc import Sequence

import numpy as np

from askdocs.core.base import FloatArray
from askdocs.core.protocols import Embedder

_KEPT = 4096


class LabelVectors:
    """Vectors of labels, the last few thousand kept. May be used from several threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._lock = threading.Lock()
        self._known: collections.OrderedDict[str, FloatArray] = collections.OrderedDict()

    def nearness(self, labels: Sequence[str], phrases: Sequence[str]) -> FloatArray:
        """The cosine of each label to each phrase; shape ``(len(labels), len(phrases))``."""
        if not labels or not phrases:
            return np.zeros((len(labels), len(phrases)), dtype=np.float32)
        left, right = (np.stack([self._vector(text) for text in texts]) for texts in (labels, phrases))
        cosines: FloatArray = left @ right.T
        return cosines

    def _vector(self, text: str) -> FloatArray:
        with self._lock:
            found = self._known.pop(text, None)
        if found is None:
            found = self._embedder.embed_query(text)
        with self._lock:
            self._known[text] = found
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found
