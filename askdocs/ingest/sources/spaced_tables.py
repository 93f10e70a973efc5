"""Tables that plain text sets in columns by spaces: figures that stand below each other, with names at their left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from askdocs.core.tables import Grid, Merge
from askdocs.ingest.sources.text_forms import are_contents
from askdocs.tables.cell_kinds import cell_kind
from askdocs.tables.footnotes import without_marks
from askdocs.values.units import is_unit_line

LEAST_LINES = 3
# Lines between two rows of figures that may be labels, rules or empty.
_BETWEEN = 3
_ABOVE = 5
_LABEL_WORDS = 9

_CELLS = re.compile(r"\S+(?: \S+)*")
_RULE = re.compile(r"\s*[-=_]{3}[-=_ ]*")
_SENTENCE_END = re.compile(r"[.!?;,]$")
_LEADERS = re.compile(r"\.{4,}|(?:\. ){3,}\.?|…{2,}|_{5,}")
# "12 Quay Street" begins with a number and is none.
_NUMBERED = re.compile(r"\d+[A-Za-z]?,?\s(?!(?:Mio|Mrd|Mill|Tsd)\b)[A-Z][a-zà-ÿ]{2,}")
_AMOUNT = re.compile(r"[\d(.–—-]")
_CURRENCY = re.compile(r"[$£€¥]|US\$|\(|[$£€¥]\s?\(")


class _Piece(NamedTuple):
    start: int
    end: int
    text: str


def spaced_tables(lines: Sequence[str]) -> list[tuple[int, int, Grid]]:
    """The tables in lines, each with its first and last one. Lines have no tabs.

    >>> lines = ["Port      Tonnes", "Varde      1,250", "Ribe         (3)", "Esbjerg       –", "The ports grew."]
    >>> [(first, last, grid)] = spaced_tables(lines)
    >>> (first, last), grid.rows[2]
    ((0, 3), ('Ribe', '(3)'))
    """
    pieces = [_pieces(line) for line in lines]
    found: list[tuple[int, int, Grid]] = []
    for run in _runs(lines, pieces):
        columns = _columns([pieces[row] for row in run])
        if len(columns) > 1 and _agree([pieces[row] for row in run], columns):
            first, last = _first(lines, pieces, run[0], columns), run[-1]
            leads = _LEADERS.search(lines[run[0]]) is not None
            if (leads or first == run[0]) and are_contents([pieces[row][-1].text for row in run]):
                continue
            if found and found[-1][1] >= first:
                first = found[-1][1] + 1
            grid = _grid(lines, pieces, range(first, last + 1), columns)
            if len(grid.rows) >= LEAST_LINES:
                found.append((first, last, grid))
    return found


def _pieces(line: str) -> list[_Piece]:
    """The parts of a line between two spaces or more; a currency sign set apart belongs to the figure behind it."""
    found: list[_Piece] = []
    for part in _CELLS.finditer(_LEADERS.sub(lambda dots: " " * len(dots[0]), line)):
        piece = _Piece(part.start(), part.end(), part[0])
        if found and _CURRENCY.fullmatch(found[-1].text) and _AMOUNT.match(piece.text):
            piece = _Piece(found[-1].start, piece.end, found.pop().text + piece.text)
        found.append(piece)
    return found


def _is_row(pieces: list[_Piece]) -> bool:
    """Whether a line is a name and figures, or figures alone under others."""
    if len(pieces) < 2 or len(pieces[0].text.split()) > 2 * _LABEL_WORDS:
        return False
    kinds = ["words" if _NUMBERED.match(piece.text) else cell_kind(piece.text) for piece in pieces[1:]]
    return ("figure" in kinds or "absent" in kinds) and kinds.count("words") * 2 <= len(kinds)


def _runs(lines: Sequence[str], pieces: list[list[_Piece]]) -> list[list[int]]:
    """Rows of figures with nothing between them but a few labels, rules and empty lines."""
    runs: list[list[int]] = []
    for number, parts in enumerate(pieces):
        if not _is_row(parts):
            continue
        between = range(runs[-1][-1] + 1, number) if runs else range(0)
        if runs and len(between) <= _BETWEEN and all(_may_part(lines[row], pieces[row]) for row in between):
            runs[-1].append(number)
        else:
            runs.append([number])
    return [run for run in runs if len(run) > 1]


def _may_part(line: str, pieces: list[_Piece]) -> bool:
    if not line.strip() or _RULE.fullmatch(line):
        return True
    if len(pieces) > 1 and all(cell_kind(piece.text) in ("period", "unit") for piece in pieces[1:]):
        return True
    return (
        len(line.split()) <= _LABEL_WORDS
        and len(pieces) == 1
        and not _SENTENCE_END.search(line)
        and not line.startswith("#")
    )


def _columns(rows: list[list[_Piece]]) -> list[tuple[int, int]]:
    """Where the columns of rows begin and end: between them stand spaces in all rows but a few."""
    width = max(row[-1].end for row in rows)
    used = [0] * (width + 1)
    for row in rows:
        for piece in row:
            for place in range(piece.start, piece.end):
                used[place] += 1
    allowed = len(rows) // 20
    columns: list[tuple[int, int]] = []
    start: int | None = None
    for place in range(width + 1):
        if used[place] > allowed and start is None:
            start = place
        elif start is not None and (place == width or max(used[place : place + 2]) <= allowed):
            columns.append((start, place))  # one space in all rows is a gap between words that happen to be as long
            start = None
    return columns


def _agree(rows: list[list[_Piece]], columns: list[tuple[int, int]]) -> bool:
    """Whether most rows have figures in the columns behind the first, and at least half of these are filled."""
    filled = [{place for piece in row for place in _places(piece, columns)} for row in rows]
    several = sum(len(places) > 1 for places in filled)
    shifted = sum(len(places) < len(row) for places, row in zip(filled, rows, strict=True))
    share = sum(map(len, filled)) / (len(rows) * len(columns))
    figures = sum(cell_kind(piece.text) == "figure" for row in rows for piece in row[1:])
    if figures * 2 < sum(len(row) - 1 for row in rows):
        return False
    return several * 5 >= len(rows) * 4 and shifted * 5 <= len(rows) and share >= 0.4


def _places(piece: _Piece, columns: list[tuple[int, int]]) -> list[int]:
    """The columns that a part of a line stands in, or the nearest one."""
    over = [place for place, (start, end) in enumerate(columns) if piece.start < end and piece.end > start]
    if over:
        return over
    return [
        min(range(len(columns)), key=lambda at: min(abs(piece.end - columns[at][1]), abs(piece.start - columns[at][0])))
    ]


def _first(lines: Sequence[str], pieces: list[list[_Piece]], row: int, columns: list[tuple[int, int]]) -> int:
    """The first line of the headers above the first row: parts that stand over columns behind the first."""
    first = row
    for above in range(row - 1, max(row - 1 - _ABOVE, -1), -1):
        line, parts = lines[above], pieces[above]
        if _RULE.fullmatch(line):
            continue
        if _stands_over(line, parts, columns):
            first = above
        elif not (
            above == row - 1
            and above
            and _may_part(line, parts)
            and line.strip()
            and _is_head(pieces[above - 1], columns)
        ):
            break  # unless it is the label of the first group, below the headers
    while first < row and _RULE.fullmatch(lines[first]):
        first += 1
    return first


def _stands_over(line: str, parts: list[_Piece], columns: list[tuple[int, int]]) -> bool:
    if not parts or _SENTENCE_END.search(line) or parts[-1].end > columns[-1][1] + 20:
        return False
    if len(parts) == 1 and parts[0].start < columns[0][1]:
        return False
    return max(place for part in parts for place in _places(part, columns)) > 0


def _is_head(parts: list[_Piece], columns: list[tuple[int, int]]) -> bool:
    if len(parts) < 2 or any(cell_kind(part.text) == "figure" for part in parts):
        return False
    return max(place for part in parts for place in _places(part, columns)) > 0


def _grid(lines: Sequence[str], pieces: list[list[_Piece]], numbers: range, columns: list[tuple[int, int]]) -> Grid:
    rows: list[tuple[str, ...]] = []
    merges: list[Merge] = []
    starts: list[int] = []
    notes = []
    for number in numbers:
        if not lines[number].strip() or _RULE.fullmatch(lines[number]):
            continue
        if len(pieces[number]) == 1 and is_unit_line(lines[number]):
            notes.append(lines[number].strip())
            continue
        cells = [""] * len(columns)
        for piece in pieces[number]:
            places = _places(piece, columns)
            cells[places[0]] = f"{cells[places[0]]} {without_marks(piece.text)}".strip()
            if len(places) > 1 and len(pieces[number]) > 1:
                merges.append(Merge(row=len(rows), column=places[0], columns=len(places)))
        starts.append(pieces[number][0].start if _places(pieces[number][0], columns)[0] == 0 else columns[0][0])
        rows.append(tuple(cells))
    depths = sorted(set(starts))
    indents = tuple(map(depths.index, starts)) if 1 < len(depths) <= 4 else ()
    return Grid(rows=tuple(rows), merges=tuple(merges), indents=indents, notes=tuple(notes))
