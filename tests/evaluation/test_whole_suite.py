"""The suites of whole questions and of short news are what they claim: enough of each, gold that stands in them."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from askdocs.evaluation.cases import ListGold, PartsGold, SummaryGold
from askdocs.evaluation.metrics import plain_words
from askdocs.evaluation.suite import Suite, article_files, load_suite
from askdocs.questions.forms import Wanted

_TAG = re.compile(r"</?[a-z][^>]*>")
EVALS = Path(__file__).parents[2] / "evals"


@cache
def suite(name: str) -> Suite:
    return load_suite(EVALS / name)


@cache
def texts(name: str) -> dict[str, str]:
    """The visible words of each article's file, what cleaning leaves out of them included."""
    files = article_files(EVALS / name / "articles")
    return {path.name: plain_words(html.unescape(_TAG.sub("", path.read_text(encoding="utf-8")))) for path in files}


def test_there_are_enough_questions_of_each_form() -> None:
    forms = Counter(case.form for case in suite("whole").cases)
    assert forms == {"list": 45, "summary": 30, "comparison": 25, "count": 20, "parts": 20, "span": 10}
    assert sum(not case.answerable for case in suite("whole").cases) == 9


def test_facts_items_and_quotes_stand_in_the_articles() -> None:
    every = " ".join(texts("whole").values())
    for case in suite("whole").cases:
        of_case = " ".join(texts("whole")[name] for name in case.article) or every
        wanted = [plain_words(quote) for quote in case.quote]
        if isinstance(case.gold, SummaryGold):
            wanted += [plain_words(wording) for fact in case.gold.facts for wording in fact]
        if isinstance(case.gold, ListGold):
            wanted += [plain_words(names[0]) for names in case.gold.items]
        if isinstance(case.gold, PartsGold):
            wanted += [plain_words(quote) for part in case.gold.parts for quote in part.quote]
            of_case = every
        assert [words for words in wanted if words not in of_case] == [], case.id


@pytest.mark.parametrize("name", ["questions", "questions-fresh", "questions-blind"])
def test_labelled_questions_have_a_form_and_none_is_asked_twice(name: str) -> None:
    lines = [json.loads(line) for line in (EVALS / "whole" / f"{name}.jsonl").read_text().splitlines()]
    assert len(lines) >= 150
    assert {line["wanted"] for line in lines} == set(get_args(Wanted))
    assert len({line["question"] for line in lines}) == len(lines)


def test_short_news_has_as_many_unanswerable_questions_and_its_quotes_stand_there() -> None:
    plain = [case for case in suite("short").cases if "date-in-question" not in case.tags]
    assert Counter(case.answerable for case in plain) == {True: 150, False: 150}
    for case in suite("short").cases:
        of_case = " ".join(texts("short")[name] for name in case.article)
        assert [quote for quote in case.quote if plain_words(quote) not in of_case] == [], case.id
