"""Words broken over the ends of lines: whether the hyphen belongs to the word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W_]+)*")
_ENDING = re.compile(r"([^\s-][^\s]*?)(-|\xad)$")
_TAIL = re.compile(r"[(\[\"“‘']*([^\W_]*(?:-[^\W_]+)*)$")
_HEAD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")

# First parts of compounds that are written with a hyphen, unless an ending follows ("short-age").
_FIRST = frozenset(
    [
        "long",
        "short",
        "well",
        "high",
        "low",
        "mid",
        "self",
        "cross",
        "half",
        "full",
        "part",
        "real",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "multi",
        "semi",
        "vice",
        "ever",
        "third",
        "second",
        "first",
        "best",
        "worst",
        "fixed",
        "large",
        "small",
        "medium",
        "single",
        "double",
        "triple",
    ]
)
# Second parts that follow a hyphen after nearly any word.
_SECOND = frozenset(
    [
        "based",
        "related",
        "backed",
        "owned",
        "making",
        "specific",
        "wide",
        "driven",
        "quality",
        "looking",
        "bearing",
        "sized",
        "sided",
        "held",
        "listed",
        "adjusted",
        "weighted",
        "intensive",
        "efficient",
        "effective",
        "friendly",
        "dependent",
        "oriented",
        "funded",
        "priced",
        "traded",
        "controlled",
        "managed",
        "term",
        "year",
        "end",
        "free",
        "led",
        "rated",
    ]
)
_ENDINGS = frozenset(
    [
        "age",
        "ages",
        "en",
        "ened",
        "ening",
        "ens",
        "er",
        "ers",
        "est",
        "ly",
        "ness",
        "ing",
        "ings",
        "ed",
        "es",
        "s",
        "hand",
        "fall",
        "falls",
        "y",
        "ity",
        "ion",
        "ions",
        "ate",
        "al",
        "ment",
        "ments",
        "th",
        "ish",
        "land",
        "lands",
        "ful",
        "lying",
        "ance",
        "ances",
        "ent",
        "ary",
        "le",
        "ual",
        "ple",
        "plied",
        "plying",
        "tiple",
    ]
)


class Hyphens:
    """Decides by what the rest of a document writes whether a hyphen at the end of a line stays.

    >>> hyphens = Hyphens(["It is a long-term plan for manufacturing."])
    >>> hyphens.joined(["the long-", "term lease of a manu-", "facturing site"])
    'the long-term lease of a manufacturing site'
    """

    def __init__(self, lines: Iterable[str]) -> None:
        """``lines`` are those of the whole document, whose broken words are no evidence."""
        self._words: Counter[str] = Counter()
        broken = False
        for line in lines:
            for token in line.split():
                if not broken and token[-1] not in "-\xad":
                    self._words.update(word.casefold() for word in _WORD.findall(token))
                broken = token[-1] in "-\xad"

    def joined(self, lines: Sequence[str]) -> str:
        """Lines of one paragraph or cell as one."""
        return " ".join(self.mended(lines))

    def mended(self, lines: Sequence[str]) -> list[str]:
        """The same lines, where a word that was broken over the end of one stands whole there."""
        mended: list[str] = []
        for line in lines:
            if mended and (whole := self._whole(mended[-1], line)):
                mended[-1], line = whole
                if not line:
                    continue
            if line or (mended and mended[-1]):
                mended.append(line)
        return [line.replace("\xad", "") for line in mended]

    def _whole(self, before: str, after: str) -> tuple[str, str] | None:
        """Two lines with the word between them on the first, or ``None`` where no word is broken there."""
        broken = _ENDING.search(before)
        if not broken or not (head := re.match(r"\S+", after)) or not head[0][0].isalnum():
            return None
        rest = after[head.end() :].lstrip()
        if broken[2] == "-" and self._keeps(broken[1], head[0]):
            return before + head[0], rest
        return before[:-1] + head[0], rest

    def _keeps(self, before: str, after: str) -> bool:
        first, second = _TAIL.search(before), _HEAD.match(after)
        if not first or not second or not first[1]:
            return True  # a figure or a sign before it
        left, right = first[1].casefold(), second[0].casefold()
        if not right[0].isalpha() or not left[-1].isalpha():
            return True
        with_hyphen, without = self._words[f"{left}-{right}"], self._words[f"{left}{right}"]
        if with_hyphen != without:
            return with_hyphen > without
        last, following = left.rsplit("-", 1)[-1], right.split("-", 1)[0]
        if len(last) == 1 or second[0][0].isupper():
            return True
        if following in _ENDINGS:
            return False
        if last in _FIRST:
            return self._words[following] > 0 or len(following) >= 4
        return following in _SECOND and len(last) >= 3 and self._words[last] > 0
