"""Whether a text is in another language than English, and which: by its script, or by the small words it is full of.

It serves one purpose, that a model which reads English is not asked to read something else, so it is made to be wrong
in one direction: what it cannot tell is taken for English, such as names, figures, and short questions without small
words. Language identifiers are not: py3langid (4.6 MB) takes "net sales" for Norwegian and "Who is Müller?" for German,
lingua (96 MB) takes "XPeng CEO?" for Sotho, and 18 and 30 of 809 English questions for something else.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from askdocs.text.english import FUNCTION_WORDS
from askdocs.text.small_words import NAME_WORDS, QUESTION_WORDS, SMALL_WORDS

# The longest scripts first: a text with Japanese syllables is Japanese, whatever Chinese characters it has.
_SCRIPTS = (
    ("Japanese", "\u3041-\u30ff\uff66-\uff9f", 2.5),
    ("Korean", "\u1100-\u11ff\uac00-\ud7a3", 2.5),
    ("Chinese", "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff", 2.5),
    ("Arabic script", "\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc", 1.0),
    ("Cyrillic script", "\u0400-\u052f", 1.0),
    ("Greek", "\u0370-\u03ff\u1f00-\u1fff", 1.0),
    ("Hebrew", "\u05d0-\u05f2", 1.0),
    ("Devanagari script", "\u0900-\u097f", 1.0),
    ("Thai", "\u0e01-\u0e4e", 1.0),
    ("another script", "\u0531-\u0587\u0980-\u0dff\u0e81-\u109f\u10a0-\u10ff\u1200-\u135f\u1780-\u17d3", 1.0),
)
_COUNTED = [(name, re.compile(f"[{characters}]"), weight) for name, characters, weight in _SCRIPTS]
_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = FUNCTION_WORDS - {"d", "ll", "m", "re", "s", "t", "ve"}  # what is left of "l'" and "d'" is no English
_LONG = 20  # words; a shorter text is judged as a question is
_LEAST_SHARE = 0.15  # of a long text's words
_MOST_READ = 4000  # characters
_QUESTION = 200


class _Counted(NamedTuple):
    """How many small words of a language a text has, and how many of them, told apart, are of no other use."""

    language: str
    words: int
    telling: int


def other_language(text: str) -> str | None:
    """The language or script that most of a text is in, if it is surely not English.

    >>> other_language("Wie viele Aktien hat die Firma verkauft?"), other_language("阿里巴巴出售了多少股XPeng？")
    ('German', 'Chinese')
    >>> other_language("Who owns Der Spiegel?"), other_language("Who is 雷军?"), other_language("net sales 2023")
    (None, None, None)
    """
    text = text[:_MOST_READ]
    found = script_of(text)
    if found is None:
        return _by_small_words(text)
    english = sum(word in _ENGLISH for word in _WORD.findall(text.casefold()))
    return None if english >= 2 and len(text) <= _QUESTION else found  # "Who is 阿里巴巴集团?"


def script_of(text: str) -> str | None:
    """The script, or the language that has one to itself, of most letters of a text; ``None`` for the Latin one.

    >>> script_of("33億円"), script_of("33 million"), script_of("٣٣")
    ('Chinese', None, None)
    """
    if text.isascii():
        return None
    found = [(name, len(pattern.findall(text)) * weight) for name, pattern, weight in _COUNTED]
    others = sum(weight for _, weight in found)
    latin = sum(map(len, _WORD.findall(text))) - sum(len(pattern.findall(text)) for _, pattern, _ in _COUNTED)
    if others <= max(latin, 1):  # one letter is a formula's: "2π"
        return None
    name, most = max(found, key=lambda pair: pair[1])
    japanese = found[0][1]
    return "Japanese" if name == "Chinese" and japanese * 20 > most else name


def _by_small_words(text: str) -> str | None:
    words = _WORD.findall(text.casefold())
    if not words:
        return None
    best = max((_count(language, words) for language in SMALL_WORDS), key=lambda found: (found.words, found.telling))
    english = sum(word in _ENGLISH for word in words)
    if len(words) >= _LONG:
        sure = best.telling >= 3 and best.words > 2 * english and best.words >= _LEAST_SHARE * len(words)
        return best.language if sure else None
    if words[0] in QUESTION_WORDS and (len(words) > 3 or "?" in text) and english <= 1 < len(words):
        return QUESTION_WORDS[words[0]]
    return best.language if best.telling >= 2 and best.words > 2 * english else None


def _count(language: str, words: list[str]) -> _Counted:
    small = SMALL_WORDS[language]
    held = [word for word in words if word in small]
    return _Counted(language, len(held), len({word for word in held if word not in NAME_WORDS}))
