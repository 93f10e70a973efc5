"""The words of a question as labels are compared with them: content words by their stems, periods apart."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable
from typing import NamedTuple

from askdocs.text.english import FUNCTION_WORDS, stem
from askdocs.values.measure_names import with_one_name
from askdocs.values.periods import Period, periods

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
# What a question is put with, whatever it asks for.
_ASKED_WITH = (
    "much many figure figures number value amount give show tell list name find please say said state stated per "
    "according table report article page shown recorded reported come came stand stood get got make made want know "
    "exactly overall total"
)
_ASKING = frozenset(_ASKED_WITH.split())
_PHRASE_WORDS = 3
_CLOSE = 0.84  # of difflib's ratio: one letter of six
_LEAST_LETTERS = 5


class Word(NamedTuple):
    """A content word: as written, its stem, where it begins, and whether it is written as a name."""

    text: str
    stem: str
    start: int
    is_name: bool


class QuestionWords(NamedTuple):
    """A question taken apart: its content words and the periods it names; function words are in neither."""

    text: str
    words: tuple[Word, ...]
    periods: tuple[Period, ...]

    @property
    def period_text(self) -> str:
        """The periods as the question writes them, with a space between."""
        return " ".join(self.text[period.start : period.end] for period in self.periods)

    def phrases(self) -> list[tuple[str, tuple[int, ...]]]:
        """Runs of up to three content words, with the numbers of their words."""
        found = []
        for first in range(len(self.words)):
            for last in range(first, min(first + _PHRASE_WORDS, len(self.words))):
                numbers = tuple(range(first, last + 1))
                found.append((" ".join(self.words[number].text for number in numbers), numbers))
        return found


def question_words(text: str) -> QuestionWords:
    """Take a question apart.

    >>> asked = question_words("What was Cloud's revenue in 2024?")
    >>> [word.stem for word in asked.words], [period.year for period in asked.periods]
    (['cloud', 'revenu'], [2024])
    """
    text = with_one_name(text)
    named = periods(text)
    words = [
        Word(match[0], stem(match[0]), match.start(), match[0][0].isupper() and match.start() > 0)
        for match in _WORD.finditer(text)
        if not any(period.start <= match.start() < period.end for period in named)
    ]
    content = [word for word in words if not {word.text.lower(), word.stem} & (FUNCTION_WORDS | _ASKING)]
    return QuestionWords(text, tuple(content), named)


def rest_of(asked: QuestionWords, named: frozenset[int]) -> str:
    """The question without its periods and without some of its content words, by their numbers.

    >>> asked = question_words("Who ran the Leeds plant in 2024?")
    >>> rest_of(asked, frozenset({1, 2}))
    'Who ran the in ?'
    """
    spans = [(period.start, period.end) for period in asked.periods]
    spans += [(asked.words[n].start, asked.words[n].start + len(asked.words[n].text)) for n in named]
    text = list(asked.text)
    for start, end in spans:
        text[start:end] = " " * (end - start)
    return " ".join("".join(text).split())


@functools.lru_cache(maxsize=32_768)
def label_stems(text: str) -> tuple[str, ...]:
    """The stems of a label's words without function words and periods; of all its words where nothing else is left.

    >>> label_stems("Cost of sales (US$ million)"), label_stems("2024")
    (('cost', 'good', 'us', 'million'), ())
    """
    text = with_one_name(text)
    named = periods(text)
    words = [
        match[0]
        for match in _WORD.finditer(text)
        if not any(period.start <= match.start() < period.end for period in named)
    ]
    content = [word for word in words if word.lower() not in FUNCTION_WORDS]
    return tuple(stem(word) for word in content or words)


def corrected(asked: QuestionWords, known: Iterable[str]) -> QuestionWords:
    """The question with words that are no label's but nearly one's taken for it: a typing error.

    >>> [word.stem for word in corrected(question_words("clud revenue"), ["cloud", "revenu"]).words]
    ['cloud', 'revenu']
    """
    stems = set(known)
    long_stems = [one for one in stems if len(one) >= _LEAST_LETTERS - 1]
    words = []
    for word in asked.words:
        close = (
            difflib.get_close_matches(word.stem, long_stems, n=1, cutoff=_CLOSE)
            if word.stem not in stems and len(word.stem) >= _LEAST_LETTERS - 1 and not word.is_name
            else []
        )
        words.append(word._replace(stem=close[0]) if close else word)
    return asked._replace(words=tuple(words))
