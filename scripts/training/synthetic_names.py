"""Invented companies, people, places, products and agencies, put together from the word lists of `names.txt`.

None is the name of a company or person of the evaluation articles: stems come from syllables, and what would
read as a real firm is dropped.
"""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple


class Company(NamedTuple):
    """A company as texts name it: in full, in short, and with what it is."""

    full: str
    short: str
    sector: str
    ticker: str


@lru_cache(maxsize=1)
def _lists() -> dict[str, list[str]]:
    """The word lists of `names.txt` by name: separated by commas where a word may hold a space."""
    lists: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "names.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, words = line.partition(": ")
            lists[name] = words.split(", ") if "," in words else words.split()
    return lists


@lru_cache(maxsize=1)
def sectors() -> dict[str, list[str]]:
    """What companies are, each with the last words of their names: "airline" with "Airways"."""
    return {name.removeprefix("sector "): words for name, words in _lists().items() if name.startswith("sector ")}


def _joined(rng: random.Random, *lists: str) -> str:
    return "".join(rng.choice(_lists()[name]) for name in lists)


def _stem(rng: random.Random) -> str:
    """An invented word one can pronounce."""
    while True:
        word = _joined(rng, "onsets", "middles", "codas") if rng.random() < 0.75 else _joined(rng, "onsets", "codas")
        low = word.lower()
        vowels = sum(letter in "aeiouy" for letter in low)
        consonants = max(len(run) for run in "".join(" " if letter in "aeiouy" else letter for letter in low).split())
        if 2 <= vowels <= 4 and consonants <= 3 and 5 <= len(word) <= 10 and low not in _lists()["forbidden"]:
            return word


def company(rng: random.Random) -> Company:
    """An invented company: "Velmora Foods", "Copper Ridge Airways", "VELM Bank"."""
    sector = rng.choice(list(sectors()))
    shape = rng.random()
    if shape < 0.7:
        stem = _stem(rng)
    elif shape < 0.92:
        stem = f"{_joined(rng, 'first_words')} {_joined(rng, 'second_words')}"
    else:
        stem = _stem(rng).upper()[: rng.randint(3, 4)]
    full = f"{stem} {rng.choice(sectors()[sector])}"
    bare = rng.random() < 0.2 and len(stem) > 4
    letters = "".join(letter for letter in full.upper() if letter in "BCDFGHJKLMNPQRSTVWXYZ")
    ticker = "".join(rng.sample(letters, min(len(letters), rng.randint(3, 4))))
    return Company(stem if bare else full, stem, sector, ticker)


class Pool:
    """Companies one after another, none of which could be mixed up: their names begin differently."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def pop(self) -> Company:
        """The next company."""
        while True:
            firm = company(self._rng)
            if firm.short.lower()[:4] not in self._taken:
                self._taken.add(firm.short.lower()[:4])
                return firm


def person(rng: random.Random) -> str:
    """A first name and an invented surname, sometimes with an initial."""
    middle = f" {rng.choice('ABCDEFGHJKLMNPRSTVW')}." if rng.random() < 0.06 else ""
    return f"{_joined(rng, 'given')}{middle} {_joined(rng, 'surname_starts', 'surname_ends')}"


def place(rng: random.Random) -> str:
    """An invented town or region."""
    lead = rng.choice(("New ", "Port ", "South ", "North ", "East ", "Lower ", "San ")) if rng.random() < 0.15 else ""
    return lead + _joined(rng, "place_starts", "place_ends")


def product(rng: random.Random) -> str:
    """A model or product name: "Halo 3", "Strata X7", "Nimbus"."""
    numbered = (f" {rng.randint(2, 9)}", f" {rng.choice('XSGRT')}{rng.randint(1, 9)}")
    return _joined(rng, "product_words") + rng.choice(("", "", *numbered, " Pro", " Max", "-S"))


def agency(rng: random.Random) -> str:
    """A regulator or court that does not exist."""
    return " ".join(_joined(rng, f"agency_{part}") for part in range(3))
