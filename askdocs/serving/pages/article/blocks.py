"""An article as typed blocks for a template: headings, paragraphs, lists, tables, and where pages begin.

What a block shows are pieces of the article's text, in their order, each once. Left out is layout alone: white space
between blocks, the marks of headings and list items, the bars of tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from askdocs.core.articles import Article
from askdocs.core.tables import Span, Table
from askdocs.ingest.chunk import blocks_of, heading_at
from askdocs.serving.pages.article.marks import Mark, Piece, pieces, valid_marks
from askdocs.serving.pages.article.table_rows import TableBlock, label_marks, table_block
from askdocs.serving.pages.article.window import Window
from askdocs.text.paragraphs import marked_heading

# Under the title, which is the page's only heading of level 1.
_FIRST_LEVEL, _LAST_LEVEL = 2, 6
_HEADING_MARKS = re.compile(r"[ \t]*#{1,6}[ \t]+")
_HEADING_END = re.compile(r"[# \t]*\Z")
_BULLET = re.compile(r"[ \t]*[-*•▪–][ \t]+(?=\S)")
_NUMBER = re.compile(r"[ \t]*\(?\d{1,3}[.)][ \t]+(?=\S)")


class Heading(NamedTuple):
    """A heading; ``level`` is 2 to 6, and never more than one deeper than that of the heading before."""

    level: int
    pieces: tuple[Piece, ...]
    kind: Literal["heading"] = "heading"


class Paragraph(NamedTuple):
    """Text whose line breaks are kept; ``role`` says whether it is the caption of the table below or a note to it."""

    pieces: tuple[Piece, ...]
    role: Literal["", "caption", "note"] = ""
    kind: Literal["paragraph"] = "paragraph"


class Items(NamedTuple):
    """List items; ``numbered`` ones keep their number as text."""

    items: tuple[tuple[Piece, ...], ...]
    numbered: bool
    kind: Literal["list"] = "list"


class PageStart(NamedTuple):
    """A page of the source begins here; ``number`` counts from 1."""

    number: int
    kind: Literal["page"] = "page"


Block = Heading | Paragraph | Items | TableBlock | PageStart


def article_blocks(article: Article, marks: Sequence[Mark], window: Window) -> list[Block]:
    """The blocks of an article that stand in a window of it.

    >>> article = Article(id="a", source="a.md", title="", text="# Sales\\n\\n- They rose.\\n- Then fell.")
    >>> for block in article_blocks(article, [Mark(11, 21, "quote")], Window(0, 34, 34)):
    ...     print(block)
    Heading(level=2, pieces=(Piece(start=2, text='Sales', kind='', page=0),), kind='heading')
    Items(items=((Piece(start=11, text='They rose.', kind='quote', page=0),),
                 (Piece(start=24, text='Then fell.', kind='', page=0),)), numbered=False, kind='list')
    """
    return _Blocks(article, marks, window).made()


def first_marked(blocks: Sequence[Block]) -> Piece | None:
    """The first piece that belongs to the quote or the answer, which a page scrolls to."""
    for piece in block_pieces(blocks):
        if piece.kind not in ("", "label"):
            return piece
    return None


def block_pieces(blocks: Sequence[Block]) -> Iterator[Piece]:
    """All pieces of blocks in their order; of a header row that is shown again, none."""
    for block in blocks:
        if isinstance(block, Items):
            yield from (piece for item in block.items for piece in item)
        elif isinstance(block, TableBlock):
            rows = block.body if block.repeated else (*block.header, *block.body)
            yield from (piece for row in rows for cell in row for piece in cell.pieces)
        elif not isinstance(block, PageStart):
            yield from block.pieces


class _Blocks:
    def __init__(self, article: Article, marks: Sequence[Mark], window: Window) -> None:
        self._article = article
        self._text = article.text
        self._window = window
        self._tables = _valid_tables(article)
        marks = valid_marks(marks, len(self._text))
        self._marks = [*marks, *label_marks(self._text, list(self._tables.values()), marks)]
        self._roles = _roles(self._tables.values())
        self._pages = _pages(article)
        self._level = _FIRST_LEVEL - 1
        self._made: list[Block] = []

    def made(self) -> list[Block]:
        spans = blocks_of(self._text, self._tables)
        for place, (start, end) in enumerate(spans):
            first, last = max(start, self._window.start), min(end, self._window.end)
            if first >= last:
                continue
            self._pages_until(first)
            if table := self._tables.get(start):
                self._made.append(table_block(self._text, table, self._marks, (first, last), self._caption(table)))
            elif heading := heading_at(self._text, spans, place, self._article.title):
                self._add_heading(first, last, heading[0])
            else:
                self._add_lines(first, last)
        return self._made

    def _pieces(self, start: int, end: int) -> tuple[Piece, ...]:
        found = pieces(self._text, start, end, self._marks, self._pages)
        self._pages = [page for page in self._pages if page[0] >= end]
        return found

    def _pages_until(self, place: int) -> None:
        """Begin the pages that begin at or before ``place``, but not those of what is not shown."""
        self._made += [PageStart(number) for start, number in self._pages if self._window.start <= start <= place]
        self._pages = [page for page in self._pages if page[0] > place]

    def _add_heading(self, start: int, end: int, level: int) -> None:
        block = self._text[start:end]
        if marked_heading(block):
            ending = _HEADING_END.search(block)
            assert ending is not None, "it matches an empty end"
            if mark := _HEADING_MARKS.match(block):
                start, end = start + mark.end(), start + max(ending.start(), mark.end())
        self._level = min(max(level + 1, _FIRST_LEVEL), self._level + 1, _LAST_LEVEL)
        self._made.append(Heading(self._level, self._pieces(start, end)))

    def _add_lines(self, start: int, end: int) -> None:
        """A block without a heading or a table: runs of list items, of captions and notes, and of other lines."""
        runs: list[tuple[str, list[Span]]] = []
        for line in _lines(self._text, start, end):
            what = self._what(*line)
            if runs and runs[-1][0] == what and what != "caption":
                runs[-1][1].append(line)
            else:
                runs.append((what, [line]))
        for what, lines in runs:
            if what in ("bullet", "number"):
                items = tuple(self._pieces(self._item_start(*line, what), line[1]) for line in lines)
                self._made.append(Items(items, numbered=what == "number"))
            else:
                role: Literal["", "caption", "note"] = (
                    "caption" if what == "caption" else "note" if what == "note" else ""
                )
                self._made.append(Paragraph(self._pieces(lines[0][0], lines[-1][1]), role))

    def _what(self, start: int, end: int) -> str:
        if role := self._roles.get((start, end)):
            return role
        if _BULLET.match(self._text, start, end):
            return "bullet"
        return "number" if _NUMBER.match(self._text, start, end) else "text"

    def _item_start(self, start: int, end: int, what: str) -> int:
        bullet = _BULLET.match(self._text, start, end) if what == "bullet" else None
        return bullet.end() if bullet else start

    def _caption(self, table: Table) -> str:
        """What a screen reader calls a table: its caption, else its sheet."""
        start, end = table.caption or (0, 0)
        return self._text[start:end] or table.name


def _lines(text: str, start: int, end: int) -> list[Span]:
    lines = []
    while (line_end := text.find("\n", start, end)) >= 0:
        lines.append((start, line_end))
        start = line_end + 1
    return [*lines, (start, end)]


def _valid_tables(article: Article) -> dict[int, Table]:
    """The tables by where they start; those of an article made by hand may overlap, or lie outside its text."""
    found: dict[int, Table] = {}
    place = 0
    for table in sorted(article.tables, key=lambda table: table.start):
        if place <= table.start < table.end <= len(article.text):
            found[table.start] = table
            place = table.end
    return found


def _roles(tables: Iterable[Table]) -> dict[Span, Literal["caption", "note"]]:
    roles: dict[Span, Literal["caption", "note"]] = {}
    for table in tables:
        roles |= dict.fromkeys(table.notes, "note")
        if table.caption:
            roles[table.caption] = "caption"
    return roles


def _pages(article: Article) -> list[tuple[int, int]]:
    """Where pages begin, with their numbers; of several that begin at one place, all but the last are empty."""
    last = {start: number for number, start in enumerate(article.pages, 1)}
    return sorted((start, number) for start, number in last.items() if 0 <= start <= len(article.text))
