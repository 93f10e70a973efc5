"""What is known of an answer without the gold one: features of the decoding, the retrieval and the question.

In the spirit of Kamath et al. 2020, "Selective question answering under domain shift" (arXiv:2006.09462).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from askdocs.answering.appositions import ownership
from askdocs.core.articles import Hit
from askdocs.core.decoding import DecodedAnswer, Decoding, Passage, SpanScores
from askdocs.reading.dates_in_questions import STANDINGS, Standing, standing
from askdocs.text.english import CALIBRATION_WORDS
from askdocs.values.question_analysis import QuestionAnalysis
from askdocs.values.question_types import matches_kind

_SUREST = 6.0


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
