"""The rows of a text table, each with the lines it stands on; broken quotes cost a row and not the file."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# A cell of a table may hold a whole page of text; the csv module stops at 128 KiB unless told otherwise.
CELL_CHARACTERS = 4 * 1024 * 1024
# What reading on behind broken quotes may cost, in times the lines of the file.
_READINGS = 8

BROKEN = "its quotes are broken"


class Row(NamedTuple):
    """Cells and the lines they stand on; ``wrong`` says why they cannot be read, and is empty where they can."""

    line: int
    last: int
    cells: list[str]
    wrong: str = ""

    def place(self) -> str:
        """The lines in words.

        >>> Row(3, 4, []).place()
        'lines 3 to 4'
        """
        return f"line {self.line}" if self.line == self.last else f"lines {self.line} to {self.last}"


def lines_of(text: str) -> list[str]:
    """The lines of a text with their ends, whichever system wrote them."""
    return list(io.StringIO(text, newline=""))


def csv_rows(lines: Sequence[str], delimiter: str, quotes: dict[str, str | bool] | None = None) -> Iterator[Row]:
    """Every row; where quotes are broken, reading goes on with the next line."""
    start = wasted = 0
    with _long_cells():
        while start < len(lines) and wasted <= _READINGS * len(lines):
            rest = (lines[at] for at in range(start, len(lines)))
            rows = csv.reader(rest, delimiter=delimiter, strict=True, **(quotes or {}))  # type: ignore[arg-type]
            begin = start
            try:
                for cells in rows:
                    yield Row(begin + 1, start + rows.line_num, cells)
                    begin = start + rows.line_num
                return
            except csv.Error as error:
                wasted += start + rows.line_num - begin
                start = begin + 1
                if delimiter == "\t":  # many such files mean their quotes as they stand
                    yield Row(start, start, lines[begin].rstrip("\r\n").split("\t"))
                else:
                    yield Row(start, start, [], f"{BROKEN}, or a cell is too long ({error})")
        if start < len(lines):
            yield Row(start + 1, len(lines), [], f"{BROKEN}, as in many rows above")


@contextlib.contextmanager
def _long_cells() -> Iterator[None]:
    previous = csv.field_size_limit(CELL_CHARACTERS)
    try:
        yield
    finally:
        csv.field_size_limit(previous)
