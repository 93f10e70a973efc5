"""How the time that governs an answer stands to the one that the question names."""

from __future__ import annotations

import pytest

from askdocs.answering.calibration import Calibration
from askdocs.core.decoding import SpanItem
from askdocs.reading.dates_in_questions import Standing, asked_times, standing
from askdocs.reading.prompt_packing import number
from tests.answering.test_composer import Read
from tests.support.made import article, hit

LAKE = (
    "The lake rose 40 cm in April, and 12 cm in May. It has fallen by 9 cm since.\n"
    "Lately it was 3 cm lower. On Monday the warden counted 60 swans."
)


def stands(question: str, words: str, text: str = LAKE, published: str | None = None) -> Standing:
    passage = number(hit(article(text, published=published), chunk_id=1), 1)
    start = passage.text.index(words)
    return standing(question, SpanItem(number=1, start=start, end=start + len(words)), passage)


@pytest.mark.parametrize(
    ("question", "words", "expected"),
    [
        ("How far did the lake rise in April?", "40 cm", "agrees"),
        ("How far did the lake rise in April?", "12 cm", "contradicts"),
        ("how far did it rise in may", "12 cm", "agrees"),
        ("How far did it fall in May?", "9 cm", "agrees"),  # its sentence names no time, the one before it May
        ("How far did it fall in May?", "3 cm", "other"),
        ("How many swans were there on Monday?", "60 swans", "agrees"),
        ("How many swans were there on Friday?", "60 swans", "contradicts"),
        ("How far did the lake rise?", "40 cm", ""),
        ("How far did it fall since May?", "9 cm", ""),
    ],
)
def test_the_nearest_time_governs(question: str, words: str, expected: Standing) -> None:
    assert stands(question, words) == expected


def test_a_time_does_not_reach_into_the_next_paragraph() -> None:
    text = "It rained in April.\nThe lake rose 5 cm."
    assert stands("How far did the lake rise in April?", "5 cm", text) == "undated"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How far did the lake rise in June?", "article_agrees"),
        ("How far did the lake rise in April?", "article_contradicts"),
        ("How far did the lake rise last month?", "article_contradicts"),
    ],
)
def test_where_no_sentence_is_dated_the_article_is(question: str, expected: Standing) -> None:
    assert stands(question, "5 cm", "The lake rose 5 cm.", published="2024-06-03") == expected


def test_ordinary_questions_name_no_time() -> None:
    for question in ("Who may enter?", "What does the second man say?", "What is the latest price?", "Who was first?"):
        assert asked_times(question) == ()


def test_the_answer_of_the_time_that_is_asked_for_is_chosen() -> None:
    lake = article("The lake rose 40 cm in April. In May it rose 12 cm.", title="Lake")
    read = Read(("12 cm", 1, 0.8), ("40 cm", 1, 0.1), articles=[lake])
    plain = Calibration(features=(), means=(), scales=(), weights=(), bias=0)
    timed = plain.model_copy(update={"times": {"agrees": 3.0}})
    question = "How far did the lake rise in April?"
    assert read.composed(question=question, calibration=plain).candidate == "12 cm"
    assert read.composed(question=question, calibration=timed).candidate == "40 cm"
    assert read.composed(question="How far did the lake rise?", calibration=timed).candidate == "12 cm"


def test_a_kind_of_question_has_its_threshold() -> None:
    plain = Calibration(features=(), means=(), scales=(), weights=(), bias=0, thresholds={"number": 0.6})
    read = Read(("33 million", 1, 0.9))
    assert read.composed(calibration=plain).abstained
    assert not read.composed(question="Which stake does Alibaba hold?", calibration=plain).abstained
    assert not read.composed(threshold=0.4, calibration=plain).abstained
