"""Questions that compare: "Compare the revenue of A and B", "How do A and B differ?", "Which is larger, A or B?"."""

from __future__ import annotations

import re

from askdocs.core.base import Model

_AND = r"(?:\s+(?:and|with|to|against|or)\s+|\s*,?\s+(?:vs\.?|versus|v\.?)\s+)"
_MEASURE_AFTER = (
    r"(?:(?:[,:]\s*|\s+)(?:in terms of|with (?:regard|respect) to|when it comes to|as to|as far as|regarding|"
    r"concerning|on|"
    r"in|by|for)"
    r"\s+(?:the |their |its )?(?P<after>[^,?]+?)(?: (?:is|are) concerned)?)?"
)
_COMPARE = (
    r"(?:compare|contrast|(?:give |make |show |draw |a |me |us )*(?:side[- ]by[- ]side )?comparison (?:of|between))"
)
_BOTH = r"(?:both |each of )?"
_TWO = rf"{_BOTH}(?P<a>[^,?:]+?){_AND}(?:of |at |for |in )?(?P<b>[^,?:]+?)"
_NAMED_TWO = rf"{_BOTH}(?P<a>(?:the |its )?(?-i:[A-Z0-9])[^,?:]*?){_AND}(?:of |at |for )?(?P<b>[^,?:]+?)"
_TIME = (
    r"(?:(?:early |mid-?|late |the (?:first|second|third|fourth) (?:quarter|half) of )?(?:the )?(?:january|february|"
    r"march|"
    r"april|may|june|july|august|september|october|november|december|q[1-4]|h[12]|spring|summer|autumn|winter|(?:19|"
    r"20)\d\d|"
    r"(?:first|second|third|fourth|last|this|next|previous) (?:year|month|quarter|week|half))"
    r"(?:,? (?:of )?(?:19|20)\d\d)?)"
)
_ASIDE = r"(?:what(?:['’]?s| is| are| was| were)?|name|list|explain|show|tell|give|state)?(?: me| us)?(?: the| a)?"
_WAYS = r"(?:in (?:what|which) (?:way|ways|respect|respects)|how) (?:do|does|did|are|is|were|was)"
_DIFFER = (
    r"(?:compare|differ|different|alike|similar|stack up|measure up|vary|diverge)(?: (?:from|with|to) (?:each other|"
    r"one another))?"
)
_PATTERNS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # the revenue of A in March and in June
        rf"^{_COMPARE} (?:the )?(?P<same>[^,?:]+?) (?:in|of|for) (?P<a>{_TIME}){_AND}(?:in |of |"
        rf"that of )?(?P<b>{_TIME})$",
        rf"^(?:the )?(?P<same>[^,?:]+?) (?:in|of|for) (?P<a>{_TIME})\s*,?\s+(?:vs\.?|versus|against|compared with)\s+"
        rf"(?:in |of |that of )?(?P<b>{_TIME})$",
        # the revenue of A and of B; the number of employees of A and of B
        rf"^{_COMPARE}(?: between)?(?: me)?\s+(?:the |their )?(?P<of>[^,?:]+?) (?:of|at|for|between|"
        rf"in) {_NAMED_TWO}{_MEASURE_AFTER}$",
        rf"^{_COMPARE}(?: between)?(?: me)?\s+(?:the |their )?(?P<of>[^,?:]+) (?:of|at|for|between|"
        rf"in) {_TWO}{_MEASURE_AFTER}$",
        rf"^{_COMPARE}(?: between)?(?: me)?\s+(?:the )?{_TWO}{_MEASURE_AFTER}$",
        rf"^{_ASIDE}(?: main| key| biggest| major| exact| real)? ?(?:differences?|gap|similarit(?:y|ies)) (?:in|"
        rf"of) (?:the )?"
        rf"(?P<of>[^,?:]+?) between (?:the )?{_TWO}{_MEASURE_AFTER}$",
        rf"^{_ASIDE}(?: main| key| biggest| major| exact| real)? ?(?:differences?|similarit(?:y|"
        rf"ies)) between (?:the )?{_TWO}"
        rf"{_MEASURE_AFTER}$",
        rf"^{_WAYS} (?:the )?(?P<of>[^,?:]+?) (?:of|at) {_NAMED_TWO} {_DIFFER}{_MEASURE_AFTER}$",
        rf"^{_WAYS} (?:the )?{_TWO} {_DIFFER}{_MEASURE_AFTER}$",
        rf"^{_WAYS} (?:the )?(?P<a>[^,?:]+?)['’]?s? (?:compare|differ|different|stack up|measure up|size up)(?:s|d)? "
        rf"(?:with|to|from|against) (?:(?:that|those|the one) (?:of|for|"
        rf"at) )?(?:the )?(?P<b>[^,?:]+?){_MEASURE_AFTER}$",
        rf"^(?P<a>[^,?:]+?){_AND}(?P<b>[^,?:]+?)\s*[:,-]\s*how do (?:the two|they|these|"
        rf"these two) {_DIFFER}{_MEASURE_AFTER}$",
        rf"^what do (?P<a>[^,?:]+?){_AND}(?P<b>[^,?:]+?) have in common{_MEASURE_AFTER}$",
        r"^(?P<after>[^,?:]+?)\s*:\s*(?P<a>[^,?:]+?)\s+(?:vs\.?|versus|v\.?|against|or)\s+(?P<b>[^,?:]+?)$",
        r"^(?P<a>[^,?:]+?)\s+(?:vs\.?|versus|v\.)\s+(?P<b>[^,?:]+?)(?:\s*[:,-]\s*(?P<after>.+?)|\s+(?:on|by|"
        r"in terms of|in)"
        r"\s+(?P<after2>.+?))?$",
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
_TWO_FIRST = re.compile(
    rf"^(?P<a>[^,?:]+?) or (?P<b>[^,?:]+?)\s*[,:-]\s*(?P<ask>(?:which|who|what|whose)\b.*\b{_COMPARATIVE}\b.*)$", re.I
)
_COMPARED_WITH = re.compile(
    r"^(?P<ask>.*?(?P<a>(?-i:[A-Z])[\w&.-]*(?: (?-i:[A-Z])[\w&.-]*)*)['’]s? .*?),? compared (?:with|"
    r"to) (?P<b>[^,?:]+?)(?:['’]s?)?$",
    re.I,
)
_OR = re.compile(
    rf"^(?:is|was|are|were|did|does|do|has|have|"
    rf"had) (?:it )?(?:the )?(?P<a>[^,?:]+?) or (?:the )?(?P<b>[A-Z][\w'’&.-]*(?: (?:[A-Z][\w'’&.-]*|of|the))*)\s+"
    rf"(?P<ask>(?:that )?[^,?:]*?\b{_COMPARATIVE}\b.*)$",
)
_OF_BOTH = re.compile(
    r"\b(?:the )?(?P<measure>[\w-]+(?: [\w-]+){0,2}?) (?:of|for|at) (?:both|each|the two|either)\b", re.I
)
_ASKED_BESIDE = re.compile(r",?\s+and (?:what|how (?:much|many|large|big|high)|by how much|give|state|tell)\b.*$", re.I)
_COMPUTED = re.compile(r"\b(?:how (?:much|many|far)|by (?:what|how much)|percent(?:age)?)\b", re.I)
_THEY = re.compile(r"\b(?:they|each of them|each|both|the two|these two)\b", re.I)
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
_LONGEST = 300  # characters of a sentence that compares; the patterns take long on more
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
    found = next((one for sentence in re.split(r"(?<=[?.!])\s+", core) if (one := _compared(sentence))), None)
    both = _OF_BOTH.search(core)
    if found is not None and both:
        questions = tuple(_asked(both["measure"], side) for side in found.sides)
        return found.model_copy(update={"measure": both["measure"], "questions": questions})
    return found


def _compared(sentence: str) -> Comparison | None:
    text = _ASKED_BESIDE.sub("", " ".join(sentence.split()).strip().rstrip("?!. "))
    if len(text) > _LONGEST or _COMPUTED.match(text):
        return None
    chosen = _WHICH.match(text) or _OF_TWO.match(text) or _TWO_FIRST.match(text) or _OR.match(text)
    if chosen:
        return _by_predicate(_side(chosen["a"]), _side(chosen["b"]), chosen["ask"])
    beside = _COMPARED_WITH.match(text)
    if beside:  # "What is A's share, compared with B's?"
        questions = (f"{beside['ask']}?", f"{beside['ask'].replace(beside['a'], beside['b'])}?")
        return Comparison(sides=(beside["a"], beside["b"]), measure=beside["ask"], questions=questions)
    for pattern in _PATTERNS:
        found = pattern.match(text)
        if found and len(found["b"].split()) <= 12:
            return _by_measure(found)
    return None


def _by_measure(found: re.Match[str]) -> Comparison:
    groups = found.groupdict()
    a, b = _side(groups["a"]), _side(groups["b"])
    if groups.get("same"):  # one thing at two times
        same = groups["same"]
        return Comparison(sides=(a, b), measure=same, questions=tuple(f"What was {same} in {time}?" for time in (a, b)))
    measure = (groups.get("of") or groups.get("after") or groups.get("after2") or "").strip()
    owned = [_POSSESSED.match(side) for side in (a, b)]
    if owned[1] and not measure:
        measure = owned[1]["measure"]
    elif owned[0] and not measure:
        measure = owned[0]["measure"]
    if not measure and (first := _FIRST_OF.match(a)) and not re.match(r"[A-Z]", first["measure"]):
        measure, a = first["measure"], first["side"]
        second = re.match(rf"^(?:that|those|the one|the {re.escape(measure)}) (?:of|for|at) (?P<side>.+)$", b, re.I)
        b = second["side"] if second else b
    said = re.match(r"^(?:the )?(?P<noun>[a-z][\w -]*?) (?:which|that) (?P<rest>.+)$", a)
    if said and not measure and (other := re.match(r"^(?:the one|that|those)(?: (?:which|that))? (?P<rest>.+)$", b)):
        sides = (f"{said['noun']} that {said['rest']}", f"{said['noun']} that {other['rest']}")
        return Comparison(sides=sides, measure=said["noun"], questions=tuple(f"What is the {side}?" for side in sides))
    a, b = (one["side"] if one else side for one, side in zip(owned, (a, b), strict=True))
    a = re.sub(r"['’]s?$", "", a)
    b = re.sub(r"^(?:that|those) of ", "", b, flags=re.I)
    measure = re.sub(r"^(?:the|their|its) |^(?:which|what) (?=[\w-]+$)", "", measure.strip(" ,.:;"), flags=re.I)
    return Comparison(
        sides=(a, b), measure=measure, questions=tuple(_asked(measure, side) for side in (a, b) if measure)
    )


def _asked(measure: str, side: str) -> str:
    if _THEY.search(measure) and re.match(r"(?:how|what|which|who|when|where|why)\b", measure, re.I):
        return f"{_THEY.sub(side, measure[0].upper() + measure[1:], count=1)}?"
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
        r"^(?:[\w-]+ )?(?P<verb>(?!the\b)[\w-]+) (?:the )?(?:more|fewer|less|most|fewest|least|larger|bigger|smaller|"
        r"higher|"
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
    bare = re.match(r"^(?P<verb>[a-z]+(?:ed|d|t|s|ew|e)) (?:more|less|most|least|better|worse)$", words, re.I)
    if bare and not re.fullmatch(_AUX, bare["verb"], re.I):
        questions = tuple(f"How much did {side} {_base(bare['verb'])}?" for side in (a, b))
        return Comparison(sides=(a, b), measure=bare["verb"], questions=questions)
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
    side = re.sub(
        r"^(?:(?:the )?(?:companies|firms|articles|banks|two|both|"
        r"between)\b:?\s+)+",
        "",
        side.strip(" ,.;:"),
        flags=re.I,
    )
    return side if _POSSESSED.match(side) else re.sub(r"['’]s?$", "", side)
