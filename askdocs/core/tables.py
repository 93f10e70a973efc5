"""Tables: as a source gives them (``Grid``), and with their place in the text of an article (``Table``).

All offsets are Unicode code points of ``Article.text``. Rows and columns count from 0.
"""

from __future__ import annotations

import re

from askdocs.core.base import Model

Span = tuple[int, int]

# Between two cells of a row in the text of an article. A cell holds no such mark: it is written as OTHER_BAR there.
CELL_SEPARATOR = " | "
BAR, OTHER_BAR = "|", "¦"


class Merge(Model):
    """A cell that covers several places: its text stands in the first, the others are empty."""

    row: int
    column: int
    rows: int = 1
    columns: int = 1


class Grid(Model):
    """A table as read from a source: the text of every cell, before it has a place in an article.

    ``rows`` are as long as each other and hold texts of one line; where a cell covers several places its text stands
    in the first of them and ``merges`` says how many. ``header_rows`` and ``label_columns`` count the rows at the top
    and the columns at the left that name the others; ``None`` where the source does not say. ``indents`` has the depth
    of each row's label where the source shows it (an indented row belongs to the last one above that is less so).
    ``caption`` names the table. ``notes`` are lines that hold for all of it, such as "(in thousands of euros, except
    per-share data)" or a footnote. ``name`` is that of the sheet it stands on.
    """

    rows: tuple[tuple[str, ...], ...]
    header_rows: int | None = None
    label_columns: int | None = None
    merges: tuple[Merge, ...] = ()
    indents: tuple[int, ...] = ()
    caption: str = ""
    notes: tuple[str, ...] = ()
    name: str = ""


class Table(Model):
    """A table in the text of an article: ``text[start:end]`` are its rows, one line each, header rows first.

    The cells of a line stand between bars ("Cloud | 401.2 | 455.9"); an empty one is nothing between two bars.
    ``header_rows``, ``label_columns`` and ``merges`` are as in :class:`Grid`. ``parents`` has for each row the row of
    its group ("Europe" above "Germany"), -1 where it has none, and is empty where no row has one. ``caption`` and
    ``notes`` are where these stand; a unit line that the text has above the table is among the notes.
    """

    start: int
    end: int
    header_rows: int
    label_columns: int
    merges: tuple[Merge, ...] = ()
    parents: tuple[int, ...] = ()
    caption: Span | None = None
    notes: tuple[Span, ...] = ()
    name: str = ""


TABLE_MARK = re.compile("\x00table (\\d+)")


def table_mark(number: int) -> str:
    """The line that stands for grid ``number`` in a text that is not cleaned yet; no cleaned text holds a NUL."""
    return f"\x00table {number}"
