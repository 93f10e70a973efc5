"""Made-up sentences whose names are known: what the classifier of names is trained on.

From ``named_sentences.txt``, with names of ``named_things.txt`` and invented ones in its slots, and from the events of
the synthetic news, whose companies, people, places, products and agencies are known as well.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from askdocs.lists.word_lists import places
from scripts.training import synthetic_names as names
from scripts.training.synthetic_events import kinds, polish, tell
from scripts.training.synthetic_values import MONTHS, style

_FOLDER = Path(__file__).parent
_SLOT = re.compile(r"\{([a-z]+)(\d*)\}")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# The class of what fills each kind of slot.
CLASS_OF = {
    "person": "person", "surname": "person", "company": "company", "bank": "company", "institution": "institution",
    "team": "institution", "paper": "media", "city": "city", "country": "country", "region": "region",
    "street": "region", "river": "region", "mountain": "region", "island": "region", "product": "product",
    "work": "work",
}  # fmt: skip
_OF_EVENTS = {"person": "person", "place": "city", "product": "product", "agency": "institution"}


class NamedText(NamedTuple):
    """A text, and where its names are: ``(start, end, class)``."""

    text: str
    names: tuple[tuple[int, int, str], ...]


def named_texts(count: int, seed: int) -> Iterator[NamedText]:
    """So many texts; the same for the same seed."""
    rng = random.Random(f"named {seed}")
    templates = _lines("named_sentences.txt")
    for _ in range(count):
        yield _from_event(rng) if rng.random() < 0.12 else _filled(rng.choice(templates), rng)


@lru_cache(maxsize=4)
def _lines(file: str) -> list[str]:
    lines = (_FOLDER / file).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def _things() -> dict[str, list[str]]:
    return {name: rest.split("; ") for name, _, rest in (line.partition(": ") for line in _lines("named_things.txt"))}


def _filled(template: str, rng: random.Random) -> NamedText:
    taken: dict[str, str] = {}
    text, found, position = "", [], 0
    for slot in _SLOT.finditer(template):
        text += template[position : slot.start()]
        kind = slot[1]
        name = taken.setdefault(slot[0], thing(kind, rng))
        if kind in CLASS_OF:
            found.append((len(text), len(text) + len(name), CLASS_OF[kind]))
        text += name
        position = slot.end()
    return NamedText(text + template[position:], tuple(found))


def _from_event(rng: random.Random) -> NamedText:
    kind = rng.choice(list(kinds().values()))
    pool = names.Pool(rng)
    told = tell(kind, pool.pop(), pool, style(rng), rng, mentioned=False)
    text = " ".join(told.sentences)
    wanted = [(name, "company") for firm in told.companies.values() for name in (firm.full, firm.short)]
    wanted += [
        (told.values[slot].answer, _OF_EVENTS[declared])
        for slot, declared in kind.slots.items()
        if declared in _OF_EVENTS
    ]
    found: dict[int, tuple[int, int, str]] = {}
    for name, label in sorted(wanted, key=lambda one: -len(one[0])):
        for match in re.finditer(rf"\b{re.escape(name)}\b", text):
            if not any(start < match.end() and match.start() < end for start, end, _ in found.values()):
                found[match.start()] = (match.start(), match.end(), label)
    return NamedText(text, tuple(found[start] for start in sorted(found)))


def thing(kind: str, rng: random.Random) -> str:
    """A name, or other words, for a slot of a kind."""
    if kind == "person":
        return f"{_given(rng)} {thing('surname', rng)}"
    if kind == "surname":
        return rng.choice(_things()["real_surnames"]) if rng.random() < 0.45 else names.person(rng).split()[-1]
    if kind == "company":
        return _company(rng)
    if kind == "bank":
        ends = _things()["bank_ends"]
        made = f"{names.company(rng).short} {rng.choice(ends)}"
        return rng.choice(_things()["real_banks"]) if rng.random() < 0.4 else made
    if kind in ("city", "country", "region", "nationality"):
        return _place(kind, rng)
    if kind in ("month", "day"):
        return rng.choice(MONTHS if kind == "month" else _DAYS)
    if kind == "product":
        return rng.choice(_things()["real_products"]) if rng.random() < 0.35 else _product(rng)
    if kind == "ticker":
        return f"{rng.choice(('NYSE', 'NASDAQ', 'LSE', 'HKG'))}: {names.company(rng).ticker}"
    if kind == "given":
        return _given(rng)
    if kind == "place":
        return names.place(rng)
    if kind in ("species", "law", "award", "event"):
        return _composed(rng.choice(_things()[{"species": "species"}.get(kind, kind + "s")]), rng)
    lists = {"word2": "words2", "word3": "words3", "word": "words", "topic": "topics"}
    plural = lists.get(kind, kind + "s")
    return _composed(rng.choice(_things()[plural]), rng)


def _given(rng: random.Random) -> str:
    return rng.choice(_things()["real_given"]) if rng.random() < 0.5 else names.person(rng).split()[0]


def _company(rng: random.Random) -> str:
    shape = rng.random()
    if shape < 0.35:
        return rng.choice(_things()["real_companies"])
    firm = names.company(rng)
    if shape < 0.6:
        return firm.short
    if shape < 0.66:
        return f"{thing('surname', rng)} & {rng.choice((thing('surname', rng), 'Sons', 'Co', 'Partners'))}"
    tail = rng.choice(
        ("", "", "", " Inc", " plc", " AG", " SA", " Ltd", " Group", " Corp", " Holdings", " Inc.", " Co.")
    )
    return firm.full + tail


def _product(rng: random.Random) -> str:
    made = names.product(rng)
    shape = rng.random()
    if shape < 0.3:  # a medicine
        stem = names.company(rng).short.split()[0].lower()
        return (stem[:5] + rng.choice(("mab", "zol", "tin", "vir", "xa", "dol", "nib"))).capitalize()
    return f"{names.company(rng).short} {made}" if shape < 0.45 else made


def _place(kind: str, rng: random.Random) -> str:
    known = places()
    if kind == "country":
        return rng.choice(list(known.countries))
    if kind == "nationality":
        return rng.choice(sorted(known.peoples))
    if kind == "region" and rng.random() < 0.7:
        return rng.choice(list(known.regions))
    if kind == "city" and rng.random() < 0.45:
        return rng.choice(list(known.cities))
    made = names.place(rng)
    if kind == "region":
        return rng.choice((f"{made} Valley", f"the {made} region", f"{made} County", f"North {made}", f"{made}shire"))
    return made


def _composed(pattern: str, rng: random.Random) -> str:
    return _SLOT.sub(lambda slot: thing("word2" if slot[0].startswith("{word2") else slot[1] + slot[2], rng), pattern)


__all__ = ["CLASS_OF", "NamedText", "named_texts", "polish", "thing"]
