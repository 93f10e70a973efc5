"""JSON and JSON lines: articles where records look like articles, otherwise tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Literal

from askdocs.core.articles import RawArticle
from askdocs.core.errors import SourceError
from askdocs.core.reports import Skipped
from askdocs.core.tables import Grid
from askdocs.ingest.sources.json_grids import json_grids
from askdocs.ingest.sources.metadata import (
    DATE_KEYS,
    TEXT_KEYS,
    TITLE_KEYS,
    Fields,
    field,
    meta,
    plain_key,
    published,
)

# A list of articles may stand under one name: {"status": "ok", "articles": [...]}.
LIST_KEYS = ("articles", "items", "data", "results", "documents", "entries", "news")


def json_articles(source: str, text: str) -> Iterator[RawArticle]:
    """The articles of a JSON document, or one article of its records as tables.

    Raises :class:`SourceError` where it is not JSON.
    """
    document = _parsed(source, text)
    if isinstance(document, dict) and not _is_article(document):
        document = next((document[key] for key in LIST_KEYS if _has_articles(document.get(key))), document)
    if isinstance(document, dict) and _is_article(document):
        yield _article(source, document)
        return
    records = document if isinstance(document, list) else [document]
    yield from _record_articles(source, list(enumerate(records, 1)))


def json_line_articles(source: str, text: str) -> Iterator[RawArticle | Skipped]:
    """The same for a file with a JSON document on each line; a line that is not JSON is skipped by its number."""
    records: list[tuple[int, Any]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                records.append((number, _parsed(f"{source}#{number}", line)))
            except SourceError as error:
                yield Skipped(source=error.source, reason=error.reason)
    yield from _record_articles(source, records)


def _parsed(source: str, text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise SourceError(source, "its JSON is nested too deeply") from error
    except ValueError as error:
        raise SourceError(source, f"it is not JSON: {error}") from error


def _record_articles(source: str, records: list[tuple[int, Any]]) -> Iterator[RawArticle]:
    """An article of each record that is one, and one article of all the others together."""
    others = []
    for number, record in records:
        if _is_article(record):
            yield _article(f"{source}#{number}", record)
        else:
            others.append(record)
    if grids := _grids(source, others):
        text = json.dumps(others, sort_keys=True)
        yield RawArticle(source=source, body="", format="tables", grids=grids, content_hash=text_hash(text))


def _grids(source: str, records: list[Any]) -> tuple[Grid, ...]:
    try:
        return tuple(json_grids(records[0] if len(records) == 1 else records))
    except RecursionError as error:
        raise SourceError(source, "its JSON is nested too deeply") from error


def _is_article(record: object) -> bool:
    return isinstance(record, dict) and any(
        plain_key(key) in TEXT_KEYS and isinstance(value, str) and value.strip() for key, value in record.items()
    )


def _has_articles(value: object) -> bool:
    return isinstance(value, list) and any(map(_is_article, value))


def _article(source: str, record: dict[str, Any]) -> RawArticle:
    others = {name: value for name, value in record.items() if plain_key(name) not in TEXT_KEYS}
    return record_article(source, field(record, TEXT_KEYS), others, json.dumps(record, sort_keys=True))


def record_article(source: str, body: str, fields: Fields, whole_record: str) -> RawArticle:
    """The article of a record: its text, what its other fields say, and the hash of the record as a whole.

    >>> found = record_article("a.csv#1", "They rose by 5%.", {"Headline": "Sales rise", "desk": "Asia"}, "...")
    >>> found.title, found.meta, found.format
    ('Sales rise', {'desk': 'Asia'}, 'text')
    """
    return RawArticle(
        source=source,
        title=field(fields, TITLE_KEYS),
        published=published(fields),
        body=body.replace("\x00", ""),  # which marks the place of a table
        format=_text_format(body),
        meta=meta(fields, (*TITLE_KEYS, *DATE_KEYS)),
        content_hash=text_hash(whole_record),
    )


def _text_format(body: str) -> Literal["html", "text"]:
    """What the text of a record is written in."""
    return "html" if body.startswith("<") and body.endswith(">") else "text"


def text_hash(text: str) -> str:
    """The SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
