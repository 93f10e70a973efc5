"""The rows of a table with their cells, and the grid that they are."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from askdocs.core.tables import Grid, Merge
from askdocs.ingest.sources.pdf_lines import is_figure, is_nothing, is_year

Join = Callable[[Sequence[str]], str]

# Lines of a cell stand closer than this part of the space between rows.
CLOSE = 0.87
_MARKS = re.compile(r"(?<=\d)[⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠ*†‡]+(?=\)?\s?%?$)|(?<=[\d)%])[⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠ]+$")
_OPEN_END = re.compile(r"(?:[,\-–&/(]|\b(?:and|or|of|the|to|for|in|on|from|by|with|net|than|at|per|und|der|et|de))$")
# The indent of a label is told from the next by so many points.
INDENT = 4.0


class Cell(NamedTuple):
    """A cell's text, its edges, and the columns it covers."""

    text: str
    left: float
    right: float
    column: int
    columns: int = 1


class CellRow(NamedTuple):
    """The cells of one line of a table, with its base line and the height of its characters."""

    cells: list[Cell]
    base: float
    size: float

    def cell(self, column: int) -> Cell | None:
        """The cell that begins in ``column``."""
        return next((cell for cell in self.cells if cell.column == column), None)


def says_figure(text: str) -> bool:
    """Whether a cell holds a figure that is no year, or says that there is none."""
    return (is_figure(text) and not is_year(text)) or is_nothing(text)


def is_data(row: CellRow) -> bool:
    """Whether a row gives figures, so that it is no header."""
    cells = [cell.text for cell in row.cells if cell.column]
    if any(is_figure(text) and not is_year(text) for text in cells):
        return True
    return bool(cells) and all(is_nothing(text) or is_year(text) for text in cells) and any(map(is_nothing, cells))


def without_mark(text: str) -> str:
    """A figure without the raised marks of its footnotes.

    >>> without_mark("455.9¹"), without_mark("m²"), without_mark("(10³)")
    ('455.9', 'm²', '(10³)')
    """
    plain = _MARKS.sub("", text)
    power = plain.strip("()×~≈$€£ ") in ("10", "2")
    return plain if plain != text and is_figure(plain) and len(plain) > 2 and not power else text


def header_count(rows: Sequence[CellRow], columns: int) -> int:
    """How many rows at the top name the columns: those above the first figures, 0 where that does not say it."""
    first = next((i for i, row in enumerate(rows) if is_data(row)), 0)
    # A group's label stands below the header, and alone in its row.
    while first > 1 and len(rows[first - 1].cells) == 1 and rows[first - 1].cells[0].column == 0:
        if rows[first - 1].cells[0].columns > 1:
            break
        first -= 1
    data = sum(map(is_data, rows[first:]))
    pairs = columns == 2 and rows[0].cell(0) is not None and not any(is_year(cell.text) for cell in rows[0].cells[1:])
    return 0 if pairs or (first > 1 and data < 0.5 * (len(rows) - first)) else first


def unwrapped(rows: Sequence[CellRow], join: Join, columns: int) -> list[CellRow]:
    """Rows whose cells hold all their lines: lines of one cell stand closer together than rows, or go on in words."""
    gaps = [below.base - above.base for above, below in itertools.pairwise(rows)]
    data_gaps = sorted(
        gap for gap, above, below in zip(gaps, rows, rows[1:], strict=False) if is_data(above) and is_data(below)
    )
    full_gaps = sorted(
        gap
        for gap, above, below in zip(gaps, rows, rows[1:], strict=False)
        if above.cell(0) and below.cell(0) and len(above.cells) > 1 and len(below.cells) > 1
    )
    usual = (data_gaps or full_gaps or [0.0])[len(data_gaps or full_gaps) // 2] if (data_gaps or full_gaps) else 0.0
    header = header_count(rows, columns)
    capital = _labels_are_capital(rows)
    done: list[CellRow] = []
    last_base = 0.0
    for i, row in enumerate(rows):
        above = done[-1] if done else None
        if above and _goes_on(above, row, row.base - last_base, usual, i < header, capital):
            done[-1] = _merged(above, row, join)
        else:
            done.append(row)
        last_base = row.base
    return done


def _goes_on(above: CellRow, row: CellRow, gap: float, usual: float, header: bool, capital: bool) -> bool:
    """Whether the cells of ``row`` are further lines of those above it."""
    if gap > 1.7 * max(row.size, above.size):
        return False
    if all((over := above.cell(cell.column)) and over.text.count("(") > over.text.count(")") for cell in row.cells):
        return not is_data(row)
    both = {cell.column for cell in above.cells} & {cell.column for cell in row.cells}
    if any(says_figure(cell.text) for cell in row.cells if cell.column and above.cell(cell.column)):
        return False
    if header:
        if len(both) == len(row.cells) == len(above.cells) and gap > 0.95 * usual:
            return False  # rows like the others, whose figures are not told as such
        spans = any(cell.columns > 1 for cell in (*above.cells, *row.cells))
        return not spans and gap < 1.25 * row.size and (not is_data(row))
    label, label_above = row.cell(0), above.cell(0)
    close = gap < (CLOSE * usual if usual else 0.0) and gap < 1.3 * row.size
    if is_data(above) and is_data(row):
        return False
    if label is None:
        # Lines of a cell of text further right; a row of figures without a label is one of its own.
        return bool(both) and not is_data(row) and (close or all(_continues(above, cell) for cell in row.cells))
    if label_above is None:
        return False
    if len(row.cells) == 1:  # more of a label whose figures stand beside its first line
        if (capital and label.text[:1].islower()) or _OPEN_END.search(label_above.text):
            return True
        return close and len(above.cells) > 1 and label.text[:1] == "("
    if len(above.cells) == 1 and is_data(row):  # a label whose figures stand beside its last line
        return bool((capital and label.text[:1].islower()) or _OPEN_END.search(label_above.text))
    return close and not is_data(row) and len(both) == len(row.cells)


def _labels_are_capital(rows: Sequence[CellRow]) -> bool:
    """Whether labels begin with capitals, so that one that does not goes on from the line above."""
    labels = [label.text for row in rows if len(row.cells) > 1 and (label := row.cell(0)) and label.text[0].isalpha()]
    return 2 * sum(text[0].isupper() for text in labels) > len(labels)


def _continues(above: CellRow, cell: Cell) -> bool:
    before = above.cell(cell.column)
    return before is not None and (cell.text[:1].islower() or bool(_OPEN_END.search(before.text)))


def _merged(above: CellRow, row: CellRow, join: Join) -> CellRow:
    cells = {cell.column: cell for cell in above.cells}
    for cell in row.cells:
        if before := cells.get(cell.column):
            text = join([before.text, cell.text])
            left, right = min(before.left, cell.left), max(before.right, cell.right)
            cells[cell.column] = Cell(text, left, right, cell.column, max(cell.columns, before.columns))
        else:
            cells[cell.column] = cell
    return CellRow([cells[column] for column in sorted(cells)], above.base, max(above.size, row.size))


def grid(rows: Sequence[CellRow], columns: int, header_rows: int | None) -> Grid:
    """The grid of finished rows."""
    texts = [[""] * columns for _ in rows]
    merges: list[Merge] = []
    for i, row in enumerate(rows):
        for cell in row.cells:
            texts[i][cell.column] = without_mark(cell.text)
            if cell.columns > 1:
                merges.append(Merge(row=i, column=cell.column, columns=cell.columns))
    return Grid(
        rows=tuple(map(tuple, texts)),
        header_rows=header_rows,
        merges=tuple(merges),
        indents=_indents(rows, header_rows or 0),
    )


def _indents(rows: Sequence[CellRow], header_rows: int) -> tuple[int, ...]:
    """How deep each label stands; nothing where all stand alike, or where labels are not set from the left."""
    labels = [row.cell(0) for row in rows]
    lefts = sorted(label.left for label in labels[header_rows:] if label)
    levels: list[float] = []
    for left in lefts:
        if not levels or left - levels[-1] > INDENT:
            levels.append(left)
    if not 1 < len(levels) <= 5 or len(lefts) < 2 * len(levels) - 1:
        return ()
    body = [label for label in labels[header_rows:] if label]
    for edges in ([label.right for label in body], [label.left + label.right for label in body]):
        if len(body) > 2 and max(edges) - min(edges) < INDENT:  # set from the right, or centred
            return ()
    return tuple(
        0 if label is None or i < header_rows else max(n for n, level in enumerate(levels) if label.left >= level - 0.1)
        for i, label in enumerate(labels)
    )
