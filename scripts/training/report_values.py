"""What fills the slots of a report's sentences: amounts, years, names, and who speaks ("we", "the Company")."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from scripts.training import synthetic_names as names
from scripts.training.synthetic_events import choose

SLOT = re.compile(r"\{([a-z]+:)?([\w']+)\}")
NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "fifteen", "twenty")
VERBS = {"is": ("are", "is"), "has": ("have", "has"), "was": ("were", "was"), "does": ("do", "does")}
AGREES = {f"{verb}:": forms for verb, forms in VERBS.items()} | {
    "consist:": ("consist", "consists"),
    "include:": ("include", "includes"),
}
DATES = ("December 31", "December 31", "December 31", "June 30", "September 30", "March 31", "January 31", "October 31")


@dataclass
class Teller:
    """What stays the same within a passage: the company, its year, its currency, its voice and spelling."""

    rng: random.Random
    lists: dict[str, list[str]]
    company: names.Company
    year: int
    voice: str = ""
    currency: str = "$"
    scale: str = "million"
    date: str = "December 31"
    british: bool = False
    digits: int = 1
    size: float = 0.0
    large: float = 0.0
    part: float = 0.0
    taken: set[str] = field(default_factory=set)

    def dress(self) -> None:
        """Draw how the report speaks."""
        rng = self.rng
        self.voice = rng.choice(("we", "we", "the Company", "the Company", "the Group", self.company.short))
        self.currency = rng.choice(("$", "$", "$", "$", "€", "£", "US$", "RMB", "CHF "))
        self.scale = rng.choice(("million", "million", "million", "thousand", "m", "full"))
        self.digits = rng.choice((0, 1, 1, 2))
        self.date = rng.choice(DATES)
        self.british = self.currency in ("€", "£", "CHF ") and rng.random() < 0.8

    def fill(self, text: str, values: dict[str, str], asked: str = "") -> str:
        """A template with its slots filled, new values kept in `values`; `asked` names the company in a question."""

        def word(found: re.Match[str]) -> str:
            kind, name = found[1], found[2]
            spoken = self._spoken(kind, name, asked)
            if spoken is not None:
                return spoken
            if kind in AGREES:
                return AGREES[kind][not _plural(self.fill(f"{{{name}}}", values, asked))]
            key = found[0]
            if key not in values:
                values[key] = self._value(kind, name, values)
            return values[key]

        while SLOT.search(text):
            text = SLOT.sub(word, text)
        return text

    def _spoken(self, kind: str | None, name: str, asked: str) -> str | None:
        """The words that depend on who speaks."""
        we = self.voice == "we" and not asked
        if kind == "v:":
            return name if we else _third(name)
        if name in VERBS:
            return VERBS[name][0 if we else 1]
        if name in ("co", "us"):
            return asked or ({"co": "we", "us": "us"}[name] if we else self.voice)
        if name == "co's":
            return "our" if we else f"{asked or self.voice}'s"
        if name == "its":
            return "our" if we else "its"
        return None

    def _value(self, kind: str | None, name: str, values: dict[str, str]) -> str:
        base = name.rstrip("0123456789")
        if kind == "join:":
            return self._joined(base)
        if base in self.lists:
            return self._once(lambda: choose(self.rng.choice(self.lists[base]), self.rng))
        if base in ("hi", "lo", "dif", "grow"):
            self._pair(values)
            return values[f"{{{name}}}"]
        if name in ("y", "yb", "yc", "yn"):
            return str(self.year + {"y": 0, "yb": -1, "yc": -2, "yn": 1}[name])
        if name in ("end", "endb"):
            return self._end(self.year - (name == "endb"))
        return self._once(lambda: self._drawn(base))

    def _once(self, make: object) -> str:
        """A value that the passage has not had."""
        assert callable(make)
        for _ in range(20):
            text = str(make())
            if text not in self.taken:
                break
        self.taken.add(text)
        return text

    def _joined(self, name: str) -> str:
        count = self.rng.choices((1, 2, 3), (3, 5, 2))[0]
        chosen = [choose(entry, self.rng) for entry in self.rng.sample(self.lists[name], count)]
        joint = self.rng.choice((" and ", " and ", " as well as ", ", together with ")) if count == 2 else " and "
        comma = "," if count > 2 and self.rng.random() < 0.4 else ""
        return ", ".join(chosen[:-1]) + (comma + joint if count > 1 else "") + chosen[-1]

    def _pair(self, values: dict[str, str]) -> None:
        """An amount and a smaller one, with their difference in money and in percent."""
        low = round(self._spread(2, 900), 1)
        high = round(low * self.rng.uniform(1.03, 1.6), 1) + 0.1
        growth = (high - low) / low * 100
        drawn = {"hi": self.money(high), "lo": self.money(low), "dif": self.money(high - low)}
        drawn["grow"] = f"{growth:.{self.rng.choice((0, 1, 1))}f}%"
        values.update({f"{{{name}}}": text for name, text in drawn.items()})

    def _spread(self, low: float, high: float) -> float:
        return float(low * (high / low) ** self.rng.random())

    def _near(self, last: float, low: float, high: float) -> float:
        """A number not far from the last one of its kind, as the figures of two years are."""
        near = last * self.rng.uniform(0.72, 1.3)
        return near if low < near < high and self.rng.random() < 0.85 else self._spread(low, high)

    def money(self, millions: float) -> str:
        """An amount as the report writes it: "$12.4 million", "$12,400 thousand", "$12,400"."""
        if self.scale == "thousand":
            return f"{self.currency}{millions * 1000:,.0f} thousand"
        if self.scale == "full":
            return f"{self.currency}{millions * 1000:,.0f}"
        if self.scale == "m":
            return f"{self.currency}{millions:,.1f}m"
        if millions >= 1000:
            return f"{self.currency}{millions / 1000:.2f} billion"
        return f"{self.currency}{millions:,.1f} million"

    def _end(self, year: int) -> str:
        month, day = self.date.split()
        return f"{day} {month} {year}" if self.british else f"{month} {day}, {year}"

    def _drawn(self, base: str) -> str:
        rng = self.rng
        if base == "money":
            self.size = self._near(self.size, 0.8, 700)
            return self.money(round(self.size, 1))
        if base == "big":
            self.large = self._near(self.large, 200, 9000)
            return self.money(round(self.large, 1))
        if base == "wage":
            return f"{self.currency}{rng.randint(90, 2400)},{rng.choice((0, 0, 500, rng.randint(1, 999))):03d}"
        if base in ("half", "small"):
            return f"{rng.choice((25, 50, 75, 100)) if base == 'half' else rng.randint(2, 9)}%"
        if base == "price":
            return f"{self.currency}{self._spread(0.08, 60):.2f}"
        if base == "pct":
            self.part = self._near(self.part, 1, 60)
            return f"{self.part:.{self.digits}f}%"
        if base == "rate":
            return f"{rng.uniform(0.4, 9):.{rng.choice((1, 2, 2))}f}%"
        if base == "tax":
            return f"{rng.uniform(9, 41):.{rng.choice((0, 1, 1))}f}%"
        if base == "shares":
            return rng.choice((f"{self._spread(0.1, 90):.1f} million", f"{self._spread(9e4, 9e7):,.0f}"))
        if base == "count":
            return f"{self._spread(12, 60000):,.0f}"
        if base == "yrs":
            return rng.choice(NUMBERS)
        if base == "low":
            return str(rng.randint(2, 5))
        if base == "high":
            return str(rng.randint(6, 40))
        if base == "person":
            return names.person(rng)
        if base == "place":
            return names.place(rng)
        if base == "firm":
            return names.company(rng).full
        if base == "product":
            return names.product(rng)
        assert base == "later", f"no slot {base}"
        return str(self.year + rng.randint(2, 12))


def _plural(phrase: str) -> bool:
    """Whether a phrase takes a verb in the plural.

    >>> _plural("cost of sales"), _plural("trade receivables"), _plural("adjusted EPS")
    (False, True, False)
    """
    head = re.split(r" (?:of|from|used|in|for) ", phrase)[0].split(",")[0]
    return head.endswith("s") and not head.endswith(("ss", "EPS"))


def _third(verb: str) -> str:
    """The verb as the third person says it.

    >>> _third("recognize"), _third("assess"), _third("carry")
    ('recognizes', 'assesses', 'carries')
    """
    if verb.endswith(("s", "sh", "ch", "x")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeiou" else verb + "s"
