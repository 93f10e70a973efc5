"""Questions for a list: "List all companies", "Which banks lent to Tarn?"."""

from __future__ import annotations

import re

from askdocs.questions.wording import AUXILIARY
from askdocs.values.question_types import question_kind

_NUMBER = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|\d+|some|several|various|many|other|a few|any|most|both|"
    r"different)"
)
_LIST = re.compile(
    r"^(?:list|enumerate|itemi[sz]e)\b(?! price)"
    r"|^(?:(?:give|show|provide|write|get|make|find|compile|produce|draw up|pull|put together|create|send|prepare|"
    r"need|want)"
    r"(?: me| us)? )?(?:a|an|the|any)?\s*(?:(?:full|complete|whole|short|bulleted|exhaustive|comprehensive|quick|"
    r"entire)\s+)?"
    r"(?:list|listing|enumeration|inventory|roster|rundown)\b(?: \w+)? (?:of|with)\b"
    r"|^(?:what|which|who|where)\b.{0,12}\ball\b(?! (?:about|this|that|the (?:fuss|noise|time)))"
    rf"|^(?:which|what) (?:of the |are the |were the )?{_NUMBER} [\w-]+"
    r"|^(?:what|which) (?:else|kinds?|types?|sorts?) of\b|^who else\b",
    re.I,
)
_TOLD = re.compile(
    r"^(?:name|identify|give|show|mention|find|extract|pull(?: out)?|state|tell|get|provide|set out|point out|collect|"
    r"gather)(?: me| us)?(?: out)?\s+(?P<rest>.*)$",
    re.I,
)
_EVERY = re.compile(
    rf"^(?:(?:each|every|all)(?: (?:of )?the)?|{_NUMBER}|as many|the names of(?: all)?(?: the)?)\b(?! (?:about|of it|"
    rf"this|that)\b)",
    re.I,
)
_HEAD_ENDS = re.compile(
    rf"\b(?:{AUXILIARY}|that|which|who|whom|whose|where|of|in|on|at|for|from|to|with|by|about|mentioned|named|listed|"
    rf"quoted|"
    r"cited|discussed|involved|it|they|he|she|[a-z]+ed|took|made|gave|led|left|went|came|won|lost|sold|bought|fell|"
    r"rose|"
    r"said|got|ran|held|set|cut|grew|paid|met|saw|hit|lent|spoke|appear|oppose[sd]?|support|make|take|sell|buy|run|"
    r"own)\b",
    re.I,
)
_ASKED = re.compile(
    r"^(?:in |at |on |for |to |by |from |with |under )?(?:what|which)\s+(?P<be>(?:are|were)\b\s*)?(?P<rest>.+)$", re.I
)
_WHO_ARE = re.compile(
    r"^who(?:['’]re)? ?(?:are|were)\b(?!\s+(?:you|we|they|behind)\b)|^who all\b"
    r"|^who is (?:quoted|cited|named|mentioned|listed)\b|^whom? do(?:es)? .* list\b",
    re.I,
)
_ROLES = re.compile(
    r"^where (?:are|were)\b.*\b(?:offices|plants|stores|branches|factories|sites|shops|locations)\b", re.I
)
# Words in s that are one thing, or one amount.
_ONE_THING_WORDS = (
    "sales revenues earnings profits losses costs proceeds funds odds savings wages expenses exports imports "
    "deliveries headquarters news economics politics physics mathematics athletics business process loss status "
    "consensus bus gas series species means terms results chances basis crisis analysis address access success "
    "progress redress class campus virus bonus census focus surplus versus corps shares gross press boss mass "
    "pass as is its this was has does plus less us thus yes lens circumstances conditions findings consequences "
    "measles diabetes ages hours minutes seconds days weeks months years sometimes per"
)
_ONE_THING = frozenset(_ONE_THING_WORDS.split())
_PLURALS_SAID = "people men women children persons media data criteria phenomena staff police folks alumni"
_PLURALS = frozenset(_PLURALS_SAID.split())


def asks_for_list(core: str) -> bool:
    """Whether several things are wanted.

    >>> [asks_for_list(asked) for asked in ("List all banks.", "Which cities are named?", "name the ceo")]
    [True, True, False]
    >>> asks_for_list("What are the main risks that the report names?"), asks_for_list("Which bank lent most?")
    (True, False)
    """
    text = core.strip().rstrip("?!. ")
    if _LIST.search(text):
        return True
    told = _TOLD.match(text)
    if told:
        rest = told["rest"]
        if _EVERY.match(rest):
            return _is_plural(_head(_EVERY.sub("", rest, count=1))) or bool(
                re.match(r"(?:each|every|all)\b", rest, re.I)
            )
        return _is_plural(_head(rest))
    if _WHO_ARE.match(text) or _ROLES.match(text):
        return True
    asked = _ASKED.match(text)
    if asked is None:
        return False
    if question_kind(core) in ("number", "money", "percent", "date") and not asked["be"]:
        return False
    head = _head(asked["rest"])
    if asked["be"] and not re.match(
        r"(?:the|some|all|its|their|his|her|your|our|any)\b|\w+['’]s?\b", asked["rest"], re.I
    ):
        return False
    return _is_plural(head)


def _head(rest: str) -> str:
    """The noun that a phrase is about: the last word before what is said of it."""
    end = _HEAD_ENDS.search(rest)
    words = re.findall(r"[\w'’-]+", rest[: end.start()] if end else rest)
    return words[-1] if words else ""


def _is_plural(word: str) -> bool:
    lower = word.lower()
    if lower in _PLURALS:
        return True
    return (
        lower.endswith("s")
        and not lower.endswith(("ss", "'s", "’s", "us", "is"))
        and lower not in _ONE_THING
        and len(lower) > 3
    )
