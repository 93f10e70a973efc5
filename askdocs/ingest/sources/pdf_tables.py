"""The tables of a PDF page as grids, and the words that they take from its text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from askdocs.core.tables import Grid
from askdocs.ingest.sources.pdf_accept import is_table
from askdocs.ingest.sources.pdf_around import around
from askdocs.ingest.sources.pdf_blocks import Block, blocks, with_joined_marks
from askdocs.ingest.sources.pdf_cells import Join, grid, header_count, unwrapped
from askdocs.ingest.sources.pdf_columns import reading_order
from askdocs.ingest.sources.pdf_lines import Row, rows, without_leaders
from askdocs.ingest.sources.pdf_ruled import RuledTable, ruled_tables
from askdocs.ingest.sources.pdf_rules import Rules
from askdocs.ingest.sources.pdf_table_columns import cell_rows, columns
from askdocs.ingest.sources.pdf_words import Word

_PAIR = re.compile(r"([^:\d][^:]{0,60}?)\s?:\s+(\S.{0,100})")
MARGIN = 160.0  # a caption may stand so far to the side of its table, in points
PAIRS = 3  # lines of "label: value" that follow one another and are a form
CELL_WORDS = 30  # a cell with more is a column of prose
LABEL_WORDS = 7  # a phrase with more is no cell of a table whose other cells are short
_DEPTH = 3  # a block of rows is cut so often in search of tables


class PageTable(NamedTuple):
    """A table, the words that it and its caption take by their place in the file's order, its columns' edges."""

    grid: Grid
    orders: frozenset[int]
    edges: tuple[tuple[float, float], ...] = ()


class _Found(NamedTuple):
    block: Block
    grid: Grid
    edges: tuple[tuple[float, float], ...]


def ruled(words: Sequence[Word], rules: Rules, join: Join) -> list[PageTable]:
    """The tables of a page that are drawn with rules in both directions."""
    found = ruled_tables(words, rules, join)
    if not found:
        return []
    page = rows(words)
    reach = MARGIN if len(reading_order(page)) < 2 else MARGIN / 8  # another column may stand beside the table
    return [_with_surroundings(table, page, join, reach)._replace(edges=table.edges) for table in found]


def _with_surroundings(table: RuledTable, page: Sequence[Row], join: Join, reach: float) -> PageTable:
    orders = {word.order for word in table.words}
    left, _, right, _ = table.box
    beside = [[part for part in row if part.right > left - reach and part.left < right + reach] for row in page]
    near = [row for row in beside if row]
    inside = [i for i, row in enumerate(near) if any(word.order in orders for part in row for word in part.words)]
    size = max(word.size for word in table.words)
    return _table(table.grid, near, min(inside), max(inside) + 1, size, orders, join)


def _table(
    found: Grid, region: Sequence[Row], first: int, last: int, size: float, orders: set[int], join: Join
) -> PageTable:
    """Add caption and notes to a grid that stands in the rows ``first`` to ``last`` of a region."""
    caption, notes = around(region, first, last, size)
    for lines in (caption, *notes):
        orders |= {word.order for line in lines for word in line}

    def text(lines: Sequence[Sequence[Word]]) -> str:
        return join([" ".join(word.text for word in line) for line in lines])

    full = found.model_copy(update={"caption": text(caption), "notes": tuple(text(note) for note in notes)})
    return PageTable(full, frozenset(orders))


def borderless(region: Sequence[Row], rules: Rules, join: Join, pages: int) -> list[PageTable]:
    """The tables among the rows of a region whose cells only line up, and its forms of "label: value" lines."""
    plain = [without_leaders(row) for row in region]
    prepared = [with_joined_marks(row) for row, _ in plain]
    leaders = [had for _, had in plain]
    found: list[PageTable] = []
    taken: set[int] = set()
    for block in blocks(prepared):
        for part, made, edges in _tables_of(prepared, block, leaders, rules, join, pages, _DEPTH):
            orders = {word.order for i in range(*part) for phrase in region[i] for word in phrase.words}
            size = max(phrase.size for i in range(*part) for phrase in prepared[i])
            table = _table(made, region, part.first, part.last, size, orders, join)
            found.append(table._replace(edges=edges))
            taken |= set(range(*part))
    return [*found, *_forms(region, taken, join)]


def _tables_of(
    prepared: Sequence[Row], block: Block, leaders: Sequence[bool], rules: Rules, join: Join, pages: int, depth: int
) -> list[_Found]:
    """The table that a block of rows is; where it is none as a whole, those of its parts."""
    if block.last - block.first < 2:
        return []
    part = prepared[block.first : block.last]
    if made := _grid(part, sum(leaders[block.first : block.last]), rules, join, pages):
        return [_Found(block, *made)]
    gaps = [(part[i][0].base - part[i - 1][0].base, i) for i in range(1, len(part))]
    widest, at = max(gaps)
    if widest < 1.35 * sorted(gap for gap, _ in gaps)[len(gaps) // 2]:
        at = next((i for i, row in enumerate(part) if i > 1 and max(len(p.words) for p in row) > LABEL_WORDS), 0)
    if depth == 0 or at == 0:
        return []
    cut = block.first + at
    halves = (_trimmed(prepared, Block(block.first, cut)), _trimmed(prepared, Block(cut, block.last)))
    return [table for half in halves for table in _tables_of(prepared, half, leaders, rules, join, pages, depth - 1)]


def _trimmed(prepared: Sequence[Row], block: Block) -> Block:
    """A block without single phrases at its ends."""
    first, last = block
    while first < last and len(prepared[first]) < 2:
        first += 1
    while last > first and len(prepared[last - 1]) < 2:
        last -= 1
    return Block(first, last)


def _grid(
    part: Sequence[Row], leaders: int, rules: Rules, join: Join, pages: int
) -> tuple[Grid, tuple[tuple[float, float], ...]] | None:
    found = columns(part)
    if len(found) < 2:
        return None
    lines = cell_rows(part, found, rules.across)
    if not is_table(lines, found, leaders, pages):
        return None
    finished = unwrapped(lines, join, len(found))
    headers = header_count(finished, len(found))
    if len(finished) < 2 or any(len(cell.text.split()) > CELL_WORDS for row in finished for cell in row.cells):
        return None
    made = grid(finished, len(found), headers or None)
    return (made if headers else _pairs(made)), tuple((column.left, column.right) for column in found)


def _pairs(made: Grid) -> Grid:
    """A form whose lines hold two labels with a value each, as a grid of two columns; any other grid as it is."""
    if len(made.rows[0]) != 4 or made.merges:
        return made
    labels = [text for row in made.rows for text in (row[0], row[2]) if text]
    values = [text for row in made.rows for text in (row[1], row[3]) if text]
    named = all(len(text.split()) < 5 and not re.search(r"\d", text) for text in labels)
    colons = sum(text.endswith(":") for text in labels) > 0.7 * len(labels)
    given = sum(re.search(r"\d", text) is not None for text in values) >= 0.5 * len(values)
    first = all(re.search(r"\d", text) for text in (made.rows[0][1], made.rows[0][3]))
    if not (named and len(set(labels)) == len(labels) and (colons or (given and first))):
        return made
    rows = tuple(pair for row in made.rows for pair in (row[:2], row[2:]) if any(pair))
    return Grid(rows=rows, header_rows=0, label_columns=1)


def _forms(region: Sequence[Row], taken: set[int], join: Join) -> list[PageTable]:
    """Runs of lines "label: value", each as a grid of two columns."""
    found: list[PageTable] = []
    run: list[int] = []
    pairs = [
        None if i in taken or len(row) > 2 else _pair(" ".join(part.text for part in row))
        for i, row in enumerate(region)
    ]
    for i in range(len(region) + 1):
        near = i < len(region) and (not run or region[i][0].base - region[i - 1][0].base < 2.4 * region[i][0].size)
        if i < len(region) and pairs[i] and near:
            run.append(i)
            continue
        if len(run) >= PAIRS:
            cells = tuple(pair for j in run if (pair := pairs[j]))
            orders = {word.order for j in run for part in region[j] for word in part.words}
            found.append(PageTable(Grid(rows=cells, header_rows=0, label_columns=1), frozenset(orders)))
        run = [i] if i < len(region) and pairs[i] else []
    return found


def _pair(line: str) -> tuple[str, str] | None:
    """The label and the value of such a line; a sentence with a colon in it is none."""
    found = _PAIR.fullmatch(line)
    if not found or len(found[1].split()) > 6 or len(found[2].split()) > 12:
        return None
    sentence = found[2].endswith((".", ";", ",")) and len(found[2].split()) > 4
    return None if sentence or not found[1][0].isalnum() else (found[1], found[2])
