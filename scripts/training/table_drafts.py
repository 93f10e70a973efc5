"""A made-up table before and after it is a grid: what each row and column stands for, and where each fact stands.

A fact is told by up to five coordinates (``Key``): thing, group, measure, period, variant. A row gives some of them, a
column others, the caption or the title the rest. A question names coordinates too, so what answers it can be looked up.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import NamedTuple

from askdocs.core.tables import Grid, Merge
from scripts.training.table_cells import Cell, Style
from scripts.training.table_names import Name
from scripts.training.table_periods import Calendar, Period
from scripts.training.table_vocabulary import Measure, Subject


class Key(NamedTuple):
    """The coordinates of a fact, or those that a question names; ``None`` and "" where there is none."""

    thing: Name | None = None
    group: Name | None = None
    measure: Measure | None = None
    period: Period | None = None
    variant: str = ""
    total: bool = False

    def joined(self, *others: Key) -> Key:
        """Its coordinates and those that others add."""
        key = self
        for other in others:
            key = Key(
                key.thing or other.thing,
                key.group or other.group,
                key.measure or other.measure,
                key.period or other.period,
                key.variant or other.variant,
                key.total or other.total,
            )
        return key


class Head(NamedTuple):
    """A row or a column: its labels from the outside in, and what it stands for."""

    path: tuple[str, ...]
    key: Key = Key()
    asked: bool = True  # not of a column of note numbers


class Fact(NamedTuple):
    """A cell with its coordinates and its place in the grid; the places of the labels of its row and column."""

    key: Key
    cell: Cell
    place: tuple[int, int]
    row_label: tuple[int, int]
    column_label: tuple[int, int]


@dataclass
class Draft:
    """A table to be."""

    shape: str
    subject: Subject
    look: Style
    calendar: Calendar
    rows: list[Head]
    columns: list[Head]
    fixed: Key = field(default_factory=Key)
    company: Name | None = None
    caption: str = ""
    notes: list[str] = field(default_factory=list)
    corner: str = ""
    row_mode: str = "groups"  # of paths of two labels: "groups" (a row for the outer), "columns", "merged"
    merged_heads: bool = True
    units: dict[int, str] = field(default_factory=dict)  # a row of units under the heads, by column
    labels: dict[str, str] = field(default_factory=dict)  # the label of each measure, without its unit
    asks: tuple[str, ...] = ()
    year_shown: bool = True  # whether the labels of quarters and months have the year
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)

    def key(self, row: int, column: int) -> Key:
        """The coordinates of a cell."""
        return self.rows[row].key.joined(self.columns[column].key, self.fixed)


def _header_rows(draft: Draft, label_columns: int) -> tuple[list[list[str]], list[Merge]]:
    depth = max(len(head.path) for head in draft.columns)
    rows = [[""] * label_columns for _ in range(depth)]
    merges: list[Merge] = []
    for level in range(depth):
        start = 0
        for place, head in enumerate(draft.columns):
            path = ("",) * (depth - len(head.path)) + head.path
            before = draft.columns[start]
            same = level < depth - 1 and place > start and before.path[: level + 1] == head.path[: level + 1]
            if not same:
                start = place
            rows[level].append("" if same and draft.merged_heads else path[level])
            if (
                same
                and draft.merged_heads
                and (
                    place + 1 == len(draft.columns)
                    or draft.columns[place + 1].path[: level + 1] != head.path[: level + 1]
                )
            ):
                merges.append(Merge(row=level, column=label_columns + start, columns=place - start + 1))
    if draft.units:
        rows.append([""] * label_columns + [draft.units.get(place, "") for place in range(len(draft.columns))])
    rows = [row for row in rows if any(row)]
    if rows and draft.corner:
        corner = [*draft.corner.split("|"), ""][:label_columns]
        line = rows[depth - 1] if depth <= len(rows) else rows[-1]
        line[: len(corner)] = corner
    return rows, merges


def build(draft: Draft, rng: random.Random) -> tuple[Grid, list[Fact]]:
    """The grid of a draft and where its facts stand."""
    deep = max(len(head.path) for head in draft.rows)
    grouped = deep == 2 and draft.row_mode == "groups"
    label_columns = 1 if grouped else deep
    lines, merges = _header_rows(draft, label_columns)
    header = len(lines)
    last_head = header - 1 - bool(draft.units)
    indents = [0] * header
    facts: list[Fact] = []
    above = ""
    starts: dict[str, int] = {}
    for number, head in enumerate(draft.rows):
        if grouped and len(head.path) == 2 and head.path[0] != above:
            lines.append([head.path[0]] + [""] * len(draft.columns))
            indents.append(0)
        labels = [head.path[-1]] if grouped else [""] * (label_columns - len(head.path)) + list(head.path)
        if draft.row_mode == "merged" and len(head.path) == 2:
            starts.setdefault(head.path[0], len(lines))
            labels[0] = "" if head.path[0] == above else head.path[0]
        above = head.path[0] if len(head.path) == 2 else ""
        place = len(lines)
        lines.append(labels + [draft.cells[number, column].text for column in range(len(draft.columns))])
        indents.append(int(grouped and len(head.path) == 2))
        facts += [
            Fact(
                draft.key(number, column),
                draft.cells[number, column],
                (place, label_columns + column),
                (place, label_columns - 1),
                (last_head, label_columns + column),
            )
            for column, side in enumerate(draft.columns)
            if side.asked and head.asked
        ]
    for outer, start in starts.items():
        count = sum(head.path[0] == outer for head in draft.rows if len(head.path) == 2)
        if count > 1:
            merges.append(Merge(row=start, column=0, rows=count))
    grid = Grid(
        rows=tuple(map(tuple, lines)),
        header_rows=header,
        label_columns=label_columns,
        merges=tuple(merges),
        indents=tuple(indents) if grouped and rng.random() < 0.5 else (),
        caption=draft.caption,
        notes=tuple(draft.notes),
    )
    return grid, facts
