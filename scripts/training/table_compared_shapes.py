"""Shapes of made-up tables with groups of rows, and with columns that tempt: changes, shares, restated, budgeted."""

from __future__ import annotations

from scripts.training.table_cells import Cell, number_text
from scripts.training.table_drafts import Draft, Head, Key
from scripts.training.table_maker import Maker
from scripts.training.table_periods import Period
from scripts.training.table_shapes import caption_of, panel, statement_rows


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
    more: dict[str, object] = {
        "fixed": Key(measure=measure),
        "caption": caption,
        "row_mode": mode,
        "company": make.company,
    }
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
    more: dict[str, object]
    if make.rng.random() < 0.5:
        subject, measure, rows = panel(make)
        more = {"fixed": Key(measure=measure), "caption": caption_of(make, subject, measure)}
    else:
        subject, rows = statement_rows(make, 12)
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
    more: dict[str, object] = {"fixed": Key(measure=measure), "caption": caption_of(make, subject, measure)}
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
    subject, rows = statement_rows(make, 12)
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
