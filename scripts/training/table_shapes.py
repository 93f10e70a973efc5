"""Shapes of made-up tables with years, quarters or months. Those of lists and forms are in `table_list_shapes`."""

from __future__ import annotations

from collections.abc import Callable

from scripts.training.table_cells import Cell, number_text
from scripts.training.table_drafts import Draft, Head, Key
from scripts.training.table_maker import Maker
from scripts.training.table_periods import Period, calendar
from scripts.training.table_vocabulary import Measure, Subject

Shape = Callable[[Maker], Draft]


def _panel(make: Maker) -> tuple[Subject, Measure, list[Head]]:
    """A subject, one of its measures for the caption, and a row for each thing."""
    subject = make.subject("panel")
    measure = make.rng.choice(make.measures(subject, 99, 99, still=False))
    names = make.namer.several(subject.kind, make.rng.randint(2, 12))
    total = measure.additive and make.rng.random() < 0.6
    return subject, measure, make.thing_heads(names, total)


def _caption(make: Maker, subject: Subject, measure: Measure) -> str:
    """A caption that names the measure, with its unit where the cells do not have it."""
    found = [caption for caption in subject.captions if "{m}" in caption]
    label = make.label(measure)
    caption = make.rng.choice(found).format(m=label) if found else f"{label} by {subject.nouns[0]}"
    caption = caption[0].upper() + caption[1:]
    unit = make.unit(measure)
    return f"{caption} ({unit})" if unit else caption


def _statement(make: Maker, most: int = 18) -> tuple[Subject, list[Head]]:
    """A financial statement with its rows, under groups where it has them."""
    subject = make.subject("statement")
    measures = make.measures(subject, min(4, most), most)
    make.calendar = calendar(make.rng, subject.name == "balance")
    grouped = make.rng.random() < 0.7
    rows = [Head((m.group, make.head(m)) if grouped and m.group else (make.head(m),), Key(measure=m)) for m in measures]
    return subject, rows


def things_by_years(make: Maker) -> Draft:
    """Segments, plants or districts by years; the measure stands in the caption only."""
    subject, measure, rows = _panel(make)
    columns = make.period_heads(make.years(make.rng.randint(2, 6)))
    corner = make.rng.choice(("", subject.nouns[0].capitalize()))
    more = {"fixed": Key(measure=measure), "caption": _caption(make, subject, measure), "corner": corner}
    more["company"] = make.company if subject.name in {"segments", "regions"} else None
    return make.draft("things_by_years", subject, rows, columns, **more)


def history(make: Maker) -> Draft:
    """A few things over ten years and more."""
    subject, measure, rows = _panel(make)
    columns = make.period_heads(make.years(make.rng.randint(9, 13)))
    more = {"fixed": Key(measure=measure), "caption": _caption(make, subject, measure)}
    return make.draft("history", subject, rows[:5], columns, **more)


def things_by_quarters(make: Maker) -> Draft:
    """Things by the quarters of one or two years, with the full year at times."""
    subject, measure, rows = _panel(make)
    periods = [Period(make.last, f"Q{n}") for n in range(1, make.rng.choice((3, 4, 5, 5)))]
    if make.rng.random() < 0.5 and measure.additive and len(periods) == 4:
        periods.append(Period(make.last))
    columns = make.period_heads(periods)
    company = make.company if subject.name in {"segments", "regions"} else None
    more = {"fixed": Key(measure=measure), "caption": _caption(make, subject, measure), "company": company}
    return make.draft("things_by_quarters", subject, rows, columns, **more)


def quarters_under_years(make: Maker) -> Draft:
    """Two levels of heads: years over their quarters."""
    subject, rows = _statement(make, 10)
    columns = [
        Head(
            (str(year.year), make.calendar.label(Period(year.year, f"Q{n}"), False)),
            Key(period=Period(year.year, f"Q{n}")),
        )
        for year in make.years(2)
        for n in range(1, make.rng.choice((3, 5)))
    ]
    more = {
        "company": make.company,
        "caption": make.rng.choice(subject.captions),
        "merged_heads": make.rng.random() < 0.7,
    }
    return make.draft("quarters_under_years", subject, rows, columns, **more)


def statement(make: Maker) -> Draft:
    """An income statement or balance sheet over years."""
    subject, rows = _statement(make)
    columns = make.period_heads(make.years(make.rng.choice((2, 2, 2, 3, 5))))
    caption = make.rng.choice(("", make.rng.choice(subject.captions)))
    return make.draft("statement", subject, rows, columns, company=make.company, caption=caption)


def statement_with_notes(make: Maker) -> Draft:
    """The same with a column of note numbers and a row of units."""
    subject, rows = _statement(make)
    years = make.period_heads(make.years(2))
    columns = [Head((make.rng.choice(("Note", "Notes")),), Key(variant="note"), False), *years]
    cells = {
        (row, 0): Cell(str(make.rng.randint(2, 34)) if make.rng.random() < 0.6 else "") for row in range(len(rows))
    }
    units = {}
    if make.look.money_in == "table" and make.look.scale[1]:
        units = {place: make.look.short_unit for place in (1, 2)}
    more = {"company": make.company, "cells": cells, "units": units, "caption": make.rng.choice(subject.captions)}
    return make.draft("statement_with_notes", subject, rows, columns, **more)


def year_ended_over_years(make: Maker) -> Draft:
    """ "Year ended 31 March" over the years."""
    subject, rows = _statement(make)
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
    subject, rows = _statement(make, 10)
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
    more = {
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
    more = {"company": make.company, "corner": corner, "caption": make.rng.choice(("", *subject.captions))}
    return make.draft("year_rows", subject, rows, make.measure_heads(measures), **more)


def month_rows(make: Maker) -> Draft:
    """Months of one year down, measures of one thing across."""
    subject = make.subject("panel")
    measures = make.measures(subject, 2, 5, still=False)
    thing = make.namer.one(subject.kind)
    rows = make.period_heads(make.months(make.rng.choice((6, 12, 12)), make.last), with_year=False)
    caption = f"{thing.label}, {make.last}" if make.rng.random() < 0.6 else f"{make.last}: {thing.label} by month"
    more = {"fixed": Key(thing=thing), "caption": caption, "corner": "Month", "year_shown": False}
    return make.draft("month_rows", subject, rows, make.measure_heads(measures), **more)


def things_by_months(make: Maker) -> Draft:
    """Months down, things across, the measure in the caption."""
    subject, measure, heads = _panel(make)
    rows = make.period_heads(make.months(make.rng.choice((4, 6, 12)), make.last), with_year=False)
    columns = [head for head in heads if not head.key.total][:6]
    caption = f"{_caption(make, subject, measure)}, {make.last}"
    more = {"fixed": Key(measure=measure), "caption": caption, "year_shown": False}
    return make.draft("things_by_months", subject, rows, columns, **more)


def groups_of_measures(make: Maker) -> Draft:
    """The same measures under each thing: "Revenue" under "Europe" and under "Asia"."""
    subject = make.subject("panel")
    measures = make.measures(subject, 2, 4, still=False)
    names = make.namer.several(subject.kind, make.rng.randint(2, 5))
    rows = [Head((n.label, make.head(m)), Key(thing=n, measure=m)) for n in names for m in measures]
    columns = make.period_heads(make.years(make.rng.randint(2, 4)))
    mode = make.rng.choice(("groups", "groups", "columns", "merged"))
    caption = make.rng.choice([c for c in subject.captions if "{m}" not in c] or [""])
    return make.draft("groups_of_measures", subject, rows, columns, row_mode=mode, caption=caption)


def groups_of_things(make: Maker) -> Draft:
    """The same segments under each region."""
    subject = make.named("segments")
    measure = make.rng.choice(make.measures(subject, 99, 99, still=False))
    regions = make.namer.several("region", make.rng.randint(2, 4))
    things = make.namer.several(subject.kind, make.rng.randint(2, 4))
    rows = [Head((r.label, t.label), Key(thing=t, group=r)) for r in regions for t in things]
    columns = make.period_heads(make.years(make.rng.randint(1, 3)))
    unit = make.unit(measure)
    caption = f"{make.label(measure)} by region and segment" + (f" ({unit})" if unit else "")
    mode = make.rng.choice(("groups", "groups", "columns", "merged"))
    more = {"fixed": Key(measure=measure), "caption": caption, "row_mode": mode, "company": make.company}
    return make.draft("groups_of_things", subject, rows, columns, **more)


def groups_of_years(make: Maker) -> Draft:
    """Years one above the other, each with all things; measures across."""
    subject = make.subject("panel")
    measures = make.measures(subject, 2, 4, still=False)
    names, years = make.namer.several(subject.kind, make.rng.randint(2, 5)), make.years(make.rng.choice((2, 3)))
    rows = [Head((make.calendar.label(y), n.label), Key(thing=n, period=y)) for y in years for n in names]
    mode = make.rng.choice(("groups", "columns", "merged"))
    return make.draft("groups_of_years", subject, rows, make.measure_heads(measures), row_mode=mode)


def changes(make: Maker) -> Draft:
    """Two years and the change between them."""
    if make.rng.random() < 0.5:
        subject, measure, rows = _panel(make)
        more = {"fixed": Key(measure=measure), "caption": _caption(make, subject, measure)}
    else:
        subject, rows = _statement(make, 12)
        more = {"company": make.company, "caption": make.rng.choice(subject.captions)}
    new, old = Period(make.last), Period(make.last - 1)
    label = make.rng.choice(("Change", "Change, %", "Change in %", "% change", "Growth (%)", "Var. %"))
    columns = [*make.period_heads((new, old)), Head((label,), Key(variant="change"))]
    draft = make.draft("changes", subject, rows, columns, **more)
    for row in range(len(rows)):
        draft.cells[row, 2] = make.change(draft.cells[row, 0], draft.cells[row, 1])
    return draft


def shares(make: Maker) -> Draft:
    """A year or two, each with the share of the total."""
    subject = make.subject("panel")
    found = [m for m in make.measures(subject, 99, 99, still=False) if m.additive]
    if not found:
        return shares(make)
    measure = make.rng.choice(found)
    rows = make.thing_heads(make.namer.several(subject.kind, make.rng.randint(3, 9)), True)
    columns: list[Head] = []
    for year in make.years(make.rng.choice((1, 2))):
        label = make.calendar.label(year)
        share = make.rng.choice(("% of total", "Share of total", "in % of total"))
        columns += [
            Head((label, make.label(measure)), Key(period=year)),
            Head((label, share), Key(period=year, variant="share")),
        ]
    more = {"fixed": Key(measure=measure), "caption": _caption(make, subject, measure)}
    draft = make.draft("shares", subject, rows, columns, **more)
    for column in range(0, len(columns), 2):
        whole = draft.cells[len(rows) - 1, column].number
        for row in range(len(rows)):
            part = draft.cells[row, column].number
            known = part is not None and whole
            value = round(100 * (part or 0) / (whole or 1), 1)
            draft.cells[row, column + 1] = (
                Cell(number_text(value, 1, make.look) + "%", value) if known else Cell("", None, True)
            )
    return draft


def restated(make: Maker) -> Draft:
    """The year before as it was reported and as it was restated."""
    subject, rows = _statement(make, 12)
    new, old = make.calendar.label(Period(make.last)), make.calendar.label(Period(make.last - 1))
    key = Key(period=Period(make.last - 1))
    columns = [
        Head((new,), Key(period=Period(make.last))),
        Head((make.rng.choice((f"{old} restated", f"{old} (restated)")),), key._replace(variant="restated")),
        Head((make.rng.choice((f"{old} as reported", f"{old} (as published)")),), key._replace(variant="reported")),
    ]
    return make.draft("restated", subject, rows, columns, company=make.company)


def budget(make: Maker) -> Draft:
    """Budget and outturn of a year, and how they differ."""
    subject = make.named("budget")
    measure = subject.measures[0]
    rows = make.thing_heads(make.namer.several("post", make.rng.randint(3, 12)), True)
    first, second = make.rng.choice(
        (("Budget", "Actual"), ("Plan", "Outturn"), ("Budgeted", "Actual"), ("Target", "Actual"))
    )
    columns = [Head((first,), Key(variant="budget")), Head((second,), Key(variant="actual"))]
    columns.append(Head((make.rng.choice(("Difference", "Variance", "Deviation")),), Key(variant="difference")))
    if make.rng.random() < 0.4:
        columns = [columns[1], columns[0], columns[2]]
    unit = make.unit(measure)
    caption = f"{make.label(measure)} {make.last}" + (f" ({unit})" if unit else "")
    fixed = Key(measure=measure, period=Period(make.last))
    draft = make.draft("budget", subject, rows, columns, fixed=fixed, caption=caption)
    names = [column.key.variant for column in columns]
    for row in range(len(rows)):
        actual, plan = (draft.cells[row, names.index(name)].number for name in ("actual", "budget"))
        known = actual is not None and plan is not None
        draft.cells[row, 2] = make.written((actual or 0) - (plan or 0), measure) if known else Cell("", None, True)
    return draft
