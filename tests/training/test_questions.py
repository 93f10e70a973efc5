"""Contexts made of a file's questions."""

from __future__ import annotations

import itertools

from scripts.training.question_data import Paragraph, Question, QuestionSource

PARAGRAPHS = [
    Paragraph(
        "Mills",
        f"The {name} mill was first opened in {year}.",
        (Question(f"When was the {name} mill first opened?", str(year)),),
    )
    for name, year in (("Aldren", 1801), ("Kilmore", 1822), ("Tovar", 1843), ("Brannock", 1864))
]


def asked(tempting: float) -> list[tuple[str, str]]:
    contexts = itertools.islice(QuestionSource("mills", PARAGRAPHS, (1.0,), 1, tempting), 40)
    return [(item.question, item.answer) for context in contexts for item in context.items]


def test_tempting_questions_are_asked_beside_their_own_and_nothing_answers_them() -> None:
    known = {question.text for paragraph in PARAGRAPHS for question in paragraph.questions}
    plain, tempting = asked(0.0), asked(1.0)
    changed = [answer for question, answer in tempting if question not in known]
    assert len(changed) >= 30
    assert set(changed) == {"unanswerable"}
    assert len(changed) > 3 * sum(question not in known for question, _ in plain)
