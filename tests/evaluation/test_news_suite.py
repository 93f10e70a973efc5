"""The suites that ship are what they claim to be: quotes stand in their articles, every kind of case is there often
enough, no two questions share a template, and gold values that stand elsewhere have been looked at."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from askdocs.core.answers import Value
from askdocs.core.articles import Article, RawArticle
from askdocs.evaluation.cases import Case, EntityGold, ListGold, TextGold
from askdocs.evaluation.suite import Suite, article_files, load_suite
from askdocs.ingest.cleaning.pipeline import clean
from askdocs.ingest.sources.dispatch import read
from askdocs.values.amounts import quantities
from askdocs.values.dates import dates
from askdocs.values.parse import equal, parse

EVALS = Path(__file__).parents[2] / "evals"
SUITES = ("news", "smoke")
TYPES_AT_LEAST_25 = ("number", "money", "percent", "date", "entity", "text", "list", "boolean")
KINDS_OF_UNANSWERABLE = ("other-company", "other-year", "false-premise", "not-stated", "off-topic")


@cache
def suite(name: str) -> Suite:
    return load_suite(EVALS / name)


@cache
def articles(name: str) -> dict[str, Article]:
    """The suite's articles as they are stored, by file name."""
    stored = {}
    for path in article_files(EVALS / name / "articles"):
        (raw,) = read(path)
        assert isinstance(raw, RawArticle), raw
        stored[path.name] = clean(raw)
    return stored


def tagged(tag: str) -> list[Case]:
    return [case for case in suite("news").cases if tag in case.tags]


@pytest.mark.parametrize("name", SUITES)
def test_every_gold_quote_stands_in_an_article_of_its_case(name: str) -> None:
    for case in suite(name).cases:
        texts = [articles(name)[article].text for article in case.article]
        missing = [quote for quote in case.quote if not any(quote in text for text in texts)]
        assert not missing, f"{case.id}: {missing}"
        assert bool(case.quote) == case.answerable, case.id
        assert case.article or not case.answerable, case.id


@pytest.mark.parametrize("name", SUITES)
def test_gold_quotes_hold_the_answer(name: str) -> None:
    for case in suite(name).cases:
        joined = "\n".join(case.quote).casefold()
        if case.answer is not None:
            assert case.answer.casefold() in joined, case.id
        if isinstance(case.gold, TextGold):
            assert any(words.casefold() in joined for words in case.gold.accepted), case.id
        if isinstance(case.gold, ListGold):
            for item in case.gold.items:
                assert any(words.casefold() in joined for words in item), f"{case.id}: {item}"


@pytest.mark.parametrize("name", SUITES)
def test_the_answers_words_mean_the_gold_value(name: str) -> None:
    for case in suite(name).cases:
        if case.type not in ("number", "money", "percent", "date"):
            continue
        read_value, gold = parse(case.answer or "", case.type), case.gold
        assert read_value is not None, case.id
        assert read_value.value == getattr(gold, "value", None), f"{case.id}: {read_value}"
        assert read_value.currency == getattr(gold, "currency", None), case.id
        if case.type == "date":
            assert read_value.unit == getattr(gold, "part", None), case.id


def test_every_kind_of_case_is_there_often_enough() -> None:
    cases = suite("news").cases
    types: Counter[str] = Counter(case.type for case in cases)
    assert len(cases) >= 240
    assert {kind: types[kind] for kind in TYPES_AT_LEAST_25 if types[kind] < 25} == {}
    assert types["unanswerable"] >= 40
    assert len(tagged("differs-by-date")) >= 15
    assert len({*tagged("clutter"), *tagged("injection")}) >= 15
    assert len(tagged("injection")) >= 15
    for kind in KINDS_OF_UNANSWERABLE:
        assert len(tagged(f"unanswerable:{kind}")) >= 5, kind


def test_every_unanswerable_case_says_why() -> None:
    for case in suite("news").cases:
        reasons = [tag for tag in case.tags if tag.startswith("unanswerable:")]
        assert len(reasons) == (0 if case.answerable else 1), case.id
        assert all(reason.partition(":")[2] in KINDS_OF_UNANSWERABLE for reason in reasons), case.id


def test_conversations_have_two_or_three_turns_in_order() -> None:
    turns = defaultdict(list)
    for case in suite("news").cases:
        assert (case.conversation is not None) == ("conversation" in case.tags), case.id
        if case.conversation is not None:
            turns[case.conversation].append(case.turn)
    assert len(turns) >= 20
    assert {name: order for name, order in turns.items() if order not in ([1, 2], [1, 2, 3])} == {}


def test_a_case_asked_as_of_a_day_rests_on_an_article_of_before() -> None:
    asked_back = [case for case in suite("news").cases if case.as_of is not None]
    assert len(asked_back) >= 5
    for case in asked_back:
        for name in case.article:
            published = articles("news")[name].published
            assert published is not None, name
            assert case.as_of is not None
            assert published <= case.as_of, case.id


def test_ids_are_unique_across_the_suites() -> None:
    ids = Counter(case.id for name in SUITES for case in suite(name).cases)
    assert [name for name, count in ids.items() if count > 1] == []


def test_articles_have_their_metadata_and_length() -> None:
    stored = articles("news")
    assert len(stored) >= 24
    for name, article in stored.items():
        body = (EVALS / "news" / "articles" / name).read_text("utf-8").split("---\n", 2)[2]
        assert 150 <= len(body.split()) <= 600, name
        assert article.title, name
        assert article.published is not None, name
    assert len({article.title for article in stored.values()}) == len(stored)


def template(question: str) -> str:
    """The question with names and numbers masked.

    >>> template("How many XPeng shares did Alibaba sell in 2023?")
    'how many ~ shares did ~ sell in #'
    """
    words = re.findall(r"[^\W\d_][\w'’&-]*|[$€£]?\d[\d.,]*%?", question)
    masked = (
        "#" if not word[0].isalpha() else "~" if place and word[0].isupper() else word.lower()
        for place, word in enumerate(words)
    )
    return " ".join(word for word, _ in itertools.groupby(masked))


def test_no_two_questions_share_a_template() -> None:
    questions = {case.id: template(case.question) for name in SUITES for case in suite(name).cases}
    for (first, left), (second, right) in itertools.combinations(questions.items(), 2):
        one, other = set(left.split()), set(right.split())
        alike = len(one & other) / len(one | other)
        assert left != right, f"{first} and {second}: {left}"
        assert alike < 0.75, f"{first} and {second}: {left} / {right}"


def test_gold_values_that_stand_in_another_article_are_reviewed() -> None:
    lines = (EVALS / "news" / "reviewed.jsonl").read_text("utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    reviewed = {(entry["case"], entry["article"]) for entry in entries}
    known = {case.id for case in suite("news").cases}
    assert all(entry["why"] for entry in entries)
    assert len(reviewed) == len(entries)
    assert {case for case, _ in reviewed} <= known
    found = {(case.id, name) for case in suite("news").cases for name in standing_elsewhere(case)}
    assert sorted(found - reviewed) == []


def standing_elsewhere(case: Case) -> Iterator[str]:
    """The articles that hold the gold value and that the case does not name."""
    holds = finder(case)
    if holds is not None:
        yield from (name for name in articles("news") if name not in case.article and holds(name))


def finder(case: Case) -> Callable[[str], bool] | None:
    """Tells of an article by its name whether the gold value stands in it; ``None`` where there is no value."""
    gold = case.gold
    if isinstance(gold, EntityGold):
        return lambda name: contains(name, gold.aliases)
    if isinstance(gold, TextGold):
        return lambda name: contains(name, gold.accepted)
    if isinstance(gold, ListGold):
        return lambda name: all(contains(name, item) for item in gold.items)
    if case.type not in ("number", "money", "percent", "date"):
        return None
    value = parse(case.answer or "", case.type)
    assert value is not None, case.id
    return lambda name: any(equal(other, value) for other in values_of(name))


@cache
def values_of(name: str) -> list[Value]:
    """Every amount and date in an article."""
    text = articles("news")[name].text
    amounts = [found.value for asked in (False, True) for found in quantities(text, money_asked=asked)]
    return amounts + [found.value for found in dates(text, expected=True)]


def contains(name: str, names: tuple[str, ...]) -> bool:
    text = articles("news")[name].text
    return any(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.I) for words in names)
