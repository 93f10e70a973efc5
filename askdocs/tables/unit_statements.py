"""What captions and notes say of the units of a table's cells, and which of the cells each statement is for."""

from __future__ import annotations

import re
from typing import NamedTuple

from askdocs.core.tables import Span
from askdocs.text.english import FUNCTION_WORDS, stem
from askdocs.text.sentences import sentence_spans
from askdocs.values.units import UnitStatement, read_unit

_PARTS = re.compile(r"[;,.]\s+")
_WORD = re.compile(r"[^\W\d_]+")
# "Output in tonnes": the words before "in" say what the statement is of, but for those of every such line.
_MEASURE = re.compile(
    r"^\W*(?P<measure>(?:[^\W\d_]+\W+){1,5}?)(?:is |are |was |were )?(?:given |shown |stated )?in\s", re.I
)
_OF_TABLE = re.compile(
    r"(?:all )?(?:figures|amounts|values|prices|sums|volumes|numbers)\s(?:are |is |shown |given )*in\s", re.I
)
_NEAR = 20  # characters between the opening of a statement and its unit
_AND = re.compile(r"\s(?:and|or|und)\s")
_MOST = 0.6  # of the words of a measure
_ABOVE, _LONGEST = 400, 160  # characters of the text above a table, and of a statement in it
_UNLESS = re.compile(r",?\s*(?:unless|except where|if not)\b.*", re.I)
_DATES = re.compile(r"\b(?:\d{1,2} )?[A-Z][a-z]+(?: \d{1,2},?)?(?: (?:19|20)\d\d)?\b|\b(?:19|20)\d\d\b|['’]?\b000s?\b")
_HAS_FIGURES = re.compile(r"\d")
_BY = re.compile(r"\sby (?:weight|volume|mass|number|value)$", re.I)
_VERB = re.compile(
    r"\b(?:was|were|has|have|had|will|would|did|does|can|rose|fell|grew|reports?|reported|sold|said|earned|made|paid|"
    r"cost(?= )(?! in)|they|it|we|he|she|who|which|as|because)\b",
    re.I,
)
_WEIGHTS = re.compile(
    r"\b(?:weigh\w*|mass|pay ?loads?|loads?|cargo|catch|landings|harvest\w*|yields?|crops?|emissions?|waste|recycl\w*|"
    r"freight|lift\w*|thrust|body|gross vehicle|produce)\b",
    re.I,
)
_OF_ALL = "all amounts figures values data numbers results prices stated shown table year"
_ANYTHING = frozenset(stem(word) for word in _OF_ALL.split())


class ScopedStatement(NamedTuple):
    """A statement of a unit with the place of its words; ``measures`` are the stems of what it is of, each by itself.

    Without any it holds for the whole table.
    """

    statement: UnitStatement
    span: Span
    measures: tuple[frozenset[str], ...]

    def holds_for(self, labels: frozenset[str]) -> bool:
        """Whether it is for a cell whose labels have these stems, or most of them: "Median sale price"."""
        return any(len(measure & labels) >= _MOST * len(measure) for measure in self.measures)

    def is_elsewhere(self, labels: frozenset[str]) -> bool:
        """Whether it is of a measure that no label of the table, whose stems these are, names."""
        return bool(self.measures) and not self.holds_for(labels)


def scoped_statements(text: str, start: int = 0) -> list[ScopedStatement]:
    """The statements of a caption or a note that stands at ``start``, those for some measures before the others.

    >>> for one in scoped_statements("Output in tonnes; profit in £000"):
    ...     print(one.statement.unit or one.statement.currency, [sorted(measure) for measure in one.measures])
    tonnes [['output']]
    GBP [['profit']]
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
    return sorted(found, key=lambda one: not one.measures)


def settled(statement: UnitStatement, words: str) -> UnitStatement:
    """The statement with "pounds" as money, unless the words around speak of weights.

    >>> settled(read_unit("in pounds"), "Fares, single").currency, settled(read_unit("in pounds"), "Payload").unit
    ('GBP', 'pounds')
    """
    if statement.unit != "pounds" or _WEIGHTS.search(words):
        return statement
    return statement.model_copy(update={"unit": None, "currency": "GBP"})


def statement_above(text: str) -> Span | None:
    """Where a text that stands above a table says the unit of its figures: its last sentence but one, or its last.

    >>> text = "Sales rose. Volumes in hectolitres, sales in thousands of pounds"
    >>> text[slice(*statement_above(text))]
    'Volumes in hectolitres, sales in thousands of pounds'
    >>> statement_above("The new hall cost £1.1 million."), statement_above("They report in euros, as they always did.")
    (None, None)
    """
    sentences = sentence_spans(text[-_ABOVE:])
    offset = max(len(text) - _ABOVE, 0)
    for start, end in reversed(sentences[-2:]):
        sentence = text[offset + start : offset + end]
        if len(sentence) <= _LONGEST and not _HAS_FIGURES.search(_DATES.sub("", sentence)) and _ends_in_unit(sentence):
            return offset + start, offset + end
        said = _OF_TABLE.match(sentence)
        if said and (found := scoped_statements(sentence)) and found[0].span[0] - said.end() < _NEAR:
            return offset + start, offset + found[0].span[1]
    return None


def _ends_in_unit(sentence: str) -> bool:
    """Whether a sentence is a statement of units through and through: its parts end in one, and none is a clause."""
    bare = _UNLESS.sub("", sentence)
    found = scoped_statements(bare)
    if not found or _VERB.search(bare):
        return False
    bare = _BY.sub("", bare.rstrip(" .)]:"))
    return bare.endswith(bare[max(one.span[0] for one in found) :].rstrip(" .)]:"))


def _scoped(part: str, start: int) -> ScopedStatement | None:
    statement = read_unit(_BY.sub("", part.rstrip(" .)]:")))
    if statement is None or re.search(r"\d\s*$", part[: statement.start]):  # "at 23 °C" is a figure, no unit
        return None
    measure = _MEASURE.match(part)
    words = measure["measure"] if measure and measure.end() <= statement.end else ""
    measures = tuple(stems for one in _AND.split(words) if (stems := _stems(one)))
    if statement.currency is None:  # "Visitors to the museums, in thousands" speaks of visitors
        first = next((word for word in _WORD.findall(part[: statement.start]) if _stems(word)), "")
        measures = tuple(dict.fromkeys((*measures, _stems(first)))) if first else measures
    span = (start + statement.start, start + statement.end)
    return ScopedStatement(statement, span, () if any(stems & _ANYTHING for stems in measures) else measures)


def _stems(words: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _WORD.findall(words) if word.lower() not in FUNCTION_WORDS)
