"""How the figures of a column or a file are written: with a decimal point or a decimal comma."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from askdocs.core.base import Model
from askdocs.values.digits import GROUP_SPACES, figures, readings

_DATE = re.compile(r"(?<!\d)\d{1,4}([./-])\d{1,2}\1\d{1,4}(?!\d)|\d:\d\d")
_MOST_WORDS = 4  # of a cell that holds a figure; longer ones are prose, which may quote another form


class NumberFormat(Model):
    """The decimal mark, and the marks that group thousands as far as they are seen.

    Spaces and apostrophes group thousands in every format; a comma or a point does so only where it is no decimal mark.
    """

    decimal: Literal[".", ","] = "."
    thousands: tuple[str, ...] = (",",)


ENGLISH = NumberFormat()


class _Votes(NamedTuple):
    """What figures show: decimal marks without doubt, marks that could be either, marks that group."""

    decimal: set[str]
    either: set[str]
    groups: set[str]


def number_format(cells: Sequence[str], table: Sequence[str] = ()) -> NumberFormat | None:
    """The format of a column, from all its cells; where they leave it open, from those of the whole table.

    A decimal point where nothing speaks against it. ``None`` where the column contradicts itself, or where its figures
    have two readings ("1.234") and the table does not decide.

    >>> [number_format(cells).decimal for cells in (["1.234", "2,5"], ["0.673", "12"], ["1,234"])]
    [',', '.', '.']
    >>> number_format(["1.234", "2.345"]), number_format(["1.234", "2.345"], ["9,99"]).decimal
    (None, ',')
    """
    votes = _votes(cells)
    decided = votes.decimal or _votes(table).decimal
    if len(decided) > 1:
        return None if votes.decimal or votes.either else ENGLISH
    if decided:
        return _format("," if "," in decided else ".", votes.groups | votes.either)
    return None if "." in votes.either else _format(".", votes.groups)


def _votes(cells: Iterable[str]) -> _Votes:
    votes = _Votes(set(), set(), set())
    for cell in cells:
        cell = _DATE.sub(" ", cell)
        if len(re.findall(r"[^\W\d_]+", cell)) > _MOST_WORDS:
            continue
        for figure in figures(cell, cell=True):
            marks = {mark for mark in ".," if mark in figure.written}
            possible = readings(figure.written)
            if marks and len(possible) == 1:
                votes.decimal.update(possible)
            elif marks and len(possible) == 2:
                votes.either.update(marks)
            votes.groups.update(sign for sign in (" ", *GROUP_SPACES, "'", "’") if sign in figure.written)
    return votes


def _format(decimal: Literal[".", ","], seen: set[str]) -> NumberFormat:
    usual = "," if decimal == "." else "."
    return NumberFormat(decimal=decimal, thousands=(usual, *sorted(seen - {".", ","})))
