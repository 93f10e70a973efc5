"""How likely each form of a question is: a regression over its words and its embedding.

Rules read wordings that are known; this reads the others ("I have come late to this story and would be glad to be told
what has happened"). Fitted by ``scripts/training/fit_question_forms.py`` on made-up wordings. Multinomial logistic
regression over n-grams and the sentence embedding of the bundled model.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import get_args
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from askdocs.core.base import FloatArray
from askdocs.core.errors import ModelNotFound, ModelUnusable
from askdocs.embedding.embedder import bundled_embedder
from askdocs.questions.form_features import form_marks
from askdocs.questions.forms import Wanted

PATH = Path(__file__).parents[1] / "_models" / "question_forms.npz"
EMBEDDING = 4.0  # the length of the embedding beside the marks


class FormClassifier:
    """The regression: ``marks`` names the rows of ``weights``, shape ``(len(marks) + dimension, forms)``."""

    def __init__(self, marks: list[str], weights: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        self._rows = {mark: row for row, mark in enumerate(marks)}
        self._weights = weights
        self._bias = bias

    @classmethod
    def load(cls, path: Path = PATH) -> FormClassifier:
        """Read the weights. Raises ModelUnusable where the file is missing or damaged."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                marks = stored["marks"].tobytes().decode().split("\n")
                weights, bias = stored["weights"].astype(np.float32), stored["bias"].astype(np.float32)
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
            raise ModelUnusable(f"{path}: it cannot be read ({error}); install askdocs again") from error
        return cls(marks, weights, bias)

    def probabilities(self, question: str, told: str, embedding: FloatArray) -> dict[Wanted, float]:
        """The probability of each form; ``told`` is the form by rule, ``embedding`` the question's, of length 1."""
        logits = self._bias + EMBEDDING * (embedding @ self._weights[len(self._rows) :])
        for mark, value in form_marks(question, told).items():
            row = self._rows.get(mark)
            if row is not None:
                logits = logits + value * self._weights[row]
        odds = np.exp(logits - logits.max())
        return dict(zip(get_args(Wanted), (odds / odds.sum()).tolist(), strict=True))


@functools.lru_cache(maxsize=1)
def _classifier() -> FormClassifier:
    return FormClassifier.load()


@functools.lru_cache(maxsize=256)
def form_probabilities(question: str, told: Wanted) -> dict[Wanted, float]:
    """The probability of each form of a question; that by rule alone where the bundled embedder is not installed.

    Raises ModelUnusable when the package's own file of weights is damaged.
    """
    try:
        embedding = bundled_embedder().embed_query(question)
    except ModelNotFound:
        return {told: 1.0}
    return _classifier().probabilities(question, told, embedding)
