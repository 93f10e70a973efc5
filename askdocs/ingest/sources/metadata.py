"""What a source says about an article beside its text: title, date, and the rest as ``meta``."""

from __future__ import annotations

import datetime
import logging
import re
from collections.abc import Iterable, Iterator, Mapping

from askdocs.text.publication_date import parse_date

logger = logging.getLogger(__name__)

TEXT_KEYS = (
    "text",
    "body",
    "content",
    "article",
    "article_text",
    "article_body",
    "articlebody",
    "maintext",
    "full_text",
    "story",
)
TITLE_KEYS = ("title", "headline", "name")
DATE_KEYS = (
    "published",
    "date",
    "published_at",
    "publishedat",
    "publish_date",
    "published_date",
    "datepublished",
    "date_published",
    "date_publish",
    "pubdate",
    "publication_date",
    "published_on",
    "published_time",
    "pub_date",
    "posted",
    "posted_at",
    "date_posted",
    "datetime",
    "timestamp",
)

_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(.{0,65536}?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_PLAIN_FIELD = re.compile(r"^([A-Za-z][\w -]{0,40}):[ \t]+(.*\S)", re.MULTILINE)

Fields = Mapping[str, object]


def field(fields: Fields, keys: Iterable[str]) -> str:
    """The first of ``keys`` that ``fields`` has with something in it, as text; names are compared as ``plain_key``.

    >>> field({"Headline": "Sales rise", "title": " "}, TITLE_KEYS)
    'Sales rise'
    """
    return next(_values(fields, keys), "")


def published(fields: Fields) -> datetime.date | None:
    """The first date field that names a day.

    >>> published({"Publish Date": "5 March 2024", "date": "soon"})
    datetime.date(2024, 3, 5)
    """
    return next((day for text in _values(fields, DATE_KEYS) if (day := parse_date(text))), None)


def plain_key(name: str) -> str:
    """A field's name in lower case, with ``_`` between its words.

    >>> plain_key(" Publish Date")
    'publish_date'
    """
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def _values(fields: Fields, keys: Iterable[str]) -> Iterator[str]:
    named = {plain_key(name): value for name, value in fields.items()}
    for key in keys:
        value = named.get(key)
        if isinstance(value, str | int | float | datetime.date) and (text := whole(str(value)).strip()):
            yield text


def whole(text: str) -> str:
    r"""``text`` with "?" for halves of surrogate pairs, which JSON and file names may hold and UTF-8 cannot.

    >>> whole("a\ud800b")
    'a?b'
    """
    return text.encode("utf-8", "replace").decode("utf-8")


def meta(fields: Fields, without: Iterable[str]) -> dict[str, str]:
    """Everything else of ``fields`` that is a plain value or a list of such.

    >>> meta({"title": "Sales", "tags": ["retail", "asia"], "author": "Ann Lee", "x": None}, TITLE_KEYS)
    {'tags': 'retail, asia', 'author': 'Ann Lee'}
    """
    known = set(without)
    kept: dict[str, str] = {}
    for name, value in fields.items():
        values = value if isinstance(value, list) else [value]
        plain = [whole(str(item)) for item in values if isinstance(item, str | int | float | datetime.date)]
        if plain and plain_key(name) not in known:
            kept[whole(name)] = ", ".join(plain)
    return kept


def front_matter(text: str, source: str) -> tuple[dict[str, object], str]:
    r"""Split the YAML front matter from the text under it. Without any, the fields are empty.

    >>> front_matter("---\ntitle: Sales: a record\n---\nThey rose.", "a.md")
    ({'title': 'Sales: a record'}, 'They rose.')
    """
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, text
    import frontmatter
    import yaml

    try:
        fields, _ = frontmatter.parse(found[0])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # A title with a colon in it is the usual reason; its lines still say what they say.
        logger.info("%s: the front matter is not YAML (%s); read as lines of name: value", source, error)
        fields = dict(_PLAIN_FIELD.findall(found[1]))
    if not fields:  # two rules drawn in a plain text
        return {}, text
    return {str(name): value for name, value in fields.items()}, text[found.end() :]
