"""Enumerations: the items of "A, B and C", the rest of an enumeration that a run of words is a part of, and lines of a
bulleted list."""

from __future__ import annotations

import re

from askdocs.text.span_boundaries import can_end, can_start

Span = tuple[int, int]

_AND = re.compile(r"\s+(?:and|or|as well as|along with|plus|und)\s+", re.I)
_COMMA = re.compile(r"\s*[,;]\s+(?:(?:and|or|as well as|but also)\s+)?|\s*;\s*", re.I)
_LEAD = re.compile(
    r"(?:both|either|neither|including|namely|such as|notably|among them|and|or|as well as|plus|on|in|to|from|"
    r"at|by|for|of|"
    r"with|that|because|also|then|first(?:ly)?,?|second(?:ly)?,?|third(?:ly)?,?|finally,?)\s+",
    re.I,
)
_BRACKETED = re.compile(r"\([^()]*\)|“[^”]*”|\"[^\"]*\"")
_BULLET = re.compile(r"^[ \t]*(?:[•*\-–—·▪◦]|\(?\d{1,2}[.)]|\(?[a-z][.)])[ \t]+", re.M)
_PAIRED = frozenset(
    ("research and development", "terms and conditions", "health and safety", "food and drink", "supply and demand",
     "mergers and acquisitions", "profit and loss", "bed and breakfast")
)  # fmt: skip
_CLAUSE = 6  # words: a longer piece around "and" is a clause, which is cut at commas first


def items_of(text: str, start: int, end: int) -> list[Span]:
    """The items of the enumeration ``text[start:end]``; the run itself where it enumerates nothing.

    >>> text = "blamed rents, the price of energy and shoppers' move online"
    >>> [text[a:b] for a, b in items_of(text, 7, len(text))]
    ['rents', 'the price of energy', "shoppers' move online"]
    >>> text = "Marks & Spencer and Aurelio"
    >>> [text[a:b] for a, b in items_of(text, 0, len(text))]
    ['Marks & Spencer', 'Aurelio']
    """
    pieces = _split(text, start, end, _COMMA)
    if len(pieces) == 1:
        parts = _split(text, start, end, _AND)
        pieces = parts if len(parts) > 1 and _parallel(text, parts) else pieces
    else:
        last = _split(text, *pieces[-1], _AND)
        joined = re.search(r"[,;]\s+(?:and|or)\s+$", text[start : pieces[-1][0]], re.I)
        if not joined and _parallel(text, last):
            pieces[-1:] = last
    return [_bare(text, *piece) for piece in pieces if _is_item(text[slice(*piece)])]


def _split(text: str, start: int, end: int, at: re.Pattern[str]) -> list[Span]:
    """The pieces of a run between separators that stand outside brackets and quotes."""
    covered = [(start + m.start(), start + m.end()) for m in _BRACKETED.finditer(text[start:end])]
    pieces, position = [], start
    for separator in at.finditer(text, start, end):
        if any(a <= separator.start() < b for a, b in covered) or separator.start() <= position:
            continue
        pieces.append((position, separator.start()))
        position = separator.end()
    return [*pieces, (position, end)] if position < end else pieces


def _parallel(text: str, parts: list[Span]) -> bool:
    """Whether the parts around an "and" are items, and no pair that belongs together."""
    if text[parts[0][0] : parts[-1][1]].lower() in _PAIRED:
        return False
    return all(len(text[a:b].split()) <= 2 * _CLAUSE for a, b in parts)


def _is_item(words: str) -> bool:
    if re.match(r"(?:which|who|whose|whom|where)\b", words, re.I):
        return False
    return bool(re.search(r"\w", words)) and not re.fullmatch(
        r"(?:too|however|respectively|etc\.?|others|more|among others|for example|said|says)", words.strip(" .,"), re.I
    )


def _bare(text: str, start: int, end: int) -> Span:
    """A piece without what leads to it ("both", "in", "namely") and punctuation around it."""
    while lead := _LEAD.match(text, start, end):
        if lead.end() >= end:
            break
        start = lead.end()
    while end > start and text[end - 1] in " ,;:.":
        if text[end - 1] == "." and re.search(r"\b(?:Inc|Ltd|Co|Corp|[A-Z])\.$", text[start:end]):
            break
        end -= 1
    return start, end


def widened(text: str, start: int, end: int, sentence: Span) -> Span:
    """A run and what goes on enumerating after it within its sentence, as long as the items are short.

    >>> text = "The files held names, addresses and telephone numbers."
    >>> start, end = widened(text, 15, 20, (0, len(text)))
    >>> text[start:end]
    'names, addresses and telephone numbers'
    """
    limit = sentence[1]
    tail = re.compile(
        r"(?:,\s+(?:[\w'’&.$€£%-]+\s){0,4}?[\w'’&.$€£%-]+(?=,|\s+(?:and|or)\s))*,?\s+(?:and|or|as well as)\s+"
        r"(?:[\w'’&$€£%-]+(?:\.\w+)?\s){0,4}?[\w'’&$€£%-]+(?=[.,;:!?\n)]|\s+(?:on|in|at|for|from|to|who|which|that|as|by|after|"
        r"before|will|have|has|had|were|are|was|is|said|took|joined|arranged|shared)\b|$)"
    )
    match = tail.match(text, end, limit)
    if match and can_end(text, match.end()):
        end = match.end()
    return start, end


def bulleted(text: str, start: int, end: int) -> list[Span]:
    """The items of the bulleted or numbered list that the line of ``[start, end)`` belongs to; else nothing.

    >>> text = "Risks:\\n- Frost.\\n- Late rain.\\nThe end."
    >>> [text[a:b] for a, b in bulleted(text, 10, 15)]
    ['Frost', 'Late rain']
    """
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text)]
    at = next((n for n, (a, b) in enumerate(lines) if a <= start < b), None)
    if at is None or not _BULLET.match(text, *lines[at]):
        return []
    first = last = at
    while first > 0 and _BULLET.match(text, *lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and _BULLET.match(text, *lines[last + 1]):
        last += 1
    if first == last:
        return []
    items = []
    for a, b in lines[first : last + 1]:
        mark = _BULLET.match(text, a, b)
        assert mark is not None
        stop = re.compile(r"(?<=\w)(?:[:;.](?=\s|$)|\s[–—-]\s)").search(text, mark.end(), b)
        item = _bare(text, mark.end(), stop.start() if stop else b)
        if item[0] < item[1] and can_start(text, item[0]):
            items.append(item)
    return items
