"""Items of enumerations and of bulleted lists."""

from __future__ import annotations

import pytest

from askdocs.lists.enumeration import bulleted, items_of, widened
from askdocs.lists.items import ReadPassage
from askdocs.lists.value_items import value_items


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("Hexley, Dundrum and Port Wessel", ["Hexley", "Dundrum", "Port Wessel"]),
        ("1,800 people and 500 cars", ["1,800 people", "500 cars"]),
        ("on office rentals and on a food delivery service", ["office rentals", "a food delivery service"]),
        ("soft rock; a shortage of miners; and the franc", ["soft rock", "a shortage of miners", "the franc"]),
        ("Baidu (search, maps and clouds) and Huawei", ["Baidu (search, maps and clouds)", "Huawei"]),
        ("research and development", ["research and development"]),
        ("workers are scarce and dear, and the grid is late", ["workers are scarce and dear", "the grid is late"]),
        ("both Peru and Chile", ["Peru", "Chile"]),
    ],
)
def test_items(text: str, items: list[str]) -> None:
    assert [text[a:b] for a, b in items_of(text, 0, len(text))] == items


def test_widened_keeps_to_its_sentence() -> None:
    text = "They sell bread, jam and milk. Cheese and wine come later."
    start = text.index("bread")
    assert text[slice(*widened(text, start, start + 5, (0, 30)))] == "bread, jam and milk"
    start = text.index("milk")
    assert text[slice(*widened(text, start, start + 4, (0, 30)))] == "milk"


def test_bullets() -> None:
    text = "We need:\n• flour - much of it\n• water\n• time\nThat is all."
    assert [text[a:b] for a, b in bulleted(text, text.index("water"), text.index("water") + 5)] == [
        "flour",
        "water",
        "time",
    ]
    assert bulleted(text, 0, 2) == []


def test_values_each_once() -> None:
    passages = [
        ReadPassage("It paid $2 million in 2021.", "a", ""),
        ReadPassage("$2m, then €3m in May 2022, 4%.", "a", ""),
    ]
    assert [item.text for item in value_items("money", passages)] == ["$2 million", "€3m"]
    assert [item.text for item in value_items("year", passages)] == ["2021", "2022"]
    assert [item.text for item in value_items("percent", passages)] == ["4%"]
