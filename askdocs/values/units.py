"""What the words around a table say of the unit of its cells: "(in thousands of euros, except per-share data)"."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice

from askdocs.core.base import Model
from askdocs.values.unit_exceptions import matching_exception, read_exceptions
from askdocs.values.unit_words import UnitWords, unit_words

_LONGEST_CAPTION = 600
_LONGEST_LINE = 160  # of a line that is nothing but a statement of a unit
_TAIL = re.compile(
    r"[,;(]?\s*\b(?:unless|except (?:where|as|if|when)|if not|save where|sofern|soweit)\b[^,;()]*"
    r"(?:stated|indicated|noted|specified|shown|mentioned|angegeben|vermerkt)[^,;().]*\)?",
    re.I,
)
_EXCEPT = re.compile(
    r"[,;(]?\s*\b(?:except(?:ing)?(?: for)?|excluding|other than|apart from|save for|with the exception of|außer)\s+"
    r"(?P<what>[^;()]+)",
    re.I,
)
_FILLER = (
    r"(?:all|of|amounts?|figures?|values?|data|numbers?|results?|prices?|tabular|financial|monetary|dollar|currency|"
    r"expressed|stated|presented|reported|shown|given|quoted|are|is|in|en|units?|scale|unaudited|audited|alle|"
    r"Angaben|Beträge|Werte|Zahlen|Einheit|note|notes)"
)
_OPENING = re.compile(rf"^(?:[\s(\[*:;,–-]*\b{_FILLER}\b[\s:;,–-]*)+", re.I)
_GROUP = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)?)\)|\[([^\[\]]*)\]")
_ABBREVIATED = re.compile(r"\s*\(\s*[\"“'‘]?(?:[A-Z]{0,3}[$€£¥]|[A-Z]{3}|[A-Z]{2,3}[$])[\"”'’]?\s*\)")
_MOST_CLAUSES = 8  # that are tried after an "in"; captions can be long
_IN = re.compile(r"\b(?:in|en|expressed in|stated in)\s+", re.I)
_CLAUSE_END = re.compile(
    r"[,;.)\]]\s|[,;.)\]]?$|\s(?:except|excluding|unless|other than|for|at|as|and|other)\b|\s[–-]\s|\n"
)


class UnitStatement(Model):
    """What ``text[start:end]`` says of cells: figures are multiplied by ``scale``, they are money of a ``currency``
    (an ISO 4217 code), or of a ``unit`` ("tonnes", "percent"). It does not hold for its ``exceptions``.

    ``scaled`` is set where the words name a scale themselves: "in euros" leaves that to others. Statements of the same
    ``nearness``, given by the caller, stand equally near to a cell; ``None`` where one of two is the nearer.
    """

    scale: Decimal = Decimal(1)
    currency: str | None = None
    unit: str | None = None
    exceptions: tuple[str, ...] = ()
    scaled: bool = False
    start: int
    end: int
    nearness: int | None = None


@functools.lru_cache(maxsize=4096)
def read_unit(text: str) -> UnitStatement | None:
    """The unit that a header, a caption or a note names; ``None`` where it names none.

    >>> found = read_unit("(in thousands of euros, except per-share data)")
    >>> int(found.scale), found.currency, found.exceptions
    (1000, 'EUR', ('per share',))
    >>> read_unit("Energy, GWh").unit, read_unit("Net margin (%)").unit, read_unit("Smith & Co (Holdings)")
    ('GWh', 'percent', None)
    """
    first: UnitStatement | None = None
    for start, end, alone in _places(text[:_LONGEST_CAPTION]):
        statement = _clause(text, start, end, alone=alone)
        if statement is None:
            continue
        if first is None:
            first = statement
        if first.scaled and first.currency is None and first.unit is None:
            return _with_currency(text[:_LONGEST_CAPTION], first)
        if first.scaled:
            return first
        # "in thousands of Canadian dollars (C$)": the bracket alone says less.
        if statement.scaled and statement.currency == first.currency:
            return statement
    return first


def _with_currency(text: str, scale_alone: UnitStatement) -> UnitStatement:
    """A scale with the currency that stands beside its brackets: "USD (millions)", "Value in USD (thousands)"."""
    joined = re.sub(r"[()\[\],]", " ", text)
    for start, end, alone in _places(joined):
        statement = _clause(joined, start, end, alone=alone)
        if statement is not None and statement.currency and statement.scale == scale_alone.scale:
            end += text[end : end + 1] in (")", "]") and text[start - 1 : start] not in ("(", "[")
            return statement.model_copy(update={"exceptions": scale_alone.exceptions, "end": end})
    return scale_alone


def is_unit_line(text: str) -> bool:
    """Whether a line is nothing but a statement of a unit, such as stands above a table.

    >>> [is_unit_line(line) for line in ("Figures in £m", "(in millions, except per share data)", "Revenue (£m)")]
    [True, True, False]
    """
    if len(text) > _LONGEST_LINE:
        return False
    start, end = _trimmed(text, 0, len(text))
    return _clause(text, start, end, alone=_is_bare(text)) is not None


def exempt(statement: UnitStatement, labels: Sequence[str]) -> bool:
    """Whether a cell with these labels of its row and column is one that the statement does not hold for.

    >>> found = read_unit("(in millions, except per share data)")
    >>> exempt(found, ["Basic earnings per share", "2024"]), exempt(found, ["Revenue", "2024"])
    (True, False)
    """
    return matching_exception(statement.exceptions, labels) is not None


def _places(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where a unit can stand, the likeliest first, and whether nothing sets it off: all of it, brackets, tails."""
    start, end = _trimmed(text, 0, len(text))
    yield start, end, _is_bare(text)
    for match in reversed(list(_GROUP.finditer(text))):
        span = match.span(1 if match[1] is not None else 2)
        if _believable(text[: match.start()], text[slice(*span)]):
            yield *_trimmed(text, *span), False
            inner = text.rfind(", ", *span)
            if inner > 0:
                yield *_trimmed(text, inner + 2, span[1]), False
    comma = max(text.rfind(sign) for sign in (", ", " – ", " - ", ": ", " / ", "\n"))
    if comma > 0:
        begin, end = _trimmed(text, comma + 2 + (text[comma] == " "), len(text))
        if not _COLUMN_MARK.fullmatch(text[begin:end]):
            yield begin, end, False
    for match in _IN.finditer(text):
        for stop in reversed(list(islice(_CLAUSE_END.finditer(text, match.end()), _MOST_CLAUSES))):
            begin, end = _trimmed(text, match.end(), stop.start())
            if not _COLUMN_MARK.fullmatch(text[begin:end]):
                yield begin, end, False
    yield from _edges(text)


def _is_bare(text: str) -> bool:
    """Whether neither a bracket nor "in" shows that a text is a unit."""
    return re.match(r"[(\[]|in\b", text.strip(), re.I) is None


def _edges(text: str) -> Iterator[tuple[int, int, bool]]:
    """A currency or a percent sign at the end of a header without brackets ("Revenue £m"), or a percent sign before."""
    for match in reversed(list(re.finditer(r"\s(?=\S)", text))):
        begin, end = _trimmed(text, match.end(), len(text))
        words = text[begin:end]
        if len(words.split()) > 3:
            break
        if re.search(r"[€£¥₹$%]|\b[A-Z]{3}", words) or _PLAIN_SYMBOL.fullmatch(words):
            yield begin, end, True
    leading = re.match(r"\s*%(?= \w)", text)
    if leading is not None:
        yield leading.start(), leading.end(), True


_COLUMN_MARK = re.compile(r"[A-Z]|GB|GT|PA|MT|U|IU|HB|HV")  # rather an initial or a country than a unit
_PLAIN_SYMBOL = re.compile(r"[kMGT]W(?:h|p)?|[kMG]Pa|kg|km|mm|cm|°C|°F|m²|m³|km²|tCO[2₂]e?")
_COUNTED = re.compile(
    r"\b(?:shares|customers|subscribers|users|members|population|revenues?|sales|income|profit|cost)\b", re.I
)
_UNIT_OF = {
    "A": r"current|amp", "B": r"$^", "C": r"temperature", "F": r"capacit|temperature", "H": r"inductance|$^",
    "K": r"temperature", "N": r"force|load", "T": r"flux|magnet", "V": r"volt|potential", "W": r"power|watt",
    "s": r"time|duration|latency|delay", "p": r"price|share|dividend|eps|cost", "U": r"$^", "d": r"time|duration|age",
    "h": r"time|duration|hours?", "x": r"multiple|ratio|cover|leverage|times|EV|P/E|ebitda",
}  # fmt: skip


def _believable(before: str, words: str) -> bool:
    """Whether a letter in brackets can be a unit of what stands before them: "Voltage (V)", not "Group (A)"."""
    needed = _UNIT_OF.get(words.strip())
    return needed is None or re.search(needed, before, re.I) is not None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without spaces, and without brackets that hold all of it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1] in " \t\n\u00a0.:;,*":
        end -= 1
    if (
        end - start > 1
        and (text[start], text[end - 1]) in (("(", ")"), ("[", "]"))
        and not re.search(r"[)\]].*[(\[]", text[start:end])
    ):
        return _trimmed(text, start + 1, end - 1)
    return start, end


def _clause(text: str, start: int, end: int, *, alone: bool) -> UnitStatement | None:
    """A statement that fills ``text[start:end]``: opening words, the unit, and what it does not hold for."""
    words = text[start:end]
    kept = _TAIL.sub("", words)
    exceptions: tuple[str, ...] = ()
    excepted = _EXCEPT.search(kept)
    if excepted is not None:
        exceptions = read_exceptions(excepted["what"])
        kept = kept[: excepted.start()] + kept[excepted.end() :]
    opening = _OPENING.match(kept)
    if opening is not None and opening.end() < len(kept) and _leads_to_unit(opening.group(), kept[opening.end()]):
        kept, alone = kept[opening.end() :], alone and not re.search(r"\bin\b", opening.group(), re.I)
    kept = _ABBREVIATED.sub("", kept).strip(" ,;:.–-")
    if kept.count("(") != kept.count(")") or kept.count("[") != kept.count("]"):
        kept = kept.strip("()[] ")
    found = _words(kept, alone=alone)
    if found is not None and found.unit in ("m", "M", "k") and _COUNTED.search(text[:start]):
        found = UnitWords(Decimal(1_000 if found.unit == "k" else 10**6))  # "Shares (m)"
    if found is None:
        return None
    scaled = found.scale != 1 or found.unit is not None
    return UnitStatement(
        scale=found.scale, currency=found.currency, unit=found.unit, exceptions=exceptions, scaled=scaled,
        start=start, end=end,
    )  # fmt: skip


def _leads_to_unit(opening: str, following: str) -> bool:
    """Whether opening words are those of a statement, "Figures in", and not a header: "Price $", "Value (€000)"."""
    if following in "([":
        return False
    nouns = re.search(r"\b(?:of|figures?|values?|data|numbers?|results?|prices?|notes?)\b", opening, re.I)
    return nouns is None or re.search(r"\b(?:in|en|are)\b|:", opening, re.I) is not None


def _words(kept: str, *, alone: bool) -> UnitWords | None:
    """The unit, also where a currency and a scale are joined by a filler: "Dollars in millions", "$ in thousands"."""
    joined = re.sub(r"\s+in\s+", " ", kept)
    return unit_words(kept, alone=alone) or (unit_words(joined, alone=alone) if joined != kept else None)
