"""The tables of a PDF page as grids, and the words that they take from its text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from askdocs.core.tables import Grid
from askdocs.ingest.sources.pdf_accept import is_table
from askdocs.ingest.sources.pdf_around import around
from askdocs.ingest.sources.pdf_blocks import Block, blocks, with_joined_marks
from askdocs.ingest.sources.pdf_cells import Join, grid, header_count, is_data, unwrapped
from askdocs.ingest.sources.pdf_columns import reading_order
from askdocs.ingest.sources.pdf_forms import label_lines, pairs_of_columns, values_over_labels
from askdocs.ingest.sources.pdf_lines import Row, rows, without_leaders
from askdocs.ingest.sources.pdf_ruled import RuledTable, ruled_tables
from askdocs.ingest.sources.pdf_rules import Rules
from askdocs.ingest.sources.pdf_table_columns import cell_rows, columns
from askdocs.ingest.sources.pdf_words import Word

MARGIN = 160.0  # a caption may stand so far to the side of its table, in points
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
    forms = [PageTable(form, orders) for form, orders in label_lines(region, taken)]
    return [*found, *forms]


def _tables_of(
    prepared: Sequence[Row], block: Block, leaders: Sequence[bool], rules: Rules, join: Join, pages: int, depth: int
) -> list[_Found]:
    """The table that a block of rows is; where it is none as a whole, those of its parts."""
    if block.last - block.first < 2:
        return []
    part = prepared[block.first : block.last]
    if depth and (cut := _cut(part, rules)):
        halves = (Block(block.first, block.first + cut), Block(block.first + cut, block.last))
        return [
            table for half in halves for table in _tables_of(prepared, half, leaders, rules, join, pages, depth - 1)
        ]
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


def _cut(part: Sequence[Row], rules: Rules) -> int:
    """Where a block is cut first: below a title that stands above its header, above a header that comes again."""
    found = columns(part)
    if len(found) < 2:
        return 0
    lines = cell_rows(part, found, rules.across)
    if len(lines) > 2 and len(lines[0].cells) == 1 and lines[0].cells[0].column == 0:
        return 1
    header = [cell.text for cell in lines[0].cells if cell.column]
    again = [i for i, line in enumerate(lines) if i > 1 and [cell.text for cell in line.cells if cell.column] == header]
    is_header = len(header) > 1 and lines[0].cell(0) is not None and not is_data(lines[0])
    return again[0] if again and is_header else 0


def _ruled_below(row: Row, rules: Rules) -> bool:
    left, right, base, size = row[0].left, row[-1].right, row[0].base, row[0].size
    return any(
        -1 < rule.place - base < 0.9 * size and min(rule.end, right) - max(rule.start, left) > 0.7 * (right - left)
        for rule in rules.across
    )


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
    if not is_table(lines, found, leaders, pages, _ruled_below(part[0], rules)):
        return None
    finished = unwrapped(lines, join, len(found))
    headers = header_count(finished, len(found))
    if len(finished) < 2 or any(len(cell.text.split()) > CELL_WORDS for row in finished for cell in row.cells):
        return None
    made = grid(finished, len(found), headers or None)
    return (made if headers else values_over_labels(made) or pairs_of_columns(made)), tuple(
        (column.left, column.right) for column in found
    )
