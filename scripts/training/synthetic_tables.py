"""Passages that are table rows, one a line, as tables are stored: `header: cell; header: cell` (`tables.txt`)."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from scripts.training import synthetic_names as names
from scripts.training.synthetic_slots import make
from scripts.training.synthetic_values import Style, Value


class Ask(NamedTuple):
    """A question on a table: the shape that decides how often it is kept, and the cells that answer."""

    shape: str
    question: str
    words: tuple[str, ...]


class Table(NamedTuple):
    """A table as told."""

    name: str
    title: str
    text: str
    asks: list[Ask]


@dataclass
class Column:
    """A column: its headers, the kind of its cells, the questions on a cell and on its largest value."""

    headers: list[str]
    kind: str
    asks: list[str] = field(default_factory=list)
    largest: list[str] = field(default_factory=list)


@dataclass
class Sheet:
    """A kind of table: titles, the headers and kind of the rows' names, its columns, traps."""

    name: str
    titles: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    key_kind: str = ""
    columns: list[Column] = field(default_factory=list)
    traps: list[str] = field(default_factory=list)


@lru_cache(maxsize=1)
def sheets() -> list[Sheet]:
    """Every kind of table of `tables.txt`."""
    found: list[Sheet] = []
    for line in (Path(__file__).parent / "tables.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        mark, rest = line[0], line[2:]
        words, _, kind = rest.rpartition(" = ") if mark in "KC" else (rest, "", "")
        choices = words.split(" | ")
        if mark == "@":
            found.append(Sheet(rest))
        elif mark == "T":
            found[-1].titles = choices
        elif mark == "K":
            found[-1].keys, found[-1].key_kind = choices, kind
        elif mark == "C":
            found[-1].columns.append(Column(choices, kind))
        elif mark == "!":
            found[-1].traps = choices
        else:
            target = found[-1].columns[-1]
            (target.asks if mark == "?" else target.largest).extend(choices)
    return found


def table(co: names.Company, pool: names.Pool, look: Style, rng: random.Random, taken: set[str]) -> Table:
    """A table of some kind not `taken` yet, about `co`."""
    sheet = rng.choice([sheet for sheet in sheets() if sheet.name not in taken])
    look = replace(look, hedge=0.0)
    shown = rng.sample(sheet.columns, rng.randint(2, len(sheet.columns)))
    columns = [column for column in sheet.columns if column in shown]
    words = {"co": co.short, "y": str(look.year), "z": str(look.year - 1), "w": str(look.year - rng.randint(3, 7))}
    keys = _keys(sheet, pool, look, rng, words)
    cells = [[make(column.kind, rng, look, {}) for column in columns] for _ in keys]
    heads = [rng.choice(sheet.keys), *(rng.choice(column.headers).format(**words) for column in columns)]
    lines = [
        "; ".join(f"{head}: {cell}" for head, cell in zip(heads, [key, *(c.answer for c in row)], strict=True))
        for key, row in zip(keys, cells, strict=True)
    ]
    asks = [*_cells(columns, keys, cells, words, rng), *_unstated(sheet, columns, keys, words, rng)]
    asks += _largest(columns, keys, cells, words, rng)
    if rng.random() < 0.5:
        asks.append(Ask("list", _every(heads[0].lower(), rng), tuple(keys)))
    return Table(sheet.name, rng.choice(sheet.titles).format(**words), "\n".join(lines), asks)


def _keys(sheet: Sheet, pool: names.Pool, look: Style, rng: random.Random, words: dict[str, str]) -> list[str]:
    """The rows' names: none within another, so that each cell has one row."""
    keys: list[str] = []
    wanted = rng.randint(3, 7)
    kind = sheet.key_kind.replace("{y}", words["y"]).replace("{z}", words["z"])
    while len(keys) < wanted:
        key = pool.pop().full if kind == "company" else make(kind, rng, look, {}).answer
        if not any(key in other or other in key for other in keys):
            keys.append(key)
    return keys


def _about(key: str, words: dict[str, str]) -> dict[str, str]:
    return words | {"row": key, "low": key.lower()}


def _cells(
    columns: list[Column], keys: list[str], cells: list[list[Value]], words: dict[str, str], rng: random.Random
) -> list[Ask]:
    return [
        Ask("short", rng.choice(column.asks).format(**_about(key, words)), (cell.answer,))
        for key, row in zip(keys, cells, strict=True)
        for column, cell in zip(columns, row, strict=True)
    ]


def _unstated(
    sheet: Sheet, columns: list[Column], keys: list[str], words: dict[str, str], rng: random.Random
) -> list[Ask]:
    """Questions on columns the table was told without, and on what no column holds."""
    left_out = [column for column in sheet.columns if column not in columns]
    return [
        Ask("unanswerable", ask.format(**_about(key, words)), ())
        for key in keys
        for ask in [rng.choice(sheet.traps), *(rng.choice(column.asks) for column in left_out)]
        if rng.random() < 0.4
    ]


def _largest(
    columns: list[Column], keys: list[str], cells: list[list[Value]], words: dict[str, str], rng: random.Random
) -> list[Ask]:
    asks: list[Ask] = []
    for place, column in enumerate(columns):
        numbers = [row[place].number for row in cells]
        amounts = [number for number in numbers if number is not None]
        if column.largest and len(set(amounts)) == len(keys):
            best = keys[amounts.index(max(amounts))]
            asks.append(Ask("short", rng.choice(column.largest).format(**words), (best,)))
    return asks


def _every(key: str, rng: random.Random) -> str:
    """A question for all the rows' names."""
    key = {"in thousands": "item", "three months": "quarter", "date for": "event"}.get(key, key)
    many = key[:-1] + "ies" if key.endswith("y") else key if key.endswith("s") else key + "s"
    return rng.choice((f"Which {many} are in the table?", f"List all the {many}.", f"Name every {key} shown."))
