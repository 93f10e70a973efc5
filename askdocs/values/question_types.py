"""What kind of answer a question asks for, and whether words are of that kind."""

from __future__ import annotations

import re
from typing import Literal

from askdocs.values.amounts import quantities
from askdocs.values.dates import RELATIVE, dates

AnswerKind = Literal["number", "money", "percent", "date", "person", "place", "entity", "reason", "boolean", "list"]

_MONEY = (
    r"(?:money|cash|pay|paid|cost|costs|worth|spend|spent|earn|earned|rais(?:e|ed)|invest(?:ed)?|price[ds]?|charge[ds]?|"
    r"fetch|owe[ds]?|fine[ds]?|revenues?|profits?|loss|losses|sales|income|debt|funding|dollars|euros|salary|"
    r"valued?|valuation|budget|sell for|sold for|net income|market (?:cap|value))"
)
_PLACES = (
    r"(?:city|cities|country|countries|state|town|village|region|province|county|continent|place|location|port|"
    r"island|river|street|nation|area|district)"
)
_PLURALS = (
    r"(?:companies|firms|countries|cities|people|products|banks|brands|states|factors|reasons|areas|markets|names|"
    r"investors|analysts|regions|industries|businesses|units|executives|(?:two|three|four|five|six) \w+)"
)
_AUXILIARY = r"(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would|should|may|might)(?:n['’]t)?"

# What an auxiliary opens asks for yes or no, whatever stands in it; "Can you tell me who ..." and "A or B?" aside.
_OPENING = rf"^\W*(?:and |but |so )?{_AUXILIARY}\b(?!\s+(?:you|we|i)\b.*\b(?:who|what|which|when|where|why|how)\b)"
_POLAR = re.compile(_OPENING, re.I)
# "Did it rise or fall?" wants one of the two; "Did it say anything on sales or costs?" and "Did it, or not?" yes or no.
_CHOICE = re.compile(
    _OPENING + r"(?!.*\b(?:any\w*|ever|either|whether)\b)"
    r".*\w\W+or\s+(?!(?:not|no|so|more|less|later|earlier|above|below|under|over)\b)\w",
    re.I,
)
_QUESTION_WORD = re.compile(r"\b(?:who(?:m|se)?|what|which|when|where|why|how)\b", re.I)

# The first that matches decides, so the particular stand before the general.
_PATTERNS: tuple[tuple[AnswerKind | None, tuple[str, ...]], ...] = (
    ("percent", (
        r"\b(?:what|which|how (?:big|large) an?)\b[^?,]{0,30}\b(?:percent|per cent|percentages?|proportion)\b",
        r"\bhow many (?:percent|per cent|percentage points|basis points)\b|\bby (?:what|how many) percent",
    )),
    ("date", (
        r"\b(?:what|which)\s+(?:\w+\s+)?(?:date|year|month|day|quarter|decade|century)\b",
        r"\b(?:since|until|by) when\b|\bhow long ago\b",
    )),
    ("number", (
        r"\bhow many\b|\b(?:what|which)(?: (?:is|was|were|are))?(?: the)?(?: total)? number of\b",
        r"\bhow (?:old|far|tall|long|large|big|high|heavy|fast|often|wide|deep)\b|\bwhat (?:was|is) the population\b",
    )),
    # A fall or a rise is given in money or in per cent.
    (None, (
        r"\bby how much\b",
        r"\bhow much\b.*\b(?:fall|rise|grow|drop|gain|increase|decrease|decline|jump|change)\b",
    )),
    ("money", (
        rf"\bhow much\b.*\b{_MONEY}\b|\bfor how much\b|\b(?:at|for|to) (?:what|which) price\b",
        r"\bhow much (?:is|are|was|were|did|does|do|has|had|will)\b(?!.*\bweigh)",
        r"\bwhat\b(?: (?:is|was|were|are))?(?: the| its| their)?(?: [\w'’-]+){0,4} (?:price|cost|revenues?|worth|"
        r"net income|profits?|valuation|value of the (?:deal|sale|stake|contract|company)|market (?:cap|value|"
        r"capitali[sz]ation)|salary|budget)\b",
    )),
    ("percent", (
        r"\b(?:what|which)\b[^?,]{0,25}\b(?:(?:interest|growth|unemployment|inflation|tax|tariff) rate|yield)\b",
    )),
    ("reason", (
        r"^\W*(?:and |but |so )?why\b|,\s*why\b|\bfor what reasons?\b|\bwhat caused\b|\bhow come\b",
        r"\bwhat (?:is|was|were|are) the (?:main )?(?:reasons?|cause)\b",
    )),
    ("place", (rf"\bwhere\b|\b(?:what|which)\s+(?:\w+\s+){{0,2}}{_PLACES}\b|\bwhat (?:is|was) the capital of\b",)),
    ("list", (
        rf"\b(?:which|what)\s+(?:\w+\s+){{0,2}}{_PLURALS}\b|^\W*(?:list|name (?:the|all|two|three|four|five))\b",
        r"\bwhat are the (?:names|two|three|four|five)\b|\bwho (?:are|were) the\b",
    )),
    ("person", (
        r"\bwho(?:m|se)?\b",
        r"\b(?:what|which) (?:person|man|woman|executive|analyst|author|president|minister|scientist)\b",
        r"\bwhat (?:is|was) the name of the (?:man|woman|person|chief|ceo|president|author)\b",
    )),
    ("date", (
        r"^\W*(?:and |but |so )?when\b|,\s*when\b|\bwhen (?:did|was|were|is|will|does|do|are|has|had)\b",
    )),
    ("boolean", (
        rf"^\W*(?:and |but |so )?{_AUXILIARY}\b|,\s*{_AUXILIARY}\s+(?:the|it|they|he|she|there|any|(?-i:[A-Z]))",
    )),
    ("entity", (
        r"\b(?:which|what)\s+(?:\w+\s+){0,2}(?:company|firm|bank|organi[sz]ation|brand|product|agency|university|team|group|"
        r"newspaper|magazine|institution|model|index|regulator|court|exchange|fund|unit|ministry|conglomerate|carmaker|"
        r"retailer|startup)\b|\bwhat (?:is|was) the name of\b",
    )),
)  # fmt: skip
QUESTIONS = tuple((kind, re.compile("|".join(patterns), re.I)) for kind, patterns in _PATTERNS)

ORGANISATION = re.compile(
    r"\b(?:inc|ltd|llc|corp|corporation|company|co|group|holdings?|bank|plc|university|ministry|agency|association)\b\.?",
    re.I,
)


def question_kind(question: str) -> AnswerKind | None:
    """The kind of answer that a question asks for; ``None`` where its words do not tell.

    >>> question_kind("How many XPeng shares did Alibaba sell?"), question_kind("For what price?")
    ('number', 'money')
    """
    if _CHOICE.search(question):
        return None
    if _POLAR.search(question):
        return "boolean"
    return next((kind for kind, pattern in QUESTIONS if pattern.search(question)), None)


def asks_yes_or_no(question: str) -> bool | None:
    """Whether the answer is to be yes or no; ``None`` where the words do not tell. "A or B?" asks for one of them.

    >>> [asks_yes_or_no(asked) for asked in ("Did it say who bought?", "Who bought?", "XPeng's price?")]
    [True, False, None]
    >>> [asks_yes_or_no(asked) for asked in ("Did the shares rise or fall?", "Did it fall by 9% or more?")]
    [False, True]
    """
    kind = question_kind(question)
    if kind is None:
        return False if _QUESTION_WORD.search(question) or _CHOICE.search(question) else None
    return kind == "boolean"


def matches_kind(text: str, kind: str | None) -> bool:
    """Whether the words of an answer are of a kind, as far as their form tells; with no kind, always.

    A bare year is no count, a percentage no amount of money, a figure no person.

    >>> matches_kind("2023", "number"), matches_kind("33 million", "number"), matches_kind("late October", "date")
    (False, True, True)
    """
    words = text.strip()
    if kind is None:
        return True
    if not words:
        return False
    if kind in ("number", "money", "percent"):
        return _has_quantity(words, kind)
    if kind == "date":
        return bool(dates(words, expected=True)) or RELATIVE.search(words) is not None
    if kind == "boolean":
        return re.match(r"(?:yes|no)\b", words, re.I) is not None
    if kind == "list":
        return re.search(r"[;,]|\b(?:and|or)\b|&", words) is not None
    if kind == "reason":
        return len(words.split()) >= 2 and not _only_figures(words)
    return _is_name(words, kind)


def _has_quantity(words: str, kind: str) -> bool:
    """Whether a number, amount or percentage stands in the words, and for a number, that it is not a date's."""
    spans = [(date.start, date.end) for date in dates(words)] if kind == "number" else []
    for quantity in quantities(words, money_asked=kind == "money"):
        value = quantity.value
        family = value.kind
        if family == "range":
            family = (
                "money" if value.currency else "percent" if value.unit in ("percent", "percentage points") else "number"
            )
        if family == kind and not any(start <= quantity.start < end for start, end in spans):
            return True
    return False


def _only_figures(words: str) -> bool:
    """Whether nothing is left beside numbers, dates, signs and currencies."""
    rest = list(words)
    spans = [(found.start, found.end) for found in quantities(words)]
    spans += [(found.start, found.end) for found in dates(words, expected=True)]
    for start, end in spans:
        rest[start:end] = " " * (end - start)
    return re.search(r"[^\W\d_]{2,}", "".join(rest)) is None


def _is_name(words: str, kind: str) -> bool:
    """Whether the words could name a person, a place or a thing."""
    if _only_figures(words):
        return False
    if kind == "person":
        return not re.search(r"[\d%$€£]", words) and not (ORGANISATION.search(words) and re.search(r"[A-Z]", words))
    return kind != "place" or re.search(r"[%$€£]", words) is None
