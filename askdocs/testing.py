"""Fakes for tests of askdocs and of what is built on it: fast, deterministic, without any model file.

Both satisfy the protocols of ``askdocs.core.protocols`` in full, so that every stage around them runs for real.
"""

from __future__ import annotations

import functools
import logging
import re
import zlib
from collections.abc import Callable, Sequence

import numpy as np

from askdocs.core.base import FloatArray
from askdocs.core.reports import Fingerprint

_PIECES = re.compile(r"\w{1,8}|[^\w\s]")
_WORDS = re.compile(r"\w+")
_PASSAGE = re.compile(r"^\[(\d+)\] .*\n((?:(?!\[\d+\] |Question: ).*\n?)*)", re.M)
_MARKED = re.compile(r"\[\d+\]|^(?:yes|no|unanswerable)\b")
_log = logging.getLogger(__name__)


@functools.lru_cache(maxsize=100_000)
def _bucket(word: str, dimension: int) -> tuple[int, float]:
    code = zlib.crc32(word.encode())
    return code % dimension, 1.0 if code & 0x80000000 else -1.0


class DeterministicEmbedder:
    """Embeds by hashing words into ``dimension`` buckets with signs; texts that share words are near each other.

    >>> embedder = DeterministicEmbedder()
    >>> embedder.embed_texts(["Alibaba sold shares", "rain in spring"]).shape
    (2, 64)
    >>> near, far = embedder.embed_texts(["Alibaba sold shares", "rain in spring"]) @ embedder.embed_query("shares")
    >>> bool(near > far)
    True
    >>> embedder.count_tokens("It sold 33 million.")
    5
    """

    def __init__(self, dimension: int = 64, name: str = "deterministic") -> None:
        self.fingerprint = Fingerprint(name=name, dimension=dimension, maximum_length=1_000_000)

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        """One row of length 1 for each text; a text without words gets the first unit vector."""
        rows = np.zeros((len(texts), self.fingerprint.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in _WORDS.findall(text.lower()):
                index, sign = _bucket(word, self.fingerprint.dimension)
                row[index] += sign
            if not row.any():
                row[0] = 1.0
            row /= np.linalg.norm(row)
        return rows

    def embed_query(self, text: str) -> FloatArray:
        """The same as a text of its own."""
        row: FloatArray = self.embed_texts([text])[0]
        return row

    def count_tokens(self, text: str) -> int:
        """Pieces of at most eight letters, and punctuation marks."""
        return len(_PIECES.findall(text))


Script = Callable[[str], str]
LogitsFunction = Callable[[Sequence[int], int], FloatArray]


class ScriptedGenerator:
    """A generator that wants to say what its script says; what it may say is up to the decoder.

    The vocabulary is the 256 bytes, then ``words``, then one end token; text is cut greedily into the longest
    words. ``answer`` is the wanted text, or a function of the prompt; a token that continues it has logit 10, the
    end token once it is complete, every other token 0; white space before it does not count, as prompts differ in
    it. ``logits(tokens, prompt_length)`` replaces that rule. ``calls`` lists every call with its arguments, in order.

    Answers are written ``[1] words`` (words of passage 1; more after ``; ``), ``yes [1] words``, ``no [1] words`` or
    ``unanswerable``. Words without a mark are taken for those of the first passage of the prompt that holds them;
    where none does they cannot be said, and a warning is logged.

    >>> model = ScriptedGenerator("no", words=[" no", "the "])
    >>> sequence, reused = model.prefill(model.tokenize("Is the sky green?"))
    >>> model.token_bytes(int(model.logits(sequence).argmax()))
    b'n'
    >>> model.accept([(sequence, ord("n")), (sequence, ord("o"))])
    >>> int(model.logits(sequence).argmax()) in model.end_tokens
    True
    >>> [name for name, *_ in model.calls]
    ['prefill', 'logits', 'accept', 'logits']
    """

    def __init__(
        self,
        answer: str | Script = "unanswerable",
        words: Sequence[str | bytes] = (),
        logits: LogitsFunction | None = None,
        context_length: int = 2048,
        name: str = "scripted",
    ) -> None:
        self.name = name
        self.context_length = context_length
        self.calls: list[tuple[object, ...]] = []
        self._vocabulary = [bytes([byte]) for byte in range(256)]
        self._vocabulary += [word if isinstance(word, bytes) else word.encode() for word in words]
        self._token_of: dict[bytes, int] = {}
        for token, piece in enumerate(self._vocabulary):
            self._token_of.setdefault(piece, token)
        self._longest = max(map(len, self._vocabulary))
        self.end_tokens = frozenset([len(self._vocabulary)])
        self._answer = answer if callable(answer) else lambda prompt: answer
        self._logits = logits or self._scripted_logits
        self._sequences: dict[int, list[int]] = {}
        self._prompt_lengths: dict[int, int] = {}
        self._next_sequence = 0

    def tokenize(self, text: str) -> list[int]:
        """Cut the text's UTF-8 bytes greedily into the longest words of the vocabulary."""
        data, tokens, position = text.encode(), [], 0
        while position < len(data):
            for length in range(min(self._longest, len(data) - position), 0, -1):
                token = self._token_of.get(data[position : position + length])
                if token is not None:
                    tokens.append(token)
                    position += length
                    break
        return tokens

    def frame(self) -> tuple[list[int], list[int]]:
        """No chat format: nothing before or after a user's turn."""
        return [], []

    def token_bytes(self, token: int) -> bytes:
        """The bytes of a byte or word token; empty for the end token."""
        return b"" if token in self.end_tokens else self._vocabulary[token]

    def vocabulary_size(self) -> int:
        """The bytes, the words and the end token."""
        return len(self._vocabulary) + 1

    def prefill(self, tokens: Sequence[int]) -> tuple[int, int]:
        """Start a sequence; counts as reused what it shares with the best live sequence."""
        self.calls.append(("prefill", tuple(tokens)))
        reused = max((_shared(tokens, known) for known in self._sequences.values()), default=0)
        return self._start(list(tokens), len(tokens)), min(reused, max(len(tokens) - 1, 0))

    def logits(self, sequence: int) -> FloatArray:
        """The script's wish after the last token of ``sequence``."""
        self.calls.append(("logits", sequence))
        return self._logits(tuple(self._sequences[sequence]), self._prompt_lengths[sequence])

    def accept(self, steps: Sequence[tuple[int, int]]) -> None:
        """Append each token to its sequence."""
        self.calls.append(("accept", tuple(steps)))
        for sequence, token in steps:
            self._sequences[sequence].append(token)

    def fork(self, sequence: int) -> int:
        """A copy under a new number."""
        self.calls.append(("fork", sequence))
        return self._start(list(self._sequences[sequence]), self._prompt_lengths[sequence])

    def truncate(self, sequence: int, length: int) -> None:
        """Keep the first ``length`` tokens; 0 releases the sequence."""
        self.calls.append(("truncate", sequence, length))
        if length == 0:
            del self._sequences[sequence], self._prompt_lengths[sequence]
        else:
            del self._sequences[sequence][length:]

    def retire(self, sequence: int) -> None:
        """Release a prompt's sequence; nothing is kept."""
        self.calls.append(("retire", sequence))
        del self._sequences[sequence], self._prompt_lengths[sequence]

    @property
    def live_sequences(self) -> tuple[int, ...]:
        """The sequences not yet released, for tests that look for leaks."""
        return tuple(self._sequences)

    def text(self, tokens: Sequence[int]) -> str:
        """The text that tokens stand for."""
        return b"".join(map(self.token_bytes, tokens)).decode(errors="replace")

    def _start(self, tokens: list[int], prompt_length: int) -> int:
        sequence, self._next_sequence = self._next_sequence, self._next_sequence + 1
        self._sequences[sequence] = tokens
        self._prompt_lengths[sequence] = prompt_length
        return sequence

    def _scripted_logits(self, tokens: Sequence[int], prompt_length: int) -> FloatArray:
        prompt = self.text(tokens[:prompt_length])
        wanted = _marked(self._answer(prompt).lstrip(), prompt).encode()
        said = b"".join(map(self.token_bytes, tokens[prompt_length:])).lstrip()
        row = np.zeros(self.vocabulary_size(), dtype=np.float32)
        rest = wanted[len(said) :] if wanted.startswith(said) else b""
        if not rest:
            row[list(self.end_tokens)] = 10.0
        self._wish(row, rest, 10.0)
        if not said and rest:
            self._wish(row, b" " + rest, 9.0)  # a prompt that ends before the blank wants the two as one token
        return row

    def _wish(self, row: FloatArray, rest: bytes, logit: float) -> None:
        for length in range(1, min(self._longest, len(rest)) + 1):
            token = self._token_of.get(rest[:length])
            if token is not None:
                row[token] = max(row[token], logit + length / 100)


@functools.lru_cache(maxsize=256)
def _marked(answer: str, prompt: str) -> str:
    """An answer in the grammar: words without a mark get that of the first passage that holds them.

    >>> _marked("Ana Ruiz", "[1] Rain\\nIt rained.\\n\\n[2] Staff\\nAna Ruiz leads it.\\n\\nQuestion: Who?")
    '[2] Ana Ruiz'
    """
    passages = _PASSAGE.findall(prompt)
    if not answer or not passages or _MARKED.search(answer):
        return answer
    number = next((number for number, text in passages if answer in text), "")
    if not number:
        _log.warning("no passage of the prompt holds %r, so the decoder will not let it be said", answer)
    return f"[{number}] {answer}" if number else answer


def _shared(left: Sequence[int], right: Sequence[int]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
