"""The amounts and dates in a sentence of prose, and whether a quoted sentence says the same, unit and currency too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from askdocs.core.answers import Value
from askdocs.text.english import stem
from askdocs.values.amounts import Quantity, quantities
from askdocs.values.dates import Found, dates
from askdocs.values.parse import close

_FIGURE = re.compile(r"\d[\d.,:/]*\d|\d")
_WORD = re.compile(r"[^\W\d_]+")


def missing_amounts(text: str, sources: Sequence[str]) -> list[str]:
    """The words of the dates, amounts and figures of a text that stand in none of the source sentences.

    >>> missing_amounts("It sold 33 million shares in 2023.", ["In May 2023, 33 million shares changed hands."])
    []
    >>> missing_amounts("It sold for $33 million, 3% less.", ["33 million shares were sold, 3 percentage points less."])
    ['$33 million', '3%']
    """
    held_dates = [found.value for source in sources for found in dates(source)]
    missing: list[tuple[int, str]] = []
    for date in dates(text):
        if not any(_date_holds(held, date.value) for held in held_dates) and not _written_alike(text, date, sources):
            missing.append((date.start, text[date.start : date.end]))
    rest = without_dates(text)
    held = [(quantity, source) for source in sources for quantity in quantities(source)]
    found = quantities(rest)
    for quantity in found:
        words = rest[quantity.start : quantity.end].strip(" .")
        if words.lower() != "one" and not _amount_holds(quantity.value, held):
            missing.append((quantity.start, words))
    figures = {figure for source in sources for figure in _FIGURE.findall(source)}
    for figure in _FIGURE.finditer(_without(rest, found)):
        if figure.group() not in figures:
            missing.append((figure.start(), figure.group()))
    return [words for _, words in sorted(missing)]


def without_dates(text: str) -> str:
    """The text with its dates blanked out.

    >>> without_dates("It opened in May 2019, in Oslo.")
    'It opened in         , in Oslo.'
    """
    return _without(text, dates(text))


def cut_amount(sentence: str, start: int, end: int) -> str:
    """The words of an amount of a sentence of which ``[start, end)`` holds a part only; empty where there is none.

    >>> cut_amount("It sold 33 million shares.", 8, 10), cut_amount("It sold 33 million shares.", 8, 18)
    ('33 million', '')
    >>> cut_amount("It rose to 8 pence.", 3, 18)
    ''
    """
    for quantity in quantities(sentence):
        first, last = quantity.start, quantity.start + len(sentence[quantity.start : quantity.end].rstrip(" ."))
        inside = min(last, end) - max(first, start)
        if 0 < inside < last - first and re.search(r"\w", sentence[max(first, start) : min(last, end)]):
            return sentence[first:last].strip()
    return ""


def _amount_holds(value: Value, held: Sequence[tuple[Quantity, str]]) -> bool:
    """Whether every end of an amount stands in a source with a unit that fits."""
    return all(
        any(_fits(value, quantity.value, source) and any(close(end, one) for one in _ends(quantity.value))
            for quantity, source in held)
        for end in _ends(value)
    )  # fmt: skip


def _fits(value: Value, held: Value, source: str) -> bool:
    """Whether an amount of prose may be the one of a source by its kind, currency and unit."""
    if value.currency or held.currency:
        return value.currency == held.currency or (value.currency is None and value.unit is None)
    if "percent" in (value.unit or "") or "percent" in (held.unit or ""):
        return value.unit == held.unit
    if value.unit is None:
        return True
    wanted = _stems(value.unit)
    return not wanted or bool(wanted & (_stems(held.unit) if held.unit else _stems(source)))


def _stems(text: str) -> set[str]:
    return {stem(word) for word in _WORD.findall(text)}


def _ends(value: Value) -> list[float]:
    ends = value.value if isinstance(value.value, tuple) else (value.value,)
    return [float(end) for end in ends if isinstance(end, int | float)]


def _date_holds(held: Value, date: Value) -> bool:
    """Whether a date of a source says all that a date of prose does: its year, month and day as far as it has them."""
    if not (isinstance(held.value, str) and isinstance(date.value, str)):
        return False
    one, other = _parts(held.value), _parts(date.value)
    return all(one.get(name) == part for name, part in other.items()) and (not date.unit or date.unit == held.unit)


def _parts(date: str) -> dict[str, str]:
    """An ISO date as far as it is known, part by part.

    >>> _parts("2023-11-17"), _parts("--11"), _parts("2024-Q3")
    ({'year': '2023', 'month': '11', 'day': '17'}, {'month': '11'}, {'year': '2024', 'season': 'Q3'})
    """
    year, _, rest = date.partition("-") if not date.startswith("-") else ("", "", date.lstrip("-"))
    pieces = rest.split("-") if rest else []
    season = pieces[0] if pieces and pieces[0][:1] in "QH" else ""
    named = {"year": year, "season": season}
    if not season:
        named |= dict(zip(("month", "day"), pieces, strict=False))
    return {name: part for name, part in named.items() if part}


def _written_alike(text: str, date: Found, sources: Sequence[str]) -> bool:
    """Whether a source writes the date in the same words."""
    words = re.escape(" ".join(text[date.start : date.end].split()))
    return any(re.search(rf"(?<!\w){words}(?!\w)", source, re.IGNORECASE) for source in sources)


def _without(text: str, found: Sequence[Found] | Sequence[Quantity]) -> str:
    """The text with these places blanked out."""
    for start, end in _places(found):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _places(found: Sequence[Found] | Sequence[Quantity]) -> Iterator[tuple[int, int]]:
    for one in found:
        yield one.start, one.end
