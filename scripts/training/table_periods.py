"""Years, quarters, halves and months: as tables label them and as questions ask for them."""

from __future__ import annotations

import random
from typing import NamedTuple

from scripts.training.table_cells import MONTHS

ORDINALS = ("first", "second", "third", "fourth")
_SPANS = ("Jan–Mar", "Apr–Jun", "Jul–Sep", "Oct–Dec")


class Period(NamedTuple):
    """A year, or a part of one: "Q1" to "Q4", "H1", "H2", "9M" or the name of a month."""

    year: int
    part: str = ""


class Calendar(NamedTuple):
    """How a table labels its periods. ``year``: plain, FY, FY2, ended, date, season; ``part``: the style of parts."""

    year: str
    part: str
    month: str  # that the year ends in

    def label(self, period: Period, with_year: bool = True) -> str:
        """What the table prints."""
        year = str(period.year)
        if not period.part:
            return self._year_label(year)
        if period.part in MONTHS:
            name = period.part[:3] if self.part == "short" else period.part
            return f"{name} {year}" if with_year else name
        name = self._part_label(period.part)
        if not with_year:
            return name
        if self.part != "short":
            return f"{name} {year}"
        return f"{period.part}{year[2:]}" if period.part == "9M" else f"{period.part[1]}{period.part[0]}{year[2:]}"

    def _year_label(self, year: str) -> str:
        return {
            "plain": year,
            "instant": year,
            "FY": f"FY{year}",
            "FY2": f"FY{year[2:]}",
            "ended": f"Year ended {self._day()} {self.month} {year}",
            "date": f"{self._day()} {self.month} {year}",
            "season": f"{int(year) - 1}/{year[2:]}",
        }[self.year]

    def _day(self) -> str:
        return "30" if self.month in {"June", "September", "April", "November"} else "31"

    def _part_label(self, part: str) -> str:
        number = int(part[1]) - 1 if part[1].isdigit() else 0
        if part == "9M":
            return {"long": "Nine months"}.get(self.part, "9M")
        if self.part == "long":
            return f"{ORDINALS[number].capitalize()} {'quarter' if part[0] == 'Q' else 'half'}"
        return _SPANS[number] if self.part == "span" and part[0] == "Q" else part

    def asked(self, period: Period, rng: random.Random, with_year: bool = True, held_out: bool = False) -> str:
        """How a question asks for it, with its preposition: "in 2024", "for FY24", "in the first half of 2024"."""
        if period.part:
            return self._asked_part(period, rng, with_year)
        year = str(period.year)
        if self.year == "season":
            return rng.choice((f"in {int(year) - 1}/{year[2:]}", f"for {int(year) - 1}/{year[2:]}"))
        if self.year == "date":
            day = f"{self._day()} {self.month}"
            return rng.choice(
                (
                    f"at {day} {year}",
                    f"as of {self.month} {self._day()}, {year}",
                    f"at the end of {year}" if self.month == "December" else f"on {day} {year}",
                )
            )
        if held_out and self.year != "instant":
            return rng.choice(
                (
                    f"over {year}",
                    f"in the year {year}",
                    f"in financial year {year}" if self.year != "plain" else f"in {year}",
                )
            )
        if self.year == "instant":
            return rng.choice(
                (f"at the end of {year}", f"at year-end {year}", f"in {year}", f"in {year}", f"for {year}")
            )
        choices = [f"in {year}"] * 5 + [f"for {year}"] * 2 + [f"during {year}"]
        if self.year in {"FY", "FY2"}:
            choices += [
                f"in FY{year[2:]}",
                f"for FY{year[2:]}",
                f"in fiscal {year}",
                f"in the {year} financial year",
            ] * 2
        if self.year == "ended":
            choices += [
                f"in the year to {self.month} {year}",
                f"in the year ended {self._day()} {self.month} {year}",
            ] * 3
        return rng.choice(choices)

    def _asked_part(self, period: Period, rng: random.Random, with_year: bool) -> str:
        of, plain = (f" of {period.year}", f" {period.year}") if with_year else ("", "")
        if period.part in MONTHS:
            return f"in {period.part}{plain}"
        if period.part == "9M":
            return f"in the first nine months{of}"
        number = ORDINALS[int(period.part[1]) - 1]
        name = "quarter" if period.part[0] == "Q" else "half"
        return rng.choice((f"in the {number} {name}{of}", f"in {period.part}{plain}", f"for {period.part}{plain}"))


def terse(asked: str) -> str:
    """The same without its preposition: "FY24", "first half of 2024"."""
    for lead in (
        "in the ",
        "at the ",
        "at ",
        "in financial year ",
        "as of ",
        "over ",
        "during ",
        "for ",
        "in ",
        "at ",
        "on ",
    ):
        if asked.startswith(lead):
            return asked.removeprefix(lead)
    return asked


def calendar(rng: random.Random, still: bool = False) -> Calendar:
    """A style of periods; ``still`` for what is counted on a day."""
    month = rng.choice(("December", "December", "March", "June", "September"))
    if still:
        return Calendar(rng.choice(("date", "instant")), rng.choice(("plain", "long")), month)
    year = rng.choice(("plain",) * 8 + ("FY", "FY2", "ended", "season"))
    if year == "ended" and month == "December" and rng.random() < 0.5:
        month = "March"
    return Calendar(year, rng.choice(("plain", "short", "long", "plain", "span")), month)
