"""What a question wants: one fact, a value, yes or no, or something that is made of more than one span of words."""

from __future__ import annotations

import functools

from askdocs.core.base import Model
from askdocs.questions.comparisons import Comparison, compared
from askdocs.questions.counts import CountedArticles, counted_articles, counted_within
from askdocs.questions.form_classifier import form_probabilities
from askdocs.questions.forms import Wanted
from askdocs.questions.list_wording import asks_for_list
from askdocs.questions.several import several_questions
from askdocs.questions.summary_wording import SummarySubject, subject_of, summary_subject
from askdocs.questions.values_wanted import wants_value
from askdocs.questions.wording import asking_sentences
from askdocs.questions.yes_or_no import wants_yes_or_no

_WHOLE: tuple[Wanted, ...] = ("list", "summary", "comparison", "count", "parts")
_SURE = 0.5  # the least probability of a form that one span does not answer
_MAY_BE = 0.3  # of a list that is looked for where a fact is likelier
_SURE_OF_SUMMARY = 0.7  # which nearly always finds something, and so hardly falls back
_TOLD = 0.2  # of one that a rule reads in the words


class QuestionForm(Model):
    """What is wanted, and what was found in the words that say so.

    ``core`` is the question without politeness and what was said before it. ``parts`` are the questions in it, each
    self-contained. ``may_be_list`` says that a list may be wanted though a fact is likelier. ``comparison`` are the
    sides and what is compared of them, ``summary`` what is to be summarized, ``counted`` which articles are counted.

    >>> question_form("Could you list all banks that lent to Tarn?").wanted
    'list'
    >>> question_form("Who runs Tarn and when was it founded?").parts
    ('Who runs Tarn?', 'When was Tarn founded?')
    """

    wanted: Wanted
    core: str
    parts: tuple[str, ...] = ()
    may_be_list: bool = False
    comparison: Comparison | None = None
    summary: SummarySubject | None = None
    counted: CountedArticles | None = None


@functools.lru_cache(maxsize=256)
def question_form(text: str) -> QuestionForm:
    """Decide what a question wants, by its words and by wordings that mean the same; a fact where nothing is sure.

    >>> [question_form(asked).wanted for asked in ("tl;dr of the strike story", "A vs B: revenue?", "Did it fall?")]
    ['summary', 'comparison', 'yes_or_no']
    """
    told = form_by_rule(text)
    likely = form_probabilities(text, told.wanted)
    wanted = max(likely, key=lambda form: likely[form])
    if told.wanted in _WHOLE and likely[told.wanted] >= _TOLD:
        wanted = told.wanted
    elif wanted in _WHOLE and likely[wanted] < (_SURE_OF_SUMMARY if wanted == "summary" else _SURE):
        wanted = max((form for form in likely if form not in _WHOLE), key=lambda form: likely[form], default="span")
    may_be_list = wanted == "span" and (told.wanted == "list" or likely.get("list", 0.0) >= _MAY_BE)
    if wanted == told.wanted:
        return told.model_copy(update={"may_be_list": may_be_list})
    return _with_its_parts(QuestionForm(wanted=wanted, core=told.core, may_be_list=may_be_list), text)


def form_by_rule(text: str) -> QuestionForm:
    """What the words of a question tell by rule."""
    sentences = asking_sentences(text)
    core = " ".join(sentences)
    counted = counted_articles(core)
    if counted is not None:
        return QuestionForm(wanted="count", core=core, counted=counted)
    comparison = compared(core)
    if comparison is not None:
        return QuestionForm(wanted="comparison", core=core, comparison=comparison)
    if any(
        map(summary_subject, (text, *sentences))
    ):  # also where more is said: "Summarize the strike and how it ended"
        return QuestionForm(wanted="summary", core=core, summary=subject_of(core))
    parts = several_questions(sentences)
    if len(parts) > 1:
        return QuestionForm(wanted="parts", core=core, parts=parts)
    return QuestionForm(wanted=_one_thing(core), core=core)


def _with_its_parts(form: QuestionForm, text: str) -> QuestionForm:
    """A form that no rule found with what is known of it: the sides, the parts, the subject, as far as they show."""
    if form.wanted == "summary":
        return form.model_copy(update={"summary": subject_of(form.core)})
    if form.wanted == "comparison":
        return form.model_copy(update={"comparison": compared(form.core)})
    if form.wanted == "parts":
        parts = several_questions(asking_sentences(text))
        return form.model_copy(update={"parts": parts if len(parts) > 1 else ()})
    if form.wanted == "count":
        return form.model_copy(update={"counted": counted_within(form.core)})
    return form


def _one_thing(core: str) -> Wanted:
    if asks_for_list(core):
        return "list"
    if wants_yes_or_no(core):
        return "yes_or_no"
    return "value" if wants_value(core) else "span"
