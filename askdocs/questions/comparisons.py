"""Questions that compare: "Compare the revenue of A and B", "How do A and B differ?", "Which is larger, A or B?"."""

from __future__ import annotations

import re

from askdocs.core.base import Model

_AND = r"(?:\s+(?:and|with|to|against|or)\s+|\s*,?\s+(?:vs\.?|versus|v\.?)\s+)"
_MEASURE_AFTER = (
    r"(?:[,:]?\s*(?:in terms of|with (?:regard|respect) to|when it comes to|as to|as far as|regarding|concerning|on|"
    r"in|by|for)"
    r"\s+(?:the |their |its )?(?P<after>[^,?]+?)(?: (?:is|are) concerned)?)?"
)
_COMPARE = (
    r"(?:compare|contrast|(?:give |make |show |draw |a |me |us )*(?:side[- ]by[- ]side )?comparison (?:of|between))"
)
_BOTH = r"(?:both |each of )?"
_TWO = rf"{_BOTH}(?P<a>[^,?:]+?){_AND}(?P<b>[^,?:]+?)"
_PATTERNS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # the revenue of A and that of B; the revenues of A and B
        rf"^{_COMPARE}(?: between)?(?: me)?\s+(?:the |their )?(?P<of>[^,?:]+?) (?:of|at|for|between|"
        rf"in) {_TWO}{_MEASURE_AFTER}$",
        rf"^{_COMPARE}(?: between)?(?: me)?\s+(?:the )?{_TWO}{_MEASURE_AFTER}$",
        rf"^(?:what(?:['’]?s| is| are| was| were)?|name|list|explain|show|tell|give|state)?(?: me| us)?(?: the| a)?"
        rf"(?: main| key| biggest| major| exact| real)? ?(?:differences?|gap|similarit(?:y|ies)) (?:in|"
        rf"of) (?:the )?(?P<of>[^,?:]+?) between "
        rf"(?:the )?{_TWO}{_MEASURE_AFTER}$",
        rf"^(?:what(?:['’]?s| is| are| was| were)?|name|list|explain|show|tell|give|state)?(?: me| us)?(?: the| a)?"
        rf"(?: main| key| biggest| major| exact| real)? ?(?:differences?|similarit(?:y|"
        rf"ies)) between (?:the )?{_TWO}{_MEASURE_AFTER}$",
        rf"^(?:in (?:what|which) (?:way|ways|respect|respects)|how) (?:do|does|did|are|is|"
        rf"were) (?:the )?(?P<of>[^,?:]+?) (?:of|at) {_TWO} "
        rf"(?:compare|differ|different|stack up|measure up|vary)(?: (?:from each other|with each other|"
        rf"to each other))?{_MEASURE_AFTER}$",
        rf"^(?:in (?:what|which) (?:way|ways|respect|respects)|how) (?:do|does|did|are|is|were|was) (?:the )?{_TWO} "
        rf"(?:compare|differ|different|alike|similar|stack up|measure up|vary)(?: (?:from each other|with each other|"
        rf"to each other))?{_MEASURE_AFTER}$",
        rf"^(?:in (?:what|which) (?:way|ways)|how) (?:do|does|did|is|was|are|"
        rf"were) (?:the )?(?P<a>[^,?:]+?)['’]?s? (?:compare|differ|different|stack up|"
        rf"measure up|size up)(?:s|d)? (?:with|to|from|against) (?:that of |"
        rf"those of )?(?:the )?(?P<b>[^,?:]+?){_MEASURE_AFTER}$",
        rf"^what do (?P<a>[^,?:]+?){_AND}(?P<b>[^,?:]+?) have in common{_MEASURE_AFTER}$",
        r"^(?P<a>[^,?:]+?)\s+(?:vs\.?|versus|v\.)\s+(?P<b>[^,?:]+?)(?:\s*[:,-]\s*(?P<after>.+?)|\s+(?:on|by|"
        r"in terms of|in)\s+(?P<after2>.+?))?$",
    )
)
_COMPARATIVE = (
    r"(?:more|fewer|less|most|fewest|least|better|worse|best|worst|first|last|further|farther|sooner|longest|"
    r"(?!after|other|over|under|offer|either|whether|number|order|paper|power|member|quarter|river|leader|maker|lender|"
    r"owner|buyer|seller|water|winter|summer|letter|matter|never|ever|however|former|latter|later\b)[a-z]{2,}(?:er|"
    r"est))"
)
_WHICH = re.compile(
    rf"^(?:and )?(?P<ask>(?:which|who|what|whose)\b[^,:?]*?\b{_COMPARATIVE}\b[^,:?]*?)\s*(?:[,:;-]|\bbetween\b|"
    rf"\bof\b(?= the two)|\?)\s*"
    rf"(?:of the two,?\s*)?(?:is it )?(?:the )?(?P<a>[^,?:]+?),?\s+(?:or|and)\s+(?:the )?(?P<b>[^,?:]+?)$",
    re.I,
)
_OF_TWO = re.compile(
    rf"^(?:between|of) (?:the )?(?P<a>[^,?:]+?) (?:and|or) (?:the )?(?P<b>[^,?:]+?),\s*(?P<ask>(?:which|who|what|"
    rf"whose)\b.*\b{_COMPARATIVE}\b.*)$",
    re.I,
)
_OR = re.compile(
    rf"^(?:is|was|are|were|did|does|do|has|have|"
    rf"had) (?:it )?(?:the )?(?P<a>[^,?:]+?) or (?:the )?(?P<b>[A-Z][\w'’&.-]*(?: (?:[A-Z][\w'’&.-]*|of|the))*)\s+"
    rf"(?P<ask>(?:that )?[^,?:]*?\b{_COMPARATIVE}\b.*)$",
)
_COMPUTED = re.compile(r"\b(?:how (?:much|many|far)|by (?:what|how much)|percent(?:age)?)\b", re.I)
_POSSESSED = re.compile(r"^(?P<side>.+?)['’]s?\s+(?P<measure>[a-z].*)$")
_FIRST_OF = re.compile(r"^(?:the )?(?P<measure>.+?) (?:of|at|for) (?P<side>.+)$", re.I)
_MEASURE_OF = {
    "large": "size", "big": "size", "small": "size", "old": "age", "young": "age", "cheap": "price", "costly": "price",
    "expensive": "price", "tall": "height", "heavy": "weight", "fast": "speed", "long": "length",
}  # fmt: skip
_IRREGULAR = {
    "sold": "sell", "made": "make", "paid": "pay", "lost": "lose", "won": "win", "got": "get", "spent": "spend",
    "grew": "grow", "fell": "fall", "rose": "rise", "built": "build", "bought": "buy", "took": "take", "gave": "give",
    "had": "have", "has": "have", "lent": "lend", "shed": "shed",
}  # fmt: skip
_AUX = r"(?:is|was|are|were|has|have|had|did|does|do|will)"


class Comparison(Model):
    """Two ``sides`` and what is compared of them: ``measure``, empty where only the sides are named.

    ``questions`` asks for the measure of each side; it is empty without one.
    """

    sides: tuple[str, str]
    measure: str = ""
    questions: tuple[str, ...] = ()


def compared(core: str) -> Comparison | None:
    """The sides that a question compares; ``None`` where it compares nothing.

    A difference to be computed ("How much more did rail cost than road?") is no comparison of sides.

    >>> compared("Compare the revenue of Tarn and Holm").questions
    ('What is the revenue of Tarn?', 'What is the revenue of Holm?')
    >>> compared("Tarn vs Holm: headcount?").measure
    'headcount'
    >>> compared("Which company sold more cars, Tarn or Holm?").questions
    ('How many cars did Tarn sell?', 'How many cars did Holm sell?')
    >>> compared("Who sold the shares?") is None
    True
    """
    text = " ".join(core.split()).strip().rstrip("?!. ")
    if _COMPUTED.match(text):
        return None
    chosen = _WHICH.match(text) or _OF_TWO.match(text) or _OR.match(text)
    if chosen:
        return _by_predicate(_side(chosen["a"]), _side(chosen["b"]), chosen["ask"])
    for pattern in _PATTERNS:
        found = pattern.match(text)
        if found and len(found["b"].split()) <= 12:
            return _by_measure(found)
    return None


def _by_measure(found: re.Match[str]) -> Comparison:
    groups = found.groupdict()
    a, b = _side(groups["a"]), _side(groups["b"])
    measure = (groups.get("of") or groups.get("after") or groups.get("after2") or "").strip()
    owned = [_POSSESSED.match(side) for side in (a, b)]
    if owned[1] and not measure:
        measure = owned[1]["measure"]
    elif owned[0] and not measure:
        measure = owned[0]["measure"]
    if not measure and (first := _FIRST_OF.match(a)) and not re.match(r"[A-Z]", first["measure"]):
        measure, a = first["measure"], first["side"]
        second = re.match(rf"^(?:that|those|the one|the {re.escape(measure)}) of (?P<side>.+)$", b, re.I)
        b = second["side"] if second else b
    a, b = (one["side"] if one else side for one, side in zip(owned, (a, b), strict=True))
    b = re.sub(r"^(?:that|those) of ", "", b, flags=re.I)
    measure = re.sub(r"^(?:the|their|its) |^(?:which|what) (?=[\w-]+$)", "", measure.strip(" ,.:;"), flags=re.I)
    return Comparison(
        sides=(a, b), measure=measure, questions=tuple(_asked(measure, side) for side in (a, b) if measure)
    )


def _asked(measure: str, side: str) -> str:
    if re.match(r"(?:how|what|which|who|when|where|why)\b", measure, re.I):
        return f"{measure[0].upper()}{measure[1:]} ({side})?"
    return f"What is the {measure} of {side}?"


def _by_predicate(a: str, b: str, asked: str) -> Comparison | None:
    """ "which company sold more cars": how many cars each sold; "which is cheaper": the price of each."""
    words = re.sub(
        r"^(?:which|who|what|whose)(?: (?:one|company|firm|side|of (?:them|the two|these)|of the (?:two )?\w+))?\s+",
        "",
        asked,
        flags=re.I,
    )
    more = re.match(
        r"^(?:[\w-]+ )?(?P<verb>[\w-]+) (?:the )?(?:more|fewer|less|most|fewest|least|larger|bigger|smaller|higher|"
        r"lower|largest|biggest|"
        r"highest|lowest|smallest)\s+(?P<what>[\w-].*)$",
        words,
        re.I,
    )
    if more and not re.fullmatch(_AUX, more["verb"], re.I):
        what = more["what"]
        how = "How many" if re.match(r"(?:\w+s|people|men|women|staff)\b", what, re.I) else "How much"
        questions = tuple(f"{how} {what} did {side} {_base(more['verb'])}?" for side in (a, b))
        return Comparison(sides=(a, b), measure=what, questions=questions)
    having = re.match(
        rf"^(?:[\w-]+ )?{_AUX} (?:the )?(?P<how>{_COMPARATIVE})\s*(?P<what>[\w-][\w '’-]*)?$", words, re.I
    )
    if having:
        how = having["how"].lower()
        measure = (having["what"] or "").strip() or _MEASURE_OF.get(_positive(how), "")
    else:
        plain = re.match(rf"^(?P<what>[\w-][\w '’-]*?) {_AUX} (?:the )?{_COMPARATIVE}", words, re.I)
        measure = plain["what"] if plain else ""
    measure = re.sub(r"^(?:the|expensive)\s*", lambda one: "price" if one.group().startswith("exp") else "", measure)
    return Comparison(
        sides=(a, b),
        measure=measure,
        questions=tuple(f"What is the {measure} of {side}?" for side in (a, b) if measure),
    )


def _base(verb: str) -> str:
    """A verb of the past as it stands after "did", as far as its ending tells.

    >>> _base("sold"), _base("raised"), _base("cut")
    ('sell', 'raise', 'cut')
    """
    if verb.lower() in _IRREGULAR:
        return _IRREGULAR[verb.lower()]
    stem = re.sub(r"ied$", "y", verb)
    if re.search(r"(?:[csvgzu]|[^aeiou][rl])ed$|(?:ai|a|o|i|u)(?:s|z|v|t|k|m|n|r|l)ed$", stem):
        return stem[:-1]
    return re.sub(r"ed$|(?<=[^s])s$", "", stem)


def _positive(comparative: str) -> str:
    stem = re.sub(r"(?:er|est)$", "", comparative)
    for base in (stem, stem[:-1], stem + "e"):
        if base in _MEASURE_OF:
            return base
    return stem


def _side(side: str) -> str:
    return re.sub(
        r"^(?:(?:the )?(?:companies|firms|articles|banks|two|both|between)\b:?\s+)+",
        "",
        side.strip(" ,.;:"),
        flags=re.I,
    )
