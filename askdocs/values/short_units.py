"""What one or two letters behind the figure of a cell are: a unit, a scale, or the mark of a note."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from askdocs.values.physical_units import is_unit
from askdocs.values.scales import SCALES

_LENGTH = re.compile(
    r"\b(?:length|distance|height|width|depth|diameter|altitude|elevation|thickness|radius|long|tall|wide|deep|span|beam|"
    r"draught|draft|size|dimensions?|reach|range)\b",
    re.I,
)
_COUNT = re.compile(
    r"\b(?:users|customers|subscribers|members|population|shares|units|visitors|people|passengers|downloads|views|"
    r"households|employees|staff|volume|number|followers|vehicles|revenues?|sales|profit|income|cost|budget|market)\b",
    re.I,
)


class ShortUnit(NamedTuple):
    """The unit of a figure; ``factor`` is what it is still to be multiplied by, if anything."""

    unit: str | None
    factor: Decimal | None = None


def short_unit(words: str, unit: str | None, labels: Sequence[str], *, money: bool) -> ShortUnit | None:
    """What stands behind the figure ``words``, of which ``unit`` was read; ``None`` where it is not known.

    >>> short_unit("9.5", "x", ["EV/EBITDA"], money=True), short_unit("5", "m", ["Rent"], money=True)
    (ShortUnit(unit='times', factor=None), ShortUnit(unit=None, factor=Decimal('1000000')))
    >>> short_unit("1.2m", None, ["Length"], money=False), short_unit("1.2m", None, ["Code"], money=False)
    (ShortUnit(unit='m', factor=Decimal('0.000001')), None)
    """
    label = " | ".join(labels)
    glued = re.search(r"\d([mb])$", words, re.I)
    if unit is None and glued is not None and not money:
        if glued[1] == "m" and _LENGTH.search(label):
            return ShortUnit("m", Decimal("0.000001"))
        return ShortUnit(None) if _COUNT.search(label) else None
    if unit is None or not re.fullmatch(r"[a-zA-Z]{1,2}", unit):
        return ShortUnit(unit)
    if unit in ("x", "X"):
        return ShortUnit("times")
    if money and unit in ("m", "M", "k", "K", "b", "B", "mm", "MM"):  # "5 m" in a column of pounds
        return ShortUnit(None, SCALES[unit.lower()])
    if is_unit(unit):
        return None if money else ShortUnit(unit)
    noted = len(unit) == 1 and unit.islower()
    return ShortUnit(None) if noted else None
