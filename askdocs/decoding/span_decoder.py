"""Decoding under the grammar of answers: whatever the model's logits, the answer is made of runs of words of passages.

The beam keeps the likeliest paths under the model's own (not renormalised) probabilities, so its best path is the
likeliest answer the grammar admits, as far as the beam reaches; a greedy choice under a constraint can be led into a
run that ends badly. The greedy path itself is always kept, so the beam is never worse than it.
Source: constrained beam search, Anderson et al. 2017 (arXiv:1612.00576); spans as in GenIE, De Cao et al. 2021.
"""

from __future__ import annotations

import collections
import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Generator as Coroutine
from typing import NamedTuple

import numpy as np

from askdocs.core.base import FloatArray
from askdocs.core.decoding import DecodedAnswer, Decoding, Passage
from askdocs.core.errors import AnswerTimeout, ModelUnusable
from askdocs.core.protocols import Generator
from askdocs.decoding.grammar import Cursor, Grammar, Prefer, Source, Vocabulary

BEAM = 6
MARGIN = 3.0  # nats behind the best at which a path is given up
FINISHED = 8  # answers kept
LONGEST = 90  # tokens of an answer
_KEPT_SOURCES = 64  # passages whose boundaries are remembered from one question to the next

Step = list[tuple[int, int]]
Progress = Callable[[str], None]
Decoder = Coroutine[Step, None, Decoding]


class SpanDecoder:
    """Decodes under the grammar. One is made for a model and used for all its questions.

    Raises ModelUnusable for a model without an end token.
    """

    def __init__(self, generator: Generator, vocabulary: Vocabulary | None = None, *, beam: int = BEAM) -> None:
        if not generator.end_tokens:
            raise ModelUnusable(f"model {generator.name!r}: its file names no token that ends an answer; use another")
        self.generator = generator
        self.vocabulary = vocabulary or Vocabulary(generator)
        self.beam = beam
        self._sources: collections.OrderedDict[str, Source] = collections.OrderedDict()

    def decode(
        self,
        sequence: int,
        passages: Sequence[Passage],
        *,
        lead: str = " ",
        prefer: Prefer | None = None,
        progress: Progress | None = None,
        polar: bool | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Decoding:
        """Decode after the prompt evaluated in ``sequence``, which is left as it was.

        ``lead`` is what the prompt expects before the answer: a space after "Answer:", nothing in a chat format.
        ``prefer(number, starts)`` chooses among equal runs of one passage by their code point offsets (the first
        unless given). ``progress`` is called with the words that have become certain, whenever there are more.
        ``polar`` says whether the answer is to be yes or no, with None it may be.

        Raises AnswerTimeout when ``stopped`` says so.
        """
        steps = self.steps(sequence, passages, lead=lead, prefer=prefer, progress=progress, polar=polar)
        return self.decode_all([steps], stopped)[0]

    def decode_all(self, decoders: Sequence[Decoder], stopped: Callable[[], bool] = lambda: False) -> list[Decoding]:
        """Decode several answers at once: the next tokens of all of them are evaluated together."""
        found: dict[int, Decoding] = {}
        waiting = dict(enumerate(decoders))
        with contextlib.ExitStack() as stack:
            for decoder in decoders:
                stack.callback(decoder.close)  # releases its sequences, whatever happens
            while True:
                steps: Step = []
                for i, decoder in list(waiting.items()):
                    try:
                        steps += next(decoder)
                    except StopIteration as end:
                        found[i] = end.value
                        del waiting[i]
                if not waiting:
                    return [found[i] for i in range(len(decoders))]
                if stopped():
                    raise AnswerTimeout(f"model {self.generator.name!r}: stopped while answering")
                self.generator.accept(steps)

    def steps(
        self,
        sequence: int,
        passages: Sequence[Passage],
        *,
        lead: str = " ",
        prefer: Prefer | None = None,
        progress: Progress | None = None,
        polar: bool | None = None,
    ) -> Decoder:
        """``decode`` as a coroutine: yields the tokens it wants appended, and goes on when they are."""
        given, first_of = self._openings(lead)
        rest = lead.encode()[len(self.vocabulary.text(given)) :]
        sources = {passage.number: self._source(passage.text) for passage in passages}
        grammar = Grammar(passages, sources, self.vocabulary, rest, prefer or (lambda number, starts: 0), polar)
        return _Beam(self.generator, grammar, self.beam, progress).run(sequence, given, first_of)

    def opening_tokens(self, lead: str) -> list[int]:
        """The tokens that every answer begins with, as far as they only spell ``lead``."""
        return self._openings(lead)[0]

    def _source(self, text: str) -> Source:
        source = self._sources.pop(text, None) or Source(text, self.vocabulary)
        self._sources[text] = source
        while len(self._sources) > _KEPT_SOURCES:
            self._sources.popitem(last=False)
        return source

    def _openings(self, lead: str) -> tuple[list[int], dict[str, int]]:
        """The tokens that every answer begins with, and the one after them that tells an answer's kind."""
        tokens = {word: self.generator.tokenize(lead + word) for word in ("unanswerable", "yes", "no", "[1]")}
        given: list[int] = []
        for column in zip(*tokens.values(), strict=False):
            longer = len(self.vocabulary.text([*given, column[0]])) > len(lead.encode())
            if len(set(column)) > 1 or longer:
                break
            given.append(column[0])
        return given, {word: row[len(given)] for word, row in tokens.items()}


class _Path(NamedTuple):
    sequence: int
    cursors: tuple[Cursor, ...]
    log_probability: float
    tokens: tuple[int, ...]
    probabilities: tuple[float, ...]
    greedy: bool


class _Candidate(NamedTuple):
    """A path by its place in the beam, a token to go on with, and the log probabilities of both and of the token."""

    log_probability: float
    path: int
    token: int
    gain: float
    greedy: bool


class _Beam:
    """One decoding under way."""

    def __init__(self, generator: Generator, grammar: Grammar, width: int, progress: Progress | None) -> None:
        self.generator, self.grammar, self.width, self.progress = generator, grammar, width, progress
        self.end_tokens = sorted(generator.end_tokens)
        self.finished: list[DecodedAnswer] = []
        self.best: DecodedAnswer | None = None
        self.output_tokens = 0
        self.passage_mass: dict[int, float] = {}
        self.live: set[int] = set()
        self.reported = ""

    def run(self, sequence: int, given: Sequence[int], first_of: dict[str, int]) -> Decoder:
        """Decode; every sequence made on the way is released, also when this ends early."""
        try:
            begun = self._fork(sequence)
            for token in given:
                yield [(begun, token)]
            row = self.generator.logits(begun)
            start = {word: _exp(float(row[token]) - log_sum(row)) for word, token in first_of.items()}
            if start["unanswerable"] > max(start["[1]"], start["yes"], start["no"]):
                self.progress = None  # nothing is shown of an answer that the model would rather not give
            paths = [_Path(begun, self.grammar.beginning(), 0.0, (), (), greedy=True)]
            while paths:
                paths = self._grow(paths, self._chosen(paths))
                self._report(paths)
                if paths:
                    yield [(path.sequence, path.tokens[-1]) for path in paths]
        finally:
            for left in list(self.live):
                self._release(left)
        return self._decoding(start)

    def _decoding(self, start: dict[str, float]) -> Decoding:
        self.finished.sort(key=lambda answer: -answer.log_probability)
        mass = [self.passage_mass.get(number, 0.0) for number in self.grammar.sources]
        total = sum(mass) or 1.0
        return Decoding(
            answers=tuple(self.finished[:FINISHED]),
            unanswerable=start["unanswerable"],
            yes=start["yes"],
            no=start["no"],
            passage_probabilities=tuple(m / total for m in mass),
            output_tokens=self.output_tokens,
        )

    def _fork(self, sequence: int) -> int:
        new = self.generator.fork(sequence)
        self.live.add(new)
        return new

    def _release(self, sequence: int) -> None:
        self.live.discard(sequence)
        self.generator.truncate(sequence, 0)

    def _chosen(self, paths: list[_Path]) -> list[_Candidate]:
        """The best ways on of all paths, the greedy one among them while it may still win; whole answers are kept."""
        candidates = [candidate for i, path in enumerate(paths) for candidate in self._ways_on(i, path)]
        if not candidates:
            return []
        candidates.sort(key=lambda candidate: -candidate.log_probability)
        best = self.best.log_probability if self.best else -math.inf
        least = max(candidates[0].log_probability, best) - MARGIN
        kept = [candidate for candidate in candidates[: self.width] if candidate.log_probability >= least]
        greedy = next((candidate for candidate in candidates if candidate.greedy), None)
        if greedy and greedy not in kept and greedy.log_probability > best:
            kept = [*kept[: self.width - 1], greedy]
        return kept

    def _ways_on(self, i: int, path: _Path) -> Iterator[_Candidate]:
        row = self.generator.logits(path.sequence)
        whole = log_sum(row)
        end = self._finish(path, max(float(row[token]) for token in self.end_tokens) - whole)
        if len(path.tokens) >= LONGEST:
            return
        allowed = np.array(self.grammar.allowed(path.cursors), dtype=np.int64)
        gains = row[allowed] - whole
        for rank, j in enumerate(np.argsort(-gains, kind="stable")[: self.width + 4]):
            gain = float(gains[j])
            greedy = path.greedy and rank == 0 and gain > end
            yield _Candidate(path.log_probability + gain, i, int(allowed[j]), gain, greedy)

    def _grow(self, paths: list[_Path], kept: list[_Candidate]) -> list[_Path]:
        used = {candidate.path for candidate in kept}
        for i, path in enumerate(paths):
            if i not in used:
                self._release(path.sequence)
        grown: list[_Path] = []
        taken: set[int] = set()
        for total, i, token, gain, greedy in kept:
            path = paths[i]
            sequence = self._fork(path.sequence) if i in taken else path.sequence
            taken.add(i)
            cursors = self.grammar.advance(path.cursors, token)
            tokens, probabilities = (*path.tokens, token), (*path.probabilities, _exp(gain))
            grown.append(_Path(sequence, cursors, total, tokens, probabilities, greedy))
        self._note_passages(grown)
        self.output_tokens += len(grown)
        return grown

    def _finish(self, path: _Path, gain: float) -> float:
        """Keep the answer that ends here, if one may; gives the log probability of ending, -inf where it may not."""
        closed = self.grammar.closed(path.cursors)
        if closed is None:
            return -math.inf
        boolean, items = closed
        answer = DecodedAnswer(
            items=items,
            boolean=boolean,
            log_probability=path.log_probability + gain,
            tokens=path.tokens,
            probabilities=(*path.probabilities, _exp(gain)),
        )
        self.finished.append(answer)
        if self.best is None or answer.log_probability > self.best.log_probability:
            self.best = answer
        return gain

    def _note_passages(self, paths: list[_Path]) -> None:
        """Remember the probability with which each passage was first chosen."""
        for path in paths:
            numbers = {cursor.number for cursor in path.cursors}
            if len(numbers) == 1 and all(c.begun < 0 and not c.items for c in path.cursors):
                (number,) = numbers
                self.passage_mass[number] = max(self.passage_mass.get(number, 0.0), _exp(path.log_probability))

    def _report(self, paths: list[_Path]) -> None:
        """Show the words in which every path still alive agrees with the best whole answer."""
        if self.progress is None or self.best is None:
            return
        texts = [self.grammar.text_until(cursor) for path in paths for cursor in path.cursors]
        texts.append(self._words(self.best))
        certain = shared_beginning(texts)
        if len(certain) > len(self.reported):
            self.reported = certain
            self.progress(certain)

    def _words(self, answer: DecodedAnswer) -> str:
        if answer.boolean is not None:
            return "yes" if answer.boolean else "no"
        return "; ".join(self.grammar.words(item) for item in answer.items)


def shared_beginning(texts: Sequence[str]) -> str:
    """What all texts begin with.

    >>> shared_beginning(["33 million shares", "33 million", "33 shares"])
    '33 '
    """
    if not texts:
        return ""
    first, last = min(texts), max(texts)
    return next((first[:i] for i, character in enumerate(first) if last[i] != character), first)


def log_sum(logits: FloatArray) -> float:
    """The logarithm of the sum of the exponentials, which makes logits log probabilities when taken from them."""
    highest = logits.max()
    return float(highest + np.log(np.exp(logits - highest).sum()))


def _exp(log_probability: float) -> float:
    return math.exp(min(0.0, log_probability))
