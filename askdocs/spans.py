"""The decoding constraint and its beam: whatever the model's logits, the answer is made of runs of words of passages.

The grammar (see the design)::

    answer := item ("; " item)*  |  ("yes" | "no") " " item  |  "unanswerable"
    item   := "[n] " words       words: a run of words standing in passage n, byte for byte

A token is allowed when its bytes go on along some path through the grammar, over any tokenizer. The beam keeps the
likeliest paths under the model's own (not renormalised) probabilities, so its best path is the likeliest answer the
grammar admits; a greedy choice under a constraint can be led into a run that ends badly, a beam is not.
Source: constrained beam search, Anderson et al. 2017 (arXiv:1612.00576); spans as in GenIE, De Cao et al. 2021.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from askdocs.boundaries import can_end, can_start
from askdocs.types import DecodedAnswer, Decoding, FloatArray, Generator, Passage, SpanItem

BEAM = 6
MARGIN = 5.0  # nats behind the best at which a path is given up
FINISHED = 8  # answers kept
LONGEST = 90  # tokens of an answer


class Vocabulary:
    """The bytes of a model's tokens, and the tokens of bytes."""

    def __init__(self, generator: Generator) -> None:
        self.bytes = [generator.token_bytes(token) for token in range(generator.vocabulary_size())]
        self.tokens: dict[bytes, int] = {}
        for token, data in enumerate(self.bytes):
            self.tokens.setdefault(data, token)
        self.longest = min(32, max(map(len, self.bytes)))

    def beginnings(self, data: bytes) -> list[int]:
        """The tokens whose bytes ``data`` begins with."""
        found = (self.tokens.get(data[:length]) for length in range(1, min(self.longest, len(data)) + 1))
        return [token for token in found if token is not None]


class Cursor(NamedTuple):
    """A place in the grammar: ``literal`` is still to come, then passage ``number`` from byte ``at``.

    ``begun`` is the byte at which the run began, -1 before it has; ``number`` 0 stands for an answer without a run.
    """

    literal: bytes
    number: int
    begun: int
    at: int


class Source:
    """A passage as bytes, with the places where a run of words may begin and end."""

    def __init__(self, passage: Passage) -> None:
        text = passage.text
        self.data = text.replace("\n", " ").encode()
        self.bytes_at = np.concatenate(([0], np.cumsum([len(c.encode()) for c in text], dtype=np.int64))).tolist()
        self.starts = [self.bytes_at[i] for i in range(len(text)) if can_start(text, i)]
        self.ends = frozenset(self.bytes_at[i] for i in range(1, len(text) + 1) if can_end(text, i))
        self.points = {byte: i for i, byte in enumerate(self.bytes_at)}
        self.by_first: dict[int, list[int]] = {}
        for start in self.starts:
            self.by_first.setdefault(self.data[start], []).append(start)


class Grammar:
    """Which tokens may follow, and where each leads."""

    def __init__(self, passages: Sequence[Passage], vocabulary: Vocabulary, lead: str) -> None:
        self.sources = {passage.number: Source(passage) for passage in passages}
        self.vocabulary = vocabulary
        self.lead = lead.encode()

    def beginning(self) -> tuple[Cursor, ...]:
        """Every way an answer with words may begin: an item, or yes or no and an item."""
        marks = [b"", b"yes ", b"no "]
        return tuple(
            Cursor(self.lead + mark + b"[%d] " % number, number, -1, 0) for mark in marks for number in self.sources
        )

    def allowed(self, cursors: Sequence[Cursor]) -> set[int]:
        """The tokens that go on along at least one of these paths."""
        tokens: set[int] = set()
        for cursor in cursors:
            tokens.update(self._along(cursor))
        return tokens

    def _along(self, cursor: Cursor) -> list[int]:
        beginnings = self.vocabulary.beginnings
        if cursor.begun < 0 and len(cursor.literal) > 1:
            return beginnings(cursor.literal)
        source = self.sources[cursor.number]
        reach = self.vocabulary.longest
        if cursor.begun >= 0:
            ahead = beginnings(source.data[cursor.at : cursor.at + reach])
            return [*ahead, *self._separator(cursor)]
        tokens: list[int] = []
        for start in source.starts:  # the blank before the run and the run's first bytes may be one token
            tokens += beginnings(cursor.literal + source.data[start : start + reach])
        return tokens

    def _separator(self, cursor: Cursor) -> list[int]:
        return self.vocabulary.beginnings(b"; [") if self.may_end(cursor) else []

    def may_end(self, cursor: Cursor) -> bool:
        """Whether the answer may end here: after whole words."""
        return cursor.begun >= 0 and not cursor.literal and cursor.at in self.sources[cursor.number].ends

    def advance(self, cursors: Sequence[Cursor], token: int) -> tuple[Cursor, ...]:
        """Where a token leads from these paths; paths it does not follow end."""
        data = self.vocabulary.bytes[token]
        return tuple({new for cursor in cursors for new in self._advance(cursor, data)})

    def _advance(self, cursor: Cursor, data: bytes) -> list[Cursor]:
        if cursor.literal:
            if len(data) < len(cursor.literal):
                left = cursor.literal[len(data) :]
                return [cursor._replace(literal=left)] if cursor.literal.startswith(data) else []
            if not data.startswith(cursor.literal):
                return []
            return self._begin(cursor.number, data[len(cursor.literal) :])
        if cursor.begun < 0:
            return self._begin(cursor.number, data)
        source = self.sources[cursor.number]
        new = []
        if source.data.startswith(data, cursor.at):
            new.append(cursor._replace(at=cursor.at + len(data)))
        if data.startswith(b";") and self.may_end(cursor):
            new += self._next_item(data)
        return new

    def _begin(self, number: int, data: bytes) -> list[Cursor]:
        """The runs of a passage that begin with these bytes; none yet for no bytes."""
        if not data:
            return [Cursor(b"", number, -1, 0)]
        source = self.sources[number]
        starts = source.by_first.get(data[0], [])
        return [Cursor(b"", number, s, s + len(data)) for s in starts if source.data.startswith(data, s)]

    def _next_item(self, data: bytes) -> list[Cursor]:
        new = []
        for number in self.sources:
            literal = b"; [%d] " % number
            if literal.startswith(data):
                new.append(Cursor(literal[len(data) :], number, -1, 0))
        return new


class _Path(NamedTuple):
    sequence: int
    cursors: tuple[Cursor, ...]
    log_probability: float
    tokens: tuple[int, ...]
    probabilities: tuple[float, ...]
    finished_items: tuple[SpanItem, ...]


class SpanDecoder:
    """Decodes under the grammar. One is made for a model and used for all its questions.

    ``lead`` is what the prompt expects before the answer: a space after "Answer:", nothing in a chat format.
    """

    def __init__(self, generator: Generator, vocabulary: Vocabulary | None = None, *, beam: int = BEAM) -> None:
        self.generator = generator
        self.vocabulary = vocabulary or Vocabulary(generator)
        self.beam = beam

    def decode(
        self,
        sequence: int,
        passages: Sequence[Passage],
        *,
        lead: str = " ",
        prefer: Callable[[int, list[int]], int] | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> Decoding:
        """Decode after the prompt evaluated in ``sequence``, which is left as it was.

        ``prefer(number, starts)`` chooses among equal runs of one passage by their code point offsets (the first
        unless given). ``progress`` is called with the text of the likeliest path whenever it grows.
        """
        grammar = Grammar(passages, self.vocabulary, lead)
        beam = _Beam(self.generator, grammar, self.beam, prefer or (lambda number, starts: 0), progress)
        return beam.run(sequence)


class _Beam:
    """One decoding under way."""

    def __init__(
        self,
        generator: Generator,
        grammar: Grammar,
        width: int,
        prefer: Callable[[int, list[int]], int],
        progress: Callable[[str], None] | None,
    ) -> None:
        self.generator, self.grammar, self.width = generator, grammar, width
        self.prefer, self.progress = prefer, progress
        self.end_tokens = sorted(generator.end_tokens)
        self.finished: list[DecodedAnswer] = []
        self.output_tokens = 0
        self.passage_mass: dict[int, float] = {}

    def run(self, sequence: int) -> Decoding:
        lead = self.grammar.lead.decode()
        first = log_softmax(self.generator.logits(sequence))
        first_of = {word: self.generator.tokenize(lead + word)[0] for word in ("unanswerable", "yes", "no")}
        paths = [_Path(self.generator.fork(sequence), self.grammar.beginning(), 0.0, (), (), ())]
        try:
            while paths and self.grammar.sources:
                paths = self._step(paths)
        finally:
            for path in paths:
                self.generator.truncate(path.sequence, 0)
        self.finished.sort(key=lambda answer: -answer.log_probability)
        mass = [self.passage_mass.get(number, 0.0) for number in self.grammar.sources]
        total = sum(mass) or 1.0
        return Decoding(
            answers=tuple(self.finished[:FINISHED]),
            unanswerable=float(math.exp(first[first_of["unanswerable"]])),
            yes=float(math.exp(first[first_of["yes"]])),
            no=float(math.exp(first[first_of["no"]])),
            passage_probabilities=tuple(m / total for m in mass),
            output_tokens=self.output_tokens,
        )

    def _step(self, paths: list[_Path]) -> list[_Path]:
        """Every path by every allowed token; the best go on, whole answers are kept."""
        candidates: list[tuple[float, int, int, float]] = []
        for i, path in enumerate(paths):
            log_probabilities = log_softmax(self.generator.logits(path.sequence))
            self._finish(path, log_probabilities)
            if len(path.tokens) >= LONGEST:
                continue
            allowed = np.fromiter(self.grammar.allowed(path.cursors), dtype=np.int64)
            if not len(allowed):
                continue
            gains = log_probabilities[allowed]
            for j in np.argsort(-gains)[: self.width + 4]:
                candidates.append((path.log_probability + float(gains[j]), i, int(allowed[j]), float(gains[j])))
        candidates.sort(key=lambda candidate: -candidate[0])
        kept = [c for c in candidates[: self.width] if c[0] >= self._least(candidates[0][0])]
        return self._grow(paths, kept)

    def _least(self, best_open: float) -> float:
        """Paths below this are given up: far behind the best, or behind every answer worth keeping."""
        if not self.finished:
            return best_open - MARGIN
        best = max(answer.log_probability for answer in self.finished)
        return max(best_open, best) - MARGIN if best_open < best else best_open - MARGIN

    def _grow(self, paths: list[_Path], kept: list[tuple[float, int, int, float]]) -> list[_Path]:
        grown: list[_Path] = []
        used: set[int] = set()
        for total, i, token, gain in kept:
            path = paths[i]
            sequence = self.generator.fork(path.sequence) if i in used else path.sequence
            used.add(i)
            items = self._closed_items(path, token)
            cursors = self.grammar.advance(path.cursors, token)
            grown.append(
                _Path(sequence, cursors, total, (*path.tokens, token), (*path.probabilities, math.exp(gain)), items)
            )
        # A path that was given up frees its sequence only after its children were forked from it.
        for i, path in enumerate(paths):
            if i not in used:
                self.generator.truncate(path.sequence, 0)
        if grown:
            self._note_passages(grown)
            self._report(grown[0])
            self.generator.accept([(path.sequence, path.tokens[-1]) for path in grown])
            self.output_tokens += len(grown)
        return grown

    def _closed_items(self, path: _Path, token: int) -> tuple[SpanItem, ...]:
        """The path's finished items, one more when this token begins a separator."""
        if self.grammar.vocabulary.bytes[token].startswith(b";"):
            closed = self._item(path.cursors)
            if closed is not None and not any(c.begun >= 0 for c in self.grammar.advance(path.cursors, token)):
                return (*path.finished_items, closed)
        return path.finished_items

    def _item(self, cursors: Sequence[Cursor]) -> SpanItem | None:
        """The run that ends here; among equal runs the preferred one."""
        ended = sorted(cursor for cursor in cursors if self.grammar.may_end(cursor))
        if not ended:
            return None
        number = ended[0].number
        points = self.grammar.sources[number].points
        starts = [points[cursor.begun] for cursor in ended if cursor.number == number]
        chosen = ended[self.prefer(number, starts) if len(starts) > 1 else 0]
        return SpanItem(number=number, start=points[chosen.begun], end=points[chosen.at])

    def _finish(self, path: _Path, log_probabilities: FloatArray) -> None:
        item = self._item(path.cursors)
        if item is None:
            return
        gain = max(float(log_probabilities[token]) for token in self.end_tokens)
        text = b"".join(self.grammar.vocabulary.bytes[token] for token in path.tokens).decode(errors="replace").strip()
        boolean = True if text.startswith("yes ") else False if text.startswith("no ") else None
        self.finished.append(
            DecodedAnswer(
                items=(*path.finished_items, item),
                boolean=boolean,
                log_probability=path.log_probability + gain,
                tokens=path.tokens,
                probabilities=(*path.probabilities, math.exp(gain)),
            )
        )

    def _note_passages(self, paths: list[_Path]) -> None:
        """Remember the probability with which each passage was first chosen."""
        for path in paths:
            numbers = {cursor.number for cursor in path.cursors}
            if len(numbers) == 1 and not path.finished_items and all(c.begun < 0 for c in path.cursors):
                (number,) = numbers
                self.passage_mass[number] = max(self.passage_mass.get(number, 0.0), math.exp(path.log_probability))

    def _report(self, path: _Path) -> None:
        if self.progress:
            data = b"".join(self.grammar.vocabulary.bytes[token] for token in path.tokens)
            self.progress(data.decode(errors="ignore").strip())


def log_softmax(logits: FloatArray) -> FloatArray:
    """Log probabilities of all tokens."""
    shifted = logits - logits.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), dtype=np.float32)
