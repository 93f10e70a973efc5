"""Words of the scripts that SQLite's tokenizer does not split or fold well, as terms that can be searched for.

- Chinese, Japanese, Korean: pairs of neighbouring characters, as Lucene's CJKBigramFilter makes them, and single
  Chinese characters. No dictionary: jieba's is 19 MB and knows Chinese only, ICU's is 30 MB.
- Thai, Lao, Khmer, Burmese: runs of three characters, for the words there have several characters and no spaces.
- Arabic: one form of each letter, without vowel signs, article and commonest endings, after light10 (Larkey,
  Ballesteros and Connell 2002), the stemmer that does best in retrieval.
- Cyrillic, Greek, Devanagari, Tamil: Snowball's stems. Of other scripts that are not Latin, words as they are.
- Latin words and figures that touch a character of these scripts ("2023年"), for SQLite takes both for one word.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import Stemmer

# Characters of UAX 24's scripts, as ranges for a regular expression. Marks are within the block of their script.
_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PAIRED = (
    _HAN + "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff\uac00-\ud7a3\uff66-\uff9f"
)
_RUNS_OF_THREE = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u1049\u1050-\u109d\u1780-\u17d3"
_ARABIC = (
    "\u0610-\u061a\u0620-\u065f\u066e-\u06d3\u06d5-\u06dc\u06df-\u06e8\u06ea-\u06ef\u06fa-\u06ff\u0750-\u077f"
    "\ufb50-\ufdcf\ufe70-\ufefc"
)
_CYRILLIC = "\u0400-\u0481\u0483-\u052f"
_GREEK = "\u0370-\u0373\u0376-\u037d\u0386\u0388-\u03ff\u1f00-\u1fff"
_DEVANAGARI = "\u0900-\u0963\u0971-\u097f"
_TAMIL = "\u0b82-\u0bcd"
_OTHER = (
    "\u0531-\u0587\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7-\u05f2\u0700-\u074f\u0780-\u07b1\u0980-\u0dff\u0f00-\u0fbc"
    "\u10a0-\u10ff\u1200-\u135f\u1c90-\u1cbf"
)

_ANY = f"{_PAIRED}{_RUNS_OF_THREE}{_ARABIC}{_CYRILLIC}{_DEVANAGARI}{_TAMIL}{_OTHER}"
_GREEK_WORD = f"[{_GREEK}]{{3,}}"  # fewer letters are a formula's: "5 μm"
_HELD = re.compile(f"[{_ANY}]|{_GREEK_WORD}")
_RUN = re.compile(f"[{_ANY}]+|{_GREEK_WORD}")
# A run of one of these scripts, or a word of Latin letters and digits; which of them touch, is looked at afterwards.
_PIECE = re.compile(
    f"(?P<paired>[{_PAIRED}]+)|(?P<three>[{_RUNS_OF_THREE}]+)|(?P<arabic>[{_ARABIC}]+)|(?P<russian>[{_CYRILLIC}]+)"
    f"|(?P<greek>{_GREEK_WORD})|(?P<hindi>[{_DEVANAGARI}]+)|(?P<tamil>[{_TAMIL}]+)|(?P<other>[{_OTHER}]+)"
    f"|(?P<latin>(?:(?![{_ANY}])[^\\W_])+)"
)
# Latin letters and the signs of every text: most texts are told by this alone, in a thirtieth of the time.
_LATIN = re.compile("[\x00-\u036f\u2000-\u2e7f]*+")
_IS_HAN = re.compile(f"[{_HAN}]")
_SNOWBALL = ("russian", "greek", "hindi", "tamil")

_ARABIC_LETTERS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ؤ": "و", "ئ": "ي"}
)
_ARABIC_SIGNS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")  # vowel signs and tatweel
_HEBREW_POINTS = re.compile("[\u0591-\u05bd\u05bf-\u05c7]")
_ARTICLES = ("وال", "بال", "كال", "فال", "ال", "لل")
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")


class ScriptTerm(NamedTuple):
    """A term and its place, counted from 0 as words are.

    ``single`` is a character of a longer run, which has the place of a pair it is in; ``latin`` a Latin word or a
    figure that touches another script.
    """

    term: str
    place: int
    single: bool = False
    latin: bool = False


def holds_script_words(text: str) -> bool:
    """Whether a text has words in a script other than the Latin one.

    >>> holds_script_words("Alibaba sold shares for €3 – “cheap”"), holds_script_words("阿里巴巴")
    (False, True)
    """
    return not text.isascii() and _LATIN.fullmatch(text) is None and _HELD.search(text) is not None


def script_terms(text: str) -> list[ScriptTerm]:
    """The terms of a text in scripts other than the Latin one, in order.

    >>> [one.term for one in script_terms("In 2023 sold: 2023年鯨を")]
    ['2023', '年鯨', '年', '鯨を', '鯨']
    >>> [one.term for one in script_terms("والشركات Акции")]
    ['شرك', 'акц']
    """
    return list(_terms(_folded(text))) if holds_script_words(text) else []


def _folded(text: str) -> str:
    """Compatibility forms and cases made one; what joins letters without being one is taken out."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return text.replace("\u200d", "").replace("\u200c", " " if _is_arabic(text) else "").replace("ё", "е")


def _is_arabic(text: str) -> bool:
    return any("\u0600" <= character <= "\u06ff" for character in text)


def _terms(text: str) -> Iterator[ScriptTerm]:
    place = 0
    pieces = list(_PIECE.finditer(text))
    for number, piece in enumerate(pieces):
        kind, run = str(piece.lastgroup), piece.group()
        if kind == "latin":
            if _touches(pieces, number):
                yield ScriptTerm(run, place, latin=True)
            place += 1
        elif kind == "paired":
            yield from _pairs(run, place)
            place += max(1, len(run) - 1)
        elif kind == "three":
            count = max(1, len(run) - 2)
            yield from (ScriptTerm(run[start : start + 3], place + start) for start in range(count))
            place += count
        else:
            yield ScriptTerm(_stem(kind, run), place)
            place += 1


def _touches(pieces: list[re.Match[str]], number: int) -> bool:
    """Whether a Latin word stands against a word of another script."""
    start, end = pieces[number].span()
    before = number > 0 and pieces[number - 1].end() == start
    return before or (number + 1 < len(pieces) and pieces[number + 1].start() == end)


def _pairs(run: str, place: int) -> Iterator[ScriptTerm]:
    if len(run) == 1:
        yield ScriptTerm(run, place)
        return
    for start, character in enumerate(run):
        if start + 1 < len(run):
            yield ScriptTerm(run[start : start + 2], place + start)
        if _IS_HAN.match(character):
            yield ScriptTerm(character, place + min(start, len(run) - 2), single=True)


def _stem(kind: str, word: str) -> str:
    if kind == "arabic":
        return _arabic_stem(word)
    if kind in _SNOWBALL:
        return str(_stemmer(kind).stemWord(word)) or word
    return _HEBREW_POINTS.sub("", word) or word


@functools.cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(language)


def _arabic_stem(word: str) -> str:
    """light10: "and" and the article taken off where two letters are left, then endings."""
    word = _ARABIC_SIGNS.sub("", word).translate(_ARABIC_LETTERS)
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= 2:
            word = word[len(article) :]
            break
    else:
        if word.startswith("و") and len(word) > 3:
            word = word[1:]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            word = word[: -len(ending)]
    return word


def without_script_words(text: str) -> str:
    """The text with a space in place of each run of other scripts, so that the Latin words in it stand alone.

    >>> without_script_words("2023年にXPengが")
    '2023 XPeng '
    """
    return _RUN.sub(" ", text) if holds_script_words(text) else text
