"""The cells of made-up tables: values of every kind, written in the style of their table."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from scripts.training.table_names import Namer
from scripts.training.table_vocabulary import Measure

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
EMPTY = ("", "–", "-", "n/a", "—", "n.a.", "not available", "...")
CURRENCIES = (
    ("£", "GBP", "pounds"), ("$", "USD", "dollars"), ("€", "EUR", "euros"), ("US$", "USD", "US dollars"),
    ("CHF", "CHF", "Swiss francs"), ("kr", "SEK", "kronor"), ("A$", "AUD", "Australian dollars"), ("¥", "JPY", "yen"),
    ("₹", "INR", "rupees"), ("R$", "BRL", "reais"),
)  # fmt: skip
_SCALES = (("", "", ""), ("m", "million", "millions"), ("k", "thousand", "thousands"), ("bn", "billion", "billions"))


class Cell(NamedTuple):
    """What stands in a cell: its text, its number where it has one; a missing one says nothing of its thing."""

    text: str
    number: float | None = None
    missing: bool = False


@dataclass(frozen=True)
class Style:
    """How a table writes its values."""

    sign: str
    code: str
    word: str
    scale: tuple[str, str, str]
    thousands: str
    decimals: int
    minus: str
    money_in: str  # "cell", "label", "table": where currency and scale stand
    unit_in: str  # "cell", "label"
    percent: str
    date: str
    empty: str

    @property
    def unit_line(self) -> str:
        """The line that tells currency and scale of a whole table."""
        return self._lines()[0]

    def unit_lines(self) -> list[str]:
        """Ways to tell currency and scale of a whole table."""
        return self._lines()

    def _lines(self) -> list[str]:
        if not self.scale[1]:
            return [f"in {self.word}", f"({self.code})", f"All amounts in {self.word}"]
        return [
            f"in {self.scale[2]} of {self.word}",
            f"{self.sign}{self.scale[0]}" if self.scale[0] != "k" else f"{self.sign}'000",
            f"({self.code} {self.scale[1]})",
            f"Figures in {self.sign} {self.scale[1]}",
            f"All figures in {self.code} {self.scale[1]}s unless otherwise stated",
        ]

    @property
    def short_unit(self) -> str:
        """Currency and scale as a label has them: "£m", "EUR thousand"."""
        return f"{self.sign}{self.scale[0]}" if self.scale[0] != "k" else f"{self.code} {self.scale[1]}"


def style(rng: random.Random) -> Style:
    """A style at random."""
    sign, code, word = rng.choice(CURRENCIES[:4] if rng.random() < 0.75 else CURRENCIES)
    return Style(
        sign,
        code,
        word,
        rng.choices(_SCALES, (2, 5, 3, 1))[0],
        rng.choice((",", ",", ",", " ", "", "\N{NO-BREAK SPACE}", "'")),
        rng.choice((0, 1, 1, 2)),
        rng.choice(("()", "()", "-", "−")),
        rng.choice(("table", "table", "label", "cell")),
        rng.choice(("label", "label", "cell")),
        rng.choice(("%", "%", " %")),
        rng.choice(("%d %B %Y", "%d.%m.%Y", "%Y-%m-%d", "%B %d, %Y", "%d %b %Y", "%d/%m/%Y")),
        rng.choice(EMPTY),
    )


def number_text(value: float, decimals: int, look: Style, brackets: bool = False) -> str:
    """A number with its thousands mark and minus; an amount of money may have brackets for a minus."""
    text = f"{abs(value):,.{decimals}f}".replace(",", look.thousands)
    if value >= 0:
        return text
    if look.minus != "()":
        return look.minus + text
    return f"({text})" if brackets else f"-{text}"


def money(value: float, look: Style, in_cell: bool) -> str:
    """An amount of money; with currency and scale where the cell has to show them."""
    decimals = look.decimals if look.scale[1] else 0
    text = number_text(value, decimals, look, brackets=True)
    if not in_cell:
        return text
    scale = f" {look.scale[1]}" if look.scale[0] == "k" or (look.scale[1] and len(look.sign) > 1) else look.scale[0]
    sign = look.sign + (" " if look.sign.isalpha() else "")
    if text.startswith("("):
        return f"({sign}{text[1:-1]}{scale})"
    return f"-{sign}{text[1:]}{scale}" if value < 0 else f"{sign}{text}{scale}"


class Filler:
    """Makes the cells of one table. Values of a measure lie within a factor of ten of each other."""

    def __init__(self, rng: random.Random, look: Style, namer: Namer) -> None:
        self.rng, self.look, self.namer = rng, look, namer
        self._levels: dict[tuple[str, str], float] = {}

    def cell(self, measure: Measure, thing: str = "") -> Cell:
        """A cell of a measure. Those of one thing vary little."""
        kind, _, rest = measure.kind.partition(":")
        options = rest.split(":")
        if kind in {"money", "count", "pct", "pct2", "dec", "price", "price0", "year"}:
            return self._number(kind, options, measure, thing)
        return Cell(self._text(kind, rest))

    def _number(self, kind: str, options: list[str], measure: Measure, thing: str) -> Cell:
        low, high = (20.0, 4000.0) if kind == "money" else (float(options[0]), float(options[1]))
        if kind == "money" and not self.look.scale[1]:
            low, high = 9000, 4000000
        value = self._level(measure.name, thing, low, high)
        if "neg" in measure.flags and self.rng.random() < 0.25:
            value = -value / 3
        decimals = {"money": self.look.decimals if self.look.scale[1] else 0, "price": 2, "pct": 1, "pct2": 2}.get(
            kind, 0
        )
        if kind == "dec":
            decimals = int(options[2])
        if kind == "pct" and self.look.decimals == 0:
            decimals = 0
        value = round(value, decimals)
        return Cell(self.shown(measure, value, decimals), value if kind != "year" else None)

    def _level(self, name: str, thing: str, low: float, high: float) -> float:
        if (name, thing) not in self._levels:
            shift = min(low, 0) - 1 if low <= 0 else 0.0
            ratio = (high - shift) / (low - shift)
            base = self._levels.setdefault((name, ""), self.rng.random())
            part = base * 0.6 + self.rng.uniform(0.02, 0.38) if ratio > 50 else self.rng.uniform(0.05, 0.95)
            self._levels[name, thing] = (low - shift) * ratio**part + shift
        value = self._levels[name, thing] * self.rng.uniform(0.8, 1.2)
        return value if low <= value <= high else self._levels[name, thing]

    def shown(self, measure: Measure, value: float, decimals: int) -> str:
        """A number of a measure as the table writes it."""
        look, kind = self.look, measure.sort
        if kind == "money":
            return money(value, look, look.money_in == "cell")
        if kind in {"price", "price0"}:
            text = number_text(value, decimals, look)
            return text if look.money_in != "cell" else f"{look.sign}{' ' if look.sign.isalpha() else ''}{text}"
        if kind == "year":
            return str(int(value))
        if kind in {"pct", "pct2"}:
            return number_text(value, decimals, look) + (look.percent if look.unit_in == "cell" else "")
        text = number_text(value, decimals, look)
        return f"{text} {measure.unit}" if measure.unit and look.unit_in == "cell" else text

    def _text(self, kind: str, rest: str) -> str:
        rng, namer = self.rng, self.namer
        if kind == "pick":
            return rng.choice(rest.split("/"))
        if kind in {"person", "club", "company", "bank"}:
            return namer.one(kind).label
        if kind == "firm":
            return rng.choice((namer.company().label, f"{namer.stem()} & {namer.stem()}"))
        if kind == "date":
            return (date(rng.randint(2016, 2027), 1, 1) + timedelta(rng.randrange(365))).strftime(self.look.date)
        makers: dict[str, Callable[[], str]] = {
            "town": namer.town,
            "place": lambda: f"{namer.town()} {rng.choice(('Park', 'Road', 'Arena', 'Lane', 'Street'))}",
            "code": lambda: f"{rng.choice('ABCDEHKLMRTWX')}{rng.choice('ABDKNPRT')}-{rng.randint(100, 99999)}",
            "code3": lambda: "".join(rng.choice("ABCDEFGHIKLMNOPRSTUVXYZ") for _ in range(3)),
            "phone": lambda: f"0{rng.randint(20, 899)} {rng.randint(1000, 9999)} {rng.randint(100, 999)}",
            "clock": lambda: f"{rng.randint(1, 3)}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}",
            "clock2": lambda: f"{rng.randint(14, 59)}:{rng.randint(0, 59):02}.{rng.randint(0, 9)}",
            "gap": lambda: f"+{rng.randint(0, 14)}:{rng.randint(0, 59):02}",
            "time": lambda: f"{rng.randint(6, 22):02}:{rng.randint(0, 59):02}",
            "word": lambda: namer.word("words"),
            "chip": lambda: f"{namer.stem()} {rng.randint(2, 99)}00",
            "river": lambda: namer.word("rivers"),
        }
        return makers[kind]()
