"""What a question for a list asks for."""

from __future__ import annotations

import pytest

from askdocs.lists.list_question import list_question, singular


@pytest.mark.parametrize(
    ("question", "kind", "noun"),
    [
        ("list all companies", "company", ""),
        ("Name every city mentioned", "city", ""),
        ("which carmakers are mentioned", "company", "carmaker"),
        ("list the universities", "organisation", "university"),
        ("What are all the dates in the articles?", "date", ""),
        ("Which amounts of money are named?", "money", ""),
        ("Who are the people mentioned?", "person", ""),
    ],
)
def test_every_thing_of_a_kind(question: str, kind: str, noun: str) -> None:
    asked = list_question(question)
    assert (asked.kind, asked.noun, asked.every) == (kind, noun, True)


@pytest.mark.parametrize(
    ("question", "text", "kind"),
    [
        ("Please list the banks that lent money", "Which banks lent money?", "company"),
        ("What are the names of the companies that raised money?", "Which companies raised money?", "company"),
        ("List the products recalled by Lyndra.", "Which products were recalled by Lyndra?", "product"),
        ("List the new destinations of Zephair", "What are the new destinations of Zephair?", "place"),
        ("Who left the board?", "Who left the board?", "person"),
        ("What risks does the report name?", "What risks does the report name?", None),
        ("What did the author miss?", "What did the author miss?", None),
    ],
)
def test_a_condition(question: str, text: str, kind: str | None) -> None:
    asked = list_question(question)
    assert (asked.text, asked.kind, asked.every) == (text, kind, False)


@pytest.mark.parametrize(
    ("question", "topic", "several"),
    [
        ("Which companies are mentioned in the article about the Skarn bridge?", "the Skarn bridge", False),
        ("In the story on cocoa, which countries are named?", "cocoa", False),
        ("What companies are named in the XPeng article?", "XPeng", False),
        ('list every person in the article "Calder orders jets"', "Calder orders jets", False),
        ("list the people mentioned in articles about layoffs", "layoffs", True),
        ("list all companies in the articles", "", False),
    ],
)
def test_in_which_articles(question: str, topic: str, several: bool) -> None:
    asked = list_question(question)
    assert (asked.topic, asked.several, asked.every) == (topic, several, True)


def test_from_which_month() -> None:
    asked = list_question("Which executives are named in articles published in March 2023?")
    assert (asked.month, asked.year, asked.noun, asked.every) == (3, 2023, "executive", True)


def test_quoted_people() -> None:
    assert list_question("Who is quoted in the article on the bridge?").quoted
    assert list_question("List the people interviewed").quoted
    assert not list_question("Which people are named?").quoted


def test_singular() -> None:
    assert [singular(word) for word in ("Bosses", "parties", "bus", "analysts")] == ["boss", "party", "bus", "analyst"]
