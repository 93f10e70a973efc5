"""Numbers in words: "two hundred and five", "half a million", "two-thirds"."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from askdocs.values.scales import SCALE_WORD, SCALES

ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
VULGAR = {
    sign: Decimal(top) / Decimal(below)
    for sign, top, below in (
        ("½", 1, 2), ("¼", 1, 4), ("¾", 3, 4), ("⅓", 1, 3), ("⅔", 2, 3), ("⅕", 1, 5), ("⅖", 2, 5), ("⅗", 3, 5),
        ("⅘", 4, 5), ("⅙", 1, 6), ("⅚", 5, 6), ("⅛", 1, 8), ("⅜", 3, 8), ("⅝", 5, 8), ("⅞", 7, 8),
    )
}  # fmt: skip
FRACTIONS = {
    "half": Decimal("0.5"),
    "a half": Decimal("0.5"),
    "one-half": Decimal("0.5"),
    "a quarter": Decimal("0.25"),
    "one-quarter": Decimal("0.25"),
    "three-quarters": Decimal("0.75"),
    "a third": Decimal(1) / 3,
    "one-third": Decimal(1) / 3,
    "two-thirds": Decimal(2) / 3,
    "a fifth": Decimal("0.2"),
    "one-fifth": Decimal("0.2"),
}

WORD = "|".join((*ONES, *TENS))
WORDS = re.compile(
    rf"\b(?:(?:(?:{WORD}|{SCALE_WORD})\b|\ba\b(?=[\s-](?:{SCALE_WORD})))(?:[\s-]+(?:and[\s-]+)?(?:a[\s-]+)?"
    rf"(?=(?:{WORD}|{SCALE_WORD}|half\b|quarter\b)))?(?:(?:half|quarter)\b(?:[\s-]+(?=(?:{SCALE_WORD})\b))?)?)+",
    re.I,
)
FRACTION = re.compile(
    r"\b(?:(?P<name>(?:one|two|three)[ -](?:half|thirds?|quarters?|fifths?)|half|a (?:half|third|quarter|fifth)))"
    rf"\b(?:\s+(?:of\s+)?an?\s+(?P<scale>{SCALE_WORD})\b)?",
    re.I,
)


def word_number(words: str) -> Decimal | None:
    """The number that number words say.

    >>> word_number("two hundred and thirty-three thousand"), word_number("two and a half million")
    (Decimal('233000'), Decimal('2500000.0'))
    """
    total, part, seen = Decimal(0), Decimal(0), False
    for word in re.split(r"[\s-]+", words.lower().strip()):
        if word in ("and", "a", ""):
            part = part or Decimal(1) if word == "a" and not seen else part
        elif word in ONES or word in TENS:
            part += ONES.get(word, TENS.get(word, 0))
            seen = True
        elif word in ("half", "quarter"):
            part += Decimal("0.5") if word == "half" else Decimal("0.25")
        elif word in ("hundred", "dozen"):
            part = (part or Decimal(1)) * SCALES[word]
            seen = True
        elif word in SCALES:
            total += (part or Decimal(1)) * SCALES[word]
            part, seen = Decimal(0), True
        else:
            return None
    return total + part if seen else None


def fraction_number(match: re.Match[str]) -> tuple[Decimal, Decimal] | None:
    """The number and the scale that a match of ``FRACTION`` says.

    >>> fraction_number(FRACTION.search("half a million"))
    (Decimal('0.5'), Decimal('1000000'))
    """
    spoken = match["name"].lower()
    name = spoken if spoken[0] == "a" else spoken.replace(" ", "-")
    value = FRACTIONS.get(name) or FRACTIONS.get(name.replace("-", " "))
    if value is None:
        return None
    return value, SCALES[match["scale"].lower()] if match["scale"] else Decimal(1)


# What NFKC would change into other figures: "2½" into "21⁄2", "455.9¹" into "455.91", "10⁵" into "105".
KEPT = "".join(VULGAR) + "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ª₀₁₂₃₄₅₆₇₈₉"
_KEEP = str.maketrans({sign: chr(0xE000 + place) for place, sign in enumerate(KEPT)})
_RESTORE = str.maketrans({chr(0xE000 + place): sign for place, sign in enumerate(KEPT)})


def plain_text(text: str) -> str:
    """Text with full-width digits, non-breaking spaces and their like as plain ones, and no figure changed.

    >>> plain_text("１２ 500"), plain_text("455.9¹"), plain_text("٣٫٥٪")
    ('12 500', '455.9¹', '3.5%')
    """
    plain = unicodedata.normalize("NFKC", text.translate(_KEEP)).translate(_RESTORE).strip()
    return plain if plain.isascii() else _OTHER_DIGIT.sub(_in_ascii, plain)


# The digits of Arabic, Hindi and other scripts, and the marks that stand among the Arabic ones.
_OTHER_DIGIT = re.compile(r"[^\W\D]|(?<=\d)[٫٬](?=\d)|٪")
_MARKS = {"٫": ".", "٬": ",", "٪": "%"}


def _in_ascii(match: re.Match[str]) -> str:
    sign = match.group()
    return _MARKS.get(sign) or str(unicodedata.decimal(sign, sign))
