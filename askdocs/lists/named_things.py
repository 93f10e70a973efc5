"""The things that texts name, each once: the mentions of one person, company or place put together.

"Baidu" and "Baidu Inc." are one company, "Ms Lund" is Ana Lund of the same article, "U.S." is the United States.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from askdocs.core.base import FloatArray
from askdocs.lists.name_candidates import NameCandidate, lower_words_of, name_candidates
from askdocs.lists.name_classifier import CLASSES, NameClassifier
from askdocs.lists.word_lists import name_words, places

_LEGAL = re.compile(
    r"(?:,? (?:Inc\.?|Incorporated|Ltd\.?|Limited|LLC|LLP|Corp\.?|Corporation|plc|PLC|AG|S\.?A\.?|N\.?V\.?|GmbH|"
    r"SE|SpA|AB|"
    r"ASA|Oyj|Pty|BV|Co\.?|Company))+$"
)
_EXCHANGES = re.compile(r"\(\s*(?:NYSE|NASDAQ|Nasdaq|LSE|TSX|HKG|HKEX|ASX|FRA|EPA|TYO|OTC|AMEX|SEHK|BME|AMS)\b[^)]*$")
_OFFICE = (
    r"(?:chief|chair\w*|director|head|president|minister|mayor|analyst|economist|founder|manager|spokes\w+|professor|"
    r"secretary|leader|captain|coach|editor|author|lawyer|engineer|researcher|scientist|curator|historian|broker|farmer|"
    r"owner|partner|member|teacher|nurse|doctor|widow|husband|wife|son|daughter|brother|sister|governor|union \w+)"
)
_OFFICE_BEFORE = re.compile(rf"\b(?:{_OFFICE}|chief executive|\w+ officer),? $")
_OFFICE_AFTER = re.compile(
    rf", (?:(?:the|its|their|a|an|his|her|who|whose)\b(?: [\w'’-]+){{0,3}}? {_OFFICE}\b|{_OFFICE}\b|who\b|\d\d\b)"
)
SAID_AFTER = re.compile(
    r",? (?:said|says|told|added|wrote|recalled|argued|warned|explained|called|asked|insisted|replied)\b"
)
SAID_BEFORE = re.compile(r"\b(?:said|says|added|wrote|warned|explained|recalled|asked|insisted|replied) $")
_PLACE_FRONT = re.compile(r"(?:Port|San|Santa|Saint|Cape|Fort|Bad|Upper|Lower) [A-Z]\w+")
_SHORT = re.compile(r"\s*\((?:[A-Za-z]{2,8}:\s*)?([A-Z][A-Z.]{1,6})\)")
_BETWEEN = re.compile(r",? (?:and |or )?(?:the )?")
_PLACE_CLASSES = ("city", "country", "region")
_OFFICE_TITLES_WORDS = "Mr Mr. Mrs Mrs. Ms Ms. Miss Dr Dr. Prof Prof. Professor Sir Dame Judge Lord Lady"
_OFFICE_TITLES = frozenset(_OFFICE_TITLES_WORDS.split())


class Mention(NamedTuple):
    """A name as it stands in passage ``passage`` of an article: ``[start, end)`` of the passage's text."""

    passage: int
    article: str
    start: int
    end: int
    name: str
    title: str
    heading: bool
    probabilities: FloatArray


class NamedThing(NamedTuple):
    """What several mentions name. ``probability`` is that of ``kind``, one of ``CLASSES``."""

    name: str
    kind: str
    probability: float
    mentions: tuple[Mention, ...]


def named_things(
    texts: Sequence[str],
    articles: Sequence[str],
    classifier: NameClassifier,
    look: Callable[[], None] = lambda: None,
) -> list[NamedThing]:
    """The things that passages name, in the order in which they first stand; ``articles`` are the passages' own.

    ``look`` is called before each passage, and may raise to end the reading.
    """
    lower = lower_words_of(texts)
    mentions = []
    for passage, (text, article) in enumerate(zip(texts, articles, strict=True)):
        look()
        mentions += mentions_of(text, passage, article, classifier, lower)
    return [_thing(group) for group in _grouped(mentions, _in_brackets(mentions, texts))]


def _in_brackets(mentions: Sequence[Mention], texts: Sequence[str]) -> dict[str, str]:
    """The short names that texts give in brackets, "Alibaba (NYSE: BABA)", each with what it is short for; folded."""
    found = ((mention, _SHORT.match(texts[mention.passage], mention.end)) for mention in mentions)
    short = {folded(match[1]): folded(mention.name) for mention, match in found if match}
    return {name: longer for name, longer in short.items() if name != longer}


def mentions_of(
    text: str, passage: int, article: str, classifier: NameClassifier, lower: frozenset[str]
) -> list[Mention]:
    """The names of one passage; what a heading alone has in capitals is left to those that stand in sentences too."""
    candidates = [
        one for one in name_candidates(text, lower) if not _EXCHANGES.search(text[max(0, one.start - 30) : one.start])
    ]
    shares = [
        _informed(one, text, row)
        for one, row in zip(candidates, classifier.probabilities(text, candidates), strict=True)
    ]
    return [
        Mention(passage, article, one.start, one.end, text[one.start : one.end], one.title, one.heading, row)
        for one, row in zip(candidates, _alike(text, candidates, shares), strict=True)
    ]


def _alike(text: str, candidates: Sequence[NameCandidate], shares: Sequence[FloatArray]) -> list[FloatArray]:
    """The probabilities, those of names that are enumerated nearer to each other: "A, B and C" are of one kind."""
    groups: list[list[int]] = []
    for at, one in enumerate(candidates):
        if at and _BETWEEN.fullmatch(text, candidates[at - 1].end, one.start):
            groups[-1].append(at)
        else:
            groups.append([at])
    mixed: list[FloatArray] = []
    for group in groups:
        logs = np.log(np.maximum(np.array([shares[at] for at in group]), 1e-4))
        near = np.exp(0.5 * logs + 0.5 * logs.mean(axis=0))
        mixed += list(near / near.sum(axis=1, keepdims=True))
    return mixed


def _informed(candidate: NameCandidate, text: str, shares: FloatArray) -> FloatArray:
    """The probabilities, with what lists of places and titles know."""
    name, known = text[candidate.start : candidate.end], places()
    weight = np.ones(len(CLASSES), dtype=np.float32)
    if candidate.title in _OFFICE_TITLES:
        weight[CLASSES.index("person")] = 50
    elif name in known.countries:
        weight[CLASSES.index("country")] = 200
    elif name in known.cities and not candidate.first:
        weight[CLASSES.index("city")] = 8
    elif name in known.regions:
        weight[CLASSES.index("region")] = 20
    words = name.split()
    if len(words) in (2, 3) and not set(words) & (
        name_words("company_ends") | name_words("institution_words") | {"&", "of"}
    ):
        before, after = (
            text[max(candidate.sentence[0], candidate.start - 40) : candidate.start],
            text[candidate.end : candidate.end + 60],
        )
        if _OFFICE_BEFORE.search(before) or _OFFICE_AFTER.match(after):
            weight[CLASSES.index("person")] = 20
        elif SAID_AFTER.match(after) or SAID_BEFORE.search(before):
            weight[CLASSES.index("person")] = 5
    if _PLACE_FRONT.fullmatch(name) and words[-1] not in name_words("company_ends"):
        weight[CLASSES.index("city")] = 10
    if _LEGAL.search(name):
        weight[CLASSES.index("company")] = 50
    informed: FloatArray = np.maximum(shares, 1e-4) * weight
    informed /= informed.sum()
    return informed


def folded(name: str) -> str:
    """A name as it is compared: without article, legal form, dots and case, places by their usual name.

    >>> folded("Baidu, Inc.") == folded("the Baidu"), folded("U.S.")
    (True, 'united states')
    """
    usual = places().usual(name)
    bare = _LEGAL.sub("", re.sub(r"^[Tt]he ", "", usual))
    return " ".join(re.sub(r"[.,]", "", bare).replace("’", "'").lower().split()) or name.lower()


def _grouped(mentions: Sequence[Mention], in_brackets: dict[str, str]) -> Iterable[list[Mention]]:
    """Mentions by what they name: first by the folded name, then short names beside the long ones they stand for."""
    groups: dict[str, list[Mention]] = {}
    for mention in mentions:
        groups.setdefault(folded(mention.name), []).append(mention)
    into: dict[str, str] = {}
    for name in groups:
        longer = in_brackets[name] if in_brackets.get(name) in groups else _stands_for(name, groups)
        if longer:
            into[name] = longer
    for name in list(groups):
        target, seen = name, {name}
        while target in into and into[target] not in seen:
            target = into[target]
            seen.add(target)
        if target != name:
            groups[target] += groups.pop(name)
    return [sorted(group, key=lambda one: (one.passage, one.start)) for group in groups.values()]


def _stands_for(name: str, groups: dict[str, list[Mention]]) -> str | None:
    """The longer name of the same article that a name is short for; ``None`` where there is none, or several."""
    found = []
    own = {mention.article for mention in groups[name]}
    kind = _kind(groups[name])
    for longer, others in groups.items():
        shared = own & {mention.article for mention in others}
        if longer == name or len(longer) <= len(name):
            continue
        if _is_with_ending(name, longer) and kind in ("company", "institution", "other") and _kind(others) == "company":
            found.append(longer)
            continue
        if not shared:
            continue
        if own - shared and kind == "person" and " " not in name:
            continue
        words, whole = name.split(), longer.split()
        kinds = {kind, _kind(others)}
        if _is_acronym(groups[name][0].name, others[0].name):
            found.append(longer)
        elif "person" in kinds and kinds <= {"person", "other", "company", "city"} and len(words) < len(whole):
            if words == whole[-len(words) :] and _kind(others) == "person":
                found.append(longer)
        elif (
            words == whole[: len(words)]
            and _is_ending(others[0].name, len(words))
            and _comes_after(groups[name], others)
        ):
            found.append(longer)
    return found[0] if len(found) == 1 else None


def _is_with_ending(name: str, longer: str) -> bool:
    """Whether a name is longer by words that end companies' names only: "tarn valley foods", "oakrind group"."""
    ends = {word.lower() for word in name_words("company_ends")} - {"cloud", "bank"}
    return longer.startswith(name + " ") and all(word in ends for word in longer[len(name) :].split())


def _is_acronym(short: str, long: str) -> bool:
    initials = "".join(word[0] for word in long.split() if word[0].isupper())
    return short.isupper() and len(short) > 1 and short.replace(".", "") == initials


def _is_ending(long: str, length: int) -> bool:
    """Whether what a name has more than its short form is what ends names of companies and institutions."""
    rest = _LEGAL.sub("", long).split()[length:]
    ends = name_words("company_ends") | name_words("institution_words") | {"&", "and", "of"}
    return all(word in ends or _is_common_end(word) for word in rest)


def _is_common_end(word: str) -> bool:
    return word.endswith(("tics", "ware", "works", "ings", "ors", "ers")) and word[0].isupper()


def _comes_after(short: Sequence[Mention], long: Sequence[Mention]) -> bool:
    """Whether the full name comes first, as texts introduce a name, in the article of the first short one."""
    first = short[0]
    return any((m.passage, m.start) < (first.passage, first.start) for m in long if m.article == first.article)


def _kind(group: Sequence[Mention]) -> str:
    return CLASSES[int(_shares(group).argmax())]


def _shares(group: Sequence[Mention]) -> FloatArray:
    """The probabilities of what a group is: the mean of the logarithms, those in headings apart where others are."""
    running = [mention for mention in group if not mention.heading] or list(group)
    logs = np.log(np.maximum(np.array([mention.probabilities for mention in running]), 1e-4))
    shares = np.exp(logs.mean(axis=0))
    whole: FloatArray = shares / shares.sum()
    return whole


def _thing(group: list[Mention]) -> NamedThing:
    shares = _shares(group)
    kind = CLASSES[int(shares.argmax())]
    probability = float(shares.max())
    if all(mention.heading for mention in group):
        probability *= 0.3
    return NamedThing(_shown(group, kind), kind, probability, tuple(group))


def _shown(group: Sequence[Mention], kind: str) -> str:
    """The name to show: the longest without its legal form, as it is written most often."""
    counts: dict[str, int] = {}
    for mention in group:
        bare = _LEGAL.sub("", mention.name) if kind == "company" else mention.name
        if bare.endswith(("&", " and")):  # "Hartmoor & Co." is nothing without it
            bare = mention.name
        counts[bare] = counts.get(bare, 0) + 1
    if kind in _PLACE_CLASSES:
        return max(counts, key=lambda name: (counts[name], len(name)))
    return max(counts, key=lambda name: (len(name.split()), counts[name]))
