"""Columns of prose on a PDF page: which rows are set in columns, and the order these are read in."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from askdocs.ingest.sources.pdf_lines import Phrase, Row

# A line of prose has so many words and fills so much of its column. One side of a gap between columns has so many of
# them, and these are so much of it; the other side, which may hold a table or a figure as well, has a few.
PROSE_WORDS, PROSE_WIDTH = 4, 0.55
PROSE_LINES, PROSE_SHARE, FEW_LINES = 4, 0.55, 2
STEP = 3.0  # points between the places tried


class _Band(NamedTuple):
    first: int
    last: int
    place: float
    lines: int


def reading_order(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of a page as regions in reading order: rows of full width, then each column of rows set in columns."""
    band = _widest_band(rows)
    if band is None:
        return [list(rows)] if rows else []
    above, within, below = rows[: band.first], rows[band.first : band.last], rows[band.last :]
    left = [side for row in within if (side := [part for part in row if part.middle < band.place])]
    right = [side for row in within if (side := [part for part in row if part.middle >= band.place])]
    return [*reading_order(above), *reading_order(left), *reading_order(right), *reading_order(below)]


def _widest_band(rows: Sequence[Row]) -> _Band | None:
    """The run of rows with a gap between two columns of prose that holds the most lines, with the middle of the gap."""
    if len(rows) < PROSE_LINES:
        return None
    left = min(part.left for row in rows for part in row)
    right = max(part.right for row in rows for part in row)
    found: list[_Band] = []
    place = left + 0.15 * (right - left)
    while place < left + 0.85 * (right - left):
        for first, last in _uncrossed(rows, place):
            if lines := _prose_on_both_sides(rows[first:last], place):
                found.append(_Band(first, last, place, lines))
        place += STEP
    if not found:
        return None
    best = max(found, key=lambda band: (band.lines, band.last - band.first))
    same = [band for band in found if (band.first, band.last, band.lines) == (best.first, best.last, best.lines)]
    return same[len(same) // 2]


def _uncrossed(rows: Sequence[Row], place: float) -> Iterator[tuple[int, int]]:
    """The runs of rows of which no phrase stands across ``place``."""
    free = [all(part.right <= place or part.left >= place for part in row) for row in rows]
    first = 0
    for is_free, run in itertools.groupby(free):
        last = first + len(list(run))
        if is_free and last - first >= PROSE_LINES:
            yield first, last
        first = last


def _prose_on_both_sides(rows: Sequence[Row], place: float) -> int:
    """How many lines of prose stand on both sides together, 0 where a side has too few."""
    sides: tuple[list[Phrase], list[Phrase]] = ([], [])
    for row in rows:
        for part in row:
            sides[part.middle >= place].append(part)
    prose = [_prose_lines(side) for side in sides]
    full = any(
        lines >= PROSE_LINES and lines >= PROSE_SHARE * len(side) for lines, side in zip(prose, sides, strict=True)
    )
    return sum(prose) if full and min(prose) >= FEW_LINES else 0


def _prose_lines(side: Sequence[Phrase]) -> int:
    if not side:
        return 0
    width = max(part.right for part in side) - min(part.left for part in side)
    return sum(len(part.words) >= PROSE_WORDS and part.right - part.left >= PROSE_WIDTH * width for part in side)


def read_across(regions: Sequence[Sequence[Row]]) -> bool:
    """Whether the file draws the lines of columns across them, so that its own order is not the reading order."""
    owner: list[tuple[int, int]] = []
    for number, region in enumerate(regions):
        owner += [(word.order, number) for row in region for part in row for word in part.words[:1]]
    owner.sort()
    switches = sum(before[1] != after[1] for before, after in itertools.pairwise(owner))
    return switches > 2 * len(regions) + 2
