"""Questions that one span of words cannot answer: each goes to what answers its form, or back to the span reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from askdocs.answering.composer import under_threshold
from askdocs.core.answers import Answer
from askdocs.corpus.ask_count import ask_count
from askdocs.corpus.ask_list import ask_list
from askdocs.corpus.ask_options import AskOptions, Question
from askdocs.corpus.ask_parts import ask_comparison, ask_parts, joined
from askdocs.corpus.ask_summary import ask_summary
from askdocs.questions.comparisons import Comparison
from askdocs.questions.summary_wording import SummarySubject
from askdocs.text.languages import other_language

if TYPE_CHECKING:
    from askdocs.corpus.answerer import Answerer

_LEAST_OF_LIST = 0.6  # the confidence of a list that is taken where a fact was likelier to be wanted
_OF_A_SIDE = 2  # sentences on each side of a comparison without a measure


def is_whole(question: Question) -> bool:
    """Whether a question wants what one span of words is not, as far as its words tell."""
    form = question.form
    asked = form.counted is not None or form.summary is not None or form.comparison is not None
    if not (asked or form.wanted == "list" or form.may_be_list or len(form.parts) > 1):
        return False
    return not other_language(question.text)  # whose wordings the rules do not know


def answer_whole(answerer: Answerer, question: Question, options: AskOptions) -> Answer | None:
    """The answer to a summary, a list, a comparison, a count or several questions; ``None``: the span reader's turn.

    The span reader answers whatever this finds nothing for, so that a question that was taken for one of these and
    is none loses nothing.
    """
    if not is_whole(question):
        return None
    answer = _of_its_form(answerer, question, options)
    given = options.settings.threshold  # without one each form has its own
    return answer if answer is None or answer.abstained or given is None else under_threshold(answer, given)


def _of_its_form(answerer: Answerer, question: Question, options: AskOptions) -> Answer | None:
    form, alone = question.form, options.model_copy(update={"history": (), "style": "span"})
    if form.counted is not None:
        return ask_count(answerer.searcher, question.text, form.counted.words, options)
    if form.summary is not None:
        answer = ask_summary(answerer.searcher, question.text, form.summary, options)
        return None if answer.abstained and form.summary.scope == "open" and form.summary.words else answer
    if form.comparison is not None:
        return _answered(_compared(answerer, question, form.comparison, alone))
    if form.wanted == "list" or form.may_be_list:
        listed = ask_list(answerer, question, options)
        least = 0.0 if form.wanted == "list" else _LEAST_OF_LIST
        return listed if listed is not None and _is_list(listed, least) else None
    return _answered(ask_parts(question.text, form.parts, lambda one: answerer.ask(one, alone)))


def _is_list(answer: Answer, least: float) -> bool:
    """Whether a list was found that is as sure as ``least``; one item is as well read as a span."""
    several = isinstance(answer.value, tuple) and len(answer.value) > 1
    return several and not answer.abstained and answer.confidence >= least


def _answered(answer: Answer) -> Answer | None:
    return None if answer.abstained else answer


def _compared(answerer: Answerer, question: Question, comparison: Comparison, options: AskOptions) -> Answer:
    if comparison.questions:
        sides, questions = comparison.sides, comparison.questions
        return ask_comparison(question.text, sides, questions, lambda one: answerer.ask(one, options))
    subjects = [SummarySubject(phrases=(side,), scope="side", sentences=_OF_A_SIDE) for side in comparison.sides]
    answers = [ask_summary(answerer.searcher, f"What is said about {one.words}?", one, options) for one in subjects]
    return joined(question.text, "comparison", answers, comparison.sides)
