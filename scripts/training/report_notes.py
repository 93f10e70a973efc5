"""Notes of annual reports, read from `reports.txt`, and one fact of a note told with its answers marked.

L fees audit fees / legal fees           a list: {fees}, {fees2} are two of its entries, {join:fees} one to three
@ leases                                 a note; its headings and facts follow
T Leases | Operating leases              headings
& costs line=sga                         the facts of the note `costs`, its {line} being {sga}
+ lease_term                             a fact; facts of one name exclude each other
S The lease {v:run} <t ^for {yrs} years> a wording; <t ...> marks an answer, to how, when or why with ^for
? t How long does the lease run?         questions that the mark answers (| between phrasings)
! Who is the lessor?                     questions the fact tempts to answer but does not
F Amounts are rounded.                   fillers
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from scripts.training.report_tails import go_on
from scripts.training.report_values import Teller
from scripts.training.synthetic_events import choose, polish

MARK = re.compile(r"<(\w+) (?:\^(\w+) )?|>")
BRITISH = re.compile(
    r"\b(recogni|amorti|capitali|utili|organi|summari|finali|reali|categori|authori|derecogni)z(?=e|ing|a)"
)
#: what ends the name of a fact that a passage may tell a second time, of something else
AGAIN = "_again"
#: asked how, when or why, people answer with the preposition ("over five years"); else without it
WITH_LEAD = re.compile(r"\b(?:how(?! (?:much|many|long|often|old|large|high|far))|when|why)\b", re.I)


@dataclass
class Fact:
    """One fact of a note: its wordings, and the questions that the marks in them answer or do not."""

    name: str
    wordings: list[str] = field(default_factory=list)
    asks: list[tuple[str, list[str]]] = field(default_factory=list)
    traps: list[str] = field(default_factory=list)

    @property
    def family(self) -> str:
        """What two facts share that the same question may ask for."""
        return self.name.removesuffix(AGAIN)


@dataclass
class Note:
    """One note of a report: the headings it may have and its facts."""

    key: str
    headings: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


class Notes(NamedTuple):
    """All that `reports.txt` holds."""

    notes: dict[str, Note]
    lists: dict[str, list[str]]
    fillers: list[str]


class Marked(NamedTuple):
    """The words of a mark without and with the preposition that leads to them; the same where there is none."""

    bare: str
    led: str

    def answering(self, question: str) -> str:
        """The words that answer the question.

        >>> Marked("five years", "over five years").answering("How is it expensed?")
        'over five years'
        """
        return self.led if WITH_LEAD.search(question) else self.bare


class Told(NamedTuple):
    """A fact as a passage tells it: the sentence, the words of its marks, and the values of its slots."""

    fact: Fact
    sentence: str
    answers: dict[str, Marked]
    values: dict[str, str]


@lru_cache(maxsize=1)
def notes() -> Notes:
    """The notes, lists and fillers of `reports.txt`."""
    found = Notes({}, {}, [])
    path = Path(__file__).parent / "reports.txt"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            _read(line.rstrip(), found, f"{path.name}:{number}")
    for note in found.notes.values():
        for fact in note.facts:
            _check(fact, note)
    return Notes({key: note for key, note in found.notes.items() if note.headings}, found.lists, found.fillers)


def _check(fact: Fact, note: Note) -> None:
    marks = {found[1] for wording in fact.wordings for found in MARK.finditer(wording) if found[1]}
    assert fact.wordings, f"{note.key}: {fact.name} lacks a wording"
    assert {mark for mark, _ in fact.asks} <= marks, f"{note.key}: {fact.name} asks for what no wording marks"


def _read(line: str, found: Notes, where: str) -> None:
    mark, rest = line[0], line[2:].strip()
    note = found.notes[next(reversed(found.notes))] if found.notes else Note("")
    if mark == "L":
        name, _, entries = rest.partition(" ")
        found.lists.setdefault(name, []).extend(entry.strip() for entry in entries.split(" / "))
    elif mark == "@":
        assert rest not in found.notes, f"{where}: {rest} twice"
        found.notes[rest] = Note(rest)
    elif mark == "T":
        note.headings += _phrasings(rest)
    elif mark == "&":
        _copy(rest, found, note)
    elif mark == "+":
        note.facts.append(Fact(rest))
    elif mark == "S":
        note.facts[-1].wordings.append(rest)
    elif mark == "?":
        name, _, phrasings = rest.partition(" ")
        note.facts[-1].asks.append((name, _phrasings(phrasings)))
    elif mark == "!":
        note.facts[-1].traps += _phrasings(rest)
    else:
        assert mark == "F", f"{where}: {line!r}"
        found.fillers.append(rest)


def _phrasings(rest: str) -> list[str]:
    return [phrasing.strip() for phrasing in re.split(r" \| ", rest)]


def _copy(rest: str, found: Notes, note: Note) -> None:
    """The facts of another note with slots renamed, under names of their own, each twice."""
    source, *renamed = rest.split()
    pairs = [pair.partition("=")[::2] for pair in renamed]

    def say(text: str) -> str:
        for old, new in pairs:
            text = re.sub(rf"\{{(\w+:)?{old}\}}", rf"{{\g<1>{new}}}", text)
        return text

    for fact in found.notes[source].facts:
        asks = [(mark, [say(phrasing) for phrasing in phrasings]) for mark, phrasings in fact.asks]
        wordings = [say(wording) for wording in fact.wordings]
        traps = [say(trap) for trap in fact.traps]
        for again in ("", AGAIN):
            note.facts.append(Fact(f"{note.key}_{fact.name}{again}", wordings, asks, traps))


def tell(fact: Fact, teller: Teller, rng: random.Random) -> Told:
    """One wording of a fact, filled, with the words of its marks."""
    values: dict[str, str] = {}
    sentence = teller.fill(go_on(choose(rng.choice(fact.wordings), rng), teller.lists, rng), values)
    sentence = tidy(sentence)
    if teller.british:
        sentence = BRITISH.sub(r"\1s", sentence)
    plain, answers = unmark(sentence)
    return Told(fact, plain, answers, values)


def tidy(sentence: str) -> str:
    """The small repairs of a filled template, its marks left as they are."""
    sentence = re.sub(r" +(?= |[.,;]\s|[.,;]$|>)", "", polish(sentence))
    sentence = re.sub(r"(?<=[a-z0-9)>]\. )(we|our|the) ", lambda found: found[0].capitalize(), sentence)
    return re.sub(r"^((?:<\w+ (?:\^\w+ )?)*)([a-z])", lambda found: found[1] + found[2].upper(), sentence)


def unmark(text: str) -> tuple[str, dict[str, Marked]]:
    """A sentence without its marks, and the words that each marked.

    >>> unmark("Tax is <m ^on the <n amount> payable>.")[1]["m"]
    Marked(bare='the amount payable', led='on the amount payable')
    """
    plain, last = "", 0
    open_marks: list[tuple[str, int, int]] = []
    answers: dict[str, Marked] = {}
    for found in MARK.finditer(text):
        plain += text[last : found.start()]
        last = found.end()
        if found[0] == ">":
            name, start, bare = open_marks.pop()
            answers[name] = Marked(plain[bare:].strip(" .,"), plain[start:].strip(" .,"))
            continue
        lead = (found[2] or "").replace("_", " ")
        start = len(plain)
        plain += lead + " " if lead else ""
        open_marks.append((found[1], start, len(plain)))
    assert not open_marks, text
    return plain + text[last:], answers
