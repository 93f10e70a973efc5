"""Where the lines of a quote stand on a page of a PDF.

A box is given only where the page says the quote character by character. Left out of the comparison are white space,
hyphens that break a word over the end of a line, and in a table the bars between cells and colons behind labels. The
page is read as the file draws it, in reading order, and row by row. Where it says the quote several times, it must be
as often as the article does, and then the one of the same number is meant.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from askdocs.core.tables import BAR, OTHER_BAR, Span
from askdocs.ingest.cleaning.characters import plain_characters
from askdocs.ingest.sources.pdf_columns import reading_order
from askdocs.ingest.sources.pdf_lines import is_leader, rows
from askdocs.ingest.sources.pdf_words import Word, is_leftward
from askdocs.serving.pages.pdf_pages.sheets import Box, Sheet

# A longer quote is not looked for; an answer's sentences are far shorter.
LONGEST_QUOTE = 6_000
# Stand for a hyphen at the end of a line, and a colon at the end of a word in a table. No cleaned text holds them.
_BROKEN, _COLON = "\x02", "\x03"
_DROPPED = {"-": _BROKEN, ":": _COLON}
# Two words are on one line where their base lines are nearer to each other than this part of their height.
_SAME_LINE = 0.5
# And belong together where the gap between them is narrower than this part of their height.
_WORD_GAP = 1.5


class QuoteBox(NamedTuple):
    """A line, or a part of one, of the quote or of the answer in it."""

    box: Box
    kind: Literal["quote", "answer"]


class _Letters(NamedTuple):
    """The characters of a text in one order, white space left out.

    ``origins`` are their offsets in the article's text, or the numbers of their words on the page, whose characters
    they are by ``places``. ``begins`` are those that begin a word.
    """

    text: str
    origins: list[int]
    places: list[int]
    begins: set[int]


def quote_boxes(sheet: Sheet, page_text: str, quote: Span, answer: Span | None, in_table: bool) -> list[QuoteBox]:
    """The boxes of a quote, its lines first, then those of the answer; none where the quote is not found.

    ``page_text`` is what the article has of this page; ``quote`` and ``answer`` are offsets in it.
    """
    said = _letters_of_text(page_text, in_table)
    inside = [place for place, offset in enumerate(said.origins) if quote[0] <= offset < quote[1]]
    if not inside or len(inside) > LONGEST_QUOTE:
        return []
    wanted = said.text[inside[0] : inside[-1] + 1]
    same = _found(said, wanted)
    which = next((number for number, (start, _) in enumerate(same) if start == inside[0]), None)
    if which is None:
        return []
    for order in _orders(sheet.words):
        letters = _letters_of_words(sheet.words, order, in_table)
        found = _found(letters, wanted)
        if len(found) == len(same):
            aligned = _aligned(letters.text, found[which][0], wanted)
            words = [place - inside[0] for place in inside if answer and answer[0] <= said.origins[place] < answer[1]]
            lines = _lines(sheet, letters, aligned)
            return [
                *(QuoteBox(box, "quote") for box in lines),
                *(QuoteBox(box, "answer") for box in _lines(sheet, letters, [aligned[place] for place in words])),
            ]
    return []


def _letters_of_text(text: str, in_table: bool) -> _Letters:
    letters = _Letters("", [], [], set())
    characters: list[str] = []
    apart = True
    for offset, character in enumerate(text):
        if character.isspace() or (in_table and character == BAR):
            apart = True
            continue
        if apart:
            letters.begins.add(len(characters))
            apart = False
        characters.append(BAR if character == OTHER_BAR else character)
        letters.origins.append(offset)
        letters.places.append(0)
    return letters._replace(text="".join(characters))


def _letters_of_words(words: Sequence[Word], order: Sequence[int], in_table: bool) -> _Letters:
    letters = _Letters("", [], [], set())
    characters: list[str] = []
    for number, following in itertools.zip_longest(order, order[1:]):
        word = words[number]
        if in_table and (is_leader(word.text) or word.text == BAR):
            continue
        letters.begins.add(len(characters))
        ends_line = following is not None and not _on_one_line(word, words[following])
        dropped = _dropped(word.text[-1], ends_line, in_table)
        plain = plain_characters(word.text[:-1] if dropped else word.text) + dropped
        for place, character in enumerate(plain):
            characters.append(BAR if character == OTHER_BAR else character)
            letters.origins.append(number)
            letters.places.append(place * len(word.text) // len(plain))
    return letters._replace(text="".join(characters))


def _dropped(last: str, ends_line: bool, in_table: bool) -> str:
    """What stands for the last character of a word where an article may leave it out."""
    if ends_line and last in "-\xad":
        return _BROKEN
    return _COLON if in_table and last == ":" else ""


def _on_one_line(word: Word, other: Word) -> bool:
    return abs(word.base - other.base) < _SAME_LINE * max(word.size, other.size)


def _orders(words: Sequence[Word]) -> Iterator[list[int]]:
    """The words as the file draws them, in reading order by columns, and row by row."""
    yield list(range(len(words)))
    numbers = {word.order: number for number, word in enumerate(words)}
    lines = rows(words)
    for regions in (reading_order(lines), [lines]):
        yield [numbers[word.order] for region in regions for row in region for phrase in row for word in phrase.words]


def _found(letters: _Letters, wanted: str) -> list[Span]:
    """Where ``wanted`` stands as whole words."""
    if any(mark in letters.text for mark in _DROPPED.values()):
        between = f"[{''.join(_DROPPED.values())}]?"
        pattern = between.join(f"[{one}{_DROPPED[one]}]" if one in _DROPPED else re.escape(one) for one in wanted)
    else:
        pattern = re.escape(wanted)
    spans = [match.span() for match in re.finditer(pattern, letters.text)]
    return [span for span in spans if _is_edge(letters, span[0]) and _is_edge(letters, span[1])]


def _is_edge(letters: _Letters, place: int) -> bool:
    """Whether no word goes on over this place."""
    if place in letters.begins or not 0 < place < len(letters.text):
        return True
    return not (letters.text[place - 1].isalnum() and letters.text[place].isalnum())


def _aligned(text: str, start: int, wanted: str) -> list[int]:
    """The place in ``text`` of each character of ``wanted``, which stands there from ``start`` on."""
    places = []
    for character in wanted:
        while text[start] in _DROPPED.values() and text[start] != _DROPPED.get(character):
            start += 1
        places.append(start)
        start += 1
    return places


def _lines(sheet: Sheet, letters: _Letters, places: Sequence[int]) -> list[Box]:
    """The characters at these places as boxes, those of neighbouring words on a line as one."""
    found: list[Box] = []
    by_word = itertools.groupby(places, key=lambda place: letters.origins[place])
    for number, inside in by_word:
        box = _part(sheet, number, [letters.places[place] for place in inside])
        if found and _joins(sheet, found[-1], box):
            found[-1] = _around(found[-1], box)
        else:
            found.append(box)
    return found


def _part(sheet: Sheet, number: int, places: Sequence[int]) -> Box:
    """The box of some characters of a word: as wide as they are many, which is near enough to show them."""
    word, box = sheet.words[number], sheet.boxes[number]
    if is_leftward(word):
        return box
    width, length = box.right - box.left, len(word.text)
    return box._replace(
        left=box.left + width * min(places) / length, right=box.left + width * (max(places) + 1) / length
    )


def _joins(sheet: Sheet, before: Box, box: Box) -> bool:
    """Whether a word follows on the same line, not further away than words of a sentence are."""
    height = box.bottom - box.top
    gap = (box.left - before.right) * sheet.width / sheet.height
    return abs(box.bottom - before.bottom) < _SAME_LINE * height and -height < gap < _WORD_GAP * height


def _around(one: Box, other: Box) -> Box:
    return Box(
        min(one.left, other.left),
        min(one.top, other.top),
        max(one.right, other.right),
        max(one.bottom, other.bottom),
    )
