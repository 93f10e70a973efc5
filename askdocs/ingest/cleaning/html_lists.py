"""Lists of a page that the extraction of its main content loses, though the paragraph before them is kept.

A list of figures at the end of an article ("Battery: 4,400 mAh") looks like clutter to trafilatura: it is short and no
sentence. One without links, that stands right behind a kept paragraph and not in an aside, belongs to the text.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from askdocs.ingest.cleaning.html_data_tables import block_key, is_aside

_FEWEST = 2  # items
_LEAST_WORDS = 2  # of an item, on average: "Share", "Print" are none of the text


def plain_lists(root: Any) -> frozenset[str]:
    """The keys of the first items of all lists under ``root`` that may be part of the text: no links, no buttons."""
    found = set()
    for element in root.iter("ul", "ol"):
        items = [" ".join("".join(item.itertext()).split()) for item in element.iterchildren("li")]
        words = sum(len(item.split()) for item in items)
        if len(items) < _FEWEST or words < _LEAST_WORDS * len(items):
            continue
        if _holds_more(element):
            continue
        beside = ("nav", "aside", "footer", "header", "form", "menu")
        if any(one.tag in beside or is_aside(one) for one in (element, *element.iterancestors())):
            continue
        found.add(block_key(f"- {items[0]}"))
    return frozenset(found)


def _holds_more(element: Any) -> bool:
    """Whether a list holds links, buttons, fields, or lists of its own."""
    return any(one is not element for one in element.iter("a", "button", "input", "ul", "ol"))


def with_lost_lists(blocks: Sequence[str], whole: Sequence[str], lists: frozenset[str]) -> list[str]:
    """The blocks of the main content with the lists that stand in ``whole`` right behind one that was kept.

    >>> with_lost_lists(["It weighs little."], ["It weighs little.", "- 2 kg\\n- 3 cm"], frozenset(["2 kg"]))
    ['It weighs little.', '- 2 kg\\n- 3 cm']
    """
    kept = list(blocks)
    for before, block in itertools.pairwise(whole):
        is_list = block.startswith("- ") and not before.startswith(("- ", "#"))
        if not is_list or not any(block_key(block).startswith(key) for key in lists):
            continue
        keys = [block_key(one) for one in kept]
        if block_key(block) not in keys and block_key(before) in keys:
            kept.insert(len(keys) - keys[::-1].index(block_key(before)), block)  # behind the last that begins alike
    return kept
