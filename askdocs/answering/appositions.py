"""Whose the words in a bracket or behind a comma are: "Ilse Brandvik (46)", "Femi Adeyo, 23,", "Nvidia (NASDAQ: NVDA)".

What stands there is of the name right before it. A question about another name is not answered by it, however well its
kind fits.
"""

from __future__ import annotations

import functools
import re
from typing import Literal

from askdocs.core.decoding import Passage, SpanItem
from askdocs.text.english import FUNCTION_WORDS, MONTH, WEEKDAY
from askdocs.text.sentences import sentence_spans

#: whether the owner is named by the question, or somebody else is; "" where there is no owner, or nobody is asked about
Ownership = Literal["", "agrees", "differs"]

_WORD = r"[A-ZÀ-Þ][\w&'’-]*"
_NAME = rf"(?P<name>{_WORD}(?:\s+(?:(?:of|de|van|von|&)\s+)?{_WORD})*)"
_BRACKET = re.compile(rf"{_NAME}\s*[(\[][^()\[\]]*$")
_COMMA = re.compile(rf"{_NAME},\s+(?:\w+\s+){{0,4}}$")
_NO_NAME = re.compile(rf"(?:{MONTH}|{WEEKDAY}|the|a|an|but|and|in|on|at|by|for|mr|mrs|ms|dr)\b\.?", re.IGNORECASE)
_TOKEN = re.compile(r"[\w&’'-]+")


def ownership(question: str, item: SpanItem, passage: Passage) -> Ownership:
    """Whether the words at ``item`` are of what the question names, or of another.

    >>> from askdocs import Chunk, Hit
    >>> text = "Ilse Brandvik (46) succeeds Karl Aagard."
    >>> hit = Hit(chunk=Chunk(article_id="a", start=0, end=len(text), text=text), source="s", title="t", score=1.0)
    >>> passage = Passage(number=1, hit=hit, text=text, offsets=tuple(range(len(text) + 1)))
    >>> age = SpanItem(number=1, start=15, end=17)
    >>> [ownership(f"How old is {name}?", age, passage) for name in ("Ms Brandvik", "Mr Aagard", "the new chief")]
    ['agrees', 'differs', '']
    """
    owner = _owner(passage.text, item.start)
    if not owner:
        return ""
    asked = {_plain(word) for word in _TOKEN.findall(question)}
    if asked & owner:
        return "agrees"
    return "differs" if asked & _names(passage.text, passage.hit.title) else ""


def _owner(text: str, start: int) -> frozenset[str]:
    """The words of the name that the bracket or the apposition around ``start`` belongs to."""
    begin = next((a for a, b in sentence_spans(text) if a <= start < b), 0)
    before = text[begin:start]
    found = _BRACKET.search(before) or _COMMA.search(before)
    return _name_words(found["name"]) if found else frozenset()


@functools.lru_cache(maxsize=256)
def _names(text: str, title: str) -> frozenset[str]:
    """The words that a passage or its title writes with a capital, sentences' first words aside."""
    inside = re.findall(rf"(?<=[a-z0-9,;:(&’'\"“] ){_WORD}|(?<=[(“\"]){_WORD}|\b[A-Z]\w*[A-Z]\w*", text)
    return _name_words(" ".join(inside)) | _name_words(" ".join(re.findall(rf"\b{_WORD}", title)))


def _name_words(text: str) -> frozenset[str]:
    words = (word for word in _TOKEN.findall(text) if not _NO_NAME.fullmatch(word))
    return frozenset(plain for word in words if len(plain := _plain(word)) > 2 and plain not in FUNCTION_WORDS)


def _plain(word: str) -> str:
    return re.sub(r"['’]s?$", "", word.lower())
