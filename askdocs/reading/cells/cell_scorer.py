"""Features of cells -> the probability of each that it answers the question, and that none does.

A network of one hidden layer gives every cell a score; a softmax over all cells of the found tables, and "none of
them" at a score of its own, makes probabilities of the scores. ``scripts/training/train_cell_scorer.py`` fits the
weights on made-up tables. Choosing rows and columns apart is after Glass et al. 2021, "Capturing Row and Column
Semantics in Transformer Based Question Answering over Tables", arXiv:2104.08303.
"""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np

from askdocs.core.base import FloatArray, Model
from askdocs.reading.cells.cell_features import FEATURES

WEIGHTS = Path(__file__).parents[2] / "_models" / "cell_scorer.json"


class CellScorer(Model):
    """The weights: each feature is standardised, then ``hidden`` (units, features), a rectifier, and ``output``.

    ``none`` is the score of no cell answering. Scores are divided by ``temperature`` before the softmax (Guo et al.
    2017, "On Calibration of Modern Neural Networks"). ``threshold`` is the probability an answer is asked for.
    """

    features: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    hidden: tuple[tuple[float, ...], ...]
    hidden_bias: tuple[float, ...]
    output: tuple[float, ...]
    none: float
    temperature: float = 1.0
    threshold: float = 0.5
    fitted_on: str = ""

    def probabilities(self, features: FloatArray) -> tuple[FloatArray, float]:
        """The probability of each of the cells, whose features are the rows of a matrix, and that of none of them.

        >>> scorer = CellScorer(
        ...     features=("x",), means=(0,), scales=(1,), hidden=((1,),), hidden_bias=(0,), output=(1,), none=0.0
        ... )
        >>> cells, none = scorer.probabilities(np.array([[0.0], [0.0]], dtype=np.float32))
        >>> [round(float(cell), 2) for cell in cells], round(none, 2)
        ([0.33, 0.33], 0.33)
        """
        standard = np.clip((features - np.array(self.means)) / np.array(self.scales), -4.0, 4.0)
        hidden = np.maximum(standard @ np.array(self.hidden).T + np.array(self.hidden_bias), 0.0)
        scores = np.append(hidden @ np.array(self.output), self.none) / self.temperature
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        return shares[:-1].astype(np.float32), float(shares[-1])


@functools.lru_cache(maxsize=1)
def shipped_scorer() -> CellScorer:
    """The scorer that comes with askdocs.

    Raises AssertionError when it was fitted on other features than this version computes.
    """
    scorer = CellScorer.model_validate_json(WEIGHTS.read_text(encoding="utf-8"))
    assert scorer.features == FEATURES, f"{WEIGHTS}: fitted on other features; train it again"
    return scorer
