"""Fills a pydantic model in one decoding of its form (``askdocs.decoding.form_grammar``), every leaf a quote.

What a leaf is worth is the probability that the model gave to its words, a token's on the average, which is not
calibrated: it abstains under ``threshold`` as any answer does. A field of the model itself that stays empty, or that a
table may answer, is asked as a question of its own.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import BaseModel

from askdocs.answering.calibration import calibration_for
from askdocs.core.answers import Answer, Timings, Usage
from askdocs.core.articles import Article, Hit
from askdocs.core.decoding import DecodedAnswer, Passage
from askdocs.core.errors import AnswerTimeout, ModelUnusable, PromptTooLong
from askdocs.corpus.ask_options import AskOptions, ModelRequest, Question
from askdocs.corpus.searcher import Retrieval, distinct
from askdocs.corpus.typed import TypedAnswer, default_of, field_question, typed_answer
from askdocs.corpus.typed_form import Field, description_of, form_of
from askdocs.decoding.form_decoder import FilledForm, FilledLeaf
from askdocs.decoding.form_grammar import Path
from askdocs.reading.citations import answer_text, citation, value_of
from askdocs.reading.reader import Reader, Stopped
from askdocs.values.question_analysis import analyse_question

if TYPE_CHECKING:
    from askdocs.corpus.answerer import Answerer

Filled = TypeVar("Filled", bound=BaseModel)
PROMPT = "form"
_LEAST_HITS, _HITS_PER_K = 8, 3  # passages of all fields together


class _Leaves:
    """The leaves of a filled form as answers."""

    def __init__(
        self, filled: FilledForm, articles: dict[str, Article], question: str, model: str, threshold: float
    ) -> None:
        self._passages: dict[int, Passage] = {passage.number: passage for passage in filled.passages}
        self._by_path: dict[Path, FilledLeaf] = {leaf.path: leaf for leaf in filled.leaves}
        self._articles, self._question, self._model, self._threshold = articles, question, model, threshold

    def items(self, path: Path) -> int:
        """How many items a list has."""
        places = [found[len(path)] for found in self._by_path if found[: len(path)] == path and len(found) > len(path)]
        return max((place for place in places if isinstance(place, int)), default=-1) + 1

    def answer(self, field: Field, path: Path) -> Answer:
        """What a leaf, or a list of leaves, was filled with."""
        paths = [(*path, i) for i in range(self.items(path))] if field.many else [path]
        leaves = [leaf for one in paths if (leaf := self._by_path.get(one)) is not None and leaf.item is not None]
        asked = field_question(self._question, field.name, field.info)
        if not leaves:
            return Answer(question=asked, text="", candidate="", abstained=True, confidence=0.0, model=self._model,
                          threshold=self._threshold)  # fmt: skip
        decoded = DecodedAnswer(
            items=tuple(leaf.item for leaf in leaves if leaf.item is not None),
            boolean=leaves[0].boolean,
            log_probability=min(leaf.log_probability for leaf in leaves),
            tokens=(),
            probabilities=(),
        )
        passages = list(self._passages.values())
        confidence = math.exp(min(0.0, decoded.log_probability))
        abstained = confidence < self._threshold
        words = answer_text(decoded, passages)
        value = value_of(analyse_question(asked), decoded, passages)
        return Answer(
            question=asked,
            text="" if abstained else words,
            candidate=words,
            abstained=abstained,
            confidence=confidence,
            value=value.value if value else None,
            typed=value,
            citations=tuple(
                citation(item, passage, self._articles[passage.hit.chunk.article_id])
                for item in decoded.items
                for passage in [self._passages[item.number]]
            ),
            model=self._model,
            threshold=self._threshold,
        )


class _Result(NamedTuple):
    answers: dict[str, Answer]
    reasons: dict[str, str]


def fill_whole(
    answerer: Answerer,
    question: str,
    as_: type[Filled],
    fields: Sequence[Field],
    options: AskOptions,
    ask: Callable[[str], Answer],
) -> TypedAnswer[Filled] | None:
    """Fill ``as_`` in one decoding; ``ask`` asks for one field in words. ``None`` where the model cannot."""
    with answerer.searcher.snapshot():
        request = ModelRequest(options)
        found = {field.name: _retrieval(answerer, question, field, options) for field in fields}
        hits = _together(list(found.values()), max(_LEAST_HITS, _HITS_PER_K * options.settings.k))
        began = time.perf_counter()
        filled = _filled(request, question.strip() or as_.__name__, fields, hits)
        if filled is None:
            return None
        articles = {key: article for one in found.values() for key, article in one.articles.items()}
        calibration = calibration_for(answerer.path, options.model_name)
        threshold = options.threshold(calibration, analyse_question(question))
        leaves = _Leaves(filled, articles, question, options.model_name, threshold)
        spent = Timings(decode=time.perf_counter() - began, total=time.perf_counter() - began)
        result = _Result({}, {})
        values: dict[str, Any] = {}
        for field in fields:
            values[field.name] = _value(field, (field.name,), leaves, result)
            if field.wanted is not None and (field.name in result.reasons or found[field.name].tables):
                _ask_for(field, question, ask, values, result)
        answers = {
            name: answer.model_copy(update={"timings": spent, "usage": Usage(output_tokens=filled.output_tokens)})
            if answer.timings == Timings()
            else answer
            for name, answer in result.answers.items()
        }
    return typed_answer(as_, as_.model_construct(**values), answers, tuple(result.reasons), result.reasons)


def _retrieval(answerer: Answerer, question: str, field: Field, options: AskOptions) -> Retrieval:
    asked = Question.of(field_question(question, field.name, field.info), options.history)
    return answerer.retrieve(asked, options)


def _together(found: Sequence[Retrieval], most: int) -> list[Hit]:
    """The best hits of each field, then the second best, and so on."""
    longest = max((len(one.prose) for one in found), default=0)
    ranked = (one.prose[i] for i in range(longest) for one in found if i < len(one.prose))
    return list(distinct(tuple(ranked)))[:most]


def _filled(request: ModelRequest, question: str, fields: Sequence[Field], hits: Sequence[Hit]) -> FilledForm | None:
    if not hits:
        return None
    analysis, form, note = analyse_question(question), form_of(fields), description_of(fields)

    def work(reader: Reader, stopped: Stopped) -> FilledForm | None:
        return reader.fill(analysis, hits, form, prompt=PROMPT, note=note, stopped=stopped)

    try:
        return request.submit(work, questions=len(fields)).result()
    except (AnswerTimeout, PromptTooLong, ModelUnusable):
        if request.options.style == "prose" or request.cancelled() or any(field.model for field in fields):
            raise
        return None  # each field can still be asked for
    finally:
        request.end()


def _value(field: Field, path: Path, leaves: _Leaves, result: _Result) -> Any:
    """The value of a field at a path; its answers, and what is missing, go into ``result``."""
    name = ".".join(map(str, path))
    if field.model is None:
        assert field.wanted is not None
        answer = result.answers[name] = leaves.answer(field, path)
        value, reason = field.wanted.taken(answer)
        if reason:
            result.reasons[name] = reason
            return default_of(field.info)
        return value
    if not field.many:
        return _model(field, path, leaves, result)
    found = [_model(field, (*path, i), leaves, result) for i in range(leaves.items(path))]
    items = [item for item in found if item is not None]
    if not items:
        result.reasons[name] = "the articles name none"
    return items


def _model(field: Field, path: Path, leaves: _Leaves, result: _Result) -> Any:
    """A model within the model; ``None`` where none of its values was found and it may be left out."""
    assert field.model is not None
    inner = _Result({}, {})
    values = {one.name: _value(one, (*path, one.name), leaves, inner) for one in field.fields}
    nothing = all(answer.abstained for answer in inner.answers.values())
    if nothing and (field.optional or field.many):
        if not field.many:
            result.reasons[".".join(map(str, path))] = "the articles name none"
        return None if field.many else default_of(field.info)
    result.answers.update(inner.answers)
    result.reasons.update(inner.reasons)
    return field.model.model_construct(**values)


def _ask_for(
    field: Field, question: str, ask: Callable[[str], Answer], values: dict[str, Any], result: _Result
) -> None:
    """Ask for one field in words, and take that answer where it fits."""
    assert field.wanted is not None
    answer = ask(field_question(question, field.name, field.info))
    value, reason = field.wanted.taken(answer)
    if not reason:
        values[field.name], result.answers[field.name] = value, answer
        result.reasons.pop(field.name, None)
