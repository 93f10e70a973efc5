"""A text table as grids: the tables in it, each with the lines above it as its caption and notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from askdocs.core.errors import SourceError
from askdocs.core.tables import Grid
from askdocs.ingest.sources.csv_rows import CELL_CHARACTERS, csv_rows
from askdocs.tables.cell_kinds import cell_kind
from askdocs.tables.headers import header_row_count
from askdocs.tables.surroundings import without_surroundings

# The cells of all rows, padded to the longest; a file of 20 MiB with one long row must not become gigabytes.
PLACES = 40_000_000


def csv_grids(source: str, lines: Sequence[str], delimiter: str, quotes: dict[str, str | bool]) -> tuple[Grid, ...]:
    r"""The tables of a file: rows below an empty line begin another one where they are not as long as those
    above, or begin with names of columns.

    Lines of one cell above a table are its caption and notes. Rows whose quotes are broken are cut at every
    delimiter. Short rows are filled up, long ones kept whole. Raises :class:`SourceError` where a cell is too long.

    >>> lines = ["Landings 2024\n", "\n", "port;tonnes\n", "Varde;1,5\n", "Esbjerg\n"]
    >>> [found] = csv_grids("a.csv", lines, ";", {})
    >>> found.caption, found.rows
    ('Landings 2024', (('port', 'tonnes'), ('Varde', '1,5'), ('Esbjerg', '')))
    """
    blocks: list[list[list[str]]] = [[]]
    for cells in _cells(source, lines, delimiter, quotes):
        if any(cells):
            blocks[-1].append(cells)
        elif blocks[-1]:
            blocks.append([])
    return tuple(_grid(rows) for rows in _tables([block for block in blocks if block]))


def _cells(source: str, lines: Sequence[str], delimiter: str, quotes: dict[str, str | bool]) -> Iterable[list[str]]:
    for row in csv_rows(lines, delimiter, quotes):
        if not row.wrong:
            yield [_one_line(cell) for cell in row.cells]
            continue
        for line in lines[row.line - 1 : row.last]:
            if len(line) > CELL_CHARACTERS:
                raise SourceError(source, f"it is not a table that can be read: {row.wrong}; shorten its cells")
            yield [_one_line(cell.replace('"', "")) for cell in line.split(delimiter)]


def _one_line(cell: str) -> str:
    return " ".join(cell.split()) if cell else cell


def _tables(blocks: list[list[list[str]]]) -> list[list[list[str]]]:
    """Blocks put together to tables: titles with what is below them, rows that are as long with those above."""
    tables: list[list[list[str]]] = []
    waiting: list[list[str]] = []
    known: set[int] = set()
    for number, block in enumerate(blocks):
        widths = Counter(map(_filled, block))
        if max(widths) <= 1 and number + 1 < len(blocks):
            waiting += block
            continue
        own = max(widths, key=lambda size: (widths[size], size))
        if tables and not waiting and own in known and not _begins_with_names(block):
            tables[-1] += block
        elif tables and max(widths) <= 1:
            tables[-1] += [*waiting, *block]
            waiting = []
        else:
            tables.append([*waiting, *block])
            waiting = []
        known = set(widths)
    if waiting:
        tables.append(waiting)
    return tables


def _begins_with_names(block: list[list[str]]) -> bool:
    """Whether the first row of a block names columns of figures below it, and so begins a table."""
    width = max(map(len, block))
    rows = tuple(tuple(row + [""] * (width - len(row))) for row in block[:20])
    figures = any(cell_kind(cell) == "figure" for row in rows[1:] for cell in row[1:50])
    return figures and header_row_count(Grid(rows=rows)) > 0


def _filled(row: Sequence[str]) -> int:
    """The length of a row without the empty cells at its end."""
    length = len(row)
    while length and not row[length - 1]:
        length -= 1
    return length


def _grid(rows: list[list[str]]) -> Grid:
    width = max(map(_filled, rows))
    if width * len(rows) > PLACES:
        usual, _ = Counter(map(_filled, rows)).most_common(1)[0]
        width = max(usual, PLACES // len(rows))
        rows = [part for row in rows for part in (row[:width], *_parts(row, width))]
    padding = [""] * width
    return without_surroundings(Grid(rows=tuple(tuple((row + padding)[:width]) for row in rows)))


def _parts(row: list[str], width: int) -> Iterable[list[str]]:
    """What is left of a row longer than ``width``, in rows of that length."""
    return (row[at : at + width] for at in range(width, _filled(row), width))
