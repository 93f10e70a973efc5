"""What a source says about an article beside its text: title, date, and the rest as ``meta``."""

from __future__ import annotations

import datetime
import logging
import re
from collections.abc import Iterable, Mapping

logger = logging.getLogger(__name__)

TEXT_KEYS = ("text", "body", "content", "article", "article_text", "maintext", "full_text", "story")
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
)

_ISO_DATE = re.compile(r"((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
_COMPACT_DATE = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_AMBIGUOUS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}\b")
_HAS_DAY_AND_YEAR = re.compile(r"(?=.*\b\d{4}\b)(?=.*\b\d{1,2}(?:st|nd|rd|th)?\b)", re.DOTALL)
_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(.{0,65536}?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_PLAIN_FIELD = re.compile(r"^([A-Za-z][\w -]{0,40}):[ \t]+(.*\S)", re.MULTILINE)

Fields = Mapping[str, object]


def field(fields: Fields, keys: Iterable[str]) -> str:
    """The first of ``keys`` that ``fields`` has with something in it, as text; names are compared in lower case.

    >>> field({"Headline": "Sales rise", "title": " "}, TITLE_KEYS)
    'Sales rise'
    """
    lowered = {name.lower(): value for name, value in fields.items()}
    for key in keys:
        value = lowered.get(key)
        if isinstance(value, str | int | float | datetime.date) and (text := whole(str(value)).strip()):
            return text
    return ""


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
        if plain and name.lower() not in known:
            kept[whole(name)] = ", ".join(plain)
    return kept


def parse_date(text: str) -> datetime.date | None:
    """The day that ``text`` names, or ``None`` where it names none for certain: nothing is guessed.

    >>> parse_date("2024-03-05T10:00:00Z"), parse_date("5 March 2024")
    (datetime.date(2024, 3, 5), datetime.date(2024, 3, 5))
    >>> parse_date("03/04/2024"), parse_date("yesterday"), parse_date("March 2024")
    (None, None, None)
    """
    text = text.strip()[:100]
    if found := _ISO_DATE.match(text) or _COMPACT_DATE.fullmatch(text):
        return _day(*map(int, found.groups()))
    if not _HAS_DAY_AND_YEAR.match(text) or _is_ambiguous(text):
        return None
    import dateparser

    settings = {"STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    moment = dateparser.parse(text, languages=["en"], settings=settings)
    return moment.date() if moment else None


def date_in_name(name: str) -> datetime.date | None:
    """The date a file name begins with, as blogs and archives name their files.

    >>> date_in_name("2024-03-05-sales-rise.md")
    datetime.date(2024, 3, 5)
    """
    found = _ISO_DATE.match(name)
    return _day(*map(int, found.groups())) if found else None


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _is_ambiguous(text: str) -> bool:
    found = _AMBIGUOUS.search(text)
    return found is not None and int(found[1]) <= 12 and int(found[2]) <= 12 and found[1] != found[2]


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
