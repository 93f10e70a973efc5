"""An article to chunks: whole paragraphs where they fit, cut at sentences where they do not.

Each chunk is a slice of the stored text, ``article.text[start:end] == text``; headings are carried beside it.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from askdocs.core.articles import Article, Chunk
from askdocs.core.tables import Table
from askdocs.ingest.table_chunks import row_runs
from askdocs.text.paragraphs import block_spans, marked_heading, reads_like_heading
from askdocs.text.sentences import SCRIPT_ENDS, sentence_spans
from askdocs.text.span_boundaries import is_cut

# Changed whenever the same text would give other chunks, so that a corpus knows what was cut by what.
VERSION = "3"

# A token is taken for at least one in so many characters, so that a word without end, which some tokenizers call
# one unknown token, cannot make a chunk without end.
CHARACTERS_PER_TOKEN = 16

# Of scripts without spaces, which a tokenizer that does not know them calls one unknown token a run.
CHARACTERS_PER_UNSPACED_TOKEN = 3
_UNSPACED = re.compile("[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_COMMAS = frozenset("，、；：،؛")

# Under this share of the maximum a paragraph is short, and is joined to its neighbour.
SHORT = 0.25

# A heading in plain text is under every marked one.
PLAIN_LEVEL = 7

_ROW = re.compile(r"[^\n;]*: [^\n]*; |(?:[-*•▪·‣]|\(?\d{1,3}[.)])\s")
_SENTENCE_END = re.compile(rf"[.!?…{SCRIPT_ENDS}][\"'”’)\]」』»）】》]*$")

Span = tuple[int, int]


class _Section(NamedTuple):
    """Blocks that stand under the same headings."""

    heading: str
    blocks: list[Span]


def chunk(article: Article, count_tokens: Callable[[str], int], maximum: int = 220) -> list[Chunk]:
    """Cut an article into chunks of at most ``maximum`` tokens, as ``count_tokens`` counts them.

    A paragraph up to the maximum stays whole. One under a quarter of it is joined to its neighbour in the same
    section. A longer one is cut at sentences, each piece beginning with the last sentence of the one before it; a
    longer sentence is cut at words, a longer word at characters. Lines of a list are kept whole like sentences, and
    are not repeated. A table has chunks of its own, cut between rows, and its header is carried in ``heading`` where
    the chunk does not begin with it. A heading is carried in ``heading`` (" > " between levels) and stands in no
    chunk, unless nothing stands under it. Everything else that is not whitespace is in a chunk.

    Time is linear in the length of the text.

    >>> text = "# Shares\\n\\nThey rose by 5%.\\n\\nThey had fallen in May."
    >>> article = Article(id="a1", source="a.md", title="Sales", text=text)
    >>> [(c.heading, c.start, c.end) for c in chunk(article, lambda text: len(text.split()))]
    [('Shares', 10, 51)]
    """
    text = article.text
    size = _Size(text, count_tokens, maximum)
    tables = {_block_start(text, table): table for table in article.tables}
    return [
        Chunk(article_id=article.id, start=start, end=end, text=text[start:end], heading=heading)
        for section in _sections(text, article.title, tables)
        for start, end, heading in _chunks_of(section, tables, size)
    ]


def _block_start(text: str, table: Table) -> int:
    """Where the block of a table begins: with the caption and the notes above its rows."""
    above = text.rfind("\n\n", 0, table.start)
    return 0 if above < 0 else above + 2


def _chunks_of(section: _Section, tables: Mapping[int, Table], size: _Size) -> Iterator[tuple[int, int, str]]:
    """The chunks of a section with their headings: those of each run of prose, and those of each table."""
    for is_table, blocks in itertools.groupby(section.blocks, lambda block: block[0] in tables):
        if not is_table:
            yield from ((start, end, section.heading) for start, end in _joined(list(blocks), size))
            continue
        for start, _ in blocks:
            yield from row_runs(size.text, tables[start], start, section.heading, size.tokens, size.maximum)


class _Size:
    """How many tokens a slice of the text takes, counted only for slices that may fit."""

    def __init__(self, text: str, count_tokens: Callable[[str], int], maximum: int) -> None:
        self.text = text
        self.maximum = max(1, maximum)
        self.characters = self.maximum * CHARACTERS_PER_TOKEN
        self._count = count_tokens

    def tokens(self, start: int, end: int) -> int:
        """The tokens of ``text[start:end]``; more than the maximum, but not how many, where it is far too long."""
        if end - start > self.characters:
            return self.maximum + 1
        text = self.text[start:end]
        least = 0 if text.isascii() else len(_UNSPACED.findall(text)) // CHARACTERS_PER_UNSPACED_TOKEN
        return max(self._count(text), -(-(end - start) // CHARACTERS_PER_TOKEN), least)

    def fits(self, start: int, end: int) -> bool:
        return self.tokens(start, end) <= self.maximum


def _sections(text: str, title: str, tables: Mapping[int, Table]) -> Iterator[_Section]:
    """The blocks of the text by the headings they stand under; a heading with nothing under it is such a block."""
    blocks = blocks_of(text, tables)
    end: tuple[int, str] = (0, "")
    headings = [
        *(None if block[0] in tables else heading_at(text, blocks, place, title) for place, block in enumerate(blocks)),
        end,
    ]
    levels: list[tuple[int, str]] = []
    section = _Section("", [])
    for block, (found, following) in zip(blocks, pairwise(headings), strict=True):
        if found:
            levels = [level for level in levels if level[0] < found[0]]
            is_empty = following is not None and following[0] <= found[0]
            if not is_empty:
                levels.append(found)
            if section.blocks:
                yield section
            section = _Section(_path(levels, title), [])
            if not is_empty:
                continue
        section.blocks.append(block)
    if section.blocks:
        yield section


def blocks_of(text: str, tables: Mapping[int, Table]) -> list[Span]:
    """The blocks of the text, each table one; ``tables`` are by where they start."""
    blocks: list[Span] = []
    place = 0
    for start, table in sorted(tables.items()):
        blocks += ((place + first, place + last) for first, last in block_spans(text[place:start]))
        blocks.append((start, table.end))
        place = table.end
    return [*blocks, *((place + first, place + last) for first, last in block_spans(text[place:]))]


def _path(levels: list[tuple[int, str]], title: str) -> str:
    """The headings joined; the title itself is not repeated among them, for it goes with every chunk."""
    return " > ".join(words for _, words in levels if words != title)


def heading_at(text: str, blocks: list[Span], place: int, title: str) -> tuple[int, str] | None:
    """The level and words of a block that is a heading: marked as one, the title, or reading like one in its place."""
    start, end = blocks[place]
    if end - start > 1000:
        return None
    block = text[start:end]
    if marked := marked_heading(block):
        return marked
    if place == 0 and block == title:
        return 0, block
    if place + 1 == len(blocks) or not reads_like_heading(block):
        return None
    following = text[blocks[place + 1][0] : blocks[place + 1][1]]
    is_prose = len(following) > len(block) and bool(_SENTENCE_END.search(following[-8:]))
    return (PLAIN_LEVEL, block) if is_prose else None


def _joined(blocks: list[Span], size: _Size) -> Iterator[Span]:
    """The blocks of a section, cut where too long, short neighbours together."""
    short = size.maximum * SHORT
    start = end = tokens = -1
    for block in blocks:
        for number, piece in enumerate(_pieces(block, size)):
            more = size.tokens(*piece)
            if start >= 0 and number == 0 and min(tokens, more) < short and tokens + more <= size.maximum:
                together = size.tokens(start, piece[1])
                if together <= size.maximum:
                    end, tokens = piece[1], together
                    continue
            if start >= 0:
                yield start, end
            start, end, tokens = piece[0], piece[1], more
    if start >= 0:
        yield start, end


def _pieces(block: Span, size: _Size) -> Iterable[Span]:
    """The block itself, or its runs of sentences with one sentence of overlap."""
    if size.fits(*block):
        return [block]
    return _runs(list(_units(block, size)), size)


def _units(block: Span, size: _Size) -> Iterator[Span]:
    """What a long block is cut into at first: rows of tables and lists, sentences, parts of sentences."""
    begin, end = block
    text = size.text[begin:end]
    rows = _row_spans(text)
    for start, stop in _merged_in_rows(sentence_spans(text), rows):
        span = (begin + start, begin + stop)
        if size.fits(*span):
            yield span
        else:
            yield from _parts(span, size)


def _row_spans(text: str) -> list[Span]:
    """The lines that are rows or items; in a text of one line there are none."""
    spans = []
    start = 0
    while "\n" in text and start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if _ROW.match(text, start, end):
            spans.append((start, end))
        start = end + 1
    return spans


def _merged_in_rows(sentences: list[Span], rows: list[Span]) -> Iterator[Span]:
    """The sentences, but those in the same row as one."""
    starts = [start for start, _ in rows]
    merged: Span | None = None
    row = -1
    for start, end in sentences:
        place = bisect_right(starts, start) - 1
        inside = place if place >= 0 and start < rows[place][1] else -1
        if merged and inside >= 0 and inside == row:
            merged = (merged[0], end)
            continue
        if merged:
            yield merged
        merged, row = (start, end), inside
    if merged:
        yield merged


def _parts(span: Span, size: _Size) -> Iterator[Span]:
    """A sentence that is too long, cut at words where it has any and at characters where it has none.

    How many characters fit is guessed from the part before, and corrected until the part fits.
    """
    start, end = span
    length = size.maximum * 4
    while start < end:
        stop = _word_end(size.text, start, min(start + length, end), end)
        tokens = size.tokens(start, stop)
        while tokens > size.maximum and stop - start > 1:
            shorter = int((stop - start) * min(size.maximum / tokens, 0.95))
            stop = _word_end(size.text, start, start + max(1, shorter), end)
            tokens = size.tokens(start, stop)
        if stop < end:
            length = max(1, min(size.characters, int((stop - start) * size.maximum / max(tokens, 1))))
        yield start, stop
        start = stop
        while start < end and size.text[start].isspace():
            start += 1


def _word_end(text: str, start: int, stop: int, end: int) -> int:
    """The last end of a word in ``(start, stop]``, or ``stop`` itself where a word goes on over all of it."""
    if stop >= end or text[stop].isspace():
        trimmed = stop
    else:
        trimmed = next((place for place in range(stop, start, -1) if text[place - 1].isspace()), stop)
        if not text[start:stop].isascii():
            trimmed = _end_without_spaces(text, start, stop, trimmed)
    while trimmed > start + 1 and text[trimmed - 1].isspace():
        trimmed -= 1
    return trimmed


def _end_without_spaces(text: str, start: int, stop: int, space: int) -> int:
    """Where text of a script without spaces is cut: at a space or comma in its second half, else between characters."""
    half = start + (stop - start) // 2
    if half < space < stop:
        return space
    comma = next((place for place in range(stop, half, -1) if text[place - 1] in _COMMAS), stop)
    if comma < stop:
        return comma
    if _UNSPACED.match(text, stop - 1) is None:
        return space
    return next((place for place in range(stop, half, -1) if is_cut(text, place)), stop)


def _runs(units: list[Span], size: _Size) -> Iterator[Span]:
    """As many units a run as fit. A run of sentences begins with the last sentence of the run before it."""
    first = 0
    while first < len(units):
        last = _last_that_fits(units, first, size)
        yield units[first][0], units[last][1]
        if last + 1 == len(units):
            return
        overlaps = last > first and _same_prose(units[last], units[last + 1], size.text)
        first = last if overlaps and size.fits(units[last][0], units[last + 1][1]) else last + 1


def _last_that_fits(units: list[Span], first: int, size: _Size) -> int:
    last, tokens = first, size.tokens(*units[first])
    while last + 1 < len(units) and tokens < size.maximum:
        tokens += size.tokens(*units[last + 1])
        if tokens > size.maximum:
            break
        last += 1
    while last > first and not size.fits(units[first][0], units[last][1]):
        last -= 1
    return last


def _same_prose(unit: Span, following: Span, text: str) -> bool:
    """Whether two units are sentences of the same line, of which the first ends as sentences do."""
    ending = text[max(unit[0], unit[1] - 8) : unit[1]]
    return "\n" not in text[unit[1] : following[0]] and bool(_SENTENCE_END.search(ending))
