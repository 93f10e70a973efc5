"""``where=`` as Postgres understands it: the same conditions as ``askdocs.storage.filters`` writes for SQLite."""

from __future__ import annotations

import re

from askdocs.storage import filters
from askdocs.storage.filters import Condition, Where

_JSON = "json_extract(meta, ?)"


def conditions(where: Where) -> Condition:
    """All conditions of ``where`` as one SQL expression over ``articles``, and its values.

    Raises CorpusError where it cannot be understood.

    >>> conditions({"source": "*.md", "section": ">=3"})
    ("coalesce(source, '') LIKE ? AND real_of(meta::json ->> ?) >= ?", ['%.md', 'section', 3.0])
    """
    sql, values = filters.conditions(where)
    parts = [] if sql == "TRUE" else sql.split(" AND ")
    said: list[str] = []
    found: list[str | float] = []
    rest = iter(values)
    for part in parts:
        taken = [next(rest) for _ in range(part.count("?"))]
        said.append(_translated(part, taken))
        found.extend(taken)
    return " AND ".join(said) or "TRUE", found


def _translated(part: str, values: list[str | float]) -> str:
    """One condition; its values are brought into the other form in place."""
    if _JSON in part:
        values[0] = str(values[0])[3:-1].replace('\\"', '"')  # $."key"
        part = part.replace(_JSON, "meta::json ->> ?")
    if "GLOB ?" in part:
        values[-1] = _like(str(values[-1]))
    part = part.replace("GLOB ?", "LIKE ?").replace("ifnull(", "coalesce(")
    return re.sub(r"CAST\((.+?) AS REAL\)", r"real_of(\1)", part)


def _like(pattern: str) -> str:
    r"""A pattern of SQLite's GLOB, of which ``*``, ``?`` and ``[[]`` are used, as one of LIKE.

    >>> _like("100%_[[]a]*.md?")
    '100\\%\\_[a]%.md_'
    """
    plain = pattern.replace("[[]", "[")
    escaped = re.sub(r"([\\%_])", r"\\\1", plain)
    return escaped.replace("*", "%").replace("?", "_")
