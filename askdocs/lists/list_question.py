"""What a question for a list asks for: which kind of thing, on which condition, in which articles."""

from __future__ import annotations

import functools
import re
from typing import Literal

from askdocs.core.base import Model
from askdocs.text.english import FUNCTION_WORDS, MONTH, MONTHS

WantedKind = Literal[
    "person", "company", "organisation", "media", "city", "country", "region", "place", "product", "work",
    "date", "year", "money", "percent",
]  # fmt: skip

# Nouns, in the singular, for each kind; "bank" is narrower than "company" and so stands in ``_NARROW`` as well.
_NOUNS: dict[WantedKind, str] = {
    "person": "person people individual executive official politician analyst scientist minister author writer player "
    "witness researcher artist singer actor founder co-founder ceo doctor expert economist lawyer judge engineer "
    "spokesman spokeswoman spokesperson spokespeople man men woman women human winner director runner speaker "
    "professor senator councillor candidate mayor president governor chairman "
    "chairwoman ambassador bishop victim suspect manager leader athlete candidate",
    "company": "company firm business corporation enterprise start-up startup employer manufacturer carmaker automaker "
    "retailer airline supplier competitor rival bank lender insurer chipmaker conglomerate brewer brewery shipyard "
    "utility telecom carrier maker developer builder contractor subsidiary broker brokerage bidder airline chain",
    "organisation": "organisation organization institution agency regulator union university college school party club "
    "ministry ngo charity hospital museum court authority association team committee council body bodies government",
    "media": "newspaper magazine broadcaster outlet publication",
    "city": "city town village municipality capital",
    "country": "country nation",
    "region": "region state province island river mountain lake county continent street district sea",
    "place": "place location site destination port airport",
    "product": "product model brand drug medicine vaccine app device phone vehicle car engine service game",
    "work": "book novel film movie painting song album play title",
    "date": "date day",
    "year": "year",
    "money": "amount sum price money",
    "percent": "percentage percent rate share-of",
}
_IRREGULAR = {
    "companies": "company", "countries": "country", "cities": "city", "parties": "party", "universities": "university",
    "ministries": "ministry", "bodies": "body", "agencies": "agency", "people": "people", "men": "men",
    "women": "women",
    "charities": "charity", "breweries": "brewery", "utilities": "utility", "counties": "county",
    "businesses": "business",
    "authorities": "authority", "witnesses": "witness", "municipalities": "municipality", "countrys": "country",
    "companys": "company", "citys": "city", "subsidiaries": "subsidiary", "buses": "bus", "persons": "person",
}  # fmt: skip
_KIND_OF = {noun: kind for kind, nouns in _NOUNS.items() for noun in nouns.split()}
_GENERAL_WORDS = (
    "company firm business corporation enterprise person people individual human city town country nation place "
    "location region product organisation organization institution date day year amount sum price money "
    "percentage percent man woman men women"
)
_GENERAL = frozenset(_GENERAL_WORDS.split())  # the nouns that name no narrower class than their kind does
_AUXILIARIES_WORDS = "did do does is are was were has have had can could will would may might must should shall"
_AUXILIARIES = frozenset(_AUXILIARIES_WORDS.split())
_IMPERATIVE = re.compile(
    r"^\W*(?:please |kindly |now |and |also |then )*(?:(?:can|could|would|will) you (?:please )?|i (?:want|need|"
    r"would like)"
    r"(?: to (?:see|have|know))? |i'd like(?: to (?:see|have|know))? |let me see )?"
    r"(?:list|name|give(?: me| us)?|show(?: me| us)?|enumerate|find(?: me)?|tell me|identify|collect|extract|"
    r"write down|"
    r"provide|get(?: me)?|output|print)?\s*(?:out |up )?(?:(?:a |the )?(?:full |complete |entire )?list of )?",
    re.I,
)
_WHICH = re.compile(r"^\W*(?:which|what|who(?:m|se)?|where|when|how many|at which|in (?:which|what)|on (?:which|what)|"
                    r"to (?:which|what)|from (?:which|what)|with (?:which|what|whom)|by (?:which|what|"
                    r"whom))\b", re.I)  # fmt: skip
_EVERY = re.compile(
    r"^(?:(?:all|every|each|any|the|different|various|of|these|those|some|individual|distinct|names?)\s+)+", re.I
)
_ASIDE = re.compile(
    r"[?.,;\s]+(?:(?:please )?(?:list|name) (?:them )?all(?: of them)?|names? (?:only )?please|please)[.!?\s]*$", re.I
)
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_RELATIVE = re.compile(r"^(?:that|which|who|whom|where|whose)\s+", re.I)
# What says only that a thing is named, and so is no condition.
_FILLER_WORDS = (
    "mentioned mention mentions named names name listed list lists appear appears appearing occur occurs "
    "occurring discussed found cited referenced referred refer talked come comes up there text texts article "
    "articles corpus document documents news story stories reports report piece pieces collection archive page "
    "pages here all any every each these those different various total whole entire covered featured show shows "
    "described involved get gets mentionned file files folder anywhere somewhere across explicitly please full "
    "complete given stated contain contained contains included us me within throughout one ones relevant word "
    "directly verbatim said exist exists"
)
_FILLER = frozenset(_FILLER_WORDS.split())
_ARTICLE = (
    r"(?:articles?|stor(?:y|ies)|reports?|pieces?|texts?|posts?|documents?|pages?|notes?|files?|items?|minutes|"
    r"press releases?|interviews?|obituar(?:y|ies)|profiles?|columns?|reviews?|letters?|blogs?|blog posts?|"
    r"announcements?|"
    r"explainers?|round-?ups?|lists?|opinions?|transcripts?|summar(?:y|ies))"
)
_SCOPE = (
    re.compile(
        r"[,\s]*\b(?:in|from|of|by)\s+(?:the\s+(?:file|document|article|list|story)\s+)?(?P<noun>)(?P<topic>[\w./-]+\.(?:md|txt|html?|pdf|docx?|csv|xlsx?))\b",
        re.I,
    ),
    re.compile(r"[,\s]*\b(?:in|from|of|by)\s+(?P<noun>)[\"“‘](?P<topic>[^\"”’]{4,})[\"”’]", re.I),
    re.compile(
        rf"[,\s]*\b(?:in|from|of|within|by|according to|across|throughout)\s+(?:the|this|that|an?|any|all|"
        rf"all the|every|each|our)?\s*"
        rf"(?:[\w-]+\s)?(?P<noun>{_ARTICLE})\s+(?:about|on|with|titled|called|entitled|headlined|concerning|regarding|covering|"
        rf"that deals? with|dealing with|named|of|that (?:is|are) about|which (?:is|are) about)\s+(?P<topic>[^,?]+?)"
        rf"(?=\s*[,?.!]*\s*$|,\s)",
        re.I,
    ),
    re.compile(
        rf"[,\s]*\b(?:in|from|of|within|by)\s+(?:the\s+)?(?P<noun>{_ARTICLE})\s+[\"'“‘](?P<topic>[^\"”]+)[\"'”’]", re.I
    ),
    re.compile(
        r"[,\s]*\b(?:in|from|of|within|by)\s+the\s+(?P<topic>(?:[\w'’&.-]+\s){1,6}?)"
        r"(?P<noun>articles?|story|stories|report|piece|post|minutes|press release|interview|obituary|"
        r"profile)(?=\s*[,?.!]*\s*$|,\s)",
        re.I,
    ),
)
_PERIOD = re.compile(
    rf"[,\s]*\b(?:in|from|of|within|across)?\s*(?:the |all |all the |any )?{_ARTICLE}\s+(?:that were |"
    rf"which were |were )?"
    rf"(?:from|of|in|dated|published (?:in|during)|written in|"
    rf"out in)\s+(?:(?P<month>{MONTH})\b\.?,?\s*)?(?P<year>(?:19|20)\d\d)?",
    re.I,
)
_EMPTY_TOPIC_WORDS = "whole entire above following given provided uploaded first second last news loaded same"
_EMPTY_TOPIC = frozenset(_EMPTY_TOPIC_WORDS.split())


class ListQuestion(Model):
    """A question for a list, taken apart.

    ``text`` asks for what is wanted without saying where to look, as a question; ``kind`` is the kind of thing,
    ``None`` where the words do not tell; ``noun`` the word for it in the singular, where it is narrower than the kind
    ("bank"). ``every`` says that all things of the kind are wanted, with no condition, ``quoted`` that the people are
    whose words are given. ``topic`` is what the articles to look in are about, ``several`` whether they may be several.
    ``month`` and ``year`` are those the articles are from.
    """

    text: str
    kind: WantedKind | None = None
    noun: str = ""
    every: bool = False
    quoted: bool = False
    topic: str = ""
    several: bool = False
    month: int | None = None
    year: int | None = None


@functools.lru_cache(maxsize=64)
def list_question(question: str) -> ListQuestion:
    """Take a question for a list apart.

    >>> asked = list_question("List all the companies that are named in the article about XPeng.")
    >>> asked.kind, asked.every, asked.topic
    ('company', True, 'XPeng')
    >>> asked = list_question("Please name the banks that took part in the loan")
    >>> asked.text, asked.kind, asked.noun, asked.every
    ('Which banks took part in the loan?', 'company', 'bank', False)
    >>> asked = list_question("Which people are quoted in articles from March 2024?")
    >>> asked.quoted, asked.month, asked.year
    (True, 3, 2024)
    """
    rest, found = _without_scope(" ".join(_BRACKETS.sub(" ", _ASIDE.sub("", question)).split()))
    asked = _with_verb(_as_question(rest))
    noun, condition = _head(asked)
    words = [word for word in re.findall(r"[\w'-]+", condition.lower()) if word not in FUNCTION_WORDS | _FILLER]
    kind = _KIND_OF.get(noun) if noun else "person" if re.match(r"\W*whom?\b", asked, re.I) else None
    kind = "place" if kind is None and re.match(r"\W*where\b", asked, re.I) else kind
    quoted = (
        kind == "person" and bool(words) and all(re.match(r"(?:quot|interview|speak|spoke|talk)", w) for w in words)
    )
    return ListQuestion(
        text=asked,
        kind=kind,
        noun="" if noun in _GENERAL or kind is None else noun,
        every=kind is not None and bool(noun) and not words,
        quoted=quoted,
        **found,
    )


def singular(word: str) -> str:
    """The singular of a noun, as far as ending in "s" tells.

    >>> singular("Companies"), singular("banks"), singular("buses"), singular("people")
    ('company', 'bank', 'bus', 'people')
    """
    low = word.lower()
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    if low.endswith("ies") and len(low) > 4:
        return low[:-3] + "y"
    if low.endswith(("sses", "xes", "ches", "shes")):
        return low[:-2]
    return low[:-1] if low.endswith("s") and not low.endswith(("ss", "us", "is")) else low


def _without_scope(question: str) -> tuple[str, dict[str, object]]:
    """The question without the words that say in which articles to look, and what they say."""
    found: dict[str, object] = {}
    period = _PERIOD.search(question)
    if period and (period["month"] or period["year"]):
        if period["month"]:
            found["month"] = MONTHS[period["month"].lower().rstrip(".")]
        if period["year"]:
            found["year"] = int(period["year"])
        question = question[: period.start()] + question[period.end() :]
    for pattern in _SCOPE:
        scope = pattern.search(question)
        topic = scope["topic"].strip(" \"'“”‘’") if scope else ""
        if not scope or not set(re.findall(r"\w+", topic.lower())) - _EMPTY_TOPIC - FUNCTION_WORDS:
            continue
        if question[: scope.start()].strip(" ,") or question[scope.end() :].strip(" ,?."):
            found |= {"topic": topic, "several": scope["noun"].lower().endswith("s") and scope["noun"] != "minutes"}
            return (question[: scope.start()] + question[scope.end() :]).strip(" ,"), found
    return question, found


def _as_question(rest: str) -> str:
    """ "List the banks that took part" as "Which banks took part?"."""
    bare = rest.strip().rstrip(".!? ")
    if _WHICH.match(bare):
        return f"{bare[:1].upper()}{bare[1:]}?"
    told = bare[len((_IMPERATIVE.match(bare) or re.match("", bare)).group()) :]  # type: ignore[union-attr]
    if _WHICH.match(told):
        return f"{told[:1].upper()}{told[1:]}?"
    thing = _EVERY.sub("", told)
    noun = re.match(r"(?:[\w'-]+ )??[\w'-]+(?= (?:that|which|who|whom|where|whose)\b)", thing, re.I)
    if noun:
        thing = f"{noun.group()} {_RELATIVE.sub('', thing[noun.end() + 1 :])}"
    if not noun and re.match(r"[\w' -]+? (?:of|for|on|in|at|to) ", thing) and not re.search(r"\w(?:ed|given)\b", thing):
        return f"What are the {thing}?"  # which is how the scorer knows such questions
    return f"Which {thing}?"


def _with_verb(asked: str) -> str:
    """ "Which products recalled by Lyndra?" with the verb that a list leaves out."""
    asked = re.sub(r"^(?:What|Which) (?:are|were) the names of the (\w+) (?:that|which|who) ", r"Which \1 ", asked)
    return re.sub(r"^(Which (?:\w+ )?)(\w+s|people)( \w{3,}(?:ed|ught|old|ade))(?= (?:by|in|for|to|from|at|on|"
                  r"as|with|after)\b|\?)",
                  r"\1\2 were\3", asked)  # fmt: skip


def _head(asked: str) -> tuple[str, str]:
    """The question's noun, in the singular, and what stands around it."""
    match = re.match(r"\W*(?:(?:at|in|on|to|from|with|by) )?(?:(?:which|what|whose)\b\s*(?:are|were|is)?|"
                     r"who (?:are|were))\s*"
                     r"(?:(?:all|every|each|the|of|different|other|various|two|three|four|five|six|seven|eight|"
                     r"ten|\d+|kinds of|"
                     r"types of|names of|name of)\s+)*", asked, re.I)  # fmt: skip
    if not match:
        return "", asked
    rest = asked[match.end() :]
    words = re.findall(r"[\w'’-]+", rest)
    for at, word in enumerate(words[:3]):
        one = singular(word)
        if word.lower() in _AUXILIARIES:
            break
        if one in _KIND_OF:
            before, after = [other for other in words[:at] if other[:1].isupper()], words[at + 1 :]
            if after and after[0].lower() == "of" and one in ("amount", "sum"):
                after = [word for word in after[1:] if word.lower() != "money"]
            return one, " ".join([*before, *after])
    return "", rest
