"""What stands around a table on a PDF page: its caption, the line of its units, its footnotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from askdocs.ingest.sources.pdf_lines import Row
from askdocs.ingest.sources.pdf_words import Word

_CAPTION = re.compile(
    r"(?:table|exhibit|schedule|tabelle|tab\.|tableau|cuadro|tabla)\s+"
    r"(?:[A-Z]?\d+(?:[.-]\d+)*[a-z]?|[IVX]+|[A-Z])\b[.:–—-]?.*",
    re.IGNORECASE,
)
_UNITS = re.compile(
    r"\(?(?:(?:all|the)\s+)?"
    r"(?:(?:figures|amounts|values|numbers|dollars|euros|dollar amounts|data|unaudited)[;,]?\s+)*(?:are\s+)?"
    r"(?:(?:stated|expressed|shown|given|presented)\s+)?(?:in|per)\s+.{1,90}"
    r"|\(?(?:[A-Z]{0,3}[$€£¥]|EUR|USD|GBP|CHF)\s?(?:in\s+)?(?:million|thousand|billion|m|k|bn|’?000s?)\b.{0,70}"
    r"|\([$€£¥%]['’]?0{0,3}[a-z]{0,3}\)",
    re.IGNORECASE,
)
_UNIT_WORDS = re.compile(
    r"thousand|million|billion|percent|per cent|%|tonnes|[$€£¥]|euros?\b|dollars?\b"
    r"|\b(?:mn?|bn|kg|mm|units|tausend|mio|mrd|eur|usd|gbp|chf)\b",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:[¹²³⁴⁵⁶⁷⁸⁹⁰ᵃᵇᶜᵈᵉᶠ*†‡]+|\(?(?:\d|[a-z])\))\s?\S.*|(?:notes?|sources?|quelle|anmerkung)(?:\s\d)?\s?:.*",
    re.IGNORECASE,
)
_SMALL_MARK = re.compile(r"(?:\d|[a-z*†‡])\s+\S.*")


class Around(NamedTuple):
    """The words of the caption and of each note, and all the words these take."""

    caption: list[list[Word]]
    notes: list[list[list[Word]]]


def is_caption(text: str) -> bool:
    """Whether a line is the caption of a table.

    >>> is_caption("Table 3: Revenue by segment"), is_caption("Table 3 shows that revenue rose and costs fell.")
    (True, False)
    """
    found = _CAPTION.fullmatch(text)
    return found is not None and not re.match(
        r"\S+\s\S+\s(?:shows?|gives|lists|presents|summari[sz]es|and|below)\b", text
    )


def is_unit_note(text: str) -> bool:
    """Whether a line says the units of a table.

    >>> is_unit_note("(in millions of euros)"), is_unit_note("in the north, sales of boats rose")
    (True, False)
    """
    return _UNITS.fullmatch(text) is not None and _UNIT_WORDS.search(text) is not None and not text.endswith(".")


def around(rows: Sequence[Row], first: int, last: int, size: float) -> Around:
    """Look above row ``first`` and below row ``last`` of a region, whose table has characters of ``size``."""
    caption, notes = _above(rows, first)
    below, at = _below(rows, last, size)
    if not caption and at < len(rows) and _gap(rows, at) < 2.2 * size and is_caption(_text(rows[at])):
        caption = [_words(rows[at])]
    return Around(caption, [*notes, *below])


def _above(rows: Sequence[Row], first: int) -> tuple[list[list[Word]], list[list[list[Word]]]]:
    notes: list[list[list[Word]]] = []
    for i in range(first - 1, max(first - 5, -1), -1):
        if _gap(rows, i + 1) > 2.6 * max(rows[i][0].size, rows[i + 1][0].size):
            break
        text = _text(rows[i])
        if is_unit_note(text):
            notes.insert(0, [_words(rows[i])])
        elif is_caption(text):
            return [_words(row) for row in rows[i : first - len(notes)]][: first - i], notes
    # Lines between a caption and the table that are neither units nor more of the caption stay in the text.
    return [], notes if notes and is_unit_note(_text(rows[first - 1])) else []


def _below(rows: Sequence[Row], last: int, size: float) -> tuple[list[list[list[Word]]], int]:
    notes: list[list[list[Word]]] = []
    i = last
    while i < len(rows) and len(notes) < 12:
        limit = 2.6 if i == last else 1.9
        if _gap(rows, i) > limit * max(size, rows[i][0].size):
            break
        text, words = _text(rows[i]), _words(rows[i])
        small = rows[i][0].size < 0.93 * size
        directly = i == last and rows[i][0].size < 0.85 * size and _gap(rows, i) < 1.9 * size
        if _NOTE.fullmatch(text) or (small and _SMALL_MARK.fullmatch(text)) or directly:
            notes.append([words])
        elif (
            notes
            and abs(rows[i][0].size - notes[-1][-1][-1].size) < 0.5
            and _gap(rows, i) < 1.35 * rows[i][0].size
            and small
        ):
            notes[-1].append(words)
        else:
            break
        i += 1
    return notes, i


def _gap(rows: Sequence[Row], i: int) -> float:
    return rows[i][0].base - rows[i - 1][0].base if 0 < i < len(rows) else 0.0


def _words(row: Row) -> list[Word]:
    return [word for part in row for word in part.words]


def _text(row: Row) -> str:
    return " ".join(part.text for part in row)
