"""The rows of words on a PDF page, cut into phrases at wide gaps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from askdocs.ingest.sources.pdf_words import Word, is_leftward

# In parts of a character's height: a gap between phrases, and one beside a figure, where columns stand closer.
PHRASE_GAP, FIGURE_GAP = 0.8, 0.55
# And between the phrases of typewritten text, in widths of a character.
TYPED_GAP = 1.5
# Words whose base lines differ by less than this stand on one row.
SAME_ROW = 0.3

_FIGURE = re.compile(
    r"[(\[]?[-+−–±~≈<>≤≥]{0,2}\s?(?:[A-Z]{0,3}[$€£¥₹]|[A-Z]{3}\s)?\s?[-−–(]?[.,]?\d[\d.,'’\s\u00a0]*"
    r"(?:\s?[%‰]|\s?(?:x|bps?|pp|[mbk]n?|million|billion|thousand|Mio\.|Mrd\.|[$€£¥]|EUR|USD|GBP))?[)\]]?\s?[%‰]?"
    r"[¹²³⁴⁵⁶⁷⁸⁹⁰ᵃᵇᶜᵈᵉ*†‡]*(?:\s?\([0-9a-z]\))?"
)
_PLAIN = r"[-+−–<>≤≥~≈]?\s?\d[\d.,]*\s?%?"
_DOUBLE = re.compile(
    rf"\d{{1,2}}:\d\d|{_PLAIN}\s?(?:\({_PLAIN}(?:\s?[-–,;]\s?{_PLAIN})?\)|[–±/-]\s?{_PLAIN})[¹²³⁴⁵⁶⁷⁸⁹*†‡]*"
)
_NOTHING = re.compile(r"[-–—−]{1,3}|\.{2,3}|n\.?[/.]?[am]\.?|N\.?[/.]?[AM]\.?|nil|Nil|\*|[(]?[-–—][)]?%?")
_YEAR = re.compile(
    r"(?:FY|CY)?\s?(?:19|20)\d\d(?:[-/–]\d\d(?:\d\d)?)?[AEF]?[¹²³⁴⁵⁶⁷⁸⁹*†]*"
    r"|\d{1,2}[./-]\d{1,2}[./-](?:(?:19|20)\d\d|\d\d)"
    r"|(?:19|20)\d\d-\d\d-\d\d"
)
_LEADERS = re.compile(r"(?:[.…·_]\s?){3,}")


class Phrase(NamedTuple):
    """Words of one row with no wide gap between them."""

    words: tuple[Word, ...]
    text: str
    left: float
    right: float
    base: float
    size: float

    @property
    def middle(self) -> float:
        """Half way between its ends."""
        return (self.left + self.right) / 2


Row = list[Phrase]


def is_figure(text: str) -> bool:
    """Whether a cell's text is a number, with its sign, currency, percent sign and footnote mark.

    >>> [is_figure(text) for text in ("(1,234)", "$ 12.5", "3.4 %", "2,311.7¹", "Note 4")]
    [True, True, True, True, False]
    """
    return len(text) <= 32 and bool(_FIGURE.fullmatch(text) or _DOUBLE.fullmatch(text))


def is_nothing(text: str) -> bool:
    """Whether a cell says in a sign that there is no figure: "–", "n/a".

    >>> is_nothing("–"), is_nothing("0")
    (True, False)
    """
    return _NOTHING.fullmatch(text) is not None


def is_year(text: str) -> bool:
    """Whether a cell's text is a year or a date, which names a column more often than it is a figure.

    >>> is_year("2024"), is_year("FY2023"), is_year("2,024")
    (True, True, False)
    """
    return _YEAR.fullmatch(text) is not None


def is_leader(text: str) -> bool:
    """Whether a word is dots that lead the eye to the next column."""
    return _LEADERS.fullmatch(text) is not None


def phrase(words: Sequence[Word]) -> Phrase:
    """Words from left to right as one phrase."""
    spoken = sorted(words, key=lambda word: word.order) if any(map(is_leftward, words)) else words
    return Phrase(
        tuple(words),
        " ".join(word.text for word in spoken),
        words[0].left,
        max(word.right for word in words),
        words[0].base,
        max(word.size for word in words),
    )


def rows(words: Iterable[Word]) -> list[Row]:
    """The rows of ``words`` from top to bottom, each cut at wide gaps."""
    grouped: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.base, word.left)):
        if grouped and word.base - grouped[-1][0].base <= SAME_ROW * max(word.size, grouped[-1][0].size):
            grouped[-1].append(word)
        else:
            grouped.append([word])
    return [phrases(sorted(row, key=lambda word: word.left)) for row in grouped]


def phrases(words: Sequence[Word]) -> Row:
    """One row of words, from left to right, cut at wide gaps."""
    found: list[list[Word]] = [[words[0]]]
    typed = _typed_width(words)
    for word in words[1:]:
        before = found[-1][-1]
        size = max(word.size, before.size)
        beside = is_figure(word.text) or is_figure(before.text) or is_nothing(word.text)
        least = TYPED_GAP * typed if typed else (FIGURE_GAP if beside else PHRASE_GAP) * size
        if word.left - before.right > least:
            found.append([word])
        else:
            found[-1].append(word)
    return [phrase(group) for group in found]


def _typed_width(words: Sequence[Word]) -> float:
    """The width of a character where all are as wide as each other, as on a typewriter, else 0."""
    if len(words) < 3 or sum(character.isalpha() for word in words for character in word.text) < 4:
        return 0.0
    widths = [(word.right - word.left) / len(word.text) for word in words if word.text]
    return widths[0] if max(widths) - min(widths) < 0.015 * max(widths) else 0.0


def without_leaders(row: Row) -> tuple[Row, bool]:
    """A row without the dots that lead from a label to its figure, and whether it had any."""
    words = [word for part in row for word in part.words]
    dots = [word.text.strip(".…·_") == "" for word in words]
    kept: list[Word] = []
    for i, word in enumerate(words):
        around = dots[max(i - 2, 0) : i + 3]
        if dots[i] and (len(word.text) >= 3 or sum(around) >= 3):
            continue
        text = re.sub(r"(?<=[^.…_])(?:\.{3,}|…+|_{3,})$", "", word.text)
        kept.append(word._replace(text=text, right=word.left + (word.right - word.left) * len(text) / len(word.text)))
    if not kept or (len(kept) == len(words) and kept == words):
        return row, False
    return phrases(kept), True
