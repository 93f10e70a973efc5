"""Runs of eight words, by which texts are compared: training data may share none with what evaluates."""

from __future__ import annotations

import re


def eight_grams(text: str) -> set[tuple[str, ...]]:
    """Every run of eight words in a row, in lower case, punctuation left out.

    >>> sorted(eight_grams("One two three, four five six seven eight nine."))[0]
    ('one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight')
    >>> len(eight_grams("One two three, four five six seven eight nine."))
    2
    """
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[start : start + 8]) for start in range(len(words) - 7)}
