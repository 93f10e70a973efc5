"""Tables of a PDF page that are drawn with rules in both directions: their cells are what the rules enclose."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from askdocs.core.tables import Grid, Merge
from askdocs.ingest.sources.pdf_blocks import with_joined_marks
from askdocs.ingest.sources.pdf_cells import Join, says_figure, without_mark
from askdocs.ingest.sources.pdf_forms import labelled_boxes
from askdocs.ingest.sources.pdf_lines import is_year, rows
from askdocs.ingest.sources.pdf_rules import Rule, Rules
from askdocs.ingest.sources.pdf_words import Word

REACH = 4.0  # points by which rules may miss each other
RULES, CELLS = 600, 20_000  # more are a drawing
CELL_WORDS = 40  # a frame with more words to a cell, on average, holds prose


class RuledTable(NamedTuple):
    """A grid, the words it took, the box it stands in (left, top, right, bottom), and the edges of its columns."""

    grid: Grid
    words: list[Word]
    box: tuple[float, float, float, float]
    edges: tuple[tuple[float, float], ...]


def ruled_tables(words: Sequence[Word], rules: Rules, join: Join) -> list[RuledTable]:
    """The tables whose cells are enclosed by rules."""
    found: list[RuledTable] = []
    if max(len(rules.across), len(rules.down)) > RULES:
        return found
    for across, down in _crossing(rules):
        xs = _places([rule.place for rule in down], [(rule.start, rule.end) for rule in across])
        ys = _places([rule.place for rule in across], [(rule.start, rule.end) for rule in down])
        if (
            len(xs) > 2
            and len(ys) > 2
            and len(xs) * len(ys) < CELLS
            and (table := _table(words, xs, ys, across, down, join))
        ):
            found.append(table)
    return found


def _crossing(rules: Rules) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of rules that hang together."""
    groups: list[tuple[list[Rule], list[Rule]]] = []
    left = list(rules.down)
    while left:
        across: list[Rule] = []
        down = [left.pop()]
        waiting = list(down)
        while waiting:
            rule = waiting.pop()
            for other in rules.across:
                if other not in across and _meet(other, rule):
                    across.append(other)
                    reached = [third for third in left if _meet(other, third)]
                    left = [third for third in left if third not in reached]
                    down += reached
                    waiting += reached
        if len(across) > 1:
            groups.append((across, down))
    return groups


def _meet(across: Rule, down: Rule) -> bool:
    return (
        across.start - REACH <= down.place <= across.end + REACH
        and down.start - REACH <= across.place <= down.end + REACH
    )


def _places(places: Sequence[float], reaches: Sequence[tuple[float, float]]) -> list[float]:
    """The distinct places of rules, with the ends of those across them where a table is open at its sides."""
    ends = [min(start for start, _ in reaches), max(end for _, end in reaches)]
    distinct: list[float] = []
    for place in sorted(places):
        if not distinct or place - distinct[-1] > REACH:
            distinct.append(place)
    if distinct[0] - ends[0] > 3 * REACH:
        distinct.insert(0, ends[0])
    if ends[1] - distinct[-1] > 3 * REACH:
        distinct.append(ends[1])
    return distinct


def _table(
    words: Sequence[Word], xs: list[float], ys: list[float], across: list[Rule], down: list[Rule], join: Join
) -> RuledTable | None:
    owners = _owners(xs, ys, across, down)
    inside: dict[tuple[int, int], list[Word]] = {}
    for word in words:
        middle = (word.left + word.right) / 2
        height = word.base - 0.3 * word.size
        if xs[0] <= middle <= xs[-1] and ys[0] <= height <= ys[-1]:
            place = min(bisect_right(ys, height) - 1, len(ys) - 2), min(bisect_right(xs, middle) - 1, len(xs) - 2)
            inside.setdefault(owners[place], []).append(word)
    taken = [word for cell in inside.values() for word in cell]
    cells = len(set(owners.values()))
    if len(inside) < max(3, 0.4 * cells) or len(taken) > CELL_WORDS * len(inside):
        return None
    if pairs := labelled_boxes([inside[place] for place in sorted(inside)], join):
        return RuledTable(pairs, taken, (xs[0], ys[0], xs[-1], ys[-1]), ())
    lines = {place: _lines(cell) for place, cell in inside.items()}
    texts, merges = _texts(lines, owners, len(ys) - 1, len(xs) - 1, join)
    grid = _grid(texts, merges)
    if grid is None:
        return None
    edges = tuple(itertools.pairwise(xs)) if len(grid.rows[0]) == len(xs) - 1 else ()
    return RuledTable(grid, taken, (xs[0], ys[0], xs[-1], ys[-1]), edges)


def _owners(
    xs: list[float], ys: list[float], across: list[Rule], down: list[Rule]
) -> dict[tuple[int, int], tuple[int, int]]:
    """For each place of the grid the first place of the cell it belongs to; a cell ends where a rule is drawn."""
    at_x, at_y = _near(xs, down), _near(ys, across)
    owners: dict[tuple[int, int], tuple[int, int]] = {}
    for row, column in itertools.product(range(len(ys) - 1), range(len(xs) - 1)):
        if (row, column) in owners:
            continue
        height, width = (ys[row] + ys[row + 1]) / 2, (xs[column] + xs[column + 1]) / 2
        last_column = column
        while last_column + 2 < len(xs) and (row, last_column + 1) not in owners:
            if _drawn(at_x[last_column + 1], height):
                break
            last_column += 1
        last_row = row
        while last_row + 2 < len(ys) and not _drawn(at_y[last_row + 1], width):
            below = (ys[last_row + 1] + ys[last_row + 2]) / 2
            if any(_drawn(at_x[c + 1], below) for c in range(column, last_column)):
                break
            last_row += 1
        for place in itertools.product(range(row, last_row + 1), range(column, last_column + 1)):
            owners[place] = (row, column)
    return owners


def _near(places: Sequence[float], rules: Sequence[Rule]) -> list[list[Rule]]:
    return [[rule for rule in rules if abs(rule.place - place) <= REACH] for place in places]


def _drawn(rules: Sequence[Rule], through: float) -> bool:
    return any(rule.start - 1 <= through <= rule.end + 1 for rule in rules)


def _lines(words: Sequence[Word]) -> list[tuple[float, str]]:
    lines = []
    for row in rows(words):
        joined = with_joined_marks(row)
        lines.append(
            (row[0].base, " ".join(part.text if len(part.words) < 2 else _tight(part.text) for part in joined))
        )
    return lines


def _tight(text: str) -> str:
    return text.replace("( ", "(").replace(" )", ")")


Lines = dict[tuple[int, int], list[tuple[float, str]]]


def _texts(
    lines: Lines, owners: dict[tuple[int, int], tuple[int, int]], height: int, width: int, join: Join
) -> tuple[list[list[str]], list[Merge]]:
    """The texts of the cells; a row of the drawing that holds several lines of figures is as many rows."""
    texts: list[list[str]] = []
    first_of: list[int] = []
    for row in range(height):
        first_of.append(len(texts))
        here = {column: lines.get((row, column), []) for column in range(width) if owners[row, column] == (row, column)}
        bases = _rows_of_figures(here) if all(owners[row, c][0] == row for c in range(width)) else []
        if bases:
            texts += _split(here, bases, width, join)
        else:
            texts.append([join([text for _, text in here.get(column, [])]) for column in range(width)])
    first_of.append(len(texts))
    merges = []
    for place in sorted(set(owners.values())):
        covered = [other for other, owner in owners.items() if owner == place]
        row_count = first_of[max(r for r, _ in covered) + 1] - first_of[place[0]]
        column_count = max(c for _, c in covered) - place[1] + 1
        split = first_of[place[0] + 1] - first_of[place[0]] > 1
        if (row_count > 1 or column_count > 1) and not split:
            merges.append(Merge(row=first_of[place[0]], column=place[1], rows=row_count, columns=column_count))
    return texts, merges


def _rows_of_figures(cells: dict[int, list[tuple[float, str]]]) -> list[float]:
    """The base lines of the rows that a drawn row holds, none where its cells are only wrapped."""
    figures = [lines for lines in cells.values() if len(lines) > 1 and all(says_figure(text) for _, text in lines)]
    if not figures or (len(figures) < 2 and len(cells) > 2):
        return []
    bases = sorted(base for base, _ in max(figures, key=len))
    return bases if len(bases) > 1 else []


def _split(cells: dict[int, list[tuple[float, str]]], bases: list[float], width: int, join: Join) -> list[list[str]]:
    """Lines go to the row whose figures stand beside them, a line between to the next one; single labels stay rows."""
    everything = sorted({round(base) for lines in cells.values() for base, _ in lines})
    rows_at = [base for i, base in enumerate(everything) if i == 0 or base - everything[i - 1] > 2]
    split = [[""] * width for _ in rows_at]
    for column, lines in cells.items():
        for base, text in lines:
            row = max(i for i, at in enumerate(rows_at) if at <= round(base))
            split[row][column] = join([part for part in (split[row][column], text) if part])
    return split


def _grid(texts: list[list[str]], merges: list[Merge]) -> Grid | None:
    """The grid without rows and columns that hold nothing."""
    kept_rows = [i for i, row in enumerate(texts) if any(row)]
    kept = [c for c in range(len(texts[0])) if any(row[c] for row in texts)]
    if len(kept_rows) < 2 or len(kept) < 2:
        return None
    kept_merges = []
    for merge in merges:
        covered_rows = [kept_rows.index(r) for r in range(merge.row, merge.row + merge.rows) if r in kept_rows]
        covered = [kept.index(c) for c in range(merge.column, merge.column + merge.columns) if c in kept]
        if covered_rows and covered and len(covered_rows) * len(covered) > 1 and texts[merge.row][merge.column]:
            kept_merges.append(
                Merge(row=covered_rows[0], column=covered[0], rows=len(covered_rows), columns=len(covered))
            )
    if sum(sum(map(bool, texts[row])) > 1 for row in kept_rows) < 2:
        return None  # boxes of a drawing
    cells = tuple(tuple(without_mark(texts[row][column]) for column in kept) for row in kept_rows)
    data = next(
        (i for i, row in enumerate(cells) if any(says_figure(text) and not is_year(text) for text in row[1:])), 0
    )
    across = {merge.row for merge in kept_merges if merge.columns == len(kept)}
    while data > 1 and (data - 1 in across or sum(map(bool, cells[data - 1])) == 1):
        data -= 1
    return Grid(rows=cells, header_rows=data or None, merges=tuple(kept_merges))
