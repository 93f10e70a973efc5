"""The values that fill the slots of an event: figures, money, dates and names in many spellings."""

from __future__ import annotations

import calendar
import random
from collections.abc import Callable
from dataclasses import dataclass, field

MONTHS = tuple(calendar.month_name)[1:]
DAYS = tuple(calendar.day_name)[:5]
ABOUT = ("about ", "around ", "approximately ", "roughly ", "some ", "nearly ", "almost ", "more than ", "at least ")
#: before and after the amount, spelling of the scale, decimals of a share price, the currency's magnitude
CURRENCIES = (
    ("$", "", "word", 2, 1),
    ("$", "", "word", 2, 1),
    ("$", "", "word", 2, 1),
    ("$", "", "bn", 2, 1),
    ("$", "", "B", 2, 1),
    ("US$", "", "word", 2, 1),
    ("€", "", "bn", 2, 1),
    ("€", "", "word", 2, 1),
    ("", " euros", "word", 2, 1),
    ("£", "", "bn", 2, 1),
    ("£", "", "word", 2, 1),
    ("¥", "", "word", 0, 100),
    ("", " yen", "word", 0, 100),
    ("CHF ", "", "word", 2, 1),
    ("A$", "", "word", 2, 1),
    ("C$", "", "word", 2, 1),
    ("HK$", "", "word", 2, 8),
    ("", " yuan", "word", 2, 7),
    ("", " kronor", "word", 1, 10),
    ("R$", "", "word", 2, 5),
    ("", " rupees", "word", 1, 80),
    ("", " pounds", "word", 2, 1),
    ("", " dollars", "word", 2, 1),
    ("", " zloty", "word", 2, 4),
    ("₹", "", "word", 1, 80),
    ("", " Swiss francs", "word", 2, 1),
    ("S$", "", "word", 2, 1),
    ("₩", "", "word", 0, 1000),
    ("NOK ", "", "word", 1, 10),
)


@dataclass(frozen=True)
class Value:
    """What a slot holds: the words put in the text, the words that answer, and how a question says it."""

    text: str
    answers: tuple[str, ...]
    said: str = ""
    number: float | None = None
    remake: Callable[[float], Value] | None = field(default=None, compare=False)

    @property
    def answer(self) -> str:
        return self.answers[0]


@dataclass(frozen=True)
class Style:
    """What stays the same within one passage: the currency, the spelling of scales and percentages, the years."""

    currency: tuple[str, str, str, int, int]
    percent: str
    hedge: float
    year: int


def style(rng: random.Random) -> Style:
    return Style(
        rng.choice(CURRENCIES),
        rng.choice(("%", "%", "%", "%", " percent", " per cent")),
        rng.choice((0.0, 0.1, 0.3)),
        rng.randint(2009, 2025),
    )


def plain(text: str, number: float | None = None) -> Value:
    return Value(text, (text,), text, number)


def _hedged(rng: random.Random, core: str, look: Style, number: float, remake: Callable[[float], Value]) -> Value:
    lead = rng.choice(ABOUT) if rng.random() < look.hedge else ""
    return Value(lead + core, (core,), core, number, remake)


def _round(number: float, digits: int = 2) -> float:
    return float(f"{number:.{digits}g}")


def _scaled(number: float, spelling: str) -> str:
    for size, word, short, letter in (
        (1e12, "trillion", "tn", "T"),
        (1e9, "billion", "bn", "B"),
        (1e6, "million", "m", "M"),
    ):
        if number >= size:
            amount = f"{number / size:.4g}"
            return amount + {"word": " " + word, "bn": short, "B": letter}[spelling]
    return f"{number:,.0f}"


def spread(rng: random.Random, low: float, high: float) -> float:
    """A number spread evenly over the orders of magnitude, as news figures are."""
    return float(low * (high / low) ** rng.random())


def money(rng: random.Random, look: Style, low: float, high: float) -> Value:
    before, after, spelling, _, size = look.currency

    def make(number: float) -> Value:
        digits = 2 if spelling == "word" and rng.random() < 0.4 else 3
        core = before + _scaled(_round(number, digits), spelling) + after
        return _hedged(rng, core, look, number, make)

    return make(spread(rng, low, high) * size)


def price(rng: random.Random, look: Style, low: float, high: float) -> Value:
    before, after, _, decimals, size = look.currency

    def make(number: float) -> Value:
        core = f"{before}{number:,.{decimals}f}{after}"
        return Value(core, (core,), core, number, make)

    return make(spread(rng, low, high) * size)


def count(rng: random.Random, look: Style, low: float, high: float) -> Value:
    exact = rng.random() < 0.4

    def make(number: float) -> Value:
        if number >= 1e6:
            core = f"{number:,.0f}" if exact and number < 1e8 else _scaled(_round(number, 3), "word")
        elif exact:
            core = f"{number:,.0f}"
        else:
            core = f"{_round(number, 2):,.0f}"
        return _hedged(rng, core, look, number, make)

    return make(spread(rng, low, high))


def tonnes(bare: Value) -> Value:
    """A count of tonnes, unit included."""

    def remake(number: float) -> Value:
        assert bare.remake is not None
        return tonnes(bare.remake(number))

    core = bare.answer + " tonnes"
    return Value(bare.text + " tonnes", (core,), core, bare.number, remake)


def percent(rng: random.Random, look: Style, low: float, high: float) -> Value:
    decimals = rng.choice((0, 0, 1, 1, 2)) if high < 60 else rng.choice((0, 0, 1))

    def make(number: float) -> Value:
        core = f"{max(number, 10**-decimals):.{decimals}f}{look.percent}"
        return _hedged(rng, core, look, number, make)

    return make(rng.uniform(low, high))


def percent_range(rng: random.Random, look: Style, low: float, high: float) -> Value:
    first = round(rng.uniform(low, high))
    last = first + rng.choice((2, 3, 5, 10, 15, 20))
    core = rng.choice((f"{first} to {last}{look.percent}", f"{first}-{last}{look.percent}", f"{first}% to {last}%"))
    return Value(core, (core,), core, float(first))


def date(rng: random.Random, look: Style) -> Value:
    """A day, a month or a part of one, with its preposition: ("on 3 March 2021", answer "3 March 2021")."""
    month, day, year = rng.choice(MONTHS), rng.randint(1, 28), look.year
    shape = rng.random()
    if shape < 0.2:
        words = ("on ", f"{month} {day}, {year}")
    elif shape < 0.35:
        words = ("on ", f"{day} {month} {year}")
    elif shape < 0.55:
        words = ("on ", f"{month} {day}")
    elif shape < 0.65:
        words = ("on ", f"{rng.choice(DAYS)}, {month} {day}")
    elif shape < 0.8:
        words = ("in ", f"{rng.choice(('late', 'early', 'mid-'))} {month}".replace("- ", "-"))
    elif shape < 0.93:
        words = ("in ", f"{month} {year}")
    else:
        words = ("on ", f"{rng.choice(DAYS)}")
    return Value(words[0] + words[1], (words[1],), words[1])


def future(rng: random.Random, look: Style) -> Value:
    """A time to come: a year, a half or quarter of one, a month, a season."""
    year = look.year + rng.randint(1, 4)
    core = rng.choice((
        f"{year}", f"the end of {year}", f"the {rng.choice(('first', 'second'))} half of {year}", f"mid-{year}",
        f"the {rng.choice(('first', 'second', 'third', 'fourth'))} quarter of {year}", f"{rng.choice(MONTHS)} {year}",
        f"early {year}", f"late {year}", f"the {rng.choice(('spring', 'summer', 'autumn'))} of {year}",
    ))  # fmt: skip
    return plain(core)


def period(rng: random.Random, look: Style) -> Value:
    """A quarter or half of a named year, as a series of results names it."""
    n = rng.randint(0, 3)
    quarter = ("first", "second", "third", "fourth")[n]
    core = rng.choice((f"the {quarter} quarter of {look.year}", f"Q{n + 1} {look.year}"))
    return Value(core, (core,), core, look.year + n / 4)


def several(rng: random.Random, make: Callable[[random.Random], str], low: int, high: int) -> Value:
    """A list of names, "Aldora, Brinton and Kestham", that answers as its items."""
    chosen: list[str] = []
    wanted = rng.randint(low, high)
    while len(chosen) < wanted:
        name = make(rng)
        if name not in chosen:
            chosen.append(name)
    comma = "," if wanted > 2 and rng.random() < 0.4 else ""
    text = ", ".join(chosen[:-1]) + f"{comma} and " + chosen[-1]
    return Value(text, tuple(chosen), text)
