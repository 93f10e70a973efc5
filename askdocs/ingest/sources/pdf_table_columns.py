"""The columns that rows of a PDF page line up in, and the cells that their phrases are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from askdocs.ingest.sources.pdf_cells import Cell, CellRow
from askdocs.ingest.sources.pdf_lines import Phrase, Row, is_figure, is_nothing, is_year, phrase
from askdocs.ingest.sources.pdf_rules import Rule


class Column(NamedTuple):
    """The edges of a column's cells, and the rows that have one."""

    left: float
    right: float
    rows: frozenset[int]


def columns(rows: Sequence[Row]) -> list[Column]:
    """The columns that the phrases of ``rows`` line up in."""
    body = {i for i, row in enumerate(rows) if _gives_figures(row)}
    body = body if len(body) >= 2 else set(range(len(rows)))
    found: list[Column] = []
    for i, part in _by_width(rows, sorted(body)):
        _add(found, i, part)
    for header in sorted(set(range(len(rows))) - body, reverse=True):  # the nearest to the figures first
        for i, part in _by_width(rows, [header]):
            if not _over_several(part, found):
                _add(found, i, part)
    return _without_strays(sorted(found, key=lambda column: column.left))


def _by_width(rows: Sequence[Row], places: Sequence[int]) -> list[tuple[int, Phrase]]:
    """The phrases of rows of several, with their row, the narrowest first."""
    parts = [(i, part) for i in places for part in rows[i] if len(rows[i]) > 1]
    return sorted(parts, key=lambda entry: entry[1].right - entry[1].left)


def _over_several(part: Phrase, found: Sequence[Column]) -> bool:
    """Whether a phrase of a header stands between columns, over two or more of them."""
    under = [column for column in found if column.left < part.right and column.right > part.left]
    if under:
        return len(under) > 1
    right = [column for column in found if column.left >= part.right]
    left = [column for column in found if column.right <= part.left]
    if not left or not right:
        return False
    before, after = max(column.right for column in left), min(column.left for column in right)
    return abs((part.left - before) - (after - part.right)) < 1.5 * part.size and after - before < 12 * part.size


def _add(found: list[Column], i: int, part: Phrase) -> None:
    slack = 0.15 * part.size
    over = [column for column in found if part.left < column.right - slack and part.right > column.left + slack]
    for one in over:
        for other in over:
            if one is not other and one.rows & other.rows:
                return  # it stands over columns that some row has both of
    left = min([part.left, *(column.left for column in over)])
    right = max([part.right, *(column.right for column in over)])
    together = frozenset({i}).union(*(column.rows for column in over))
    for column in over:
        found.remove(column)
    found.append(Column(left, right, together))


def _without_strays(found: list[Column]) -> list[Column]:
    """Join neighbours that no row has both of, such as a header and the figures that are set from the other side."""
    i = 0
    while i + 1 < len(found):
        one, other = found[i], found[i + 1]
        gap = other.left - one.right
        around = [found[i].left - found[i - 1].right] if i else []
        around += [found[i + 2].left - other.right] if i + 2 < len(found) else []
        if (
            not one.rows & other.rows
            and gap < 40
            and (min(len(one.rows), len(other.rows)) <= 2 or gap < 12)
            and gap <= min([*around, 40])
        ):
            found[i : i + 2] = [Column(one.left, other.right, one.rows | other.rows)]
        else:
            i += 1
    return found


def cell_rows(rows: Sequence[Row], found: Sequence[Column], across: Sequence[Rule]) -> list[CellRow]:
    """The rows with every phrase in its column or columns."""
    body = next((i for i, row in enumerate(rows) if _gives_figures(row)), len(rows))
    return [
        CellRow(_cells(row, found, across, i >= body), row[0].base, max(part.size for part in row))
        for i, row in enumerate(rows)
    ]


def _gives_figures(row: Row) -> bool:
    return any(is_figure(part.text) and not is_year(part.text) for part in row[1:])


def _cells(row: Row, found: Sequence[Column], across: Sequence[Rule], body: bool) -> list[Cell]:
    cells: list[Cell] = []
    for part in row:
        for piece in _pieces(part, found):
            first, last = _covered(piece, row, found, across)
            if body and last > first and abs(piece.left - found[first].left) < 0.3 * piece.size:
                last = first  # a text that is wider than its column
            before = cells[-1] if cells else None
            if before and first < before.column + before.columns:
                if first == before.column or last < before.column + before.columns:
                    text = f"{before.text} {piece.text}"
                    cells[-1] = before._replace(
                        text=text, right=piece.right, columns=max(before.columns, last - before.column + 1)
                    )
                    continue
                cells[-1] = before._replace(columns=first - before.column)
            cells.append(Cell(piece.text, piece.left, piece.right, first, last - first + 1))
    return cells


def _pieces(part: Phrase, found: Sequence[Column]) -> list[Phrase]:
    """A phrase cut between figures that stand in columns of their own, however close."""
    places = [_overlapped(word.left, word.right, found) for word in part.words]
    figures = [is_figure(word.text) or is_nothing(word.text) for word in part.words]
    pieces: list[list[int]] = [[0]]
    for i in range(1, len(part.words)):
        apart = len(places[i]) == len(places[i - 1]) == 1 and places[i] != places[i - 1]
        gap = part.words[i].left - part.words[i - 1].right
        if apart and figures[i] and (figures[i - 1] or gap > 0.45 * part.size):
            pieces.append([i])
        else:
            pieces[-1].append(i)
    return [phrase([part.words[i] for i in piece]) for piece in pieces]


def _overlapped(left: float, right: float, found: Sequence[Column]) -> list[int]:
    return [i for i, column in enumerate(found) if left < column.right - 0.5 and right > column.left + 0.5]


def _covered(part: Phrase, row: Row, found: Sequence[Column], across: Sequence[Rule]) -> tuple[int, int]:
    """The first and the last column that a phrase stands over."""
    over = _overlapped(part.left, part.right, found)
    if len(row) == 1 and part.left < found[0].right:
        return 0, 0
    if ruled := _ruled(part, row, found, across):
        return ruled
    if not over:
        return _between(part, found)
    if len(over) > 1 or (is_figure(part.text) and not is_year(part.text)) or over[0] == 0:
        return over[0], over[-1]
    only = found[over[0]]
    slack = 0.7 * part.size
    lined = min(
        abs(part.left - only.left), abs(part.right - only.right), abs(part.middle - (only.left + only.right) / 2)
    )
    return (over[0], over[0]) if lined < slack else _centred(part, over[0], found)


def _ruled(part: Phrase, row: Row, found: Sequence[Column], across: Sequence[Rule]) -> tuple[int, int] | None:
    """What the rule below a title says that it stands over; titles on one rule share it evenly."""
    whole = found[-1].right - found[0].left
    for rule in across:
        if not (-1 < rule.place - part.base < 0.8 * part.size and rule.start <= part.middle <= rule.end):
            continue
        over = _overlapped(rule.start, rule.end, found)
        titles = [other for other in row if rule.start <= other.middle <= rule.end]
        if rule.end - rule.start >= 0.95 * whole or len(over) < 2 or part not in titles:
            continue
        share, rest = divmod(len(over), len(titles))
        first = over[min(titles.index(part) * share, len(over) - 1)]
        if share > 1 and not rest:
            return first, first + share - 1
    return None


def _between(part: Phrase, found: Sequence[Column]) -> tuple[int, int]:
    after = next((i for i, column in enumerate(found) if column.left >= part.right), len(found) - 1)
    if after == 0:
        return 0, 0
    before = after - 1
    gaps = part.left - found[before].right, found[after].left - part.right
    if before and abs(gaps[0] - gaps[1]) < 1.5 * part.size:
        return before, after
    nearest = before if gaps[0] < gaps[1] else after
    return nearest, nearest


def _centred(part: Phrase, only: int, found: Sequence[Column]) -> tuple[int, int]:
    """The columns around one that a phrase stands in the middle of, else that one."""
    for first in range(only, max(only - 4, 0), -1):
        for last in range(only, min(only + 4, len(found))):
            middle = (found[first].left + found[last].right) / 2
            if last > first and abs(middle - part.middle) < 0.4 * part.size:
                return first, last
    return only, only
