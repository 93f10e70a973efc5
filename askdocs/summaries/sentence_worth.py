"""What makes a sentence one for a summary, beside how central it is: figures, names, words of the title.

Sentences that lean on others or only set the scene (quotations, questions, "I" and "we", a pronoun at the beginning,
very short ones) are worth less. The features are those of extractive summarizers since Edmundson 1969 ("New methods in
automatic extracting": cue, key, title, location) and Kupiec et al. 1995; the weights were set beforehand, not fitted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from askdocs.summaries.article_sentences import ArticleSentence
from askdocs.text.english import FUNCTION_WORDS, stem

FIGURES, NAMES, TITLE, QUOTED, ASKS, FIRST_PERSON, LEANS, SHORT = 0.8, 0.4, 0.6, -0.5, -0.6, -0.4, -0.2, -0.3
_WORD = re.compile(r"[\w'’]+")
_FIGURE = re.compile(r"\d[\d.,]*|\b(?:hundred|thousand|million|billion|half|doubled?|doubles|third|quarter)s?\b")
_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][a-z]+")
_QUOTATION = re.compile(r"[\"“”]")
_FIRST_PERSON = re.compile(r"\b(?:I|my|me|we|our|us)\b")
_LEANS = re.compile(r"(?:He|She|It|They|This|That|His|Her|Their|But|And|So|Then|There)\b")
_FEW_WORDS = 9
_MOST_FIGURES, _MOST_NAMES = 2, 4


def sentence_worth(sentences: Sequence[ArticleSentence]) -> NDArray[np.float64]:
    """How much each sentence is worth for a summary by its own words, shape ``(n,)``; the more, the better."""
    return np.array([_worth(sentence.text, title_stems(sentence.article.title)) for sentence in sentences])


def title_stems(title: str) -> frozenset[str]:
    """The words of a title that say something, without their endings."""
    return frozenset(stem(word) for word in _WORD.findall(title) if word.lower() not in FUNCTION_WORDS)


def _worth(text: str, title: frozenset[str]) -> float:
    words = _WORD.findall(text)
    shared = len(title & {stem(word) for word in words}) / max(1, len(title))
    return (
        FIGURES * min(_MOST_FIGURES, len(_FIGURE.findall(text))) / _MOST_FIGURES
        + NAMES * min(_MOST_NAMES, len(_NAME.findall(text))) / _MOST_NAMES
        + TITLE * shared
        + QUOTED * (_QUOTATION.search(text) is not None)
        + ASKS * text.endswith("?")
        + FIRST_PERSON * (_FIRST_PERSON.search(text) is not None)
        + LEANS * (_LEANS.match(text) is not None)
        + SHORT * (len(words) < _FEW_WORDS)
    )
