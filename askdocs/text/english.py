"""Words of English: those that say how a thing is put, the names of months and days, and a word without its endings."""

from __future__ import annotations

import functools

import Stemmer

# "May" and "us" are left out: a month, a country. "s" and "ll" are what follows an apostrophe where words are split.
_FUNCTION_WORDS = (
    "a about after also an and are as at be been before being but by can could d did do does during for from "
    "had has have he her him his how i if in into is it its ll m me my no not of on one or our re s she "
    "should so such t than that the their them then there these they this those to ve was we were what when "
    "where which who whom whose why will with would you your"
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
# The fewer words that the weights of askdocs.answering.calibration were fitted with.
_CALIBRATION_WORDS = (
    "a an and are as at be by did do does for from had has have how in is it its many much of on or that the their "
    "there this to was were what when where which who whom whose why will with would"
)
CALIBRATION_WORDS = frozenset(_CALIBRATION_WORDS.split())

_MONTHS = (
    "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
    "september sep sept", "october oct", "november nov", "december dec",
)  # fmt: skip
# The number of each month, by its name and its short names in lower case.
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
# Patterns; the longest name comes first.
MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + ")"
FULL_MONTH = "(?:" + "|".join(names.split()[0] for names in _MONTHS) + ")"
WEEKDAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"


@functools.lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


def stem(word: str) -> str:
    """A word in lower case without its endings, by Snowball's rules, so that its forms come out alike.

    >>> [stem(word) for word in ("Shares", "share", "closing", "Alibaba's")]
    ['share', 'share', 'close', 'alibaba']
    """
    return str(_stemmer().stemWord(word.lower().replace("’", "'").removesuffix("'s").rstrip("'")))
