"""Which of the statements around a cell hold for it: the nearest, not for what they except or for what is no money."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from askdocs.values.unit_exceptions import matching_exception
from askdocs.values.units import UnitStatement, read_unit

# Rows of figures that are no money, though a note or a header says what currency the table is in.
_PEOPLE = re.compile(
    r"\b(?:employees|headcount|staff|workforce|personnel|FTEs?|stores|branches|outlets|shops|sites|countries|offices|"
    r"aircraft|vessels|population|inhabitants|positions|posts|jobs|vacancies|pupils|students|teachers|doctors|nurses|"
    r"beds|patients|members|visitors|visits|guests|residents|households|restaurants|hotels|factories|plants|mines|"
    r"wells|directors|apprentices|volunteers|matches|games|days|number of (?!(?:\w+ ){0,2}shares))\b"
    r"(?!\W+(?:costs?|expenses?|benefits?|income|revenues?|sales|loans?|stock|options?|related|wages|salaries|fees))",
    re.I,
)
_MONEY = re.compile(
    r"\b(?:revenues?|sales|turnover|income|profits?|loss(?:es)?|costs?|expenses?|expenditure|EBITDA?|earnings|assets|"
    r"liabilities|debt|cash|equity|capital|capex|investments?|spending|spend|budget|takings|receipts|payments?|fees?|"
    r"wages|salaries|tax(?:es)?|dividends?|prices?|value|amount|rent|result|contribution|borrowings|loans?|deposits)\b",
    re.I,
)
_SOLD = (
    r"customers|subscribers|users|passengers|volumes?|units|vehicles|cars|homes|tickets|bottles|policies|licences|"
    r"licenses|devices|phones|tonnage|orders|transactions|downloads"
)
_SCALED_COUNT = re.compile(
    r"\bshares (?:outstanding|issued|in issue)|\bnumber of (?:\w+ ){0,2}shares|\bweighted[ -]average (?:number|shares|"
    rf"common|ordinary|diluted|basic)|^(?:\w+ )?(?:{_SOLD})(?: \w+)?$",
    re.I,
)
_RATIO = re.compile(
    r"\b(?:ratio|yield|return on|ROE|ROCE|ROIC|RoTE|leverage|gearing|multiple|growth$|(?:tax|interest|growth|discount|"
    r"churn|occupancy|utili[sz]ation|exchange|retention|unemployment|inflation) rate)\b|"
    r"\b(?:interest|dividend) cover\b",
    re.I,
)
_CHANGE = re.compile(
    r"(?:year[- ]on[- ]year |yoy |y/y )?(?:change|growth|variance|increase|decrease|difference)s?(?: yoy| y/y)?", re.I
)
_MARGIN = re.compile(r"\bmargins?\b", re.I)
_MONEY_MARGIN = 100  # a margin of more is no percentage
_PER = re.compile(r"\bper[\s-](?!cent\b|annum\b|year\b|month\b)\w+|\b(?:EPS|DPS)\b", re.I)


class CellUnit(NamedTuple):
    """What a figure is multiplied by, and what it is of."""

    scale: Decimal
    currency: str | None
    unit: str | None


class Open(NamedTuple):
    """Why the unit of a figure cannot be told."""

    reason: str


class OwnUnit(NamedTuple):
    """What the words of a cell say themselves; ``dollar`` where the currency is a plain dollar sign."""

    currency: str | None = None
    unit: str | None = None
    scaled: bool = False
    dollar: bool = False


def cell_unit(
    own: OwnUnit, statements: Sequence[UnitStatement], labels: Sequence[str], *, largest: float = 0
) -> CellUnit | Open:
    """The unit of a figure whose size is ``largest``, from its own words and the statements, the nearest first.

    >>> cell_unit(OwnUnit(), [read_unit("(€)"), read_unit("(in thousands)")], ["Rent"])
    CellUnit(scale=Decimal('1000'), currency='EUR', unit=None)
    >>> cell_unit(OwnUnit(), [read_unit("(in thousands of euros)")], ["Return on equity"])
    Open(reason='whether the unit of the table holds for a ratio is open')
    """
    if own.unit is not None:
        return CellUnit(Decimal(1), own.currency, own.unit)
    clash = _clash(statements)
    if clash is not None:
        return clash
    scale, currency = (Decimal(1) if own.scaled else None), own.currency
    for place, statement in enumerate(statements):
        exception = matching_exception(statement.exceptions, labels)
        if exception is not None:
            return _excepted(exception, statement, statements[place + 1 :], scale, currency)
        if statement.unit is not None and currency is None:
            return _of_unit(statement, statements[place + 1 :], scale)
        doubt = _doubt(statement, labels, scale, currency, largest)
        if doubt is not None:
            return doubt
        if _is_people(statement, labels):
            if statement.scaled and statement.currency is None and scale is None:
                return Open("whether a count is scaled like the other figures of the table is open")
            continue
        if own.dollar and statement.currency and statement.currency.endswith("D"):
            currency = statement.currency
        if currency and statement.currency not in (None, currency):
            if currency == own.currency and scale is None:
                return Open(f"the cell is in {currency}, what stands around it in {statement.currency}")
            continue
        if statement.scaled and statement.currency is None and _says_count(statement, labels):
            return CellUnit(scale or statement.scale, currency, None)
        if statement.currency and statement.scaled and currency is None and scale not in (None, statement.scale):
            return Open("two scales stand over the cell, and one of them has a currency")
        scale = statement.scale if scale is None and statement.scaled else scale
        currency = currency or statement.currency
    return CellUnit(Decimal(1) if scale is None else scale, currency, None)


def _clash(statements: Sequence[UnitStatement]) -> Open | None:
    """Two statements, equally near, that cannot both hold."""
    for place, one in enumerate(statements):
        for other in statements[place + 1 :]:
            if one.nearness is None or one.nearness != other.nearness:
                continue
            if one.currency and other.currency and one.currency != other.currency:
                return Open(f"the words around the cell name both {one.currency} and {other.currency}")
            if one.unit != other.unit or (one.scaled and other.scaled and one.scale != other.scale):
                return Open("the words around the cell name two units")
    return None


def _excepted(
    exception: str,
    statement: UnitStatement,
    farther: Sequence[UnitStatement],
    scale: Decimal | None,
    currency: str | None,
) -> CellUnit:
    """The unit of a cell that a statement excepts: of per-share data the currency, of percentages per cent."""
    if currency is None and re.search(r"percent|per cent|%", exception):
        return CellUnit(scale or Decimal(1), None, "percent")
    if currency is None and re.search(r"\bper\b|earnings|dividend|price", exception):
        currency = statement.currency or next((one.currency for one in farther if one.currency), None)
    return CellUnit(scale or Decimal(1), currency, None)


def _of_unit(statement: UnitStatement, farther: Sequence[UnitStatement], scale: Decimal | None) -> CellUnit:
    """The unit that a statement names; cents are of the currency that the farther statements are in."""
    if statement.unit == "cents":
        currency = next((one.currency for one in farther if one.currency), None)
        return CellUnit(statement.scale, currency, None) if currency else CellUnit(Decimal(1), None, "cents")
    return CellUnit(statement.scale if scale is None else scale, statement.currency, statement.unit)


def _doubt(
    statement: UnitStatement, labels: Sequence[str], scale: Decimal | None, currency: str | None, largest: float
) -> Open | None:
    """Why a statement may not be meant for a cell with these labels, which name something that is seldom money."""
    others = [label for label in labels if not _says(statement, label)]
    if scale is None and statement.scaled and any(_PER.search(label) for label in others):
        return Open("whether the scale of the table holds for a figure per share or per unit is open")
    if currency is not None:
        return None
    if any(_SCALED_COUNT.search(label) for label in others) and statement.currency:
        return Open("whether a count is scaled like the money of the table is open")
    if any(_RATIO.search(label) for label in others):
        return Open("whether the unit of the table holds for a ratio is open")
    if any(_MARGIN.search(label) for label in others) and largest <= _MONEY_MARGIN:
        return Open("whether a margin is an amount or a percentage is open")
    whole_table = len(others) == len(labels)
    if whole_table and any(_CHANGE.fullmatch(label.strip()) for label in labels):
        return Open("whether a change is an amount or a percentage is open")
    return None


def is_money_measure(words: str) -> str:
    """The word that says that figures are money, where there is one; empty where none does.

    >>> is_money_measure("Agency spend 2025"), is_money_measure("Doctors")
    ('spend', '')
    """
    found = _MONEY.search(words)
    return found[0] if found and not _PEOPLE.search(words) else ""


def _is_people(statement: UnitStatement, labels: Sequence[str]) -> bool:
    """Whether the cell counts people or places, and the statement is not of the label that says so.

    The revenue of a segment that is called "Stores" is money.
    """
    counted = [label for label in labels if _PEOPLE.search(label) and not _says(statement, label)]
    return bool(counted) and not any(_MONEY.search(label) for label in labels if label not in counted)


def _says_count(statement: UnitStatement, labels: Sequence[str]) -> bool:
    """Whether the label that names the scale is of a count: "Employees (thousands)"."""
    return any(
        _says(statement, label) and (_PEOPLE.search(label) or _SCALED_COUNT.search(re.sub(r"\s*[(\[,].*", "", label)))
        for label in labels
    )


def _says(statement: UnitStatement, label: str) -> bool:
    """Whether a label is where a statement comes from."""
    said = read_unit(label)
    return said is not None and (said.scale, said.currency, said.unit) == (
        statement.scale, statement.currency, statement.unit
    )  # fmt: skip
