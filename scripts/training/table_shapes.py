"""Shapes of made-up tables with years, quarters or months. Those of lists and forms are in `table_list_shapes`."""

from __future__ import annotations

from collections.abc import Callable

from scripts.training.table_cells import Cell
from scripts.training.table_drafts import Draft, Head, Key
from scripts.training.table_maker import Maker
from scripts.training.table_periods import Period, calendar
from scripts.training.table_vocabulary import Measure, Subject

Shape = Callable[[Maker], Draft]


def panel(make: Maker) -> tuple[Subject, Measure, list[Head]]:
    """A subject, one of its measures for the caption, and a row for each thing."""
    subject = make.subject("panel")
    measure = make.rng.choice(make.measures(subject, 99, 99, still=False))
    names = make.namer.several(subject.kind, make.rng.randint(2, 12))
    total = measure.additive and make.rng.random() < 0.6
    return subject, measure, make.thing_heads(names, total, subject.name in {"segments", "regions"})


def caption_of(make: Maker, subject: Subject, measure: Measure) -> str:
    """A caption that names the measure, with its unit where the cells do not have it."""
    found = [caption for caption in subject.captions if "{m}" in caption]
    label = make.label(measure)
    caption = make.rng.choice(found).format(m=label) if found else f"{label} by {subject.nouns[0]}"
    caption = caption[0].upper() + caption[1:]
    unit = make.unit(measure)
    return f"{caption} ({unit})" if unit else caption


def statement_rows(make: Maker, most: int = 18) -> tuple[Subject, list[Head]]:
    """A financial statement with its rows, under groups where it has them."""
    subject = make.subject("statement")
    measures = make.measures(subject, min(4, most), most)
    make.calendar = calendar(make.rng, subject.name == "balance")
    grouped = make.rng.random() < 0.7
    rows = [Head((m.group, make.head(m)) if grouped and m.group else (make.head(m),), Key(measure=m)) for m in measures]
    return subject, rows


def things_by_years(make: Maker) -> Draft:
    """Segments, plants or districts by years; the measure stands in the caption only."""
    subject, measure, rows = panel(make)
    columns = make.period_heads(make.years(make.rng.randint(2, 6)))
    corner = make.rng.choice(("", subject.nouns[0].capitalize()))
    more: dict[str, object] = {
        "fixed": Key(measure=measure),
        "caption": caption_of(make, subject, measure),
        "corner": corner,
    }
    more["company"] = make.company if subject.name in {"segments", "regions"} else None
    return make.draft("things_by_years", subject, rows, columns, **more)


def history(make: Maker) -> Draft:
    """A few things over ten years and more."""
    subject, measure, rows = panel(make)
    columns = make.period_heads(make.years(make.rng.randint(9, 13)))
    more: dict[str, object] = {"fixed": Key(measure=measure), "caption": caption_of(make, subject, measure)}
    return make.draft("history", subject, rows[:5], columns, **more)


def things_by_quarters(make: Maker) -> Draft:
    """Things by the quarters of one or two years, with the full year at times."""
    subject, measure, rows = panel(make)
    periods = [Period(make.last, f"Q{n}") for n in range(1, make.rng.choice((3, 4, 5, 5)))]
    if make.rng.random() < 0.5 and measure.additive and len(periods) == 4:
        periods.append(Period(make.last))
    columns = make.period_heads(periods)
    company = make.company if subject.name in {"segments", "regions"} else None
    more: dict[str, object] = {
        "fixed": Key(measure=measure),
        "caption": caption_of(make, subject, measure),
        "company": company,
    }
    return make.draft("things_by_quarters", subject, rows, columns, **more)


def quarters_under_years(make: Maker) -> Draft:
    """Two levels of heads: years over their quarters."""
    subject, rows = statement_rows(make, 10)
    columns = [
        Head(
            (str(year.year), make.calendar.label(Period(year.year, f"Q{n}"), False)),
            Key(period=Period(year.year, f"Q{n}")),
        )
        for year in make.years(2)
        for n in range(1, make.rng.choice((3, 5)))
    ]
    more: dict[str, object] = {
        "company": make.company,
        "caption": make.rng.choice(subject.captions),
        "merged_heads": make.rng.random() < 0.7,
    }
    return make.draft("quarters_under_years", subject, rows, columns, **more)


def statement(make: Maker) -> Draft:
    """An income statement or balance sheet over years."""
    subject, rows = statement_rows(make)
    columns = make.period_heads(make.years(make.rng.choice((2, 2, 2, 3, 5))))
    caption = make.rng.choice(("", make.rng.choice(subject.captions)))
    return make.draft("statement", subject, rows, columns, company=make.company, caption=caption)


def statement_with_notes(make: Maker) -> Draft:
    """The same with a column of note numbers and a row of units."""
    subject, rows = statement_rows(make)
    years = make.period_heads(make.years(2))
    columns = [Head((make.rng.choice(("Note", "Notes")),), Key(variant="note"), False), *years]
    cells = {
        (row, 0): Cell(str(make.rng.randint(2, 34)) if make.rng.random() < 0.6 else "") for row in range(len(rows))
    }
    units: dict[int, str] = {}
    if make.look.money_in == "table" and make.look.scale[1]:
        units = dict.fromkeys((1, 2), make.look.short_unit)
    more: dict[str, object] = {
        "company": make.company,
        "cells": cells,
        "units": units,
        "caption": make.rng.choice(subject.captions),
    }
    return make.draft("statement_with_notes", subject, rows, columns, **more)


def year_ended_over_years(make: Maker) -> Draft:
    """ "Year ended 31 March" over the years."""
    subject, rows = statement_rows(make)
    month = make.rng.choice(("March", "June", "September", "December"))
    make.calendar = make.calendar._replace(year="ended", month=month)
    day = "30" if month in {"June", "September"} else "31"
    top = make.rng.choice(
        (f"Year ended {day} {month}", f"Years ended {month} {day},", f"For the year ended {day} {month}")
    )
    columns = [Head((top, str(year.year)), Key(period=year)) for year in make.years(make.rng.choice((2, 3)))]
    return make.draft("year_ended_over_years", subject, rows, columns, company=make.company)


def statement_by_quarters(make: Maker) -> Draft:
    """A statement by quarters, half years or nine months that stand beside full years."""
    subject, rows = statement_rows(make, 10)
    last = make.last
    periods = make.rng.choice(
        (
            [Period(last, "Q4"), Period(last - 1, "Q4"), Period(last), Period(last - 1)],
            [Period(last, "H1"), Period(last - 1, "H1"), Period(last - 1)],
            [Period(last, f"Q{n}") for n in (1, 2, 3, 4)],
            [Period(last - 1, "Q3"), Period(last - 1, "Q4"), Period(last, "Q1"), Period(last, "Q2")],
            [Period(last, "9M"), Period(last - 1, "9M")],
            [Period(last, "H2"), Period(last, "H1"), Period(last)],
        )
    )
    make.calendar = make.calendar._replace(year="FY" if make.calendar.year == "FY" else "plain")
    caption = make.rng.choice(("", make.rng.choice(subject.captions)))
    return make.draft(
        "statement_by_quarters", subject, rows, make.period_heads(periods), company=make.company, caption=caption
    )


def _two_levels(make: Maker, measure_outside: bool) -> Draft:
    subject = make.subject("panel")
    measures = make.measures(subject, 2, 3, still=False)
    years = make.years(2)
    if measure_outside:
        pairs = [(m, y) for m in measures for y in years]
        columns = [Head((make.head(m), make.calendar.label(y)), Key(measure=m, period=y)) for m, y in pairs]
    else:
        pairs = [(m, y) for y in years for m in measures]
        columns = [Head((make.calendar.label(y), make.head(m)), Key(measure=m, period=y)) for m, y in pairs]
    names = make.namer.several(subject.kind, make.rng.randint(2, 10))
    total = all(m.additive for m in measures) and make.rng.random() < 0.5
    company = make.company if subject.name in {"segments", "regions"} else None
    more: dict[str, object] = {
        "company": company,
        "merged_heads": make.rng.random() < 0.7,
        "corner": make.rng.choice(("", subject.nouns[0].capitalize())),
    }
    name = "measure_over_years" if measure_outside else "year_over_measures"
    return make.draft(name, subject, make.thing_heads(names, total), columns, **more)


def year_over_measures(make: Maker) -> Draft:
    """Two levels of heads: a year over several measures."""
    return _two_levels(make, False)


def measure_over_years(make: Maker) -> Draft:
    """Two levels of heads: a measure over its years."""
    return _two_levels(make, True)


def thing_over_years(make: Maker) -> Draft:
    """Two levels of heads: regions or segments over years, measures down."""
    subject = make.named(make.rng.choice(("segments", "regions")))
    measures = make.measures(subject, 3, 7, still=False)
    names, years = make.namer.several(subject.kind, make.rng.randint(2, 4)), make.years(2)
    columns = [Head((n.label, make.calendar.label(y)), Key(thing=n, period=y)) for n in names for y in years]
    return make.draft("thing_over_years", subject, make.measure_heads(measures), columns, company=make.company)


def year_rows(make: Maker) -> Draft:
    """Years down, measures across."""
    subject = make.named("keyfigures")
    measures = make.measures(subject, 2, 7)
    rows = make.period_heads(make.years(make.rng.randint(3, 12)))
    corner = make.rng.choice(("Year", "", "Financial year"))
    more: dict[str, object] = {
        "company": make.company,
        "corner": corner,
        "caption": make.rng.choice(("", *subject.captions)),
    }
    return make.draft("year_rows", subject, rows, make.measure_heads(measures), **more)


def month_rows(make: Maker) -> Draft:
    """Months of one year down, measures of one thing across."""
    subject = make.subject("panel")
    measures = make.measures(subject, 2, 5, still=False)
    thing = make.namer.one(subject.kind)
    rows = make.period_heads(make.months(make.rng.choice((6, 12, 12)), make.last), with_year=False)
    caption = f"{thing.label}, {make.last}" if make.rng.random() < 0.6 else f"{make.last}: {thing.label} by month"
    more: dict[str, object] = {"fixed": Key(thing=thing), "caption": caption, "corner": "Month", "year_shown": False}
    return make.draft("month_rows", subject, rows, make.measure_heads(measures), **more)


def things_by_months(make: Maker) -> Draft:
    """Months down, things across, the measure in the caption."""
    subject, measure, heads = panel(make)
    rows = make.period_heads(make.months(make.rng.choice((4, 6, 12)), make.last), with_year=False)
    columns = [head for head in heads if not head.key.total][:6]
    caption = f"{caption_of(make, subject, measure)}, {make.last}"
    more: dict[str, object] = {"fixed": Key(measure=measure), "caption": caption, "year_shown": False}
    return make.draft("things_by_months", subject, rows, columns, **more)
