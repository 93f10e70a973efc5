"""Features of an answer -> the calibrated probability that it is right.

A logistic regression over the features of ``askdocs/answering/features.py``; its weights are fitted by
``scripts/training/fit_confidence.py`` on held-back training data, moved by ``refine_confidence.py``, and shipped as
``_models/calibration.json``; a corpus may have its own, fitted by ``askdocs eval --calibrate``. Source: Platt 1999,
"Probabilistic outputs for support vector machines".
"""

from __future__ import annotations

import functools
import math
from pathlib import Path

from pydantic import ValidationError, model_validator

from askdocs.answering.features import length_of
from askdocs.core.base import Model
from askdocs.core.errors import CorpusError
from askdocs.reading.dates_in_questions import Standing
from askdocs.values.question_analysis import QuestionAnalysis

CALIBRATION_FILE = "calibration.json"  # in the folder of a corpus that has its own
DEFAULT_PATH = Path(__file__).parents[1] / "_models" / "calibration.json"


class Calibration(Model):
    """A fitted calibration: standardise each feature, weigh, add, squash. ``threshold`` is where to abstain.

    ``opinion_weight`` is how much a second opinion's log-odds count beside a log probability in choosing the answer,
    ``brevity`` how many nats its :func:`length_of` takes off: of "19th" and "late 19th century" people mark the first.
    ``nearness`` is how many nats a cosine of question and passage of 1 adds: the retriever's softmax times the model's
    probability, as in RAG (Lewis et al. 2020, arXiv:2005.11401). ``times`` is how many nats it adds that the time of an
    answer stands so to the one that its question names ("agrees", "contradicts").
    ``thresholds`` are those of kinds of questions (:func:`kind_of`) that differ from ``threshold``.
    """

    features: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: float = 0.5
    opinion_weight: float = 0.0
    brevity: float = 0.0
    nearness: float = 0.0
    times: dict[Standing, float] = {}
    thresholds: dict[str, float] = {}
    fitted_on: str = ""

    @model_validator(mode="after")
    def _fits_together(self) -> Calibration:
        lengths = {len(self.features), len(self.means), len(self.scales), len(self.weights)}
        if len(lengths) > 1:
            raise ValueError("features, means, scales and weights are not equally many")
        if any(scale <= 0 for scale in self.scales):
            raise ValueError("a scale is not above zero")
        if any(not 0 <= threshold <= 1 for threshold in self.thresholds.values()):
            raise ValueError("a threshold is not a probability")
        return self

    def threshold_for(self, question: QuestionAnalysis) -> float:
        """Under which probability a question of this kind is abstained from.

        >>> from askdocs.values.question_analysis import analyse_question
        >>> plain = Calibration(features=(), means=(), scales=(), weights=(), bias=0, thresholds={"person": 0.2})
        >>> [plain.threshold_for(analyse_question(asked)) for asked in ("Who sold?", "How many were sold?")]
        [0.2, 0.5]
        """
        return self.thresholds.get(kind_of(question), self.threshold)

    def moves(self, log_odds: float, text: str, nearness: float = 0.0, time: Standing = "") -> float:
        """How many nats second opinion, length, nearness of its passage and its time move an answer in the choice.

        >>> plain = Calibration(features=(), means=(), scales=(), weights=(), bias=0)
        >>> plain.moves(2.0, "33 million")
        0.0
        >>> round(plain.model_copy(update={"opinion_weight": 0.5, "brevity": 1.0}).moves(2.0, "33 million"), 2)
        -0.1
        >>> round(plain.model_copy(update={"nearness": 20.0}).moves(2.0, "33 million", 0.5), 2)
        10.0
        """
        moved = self.opinion_weight * log_odds - self.brevity * length_of(text) + self.nearness * nearness
        return moved + self.times.get(time, 0.0)

    def probability(self, features: dict[str, float]) -> float:
        """The probability that the answer with these features is right.

        Raises CorpusError when a feature it was fitted on is not among them.

        >>> Calibration(features=("x",), means=(0,), scales=(1,), weights=(2,), bias=0).probability({"x": 0.0})
        0.5
        """
        total = self.bias
        for name, mean, scale, weight in zip(self.features, self.means, self.scales, self.weights, strict=True):
            if name not in features:
                raise CorpusError(
                    f"the calibration uses the feature {name!r}, which this version of askdocs does not have; fit it "
                    "again with `askdocs eval --calibrate`"
                )
            total += weight * max(-4.0, min(4.0, (features[name] - mean) / scale))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


class Calibrations(Model):
    """Calibrations by the kind of model: ``smollm2``, ``extractive``, and ``other`` for any other model."""

    by_model: dict[str, Calibration]

    @model_validator(mode="after")
    def _has_one_for_others(self) -> Calibrations:
        if "other" not in self.by_model:
            raise ValueError('no calibration for "other" models')
        return self

    def for_model(self, name: str) -> Calibration:
        """The calibration of this model, else the one for others."""
        return self.by_model.get(name) or self.by_model["other"]


def load_calibrations(path: Path = DEFAULT_PATH) -> Calibrations:
    """Read calibrations from their JSON file.

    Raises CorpusError when the file is damaged.
    """
    try:
        return Calibrations.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
        raise CorpusError(f"{path}: not a calibration ({reason}); fit one with `askdocs eval --calibrate`") from error


def calibration_for(folder: Path, model: str) -> Calibration:
    """The calibration for a model: the one of the corpus in ``folder`` where it has one, else that of askdocs.

    Raises CorpusError when the corpus's own is damaged.
    """
    own = folder / CALIBRATION_FILE
    return (load_calibrations(own) if own.exists() else _shipped_calibrations()).for_model(model)


@functools.lru_cache(maxsize=1)
def _shipped_calibrations() -> Calibrations:
    return load_calibrations()


def kind_of(question: QuestionAnalysis) -> str:
    """The kind of a question as thresholds are kept by: the kind of answer it asks for, "other" where that is open."""
    return question.kind or "other"
