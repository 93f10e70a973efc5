"""Whether rows that line up on a PDF page are a table, or prose, a list of contents, equations, names."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from askdocs.ingest.sources.pdf_cells import Cell, CellRow, is_data
from askdocs.ingest.sources.pdf_lines import is_figure, is_nothing
from askdocs.ingest.sources.pdf_table_columns import Column

_WHOLE = re.compile(r"\d{1,4}|[ivxlc]{1,7}")
_EQUATION = re.compile(r"\(?\d{1,3}(?:\.\d{1,3})?[a-z]?\)")
# Words of a cell on average, in tables of text; and of a label.
TEXT_WORDS, LABEL_WORDS = 5.0, 5.0
ALIGNED = 3.0  # points


def is_table(rows: Sequence[CellRow], columns: Sequence[Column], leaders: int, pages: int, ruled: bool) -> bool:
    """Decide by how many cells are filled, by figures, by lengths and by edges that line up.

    ``leaders`` is how many rows lead to their figure by dots, ``pages`` how many the document has,
    ``ruled`` whether a rule stands below the first row.
    """
    filled = [row for row in rows if len(row.cells) > 1]
    if len(columns) < 2 or len(filled) < 2 or len(filled) < 0.45 * len(rows):
        return False
    right = [cell.text for row in rows for cell in row.cells if cell.column]
    labels = [cell.text for row in filled for cell in row.cells if not cell.column]
    if not right or _are_contents(filled, leaders, pages) or all(_EQUATION.fullmatch(text) for text in right):
        return False
    # Figures do not stand over several columns, titles do.
    across = sum(len(row.cells) > 2 and is_data(row) and any(cell.columns > 1 for cell in row.cells) for row in rows)
    first = next((i for i, row in enumerate(rows) if is_data(row)), len(rows))
    wide = sum(any(_runs_over(cell, columns) for cell in row.cells) for row in rows[first:])
    if across > 0.2 * len(rows) or (wide > 1 and wide > 0.15 * len(rows)):
        return False
    of_figures = sum(any(cell.column and says_figure_or_year(cell.text) for cell in row.cells) for row in filled)
    figures = sum(says_figure_or_year(text) for text in right) / len(right)
    label_words = sum(len(text.split()) for text in labels) / max(len(labels), 1)
    words = sum(len(text.split()) for text in right) / len(right)
    if figures >= 0.5 and of_figures >= 2:
        return label_words <= 12 and (len(columns) > 2 or len(filled) > 2 or len(rows) > 2)
    pairs = len(columns) == 2
    if pairs and sum(text.endswith(":") for text in labels) >= 0.6 * len(filled):
        return words <= 10 and len(filled) >= 3
    if len(filled) < (4 if pairs else 2 if ruled else 3) or words > TEXT_WORDS or label_words > LABEL_WORDS:
        return False
    if max(len(text.split()) for text in right) > 18 or (pairs and any(text.endswith(":") for text in right)):
        return False
    return _line_up(rows, len(columns)) and _gaps_are_wide(columns, rows)


def _runs_over(cell: Cell, columns: Sequence[Column]) -> bool:
    """Whether a text, and no label, covers the next column as well."""
    after = cell.column + 1
    long = cell.column and after < len(columns) and len(cell.text.split()) > 4
    return bool(long and cell.right > columns[after].right - 1)


def says_figure_or_year(text: str) -> bool:
    """Whether a cell holds any number, or says that there is none."""
    return is_figure(text) or is_nothing(text)


def _are_contents(rows: Sequence[CellRow], leaders: int, pages: int) -> bool:
    """Labels with page numbers that rise."""
    numbers = [row.cells[-1].text for row in rows if row.cells[-1].column]
    if len(numbers) < 3 or sum(_WHOLE.fullmatch(number) is not None for number in numbers) < 0.9 * len(numbers):
        return False
    plain = [int(number) for number in numbers if number.isdigit()]
    rising = all(one <= other for one, other in itertools.pairwise(plain))
    if max(plain, default=0) > pages + 20:
        return False
    led = leaders > 0.5 * len(rows)
    return (rising and (led or len(rows) > 3)) or (led and all(len(row.cells) < 3 for row in rows))


def _line_up(rows: Sequence[CellRow], columns: int) -> bool:
    """Whether the cells of every column but the first begin, or end, at one place."""
    for column in range(columns):
        cells = [cell for row in rows for cell in row.cells if cell.column == column and cell.columns == 1]
        if len(cells) < 2:
            continue
        middles = [(cell.left + cell.right) / 2 for cell in cells]
        for edges in (
            [cell.left for cell in cells],
            [cell.right for cell in cells],
            *([middles] if columns > 2 else []),
        ):
            usual = sorted(edges)[len(edges) // 2]
            if sum(abs(edge - usual) <= ALIGNED for edge in edges) >= 0.75 * len(edges):
                break
        else:
            return False
    return True


def _gaps_are_wide(columns: Sequence[Column], rows: Sequence[CellRow]) -> bool:
    size = max(row.size for row in rows)
    return all(other.left - one.right > 0.6 * size for one, other in itertools.pairwise(columns))
