"""Kinds of events, read from `events/*.txt`, and one event told in sentences with questions on it.

An event file holds blocks like

    @ stake_sale                          a kind; words after it are flags (`series`: every question names its period)
    : other=company n=count:1e6:9e7       slots, in order; `co`, the company the event is about, is always there
    T {co} trims its stake in {other}     titles
    A {co} sold {n} shares in {other}.    sentences: one of each letter is told, A always, the others mostly
    ? n How many shares did {co} sell?    questions that slot n answers (| between wordings)
    ! Why did {co} sue {other}?           questions that the event tempts to answer but never does
    = n Did {co} sell {v} shares?         claims: {v} is the slot's own value (yes) or another (no)
    > n How many was that?                the same question as a follow-up turn
    % why weak [demand|orders] / rain     the clauses of a slot declared `why=clause`, with slots if need be
    & n,amt How many, and for how much?   asks for several slots at once, in this order
    * Which companies sold shares?        asks for every `co` of the kind
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from scripts.training import synthetic_names as names
from scripts.training.synthetic_slots import make
from scripts.training.synthetic_values import Style, Value, plain

SLOT = re.compile(r"\{(\w+)\}")
HEDGED_TWICE = re.compile(
    r"\b([Ss]ome|[Aa]bout|[Aa]pproximately|[Rr]oughly|[Oo]nly|at|to|[Uu]p to) "
    r"(?:about|around|approximately|roughly|some|nearly|almost|more than|at least) (?=\S*\d)"
)
FOLDER = Path(__file__).parent / "events"


@dataclass
class Kind:
    """One kind of event: its slots, its wordings and its questions."""

    name: str
    flags: frozenset[str]
    slots: dict[str, str] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=dict)
    asks: list[tuple[str, list[str]]] = field(default_factory=list)
    traps: list[str] = field(default_factory=list)
    claims: list[tuple[str, list[str]]] = field(default_factory=list)
    follows: list[tuple[str, list[str]]] = field(default_factory=list)
    pairs: list[tuple[tuple[str, ...], list[str]]] = field(default_factory=list)
    which: list[str] = field(default_factory=list)
    clauses: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Told:
    """An event as it was told: its values, its sentences, and which slots the sentences state."""

    kind: Kind
    co: names.Company
    companies: dict[str, names.Company]
    values: dict[str, Value]
    sentences: list[str]
    stated: set[str]
    title: str = ""


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """Every kind of event under `events/`, by name."""
    found: dict[str, Kind] = {}
    for path in sorted(FOLDER.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                _read(line.rstrip(), found, path.stem, f"{path.name}:{number}")
    for kind in found.values():
        bare = {slot for slot, declared in kind.slots.items() if declared == "clause"} ^ set(kind.clauses)
        assert not bare, f"{kind.name}: clauses without slot or slot without clauses: {bare}"
        assert all((kind.titles, "A" in kind.groups, kind.asks)), f"{kind.name} lacks a title, a sentence or a question"
    return found


def _read(line: str, found: dict[str, Kind], family: str, where: str) -> None:
    mark, rest = line[0], line[2:].strip()
    if mark == "@":
        name, *flags = rest.split()
        assert name not in found, f"{where}: {name} twice"
        found[name] = Kind(name, frozenset([*flags, family]))
        return
    kind = found[next(reversed(found))]
    if mark == ":":
        kind.slots.update(part.partition("=")[::2] for part in rest.split())
    elif mark == "%":
        slot, _, wordings = rest.partition(" ")
        kind.clauses.setdefault(slot, []).extend(wording.strip() for wording in wordings.split(" / "))
    elif mark == "&":
        several, _, wordings = rest.partition(" ")
        assert set(several.split(",")) <= set(kind.slots) | {"co"}, where
        kind.pairs.append((tuple(several.split(",")), [wording.strip() for wording in wordings.split("|")]))
    elif mark in "?=>":
        slot, _, wordings = rest.partition(" ")
        assert slot in kind.slots or slot == "co", f"{where}: no slot {slot}"
        target = {"?": kind.asks, "=": kind.claims, ">": kind.follows}[mark]
        target.append((slot, [wording.strip() for wording in wordings.split("|")]))
    elif mark in "!*":
        (kind.traps if mark == "!" else kind.which).extend(wording.strip() for wording in rest.split("|"))
    elif mark == "T":
        kind.titles.append(rest)
    else:
        assert mark.isupper(), f"{where}: {line!r}"
        kind.groups.setdefault(mark, []).append(rest)
    for slot in SLOT.findall(rest):
        assert slot in kind.slots or slot in ("co", "v"), f"{where}: no slot {slot}"


def polish(sentence: str) -> str:
    """The small repairs that filled templates need: capitals, "an 8%", "Foods' shares".

    >>> polish("a 8% rise in Velmora Foods's sales")
    "An 8% rise in Velmora Foods' sales"
    """
    sentence = re.sub(
        r"\b([Aa]) (?=8\d*[\s.,%-]|1[18][\s%-]|1[18],\d{3}\b(?!,)|(?!one\b|eu|Eu|uni)[AEIOaeio])", r"\1n ", sentence
    )
    sentence = sentence.replace(" in the end of ", " at the end of ")
    sentence = HEDGED_TWICE.sub(r"\1 ", sentence)
    sentence = re.sub(r"s's\b", "s'", sentence)
    return sentence[:1].upper() + sentence[1:]


def choose(template: str, rng: random.Random) -> str:
    """A template with its choices made: `[a|b]` is one of them, `[a|]` may go."""
    while "[" in template:
        template = re.sub(r"\[([^\[\]]*)\]", lambda found: rng.choice(found.group(1).split("|")), template)
    return template


def fill(template: str, values: dict[str, str]) -> str:
    """A template with its slots filled."""
    return SLOT.sub(lambda found: values[found.group(1)], template)


def say(template: str, values: dict[str, str], rng: random.Random) -> str:
    """A template with its choices made and its slots filled."""
    template = choose(template, rng)
    return polish(re.sub(r" +(?= |[.,;]\s|[.,;]$)", "", fill(template, values)))


def tell(kind: Kind, co: names.Company, fresh: names.Pool, look: Style, rng: random.Random, mentioned: bool) -> Told:
    """One event of a kind about `co`, which the passage may have `mentioned`; others are taken from `fresh`."""
    told = Told(kind, co, {"co": co}, {}, [], set())
    within: dict[str, set[str]] = {}
    for slot, declared in kind.slots.items():
        if declared == "company":
            told.companies[slot] = fresh.pop()
        elif declared == "clause":
            clause = choose(rng.choice(kind.clauses[slot]), rng)
            within[slot] = set(SLOT.findall(clause))
            told.values[slot] = plain(" ".join(fill(clause, _plainly(told)).split()))
        else:
            told.values[slot] = make(declared, rng, look, told.values)
    _sentences(told, within, {"co"} if mentioned else set(), rng)
    told.title = say(rng.choice(kind.titles), _plainly(told), rng)
    return told


def _sentences(told: Told, within: dict[str, set[str]], seen: set[str], rng: random.Random) -> None:
    """Tell one wording of each letter, A always and the others mostly, and note the slots that they state."""
    for letter, wordings in told.kind.groups.items():
        if letter != "A" and rng.random() > 0.72:
            continue
        template = choose(rng.choice(wordings), rng)
        shown = {slot: value.text for slot, value in told.values.items()}
        shown |= {slot: mention(firm, slot in seen, rng) for slot, firm in told.companies.items()}
        if "co" in seen and not (set(SLOT.findall(template)) & set(told.companies)) - {"co"} and rng.random() < 0.25:
            shown["co"] = "the " + rng.choice(("company", "company", "group", told.co.sector))
        told.sentences.append(say(template, shown, rng))
        used = set(SLOT.findall(template))
        seen |= used
        told.stated |= used.union(*(within.get(slot, set()) for slot in used))


def _plainly(told: Told) -> dict[str, str]:
    """What slots are called outside of the sentences: companies in short, values without hedges."""
    called = {slot: value.answer for slot, value in told.values.items()}
    return called | {slot: firm.short for slot, firm in told.companies.items()}


def mention(firm: names.Company, again: bool, rng: random.Random) -> str:
    """The company as a sentence names it: in full the first time, then mostly in short."""
    if again:
        return firm.short if rng.random() < 0.7 else firm.full
    tail = rng.random()
    if tail < 0.08:
        return f"{firm.full} ({('NYSE', 'NASDAQ', 'LSE', 'TSX')[len(firm.full) % 4]}: {firm.ticker})"
    if tail < 0.13:
        return firm.full + rng.choice((" Inc", " plc", " AG", " SA", " Ltd", " Group", " Corp"))
    return firm.full
