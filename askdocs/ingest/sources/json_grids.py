"""Records of JSON that are no articles to grids: a list of them to rows under their keys, a single one to pairs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from askdocs.core.tables import Grid
from askdocs.ingest.sources.metadata import whole

# Records of which each has keys of its own make a table of almost empty cells; beyond so many they are pairs.
PLACES = 5_000_000


class _Records(NamedTuple):
    """Records of one kind, flat, and the lists of records that were inside them, by their names."""

    rows: list[dict[str, str]]
    inner: dict[str, list[dict[str, object]]]


def json_grids(value: object, name: str = "") -> list[Grid]:
    """The tables of a JSON value: keys are the header, nested ones joined by dots, lists inside records tables below.

    A record inside a list inside a record has the first plain value of the outer one in its first column. Columns that
    are lists of one length, and records by a name, are tables too.

    >>> [found] = json_grids([{"port": "Varde", "size": {"m": 240}}, {"port": "Ribe", "size": {"m": 90}}])
    >>> found.rows
    (('port', 'size.m'), ('Varde', '240'), ('Ribe', '90'))
    >>> json_grids({"company": "Voltari", "staff": 12})[0].rows
    (('company', 'Voltari'), ('staff', '12'))
    """
    if isinstance(value, Mapping):
        return _of_record(value, name)
    if not isinstance(value, list):
        text = _plain(value)
        return [Grid(rows=((text,),), caption=name)] if text else []
    if value and all(isinstance(item, list) for item in value):
        return _of_rows(value, name)
    records = [item if isinstance(item, Mapping) else {"": item} for item in value]
    if len(records) == 1 and isinstance(value[0], Mapping):
        return _of_record(records[0], name)
    return list(_of_records([{str(key): inner for key, inner in record.items()} for record in records], name))


def _of_record(record: Mapping[str, object], name: str) -> list[Grid]:
    if columns := _columns(record):
        return [_grid([list(columns), *zip(*columns.values(), strict=True)], name, header=1)]
    if _are_named(record):
        rows = [{"": key, **inner} for key, inner in record.items() if isinstance(inner, Mapping)]
        return list(_of_records(rows, name))
    pairs: list[tuple[str, str]] = []
    below: list[Grid] = []
    for key, inner in _leaves("", record):
        if isinstance(inner, list | dict):
            below += json_grids(inner, f"{name}.{key}" if name else key)
        elif text := _plain(inner):
            pairs.append((key, text))
    above = [Grid(rows=tuple(pairs), header_rows=0, label_columns=1, caption=name)] if pairs else []
    return [*above, *below]


def _of_records(records: Sequence[Mapping[str, object]], name: str) -> Iterator[Grid]:
    found = _flat(records)
    keys = list(dict.fromkeys(key for row in found.rows for key in row))
    if len(keys) * len(found.rows) > PLACES:
        pairs = tuple(pair for row in found.rows for pair in row.items())
        yield Grid(rows=pairs, header_rows=0, label_columns=1, caption=name)
    elif keys == [""]:
        yield Grid(rows=tuple((row[""],) for row in found.rows if row.get("")), caption=name)
    elif keys:
        yield _grid([keys, *([row.get(key, "") for key in keys] for row in found.rows)], name, header=1)
    for key, inner in found.inner.items():
        yield from _of_records(inner, f"{name}.{key}" if name else key)


def _flat(records: Sequence[Mapping[str, object]]) -> _Records:
    found = _Records([], {})
    for record in records:
        row: dict[str, str] = {}
        lists: list[tuple[str, list[object]]] = []
        for key, value in _leaves("", record):
            if isinstance(value, list):
                lists.append((key, value))
            elif text := _plain(value):
                row[key] = text
        found.rows.append(row)
        label = next(iter(row.items()), None)
        for key, items in lists:
            for item in items:
                inner = item if isinstance(item, Mapping) else {"": _plain(item)}
                named = {label[0]: label[1]} if label and label[0] not in inner else {}
                found.inner.setdefault(key, []).append({**named, **inner})
    return found


def _grid(rows: Sequence[Sequence[str]], name: str, header: int) -> Grid:
    return Grid(rows=tuple(map(tuple, rows)), header_rows=header, caption=name)


def _columns(record: Mapping[str, object]) -> dict[str, list[str]]:
    """The columns of a record that is a table by columns: lists of one length, or values by the same numbers."""
    values = list(record.values())
    if len(values) < 2:
        return {}
    if all(isinstance(value, Mapping) for value in values):
        first = list(values[0]) if isinstance(values[0], Mapping) else []
        if len(first) < 2 or [str(key) for key in first] != [str(number) for number in range(len(first))]:
            return {}
        values = [list(value.values()) for value in values if isinstance(value, Mapping) and list(value) == first]
    lists = [value for value in values if isinstance(value, list)]
    if len(lists) < len(record) or len(set(map(len, lists))) > 1 or len(lists[0]) < 2:
        return {}
    if any(isinstance(item, list | dict) for value in lists for item in value):
        return {}
    return {key: list(map(_plain, value)) for key, value in zip(map(str, record), lists, strict=True)}


def _are_named(record: Mapping[str, object]) -> bool:
    """Whether a record holds records of one kind by their names."""
    inner = [value for value in record.values() if isinstance(value, Mapping)]
    if len(inner) < 2 or len(inner) < len(record) or not all(inner):
        return False
    shared = set(inner[0]).intersection(*inner[1:])
    return len(shared) * 2 > len(set().union(*inner))


def _of_rows(lists: list[list[object]], name: str) -> list[Grid]:
    rows = [[_plain(cell) for cell in row] for row in lists]
    width = max(map(len, rows))
    if width * len(rows) > PLACES:
        rows = [[cell] for row in rows for cell in row]
        width = 1
    return [Grid(rows=tuple(tuple(row + [""] * (width - len(row))) for row in rows), caption=name)] if width else []


def _leaves(name: str, value: object) -> Iterator[tuple[str, object]]:
    """Every value of a record with its name, ``outer.inner``; lists of records, and tables, are left whole."""
    if isinstance(value, Mapping) and not (name and (_are_named(value) or _columns(value))):
        for key, inner in value.items():
            yield from _leaves(f"{name}.{key}" if name else str(key), inner)
    elif isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        yield name, ", ".join(map(_plain, value))
    elif value is not None:
        yield name, value


def _plain(value: object) -> str:
    if value is None:
        return ""
    return " ".join(whole(value if isinstance(value, str) else json.dumps(value)).split())
