"""Numbers in Chinese numerals, and dates as Chinese and Japanese texts write them."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from askdocs.core.answers import Value
from askdocs.values.script_words import PAIRED_SCALES

_NUMERALS = dict(zip("〇零一二三四五六七八九两兩", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 2), strict=True))
_DATE = re.compile(
    r"(?<![\w.,])(?P<year>[12]\d{3})年(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号號])?)?(?![度间間前后後来來代\d])"
)


def numeral(written: str) -> Decimal | None:
    """A number in Chinese numerals, of units in falling order; ``None`` for any other row of them.

    >>> numeral("三千五百万"), numeral("十二"), numeral("二〇二三"), numeral("百")
    (Decimal('35000000'), Decimal('12'), None, Decimal('100'))
    """
    total = part = Decimal(0)
    digit: Decimal | None = None
    least_in_part, least = Decimal(10_000), Decimal("Infinity")
    for character in written:
        scale = PAIRED_SCALES.get(character)
        if scale is None:
            if digit not in (None, 0):
                return None
            digit = Decimal(_NUMERALS[character])
        elif scale >= 10_000:
            part += digit or 0
            if not part or scale >= least:
                return None
            total, part, digit, least, least_in_part = total + part * scale, Decimal(0), None, scale, Decimal(10_000)
        else:
            if scale >= least_in_part:
                return None
            part, digit, least_in_part = part + (1 if digit is None else digit) * scale, None, scale
    return total + part + (digit or 0)


def script_dates(text: str) -> list[tuple[int, int, Value]]:
    """The dates of Chinese and Japanese texts with their year, each with where it begins and ends.

    >>> [value.value for _, _, value in script_dates("2023年11月17日，2024年")]
    ['2023-11-17', '2024']
    """
    found = []
    for match in _DATE.finditer(text):
        year, month, day = match["year"], match["month"], match["day"]
        try:
            datetime.date(int(year), int(month or 1), int(day or 1))
        except ValueError:
            continue
        parts = [year, *(part.zfill(2) for part in (month, day) if part)]
        precision = ("year", "month", "day")[len(parts) - 1]
        found.append((match.start(), match.end(), Value(kind="date", value="-".join(parts), precision=precision)))
    return found
