"""Answers in sentences: ``style="prose"``, and ``style="auto"`` of a model that is capable of it.

The question is answered in words first, as always: they decide whether it is answered at all, with which value and
confidence. Then the model writes, its quotes held to the passages, and every sentence is checked
(``askdocs.answering.prose.check``). Those that fail are written once more, with a note of what failed, and dropped if
they fail again; they are listed as unsupported. Where nothing holds, or what holds says something less likely than the
words, the words are the answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import NamedTuple

from askdocs.answering.prose.agreement import DIFFERENT, agrees, as_alternative, likelier_words
from askdocs.answering.prose.capability import PROMPT
from askdocs.answering.prose.check import CheckedSentence, check_prose
from askdocs.answering.prose.draft import Draft, drafted, note_on
from askdocs.core.answers import Answer, Token, Unsupported, Usage
from askdocs.core.articles import Article, Hit
from askdocs.core.errors import AnswerTimeout, ModelUnusable, PromptTooLong
from askdocs.corpus.ask_options import ModelRequest, Question
from askdocs.corpus.following import followed
from askdocs.corpus.searcher import Retrieval
from askdocs.decoding.prose_decoder import UNANSWERABLE, Written
from askdocs.reading.reader import Reader, Stopped
from askdocs.values.question_analysis import QuestionAnalysis

Events = Generator[Token, None, Answer]


class WritingTask(NamedTuple):
    """What is to be written, from what, with which prompt; ``articles`` are those of the hits by their ids."""

    question: QuestionAnalysis
    hits: Sequence[Hit]
    articles: Mapping[str, Article]
    prompt: str = PROMPT


class WrittenDraft(NamedTuple):
    """What came of a task: its draft, its tokens, and the seconds the model spent."""

    draft: Draft
    usage: Usage
    seconds: float


def in_prose(answer: Answer, request: ModelRequest, question: Question, retrieval: Retrieval) -> Events:
    """An answer in words rewritten in sentences, the words given as they come; as it was where it stays in words."""
    if answer.abstained or answer.form != "span" or question.form.wanted == "list" or _is_of_a_table(answer):
        return answer
    task = WritingTask(question.analysis, retrieval.prose, retrieval.articles)
    written = yield from write_checked(request, task)
    return with_sentences(answer, written)


def _is_of_a_table(answer: Answer) -> bool:
    """Whether the answer is a cell, or computed from cells, which no model writes about."""
    return any(citation.excerpt is not None for citation in answer.citations)


def write_checked(request: ModelRequest, task: WritingTask) -> Generator[Token, None, WrittenDraft]:
    """Write, check, and have what fails written once more; the first words are given as they come.

    Raises AnswerTimeout and ModelError where prose was asked for by ``style="prose"``; a model that is asked for it
    without that may run out of time or fail, and is then taken to have written nothing.
    """
    began = time.perf_counter()
    try:
        first = yield from followed(lambda show: request.submit(_write(task, "", show)))
    except (AnswerTimeout, PromptTooLong, ModelUnusable) as error:
        if request.options.style == "prose" or request.cancelled():
            raise
        missing = Unsupported(text="(sentences)", reason=str(error))
        return WrittenDraft(Draft(dropped=(missing,)), Usage(), time.perf_counter() - began)
    checked = _checked(first, task)
    note = note_on(checked)
    if not note:
        return WrittenDraft(drafted(checked), first.usage, first.seconds)
    try:
        second = request.submit(_write(task, note, lambda text: None)).result()
    except (AnswerTimeout, PromptTooLong, ModelUnusable):  # what holds of the first is there
        if request.cancelled():
            raise
        return WrittenDraft(drafted(checked), first.usage, time.perf_counter() - began)
    again = _checked(second, task, [one for one in checked if one.holds])
    return WrittenDraft(drafted(checked, again), first.usage + second.usage, first.seconds + second.seconds)


def _write(task: WritingTask, note: str, show: Callable[[str], None]) -> Callable[[Reader, Stopped], Written]:
    def write(reader: Reader, stopped: Stopped) -> Written:
        return reader.write(task.question, task.hits, prompt=task.prompt, note=note, progress=show, stopped=stopped)

    return write


def _checked(written: Written, task: WritingTask, before: Sequence[CheckedSentence] = ()) -> list[CheckedSentence]:
    if written.prose.text.lower().startswith(UNANSWERABLE):
        return []
    return check_prose(written.prose, written.passages, task.articles, task.question.text, before)


def with_sentences(answer: Answer, written: WrittenDraft) -> Answer:
    """The answer with what was written for its words, where that holds; ``candidate`` stays what they were."""
    draft = written.draft
    costs = {
        "usage": answer.usage + written.usage,
        "timings": answer.timings.model_copy(update={"decode": answer.timings.decode + written.seconds}),
        "unsupported": (*answer.unsupported, *draft.dropped),
    }
    text = draft.text
    if not text:
        return answer.model_copy(update=costs)
    prose = costs | {"style": "prose", "text": text, "citations": draft.citations}
    if agrees(answer, text, draft.citations):
        return answer.model_copy(update=prose)
    if likelier_words(answer) or draft.dropped:
        differs = Unsupported(text=text, reason=f'it does not say "{answer.candidate}", which is likelier')
        return answer.model_copy(update=costs | {"unsupported": (*answer.unsupported, *draft.dropped, differs)})
    return answer.model_copy(
        update=prose
        | {
            "candidate": text,
            "value": None,
            "typed": None,
            "confidence": answer.confidence * DIFFERENT,
            "alternatives": (as_alternative(answer), *answer.alternatives),
        }
    )
