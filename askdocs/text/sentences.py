"""Where sentences begin and end, as offsets into the text given.

The splitting itself is sentencex (Wikimedia, MIT): rules and abbreviation lists, no model, about 20 MB a second.
It is shown an ASCII shadow of the text, character for character, because version 1.0.32 stops with a Rust panic
where an abbreviation follows whitespace outside ASCII; offsets in the shadow are offsets in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

Span = tuple[int, int]

# sentencex takes quadratic time over unbalanced quotes and brackets; it is shown this many characters at a time.
WINDOW = 4000

# A line that begins in lower case goes on with the line before it, unless that one ended its sentence.
_LINE_BREAK = re.compile(r"[.!?:;]['\"’”)\]]*+[^\S\n]*+\n\s*+|\n[^\S\n]*+(?:\n\s*+|(?![a-z]))")
# Of Chinese and Japanese, Arabic and Urdu, Hindi, Khmer, Burmese, Ethiopic, Armenian; no space need follow them.
SCRIPT_ENDS = "。！？｡؟۔।॥។៕။።፧։"
_ENDS_WITHOUT_SPACE = re.compile(rf"[{SCRIPT_ENDS}][{SCRIPT_ENDS}!?…]*+[」』”’»）】》]*")
_APOSTROPHE = re.compile(r"(?<=[^\W_])'(?=[^\W_])|(?<=s)'(?= [a-z])")
_NUMBERING = re.compile(r"\(?(?:\d{1,3}|[A-Za-z])[.)]|[•*\-–—]")
_ABBREVIATION = re.compile(
    r"\b(?:approx|est|ca|cf|incl|excl|vs|no|nos|vol|pp|fig|figs|sec|art|ch|al|bn|mn|mln|tn|ft|oz|lb|lbs|avg|max|min)\.$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
_ENDS_QUOTED = re.compile(rf"[{SCRIPT_ENDS}…][」』”’]$")
# Who said it, behind what was said: 「…。」と社長は話した。 “…。”董事长说。
_WHO_SAID_IT = re.compile(r"と|って|[^，。！？：“”\s]{1,16}(?:说|說|表示|称|稱|道|指出|强调|強調|问|問)")
# "am 12. Mai", "im 19. Jahrhundert"
_GERMAN_ORDINAL = re.compile(r"\b(?:[Aa]m|[Vv]om|[Zz]um|[Bb]is|[Dd]e[nmr]|[Dd]es|[Ii]m|[Ss]eit|[Aa]b|und|–) \d{1,2}\.$")
_AFTER_ORDINAL = re.compile(
    r"(?:Jan|Jän|Feb|März|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)[a-zä]*\b|Jahrhunderts?\b|(?:und|bis) \d"
)
_GERMAN_SCALE = re.compile(r"\b(?:Mio|Mrd|Tsd)\.$")
_AFTER_SCALE = re.compile(
    r"(?:Euro|(?:US-)?Dollar|Franken|Pfund|Yuan|Kronen|Aktien|Stück|Tonnen|Menschen|Kunden|Einwohner)\b"
)
_LOWER_CYRILLIC = re.compile(r"[а-яё]\.$")
# Thai and Lao end sentences with a space, which they put elsewhere too: long ones are cut at some of them.
_THAI = "\u0e01-\u0eff"
_THAI_LETTER = re.compile(f"[{_THAI}]")
_THAI_SPACE = re.compile(f"(?<=[{_THAI}])\\s+(?=[{_THAI}])")
_LONG_CLAUSE, _SHORT_CLAUSE = 120, 40
_AFTER_CLOCK = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b"
    r"|(?:[ECMP][SD]?T|GMT|UTC|BST|CES?T|Eastern|Central|Pacific|Beijing|London|New York)\b"
)


def sentence_spans(text: str) -> list[Span]:
    r"""Find the sentences of ``text``, in order, without the whitespace around them.

    Every character that is not whitespace is in exactly one span. A line break ends a sentence, unless the next
    line goes on in lower case. The time taken is linear in the length of the text.

    >>> text = "Apple Inc. rose 2%. It closed at $78.49 (see No. 5)."
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['Apple Inc. rose 2%.', 'It closed at $78.49 (see No. 5).']
    >>> sentence_spans("Sales: 5\nCosts: 3\n")
    [(0, 8), (9, 17)]
    >>> sentence_spans("  ")
    []
    """
    spans = [span for line in _lines(text) for span in _joined(text, _pieces(text, line))]
    if not text.isascii() and _THAI_LETTER.search(text):
        return [clause for span in spans for clause in _clauses(text, span)]
    return spans


def _lines(text: str) -> Iterator[Span]:
    """The stretches of ``text`` no sentence crosses."""
    start = 0
    for line_break in _LINE_BREAK.finditer(text):
        yield start, line_break.end()
        start = line_break.end()
    yield start, len(text)


def _pieces(text: str, line: Span) -> Iterator[Span]:
    """The sentences of one line as sentencex sees them, a window at a time; trimmed, never empty."""
    begin, position = line[0], line[0]
    while position < line[1]:
        stop = min(position + WINDOW, line[1])
        ends = [position + end for end in _sentence_ends(text[position:stop])]
        if stop < line[1]:  # the last one may go on in the next window
            ends = ends[:-1]
        for end in ends:
            yield from _trimmed(text, begin, end)
            begin = end
        position = ends[-1] if ends else stop
    yield from _trimmed(text, begin, line[1])


def _sentence_ends(text: str) -> list[int]:
    import sentencex

    ends = {found["end_index"] for found in sentencex.get_sentence_boundaries("en", _shadow(text))}
    ends.update(match.end() for match in _ENDS_WITHOUT_SPACE.finditer(text))
    return sorted(ends)


def _shadow(text: str) -> str:
    """``text`` in ASCII, of the same length."""
    if not text.isascii():
        text = text.translate(_TO_ASCII)
    if "'" in text:
        text = _APOSTROPHE.sub("a", text)
    return text.replace("\n", " ")


class _ToAscii(dict[int, str]):
    """What stands for a character in the shadow: its kind is kept (letter, digit, quote, space), not itself."""

    def __missing__(self, code: int) -> str:
        self[code] = kind = _ascii_kind(chr(code))
        return kind


def _ascii_kind(character: str) -> str:
    if character.isascii():
        return character
    if character.isspace():
        return " "
    if character in "“”„«»":
        return '"'
    if character in "‘’":
        return "'"
    if character == "…":
        return "."
    if character.isupper():
        return "A"
    if character.isdigit():
        return "1"
    return "a" if unicodedata.category(character)[0] in "LM" else "~"


_TO_ASCII = _ToAscii()


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _joined(text: str, pieces: Iterator[Span]) -> Iterator[Span]:
    """Put together what is one sentence to a reader: "1." and its item, "5 p.m." and "Monday"."""
    start = end = -1
    for piece in pieces:
        if start >= 0 and _goes_on(text, start, end, piece):
            end = piece[1]
            continue
        if start >= 0:
            yield start, end
        start, end = piece
    if start >= 0:
        yield start, end


def _goes_on(text: str, start: int, end: int, following: Span) -> bool:
    if end - start <= 5 and _NUMBERING.fullmatch(text, start, end):
        return True
    tail = text[max(start, end - 12) : end]
    head = text[following[0] : following[0] + 12]
    if not tail.isascii() and _goes_on_in_scripts(text, tail, following[0]):
        return True
    if _GERMAN_ORDINAL.search(tail) and _AFTER_ORDINAL.match(head):
        return True
    if _GERMAN_SCALE.search(tail) and _AFTER_SCALE.match(head):
        return True
    if _CLOCK.search(tail):
        return head[0].islower() or bool(_AFTER_CLOCK.match(head))
    return bool(_ABBREVIATION.search(tail)) and (head[0].islower() or head[0].isdigit())


def _goes_on_in_scripts(text: str, tail: str, start: int) -> bool:
    """What goes on where English would not: who said what was quoted, and "5 млрд руб. было"."""
    if _ENDS_QUOTED.search(tail):
        return _WHO_SAID_IT.match(text, start) is not None
    return _LOWER_CYRILLIC.search(tail) is not None and text[start].islower()


def _clauses(text: str, span: Span) -> Iterator[Span]:
    """A span as it is, or a long one of Thai or Lao in clauses, cut at spaces between two of their letters."""
    start, end = span
    if end - start > _LONG_CLAUSE:
        for space in _THAI_SPACE.finditer(text, start, end):
            if space.start() - start >= _SHORT_CLAUSE and end - space.end() >= _SHORT_CLAUSE:
                yield start, space.start()
                start = space.end()
    yield start, end
