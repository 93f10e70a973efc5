"""Made-up questions that the classifier of question forms learns from."""

from __future__ import annotations

import random
from pathlib import Path

from scripts.training.fit_question_forms import FORMS, HERE, labelled, made_questions, wordings


def test_as_many_of_every_form_and_every_slot_filled() -> None:
    made = made_questions(wordings(), 20, random.Random(3))
    assert [form for _, form in made] == [form for form in FORMS for _ in range(20)]
    assert not [text for text, _ in made if "{" in text or "}" in text or not text.strip()]
    assert made == made_questions(wordings(), 20, random.Random(3))


def test_labels_are_forms() -> None:
    rows = labelled(HERE / "question_labels.jsonl")
    assert len(rows) >= 500
    assert {form for _, form in rows} <= set(FORMS)


def test_a_file_of_labels(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"question": "Who?", "wanted": "span"}\n')
    assert labelled(tmp_path / "a.jsonl") == [("Who?", "span")]
