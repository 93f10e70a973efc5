"""Questions that ask for a computation over cells of a table: a difference, a growth, the highest of a column."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

ComputationKind = Literal[
    "difference", "growth", "sum", "ratio", "share", "average", "highest", "lowest", "rank", "count"
]  # fmt: skip
Comparison = Literal["more", "less", "at least", "at most", "equal"]


class Computation(NamedTuple):
    """What is to be computed.

    ``rest`` is the question without the words that ask for the computation. ``place`` counts from 1 for "highest" and
    "lowest" ("the second largest" is 2). ``wants_name`` is true where the name of the row is asked for rather than its
    figure. ``comparison`` and ``limit`` are the condition of a count ("more than", "200 staff").
    """

    kind: ComputationKind
    rest: str
    place: int = 1
    wants_name: bool = False
    comparison: Comparison | None = None
    limit: str = ""


_MOST = (
    r"highest|largest|biggest|greatest|maximum|longest|tallest|heaviest|widest|deepest|fastest|strongest|hottest|"
    r"warmest|wettest|hardest|fullest|most expensive|dearest|best[ -]paid|top|most"
)
_LEAST = (
    r"lowest|smallest|least|fewest|minimum|shortest|lightest|narrowest|slowest|weakest|coldest|coolest|driest|cheapest|"
    r"least expensive"
)
# What is compared, where the superlative alone says so: "the cheapest".
_MEASURES = {
    "price": r"cheapest|dearest|(?:most|least) expensive", "length": r"longest|shortest", "height": r"tallest",
    "weight": r"heaviest|lightest", "speed": r"fastest|slowest", "strength": r"strongest|weakest", "width": r"widest",
    "depth": r"deepest", "temperature": r"hottest|warmest|coldest|coolest", "rain": r"wettest|driest",
    "hardness": r"hardest", "full": r"fullest", "pay": r"best[ -]paid",
}  # fmt: skip
_ORDINALS = {"second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5}
_SUPERLATIVE = re.compile(
    rf"\b(?:the\s+)?(?:(?P<place>{'|'.join(_ORDINALS)})[\s-]+)?(?:(?P<most>{_MOST})|(?P<least>{_LEAST}))\b"
    r"(?!\s+(?:recent|likely|important|common|of\b))",
    re.IGNORECASE,
)
_NOT_SUPERLATIVE = re.compile(
    r"\b(?:at (?:the )?(?:very )?(?:most|least)|most of|top of|top line|on top)\b", re.IGNORECASE
)
_FOR_FIGURE = re.compile(
    r"^\W*(?:what|how (?:much|many|high|low|large|big|long))\b(?:\s+(?:is|was|were|are|did))?\s+(?:the\s+)?"
    rf"(?:\w+\s+)?(?:{_MOST}|{_LEAST})\b",
    re.IGNORECASE,
)
_FOR_NAME = re.compile(
    r"\b(?:which|who|whose|where|name the|in what|in which|"
    r"what \w+ (?:had|has|have|was|is|made|sold|did|earned|posted|recorded|reported|took))\b",
    re.IGNORECASE,
)
_COMPARED = r"more|less|fewer|higher|lower|larger|smaller|greater|bigger|cheaper|longer|heavier|shorter|dearer"
_MOVED = r"rise|grow|fall|increase|decrease|decline|drop|change|gain|shrink|climb|improve|widen|narrow|go up|go down"
_CENT = r"(?:percentage|per ?cent)"
_CHANGES = "change|increase|growth|rise|fall|decline|drop|decrease"
# The first that matches decides; each is a list of patterns.
_PATTERNS: dict[ComputationKind, tuple[str, ...]] = {
    "growth": (
        rf"\bby (?:what|which) {_CENT}\b|\bby how many per ?cent\b|\b{_CENT} did\b",
        r"\bhow many per ?cent(?: more| less| fewer| higher| lower)?\b",
        rf"(?:\b{_CENT}|%)[ -](?:{_CHANGES})\b",
        rf"\b(?:{_CHANGES})\b.*\b(?:in per ?cent|in %|as a percentage|percentage)",
        r"\bgrowth(?: rate)?(?: of| in)\b",
    ),
    "difference": (
        rf"\bdifference (?:between|in)\b|\bhow (?:much|many|far)\b[^?]*?\b(?:{_COMPARED})\b[^?]*\bthan\b",
        rf"\bby how (?:much|many)\b|\bhow much (?:did|has|have)\b.*\b(?:{_MOVED})\b|\bgap between\b|\bminus\b",
        rf"\bhow (?:many|much)\b.*\b(?:lose|gain|shed)\b.*\b(?:from|between)\b|\bhow far did\b.*\b(?:{_MOVED})\b",
        rf"\b(?:{_CHANGES}) in\b.*\b(?:between|from)\b|\bhow (?:much|many) (?:{_COMPARED})\b",
    ),
    "ratio": (r"\bratio (?:of|between)\b|\bhow many times\b|\bdivided by\b",),
    "share": (
        r"\bwhat (?:share|percentage|per ?cent|proportion|fraction) of\b|\bshare of the total\b",
        r"\bas a (?:share|percentage|proportion) of\b|\bhow much of\b.*\bin (?:per ?cent|%)",
    ),
    "average": (r"\b(?:average|mean|on average)\b",),
    "sum": (
        r"\b(?:combined|together|altogether|taken together|in total|sum of|added (?:up|together)|add up|plus)\b",
        r"\b(?:total|sum) (?:of|for)\b.*\band\b|\bboth\b",
    ),
    "rank": (r"\brank(?:s|ed|ing)?\b",),
}
_KINDS = tuple((kind, re.compile("|".join(patterns), re.IGNORECASE)) for kind, patterns in _PATTERNS.items())
_VERBS = (
    r"have|has|had|with|are|were|is|was|made|sold|earn(?:ed)?|employ(?:ed|s)?|report(?:ed)?|cost|got|reached|"
    r"exceed(?:ed)?"
)
_COMPARING = (
    r"more than|over|above|greater than|higher than|exceeding|at least|no less than|fewer than|less than|under|below|"
    r"lower than|at most|no more than|up to|exactly"
)
_COUNT = re.compile(
    r"\b(?:how many|(?:the )?number of|count(?: of)?)\s+(?P<what>[\w -]+?)\s+(?:that\s+|which\s+|who\s+)?"
    rf"(?P<verb>{_VERBS})\b(?P<between>.*?)\b(?P<comparison>{_COMPARING})\s+(?P<limit>zero\b|[^?]*\d[^?]*)",
    re.IGNORECASE,
)
_COMPARISONS: dict[str, Comparison] = {
    "more than": "more", "over": "more", "above": "more", "greater than": "more", "higher than": "more",
    "exceeding": "more", "at least": "at least", "no less than": "at least", "fewer than": "less",
    "less than": "less", "under": "less", "below": "less", "lower than": "less", "at most": "at most",
    "no more than": "at most", "up to": "at most", "exactly": "equal",
}  # fmt: skip


def asked_computation(question: str) -> Computation | None:
    """What a question asks to compute; ``None`` where it asks for something that may stand in a cell.

    >>> found = asked_computation("Which segment had the second highest revenue in 2024?")
    >>> found.kind, found.place, found.wants_name, found.rest
    ('highest', 2, True, 'Which segment had revenue in 2024?')
    >>> asked_computation("How many plants have more than 200 staff?")[:1]
    ('count',)
    >>> asked_computation("What was cloud revenue in 2024?")
    """
    counted = _COUNT.search(question)
    if counted:
        comparison = _COMPARISONS[counted["comparison"].lower()]
        rest = f"{counted['what']} {counted['between']} {counted['limit']}"
        return Computation("count", " ".join(rest.split()), comparison=comparison, limit=counted["limit"].strip(" ?."))
    for kind, pattern in _KINDS:
        if pattern.search(question):
            return Computation(kind, question)
    superlative = _SUPERLATIVE.search(question)
    if superlative and not _NOT_SUPERLATIVE.search(question):
        measure = next((name for name, words in _MEASURES.items() if re.search(words, superlative[0], re.I)), "")
        rest = " ".join(f"{question[: superlative.start()]}{question[superlative.end() :]} {measure}".split())
        return Computation(
            "highest" if superlative["most"] else "lowest",
            rest,
            place=_ORDINALS.get((superlative["place"] or "").lower(), 1),
            wants_name=bool(_FOR_NAME.search(question)) or not _FOR_FIGURE.search(question),
        )
    return None
