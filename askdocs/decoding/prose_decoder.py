"""Free sentences whose quotes are held to the passages: the constraint of ``style="prose"``.

::

    prose := (free | quote)*       free:  any text on one line without quotation marks and square brackets
    quote := '"' words '" [n]'     words: a run of words standing in passage n, byte for byte

So a quote is exact and a mark always belongs to one, whatever the model wants. What is free is decoded greedily; a
beam over free text gains little and costs much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from askdocs.core.answers import Unsupported, Usage
from askdocs.core.base import FloatArray, Model
from askdocs.core.decoding import Passage, SpanItem
from askdocs.core.errors import AnswerTimeout
from askdocs.core.protocols import Generator
from askdocs.decoding.grammar import Prefer, Source, Vocabulary
from askdocs.text.sentences import sentence_spans

LONGEST_PROSE = 220  # tokens
UNANSWERABLE = "unanswerable"
_QUOTE = ord('"')
_BRACKETS = b"[]"
_OTHER_QUOTES = tuple(mark.encode() for mark in "“”„‟«»″")
_THOUGHTS = (b"<think", b"</think", b"<thought")  # spelled letter by letter: as tokens they have no bytes at all
_LIKELY = 48  # tokens looked at before all are


class Quote(Model):
    """Words quoted from a passage: where they stand in it, and at ``[start, end)`` of the prose."""

    item: SpanItem
    start: int
    end: int


class Prose(Model):
    """What was written, its quotes in order, and how many tokens it took."""

    text: str
    quotes: tuple[Quote, ...] = ()
    output_tokens: int = 0


class Written(Model):
    """Prose with the passages its marks number, and quotes that stand in none of them; ``seconds`` is what it took."""

    prose: Prose
    passages: tuple[Passage, ...]
    unsupported: tuple[Unsupported, ...] = ()
    usage: Usage = Usage()
    seconds: float = 0.0


class _Run(NamedTuple):
    """A quote under way: passage, the byte it began at and the byte it has come to."""

    number: int
    begun: int
    at: int


class _Mark(NamedTuple):
    """A quote that was closed, and what is still to come of its mark."""

    rest: bytes
    run: _Run


class _State(NamedTuple):
    """A place in the grammar, after ``written`` bytes.

    ``free`` holds the last bytes of free text, None within a quote or mark; ``opened`` is where the quote began in
    the prose. ``closed`` are the quotes so far, each with its bytes in the prose.
    """

    written: int = 0
    free: bytes | None = b""
    opened: int = 0
    runs: tuple[_Run, ...] = ()
    marks: tuple[_Mark, ...] = ()
    closed: tuple[tuple[_Run, int, int], ...] = ()


class QuoteGrammar:
    """Where bytes lead. ``prefer(number, starts)`` chooses among equal runs, as for ``grammar.Grammar``."""

    def __init__(self, sources: dict[int, Source], prefer: Prefer) -> None:
        self._sources = {number: source for number, source in sources.items() if source.starts}
        self._prefer = prefer

    def advance(self, state: _State, data: bytes) -> _State | None:
        """The place after these bytes; None where the grammar does not admit them."""
        for byte in data:
            after = self._step(state, byte)
            if after is None:
                return None
            state = after
        return state

    def _step(self, state: _State, byte: int) -> _State | None:
        written = state.written + 1
        if state.free is not None:
            if byte == _QUOTE:
                return state._replace(written=written, free=None, opened=written) if self._sources else None
            free = (state.free + bytes([byte]))[-8:]
            if byte in _BRACKETS or free.endswith((*_OTHER_QUOTES, *_THOUGHTS)):
                return None
            return state._replace(written=written, free=free)
        marks = [mark._replace(rest=mark.rest[1:]) for mark in state.marks if mark.rest[0] == byte]
        whole = [mark.run for mark in marks if not mark.rest]
        if whole:
            return self._closed(state, whole)._replace(written=written)
        runs: list[_Run] = []
        if not state.runs and not state.marks:
            runs = [
                _Run(number, start, start + 1)
                for number, source in self._sources.items()
                for start in source.begun_with(bytes([byte]))
            ]
        for run in state.runs:
            source = self._sources[run.number]
            if source.data[run.at : run.at + 1] == bytes([byte]):
                runs.append(run._replace(at=run.at + 1))
            if byte == _QUOTE and run.at in source.ends:
                marks.append(_Mark(b" [%d]" % run.number, run))
        return state._replace(written=written, runs=tuple(runs), marks=tuple(marks)) if runs or marks else None

    def _closed(self, state: _State, runs: Sequence[_Run]) -> _State:
        """Back in free text, the quote noted; of equal runs the preferred one."""
        number = runs[0].number
        points = self._sources[number].points
        starts = [points[run.begun] for run in runs]
        run = runs[self._prefer(number, starts) if len(runs) > 1 else 0]
        end = state.opened + run.at - run.begun
        return state._replace(free=b"", runs=(), marks=(), closed=(*state.closed, (run, state.opened, end)))

    def item(self, run: _Run) -> SpanItem:
        """A quoted run in code points of its passage."""
        points = self._sources[run.number].points
        return SpanItem(number=run.number, start=points[run.begun], end=points[run.at])


class ProseDecoder:
    """Writes prose with a generator, of at most ``longest`` tokens."""

    def __init__(self, generator: Generator, vocabulary: Vocabulary, longest: int = LONGEST_PROSE) -> None:
        self.generator = generator
        self.vocabulary = vocabulary
        self.longest = longest

    def write(
        self,
        sequence: int,
        passages: Sequence[Passage],
        *,
        lead: str = "",
        prefer: Prefer | None = None,
        progress: Callable[[str], None] | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Prose:
        """Write after the prompt evaluated in ``sequence``, which is left as it was.

        ``progress`` is told the text so far after each token. What is not ended by then is cut after its last whole
        sentence. Raises AnswerTimeout.
        """
        sources = {passage.number: Source(passage.text, self.vocabulary) for passage in passages}
        grammar = QuoteGrammar(sources, prefer or (lambda number, starts: 0))
        own = self.generator.fork(sequence)
        try:
            for token in self.generator.tokenize(lead):
                self.generator.accept([(own, token)])
            tokens, state, ended = self._written(own, grammar, progress, stopped)
        finally:
            self.generator.truncate(own, 0)
        data = self.vocabulary.text(tokens)
        quotes = [
            Quote(item=grammar.item(run), start=len(_decoded(data[:start])), end=len(_decoded(data[:end])))
            for run, start, end in state.closed
        ]
        text = _decoded(data)
        if state.free is None:  # a quote that was begun and not ended
            text = _decoded(data[: state.opened - 1])
        whole = len(text) if ended else _last_whole(text, quotes)
        kept = text[:whole]
        begin = len(kept) - len(kept.lstrip())
        moved = [quote.model_copy(update={"start": quote.start - begin, "end": quote.end - begin}) for quote in quotes]
        return Prose(
            text=kept.strip(),
            quotes=tuple(quote for quote, old in zip(moved, quotes, strict=True) if old.end <= whole),
            output_tokens=len(tokens),
        )

    def _written(
        self,
        own: int,
        grammar: QuoteGrammar,
        progress: Callable[[str], None] | None,
        stopped: Callable[[], bool],
    ) -> tuple[list[int], _State, bool]:
        """The tokens, the place they lead to, and whether they came to an end."""
        tokens: list[int] = []
        state = _State()
        for _ in range(self.longest):
            if stopped():
                raise AnswerTimeout(f"model {self.generator.name!r}: stopped while writing")
            chosen = self._next(self.generator.logits(own), state, grammar, begun=bool(tokens))
            if chosen is None:
                return tokens, state, state.free is not None
            token, state = chosen
            tokens.append(token)
            if progress is not None:
                _show(self.vocabulary.text(tokens), progress)
            self.generator.accept([(own, token)])
        return tokens, state, False

    def _next(self, row: FloatArray, state: _State, grammar: QuoteGrammar, *, begun: bool) -> tuple[int, _State] | None:
        """The likeliest token that the grammar admits, and where it leads; None where the prose ends."""
        for token in _descending(row):
            if token in self.generator.end_tokens:
                if state.free is None or not begun:
                    continue
                return None
            data = self.vocabulary.bytes[token]
            if b"\n" in data and begun and state.free is not None:
                return None
            after = grammar.advance(state, data) if data else None
            if after is not None:
                return token, after
        return None


def _decoded(data: bytes) -> str:
    """Bytes as text; free text may hold halves of characters, which quotes never do."""
    return data.decode(errors="replace")


def _show(data: bytes, progress: Callable[[str], None]) -> None:
    """Tell the text so far, as far as its characters are whole; nothing while it may become "unanswerable"."""
    text = data.decode(errors="ignore").lstrip()
    if text and not UNANSWERABLE.startswith(text.lower()[: len(UNANSWERABLE)]):
        progress(text)


def _descending(row: FloatArray) -> Iterator[int]:
    """Tokens, the likeliest first."""
    count = min(_LIKELY, len(row))
    likely = np.argpartition(-row, count - 1)[:count]
    likely = likely[np.argsort(-row[likely], kind="stable")]
    yield from map(int, likely)
    seen = set(map(int, likely))
    yield from (token for token in map(int, np.argsort(-row, kind="stable")) if token not in seen)


def _last_whole(text: str, quotes: Sequence[Quote]) -> int:
    """Where the last whole sentence ends of a text that was cut short; else its last quote."""
    marked = [(quote.start, quote.end + len(f'" [{quote.item.number}]')) for quote in quotes]
    ends = [end for _, end in sentence_spans(text)[:-1] if not any(first <= end < last for first, last in marked)]
    return max([*ends, *(last for _, last in marked)], default=0)
