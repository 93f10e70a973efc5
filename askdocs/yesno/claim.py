"""What a question for yes or no claims: its words, figures and dates."""

from __future__ import annotations

import re
from typing import NamedTuple

from askdocs.yesno.lexicon import NEGATION, PHRASES, STOP, agreeing, stem
from askdocs.yesno.values import Figure, When, figures, whens

_WORD = re.compile(r"[^\W\d_][\w'’&-]*|\d[\w.,]*\w|\d")
_AUXILIARY = r"(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would|should|may|might)(?:n['’]t)?"
_OPENING = re.compile(rf"^\W*(?:and |but |so |or )?{_AUXILIARY}\b", re.I)
_CODE = re.compile(r"\b(?:usd|eur|gbp|chf|jpy|cny|inr|cad|aud|hkd|sek|nok|dkk|sgd)\b")  # in hasty questions
_BOUND = re.compile(
    r"\b(?:(?:no )?(?:more|less|fewer|greater|higher|lower|larger|smaller) than|over|above|below|under)\s*$", re.I
)
_NAME = re.compile(r"(?:[A-Z][\w&'’-]*|\d+[A-Z]\w*)")


class Word(NamedTuple):
    """A word at ``[start, end)`` with its stem."""

    start: int
    end: int
    stem: str
    name: bool


class Claim(NamedTuple):
    """What a question asks to be confirmed."""

    text: str
    words: tuple[Word, ...]
    figures: tuple[Figure, ...]
    dates: tuple[When, ...]
    negated: bool


def claim_of(question: str) -> Claim:
    """Read a question for yes or no.

    >>> [word.stem for word in claim_of("Did Tolmar sell 33 million shares in 2023?").words]
    ['tolmar', 'sell', 'share']
    """
    text = _OPENING.sub(lambda match: " " * len(match.group()), question)
    text = _CODE.sub(lambda match: match.group().upper(), text)
    counted, dated = [figure for figure in figures(text) if not _small(figure, text)], whens(text)
    spans = [(figure.start, figure.end) for figure in counted] + [(date.start, date.end) for date in dated]
    taken = [(_with_bound(text, start), end) for start, end in spans]
    words = tuple(
        word
        for word in words_of(text, begun=True)
        if not any(start < word.end and word.start < end for start, end in taken)
    )
    if any(figure.kind == "duration" for figure in counted):  # "Did it last nine days?": a nine-day strike
        words = tuple(word for word in words if word.stem not in ("last", "tak", "final"))
    # "Did it not sell?" asks whether it sold; "Is it true that it did not sell?" whether it did not.
    embedded = re.search(r"\bthat\b", text)
    negated = embedded is not None and NEGATION.search(text, embedded.end()) is not None
    return Claim(question, words, tuple(counted), tuple(dated), negated)


def _with_bound(text: str, start: int) -> int:
    """Where a figure begins with the words that bound it: "more than 30"."""
    bound = _BOUND.search(text[:start])
    return bound.start() if bound else start


def _small(figure: Figure, text: str) -> bool:
    """Whether a figure is one of "the two companies", which claims nothing."""
    return figure.kind == "number" and figure.high <= 3 and text[figure.start : figure.end].isalpha()


def words_of(text: str, begun: bool = False) -> list[Word]:
    """The words that carry meaning; phrases as the one word they stand for.

    ``begun`` says that no sentence begins here, so that a capital shows a name.
    """
    found: list[Word] = []
    taken: list[tuple[int, int]] = []
    for pattern, meaning in PHRASES:
        for match in pattern.finditer(text):
            found.append(Word(match.start(), match.end(), stem(meaning), name=False))
            taken.append(match.span())
    for match in _WORD.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        if match.group().lower() in STOP or (len(match.group()) == 1 and not match.group().isupper()):
            continue
        before = text[: match.start()].rstrip()
        opens = before[-1] in ".!?" if before else not begun
        name = _NAME.fullmatch(match.group()) is not None and not opens
        found.append(Word(match.start(), match.end(), stem(match.group()), name))
    return sorted(found)


def alike(one: str, other: str) -> bool:
    """Whether two stems are forms of one word, or of words that mean the same.

    >>> alike("approv", "approval"), alike("takeov", "merger"), alike("rise", "risk")
    (True, True, False)
    """
    return one == other or (len(one) >= 6 and len(other) >= 6 and one[:6] == other[:6]) or agreeing(one, other)


def stems_in(text: str) -> set[str]:
    """The stems of all words of a text."""
    return {stem(match.group()) for match in _WORD.finditer(text)}
