"""Tables and forms in plain text: drawn with bars, set in columns by spaces, or lines of "label: value".

Prose is left alone: what is taken has at least three lines that agree in their form. Each becomes a grid, with a mark
in its place.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from askdocs.core.tables import Grid, table_mark
from askdocs.ingest.sources.spaced_tables import spaced_tables
from askdocs.ingest.sources.text_forms import text_forms
from askdocs.tables.footnotes import without_marks
from askdocs.tables.headers import header_row_count
from askdocs.tables.surroundings import without_surroundings

# A line longer than this is a paragraph.
LONGEST = 400
LEAST_LINES = 3

_BOXES = str.maketrans(
    dict.fromkeys("│┃║┆┇┊┋", "|")
    | dict.fromkeys("─━═┄┅┈┉╌╍", "-")
    | dict.fromkeys("┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝╒╤╕╞╪╡╘╧╛", "+")
)
_RULE = re.compile(r"\s*[|+]?[-=+:|\s]*[-=]{3}[-=+:|\s]*[|+]?\s*")
_SPACED_BAR = re.compile(r"(?:^|\s)\|(?=\s|$)|\t\||\|\t")
_BULLET = re.compile(r"[-*•]\s")
_BARRED = re.compile(r"\s*\|?[^|\n]*(?:\|[^|\n]*)+\|?\s*")


class Found(NamedTuple):
    """A table in lines ``first`` to ``last``, the last one included."""

    first: int
    last: int
    grid: Grid


def take_text_tables(text: str, forms: bool = True) -> tuple[str, tuple[Grid, ...]]:
    r"""The text with marks in the place of its tables, and these; lines of labels and values only where ``forms``.

    >>> text, [grid] = take_text_tables("Sales\n\nPort    2024   2023\nVarde      5      6\nRibe      17     18\n")
    >>> text
    'Sales\n\n\x00table 0\n'
    >>> grid.rows
    (('Port', '2024', '2023'), ('Varde', '5', '6'), ('Ribe', '17', '18'))
    """
    text = text.replace("\x00", "")
    lines = [line.expandtabs(8).rstrip() if len(line) <= LONGEST else line for line in text.split("\n")]
    taken: list[Found] = []
    free = [True] * len(lines)
    for finder in (_barred_tables, text_forms, spaced_tables) if forms else (_barred_tables, spaced_tables):
        # What is taken already, and paragraphs, part what is left.
        rest = [line if free[number] and len(line) <= LONGEST else "" for number, line in enumerate(lines)]
        for first, last, grid in finder(rest):
            if all(free[first : last + 1]):
                taken.append(Found(first, last, grid))
                free[first : last + 1] = [False] * (last + 1 - first)
    return _marked(text.split("\n"), sorted(taken, key=lambda found: found.first))


def _marked(lines: list[str], taken: list[Found]) -> tuple[str, tuple[Grid, ...]]:
    kept: list[str] = []
    place = 0
    for number, found in enumerate(taken):
        kept += lines[place : found.first]
        if kept and kept[-1].strip():
            kept.append("")
        kept.append(table_mark(number))
        place = found.last + 1
        if place < len(lines) and lines[place].strip():
            kept.append("")
    return "\n".join(kept + lines[place:]), tuple(found.grid for found in taken)


# -- tables drawn with bars


def _barred_tables(lines: Sequence[str]) -> list[tuple[int, int, Grid]]:
    found = []
    first = 0
    while first < len(lines):
        if not _is_barred(lines[first]):
            first += 1
            continue
        last = first
        while last + 1 < len(lines) and _is_barred(lines[last + 1]):
            last += 1
        if grid := _barred_grid([line.translate(_BOXES).strip() for line in lines[first : last + 1]]):
            found.append((first, last, grid))
        first = last + 1
    return found


def _is_barred(line: str) -> bool:
    plain = line.translate(_BOXES)
    return bool(plain.strip()) and (bool(_RULE.fullmatch(plain)) or ("|" in plain and bool(_BARRED.fullmatch(plain))))


def _barred_grid(lines: list[str]) -> Grid | None:
    while lines and _RULE.fullmatch(lines[-1]) and not {"+", "|"} & set(lines[-1]):
        lines.pop()  # a rule below the table
    lines = list(itertools.dropwhile(lambda line: _RULE.fullmatch(line) and not {"+", "|"} & set(line), lines))
    rows: list[list[str]] = []
    rules: list[int] = []
    for line in lines:
        if _RULE.fullmatch(line):
            rules.append(len(rows))
        else:
            rows.append([cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")])
    if len(lines) < LEAST_LINES or len(rows) < 2 or len({len(row) for row in rows}) > 1 or len(rows[0]) < 2:
        return None
    drawn = all(line.startswith("|") and line.endswith("|") for line in lines)
    if not rules and (
        len(rows) < LEAST_LINES or not (drawn or (_has_figures(rows) and all(map(_is_set_apart, lines))))
    ):
        return None
    inner = sorted({rule for rule in rules if 0 < rule < len(rows)})
    if len(inner) > 1 and any(
        after - before > 1 for before, after in zip([0, *inner], [*inner, len(rows)], strict=True)
    ):
        rows = [_joined(rows[begin:end]) for begin, end in zip([0, *inner], [*inner, len(rows)], strict=True)]
        inner = [1]
    grid = without_surroundings(Grid(rows=tuple(tuple(map(without_marks, row)) for row in rows)))
    if len(inner) == 1 and inner[0] < len(grid.rows):
        return grid.model_copy(update={"header_rows": header_row_count(grid, inner[0])})
    return grid


def _is_set_apart(line: str) -> bool:
    """Whether the bars of a line have spaces beside them, and do not part the words of a list."""
    return "|" not in _SPACED_BAR.sub("", line) and not _BULLET.match(line)


def _joined(rows: list[list[str]]) -> list[str]:
    """The lines of one row of a table whose rows have rules between them."""
    return [" ".join(filter(None, cells)) for cells in zip(*rows, strict=True)]


def _has_figures(rows: list[list[str]]) -> bool:
    return sum(any(letter.isdigit() for cell in row[1:] for letter in cell) for row in rows) * 2 > len(rows)
