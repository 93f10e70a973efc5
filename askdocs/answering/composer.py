"""A reading of the passages -> the ``Answer``: the candidate, its citations and value, its confidence, its rivals."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence

from askdocs.answering.arithmetic_questions import must_be_computed
from askdocs.answering.calibration import Calibration
from askdocs.answering.features import features_of, first_cited, nearness_of, time_of, total_probability
from askdocs.core.answers import Alternative, Answer, Citation, Unread
from askdocs.core.articles import Article, Hit
from askdocs.core.base import Model
from askdocs.core.decoding import DecodedAnswer, Passage, Reading
from askdocs.reading.citations import answer_text, citation, value_of
from askdocs.reading.dates_in_questions import Standing
from askdocs.reading.injection_filter import injection_spans
from askdocs.values.parse import equal, normalise_words
from askdocs.values.question_analysis import QuestionAnalysis

_ALTERNATIVES = 3
_WORTH_NAMING = 0.08  # of the candidate's probability
_NEAR_EQUAL = 0.2  # a newer article's answer this near to the best is taken instead
_UNLOCATED = 0.02  # the confidence of words that stand in no passage
_COMPUTED = 0.3  # what is left of the confidence where the answer would have to be computed


class Judged(Model):
    """One answer of a reading with its words, its features and its probability of being right."""

    answer: DecodedAnswer
    text: str
    features: dict[str, float]
    confidence: float


class Composer:
    """Makes the ``Answer`` to one question."""

    def __init__(
        self,
        question: QuestionAnalysis,
        reading: Reading,
        hits: Sequence[Hit],
        calibration: Calibration,
        article_of: Callable[[str], Article],
    ) -> None:
        self.question = question
        self.reading = reading
        self.hits = hits
        self.calibration = calibration
        self.article_of = article_of
        self.passages: dict[int, Passage] = {passage.number: passage for passage in reading.passages}
        self.texts = [answer_text(answer, reading.passages) for answer in reading.decoding.answers]

    def judge(self, answer: DecodedAnswer) -> Judged:
        """The features of an answer, and its probability, by the calibration; of yes and no by the verdict."""
        features = features_of(
            self.question,
            answer,
            self.reading.decoding,
            self.texts,
            self.reading.passages,
            self.hits,
            self.reading.span_scores,
        )
        place = self.reading.decoding.answers.index(answer)
        verdict = self.reading.verdict
        if verdict is None:
            confidence = self.calibration.probability(features)
            if self.question.computation:
                quoted = " ".join(citation.quote for citation in self.citations(answer))
                confidence *= _COMPUTED if must_be_computed(self.question, quoted) else 1
        else:
            confidence = verdict.probabilities[place]
            features |= {f"verdict_{name}": value for name, value in verdict.features.items()}
        return Judged(answer=answer, text=self.texts[place], features=features, confidence=confidence)

    def candidate(self) -> DecodedAnswer | None:
        """The likeliest answer, equal words in several passages counted together; the newest of near-equal rivals."""
        answers = self.reading.decoding.answers
        if not answers:
            return None
        if self.reading.verdict is not None:
            return answers[0]
        scores = self.scores()
        best = max(range(len(answers)), key=lambda i: (scores[i], -i))
        least = scores[best] + math.log(_NEAR_EQUAL)
        for i, answer in enumerate(answers):
            newer = self._date(answer) > self._date(answers[best])
            if scores[i] >= least and newer and self._rivals(answers[best], answer):
                best = i
        return answers[best]

    def scores(self) -> list[float]:
        """The log of each answer's probability, wherever its words stand, moved by what the calibration counts."""
        answers = self.reading.decoding.answers
        keys = [(answer.boolean, normalise_words(text)) for answer, text in zip(answers, self.texts, strict=True)]
        alike: dict[tuple[bool | None, str], list[DecodedAnswer]] = {key: [] for key in keys}
        for key, answer in zip(keys, answers, strict=True):
            alike[key].append(answer)
        span_scores = self.reading.span_scores
        odds = span_scores.log_odds if span_scores else (0.0,) * len(answers)
        return [
            math.log(total_probability(alike[key]) + 1e-30)
            + self.calibration.moves(held, text, self._nearness(answer), self._time(answer))
            for key, held, text, answer in zip(keys, odds, self.texts, answers, strict=True)
        ]

    def _nearness(self, answer: DecodedAnswer) -> float:
        return nearness_of(first_cited(answer, self.reading.passages).hit)

    def _time(self, answer: DecodedAnswer) -> Standing:
        return time_of(self.question, answer, self.reading.passages) if self.calibration.times else ""

    def citations(self, answer: DecodedAnswer) -> tuple[Citation, ...]:
        """Where each item of an answer stands."""
        return tuple(
            citation(item, passage, self.article_of(passage.hit.chunk.article_id))
            for item in answer.items
            for passage in [self.passages[item.number]]
        )

    def alternatives(self, chosen: DecodedAnswer) -> tuple[Alternative, ...]:
        """Answers of other articles with another meaning, the newest first."""
        floor = math.log(_WORTH_NAMING) + chosen.log_probability
        found: list[DecodedAnswer] = []
        for answer in self.reading.decoding.answers:
            if answer.log_probability >= floor and all(self._rivals(answer, other) for other in [chosen, *found]):
                found.append(answer)
        found = sorted(found[:_ALTERNATIVES], key=self._date, reverse=True)
        return tuple(
            Alternative(
                text=judged.text,
                value=value.value if (value := value_of(self.question, answer, self.reading.passages)) else None,
                confidence=judged.confidence,
                citations=self.citations(answer),
            )
            for answer in found
            for judged in [self.judge(answer)]
        )

    def _rivals(self, one: DecodedAnswer, other: DecodedAnswer) -> bool:
        """Whether two answers stand in different articles and mean different things of the same kind."""
        if one is other or self._articles(one) & self._articles(other):
            return False
        if (one.boolean is None) != (other.boolean is None):
            return False
        texts = [self.texts[self.reading.decoding.answers.index(answer)] for answer in (one, other)]
        words = [normalise_words(text) for text in texts]
        if one.boolean is not None or words[0] == words[1]:
            return one.boolean != other.boolean
        if f" {words[0]} " in f" {words[1]} " or f" {words[1]} " in f" {words[0]} ":
            return False
        values = [value_of(self.question, answer, self.reading.passages) for answer in (one, other)]
        if values[0] is None or values[1] is None:
            return values[0] is None and values[1] is None
        return values[0].kind == values[1].kind and not equal(values[0], values[1])

    def _articles(self, answer: DecodedAnswer) -> set[str]:
        return {self.passages[item.number].hit.chunk.article_id for item in answer.items}

    def _date(self, answer: DecodedAnswer) -> datetime.date:
        dates = [self.passages[item.number].hit.published for item in answer.items]
        return max((date for date in dates if date), default=datetime.date.min)

    def compose(self, model: str, threshold: float | None) -> Answer:
        """The answer, abstaining when its confidence is under the threshold (the calibration's unless given)."""
        limit = self.calibration.threshold_for(self.question) if threshold is None else threshold
        chosen = self.candidate()
        common = {
            "question": self.question.text,
            "hits": tuple(self.hits),
            "omitted": self.reading.omitted,
            "unread": self.unread(),
            "model": model,
            "threshold": limit,
            "timings": self.reading.timings,
            "usage": self.reading.usage,
            "unsupported": self.reading.unsupported,
        }
        if chosen is None:
            return Answer(**common, **self._without_candidate(limit))
        judged = self.judge(chosen)
        value = value_of(self.question, chosen, self.reading.passages)
        abstained = judged.confidence < limit
        citations = self.citations(chosen)
        return Answer(
            **common,
            text="" if abstained else self._written(chosen, citations),
            abstained=abstained,
            confidence=judged.confidence,
            candidate=self._written(chosen, citations),
            value=value.value if value else None,
            typed=value,
            citations=citations,
            alternatives=self.alternatives(chosen),
        )

    def unread(self) -> tuple[Unread, ...]:
        """The sentences of all hits that no model was shown; one that two chunks share counts once."""
        found = (
            Unread(
                article_id=hit.chunk.article_id,
                source=hit.source,
                title=hit.title,
                start=hit.chunk.start + start,
                end=hit.chunk.start + end,
                text=hit.chunk.text[start:end],
            )
            for hit in self.hits
            for start, end in injection_spans(hit.chunk.text)
        )
        return tuple(dict.fromkeys(found))

    def _written(self, answer: DecodedAnswer, citations: Sequence[Citation]) -> str:
        """The words as the articles have them, on one line."""
        if answer.boolean is not None:
            return "yes" if answer.boolean else "no"
        spans = [c.quote[c.answer_start - c.start : c.answer_end - c.start] for c in citations]
        return "; ".join(" ".join(span.split()) for span in spans)

    def _without_candidate(self, limit: float) -> dict[str, object]:
        """No answer, or only words that could not be located; those are shown when the user's threshold lets them."""
        written = "; ".join(piece.text for piece in self.reading.unsupported)
        confidence = _UNLOCATED if written else 0.0
        abstained = not written or confidence < limit
        return {
            "text": "" if abstained else written,
            "abstained": abstained,
            "confidence": confidence,
            "candidate": written,
        }


def nothing_found(question: str, model: str, threshold: float) -> Answer:
    """The answer when no passage was found at all."""
    return Answer(question=question, text="", abstained=True, confidence=0.0, candidate="", model=model,
                  threshold=threshold)  # fmt: skip


def under_threshold(answer: Answer, threshold: float) -> Answer:
    """An answer with another threshold: the words are the same, whether they are given may differ.

    >>> answer = Answer(question="How much?", text="", abstained=True, confidence=0.2, candidate="9%", model="m")
    >>> under_threshold(answer, 0.1).text
    '9%'
    """
    abstained = not answer.candidate or answer.confidence < threshold
    text = "" if abstained else answer.candidate
    return answer.model_copy(update={"threshold": threshold, "abstained": abstained, "text": text})
