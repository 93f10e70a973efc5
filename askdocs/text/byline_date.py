"""The day an article was published as its text says it: in a marked line, a byline, a dateline or a line of its own.

Only what stands around a story is looked at, never a date in running prose: a day that is wrong hides an article from
the questions it answers, a day that is missing only from those that ask for a time. Where lines of one kind name
different days, no day is given.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from askdocs.text.publication_date import DATE, parse_date

# So many lines, title and all, are looked at for where a story begins.
FIRST_LINES = 6
# A longer line is a paragraph; of those only a dateline is taken.
LONGEST = 160
_LONGEST_LOOKED_AT = 400

_MARKUP = re.compile(r"[*_`]+|^[\s>#•-]+")
_DAY = rf"(?P<date>{DATE})"
_PUBLISHED = (
    r"(?:(?:first |originally )?(?:published|posted|issued)|(?:publication |publish )?date(?: (?:published|posted))?)"
)
_UPDATED = r"(?:(?:last )?(?:updated|modified|revised)|last update)"
_AFTER_MARK = r"(?:\s*[:|–—-]\s*|\s+)(?:on\s+)?"
_CLOCK = (
    r"(?:T|,?\s+(?:at\s+|[|·–—-]\s+)?)\d{1,2}[:.]\d\d(?:[:.]\d\d(?:\.\d+)?)?"
    r"(?:\s*[ap]\.?m\b\.?)?(?:\s*(?:Z|[+-]\d\d:?\d\d|\(?[A-Z]{2,5}\)?)(?!\w))?"
)
# Behind a date: nothing, a clock, or what is set off from it; not the rest of a sentence.
_TAIL = rf"(?:{_CLOCK})?(?:\W*$|\s*[|·•]|\s+[–—(/-]|,?\s+(?:by|updated|last updated|published)\b)"

_CAPITAL = r"(?-i:[A-ZÀ-ÖØ-Þ])"
_NO_NAME = (
    r"(?!(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|"
    r"october|november|december)\b)"
)
_NAME = (
    rf"(?:{_CAPITAL}[\w.'’-]*|and|&|de|del|di|da|van|von|der|den|la|le|du|of|the|for|in|at|our|staff|writer|"
    r"reporter|correspondent|editor)"
)
_NAMES = rf"{_NO_NAME}{_CAPITAL}[\w.'’-]*(?:,? {_NAME}){{0,12}}"
_BYLINE = rf"(?:(?:words|story|report|reporting|written) )?by:? {_NAMES}(?:,?\s+(?:[|·•–—(/-]\s*)?(?:on\s+)?)"

_AGENCY = r"(?:\([^()\n]{2,40}\)|/[^/\n]{2,40}/)"
_STATE = rf"(?:, {_CAPITAL}[\w.]+(?: {_CAPITAL}[\w.]+)?)?"
_CITY = rf"(?-i:[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’-]+(?:[ /][A-ZÀ-ÖØ-Þ.'’-]+){{0,4}}){_STATE}"
_PLACE = rf"(?!(?:in|on|at|by|from|until|after|before)\b){_CAPITAL}[\w.'’-]+(?: {_CAPITAL}[\w.'’-]+){{0,3}}{_STATE}"
_DASH = r"(?:\s*[–—]|\s*--|\s+-(?=\s))"


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_MARKED = _form(rf"{_PUBLISHED}{_AFTER_MARK}{_DAY}{_TAIL}")
_MARKED_UPDATED = _form(rf"{_UPDATED}{_AFTER_MARK}{_DAY}{_TAIL}")
_BY = _form(rf"{_BYLINE}(?:{_PUBLISHED}{_AFTER_MARK})?{_DAY}{_TAIL}")
# A place in capitals is a dateline's own; another needs its agency beside it.
_DATELINES = (
    _form(rf"{_CITY}(?: ?{_AGENCY})?,?(?:{_DASH})?\s{_DAY}(?:,?(?:{_DASH})?\s*{_AGENCY})?(?:{_DASH}|:\s)"),
    _form(rf"{_PLACE},?\s{_DAY},?(?:{_DASH})?\s*{_AGENCY}{_DASH}"),
    _form(rf"{_PLACE} ?{_AGENCY},?(?:{_DASH})?\s{_DAY}{_DASH}"),
)
_ALONE = _form(rf"{_DAY}(?:{_CLOCK})?(?:\W*$|\s*[,|·•–—-]?\s*by\s.{{2,80}}$)")


def date_in_lines(lines: Sequence[str]) -> datetime.date | None:
    """The day that the first lines of an article, or a marked last one, say it was published.

    >>> date_in_lines(["Sales rise", "*By Nils Aune, 3 December 2024*", "They rose on 2 December 2024."])
    datetime.date(2024, 12, 3)
    >>> date_in_lines(["Sales rise", "They rose on 2 December 2024, Nils Aune said."])
    """
    plain = [_plain(line) for line in lines]
    first = plain[:FIRST_LINES]
    alone = [line for line, bare in zip(lines, plain, strict=True) if _ALONE.match(bare) and not line.startswith("#")]
    kinds = (
        ((_MARKED,), _short([*first, *plain[-1:]])),
        ((_BY,), _short(first)),
        (_DATELINES, first),
        ((_ALONE,), _short(first) if len(alone) == 1 and alone[0] in lines[:FIRST_LINES] else []),
        ((_MARKED_UPDATED,), _short([*first, *plain[-1:]])),
    )
    for forms, where in kinds:
        if days := {day for line in where for form in forms if (day := _day_of(form, line))}:
            return days.pop() if len(days) == 1 else None
    return None


def _plain(line: str) -> str:
    return _MARKUP.sub("", line[:_LONGEST_LOOKED_AT]).strip()


def _short(lines: list[str]) -> list[str]:
    return [line for line in lines if len(line) <= LONGEST]


def _day_of(form: re.Pattern[str], line: str) -> datetime.date | None:
    found = form.match(line)
    return parse_date(found["date"]) if found else None
