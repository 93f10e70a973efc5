"""Many questions at once: retrieved together, read in an order in which neighbours share their prompts' beginning."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from askdocs.types import Answer, Hit, Reading

if TYPE_CHECKING:
    from askdocs.asking import Asking


def ask_many(corpus: Asking, questions: list[str], **options: Any) -> list[Answer]:
    """Answer every question; the answers come in the order of the questions.

    One state of the corpus serves them all. A failure cancels those that have not begun.
    """
    from askdocs.answering import Composer, nothing_found
    from askdocs.asking import Plan, Question, timed

    cancel = options.pop("cancel", None) or threading.Event()
    options.pop("history", None)
    plan = Plan(**options, cancel=cancel)
    with corpus._snapshot():
        calibration = corpus._calibration(plan.name)
        found: list[tuple[Hit, ...]] = [
            tuple(corpus.search(question, k=plan.settings.k, where=plan.where)) for question in questions
        ]
        order = sorted(range(len(questions)), key=lambda i: [hit.chunk.id for hit in found[i]])
        futures: dict[int, Future[Reading]] = {}
        for i in order:
            if found[i]:
                asked = Question(asked=questions[i], searched=questions[i])
                futures[i] = corpus._submit(plan, asked, found[i], lambda text: None)
        answers = []
        try:
            for i, question in enumerate(questions):
                if i not in futures:
                    answers.append(nothing_found(question, plan.name, plan.threshold(calibration)))
                    continue
                reading = futures[i].result()
                composer = Composer(question, reading, found[i], calibration, corpus.article)
                answer = composer.compose(plan.name, plan.settings.threshold)
                seconds = sum((answer.timings.prompt, answer.timings.prefill, answer.timings.decode))
                answers.append(timed(answer, question, 0.0, seconds, plan.loaded()))
        except BaseException:
            cancel.set()
            raise
    return answers
