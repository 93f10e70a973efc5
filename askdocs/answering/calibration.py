"""Features of an answer -> the calibrated probability that it is right.

A logistic regression over a dozen features of the decoding, the retrieval and the question; its weights are fitted by
``scripts/training/fit_confidence.py`` on held-back training data and shipped as ``_models/calibration.json``; a
corpus may
have its own, fitted by ``askdocs eval --calibrate``. Source: Platt 1999, "Probabilistic outputs for support vector
machines"; features in the spirit of Kamath et al. 2020, "Selective question answering under domain shift".
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError, model_validator

from askdocs.answering.appositions import ownership
from askdocs.core.articles import Hit
from askdocs.core.base import Model
from askdocs.core.decoding import DecodedAnswer, Decoding, Passage, SpanScores
from askdocs.core.errors import CorpusError
from askdocs.reading.dates_in_questions import STANDINGS, Standing, standing
from askdocs.text.english import CALIBRATION_WORDS
from askdocs.values.question_analysis import QuestionAnalysis
from askdocs.values.question_types import matches_kind

CALIBRATION_FILE = "calibration.json"  # in the folder of a corpus that has its own
DEFAULT_PATH = Path(__file__).parents[1] / "_models" / "calibration.json"
_SUREST = 6.0


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


def answer_probability(answer: DecodedAnswer, decoding: Decoding, texts: Sequence[str]) -> float:
    """The probability of these words wherever they stand: summed over the passages that hold them."""
    wanted = _plain(texts[decoding.answers.index(answer)])
    same = [
        other
        for other, text in zip(decoding.answers, texts, strict=True)
        if other.boolean == answer.boolean and _plain(text) == wanted
    ]
    return min(1.0, total_probability(same))


def total_probability(answers: Iterable[DecodedAnswer]) -> float:
    """The probability of any of these answers.

    Where the same words stand twice in a passage they are the same tokens to the model, and count once.
    """
    said = {answer.tokens or answer.items: math.exp(answer.log_probability) for answer in answers}
    return sum(said.values())


def features_of(
    question: QuestionAnalysis,
    answer: DecodedAnswer,
    decoding: Decoding,
    texts: Sequence[str],
    passages: Sequence[Passage],
    hits: Sequence[Hit],
    span_scores: SpanScores | None = None,
) -> dict[str, float]:
    """Every feature of one answer. ``texts`` are the words of each of ``decoding.answers``."""
    held = _within(span_scores.log_odds[decoding.answers.index(answer)]) if span_scores else 0.0
    best = _within(span_scores.best) if span_scores else 0.0
    text = texts[decoding.answers.index(answer)]
    cited = [passage for passage in passages if any(item.number == passage.number for item in answer.items)]
    first = first_cited(answer, passages)
    shown = " ".join(f"{p.hit.title} {p.hit.published or ''} {p.hit.chunk.heading} {p.text}" for p in cited)
    everything = " ".join(f"{hit.title} {hit.published or ''} {hit.chunk.heading} {hit.chunk.text}" for hit in hits)
    merged = answer_probability(answer, decoding, texts)
    rivals = [
        math.exp(o.log_probability) for o, t in zip(decoding.answers, texts, strict=True) if _plain(t) != _plain(text)
    ]
    middle = [p for p in answer.probabilities if p < 0.999] or [1.0]
    around = _window(first, answer)
    stands = time_of(question, answer, passages)
    owned = ownership(question.text, answer.items[0], first) if answer.items else ""
    return {
        "log_probability": answer.log_probability,
        "merged_log_probability": math.log(merged + 1e-6),
        "least_token": math.log(min(middle) + 1e-6),
        "opinion": held,
        "opinion_best": best,
        "opinion_differs": best - held,
        "unanswerable": _logit(decoding.unanswerable),
        "margin": math.log(merged + 1e-6) - math.log(max(rivals, default=0.0) + 1e-6),
        "nearness": nearness_of(first.hit),
        "passage": decoding.passage_probabilities[first.number - 1] if decoding.passage_probabilities else 1.0,
        "names_cited": _share_held(question.names, shown),
        "names_anywhere": _share_held(question.names, everything),
        "figures_cited": _share_held(question.figures, shown),
        "years_anywhere": _share_held(question.years, everything),
        "stranger": float(_share_held([*question.names, *question.figures], everything) < 1),
        "words_around": _share_held(_content(question.text), around),
        "words_cited": _share_held(_content(question.text), shown),
        "words_anywhere": _share_held(_content(question.text), everything),
        "kind_fits": float(
            answer.boolean is not None if question.kind == "boolean" else matches_kind(text, question.kind)
        ),
        "kind_known": float(question.kind is not None),
        "boolean": float(answer.boolean is not None),
        "length": length_of(text),
        "repeats_question": _share_held(_content(text), question.text) if _content(text) else 0.0,
        **{f"time_{name}": float(stands == name) for name in STANDINGS},
        "owner_agrees": float(owned == "agrees"),
        "owner_differs": float(owned == "differs"),
    }


def kind_of(question: QuestionAnalysis) -> str:
    """The kind of a question as thresholds are kept by: the kind of answer it asks for, "other" where that is open."""
    return question.kind or "other"


def time_of(question: QuestionAnalysis, answer: DecodedAnswer, passages: Sequence[Passage]) -> Standing:
    """How the time of an answer's first item stands to the one that the question names."""
    if not answer.items:
        return ""
    return standing(question.text, answer.items[0], first_cited(answer, passages))


def length_of(text: str) -> float:
    """The length of an answer as it is felt: the natural logarithm of one more than its words.

    >>> round(length_of("33 million"), 2)
    1.1
    """
    return math.log(1 + len(text.split()))


def first_cited(answer: DecodedAnswer, passages: Sequence[Passage]) -> Passage:
    """The first of the passages that an answer stands in; the first of all for an answer that stands in none."""
    numbers = {item.number for item in answer.items}
    return next((passage for passage in passages if passage.number in numbers), passages[0])


def nearness_of(hit: Hit) -> float:
    """The cosine of question and chunk; 0 where the hit does not come from a search by meaning."""
    return 0.0 if hit.dense_score is None else hit.dense_score


def _within(log_odds: float) -> float:
    """Log-odds no further from even than is ever borne out on new subjects."""
    return max(-_SUREST, min(_SUREST, log_odds))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w%$€£¥.,]+", text.lower()))


def _logit(probability: float) -> float:
    clipped = min(max(probability, 1e-5), 1 - 1e-5)
    return math.log(clipped / (1 - clipped))


def _content(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.lower()) if word not in CALIBRATION_WORDS]


def _share_held(wanted: Sequence[str], text: str) -> float:
    """The share of these words that stand in a text, by their first six letters; 1 when there are none."""
    if not wanted:
        return 1.0
    lowered = text.lower()
    held = {word[:6] for word in re.findall(r"\w[\w.,]*\w|\w", lowered)}
    return sum(word.lower()[:6] in held or word.lower() in lowered for word in wanted) / len(wanted)


def _window(passage: Passage, answer: DecodedAnswer) -> str:
    """About two sentences around the first item."""
    item = next((item for item in answer.items if item.number == passage.number), None)
    if item is None:
        return passage.text
    return passage.text[max(0, item.start - 160) : item.end + 160]
