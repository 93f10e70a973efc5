"""The items of a list, with their places in the passages that were read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from askdocs.core.base import Model
from askdocs.lists.named_things import folded


class ReadPassage(NamedTuple):
    """A passage as it is read: its text, the article it is of, and that article's title."""

    text: str
    article: str
    title: str


class ListItem(Model):
    """An item: its words, and the place that shows it best, ``[start, end)`` of the text of passage ``passage``.

    ``probability`` is that of its belonging to the list, as far as its reader can tell.
    """

    text: str
    passage: int
    start: int
    end: int
    probability: float


def distinct_items(items: Sequence[ListItem]) -> list[ListItem]:
    """Each item once, with its likeliest place, in the order of the passages.

    >>> both = [ListItem(text=t, passage=n, start=0, end=5, probability=p) for t, n, p in
    ...         (("Baidu Inc.", 0, 0.5), ("the Baidu", 1, 0.7), ("Huawei", 2, 0.6))]
    >>> [(item.text, item.passage) for item in distinct_items(both)]
    [('the Baidu', 1), ('Huawei', 2)]
    """
    best: dict[str, ListItem] = {}
    for item in items:
        key = item_key(item.text)
        same = next((known for known in best if _is_same(known, key)), key)
        if same not in best or item.probability > best[same].probability:
            best[same] = item
    return sorted(best.values(), key=lambda item: (item.passage, item.start))


def item_key(text: str) -> str:
    """What two items that are one have in common: their words, without articles and possessives in front.

    >>> item_key("The price of energy"), item_key("its Freshippo chain")
    ('price of energy', 'freshippo chain')
    """
    low = folded(text)
    for lead in ("a ", "an ", "the ", "its ", "their ", "his ", "her ", "our "):
        low = low.removeprefix(lead)
    return low.strip(" .'\"“”‘’")


def _is_same(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((one.split(), other.split()), key=len)
    return 1 < len(short) < len(long) and long[-len(short) :] == short
