"""What a question wants: one fact, a value, yes or no, or something that is made of more than one span of words."""

from __future__ import annotations

import functools
from typing import Literal

from askdocs.core.base import Model
from askdocs.questions.comparisons import Comparison, compared
from askdocs.questions.counts import CountedArticles, counted_articles
from askdocs.questions.list_wording import asks_for_list
from askdocs.questions.several import several_questions
from askdocs.questions.summary_wording import SummarySubject, summary_subject
from askdocs.questions.values_wanted import wants_value
from askdocs.questions.wording import asking_sentences
from askdocs.questions.yes_or_no import wants_yes_or_no

Wanted = Literal["span", "value", "yes_or_no", "list", "summary", "comparison", "count", "parts"]


class QuestionForm(Model):
    """What is wanted, and what was found in the words that say so.

    ``core`` is the question without politeness and what was said before it. ``parts`` are the questions in it, each
    self-contained. ``comparison`` are the sides and what is compared of them, ``summary`` what is to be summarized,
    ``counted`` which articles are to be counted.

    >>> question_form("Could you list all banks that lent to Tarn?").wanted
    'list'
    >>> question_form("Who runs Tarn and when was it founded?").parts
    ('Who runs Tarn?', 'When was Tarn founded?')
    """

    wanted: Wanted
    core: str
    parts: tuple[str, ...] = ()
    comparison: Comparison | None = None
    summary: SummarySubject | None = None
    counted: CountedArticles | None = None


@functools.lru_cache(maxsize=256)
def question_form(text: str) -> QuestionForm:
    """Decide what a question wants by its words; a fact ("span") where they do not tell.

    >>> [question_form(asked).wanted for asked in ("tl;dr of the strike story", "A vs B: revenue?", "Did it fall?")]
    ['summary', 'comparison', 'yes_or_no']
    """
    sentences = asking_sentences(text)
    core = sentences[-1] if len(sentences) == 1 else " ".join(sentences)
    counted = counted_articles(core)
    if counted is not None:
        return QuestionForm(wanted="count", core=core, counted=counted)
    comparison = compared(core)
    if comparison is not None:
        return QuestionForm(wanted="comparison", core=core, comparison=comparison)
    parts = several_questions(sentences)
    if len(parts) > 1:
        return QuestionForm(wanted="parts", core=core, parts=parts)
    summary = summary_subject(core)
    if summary is not None:
        return QuestionForm(wanted="summary", core=core, summary=summary)
    return QuestionForm(wanted=_one_thing(core), core=core)


def _one_thing(core: str) -> Wanted:
    if asks_for_list(core):
        return "list"
    if wants_yes_or_no(core):
        return "yes_or_no"
    return "value" if wants_value(core) else "span"
