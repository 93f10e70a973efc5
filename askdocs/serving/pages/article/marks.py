"""Marks over a text: which characters are the quote, the answer's own words, the cited cell and its labels."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Literal, NamedTuple

Kind = Literal["quote", "label", "cell", "answer"]

# Where marks overlap, the later of these is shown.
_ORDER: tuple[Kind, ...] = ("quote", "label", "cell", "answer")


class Mark(NamedTuple):
    """``text[start:end]`` of an article, and as what it is to be marked."""

    start: int
    end: int
    kind: Kind


class Piece(NamedTuple):
    """Some characters of an article, marked alike: ``article.text[start:start + len(text)] == text``.

    ``kind`` is "" for unmarked text. ``page`` is the number of a page that begins in the middle of a paragraph; such
    a piece has no text.
    """

    start: int
    text: str
    kind: Kind | Literal[""] = ""
    page: int = 0

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


def valid_marks(marks: Sequence[Mark], length: int) -> list[Mark]:
    """The marks that stand in a text of this length and hold something.

    >>> valid_marks([Mark(2, 5, "quote"), Mark(5, 5, "answer"), Mark(-1, 3, "quote"), Mark(3, 90, "quote")], 10)
    [Mark(start=2, end=5, kind='quote')]
    """
    return [mark for mark in marks if 0 <= mark.start < mark.end <= length]


def pieces(
    text: str, start: int, end: int, marks: Sequence[Mark], page_starts: Sequence[tuple[int, int]] = ()
) -> tuple[Piece, ...]:
    """Cut ``text[start:end]`` where marks begin and end, and where a page begins inside it.

    ``page_starts`` are places with the numbers of the pages that begin there; one before ``start`` begins with it.

    >>> pieces("They sold 33 million.", 0, 21, [Mark(0, 21, "quote"), Mark(10, 20, "answer")])
    (Piece(start=0, text='They sold ', kind='quote', page=0),
     Piece(start=10, text='33 million', kind='answer', page=0),
     Piece(start=20, text='.', kind='quote', page=0))
    """
    inside = [(max(place, start), number) for place, number in page_starts if place < end]
    cuts = {start, end, *(place for place, _ in inside)}
    for mark in marks:
        cuts.update(place for place in (mark.start, mark.end) if start < place < end)
    places = sorted(cuts)
    found: list[Piece] = []
    for first, last in itertools.pairwise(places):
        found += [Piece(first, "", page=number) for place, number in inside if place == first]
        found.append(Piece(first, text[first:last], _kind(first, last, marks)))
    return tuple(found)


def _kind(start: int, end: int, marks: Sequence[Mark]) -> Kind | Literal[""]:
    kinds = {mark.kind for mark in marks if mark.start < end and mark.end > start}
    return max(kinds, key=_ORDER.index, default="")
