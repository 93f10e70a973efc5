"""Names of what made-up tables list: companies, towns, people, products, ships, put together from `made_names.txt`.

Training takes the even words of each list, held-out tables the odd ones.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

WORDS = re.compile(r"[\w&]+")


class Name(NamedTuple):
    """A name as a table prints it and the shorter ones a question may use."""

    label: str
    others: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def _lists() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "made_names.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, words = line.partition(": ")
            lists[name] = words.split(", ") if ", " in words else words.split()
    return lists


def word_list(name: str) -> list[str]:
    """All words of one list of `made_names.txt`."""
    return _lists()[name]


@lru_cache(maxsize=8192)
def tokens(text: str) -> frozenset[str]:
    """The words of a text in lower case, without a plural s."""
    return frozenset(word.rstrip("s") or word for word in WORDS.findall(text.lower()))


class Namer:
    """Makes names by their kind, from one half of the words."""

    def __init__(self, rng: random.Random, held_out: bool) -> None:
        self.rng, self.half = rng, int(held_out)
        self._makers: dict[str, Callable[[], Name]] = {
            "company": self.company, "bank": self.bank, "person": self.person, "candidate": self.person,
            "holder": self.holder, "club": self.club, "ship": self.ship, "product": self.product, "plant": self.plant,
            "district": self.district, "material": self.material, "version": self.version, "model": self.model,
            "train": self.train, "bridge": self.bridge, "airport": self.airport, "arm": self._listed("arms"),
            "hospital": self._at("hospitals"), "school": self._at("schools"), "hotel": self._at("hotels"),
            "museum": self._at("museums"), "region": self._listed("regions"), "segment": self.segment,
            "crop": self._listed("crops"), "ingredient": self._listed("ingredients"), "post": self._listed("posts"),
            "course": self._listed("courses"), "station": lambda: Name(self.town()),
        }  # fmt: skip

    def word(self, name: str) -> str:
        """A word of one list, of this half."""
        return self.rng.choice(_lists()[name][self.half :: 2])

    def stem(self) -> str:
        """An invented word of two or three syllables."""
        middle = self.word("middles") if self.rng.random() < 0.5 else ""
        return self.word("starts") + middle + self.word("ends")

    def town(self) -> str:
        """An invented town."""
        lead = self.word("prefixes") + " " if self.rng.random() < 0.12 else ""
        return lead + self.word("starts") + ("" if self.rng.random() < 0.6 else "er") + self.word("townends")

    def several(self, kind: str, count: int) -> list[Name]:
        """Up to ``count`` different names, some of them alike ("Dunton", "North Dunton")."""
        found: dict[str, Name] = {}
        for _ in range(count * 4):
            name = self.one(kind)
            if kind in {"district", "station", "plant"} and found and self.rng.random() < 0.15:
                like = self.rng.choice(list(found.values())).label
                name = Name(f"{self.word('prefixes')} {like}" if kind != "plant" else f"{like} {self.word('suffixes')}")
            elif any(
                tokens(name.label) <= tokens(o.label) or tokens(o.label) <= tokens(name.label) for o in found.values()
            ):
                continue  # "Hose clamp" beside "Halo hose clamp" would leave open which is meant
            found.setdefault(name.label.lower(), name)
            if len(found) == count:
                break
        return list(found.values())

    def one(self, kind: str) -> Name:
        """A name of a kind: "company", "ship", ..."""
        return self._makers[kind]()

    def company(self) -> Name:
        """A company, shortened by its legal form."""
        stem = self.stem() if self.rng.random() < 0.8 else f"{self.stem()} {self.word('goodnames')}"
        end = self.word("firmends")
        short = f"{stem} {end.split()[0]}" if end.split()[0].isalpha() and len(end.split()) > 1 else stem
        return Name(f"{stem} {end}", (stem, short))

    def bank(self) -> Name:
        """A bank."""
        shape = self.rng.choice(("{} Bank", "Bank of {}", "{} Savings Bank", "{} Credit"))
        stem = self.stem()
        return Name(shape.format(stem), (stem,) if shape != "Bank of {}" else ())

    def person(self) -> Name:
        """A person, in short by the last name."""
        given, last = self.word("given"), self.word("starts") + self.word("surends")
        if self.rng.random() < 0.08:
            return Name(f"{last}, {given}", (f"{given} {last}", last))
        return Name(f"{given} {last}", (last,))

    def holder(self) -> Name:
        """A shareholder: a person, a company or a fund."""
        if self.rng.random() < 0.4:
            stem = self.stem()
            return Name(
                f"{stem} {self.rng.choice(('Pension Fund', 'Capital', 'Family Trust', 'Asset Management'))}", (stem,)
            )
        return self.company() if self.rng.random() < 0.5 else self.person()

    def club(self) -> Name:
        """A sports club."""
        town, end = self.town(), self.word("clubends")
        return Name(f"{town} {end}", (town,))

    def ship(self) -> Name:
        """A ship with its prefix."""
        name = (
            self.word("shipnames") if self.rng.random() < 0.6 else f"{self.word('shipnames')} {self.word('goodnames')}"
        )
        return (
            Name(f"{self.word('shipprefixes')} {name}", (f"the {name}", name))
            if self.rng.random() < 0.6
            else Name(name, (f"the {name}",))
        )

    def product(self) -> Name:
        """A product: a name, a number and what it is."""
        thing = self.word("goods")
        shape = self.rng.random()
        if shape < 0.35:
            label = f"{thing[0].upper()}{thing[1:]}"
            return Name(label, (f"the {thing}",))
        stem = self.word("goodnames") if self.rng.random() < 0.6 else self.stem()
        if shape < 0.7:
            return Name(f"{stem} {thing}", (stem, f"the {stem} {thing}"))
        number = self.rng.choice((f" {self.rng.randint(2, 90)}", f" {self.rng.choice('XRST')}{self.rng.randint(1, 9)}"))
        return Name(f"{thing[0].upper()}{thing[1:]} {stem}{number}", (f"the {stem}{number} {thing}", f"{stem}{number}"))

    def plant(self) -> Name:
        """A plant by its town."""
        town = self.town()
        if self.rng.random() < 0.3:
            return Name(f"{town} {self.word('suffixes')}", (town, f"the {town} plant"))
        return Name(town, (f"the {town} plant", f"the {town} works"))

    def district(self) -> Name:
        """A district, or a county named after a town."""
        town = self.town()
        return Name(f"{town} County", (town,)) if self.rng.random() < 0.15 else Name(town)

    def segment(self) -> Name:
        """A segment of a company."""
        name = self.word("segments")
        return Name(name, (f"the {name} segment", f"the {name} division", name.lower()))

    def material(self) -> Name:
        """A grade of a material."""
        base, stem = self.word("materials"), self.stem()
        number = self.rng.randint(2, 99) * 10
        shape = self.rng.choice(("{s} {n}", "{b} {s} {n}", "{s} {b} {n}"))
        return Name(shape.format(s=stem, n=number, b=base), (f"{stem} {number}",))

    def version(self) -> Name:
        """A version number."""
        number = f"{self.rng.randint(1, 12)}.{self.rng.randint(0, 9)}"
        number += f".{self.rng.randint(0, 9)}" if self.rng.random() < 0.3 else ""
        return Name(number, (f"version {number}", f"release {number}"))

    def model(self) -> Name:
        """A model of a machine."""
        number = f"{self.rng.choice('ABEKPVX')}{self.rng.randint(1, 99)}"
        stem = self.stem()
        return Name(f"{stem} {number}", (f"the {stem} {number}",))

    def train(self) -> Name:
        """A train by its number."""
        number = self.rng.randint(10, 990)
        kind = self.rng.choice(("IC", "RE", "Train", "Bus", "S"))
        return Name(f"{kind} {number}")

    def bridge(self) -> Name:
        """A bridge."""
        stem = self.town()
        return Name(f"{stem} Bridge", (f"the {stem} Bridge", f"the bridge at {stem}"))

    def airport(self) -> Name:
        """An airport by its town."""
        town = self.town()
        return Name(f"{town} {self.rng.choice(('Airport', 'International', 'City'))}", (town,))

    def _at(self, name: str) -> Callable[[], Name]:
        def make() -> Name:
            town, end = self.town(), self.word(name)
            label = f"{end}, {town}" if end.startswith(("St ", "Gallery", "Museum")) else f"{town} {end}"
            return Name(label, (f"the {label}",) if label.startswith(town) and name != "schools" else ())

        return make

    def _listed(self, name: str) -> Callable[[], Name]:
        def make() -> Name:
            word = self.word(name)
            return Name(word[0].upper() + word[1:], (word,))

        return make
