"""Forms in plain text: lines of "label: value" or "label ..... value", as invoices and cover pages have them.

Interviews ("Name: what was said"), bylines, the heads of articles and of letters, and lists of contents are none.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from askdocs.core.tables import Grid
from askdocs.tables.cell_kinds import cell_kind

LEAST_LINES = 3
_LABEL_CHARACTERS = 48
_LABEL_WORDS = 7
_VALUE_CHARACTERS = 120
_VALUE_WORDS = 14
# Where a fifth of the values have more words than this, or several sentences, they are told and not filled in.
_LONG_VALUE = 9

_PAIR = re.compile(r"\s*(?P<label>[^\W_][^:|\n]{0,60}?)\s*:(?:\s+(?P<value>\S.*?))?\s*")
LEADERS = re.compile(
    r"\s*(?P<label>[^\W_].{0,80}?)\s?(?:\.{4,}|(?:\. ){3,}\.?|…{2,}|_{5,})\s*(?P<value>\S.{0,60}?)?\s*"
)
_APART = re.compile(r" {3,}")
_SENTENCE = re.compile(r"[.!?…][\"'”’)]?$")
_SENTENCES = re.compile(r"[a-zà-ÿ]{3}[.!?]\s+[(\"“]?[A-ZÀ-Þ]")
_ABBREVIATED = re.compile(r"(?:\b(?:Inc|Ltd|Co|Corp|No|St|Ave|Rd|p\.m|a\.m|U\.S|approx|etc|Jr|Sr|[A-Z])|\d)\.$")
# What stands above an article or a letter; it is read as text, where its date is looked for.
_HEAD = re.compile(
    r"(?i)(?:title|headline|sub-?title|by|author|byline|writer|reporter|(?:publication )?date(?:line)?|time|source|url"
    r"|(?:first |last |originally )?(?:published|posted|updated|modified|revised|issued)(?: (?:on|at|by))?|website|link"
    r"|tags?|topics?|keywords?|category|section|location|summary|abstract|language|from|to|cc|bcc|subject|sent|re"
    r"|reply-to|photo(?:graph)?s?|image|credit|caption|copyright|contact|editor|media contact|reading time|words)"
)
_SPOKEN = re.compile(r"^[\"“‘'«]|[\"”’»]$|\b(?:I|I'm|I’m|you|we|we're|we’re|my|your|our|me)\b")


def text_forms(lines: Sequence[str]) -> list[tuple[int, int, Grid]]:
    """The forms in lines, each with its first and last one. Lines have no tabs.

    >>> lines = ["Invoice no: 2024-17", "Invoice date: 5 March 2024", "Total due: £1,250.00", "", "Pay in May."]
    >>> [(first, last, grid)] = text_forms(lines)
    >>> (first, last), grid.rows[2]
    ((0, 2), ('Total due', '£1,250.00'))
    """
    found = []
    number = 0
    while number < len(lines):
        first = number
        pairs: list[tuple[str, str]] = []
        while number < len(lines):
            here = _pairs(lines[number])
            if here:
                pairs += here
            elif pairs and _continues(lines[number], lines[number - 1], pairs[-1]):
                pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {lines[number].strip()}".strip())
            else:
                break
            number += 1
        last = number - 1
        if len(pairs) >= LEAST_LINES and _is_form(pairs, lines[first:number]):
            found.append((first, last, Grid(rows=tuple(pairs), header_rows=0, label_columns=1)))
        if not pairs:
            number += 1
    return found


def _pairs(line: str) -> list[tuple[str, str]]:
    """The labels and values of a line, of which there may be several far apart; none where it is not of that form."""
    if not line.strip():
        return []
    leaders = LEADERS.fullmatch(line)
    if leaders and "  " not in (leaders["value"] or ""):
        return [(leaders["label"].rstrip(" :"), leaders["value"] or "")]
    whole = _pair(line)
    parts = [part for part in _APART.split(line.strip()) if part]
    if len(parts) > 1:
        several = [_pair(part) for part in parts]
        if all(pair is not None and pair[1] for pair in several):
            return [pair for pair in several if pair]
    return [whole] if whole else []


def _pair(text: str) -> tuple[str, str] | None:
    found = _PAIR.fullmatch(text)
    if not found:
        return None
    label, value = found["label"], found["value"] or ""
    if "  " in value:  # columns
        return None
    if (
        len(label) > _LABEL_CHARACTERS
        or len(label.split()) > _LABEL_WORDS
        or re.search(r"[.!?;,\"“”]\s|[\"“”]$", label)
    ):
        return None
    if len(value) > _VALUE_CHARACTERS or len(value.split()) > _VALUE_WORDS:
        return None
    return label, value


def _continues(line: str, before: str, pair: tuple[str, str]) -> bool:
    """Whether a line goes on with the value above it, as an address does: it is indented to where values stand."""
    indent = len(line) - len(line.lstrip())
    value = before.find(pair[1].split(" ")[0]) if pair[1] else -1
    return bool(line.strip()) and indent >= 6 and value > 0 and abs(indent - value) <= 2 and len(line.strip()) <= 60


def _is_form(pairs: list[tuple[str, str]], lines: Sequence[str]) -> bool:
    labels = [label.lower() for label, _ in pairs]
    values = [value for _, value in pairs if value]
    if len(set(labels)) * 5 < len(labels) * 4 or len(values) * 2 < len(pairs):
        return False
    if all(_HEAD.fullmatch(label) for label in labels):
        return False
    ended = sum(bool(_SENTENCE.search(value)) and not _ABBREVIATED.search(value) for value in values)
    long = sum(len(value.split()) > _LONG_VALUE or bool(_SENTENCES.search(value)) for value in values)
    spoken = sum(bool(_SPOKEN.search(value)) for value in values)
    code = sum(value[-1] in ",;{([=" or " = " in value for value in values)
    if max(ended, spoken, code, long) * 5 > len(values):
        return False
    if are_contents(values) and any(LEADERS.fullmatch(line) for line in lines):
        return False
    kinds = [cell_kind(value) for value in values]
    figures = sum(
        kind != "words" or any(letter.isdigit() for letter in value) for kind, value in zip(kinds, values, strict=True)
    )
    short = sum(len(value.split()) <= 6 for value in values)
    return figures * 3 >= len(values) or short * 5 >= len(values) * 4


def are_contents(values: Sequence[str]) -> bool:
    """Whether values are the numbers of pages, in their order.

    >>> are_contents(["1", "7", "12"]), are_contents(["12", "7"])
    (True, False)
    """
    if not all(value.isdecimal() and len(value) < 5 for value in values):
        return False
    return all(int(before) <= int(after) for before, after in itertools.pairwise(values))
