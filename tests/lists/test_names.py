"""Names in texts: where they begin and end, what they are, and which are of one thing."""

from __future__ import annotations

import pytest

from askdocs.lists.items import ListItem, ReadPassage, distinct_items
from askdocs.lists.list_question import list_question
from askdocs.lists.name_candidates import lower_words_of, name_candidates
from askdocs.lists.name_classifier import NameClassifier, bundled_name_classifier
from askdocs.lists.named_items import named_items
from askdocs.lists.named_things import named_things


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Shares in Alibaba's cloud arm fell.", ["Alibaba"]),
        ("The European Investment Bank lent it to Marks & Spencer.", ["European Investment Bank", "Marks & Spencer"]),
        ("Chinese rival BYD and the Bank of England met in Q3.", ["BYD", "Bank of England"]),
        ("Nvidia lost 4.7%, AMD 1.2% and the Folio 2 sold out.", ["Nvidia", "AMD", "Folio 2"]),
        ("On Monday Prof. Jean-Luc Marais left Leeds-based Velmora.", ["Jean-Luc Marais", "Leeds", "Velmora"]),
        ("It was quiet.", []),
    ],
)
def test_where_names_stand(text: str, names: list[str]) -> None:
    assert [text[one.start : one.end] for one in name_candidates(text)] == names


def test_ordinary_words_at_a_start_are_no_names() -> None:
    texts = ["Revenue rose.", "Costs fell as revenue grew and costs were cut."]
    assert [one for text in texts for one in name_candidates(text, lower_words_of(texts))] == []


def test_headings_are_told_apart() -> None:
    found = name_candidates("Strong Growth Ahead For Velmora\n\nVelmora grew.")
    assert [one.heading for one in found] == [True] * (len(found) - 1) + [False]


@pytest.fixture(scope="module")
def classifier() -> NameClassifier:
    found = bundled_name_classifier()
    if found is None:
        pytest.skip("askdocs[bundled] is not installed")
    return found


FIRST = (
    "Baidu Inc. has hired Ana Lund as its finance chief, it said in Beijing. Ms Lund worked for Huawei before. "
    '"We are glad," said Baidu chairman Oren Falk.'
)
SECOND = "Baidu and Tencent opened offices in the U.S. and in Norway, far from the rival Castellan Bank in Oslo."


def things(classifier: NameClassifier) -> dict[str, str]:
    return {thing.name: thing.kind for thing in named_things([FIRST, SECOND], ["a", "b"], classifier)}


def test_what_names_are_of_and_each_once(classifier: NameClassifier) -> None:
    found = things(classifier)
    assert found["Baidu"] == found["Huawei"] == found["Tencent"] == found["Castellan Bank"] == "company"
    assert found["Ana Lund"] == found["Oren Falk"] == "person"
    assert "Lund" not in found
    assert "Baidu Inc." not in found
    assert found["U.S."] == found["Norway"] == "country"
    assert found["Oslo"] == "city"


def items(classifier: NameClassifier, question: str) -> list[str]:
    passages = [ReadPassage(FIRST, "a", "Hired"), ReadPassage(SECOND, "b", "Opened")]
    found = named_things([FIRST, SECOND], ["a", "b"], classifier)
    return [item.text for item in named_items(list_question(question), found, passages)]


def test_items_of_a_kind(classifier: NameClassifier) -> None:
    assert items(classifier, "List all companies") == ["Baidu", "Huawei", "Tencent", "Castellan Bank"]
    assert items(classifier, "Which banks are mentioned?") == ["Castellan Bank"]
    assert items(classifier, "Which people are quoted?") == ["Oren Falk"]


def test_one_item_of_several_names() -> None:
    both = [
        ListItem(text=text, passage=place, start=0, end=5, probability=0.5 + place / 10)
        for place, text in enumerate(("Teachers", "the Maple Teachers", "U.S.", "United States"))
    ]
    assert [item.text for item in distinct_items(both)] == ["Teachers", "the Maple Teachers", "United States"]


def test_a_short_name_in_brackets(classifier: NameClassifier) -> None:
    text = "Shares of Alibaba (NYSE: BABA) fell on Friday. Traders sold BABA because Alibaba had warned of losses."
    assert [thing.name for thing in named_things([text], ["a"], classifier) if thing.kind == "company"] == ["Alibaba"]
