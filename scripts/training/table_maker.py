"""What the shapes of made-up tables are put together from: heads of rows and columns, unit lines, cells."""

from __future__ import annotations

import random
from collections.abc import Sequence

from scripts.training.table_cells import MONTHS, Cell, Filler, number_text, style
from scripts.training.table_drafts import Draft, Head, Key
from scripts.training.table_names import Name, Namer
from scripts.training.table_periods import Calendar, Period, calendar
from scripts.training.table_vocabulary import Measure, Subject, is_plural, of_use, subjects

TOTALS = ("Total", "Total", "Total", "Sum", "All together", "Overall")
COMPANY_TOTALS = ("Total", "Total", "Group", "Group total", "Consolidated")


class Maker:
    """Makes one table: its random choices, names, style, subject and company."""

    def __init__(self, rng: random.Random, held_out: bool) -> None:
        self.rng, self.held_out = rng, held_out
        self.namer = Namer(rng, held_out)
        self.look = style(rng)
        self.filler = Filler(rng, self.look, self.namer)
        self.company = self.namer.company()
        self.calendar: Calendar = calendar(rng)
        self.last = rng.randint(2012, 2025)
        self.labels: dict[str, str] = {}

    def subject(self, use: str) -> Subject:
        """A subject for a use; held-out tables mostly have subjects that training lacks."""
        found = of_use(use, self.held_out)
        if self.held_out and self.rng.random() < 0.7:
            found = [subject for subject in found if subject.held_out] or found
        return self.rng.choice(found)

    def named(self, name: str) -> Subject:
        """The subject of that name."""
        return subjects()[name]

    def measures(self, subject: Subject, least: int, most: int, still: bool | None = None) -> list[Measure]:
        """Some measures of a subject in their order; ``still`` says whether such as do not change with time."""
        found = [m for m in subject.usable(self.held_out) if still is None or m.still == still]
        count = min(len(found), self.rng.randint(least, most))
        chosen = set(self.rng.sample(range(len(found)), count))
        return [measure for place, measure in enumerate(found) if place in chosen]

    def years(self, count: int) -> list[Period]:
        """Years in a row, the newest first or last."""
        years = [Period(self.last - back) for back in range(count)]
        return years if self.rng.random() < 0.6 else years[::-1]

    def label(self, measure: Measure) -> str:
        """The label of a measure in this table."""
        return self.labels.setdefault(measure.name, self.rng.choice(measure.labels))

    def unit(self, measure: Measure) -> str:
        """The unit that the label of a measure has to show, for its cells do not."""
        look = self.look
        if measure.sort == "money":
            return look.short_unit if look.money_in == "label" else ""
        if measure.sort in {"price", "price0"}:
            return look.sign if look.money_in != "cell" else ""
        return measure.unit if look.unit_in == "label" and "%" not in self.label(measure) else ""

    def head(self, measure: Measure, with_unit: bool = True) -> str:
        """The label with its unit: "Rainfall (mm)"."""
        label, unit = self.label(measure), self.unit(measure)
        if not unit or not with_unit:
            return label
        return f"{label}, {unit}" if self.look.sign > "A" and "," not in label else f"{label} ({unit})"

    def period_heads(self, periods: Sequence[Period], with_year: bool = True) -> list[Head]:
        """A head for each period."""
        if any(period.part for period in periods) and self.calendar.year != "FY":
            self.calendar = self.calendar._replace(year="plain")
        return [Head((self.calendar.label(period, with_year),), Key(period=period)) for period in periods]

    def measure_heads(self, measures: Sequence[Measure], with_unit: bool = True) -> list[Head]:
        """A head for each measure."""
        return [Head((self.head(measure, with_unit),), Key(measure=measure)) for measure in measures]

    def thing_heads(self, names: Sequence[Name], total: bool = False, of_company: bool = False) -> list[Head]:
        """A head for each thing, and one for their total."""
        heads = [Head((name.label,), Key(thing=name)) for name in names]
        if total:
            heads.append(Head((self.rng.choice(COMPANY_TOTALS if of_company else TOTALS),), Key(total=True)))
        return heads

    def draft(self, shape: str, subject: Subject, rows: list[Head], columns: list[Head], **more: object) -> Draft:
        """A draft with its cells filled, unit line and company set."""
        draft = Draft(shape, subject, self.look, self.calendar, rows, columns)
        for name, value in more.items():
            setattr(draft, name, value)
        draft.labels = self.labels
        self._plain_years(draft)
        self._fill(draft)
        return draft

    def _plain_years(self, draft: Draft) -> None:
        """A year that stands in the caption, or beside quarters, is no season and no year to March."""
        parts = any(head.key.period and head.key.period.part for head in (*draft.rows, *draft.columns))
        if draft.fixed.period is not None or parts:
            draft.calendar = draft.calendar._replace(year="FY" if self.calendar.year == "FY" and parts else "plain")

    def unit_note(self, draft: Draft) -> None:
        """Put the line of currency and scale into corner, caption or notes, where the table has money."""
        measures = {draft.key(r, c).measure for r in range(len(draft.rows)) for c in range(len(draft.columns))}
        if self.look.money_in != "table" or not any(m and m.sort == "money" for m in measures):
            return
        line = self.rng.choice(self.look.unit_lines())
        place = self.rng.random()
        if place < 0.3 and not draft.corner and all(len(head.path) == 1 for head in draft.columns):
            draft.corner = line.strip("()")
        elif place < 0.6 and draft.caption:
            inner = line.strip("()")
            draft.caption += f" ({inner})" if self.rng.random() < 0.6 else f", {inner}"
        else:
            draft.notes.append(line)

    def _fill(self, draft: Draft) -> None:
        for row in range(len(draft.rows)):
            for column in range(len(draft.columns)):
                if (row, column) not in draft.cells:
                    draft.cells[row, column] = self._cell(draft, row, column)
        self._unique(draft)
        self._sum_up(draft)
        self._leave_out(draft)

    def _cell(self, draft: Draft, row: int, column: int) -> Cell:
        key = draft.key(row, column)
        if key.measure is None:
            return Cell("")
        thing = (key.thing.label if key.thing else "") + (key.group.label if key.group else "")
        return self.filler.cell(key.measure, thing)

    def _unique(self, draft: Draft) -> None:
        """Offices and start numbers are held by one person each: others are drawn anew, else left empty."""
        for column in range(len(draft.columns)):
            seen: set[str] = set()
            for row in range(len(draft.rows)):
                measure = draft.key(row, column).measure
                if measure is None or "unique" not in measure.flags:
                    continue
                for _ in range(20):
                    if draft.cells[row, column].text not in seen:
                        break
                    self.filler = Filler(self.rng, self.look, self.namer)
                    draft.cells[row, column] = self.filler.cell(measure, str(row))
                else:
                    draft.cells[row, column] = Cell(
                        self.rng.choice(("Member", "Adviser")) if measure.sort == "pick" else "",
                        None,
                        measure.sort != "pick",
                    )
                seen.add(draft.cells[row, column].text)

    def _sum_up(self, draft: Draft) -> None:
        """Totals are sums; what makes no sense added up stays empty."""
        for row, head in enumerate(draft.rows):
            if not head.key.total:
                continue
            for column in range(len(draft.columns)):
                measure = draft.key(row, column).measure
                parts = [draft.cells[other, column].number for other in range(row) if not draft.rows[other].key.total]
                numbers = [part for part in parts if part is not None]
                if measure is not None and measure.additive and len(numbers) == len(parts):
                    draft.cells[row, column] = self.written(sum(numbers), measure)
                else:
                    draft.cells[row, column] = Cell("", None, True)

    def written(self, value: float, measure: Measure) -> Cell:
        """A cell with a given number of a measure."""
        decimals = self.look.decimals if measure.sort == "money" and self.look.scale[1] else 0
        decimals = int(measure.kind.split(":")[3]) if measure.sort == "dec" else decimals
        value = round(value, decimals)
        return Cell(self.filler.shown(measure, value, decimals), value)

    def _leave_out(self, draft: Draft) -> None:
        """Some tables have cells without a figure."""
        if self.rng.random() > 0.4:
            return
        places = [
            p
            for p in draft.cells
            if not draft.rows[p[0]].key.total
            and draft.cells[p].text
            and draft.columns[p[1]].asked
            and not draft.columns[p[1]].key.variant
        ]
        for place in self.rng.sample(places, min(len(places) // 5, self.rng.randint(1, 3))):
            draft.cells[place] = Cell(self.look.empty, None, True)

    def change(self, new: Cell, old: Cell) -> Cell:
        """The growth in percent between two cells."""
        if new.number is None or old.number is None or old.number <= 0:
            return Cell(self.look.empty, None, True)
        value = round((new.number / old.number - 1) * 100, 1)
        text = number_text(value, 1, self.look)
        return Cell(text + self.look.percent if self.look.unit_in == "cell" else text, value)

    def months(self, count: int, year: int) -> list[Period]:
        """Months in a row."""
        start = self.rng.randint(0, 12 - count)
        return [Period(year, name) for name in MONTHS[start : start + count]]

    def was(self, noun: str) -> str:
        """ "was" or "were"."""
        return "were" if is_plural(noun) else "was"
