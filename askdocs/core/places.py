"""Where a corpus is: the path of a folder, or the address of a database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

_SCHEMES = ("postgresql://", "postgres://")


def is_address(place: object) -> bool:
    """Whether a place is the address of a database.

    >>> is_address("postgresql://ann@db/team?corpus=news"), is_address(".askdocs")
    (True, False)
    """
    return isinstance(place, str) and place.startswith(_SCHEMES)


def place_of(text: str) -> Path | str:
    """A place as it is typed: an address stays a text, everything else is a path.

    >>> place_of("postgresql://db/team"), place_of("news")
    ('postgresql://db/team', PosixPath('news'))
    """
    return text if is_address(text) else Path(text)


def _checked(given: object) -> object:
    return place_of(given) if isinstance(given, str) else given


Place = Annotated[Path | str, BeforeValidator(_checked)]
