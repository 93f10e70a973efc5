"""Which rows at the top and which columns at the left of a grid name the others."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from askdocs.core.tables import Grid
from askdocs.tables.cell_kinds import Kind, cell_kind, is_bare_year, is_full_date, unit_behind

Rows = Sequence[Sequence[str]]

# So many rows, and cells, are looked at; a table of a million is of the same shape below.
SAMPLE = 200
SAMPLE_CELLS = 20_000
MOST_HEADER_ROWS = 6
MOST_LABEL_COLUMNS = 4
# A longer cell at the top is no name of a column.
LONGEST_NAME = 60

_HOLDS_FIGURES = frozenset[Kind](("figure", "absent"))
# What the columns of a list of pairs are called, where they are called anything.
_PAIR_NAMES = re.compile(
    r"(?i)(?:item|field|key|name|attribute|property|parameter|characteristic|feature|measure|metric|indicator|setting"
    r"|option|variable|description|term|label|category|type|code|line|title|position|particulars|company|country|city"
    r"|region|year|month|date|product|segment|department|person|party|ship|model|value|amount|figure|result|total|data"
    r"|definition|meaning|detail|answer|status|role|unit|price|cost|count|number|quantity|share|score|rate|job|owner"
    r"|default|capital|population)s?(?: (?:name|of .{1,20}|\(.{1,12}\)))?"
)
# "18–34", "35+", "< 5": a class rather than an amount.
_RANGE = re.compile(r"\d\s?[–-]\s?\d|\d\s?\+$|^[<>≤≥]")
# A year beside such a word is its value, and not the name of a column.
_POINTS_TO_A_DAY = re.compile(
    r"(?i)\b(?:founded|established|incorporated|formed|born|died|built|launched|opened|completed|commissioned|since"
    r"|released|published|dated?|started|begun|due|issued|acquired|registered|year)\b|:$"
)
_NAMES_ROWS = re.compile(
    r"(?i)(?:.*\b)?(?:id|ids|no|nos|nr|number|code|ref(?:erence)?|sku|isin|account|zip|postcode|key)\.?"
)
_BRACKETED = re.compile(r"[(\[].{1,12}[)\]]")
_NUMBERING = re.compile(r"(?i)(?:#|no\.?|nr\.?|rank|pos(?:ition)?\.?|row|line)?")


def with_headers(grid: Grid) -> Grid:
    """The grid with ``header_rows`` and ``label_columns`` set, where its source does not say them.

    >>> rows = (("", "2023", "2024"), ("Cloud", "401.2", "455.9"), ("Retail", "511.8", "531.1"))
    >>> found = with_headers(Grid(rows=rows))
    >>> found.header_rows, found.label_columns
    (1, 1)
    """
    header = grid.header_rows
    if header is None:
        header = header_row_count(grid)
    labels = grid.label_columns
    if labels is None:
        labels = label_column_count(grid, header)
    return grid.model_copy(update={"header_rows": header, "label_columns": labels})


def header_row_count(grid: Grid, least: int = 0) -> int:
    """How many rows at the top are headers; the first ``least`` are known to be, and more may follow.

    >>> header_row_count(Grid(rows=(("", "2024", "2023"), ("", "£m", "£m"), ("Cloud", "455.9", "401.2"))))
    2
    """
    rows = grid.rows[: _sample(grid)]
    if len(rows) < 2 or len(rows[0]) < 2:
        return min(least, len(rows))
    kinds = [[cell_kind(cell) for cell in row] for row in rows]
    count = least
    while count < min(MOST_HEADER_ROWS, len(rows) - 1) and _is_header(grid, rows, kinds, count):
        count += 1
    while count > least and _only_first(rows[count - 1]) and not _is_title(grid, count - 1):
        count -= 1  # the label of a group of rows
    if count and all(_only_first(row) for row in rows[:count]):
        count = least
    return count


def label_column_count(grid: Grid, header: int) -> int:
    """How many columns at the left name the rows below ``header`` rows of headers.

    >>> rows = (("Region", "Country", "Sales"), ("Asia", "Japan", "5"), ("", "Korea", "3"), ("Europe", "Spain", "4"))
    >>> label_column_count(Grid(rows=rows), 1)
    2
    """
    rows = grid.rows[header : header + _sample(grid)]
    width = len(rows[0]) if rows else 0
    if width < 2:
        return 0
    if _is_numbering([row[0] for row in rows], grid.rows[header - 1][0] if header else ""):
        return 2 if width > 2 and _are_names([row[1] for row in rows]) else 1
    if not (
        _are_names([row[0] for row in rows]) or _are_steps(rows, header) or _are_numbers_of_rows(grid, rows, header)
    ):
        return 0
    return _distinct_after(grid, rows, width)


def _sample(grid: Grid) -> int:
    width = len(grid.rows[0]) if grid.rows else 0
    return max(8, min(SAMPLE, SAMPLE_CELLS // max(width, 1)))


# -- rows at the top


def _is_header(grid: Grid, rows: Rows, kinds: list[list[Kind]], place: int) -> bool:
    row, here = rows[place], kinds[place]
    names = [cell for cell in row if cell.strip()]
    if not names or any(len(cell) > LONGEST_NAME * 2 for cell in names):
        return False
    if _only_first(row):
        # A title across the table, or a unit in its corner; below other headers it is the label of a group.
        return _is_title(grid, place) or place == 0 or here[0] == "unit"
    below = range(place + 1, len(rows))
    if place and _is_second(grid, rows, kinds, place) is False:
        return False
    if any(kind == "figure" or (kind == "absent" and place) for kind in here[1:]):
        return place == 0 and _are_header_figures(rows, here)
    if here[0] in ("figure", "absent") and not _is_numbering([rows[number][0] for number in below], ""):
        return False
    return _differs(rows, kinds, place)


def _is_second(grid: Grid, rows: Rows, kinds: list[list[Kind]], place: int) -> bool:
    """Whether a row below headers may be one: those above do not name each column yet, or it holds units alone."""
    row, here = rows[place], kinds[place]
    filled = [kind for kind in here[1:] if kind != "empty"]
    if "unit" in filled and all(
        kind in ("unit", "empty") or _BRACKETED.fullmatch(cell) for kind, cell in zip(here[1:], row[1:], strict=True)
    ):
        return True
    if all(_only_first(rows[above]) for above in range(place)):
        return True
    above = rows[place - 1]
    for column in range(1, len(row)):
        if is_bare_year(row[column]) and any(is_bare_year(rows[number][column]) for number in range(place)):
            return False
    named = _spread(grid, place - 1)[1:]
    is_open = len(set(named)) < len(named) or any(not cell.strip() for cell in above[1:]) or len(named) == 1
    return is_open and (not row[0].strip() or here[0] in ("unit", "words", "period"))


def _spread(grid: Grid, place: int) -> list[str]:
    """A row with the text of merged cells in every place they cover."""
    row = list(grid.rows[place])
    for merge in grid.merges:
        if merge.row <= place < merge.row + merge.rows:
            for column in range(merge.column, min(merge.column + merge.columns, len(row))):
                row[column] = grid.rows[merge.row][merge.column]
    return row


def _differs(rows: Rows, kinds: list[list[Kind]], place: int) -> bool:
    """Whether a row of words and periods names the columns below, and is not one more row of such."""
    row, here, below = rows[place], kinds[place], kinds[place + 1 :]
    width = len(row)
    columns = [column for column in range(1, width) if here[column] != "empty"]
    figures = [column for column in columns if _holds_figures(rows, kinds, place, column)]
    if width == 2:
        return _differs_from_pairs(rows, kinds, place, bool(figures))
    if figures:
        return True
    if any(_counts_figures(row_kinds) for row_kinds in below):
        # Names across and measures down: the kinds are mixed in every column, but the first row has none of them.
        return _are_column_names(row)
    return _are_column_names(row) and all(
        here[column] != "period" or not is_full_date(row[column]) for column in columns
    )


def _counts_figures(kinds: list[Kind]) -> bool:
    return any(kind == "figure" for kind in kinds[1:])


def _holds_figures(rows: Rows, kinds: list[list[Kind]], place: int, column: int) -> bool:
    """Whether most cells of a column below ``place`` are figures or dates, and the one there is not."""
    found = [
        kinds[number][column] in _HOLDS_FIGURES or kinds[number][column] == "period"
        for number in range(place + 1, len(rows))
        if rows[number][column].strip()
    ]
    if kinds[place][column] == "period" and not any(
        kinds[number][column] == "figure" for number in range(place + 1, len(rows))
    ):
        return False
    return sum(found) * 2 > len(found) > 0


def _differs_from_pairs(rows: Rows, kinds: list[list[Kind]], place: int, figures: bool) -> bool:
    """In a table of two columns, whether the first row names them, and is not the first pair of label and value."""
    row, here = rows[place], kinds[place]
    values = [kinds[number][1] for number in range(place + 1, len(rows)) if rows[number][1].strip()]
    if here[1] == "period":
        is_value = row[0].strip() and (is_full_date(row[1]) or _POINTS_TO_A_DAY.search(row[0]))
        return not is_value and bool(values) and all(kind in ("figure", "absent", "period") for kind in values)
    if not row[0].strip() or (_PAIR_NAMES.fullmatch(row[0].strip()) and _PAIR_NAMES.fullmatch(row[1].strip())):
        return True
    if figures:  # "Segment | Sales" above figures; of label and value the values are of several kinds
        return all(kind in ("figure", "absent") for kind in values) and not row[0].strip().endswith(":")
    return here[1] == "unit"


def _are_column_names(row: Sequence[str]) -> bool:
    names = [cell.strip() for cell in row if cell.strip()]
    if len(names) < len(row) - (not row[0].strip()) or len(set(names)) < len(names):
        return False
    return all(
        len(name) <= LONGEST_NAME and not name.endswith(".") and (cell_kind(name) == "period" or not _has_digits(name))
        for name in names
    )


def _has_digits(name: str) -> bool:
    return any(character.isdigit() for character in name)


def _are_header_figures(rows: Rows, here: list[Kind]) -> bool:
    """Figures at the top that name columns: all of one unit that the cells below do not have, or 1, 2, 3."""
    first = rows[0][1:]
    if (
        here[0] != "figure"
        and len(first) > 1
        and all(kind == "words" or _RANGE.search(cell) for cell, kind in zip(first, here[1:], strict=True))
    ):
        return len(set(first)) == len(first)
    if here[0] in ("figure", "absent") or not all(kind == "figure" for kind in here[1:]) or len(set(first)) < 2:
        return False
    units = {unit_behind(cell) for cell in first}
    if len(units) == 1 and (unit := units.pop()):
        below = [cell for row in rows[1:] for cell in row[1:] if cell.strip()]
        return len(set(first)) == len(first) and sum(unit_behind(cell) == unit for cell in below) * 4 < len(below)
    counts = [int(cell) for cell in first if cell.isdecimal() and len(cell) < 4]
    return len(counts) == len(first) > 2 and all(after - before == 1 for before, after in itertools.pairwise(counts))


def _only_first(row: Sequence[str]) -> bool:
    return bool(row[0].strip()) and not any(cell.strip() for cell in row[1:])


def _is_title(grid: Grid, place: int) -> bool:
    """Whether a row is one cell across the table at its very top."""
    across = any(merge.row == place and merge.columns >= len(grid.rows[place]) for merge in grid.merges)
    return across and all(_only_first(grid.rows[above]) for above in range(place))


# -- columns at the left


def _are_names(cells: Sequence[str]) -> bool:
    kinds = [cell_kind(cell) for cell in cells if cell.strip()]
    named = sum(kind in ("words", "period", "unit") for kind in kinds)
    return named * 2 > len(kinds)


def _are_steps(rows: Rows, header: int) -> bool:
    """Whether the first column counts or measures in steps, as temperatures do, and so names the rows."""
    cells = [row[0].strip() for row in rows if row[0].strip()]
    numbers = [_number(cell) for cell in cells]
    known = [number for number in numbers if number is not None]
    if not header or len(known) < len(cells) or len(known) < 2:
        return False
    steps = [after - before for before, after in itertools.pairwise(known)]
    return all(step > 0 for step in steps) or all(step < 0 for step in steps)


def _are_numbers_of_rows(grid: Grid, rows: Rows, header: int) -> bool:
    """Whether the first column holds a number of its own for every row, under a name that says so."""
    cells = [row[0].strip() for row in rows if row[0].strip()]
    named = any(_NAMES_ROWS.fullmatch(grid.rows[row][0].strip()) for row in range(header))
    return named and len(cells) > 1 and len(set(cells)) == len(cells)


def _number(cell: str) -> float | None:
    found = re.match(r"[+\-−]?\d+(?:\.\d+)?", cell.replace(",", ""))
    return float(found[0].replace("−", "-")) if found else None


def _is_numbering(cells: Sequence[str], name: str) -> bool:
    """Whether cells are 1, 2, 3, under no name or one for that."""
    numbers = [int(cell.strip(" .")) for cell in cells if re.fullmatch(r"\s*\d{1,6}\.?\s*", cell)]
    if len(numbers) < max(2, len([cell for cell in cells if cell.strip()])) or not _NUMBERING.fullmatch(name.strip()):
        return False
    return numbers[0] in (0, 1) and all(after - before in (0, 1) for before, after in itertools.pairwise(numbers))


def _distinct_after(grid: Grid, rows: Rows, width: int) -> int:
    """How many columns at the left it takes to tell the rows apart, where the first repeats or covers several."""
    filled: list[list[str]] = []
    for row in rows:
        if not any(cell.strip() for cell in row[1:]):
            continue
        labels = [cell.strip() for cell in row[: MOST_LABEL_COLUMNS + 1]]
        if filled and not labels[0]:
            labels[0] = filled[-1][0]
        filled.append(labels)
    firsts = {row[0] for row in filled}
    if len(firsts) * 3 > len(filled) * 2 or len(filled) < 2:  # a few may repeat by chance
        return 1
    for count in range(2, min(MOST_LABEL_COLUMNS, width - 1) + 1):
        if not _are_names([row[count - 1] for row in rows]):
            return 1
        if len({tuple(row[:count]) for row in filled}) == len(filled):
            return count
    return 1
