"""What captions and notes say of the units of a table's cells, and which of the cells each statement is for."""

from __future__ import annotations

import re
from typing import NamedTuple

from askdocs.core.tables import Span
from askdocs.text.english import FUNCTION_WORDS, stem
from askdocs.values.units import UnitStatement, read_unit

_PARTS = re.compile(r"[;,.]\s+")
_WORD = re.compile(r"[^\W\d_]+")
# "Output in tonnes": the words before "in" say what the statement is of, but for those of every such line.
_MEASURE = re.compile(
    r"^\W*(?P<measure>(?:[^\W\d_]+\W+){1,3}?)(?:is |are |was |were )?(?:given |shown |stated )?in\s", re.I
)
_WEIGHTS = re.compile(
    r"\b(?:weigh\w*|mass|pay ?loads?|loads?|cargo|catch|landings|harvest\w*|yields?|crops?|emissions?|waste|recycl\w*|"
    r"freight|lift\w*|thrust|body|gross vehicle|produce)\b",
    re.I,
)
_OF_ALL = "all amounts figures values data numbers results prices stated shown table year"
_ANYTHING = frozenset(stem(word) for word in _OF_ALL.split())


class ScopedStatement(NamedTuple):
    """A statement of a unit with the place of its words; it holds for cells with a label of the words ``measure``.

    An empty ``measure`` holds for the whole table.
    """

    statement: UnitStatement
    span: Span
    measure: frozenset[str]

    def holds_for(self, labels: frozenset[str]) -> bool:
        """Whether it is for a cell whose labels have these stems."""
        return self.measure <= labels


def scoped_statements(text: str, start: int = 0) -> list[ScopedStatement]:
    """The statements of a caption or a note that stands at ``start``, those for some measures before the others.

    >>> for one in scoped_statements("Output in tonnes; profit in £000"):
    ...     print(one.statement.unit or one.statement.currency, sorted(one.measure))
    tonnes ['output']
    GBP ['profit']
    >>> scoped_statements("Typical properties at 23 °C")
    []
    """
    places, place = [], 0
    for part in _PARTS.split(text):
        begin = text.index(part, place)
        places.append((begin, part))
        place = begin + len(part)
    found = [scoped for begin, part in places if (scoped := _scoped(part, start + begin))]
    if len(found) < 2:
        whole = _scoped(text, start)
        found = [whole] if whole else []
    return sorted(found, key=lambda one: -len(one.measure))


def settled(statement: UnitStatement, words: str) -> UnitStatement:
    """The statement with "pounds" as money, unless the words around speak of weights.

    >>> settled(read_unit("in pounds"), "Fares, single").currency, settled(read_unit("in pounds"), "Payload").unit
    ('GBP', 'pounds')
    """
    if statement.unit != "pounds" or _WEIGHTS.search(words):
        return statement
    return statement.model_copy(update={"unit": None, "currency": "GBP"})


def _scoped(part: str, start: int) -> ScopedStatement | None:
    statement = read_unit(part)
    if statement is None or re.search(r"\d\s*$", part[: statement.start]):  # "at 23 °C" is a figure, no unit
        return None
    measure = _MEASURE.match(part)
    words = _WORD.findall(measure["measure"]) if measure and measure.end() <= statement.end else []
    stems = frozenset(stem(word) for word in words if word.lower() not in FUNCTION_WORDS)
    span = (start + statement.start, start + statement.end)
    return ScopedStatement(statement, span, frozenset() if stems & _ANYTHING else stems)
