"""Tables of a PDF page that are set without vertical rules: found by how phrases of neighbouring rows line up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from askdocs.ingest.sources.pdf_cells import Cell, CellRow
from askdocs.ingest.sources.pdf_lines import Phrase, Row, is_figure, is_nothing, is_year, phrase
from askdocs.ingest.sources.pdf_rules import Rule
from askdocs.ingest.sources.pdf_words import Word

_CURRENCY = re.compile(r"[(]?(?:[A-Z]{0,3}[$€£¥₹]|EUR|USD|GBP|CHF)[(]?")
_AFTER = re.compile(r"[)%‰*†]{1,3}|pp|[¹²³⁴⁵⁶⁷⁸⁹]+|\)?\s?%")
_BULLET = re.compile(r"[•▪●○◦■□–—*·o➢✓-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?|\[\d{1,3}\]")
_NEW_TABLE = re.compile(r"(?:table|exhibit|figure|schedule|tabelle|tableau|abbildung)\s+[\dIVXA-Z]+[.:\s]", re.IGNORECASE)


class Block(NamedTuple):
    """Rows of a page that may be a table: where they begin and end among the rows of their region."""

    first: int
    last: int


class Column(NamedTuple):
    """The edges of a column's cells, and the rows that have one."""

    left: float
    right: float
    rows: frozenset[int]


def with_joined_marks(row: Row) -> Row:
    """A row in which a currency sign, a closing bracket and a percent sign stand with their figure, a bullet with its text."""
    joined: Row = []
    for part in row:
        before = joined[-1] if joined else None
        if before and _belongs(before, part):
            joined[-1] = phrase([_one_word(before, part)])
        elif before and len(joined) == 1 and _begins_item(before, part):
            joined[-1] = phrase([*before.words, *part.words])
        else:
            joined.append(part)
    return joined


def _belongs(before: Phrase, part: Phrase) -> bool:
    """Whether one of two phrases is a sign of the figure that the other is."""
    gap, size = part.left - before.right, part.size
    if _CURRENCY.fullmatch(before.text):
        return (is_figure(part.text) or is_nothing(part.text)) and gap < 8 * size
    if before.text == "(":
        return is_figure(part.text.rstrip(")")) and gap < 4 * size
    figure = is_figure(before.text) or is_nothing(before.text)
    return figure and _AFTER.fullmatch(part.text) is not None and gap < 2 * size


def _begins_item(before: Phrase, part: Phrase) -> bool:
    """Whether the first phrase of a row is the bullet or the number of what follows."""
    near = part.left - before.right < 3.5 * part.size
    return near and _BULLET.fullmatch(before.text) is not None and not is_figure(part.text)


def _one_word(before: Phrase, part: Phrase) -> Word:
    space = " " if before.text[-1].isalpha() or part.text[0].isalpha() else ""
    last = part.words[-1]
    return Word(before.text + space + part.text, before.left, part.right, last.base, last.size, before.words[0].order)


def blocks(rows: Sequence[Row]) -> list[Block]:
    """Runs of rows with two phrases or more, with the single phrases among them that may be labels or headers."""
    found: list[Block] = []
    i = 0
    while i < len(rows):
        if len(rows[i]) < 2:
            i += 1
            continue
        last = _block_end(rows, i)
        first = _with_header_above(rows, i, last, found[-1].last if found else 0)
        found.append(Block(first, last))
        i = last
    return found


def _block_end(rows: Sequence[Row], first: int) -> int:
    left, right = min(part.left for row in rows for part in row), max(part.right for row in rows for part in row)
    last = first + 1
    usual = 0.0
    i = first + 1
    while i < len(rows):
        gap = rows[i][0].base - rows[i - 1][0].base
        if gap > max(2.3 * usual, 2.6 * rows[i][0].size):
            break
        if len(rows[i]) == 1:
            part = rows[i][0]
            long = part.right - part.left > 0.62 * (right - left) or len(part.words) > 12
            if long or _NEW_TABLE.match(part.text) or i - last >= 3:
                break
        else:
            usual = max(usual, min(gap, 3 * rows[i][0].size))
            last = i + 1
        i += 1
    # Of single phrases at the end only what goes on in words belongs to the table.
    while last < len(rows) and len(rows[last]) == 1 and rows[last][0].text[:1].islower() and _near(rows, last, 1.5):
        if rows[last][0].left > rows[last - 1][0].left + 40 or len(rows[last][0].words) > 8:
            break
        last += 1
    return last


def _near(rows: Sequence[Row], i: int, times: float) -> bool:
    return rows[i][0].base - rows[i - 1][0].base < times * max(rows[i][0].size, rows[i - 1][0].size)


def _with_header_above(rows: Sequence[Row], first: int, last: int, floor: int) -> int:
    """Take in single phrases above that stand over columns and not over the labels."""
    labels = min(row[0].left for row in rows[first:last])
    second = min((row[1].left for row in rows[first:last] if len(row) > 1), default=labels)
    for _ in range(3):
        if first <= floor or len(rows[first - 1]) != 1 or not _near(rows, first, 1.9):
            break
        part = rows[first - 1][0]
        if part.left < min(second - 3 * part.size, labels + 0.6 * (second - labels)) or len(part.words) > 9:
            break
        if part.left - labels < 4 * part.size or re.match(r"[(]?(?:in|amounts|figures)\b", part.text, re.IGNORECASE):
            break
        first -= 1
    return first


def columns(rows: Sequence[Row]) -> list[Column]:
    """The columns that the phrases of ``rows`` line up in."""
    body = {i for i, row in enumerate(rows) if _gives_figures(row)}
    body = body if len(body) >= 2 else set(range(len(rows)))
    found: list[Column] = []
    for part_rows in (body, set(range(len(rows))) - body):
        parts = [(part.right - part.left, i, part) for i in part_rows for part in rows[i] if len(rows[i]) > 1]
        for _, i, part in sorted(parts, key=lambda entry: entry[0]):
            if part_rows is not body and _over_several(part, found):
                continue
            _add(found, i, part)
    return _without_strays(sorted(found, key=lambda column: column.left))


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
        if not one.rows & other.rows and gap < 40 and (min(len(one.rows), len(other.rows)) <= 2 or gap < 12) and gap <= min([*around, 40]):
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
                    cells[-1] = before._replace(text=text, right=piece.right, columns=max(before.columns, last - before.column + 1))
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
    lined = min(abs(part.left - only.left), abs(part.right - only.right), abs(part.middle - (only.left + only.right) / 2))
    return (over[0], over[0]) if lined < slack else _centred(part, over[0], found)


def _ruled(part: Phrase, row: Row, found: Sequence[Column], across: Sequence[Rule]) -> tuple[int, int] | None:
    """What the rule below a title says that it stands over; titles on one rule share it evenly."""
    whole = found[-1].right - found[0].left
    for rule in across:
        if not (-1 < rule.place - part.base < 0.8 * part.size and rule.start <= part.middle <= rule.end):
            continue
        over = _overlapped(rule.start, rule.end, found)
        titles = [other for other in row if rule.start <= other.middle <= rule.end]
        if rule.end - rule.start >= 0.95 * whole or len(over) < 2 or len(over) % len(titles):
            continue
        share = len(over) // len(titles)
        first = over[titles.index(part) * share] if part in titles else over[0]
        if share > 1:
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
