"""``where=``: which articles may answer, said as ``{"published": ">=2023-01-01", "source": "*.md"}``."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

from askdocs.core.errors import CorpusError

Where = Mapping[str, str | datetime.date | Sequence[str | datetime.date]]

_COLUMNS = {"id": "id", "article_id": "id", "source": "source", "title": "title", "published": "published"}
_MEANT = {"date": "published", "day": "published", "year": "published", "path": "source", "file": "source",
          "url": "source", "name": "title", "headline": "title"}  # fmt: skip
_OPERATORS = (">=", "<=", "!=", ">", "<", "=")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
Condition = tuple[str, list[str | float]]


def where_of(
    since: str | datetime.date | None, until: str | datetime.date | None, source: str | None
) -> dict[str, str | list[str]]:
    """A filter on the first and the last day, and on the source; what is empty or None limits nothing.

    >>> where_of("2024", None, "*.md"), where_of(None, datetime.date(2024, 2, 1), "")
    ({'published': ['>=2024'], 'source': '*.md'}, {'published': ['<=2024-02-01']})
    """
    days = [f"{sign}{day}" for sign, day in ((">=", since), ("<=", until)) if day]
    where: dict[str, str | list[str]] = {"published": days} if days else {}
    if source:
        where["source"] = source
    return where


def unknown_fields(where: Where) -> list[str]:
    """The keys of ``where`` that are no field every article has; they must be entries of ``meta``."""
    if not isinstance(where, Mapping):
        raise CorpusError(f"where: a mapping such as {{'published': '>=2023'}} is wanted, and {where!r} was given")
    return [key for key in where if key not in _COLUMNS]


def check_fields(where: Where, entries: Iterable[str]) -> None:
    """Refuse a key that is neither a field nor one of ``entries``, the keys of ``meta`` in the corpus.

    Raises:
        CorpusError: naming the field meant, as far as one is near, and all that are known.

    >>> check_fields({"section": "markets"}, ["section"])
    """
    known = sorted({*_COLUMNS.values(), *entries})
    for key in unknown_fields(where):
        if key not in known:
            near = difflib.get_close_matches(key.lower(), known, n=1) or [_MEANT.get(key.lower(), "")]
            hint = f"did you mean {near[0]}? " if near[0] else ""
            raise CorpusError(f"where: no article has a field {key!r}; {hint}(known: {', '.join(known)})")


def _column(key: str) -> Condition:
    """The SQL that gives what ``key`` names: a field of the article, or an entry of its ``meta``."""
    if key in _COLUMNS:
        return _COLUMNS[key], []
    return "json_extract(meta, ?)", ['$."' + key.replace('"', '\\"') + '"']


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _is_in_the_calendar(value: str) -> bool:
    try:
        datetime.date.fromisoformat((value + "-01-01")[:10])
    except ValueError:
        return False
    return True


def _values(key: str, wanted: object) -> list[str]:
    """The values of one key as text; a time of day says no more than its day."""
    texts: list[str] = []
    for one in wanted if isinstance(wanted, Sequence) and not isinstance(wanted, str) else [wanted]:
        if not isinstance(one, str | datetime.date):
            raise CorpusError(f"where: {key!r} is {one!r}; a text such as '>=2023' or a datetime.date is wanted")
        texts.append(one if isinstance(one, str) else one.isoformat()[:10])
    return texts


def _condition(key: str, wanted: str) -> Condition:
    """One condition as SQL over the table ``articles``."""
    operator = next((known for known in _OPERATORS if wanted.startswith(known)), "")
    value = wanted.removeprefix(operator).strip()
    column, values = _column(key)
    if key == "published":
        if not _DATE.fullmatch(value) or not _is_in_the_calendar(value):
            raise CorpusError(f"where: {key!r} is {wanted!r}; write a date like '>=2023-01-01', '2023-11' or '2023'")
        # A shorter date names a span: '2023-11' equals, and '<=2023-11' includes, every day of that month.
        column, values = f"substr({column}, 1, ?)", [*values, len(value)]
    elif operator in (">=", "<=", ">", "<") and (number := _number(value)) is not None:
        return f"CAST({column} AS REAL) {operator} ?", [*values, number]
    elif any(character in value for character in "*?") and operator in ("", "=", "!="):
        matches = "NOT GLOB" if operator == "!=" else "GLOB"
        return f"ifnull({column}, '') {matches} ?", [*values, value.replace("[", "[[]")]
    if operator == "!=":
        return f"ifnull({column}, '') != ?", [*values, value]
    return f"{column} {operator or '='} ?", [*values, value]


def conditions(where: Where) -> Condition:
    """All conditions of ``where`` as one SQL expression over ``articles``, and its values.

    A key is ``source``, ``title``, ``published``, ``id``, or an entry of ``meta``. A value is a text or a
    ``datetime.date``; a text is compared exactly, or begins with ``>= <= > < !=``, or holds ``*`` and ``?`` as in
    file names; of several values all must hold.

    Raises:
        CorpusError: a date that is none, or what is neither text nor date.

    >>> conditions({"published": [">=2023-01-01", "<2024"]})
    ('substr(published, 1, ?) >= ? AND substr(published, 1, ?) < ?', [10, '2023-01-01', 4, '2024'])
    """
    parts: list[str] = []
    values: list[str | float] = []
    for key, wanted in where.items():
        for one in _values(key, wanted):
            sql, found = _condition(key, one)
            parts.append(sql)
            values.extend(found)
    return " AND ".join(parts) or "TRUE", values
