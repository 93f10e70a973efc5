"""The grammar of an answer, over the bytes of a model's tokens: which tokens may come next, and where each leads.

::

    answer := item ("; " item)*  |  ("yes" | "no") " " item  |  "unanswerable"
    item   := "[n] " words       words: a run of words standing in passage n, byte for byte

A place in the grammar is a ``Cursor``. One text may be at several places at once (the words stood in two passages, a
semicolon may end an item or belong to it), so what is followed is a tuple of cursors; it ends when none is left.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

from askdocs.core.decoding import Passage, SpanItem
from askdocs.core.protocols import Generator
from askdocs.text.span_boundaries import can_end, can_start

SEPARATOR = b"; ["
Prefer = Callable[[int, list[int]], int]


class Vocabulary:
    """The bytes of a model's tokens, and the tokens of bytes.

    Where two tokens stand for the same bytes (SentencePiece has "a" as a piece, and as the byte 0x61 for texts that
    its pieces do not spell), the one that the tokenizer uses is the one that the model was trained on.
    """

    def __init__(self, generator: Generator) -> None:
        token_bytes = generator.token_bytes
        self.bytes = [token_bytes(token) for token in range(generator.vocabulary_size())]
        self.tokens: dict[bytes, int] = {}
        self._longest = [0] * 256
        for token, data in enumerate(self.bytes):
            if not data:
                continue
            if self.tokens.setdefault(data, token) != token:
                self._choose(generator, data, token)
            elif len(data) > self._longest[data[0]]:
                self._longest[data[0]] = len(data)

    def _choose(self, generator: Generator, data: bytes, token: int) -> None:
        """Let ``token`` spell ``data`` in the place of an earlier one, if that is how the tokenizer reads it."""
        with contextlib.suppress(UnicodeDecodeError):  # a piece of a character, which no text is
            if generator.tokenize(data.decode()) == [token]:
                self.tokens[data] = token

    def beginnings(self, data: bytes, at: int = 0) -> list[int]:
        """The tokens whose bytes ``data[at:]`` begins with."""
        if at >= len(data):
            return []
        get = self.tokens.get
        end = min(at + self._longest[data[at]], len(data))
        return [token for i in range(at + 1, end + 1) if (token := get(data[at:i])) is not None]

    def text(self, tokens: Sequence[int]) -> bytes:
        """The bytes that tokens stand for."""
        return b"".join(self.bytes[token] for token in tokens)


class Cursor(NamedTuple):
    """A place in the grammar: ``literal`` is still to come, then passage ``number`` from byte ``at``.

    ``begun`` is the byte at which the run began, -1 before it has. ``items`` are the items before this one, and
    ``boolean`` says whether the answer began with yes or no.
    """

    literal: bytes
    number: int
    begun: int = -1
    at: int = 0
    boolean: bool | None = None
    items: tuple[SpanItem, ...] = ()


class Source:
    """A passage as bytes, with the places where a run of words may begin and end, and the tokens that follow each."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.data = text.replace("\n", " ").encode()
        self._vocabulary = vocabulary
        self._ahead: dict[int, list[int]] = {}
        self._entries: dict[bytes, list[int]] = {}
        self.points: dict[int, int] = {}
        self.starts: list[int] = []
        ends: set[int] = set()
        byte = 0
        for i, character in enumerate(text):
            self.points[byte] = i
            if can_start(text, i):
                self.starts.append(byte)
            byte += 1 if character < "\x80" else len(character.encode())
            if can_end(text, i + 1):
                ends.add(byte)
        self.points[byte] = len(text)
        self.ends = frozenset(ends)
        last = max(ends, default=0)
        self.starts = [start for start in self.starts if start < last]  # what is begun can be ended
        self._by_first: dict[int, list[int]] = {}
        for start in self.starts:
            self._by_first.setdefault(self.data[start], []).append(start)

    def ahead(self, at: int) -> list[int]:
        """The tokens that go on from a byte of the passage."""
        found = self._ahead.get(at)
        if found is None:
            found = self._ahead[at] = self._vocabulary.beginnings(self.data, at)
        return found

    def entries(self, literal: bytes) -> list[int]:
        """The tokens that begin a run anywhere in the passage, or ``literal`` and a run."""
        found = self._entries.get(literal)
        if found is None:
            tokens: set[int] = set()
            reach = self._vocabulary.beginnings
            for start in self.starts:  # the blank before the run and the run's first bytes may be one token
                tokens.update(reach(literal + self.data[start : start + 64]) if literal else self.ahead(start))
            found = self._entries[literal] = sorted(tokens)
        return found

    def begun_with(self, data: bytes) -> list[int]:
        """Where runs begin that begin with these bytes."""
        return [start for start in self._by_first.get(data[0], ()) if self.data.startswith(data, start)]


class Grammar:
    """Which tokens may follow, and where each leads.

    ``sources`` are the passages by their numbers. ``prefer(number, starts)`` chooses among equal runs of one passage
    by their code point offsets. ``lead`` is what comes before the answer. ``polar`` admits answers with yes or no only
    (True), none of them (False), or any (None).
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        sources: dict[int, Source],
        vocabulary: Vocabulary,
        lead: bytes,
        prefer: Prefer,
        polar: bool | None = None,
    ) -> None:
        self.polar = polar
        self.sources = sources
        self.lead = lead
        self._texts = {passage.number: passage.text for passage in passages}
        self._citable = [number for number, source in sources.items() if source.starts]
        self._vocabulary = vocabulary
        self._prefer = prefer

    def beginning(self) -> tuple[Cursor, ...]:
        """Every way an answer with words may begin: an item, or yes or no and an item; of passages that hold words."""
        marks: list[tuple[bytes, bool | None]] = [(b"", None), (b"yes ", True), (b"no ", False)]
        return tuple(
            Cursor(self.lead + mark + b"[%d] " % number, number, boolean=boolean)
            for mark, boolean in marks
            if self.polar in (None, boolean is not None)
            for number in self._citable
        )

    def allowed(self, cursors: Sequence[Cursor]) -> list[int]:
        """The tokens that go on along at least one of these paths, in order."""
        tokens: set[int] = set()
        for cursor in cursors:
            tokens.update(self._along(cursor))
        return sorted(tokens)

    def _along(self, cursor: Cursor) -> list[int]:
        if len(cursor.literal) > 1:
            return self._vocabulary.beginnings(cursor.literal)
        source = self.sources[cursor.number]
        if cursor.begun < 0:
            return source.entries(cursor.literal)
        if self.may_end(cursor) and cursor.boolean is None:
            return [*source.ahead(cursor.at), *self._vocabulary.beginnings(SEPARATOR)]
        return source.ahead(cursor.at)

    def may_end(self, cursor: Cursor) -> bool:
        """Whether the answer may end here: after whole words."""
        return cursor.begun >= 0 and cursor.at in self.sources[cursor.number].ends

    def advance(self, cursors: Sequence[Cursor], token: int) -> tuple[Cursor, ...]:
        """Where a token leads from these paths; paths it does not follow end."""
        data = self._vocabulary.bytes[token]
        new = [cursor for old in cursors for cursor in self._advance(old, data)]
        if data.startswith(b";"):
            new += self._next_items(cursors, data)
        return tuple(dict.fromkeys(new))

    def _advance(self, cursor: Cursor, data: bytes) -> list[Cursor]:
        if cursor.literal:
            if len(data) < len(cursor.literal):
                left = cursor.literal[len(data) :]
                return [cursor._replace(literal=left)] if cursor.literal.startswith(data) else []
            if not data.startswith(cursor.literal):
                return []
            return self._begin(cursor, data[len(cursor.literal) :])
        if cursor.begun < 0:
            return self._begin(cursor, data)
        if self.sources[cursor.number].data.startswith(data, cursor.at):
            return [cursor._replace(at=cursor.at + len(data))]
        return []

    def _begin(self, cursor: Cursor, data: bytes) -> list[Cursor]:
        """The runs of the passage that begin with these bytes; none yet for no bytes."""
        if not data:
            return [cursor._replace(literal=b"")]
        starts = self.sources[cursor.number].begun_with(data)
        return [cursor._replace(literal=b"", begun=start, at=start + len(data)) for start in starts]

    def _next_items(self, cursors: Sequence[Cursor], data: bytes) -> list[Cursor]:
        """Where a separator leads, or as much of it as these bytes are."""
        closed = self.closed([cursor for cursor in cursors if cursor.boolean is None])
        if closed is None:
            return []
        literals = [(b"; [%d] " % number, number) for number in self._citable]
        return [
            Cursor(literal[len(data) :], number, items=closed[1])
            for literal, number in literals
            if literal.startswith(data)
        ]

    def closed(self, cursors: Sequence[Cursor]) -> tuple[bool | None, tuple[SpanItem, ...]] | None:
        """The answer that ends here, its boolean and its items: of equal runs the preferred one, of two ways to read
        the same text that with fewer items; None where it may not end."""
        ended = [cursor for cursor in cursors if self.may_end(cursor)]
        if not ended:
            return None
        first = min(ended, key=lambda cursor: (len(cursor.items), cursor.number, cursor.begun))
        same = sorted(c for c in ended if c.number == first.number and c.items == first.items)
        points = self.sources[first.number].points
        starts = [points[cursor.begun] for cursor in same]
        chosen = same[self._prefer(first.number, starts) if len(same) > 1 else 0]
        item = SpanItem(number=first.number, start=points[chosen.begun], end=points[chosen.at])
        return first.boolean, (*first.items, item)

    def text_until(self, cursor: Cursor) -> str:
        """The words of an answer as far as this place, as a reader sees them: without marks, "yes" or "no" alone."""
        if cursor.boolean is not None:
            return "yes" if cursor.boolean else "no"
        parts = [self.words(item) for item in cursor.items]
        if cursor.begun >= 0:
            run = self.sources[cursor.number].data[cursor.begun : cursor.at]
            parts.append(run.decode(errors="ignore"))  # a token may end within a character
        return "; ".join(parts)

    def words(self, item: SpanItem) -> str:
        """The words of a finished item, on one line."""
        return self._texts[item.number][item.start : item.end].replace("\n", " ")
