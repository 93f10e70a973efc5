"""The kinds a slot may be declared as, and the making of their values.

A kind is a name and what it needs: amounts (`money:1e6:5e9`), other slots (`less:gross`), choices (`pick:a/b`).
"""

from __future__ import annotations

import random
from collections.abc import Callable

from scripts.training import synthetic_names as names
from scripts.training.synthetic_values import (
    MONTHS,
    Style,
    Value,
    count,
    date,
    future,
    money,
    percent,
    percent_range,
    period,
    plain,
    price,
    several,
    spread,
    tonnes,
)


def make(kind: str, rng: random.Random, look: Style, filled: dict[str, Value]) -> Value:
    """The value of a slot declared as `kind`, such as `money:1e6:5e9` or `less:gross`."""
    name, _, rest = kind.partition(":")
    if name == "pick":
        return plain(rng.choice(rest.split("/")).replace("_", " "))
    if name in RANGED:
        low, high = (float(part) for part in rest.split(":"))
        return RANGED[name](rng, look, low, high)
    if name in DERIVED:
        return DERIVED[name](rng, look, [filled[slot] for slot in rest.split(":")])
    if name in DATED:
        return DATED[name](rng, look)
    if name in ("places", "products", "people"):
        one = {"places": names.place, "products": names.product, "people": names.person}[name]
        return several(rng, one, 2, 4)
    named = {"person": names.person, "place": names.place, "product": names.product, "agency": names.agency}
    return plain(named[name](rng))


def _exact(rng: random.Random, look: Style, low: float, high: float) -> Value:
    number = spread(rng, low, high)
    return plain(f"{number:,.0f}", float(round(number)))


def _whole(rng: random.Random, look: Style, low: float, high: float) -> Value:
    number = rng.randint(int(low), int(high))
    return plain(str(number), float(number))


def _amount(value: Value) -> float:
    if value.number is None:
        raise ValueError(f"not a figure: {value.answer!r}")
    return value.number


def _like(value: Value, number: float) -> Value:
    """Another value written as `value` is."""
    if value.remake is None:
        raise ValueError(f"cannot be made again: {value.answer!r}")
    return value.remake(number)


def _scaled_by(low: float, high: float) -> Callable[[random.Random, Style, list[Value]], Value]:
    return lambda rng, look, of: _like(of[0], _amount(of[0]) * rng.uniform(low, high))


def _growth(rng: random.Random, look: Style, of: list[Value]) -> Value:
    rise = (_amount(of[0]) / _amount(of[1]) - 1) * 100
    return percent(rng, look, rise, rise)


def _upside(rng: random.Random, look: Style, of: list[Value]) -> Value:
    rise = max(5, round((_amount(of[0]) / _amount(of[1]) - 1) * 20) * 5)
    return percent_range(rng, look, rise - rng.choice((0, 5)), rise)


def _each(rng: random.Random, look: Style, of: list[Value]) -> Value:
    one = _amount(of[0]) / _amount(of[1]) / look.currency[4]
    return price(rng, look, one, one)


def _year_before(rng: random.Random, look: Style, of: list[Value]) -> Value:
    return plain(str(int(of[0].answer) - 1), float(of[0].answer) - 1)


#: kinds with a lowest and a highest amount
RANGED: dict[str, Callable[[random.Random, Style, float, float], Value]] = {
    "money": money,
    "price": price,
    "count": count,
    "pct": percent,
    "range": percent_range,
    "exact": _exact,
    "whole": _whole,
    "tonnes": lambda rng, look, low, high: tonnes(count(rng, look, low, high)),
}
#: kinds worked out from other slots, so that what a text says adds up
DERIVED: dict[str, Callable[[random.Random, Style, list[Value]], Value]] = {
    "less": _scaled_by(0.45, 0.93),
    "more": _scaled_by(1.08, 2.2),
    "under": _scaled_by(0.72, 0.985),
    "near": _scaled_by(0.965, 0.995),
    "diff": lambda rng, look, of: _like(of[0], _amount(of[0]) - _amount(of[1])),
    "growth": _growth,
    "up": _upside,
    "ratio": _each,
    "lower": lambda rng, look, of: _like(of[0], _amount(of[0]) / (1 - _amount(of[1]) / 100)),
    "prev": _year_before,
}
#: kinds that hang on the passage's year alone
DATED: dict[str, Callable[[random.Random, Style], Value]] = {
    "date": date,
    "future": future,
    "period": period,
    "year": lambda rng, look: plain(str(look.year), float(look.year)),
    "day": lambda rng, look: plain(f"{rng.choice(MONTHS)} {rng.randint(1, 28)}, {look.year}"),
}
