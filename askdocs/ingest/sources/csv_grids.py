"""A text table as grids: the tables in it, each with the lines above it as its caption and notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from askdocs.core.errors import SourceError
from askdocs.core.tables import Grid
from askdocs.ingest.sources.csv_rows import CELL_CHARACTERS, csv_rows
from askdocs.ingest.sources.row_blocks import filled, tables_of
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
    rows = list(_cells(source, lines, delimiter, quotes))
    return tuple(_grid([rows[number] for number in table]) for table in tables_of(rows))


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


def _grid(rows: list[list[str]]) -> Grid:
    width = max(map(filled, rows))
    if width * len(rows) > PLACES:
        usual, _ = Counter(map(filled, rows)).most_common(1)[0]
        width = max(usual, PLACES // len(rows))
        rows = [part for row in rows for part in (row[:width], *_parts(row, width))]
    padding = [""] * width
    return without_surroundings(Grid(rows=tuple(tuple((row + padding)[:width]) for row in rows)))


def _parts(row: list[str], width: int) -> Iterable[list[str]]:
    """What is left of a row longer than ``width``, in rows of that length."""
    return (row[at : at + width] for at in range(width, filled(row), width))
