"""What a statement of a unit does not hold for: "except per-share data", and which cells that is."""

from __future__ import annotations

import re
from collections.abc import Sequence

_KINDS = {
    "per share": re.compile(
        r"\bper[\s-](?:\w+[\s-]){0,2}(?:share|stock|ADS|ADR|unit)s?\b|\b(?:EPS|DPS|NAVPS)\b|je Aktie|par action", re.I
    ),
    "share": re.compile(
        r"\bshares?\b(?![\s-](?:capital|premium|based|of\b|repurchase|buy|issue|price index))(?<!market share)", re.I
    ),
    "percent": re.compile(r"%|\bper ?cent\b|\bpercentages?\b|\bmargins?\b|\bgrowth\b|\brates?\b", re.I),
    "ratio": re.compile(
        r"\bratios?\b|\bmultiples?\b|\btimes\b|\bleverage\b|\bcover(?:age)?\b|\bgearing\b|\bmargins?\b|\breturn on\b|"
        r"\byields?\b|\bROE\b|\bROCE\b|\bROIC\b",
        re.I,
    ),
    "employee": re.compile(
        r"\b(?:employees?|headcount|staff|personnel|workforce|FTEs?|full[- ]time equivalents?)\b"
        r"(?! (?:costs?|expenses?|benefits?))", re.I
    ),
}  # fmt: skip
_EMPTY_WORDS = re.compile(
    r"\b(?:data|amounts?|figures?|information|numbers?|items?|values?|and|or|of|the|for|all|any|which|are|is|in)\b",
    re.I,
)


def matching_exception(exceptions: Sequence[str], labels: Sequence[str]) -> str | None:
    """The exception that a cell with these labels of its row and column falls under.

    >>> matching_exception(["per share", "number of employees"], ["Employees", "2024"])
    'number of employees'
    """
    words = " | ".join(labels)
    for exception in exceptions:
        kinds = [kind for kind in _KINDS if kind in exception or (kind == "percent" and "%" in exception)]
        if re.fullmatch(r"(?:\w+ )*per (?:\w+ )?shares?", exception):
            kinds = ["per share"]
        if any(_KINDS[kind].search(words) for kind in kinds):
            return exception
        if kinds:
            continue
        content = [word.removesuffix("s").lower() for word in re.findall(r"\w+", _EMPTY_WORDS.sub(" ", exception))]
        if content and all(re.search(rf"\b{re.escape(word)}", words, re.I) for word in content):
            return exception
    return None


def read_exceptions(what: str) -> tuple[str, ...]:
    """The exceptions that words list.

    >>> read_exceptions("share and per-share data, ratios")
    ('share', 'per share', 'ratios')
    """
    what = re.sub(r",?\s+which\s[^,]*", "", what)
    found = []
    for part in re.split(r",\s*(?:and |or )?|\s+(?:and|or|und)\s+", what):
        words = re.sub(r"-", " ", part.lower())
        words = re.sub(r"\b(?:data|amounts?|figures?|information|numbers|items?|values?)\b\s*$", "", words).strip(" .")
        words = re.sub(r"^(?:for|the|all|any)\s+", "", words)
        if words:
            found.append(words)
    return tuple(found)
