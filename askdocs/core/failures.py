"""Errors that nobody foresaw, as a log may hold them."""

from __future__ import annotations

import traceback
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_PLACES = 6


def where_it_failed(error: BaseException) -> str:
    """Which error it is, and where, innermost first. Not its message, which may hold a question or words of an article.

    >>> try:
    ...     int("a secret")
    ... except ValueError as error:
    ...     print(where_it_failed(error))
    ValueError at <doctest ...
    """
    places = traceback.extract_tb(error.__traceback__)
    ours = [place for place in places if Path(place.filename).is_relative_to(_PACKAGE)] or places
    where = " < ".join(f"{Path(place.filename).name}:{place.lineno}" for place in reversed(ours[-_PLACES:]))
    return f"{type(error).__name__} at {where}"
