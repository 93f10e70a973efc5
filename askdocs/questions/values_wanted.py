"""Whether a question wants a value: a number, an amount, a percentage or a date."""

from __future__ import annotations

import re

from askdocs.values.question_types import question_kind

_MEASURE = (
    r"(?:rate|share|percentage|percent|proportion|number|amount|total|size|score|average|level|margins?|turnout|weight|"
    r"height|age|distance|duration|length|temperature|dos(?:e|age)|deadline|date|day|month|year|fee|fine|penalty|ratio|"
    r"figures?|headcount|bill|speed|depth|width|area|population|capacity|value|sum|salary|wages?|rent|price(?: tag)?|"
    r"costs?|"
    r"budget|revenues?|sales|turnover|profits?|loss(?:es)?|earnings|income|eps|ebitda?|dividend|debt|yield|growth|"
    r"valuation|market cap(?:itali[sz]ation)?|deficit|surplus|stake|premium|discount|tally|count|record|odds|frequency|"
    r"quantity|volume|interest|inflation|unemployment|time|result|attendance|magnitude|pressure|voltage|range|mileage|"
    r"strike price|target|guidance|estimate|forecast|duration|term|limit|minimum|maximum|threshold|prize|bonus|pay)"
)
_ASKED = re.compile(
    rf"^(?:and )?(?:what|which)(?:['’]?s| is| was| are| were| will be| has been|)?(?: (?:the|their|its|his|her|a|an))?"
    rf"(?: [\w'’&.-]+){{0,5}}? {_MEASURE}\b(?! (?:reason|cause|driver|factor|of the (?:company|firm|ceo)))"
    rf"|^at (?:what|which)\b|^(?:by|for|in|on|since|until|from|to|within|over) (?:how (?:much|many|long|far)|what "
    rf"(?:date|year|day|time|price|percent|amount|month|age|rate)|when)\b|^how (?:much|many|long|old|far|big|high|tall|"
    rf"large|heavy|fast|often|deep|wide|late|early|soon|hot|cold|expensive|small|low|short)\b|^when\b",
    re.I,
)
_TERSE = re.compile(rf"^(?!{'who|where|why|how|did|does|is|are|was|were'}\b)[^,?]*\b{_MEASURE}\b[^,]*\??$", re.I)
_TOLD = re.compile(
    rf"^(?:give|tell|show|state|find|get|provide|name|say|mention)(?: me| us)?(?: the| a| its| their)?(?: [\w'’&.-]+)"
    rf"{{0,4}}? {_MEASURE}\b",
    re.I,
)


def wants_value(core: str) -> bool:
    """Whether a value is wanted, as far as the words tell.

    >>> [wants_value(asked) for asked in ("How many left?", "tarn revenue q3?", "Who left?", "What was the reason?")]
    [True, True, False, False]
    """
    if question_kind(core) in ("number", "money", "percent", "date"):
        return True
    if _ASKED.search(core) or _TOLD.search(core):
        return True
    return len(core.split()) <= 7 and re.match(r"what|which", core, re.I) is None and _TERSE.match(core) is not None
