"""A quote as a notebook shows it: the words of the answer within it, where it stands, and the table of a cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from askdocs.core.whole_answers import by_article, marks
from askdocs.text.sanitize import one_line, sanitize

if TYPE_CHECKING:
    from askdocs.core.answers import Citation, Excerpt
    from askdocs.core.articles import Hit

_ROOM = 480  # characters before the words, and after them
_PASSAGE = 240  # of a passage that was only found


class Rows(NamedTuple):
    """Some rows of a table; ``figures`` says of each column whether it holds figures."""

    rows: tuple[tuple[str, ...], ...]
    row: int
    column: int
    figures: tuple[bool, ...]


class Quote(NamedTuple):
    """A quote in three parts, the words of the answer in the middle; a number of 0 is not shown."""

    number: int
    before: str
    words: str
    after: str
    title: str
    place: tuple[str, ...]
    table: Rows | None = None


def quote_of(citation: Citation, number: int = 0, *, whole: bool = False) -> Quote:
    """The quote of a citation; a very long one is cut around the words, never within them.

    Nothing is marked in a ``whole`` sentence that was asked for as such.
    """
    start, end = citation.answer_start - citation.start, citation.answer_end - citation.start
    if whole and (start, end) == (0, len(citation.quote)):
        start, end = end, end
    before, words, after = citation.quote[:start], citation.quote[start:end], citation.quote[end:]
    if len(before) > _ROOM and words:
        before = "… " + before[-_ROOM:]
    if len(after) > _ROOM:
        after = after[:_ROOM] + " …"
    page = f"page {citation.page}" if citation.page is not None else ""
    unit = citation.unit if citation.unit and citation.unit not in (citation.table or "") else ""
    return Quote(
        number=number,
        before=sanitize(before),
        words=sanitize(words),
        after=sanitize(after),
        title=one_line(citation.title or citation.source),
        place=_known(*_day_and_source(citation), page, citation.table or "", unit),
        table=_rows(citation.excerpt) if citation.excerpt else None,
    )


def hit_quote(hit: Hit) -> Quote:
    """The beginning of a passage that was only found."""
    text = one_line(hit.chunk.text, _PASSAGE)
    return Quote(0, text, "", "", one_line(hit.title or hit.source), _known(*_day_and_source(hit)))


def places_of_articles(citations: Sequence[Citation], first: int = 1) -> tuple[str, ...]:
    """A line for each article that is cited: the marks of its citations, where it is from, the pages.

    The marks count from ``first``; with 0 there are none.
    """
    lines = []
    for found in by_article(citations, first):
        pages = f"page{'s' * (len(found.pages) > 1)} {', '.join(map(str, found.pages))}" if found.pages else ""
        title = found.citation.title or found.citation.source
        place = " · ".join(_known(title, *_day_and_source(found.citation), pages))
        lines.append(f"{marks(found.numbers)} {place}" if first else place)
    return tuple(lines)


def _day_and_source(place: Citation | Hit) -> tuple[str, str]:
    """When it was published, and its source where that is not shown for want of a title."""
    return place.published.isoformat() if place.published else "", place.source if place.title else ""


def _known(*parts: str) -> tuple[str, ...]:
    return tuple(one_line(part) for part in parts if part)


def _rows(excerpt: Excerpt) -> Rows:
    rows = tuple(tuple(one_line(cell) for cell in row) for row in excerpt.rows)
    columns = list(zip(*rows[1:], strict=True)) or [()] * len(rows[0])
    figures = tuple(all(any(map(str.isdigit, cell)) or len(cell) < 2 for cell in column) for column in columns)
    return Rows(rows, excerpt.row, excerpt.column, figures)
