"""The word lists beside this module: names of places and peoples, and words that tell what a name is."""

from __future__ import annotations

import functools
from pathlib import Path

from askdocs.core.base import Model

_FOLDER = Path(__file__).parent


class Places(Model):
    """Known names of places, each with the name that is usual: "Holland" is "Netherlands"; and words for peoples."""

    countries: dict[str, str]
    cities: dict[str, str]
    regions: dict[str, str]
    peoples: frozenset[str]

    def usual(self, name: str) -> str:
        """The usual name of a place, or the name itself.

        >>> places().usual("U.S."), places().usual("Bombay"), places().usual("Skarn")
        ('United States', 'Mumbai', 'Skarn')
        """
        return self.countries.get(name) or self.cities.get(name) or self.regions.get(name) or name


@functools.lru_cache(maxsize=1)
def places() -> Places:
    """The names of ``places.txt``."""
    lists = _read("places.txt")
    return Places(
        countries=_by_usual(lists["countries"]),
        cities=_by_usual(lists["cities"]),
        regions=_by_usual(lists["regions"]),
        peoples=frozenset(lists["peoples"]),
    )


@functools.lru_cache(maxsize=8)
def name_words(name: str) -> frozenset[str]:
    """The words of a list of ``name_words.txt``.

    >>> "plc" in name_words("company_ends"), "Dr" in name_words("titles")
    (True, True)
    """
    return frozenset(_read("name_words.txt")[name])


def _read(file: str) -> dict[str, list[str]]:
    lists = {}
    for line in (_FOLDER / file).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, words = line.partition(": ")
            lists[name] = words.split(", ")
    return lists


def _by_usual(entries: list[str]) -> dict[str, str]:
    return {name: names[0] for names in (entry.split("=") for entry in entries) for name in names}
