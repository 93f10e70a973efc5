"""Runs of eight words, by which texts are compared: training data may share none with what evaluates."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

EVALS = Path(__file__).resolve().parents[2] / "evals"
_TEXTS = {".md", ".jsonl", ".txt", ".json", ".yaml", ".html"}


def eight_grams(text: str) -> set[tuple[str, ...]]:
    """Every run of eight words in a row, in lower case, punctuation left out.

    >>> sorted(eight_grams("One two three, four five six seven eight nine."))[0]
    ('one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight')
    >>> len(eight_grams("One two three, four five six seven eight nine."))
    2
    """
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[start : start + 8]) for start in range(len(words) - 7)}


@lru_cache(maxsize=1)
def evaluated_eight_grams() -> frozenset[tuple[str, ...]]:
    """Those of every article, question, gold answer and instruction that evaluates."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(EVALS.rglob("*")) if path.suffix in _TEXTS)
    return frozenset().union(*map(eight_grams, texts))
