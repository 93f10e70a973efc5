"""Rows of a PDF page that may be a table set without vertical rules, with each sign at its figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from askdocs.ingest.sources.pdf_lines import Phrase, Row, is_figure, is_nothing, phrase
from askdocs.ingest.sources.pdf_words import Word

_CURRENCY = re.compile(r"[(]?(?:[A-Z]{0,3}[$€£¥₹]|EUR|USD|GBP|CHF)[(]?")
_AFTER = re.compile(r"[)%‰*†]{1,3}|pp|[¹²³⁴⁵⁶⁷⁸⁹]+|\)?\s?%")
_BULLET = re.compile(
    r"[•▪●○◦■□–—*·o➢✓-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?|\[\d{1,3}\]"
)
_NEW_TABLE = re.compile(
    r"(?:table|exhibit|figure|schedule|tabelle|tableau|abbildung)\s+[\dIVXA-Z]+[.:\s]", re.IGNORECASE
)


class Block(NamedTuple):
    """Rows of a page that may be a table: where they begin and end among the rows of their region."""

    first: int
    last: int


def with_joined_marks(row: Row) -> Row:
    """A row in which a currency sign, a bracket and a percent sign stand with their figure, a bullet with its text."""
    joined: Row = []
    for part in map(_with_joined_words, row):
        before = joined[-1] if joined else None
        if before and _belongs(before, part):
            joined[-1] = phrase([_one_word(before, part)])
        elif before and len(joined) == 1 and _begins_item(before, part):
            joined[-1] = phrase([*before.words, *part.words])
        else:
            joined.append(part)
    return joined


def _with_joined_words(part: Phrase) -> Phrase:
    words = [phrase([part.words[0]])]
    for word in (phrase([word]) for word in part.words[1:]):
        if _belongs(words[-1], word):
            words[-1] = phrase([_one_word(words[-1], word)])
        else:
            words.append(word)
    return part if len(words) == len(part.words) else phrase([word.words[0] for word in words])


def _belongs(before: Phrase, part: Phrase) -> bool:
    """Whether one of two phrases is a sign of the figure that the other is."""
    gap, size = part.left - before.right, part.size
    if _CURRENCY.fullmatch(before.text):
        return (is_figure(part.text) or is_nothing(part.text)) and gap < 8 * size
    if before.text == "(":
        return is_figure(part.text.rstrip(")")) and gap < 4 * size
    figure = is_figure(before.text) or is_nothing(before.text)
    return figure and _AFTER.fullmatch(part.text) is not None and gap < 2 * size


def _begins_item(before: Phrase, part: Phrase) -> bool:
    """Whether the first phrase of a row is the bullet or the number of what follows."""
    near = part.left - before.right < 3.5 * part.size
    return near and _BULLET.fullmatch(before.text) is not None and not is_figure(part.text)


def _one_word(before: Phrase, part: Phrase) -> Word:
    space = " " if before.text[-1].isalpha() or part.text[0].isalpha() else ""
    last = part.words[-1]
    return Word(before.text + space + part.text, before.left, part.right, last.base, last.size, before.words[0].order)


def blocks(rows: Sequence[Row]) -> list[Block]:
    """Runs of rows with two phrases or more, with the single phrases among them that may be labels or headers."""
    found: list[Block] = []
    i = 0
    while i < len(rows):
        if len(rows[i]) < 2:
            i += 1
            continue
        last = _block_end(rows, i)
        first = _with_header_above(rows, i, last, found[-1].last if found else 0)
        found.append(Block(first, last))
        i = last
    return found


def _block_end(rows: Sequence[Row], first: int) -> int:
    left, right = min(part.left for row in rows for part in row), max(part.right for row in rows for part in row)
    last = first + 1
    usual = 0.0
    i = first + 1
    while i < len(rows):
        gap = rows[i][0].base - rows[i - 1][0].base
        if gap > max(2.3 * usual, 2.6 * rows[i][0].size):
            break
        if len(rows[i]) == 1:
            part = rows[i][0]
            long = part.right - part.left > 0.62 * (right - left) or len(part.words) > 12
            if long or _NEW_TABLE.match(part.text) or i - last >= 3:
                break
        else:
            usual = max(usual, min(gap, 3 * rows[i][0].size))
            last = i + 1
        i += 1
    # Of single phrases at the end only what goes on in words belongs to the table.
    while last < len(rows) and len(rows[last]) == 1 and rows[last][0].text[:1].islower() and _near(rows, last, 1.5):
        if rows[last][0].left > rows[last - 1][0].left + 40 or len(rows[last][0].words) > 8:
            break
        last += 1
    return last


def _near(rows: Sequence[Row], i: int, times: float) -> bool:
    return rows[i][0].base - rows[i - 1][0].base < times * max(rows[i][0].size, rows[i - 1][0].size)


def _with_header_above(rows: Sequence[Row], first: int, last: int, floor: int) -> int:
    """Take in single phrases above that stand over columns and not over the labels."""
    labels = min(row[0].left for row in rows[first:last])
    second = min((row[1].left for row in rows[first:last] if len(row) > 1), default=labels)
    for _ in range(3):
        if first <= floor or len(rows[first - 1]) != 1 or not _near(rows, first, 1.9):
            break
        part = rows[first - 1][0]
        if _NEW_TABLE.match(part.text):
            break
        if part.left < min(second - 3 * part.size, labels + 0.6 * (second - labels)) or len(part.words) > 9:
            break
        if part.left - labels < 4 * part.size or re.match(r"[(]?(?:in|amounts|figures)\b", part.text, re.IGNORECASE):
            break
        first -= 1
    return first
