"""How well a sentence covers the words of a question: what tempts but is about something else leaves one uncovered.

Each word of the question is compared with every word of the sentence by the embedder's states, which tell meanings and
not only letters apart; the word that finds the least of its like counts. The matching is that of BERTScore (Zhang et
al. 2020, arXiv:1904.09675), of which this takes the minimum where BERTScore takes the mean.
"""

from __future__ import annotations

import collections
import re
from typing import Any, NamedTuple

import numpy as np

from askdocs.bert_numpy import Bert, Matrices, rough_gelu
from askdocs.types import FloatArray

_LONGEST = 256  # tokens of a question or a sentence
_KEPT = 128  # texts whose states are remembered
_ASKS = re.compile(r"(?:wh\w+|how)$", re.IGNORECASE)
_SMALL_WORDS = frozenset(
    "a an and are as at be by did do does for from had has have how in is it its many much of on or that the their "
    "there this to was were what when where which who whom whose why will with would".split()
)


class _Encoded(NamedTuple):
    """A text's tokens: their places in it, (tokens, 2), and their states, (tokens, width), each of length 1."""

    offsets: list[tuple[int, int]]
    states: FloatArray


class Aligner:
    """Compares questions with sentences; remembers the states of those it saw."""

    def __init__(self, config: dict[str, Any], matrices: Matrices, tokenizer: Any) -> None:
        self._bert = Bert(config, matrices, rough_gelu)
        self._tokenizer = tokenizer
        self._longest = min(_LONGEST, int(config["max_position_embeddings"]))
        self._known: collections.OrderedDict[str, _Encoded] = collections.OrderedDict()

    def least(self, question: str, sentence: str) -> float:
        """The likeness, -1 to 1, of the word of the question that is covered least; 1 where it has only small words."""
        asked, said = self._encoded(question), self._encoded(sentence)
        chosen = [i for i, (start, end) in enumerate(asked.offsets) if _counts(question[start:end])]
        if not chosen or len(said.states) < 3:
            return 1.0
        likeness = asked.states[chosen] @ said.states[1:-1].T  # without [CLS] and [SEP]
        return float(likeness.max(axis=1).min())

    def _encoded(self, text: str) -> _Encoded:
        found = self._known.pop(text, None) or self._computed(text)
        self._known[text] = found
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return found

    def _computed(self, text: str) -> _Encoded:
        tokens = self._tokenizer.encode(text)
        states = self._bert.states(np.array(tokens.ids[: self._longest]))
        lengths = np.maximum(np.linalg.norm(states, axis=1, keepdims=True), 1e-12)
        return _Encoded(tokens.offsets[: self._longest], states / lengths)


def _counts(piece: str) -> bool:
    """Whether a token's characters are a word, or part of one, that a sentence can cover.

    >>> [_counts(piece) for piece in ("shares", "the", "How", "?", "")]
    [True, False, False, False, False]
    """
    return bool(piece) and piece[0].isalnum() and piece.lower() not in _SMALL_WORDS and not _ASKS.match(piece)
