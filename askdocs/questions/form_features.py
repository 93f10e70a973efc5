"""What the classifier of question forms weighs: words, pieces of words, the form that the words tell, the length."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"[a-z]+(?:['’][a-z]+)?|\d+|[?,:;/&#]")
_LETTERS = re.compile(r"[a-z]+")
_MOST_TOKENS = 60
WORDS, PIECES, TOLD = 0.5, 0.25, 2.0  # the value of each kind of mark, which says how freely it is fitted


def form_marks(question: str, told: str) -> dict[str, float]:
    """The marks of a question and their values; ``told`` is the form that its words tell by rule.

    >>> marks = form_marks("List banks?", "list")
    >>> marks["w list banks"], marks["p <ba"], marks["told list"], marks["short 2"]
    (0.5, 0.25, 2.0, 1.0)
    """
    lower = question.lower()
    tokens = _TOKEN.findall(lower)[:_MOST_TOKENS]
    marks = dict.fromkeys((f"w {run}" for run in _runs(tokens)), WORDS)
    marks |= dict.fromkeys(
        (f"p {piece}" for word in _LETTERS.findall(lower)[:_MOST_TOKENS] for piece in _pieces(word)), PIECES
    )
    marks[f"told {told}"] = TOLD
    length = len(question.split())
    marks |= {f"short {most}": 1.0 for most in (2, 4, 8) if length <= most}
    marks |= {"long": 1.0} if length > 15 else {}
    marks |= {"asks": TOLD} if question.rstrip().endswith("?") else {}
    return marks | ({"asks twice": 1.0} if question.count("?") > 1 else {})


def _runs(tokens: list[str]) -> Iterator[str]:
    """Runs of one to three tokens; the first token stands also behind a mark of the beginning."""
    for size in (1, 2, 3):
        yield from (" ".join(tokens[at : at + size]) for at in range(len(tokens) - size + 1))
    yield from (f"^ {token}" for token in tokens[:1])


def _pieces(word: str) -> Iterator[str]:
    """Pieces of two to five characters of a word with its edges marked: what a slip of typing leaves whole."""
    edged = f"<{word}>"
    for size in (2, 3, 4, 5):
        yield from (edged[at : at + size] for at in range(len(edged) - size + 1))
