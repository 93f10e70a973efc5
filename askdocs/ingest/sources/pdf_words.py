"""The words of a PDF page with their boxes, from pdfium's characters.

Places are in points, ``x`` to the right and ``y`` down, after the page was turned so that most of its text is upright.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pypdfium2

# pdfium gives a hyphen at the end of a line as one of these two.
_HYPHENS = {"\x02": "-", "\ufffe": "-", "\u2010": "-", "\u2011": "-"}
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_CHARACTERS = {**_HYPHENS, **_LIGATURES}
_RAISED = dict(zip("0123456789+-−()abcdefgh", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰ", strict=True))

# In parts of a character's height: what is between words even without a space, and within one even with a made one.
WORD_GAP, NO_GAP = 0.22, 0.06
# A raised mark is so much smaller, and so much higher, than what it follows.
RAISED_SIZE, RAISED_BY = 0.86, 0.12
# And stands so near it, in parts of its height.
MARK_GAP = 0.4
_BIN = 16.0


class Word(NamedTuple):
    """A word, where it stands, the height of its characters, and its place in the order the file draws them."""

    text: str
    left: float
    right: float
    base: float
    size: float
    order: int

    @property
    def top(self) -> float:
        """The upper edge of its characters."""
        return self.base - 0.8 * self.size


def is_leftward(word: Word) -> bool:
    """Whether a word is read from the right to the left."""
    return not word.text.isascii() and _is_leftward(word.text[0])


def _is_leftward(character: str) -> bool:
    return unicodedata.bidirectional(character[0]) in ("R", "AL")


class _Character(NamedTuple):
    text: str
    left: float
    right: float
    base: float
    size: float
    order: int
    spaced: bool  # a space or an end of a line stands before it
    made: bool  # and pdfium made that space out of a gap


class PageWords(NamedTuple):
    """The upright words of a page, those set in other directions as plain lines, and the quarter turns made."""

    words: list[Word]
    turned: list[str]
    quarter: int


def page_words(text_page: pypdfium2.PdfTextPage) -> PageWords:
    """Read the words of a page in the order the file draws them."""
    directions = _characters(text_page)
    if not directions:
        return PageWords([], [], 0)
    quarter = max(directions, key=lambda direction: len(directions[direction]))
    words = _with_marks(_words(directions.pop(quarter)))
    turned = [" ".join(word.text for word in _words(characters)) for characters in directions.values()]
    return PageWords(words, turned, max(quarter, 0))


def turned_point(x: float, y: float, quarter: int) -> tuple[float, float]:
    """A point of the page as pdfium gives it, in the coordinates of words on a page turned by ``quarter``.

    >>> turned_point(72.0, 700.0, 0)
    (72.0, -700.0)
    """
    return ((x, -y), (-y, -x), (-x, y), (y, x))[quarter]


def _characters(text_page: pypdfium2.PdfTextPage) -> dict[int, list[_Character]]:
    """The characters by the direction they are set in: quarter turns, or -1 for a slanted one."""
    import pypdfium2.raw as pdfium

    handle, box, x, y = text_page.raw, pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    unicode_of, box_of, origin_of = (
        pdfium.FPDFText_GetUnicode,
        pdfium.FPDFText_GetLooseCharBox,
        pdfium.FPDFText_GetCharOrigin,
    )
    angle_of, is_made = pdfium.FPDFText_GetCharAngle, pdfium.FPDFText_IsGenerated
    directions: dict[int, list[_Character]] = {}
    spaced = made = False
    high = 0
    for order in range(text_page.count_chars()):
        code = unicode_of(handle, order)
        if 0xD800 <= code < 0xDC00:  # the first half of a pair
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code, high = (0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)) if high else 0xFFFD, 0
        text = chr(code) if 0 < code < 0x110000 else " "
        if text.isspace():
            made = is_made(handle, order) == 1 and (made or not spaced)
            spaced = True
            continue
        box_of(handle, order, box)
        origin_of(handle, order, x, y)
        angle = angle_of(handle, order)
        direction = _quarter(angle) if angle else 0
        left, top, right, bottom, base = box.left, -box.top, box.right, -box.bottom, -y.value
        if direction > 0:
            left, top = turned_point(box.left, box.top, direction)
            right, bottom = turned_point(box.right, box.bottom, direction)
            left, right = (left, right) if left < right else (right, left)
            base = turned_point(x.value, y.value, direction)[1]
        text = _CHARACTERS.get(text, text)
        character = _Character(text, left, right, base, abs(bottom - top) or 1.0, order, spaced, made)
        directions.setdefault(direction, []).append(character)
        spaced = made = False
    return directions


def _quarter(angle: float) -> int:
    turns = angle / (math.pi / 2)
    return round(turns) % 4 if abs(turns - round(turns)) < 0.06 else -1


def _words(characters: Sequence[_Character]) -> list[Word]:
    words: list[Word] = []
    run: list[_Character] = []
    for character in characters:
        if run and _begins_word(run, character):
            words.append(_word(run))
            run = []
        run.append(character)
    if run:
        words.append(_word(run))
    return [word for word in words if word.text]


def _with_marks(words: list[Word]) -> list[Word]:
    """Words with the raised marks that the file draws elsewhere in its order, after the other cells of a row."""
    usual = max((word.size for word in words), default=0.0)
    by_end: dict[int, list[int]] = {}
    for i, word in enumerate(words):
        by_end.setdefault(int(word.right / _BIN), []).append(i)
    gone: set[int] = set()
    for i, mark in enumerate(words):
        if len(mark.text) > 3 or mark.size >= RAISED_SIZE * usual:
            continue
        ends = int(mark.left / _BIN)
        for j in (*by_end.get(ends, ()), *by_end.get(ends - 1, ())):
            word, gap = words[j], mark.left - words[j].right
            if -0.1 * word.size < gap < MARK_GAP * word.size and _above(word, mark) and j not in gone:
                text = "".join(_RAISED.get(character, character) for character in mark.text)
                words[j] = word._replace(text=word.text + text, right=mark.right)
                gone.add(i)
                break
    return [word for i, word in enumerate(words) if i not in gone] if gone else words


def _begins_word(run: Sequence[_Character], after: _Character) -> bool:
    first, last = run[0], run[-1]
    gap = after.left - last.right
    if not after.text.isascii() and _is_leftward(after.text) and after.left < last.left:
        gap = last.left - after.right
    size = max(first.size, after.size)
    if _above(first, after) and gap < MARK_GAP * first.size and gap > -0.1 * first.size:
        return after.spaced and not after.made
    if after.size > first.size / RAISED_SIZE and after.base > first.base:  # a mark stands before its note
        return True
    if abs(after.base - last.base) > 0.5 * size or gap < -size:
        return True
    if after.spaced and (gap > NO_GAP * size or not after.made):
        return True
    return gap > WORD_GAP * size


def _word(run: Sequence[_Character]) -> Word:
    first = run[0]
    if all(character.size == first.size and character.base == first.base for character in run):
        text = "".join([character.text for character in run])
        left, right = min(first.left, run[-1].left), max(first.right, run[-1].right)
        return Word(text, left, right, first.base, first.size, first.order)
    sizes = Counter((round(character.size, 1), round(character.base, 1)) for character in run)
    raised = [i for i, character in enumerate(run) if _is_raised(run, i)]
    size, base = (first.size, first.base) if raised else sizes.most_common(1)[0][0]
    text = "".join(_raised_text(run, raised, i) if i in raised else character.text for i, character in enumerate(run))
    return Word(text, min(c.left for c in run), max(c.right for c in run), base, size, first.order)


def _is_raised(run: Sequence[_Character], place: int) -> bool:
    return place > 0 and _above(run[0], run[place])


def _above(first: _Character | Word, after: _Character | Word) -> bool:
    """Whether what follows is smaller and raised, and not on the line above."""
    raised = first.base - after.base
    return after.size < RAISED_SIZE * first.size and RAISED_BY * first.size < raised < 0.7 * first.size


def _raised_text(run: Sequence[_Character], raised: Sequence[int], place: int) -> str:
    """Raised figures as such characters, so that 455.9 with the mark 1 is not 455.91; "th" of "5th" stays."""
    text = run[place].text
    alone = place - 1 not in raised and place + 1 not in raised
    return text if text.isalpha() and not alone else _RAISED.get(text, text)
