"""All values of a kind that the passages give: dates, years, amounts of money, percentages.

A date is a day, a month or a quarter; a year alone is one only where years are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from askdocs.core.answers import Value
from askdocs.lists.items import ListItem, ReadPassage
from askdocs.values.amounts import quantities
from askdocs.values.dates import dates

_YEAR = re.compile(r"(?<![\d.,$€£-])(?:1[5-9]|20)\d\d(?![\d%]|[.,]\d|-\d)")


def value_items(kind: str, passages: Sequence[ReadPassage]) -> list[ListItem]:
    """Each value once, where it first stands.

    >>> passage = ReadPassage("It sold 3% for $2 million on 5 May 2023, and 3 percent later.", "a", "")
    >>> [item.text for item in value_items("percent", [passage])], value_items("date", [passage])[0].text
    (['3%'], '5 May 2023')
    """
    seen: dict[object, ListItem] = {}
    for number, passage in enumerate(passages):
        for start, end, key in values_in(kind, passage.text):
            item = ListItem(text=passage.text[start:end].strip(), passage=number, start=start, end=end, probability=0.9)
            seen.setdefault(key, item)
    return list(seen.values())


def values_in(kind: str, text: str) -> Iterator[tuple[int, int, object]]:
    """The values of a kind in a text: where they stand, and what two that are equal have in common."""
    if kind == "year":
        yield from ((match.start(), match.end(), match.group()) for match in _YEAR.finditer(text))
    elif kind == "date":
        yield from (
            (found.start, found.end, found.value.value)
            for found in dates(text)
            if found.value.precision not in ("year", "part of year", "decade")
        )
    else:
        for found in quantities(text):
            if _is_of(found.value, kind):
                yield found.start, found.end, (found.value.value, found.value.currency)


def _is_of(value: Value, kind: str) -> bool:
    if kind == "money":
        return value.currency is not None
    return value.kind == "percent" or value.unit in ("percent", "percentage points")
