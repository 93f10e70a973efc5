"""Shapes of made-up tables that are lists, forms, property sheets, timetables and crossed tables."""

from __future__ import annotations

from scripts.training.table_cells import Cell
from scripts.training.table_drafts import Draft, Head, Key
from scripts.training.table_maker import Maker
from scripts.training.table_names import Name
from scripts.training.table_periods import Period
from scripts.training.table_vocabulary import Measure, Subject

METHODS = (
    "ISO 527",
    "ASTM D638",
    "DIN 53505",
    "ISO 1183",
    "internal",
    "ASTM E831",
    "ISO 62",
    "ISO 868",
    "EN 196",
    "ISO 178",
)


def _list(make: Maker, least: int, most: int) -> tuple[Subject, list[Measure], list[Name], Key, str]:
    """A subject with measures and names for a list; at times of one year, which the caption names."""
    subject = make.subject("list")
    names = make.namer.several(subject.kind, make.rng.randint(least, most))
    measures = make.measures(subject, 2, 8)
    make.rng.shuffle(measures)
    caption = make.rng.choice([c for c in subject.captions if "{m}" not in c] or [""])
    fixed = Key()
    if make.rng.random() < 0.35 and any(not m.still for m in measures):
        fixed = Key(period=Period(make.last))
        caption = f"{caption}, {make.last}" if make.rng.random() < 0.6 else f"{caption} {make.last}"
    elif make.rng.random() < 0.3:
        caption = ""
    return subject, measures, names, fixed, caption


def _corner(make: Maker, subject: Subject) -> str:
    noun = make.rng.choice(subject.nouns)
    return make.rng.choice((noun.capitalize(), noun.capitalize(), "Name", ""))


def records(make: Maker) -> Draft:
    """A list: a row for each thing, a column for each measure."""
    subject, measures, names, fixed, caption = _list(make, 2, 14)
    total = make.rng.random() < 0.3 and any(m.additive and not m.still for m in measures)
    rows = make.thing_heads(names, total)
    more: dict[str, object] = {"fixed": fixed, "caption": caption, "corner": _corner(make, subject)}
    return make.draft("records", subject, rows, make.measure_heads(measures), **more)


def records_with_units(make: Maker) -> Draft:
    """A list with a row of units under the heads."""
    subject, measures, names, fixed, caption = _list(make, 3, 12)
    units = {place: make.unit(m) for place, m in enumerate(measures) if make.unit(m)}
    more: dict[str, object] = {"fixed": fixed, "caption": caption, "corner": _corner(make, subject), "units": units}
    columns = make.measure_heads(measures, with_unit=False)
    return make.draft("records_with_units", subject, make.thing_heads(names), columns, **more)


def ranked(make: Maker) -> Draft:
    """A list with a rank or running number before the name."""
    subject, measures, names, fixed, caption = _list(make, 4, 16)
    dot = make.rng.choice(("", "."))
    rows = [Head((f"{n}{dot}", name.label), Key(thing=name)) for n, name in enumerate(names, start=1)]
    corner = f"{make.rng.choice(('#', 'Rank', 'No.', 'Place', ''))}|{_corner(make, subject)}"
    more: dict[str, object] = {"fixed": fixed, "caption": caption, "corner": corner, "row_mode": "columns"}
    return make.draft("ranked", subject, rows, make.measure_heads(measures), **more)


def long_list(make: Maker) -> Draft:
    """A list of up to forty things."""
    subject, measures, names, fixed, caption = _list(make, 20, 40)
    more: dict[str, object] = {"fixed": fixed, "caption": caption, "corner": _corner(make, subject)}
    return make.draft("long_list", subject, make.thing_heads(names), make.measure_heads(measures[:5]), **more)


def regional_list(make: Maker) -> Draft:
    """A list in groups: the region before or above the names."""
    subject = make.subject("list")
    while subject.kind in {"ingredient", "arm", "version", "crop"}:
        subject = make.subject("list")
    measures = make.measures(subject, 2, 6)
    regions = make.namer.several("region", make.rng.randint(2, 4))
    names = make.namer.several(subject.kind, make.rng.randint(5, 12))
    size = -(-len(names) // len(regions))
    pairs = [(regions[place // size], name) for place, name in enumerate(names)]
    rows = [Head((region.label, name.label), Key(thing=name)) for region, name in pairs]
    mode = make.rng.choice(("groups", "columns", "merged"))
    corner = f"Region|{_corner(make, subject)}" if mode != "groups" else ""
    return make.draft("regional_list", subject, rows, make.measure_heads(measures), row_mode=mode, corner=corner)


def transposed(make: Maker) -> Draft:
    """Names across, measures down."""
    subject = make.subject("cross")
    names = make.namer.several(subject.kind, make.rng.randint(2, 6))
    measures = make.measures(subject, 3, 9)
    caption = make.rng.choice([c for c in subject.captions if "{m}" not in c] or [""])
    rows = make.measure_heads(measures)
    return make.draft("transposed", subject, rows, make.thing_heads(names), caption=caption)


def key_value(make: Maker) -> Draft:
    """A form about one thing: a label and a value on each line."""
    subject = make.subject("kv")
    thing = make.namer.one(subject.kind)
    measures = make.measures(subject, 4, 10)
    make.rng.shuffle(measures)
    colon = make.rng.choice(("", "", ":"))
    rows = [Head((make.head(m) + colon,), Key(measure=m)) for m in measures]
    return make.draft("key_value", subject, rows, [Head(("",))], fixed=Key(thing=thing), caption=thing.label)


def form(make: Maker) -> Draft:
    """An invoice, a cover page, a certificate: labels and values."""
    subject = make.named("facts")
    measures = make.measures(subject, 5, 12)
    make.rng.shuffle(measures)
    colon = make.rng.choice(("", ":", ":"))
    rows = [Head((make.head(m) + colon,), Key(measure=m)) for m in measures]
    return make.draft("form", subject, rows, [Head(("",))], caption=make.rng.choice(("", *subject.captions)))


def property_sheet(make: Maker) -> Draft:
    """Properties of a material with unit, value and method."""
    subject = make.named("materials")
    thing = make.namer.one("material")
    measures = make.measures(subject, 4, 12)
    make.look = make.filler.look = make.look.__class__(**{**make.look.__dict__, "unit_in": "label"})
    value = make.rng.choice(("Value", "Typical value", "Result"))
    columns = [Head((make.rng.choice(("Unit", "Units")),), Key(variant="unit"), False), Head((value,))]
    if make.rng.random() < 0.5:
        columns.reverse()
    if make.rng.random() < 0.7:
        columns.append(Head((make.rng.choice(("Method", "Test method", "Standard")),), Key(variant="method")))
    rows = make.measure_heads(measures, with_unit=False)
    places = {column.key.variant: place for place, column in enumerate(columns)}
    cells = {(row, places["unit"]): Cell(make.unit(m) or "–") for row, m in enumerate(measures)}
    if "method" in places:
        cells |= {(row, places["method"]): Cell(make.rng.choice(METHODS)) for row in range(len(rows))}
    more: dict[str, object] = {
        "fixed": Key(thing=thing),
        "cells": cells,
        "caption": f"{thing.label}: {make.rng.choice(subject.captions).lower()}",
    }
    return make.draft(
        "property_sheet", subject, rows, columns, corner=make.rng.choice(("Property", "", "Characteristic")), **more
    )


def grades(make: Maker) -> Draft:
    """Properties down, grades of a material across, units in a column of their own."""
    subject = make.named("materials")
    measures = make.measures(subject, 4, 10)
    make.look = make.filler.look = make.look.__class__(**{**make.look.__dict__, "unit_in": "label"})
    names = make.namer.several("material", make.rng.randint(2, 5))
    columns = [Head(("Unit",), Key(variant="unit"), False), *make.thing_heads(names)]
    cells = {(row, 0): Cell(make.unit(m) or "–") for row, m in enumerate(measures)}
    rows = make.measure_heads(measures, with_unit=False)
    return make.draft(
        "grades", subject, rows, columns, cells=cells, corner="Property", caption=make.rng.choice(subject.captions)
    )


def crossed(make: Maker) -> Draft:
    """A measure of segments or products by region, one year."""
    subject = make.named("segments")
    measure = make.rng.choice([m for m in make.measures(subject, 99, 99) if m.additive])
    things = make.namer.several(subject.kind, make.rng.randint(2, 8))
    regions = make.namer.several("region", make.rng.randint(2, 6))
    columns = [Head((region.label,), Key(group=region)) for region in regions]
    unit = f" ({make.unit(measure)})" if make.unit(measure) else ""
    caption = f"{make.label(measure)} by segment and region, {make.last}{unit}"
    fixed = Key(measure=measure, period=Period(make.last))
    rows = make.thing_heads(things, make.rng.random() < 0.4)
    return make.draft("crossed", subject, rows, columns, fixed=fixed, caption=caption, company=make.company)


def timetable(make: Maker) -> Draft:
    """Stops down, trains across."""
    subject = make.named("lines")
    stops = make.namer.several("station", make.rng.randint(3, 10))
    trains = make.namer.several("train", make.rng.randint(2, 8))
    columns = [Head((train.label,), Key(group=train)) for train in trains]
    cells: dict[tuple[int, int], Cell] = {}
    legs = [make.rng.randint(4, 38) for _ in stops]
    start = make.rng.randint(320, 600)
    for column in range(len(trains)):
        minutes = start = start + make.rng.randint(17, 75)
        for row, leg in enumerate(legs):
            skipped = 0 < row < len(stops) - 1 and make.rng.random() < 0.1
            text = f"{minutes // 60 % 24:02}:{minutes % 60:02}"
            cells[row, column] = (
                Cell(make.rng.choice(("–", "|", "")).replace("|", "–"), None, True) if skipped else Cell(text)
            )
            minutes += leg
    asks = (
        "When does {g} leave {e}?", "When does {g} stop at {e}?", "At what time is {g} at {e}?",
        "{g} at {e}, what time?", "{e} {g} departure", "What time does {g} call at {e}?", "what time is {g} in {e}",
    )  # fmt: skip
    fixed = Key(measure=subject.measures[0])
    caption = make.rng.choice(("", *subject.captions))
    rows = make.thing_heads(stops)
    return make.draft("timetable", subject, rows, columns, cells=cells, asks=asks, fixed=fixed, caption=caption)
