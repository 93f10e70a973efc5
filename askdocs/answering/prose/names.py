"""The proper names in a sentence of prose, and whether words of the articles hold them.

A name is told by its capital letter. The first word of a sentence has one too: it counts as a name unless it is a
word that sentences begin with, or one that the texts at hand write small.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from askdocs.text.english import FUNCTION_WORDS, stem

_WORD = re.compile(r"[^\W\d_](?:[\w&]|[.'’](?=\w))*")
_ROLES = frozenset(["CEO", "CFO", "COO", "CTO", "IPO", "GDP", "AI", "EV", "TV", "PR", "HR", "ESG", "VAT"])
_FIRST_WORDS = (
    "according although additionally afterwards already another because besides both consequently currently despite "
    "during each earlier either even every finally first following formerly further furthermore hence here however "
    "including instead last late later likewise many meanwhile more moreover most much neither nevertheless next none "
    "nonetheless nor note now once only other others otherwise overall per perhaps previously rather recently second "
    "several similarly since some still subsequently such thereby therefore third though throughout thus together "
    "today two three four five six seven eight nine ten under unlike until upon usually via what whereas whether while "
    "within without yes yet no nothing nobody everyone someone i it its he she they we you among above across against "
    "along around behind below beside between beyond near off onto out outside over past toward towards up like just "
    "officials analysts investors customers people employees workers management shares sales revenue revenues profit "
    "profits company companies results figures reports plans experts critics passage passages article articles source "
    "sources text"
)
_OPENERS = frozenset(_FIRST_WORDS.split())


def proper_names(text: str, common: frozenset[str] = frozenset()) -> list[tuple[str, ...]]:
    """The names, in order, each as its capitalised words; ``common`` are stems of words that are none.

    >>> proper_names("However, Tencent sold it to Morgan Stanley. Sales of the iPhone fell, the CEO said.")
    [('Tencent',), ('Morgan', 'Stanley'), ('iPhone',)]
    >>> proper_names("Trading ended."), proper_names("Trading ended.", frozenset(["trade"]))
    ([('Trading',)], [])
    """
    found: list[tuple[str, ...]] = []
    end = -1
    for match in _WORD.finditer(text):
        word = _bare(match.group())
        if not any(character.isupper() for character in word) or word.strip(".") in _ROLES or word == "I":
            continue
        if word.istitle() and word.lower() in FUNCTION_WORDS:
            continue
        plain = word[1:].islower() and (word.lower() in _OPENERS or stem(word) in common)
        if plain and _begins_sentence(text, match.start()):
            continue
        goes_on = text[end : match.start()] == " " and not _begins_sentence(text, match.start())
        found[len(found) - goes_on :] = [(*found[-1], word) if goes_on else (word,)]
        end = match.end()
    return found


def small_words(text: str) -> frozenset[str]:
    """The stems of the words that a text writes without a capital.

    >>> sorted(small_words("Apple trades apples."))
    ['appl', 'trade']
    """
    return frozenset(stem(match.group()) for match in _WORD.finditer(text) if match.group().islower())


def holds_name(text: str, name: str) -> bool:
    """Whether a text holds a name, as a whole word with a capital, as another form of it, or as its initials.

    >>> holds_name("Alibaba's stake", "Alibaba"), holds_name("an apple", "Apple"), holds_name("in Europe", "European")
    (True, False, True)
    >>> holds_name("the United States said", "U.S."), holds_name("the Johnston family", "Johnson")
    (True, False)
    """
    wanted = _key(name)
    words = [word for word in _words(text) if word != word.lower()]
    if any(_same(_key(word), wanted) for word in words):
        return True
    letters = wanted if name.isupper() or "." in name else ""
    initials = "".join(word[0].lower() for word in words)
    return len(letters) > 1 and letters in initials


def _same(one: str, other: str) -> bool:
    """Whether two words are one name, or one of them the other with a short ending ("German", "Germany")."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= 5 and long.startswith(short) and len(long) - len(short) <= 3


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text):
        yield _bare(match.group())


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word)


def _key(word: str) -> str:
    return word.replace(".", "").replace("’", "'").lower()


def _begins_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \t\"'“‘(")
    return not before or before[-1] in ".!?:"
