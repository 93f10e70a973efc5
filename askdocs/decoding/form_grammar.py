"""The grammar of a filled form: JSON whose keys are given, and whose every leaf is a run of words of a passage.

::

    form  := "{" '"key": ' value (', "key": ' value)* "}"
    value := leaf | list | form           a form that may be left out: also "null"
    list  := "[]" | "[" item (", " item)* "]"
    leaf  := "null" | '"[n] ' words '"'   words: a run of words standing in passage n, byte for byte
    polar := "null" | '"' ("yes" | "no") ' [n] ' words '"'

An item of a list is no "null", and a list ends at an item that it has already, which is left out. A quotation mark of a
passage is written as an apostrophe, as one ends the run. A text may be at several places at once, as for ``grammar``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from askdocs.core.decoding import SpanItem
from askdocs.decoding.grammar import Prefer, Source, Vocabulary

MOST_ITEMS = 30  # of a list
Path = tuple[str | int, ...]


def form_source(text: str, vocabulary: Vocabulary) -> Source:
    """A passage as a form quotes it."""
    return Source(text.replace('"', "'"), vocabulary)


class FormLeaf(NamedTuple):
    """A value that is quoted; ``polar`` where it is yes or no, and what is quoted is what that rests on."""

    polar: bool = False


class FormList(NamedTuple):
    """Any number of values of one shape."""

    item: FormLeaf | FormGroup


class FormGroup(NamedTuple):
    """Values by their keys; ``optional`` where there may be none of them."""

    fields: tuple[tuple[str, FormLeaf | FormList | FormGroup], ...]
    optional: bool = False


FormNode = FormLeaf | FormList | FormGroup


class LeafItem(NamedTuple):
    """What a leaf was filled with: words of a passage and yes or no, or nothing."""

    path: Path
    item: SpanItem | None
    boolean: bool | None


class _Text(NamedTuple):
    data: bytes


class _Value(NamedTuple):
    node: FormNode
    path: Path


class _More(NamedTuple):
    """Behind ``items`` items of a list."""

    item: FormLeaf | FormGroup
    path: Path
    items: int


_Step = _Text | _Value | _More


class Place(NamedTuple):
    """A place in a form: ``literal`` is still to come; then a run of passage ``number``, where there is one; then
    ``rest``. ``begun`` is the byte at which the run began, -1 before it has; ``path`` the leaf, where it is in one."""

    literal: bytes = b""
    rest: tuple[_Step, ...] = ()
    path: Path | None = None
    number: int | None = None
    boolean: bool | None = None
    begun: int = -1
    at: int = 0
    filled: tuple[LeafItem, ...] = ()

    @property
    def is_end(self) -> bool:
        """Whether the form is filled."""
        return not self.literal and self.number is None and not self.rest


class FormGrammar:
    """Which tokens may follow, and where each leads; ``sources`` are the passages by their numbers."""

    def __init__(self, form: FormGroup, sources: dict[int, Source], vocabulary: Vocabulary, prefer: Prefer) -> None:
        self._form = form
        self._sources = {number: source for number, source in sources.items() if source.starts}
        self._places = {
            number: {point: byte for byte, point in source.points.items()} for number, source in self._sources.items()
        }
        self._last = {number: max(source.ends) for number, source in self._sources.items()}  # where a run may end
        self._vocabulary = vocabulary
        self._prefer = prefer

    def beginning(self) -> list[Place]:
        """Where every form begins."""
        return list(self._expanded((_Value(self._form, ()),), ()))

    def forced(self, places: Sequence[Place]) -> bytes:
        """The bytes that must come next whatever is filled in; a blank before a value is left to the value's tokens."""
        if len(places) != 1 or places[0].path is not None:
            return b""
        literal = places[0].literal
        return literal[:-1] if literal.endswith(b" ") else literal

    def allowed(self, places: Sequence[Place]) -> list[int]:
        """The tokens that may go on along at least one of the places; ``advance`` says whether one does."""
        tokens: set[int] = set()
        for place in places:
            tokens.update(self._along(place))
        return sorted(tokens)

    def _along(self, place: Place) -> Iterator[int]:
        beginnings = self._vocabulary.beginnings
        if place.number is None:
            for literal in self._literals(place.literal, place):
                yield from beginnings(literal)
            return
        source = self._sources[place.number]
        if place.begun < 0:
            yield from beginnings(place.literal)
            yield from source.entries(place.literal)
            return
        yield from source.ahead(place.at)
        if place.at in source.ends:
            for literal in self._literals(b'"', place):
                yield from beginnings(literal)

    def _literals(self, first: bytes, place: Place) -> Iterator[bytes]:
        """What may come behind bytes that end a literal or a run, as far as it is given."""
        if not place.rest:
            yield first
        for following in self._expanded(place.rest, place.filled):
            yield first + following.literal

    def advance(self, places: Sequence[Place], data: bytes) -> list[Place]:
        """Where these bytes lead from the places; none where the grammar does not admit them."""
        for byte in data:
            places = self._step(places, byte)
        return list(places)

    def _step(self, places: Sequence[Place], byte: int) -> list[Place]:
        found: list[Place] = []
        closed: list[Place] = []
        for place in places:
            if place.literal:
                if place.literal[0] == byte:
                    found += self._read(place._replace(literal=place.literal[1:]))
            elif place.number is not None:
                source = self._sources[place.number]
                if place.begun < 0:
                    starts = () if byte == ord('"') else source.begun_with(bytes([byte]))
                    found += [place._replace(begun=start, at=start + 1) for start in starts]
                elif byte == ord('"'):
                    closed += [place] if place.at in source.ends else []
                elif source.data[place.at : place.at + 1] == bytes([byte]) and place.at < self._last[place.number]:
                    found.append(place._replace(at=place.at + 1))
        if closed:
            found += self._closed(closed)
        return list(dict.fromkeys(found))

    def _read(self, place: Place) -> list[Place]:
        """Where a place leads whose literal may be read to its end."""
        if place.literal or place.number is not None:
            return [place]
        return list(self._expanded(place.rest, place.filled))

    def _closed(self, places: Sequence[Place]) -> list[Place]:
        """Behind a run; of equal ones the preferred."""
        number = places[0].number
        assert number is not None
        points = self._sources[number].points
        starts = [points[place.begun] for place in places]
        place = places[self._prefer(number, starts) if len(places) > 1 else 0]
        item = SpanItem(number=number, start=points[place.begun], end=points[place.at])
        leaf = LeafItem(place.path or (), item, place.boolean)
        if place.rest and isinstance(place.rest[0], _More) and self._is_repeated(leaf, place.filled):
            return list(self._expanded((_Text(b"]"), *place.rest[1:]), place.filled))
        return list(self._expanded(place.rest, (*place.filled, leaf)))

    def _is_repeated(self, leaf: LeafItem, filled: Sequence[LeafItem]) -> bool:
        """Whether the words of an item of a list are those of an earlier one: a model that repeats itself is at the
        end of what it knows."""
        earlier = (one.item for one in filled if one.path[:-1] == leaf.path[:-1])
        return self._words(leaf.item) in [self._words(item) for item in earlier]

    def _words(self, item: SpanItem | None) -> bytes:
        if item is None:
            return b""
        places = self._places[item.number]
        return self._sources[item.number].data[places[item.start] : places[item.end]].lower()

    def _expanded(self, rest: tuple[_Step, ...], filled: tuple[LeafItem, ...]) -> Iterator[Place]:
        """The places that begin what is to come, each with bytes to read."""
        if not rest:
            yield Place(filled=filled)
            return
        step, others = rest[0], rest[1:]
        if isinstance(step, _Text):
            yield Place(step.data, others, filled=filled)
        elif isinstance(step, _More):
            yield from self._expanded((_Text(b"]"), *others), filled)
            if step.items < MOST_ITEMS:
                following = _More(step.item, step.path, step.items + 1)
                item = _Value(step.item, (*step.path, step.items))
                yield from self._expanded((_Text(b", "), item, following, *others), filled)
        elif isinstance(step.node, FormLeaf):
            yield from self._leaf(step.node, step.path, others, filled)
        elif isinstance(step.node, FormList):
            yield from self._expanded((_Text(b"[]"), *others), filled)
            item = _Value(step.node.item, (*step.path, 0))
            yield from self._expanded((_Text(b"["), item, _More(step.node.item, step.path, 1), *others), filled)
        else:
            if step.node.optional:
                yield Place(b"null", others, step.path, filled=(*filled, LeafItem(step.path, None, None)))
            yield from self._expanded((*_fields(step.node, step.path), *others), filled)

    def _leaf(
        self, leaf: FormLeaf, path: Path, rest: tuple[_Step, ...], filled: tuple[LeafItem, ...]
    ) -> Iterator[Place]:
        if not isinstance(path[-1], int):
            yield Place(b"null", rest, path, filled=(*filled, LeafItem(path, None, None)))
        words: tuple[tuple[bytes, bool | None], ...] = ((b'"', None),)
        if leaf.polar:
            words = ((b'"yes ', True), (b'"no ', False))
        for number in self._sources:
            for before, boolean in words:
                yield Place(before + b"[%d] " % number, rest, path, number, boolean, filled=filled)


def _fields(group: FormGroup, path: Path) -> Iterator[_Step]:
    """The steps of a group: its keys, each with its value behind it."""
    before = "{"
    for key, node in group.fields:
        yield _Text(f'{before}"{key}": '.encode())
        yield _Value(node, (*path, key))
        before = ", "
    yield _Text(b"}")
