"""The rows of a table to chunks: whole lines, with the header carried as context where a chunk does not hold it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from askdocs.core.tables import Table

_CONTEXT_CHARACTERS = 300  # of caption and header beside a run of rows


def row_runs(
    text: str, table: Table, block_start: int, heading: str, tokens: Callable[[int, int], int], maximum: int
) -> Iterator[tuple[int, int, str]]:
    """As many lines a chunk as fit, ``(start, end, heading)``; a line that is too long is a chunk all the same.

    The first chunk begins with caption and notes, at ``block_start``. What a chunk's text says of its columns is
    added to the heading of those after it.

    >>> text = "Year | Sales\\n2023 | 5\\n2024 | 7"
    >>> table = Table(start=0, end=len(text), header_rows=1, label_columns=1)
    >>> list(row_runs(text, table, 0, "Results", lambda start, end: end - start, 22))
    [(0, 21, 'Results'), (22, 30, 'Results > Year | Sales')]
    """
    lines = _lines(text, block_start, table.end)
    header = _header(text, table, block_start)
    context = " > ".join(part for part in (heading, header) if part)
    first = 0
    while first < len(lines):
        last, total = first, tokens(*lines[first])
        while last + 1 < len(lines) and (total := total + tokens(*lines[last + 1])) <= maximum:
            last += 1
        begins_with_header = first == 0 and lines[last][1] > table.start
        yield lines[first][0], lines[last][1], heading if begins_with_header else context
        first = last + 1


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = []
    for line in text[start:end].split("\n"):
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def _header(text: str, table: Table, block_start: int) -> str:
    """Caption and header rows on one line."""
    above = text[block_start : table.start].split("\n")
    rows = text[table.start : table.end].split("\n", table.header_rows)[: table.header_rows]
    return " > ".join(line.strip(" |") for line in (*above, *rows) if line.strip(" |"))[:_CONTEXT_CHARACTERS]
