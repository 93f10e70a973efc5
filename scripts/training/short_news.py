"""Short news with facts in brackets, in apposition, in captions and credits, and questions that only look answerable.

The wordings stand in ``short_news.txt``. A story names two or three companies; a question is asked of a company of
which the story states the fact, and asked again, as a near miss, of one of which it does not.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from scripts.training import synthetic_names as names
from scripts.training.span_data import Example
from scripts.training.synthetic_events import choose, polish
from scripts.training.synthetic_noise import clutter, fillers
from scripts.training.synthetic_slots import make
from scripts.training.synthetic_values import DAYS, MONTHS, Style, style

FILE = Path(__file__).with_suffix(".txt")
#: what a line of its own tells is not of one company
OF_THE_STORY = {"chart_source", "photo_by", "photo_place", "photo_agency", "writer", "editor", "agency_name", "out_day"}
#: told facts that a question on another fact might take for it: that one is then not asked as a near miss
BLOCKED_BY = {
    "speaker": {"ceo", "cfo", "chair"},
    "fall": {"month_fall"},
    "loss": {"fall", "month_fall"},
    "rise": {"year_rise", "revenue_rise"},
    "year_rise": {"rise"},
    "month": {"fall"},
    "move_day": {"month", "product_launch"},
    "cap": {"valuation"},
    "valuation": {"cap"},
    "close": {"ipo_price"},
    "holder": {"chair", "owner", "investor", "stake"},
    "owner": {"stake"},
    "adviser": {"lawyers"},
    "investor": {"holder"},
    "round_money": {"ipo_raise"},
    "fee": {"product_price"},
    "product": {"recall_model"},
    "agency_name": {"photo_agency"},
}
SLOT = re.compile(r"\{(b\.)?(\w+)\}")
MOST_ASKED = 5


class Wordings(NamedTuple):
    """The kinds of the facts, sentences, lines that stand alone, and questions by fact."""

    kinds: dict[str, str]
    sentences: list[str]
    lines: list[str]
    questions: dict[str, list[str]]


@lru_cache(maxsize=1)
def wordings() -> Wordings:
    """Read ``short_news.txt``."""
    found = Wordings({}, [], [], {})
    for line in FILE.read_text(encoding="utf-8").splitlines():
        mark, rest = line[0], line[2:].strip()
        if mark == ":":
            name, _, kind = rest.partition("=")
            found.kinds[name] = kind
        elif mark in "SL":
            (found.sentences if mark == "S" else found.lines).append(rest)
        elif mark == "?":
            name, _, asked = rest.partition(" ")
            found.questions[name] = asked.split(" | ")
    return found


class Firm:
    """A company with its facts, made when they are first asked for; ``told`` are those that the story states."""

    def __init__(self, company: names.Company, rng: random.Random, look: Style) -> None:
        self.company, self.rng, self.look = company, rng, look
        self.facts: dict[str, str] = {}
        self.told: set[str] = set()

    def fact(self, name: str) -> str:
        if name not in self.facts:
            self.facts[name] = _value(wordings().kinds[name], self.company, self.rng, self.look)
        return self.facts[name]

    def called(self) -> str:
        return self.company.full if self.rng.random() < 0.4 else self.company.short


def _value(kind: str, company: names.Company, rng: random.Random, look: Style) -> str:
    if kind == "ticker":
        return company.ticker
    if kind == "company":
        return names.company(rng).full
    if kind == "broker":
        ending = rng.choice(("Securities", "Capital", "Research", "& Co", "Partners", "Bank"))
        return f"{names.company(rng).short} {ending}"
    return make(kind, rng, look, {}).answer


def story(rng: random.Random) -> tuple[str, list[Firm], Firm]:
    """A short story, its companies, and what it tells of itself (sources, credits)."""
    look, pool = style(rng), names.Pool(rng)
    firms = [Firm(pool.pop(), rng, look) for _ in range(rng.choice((2, 2, 3)))]
    itself = Firm(pool.pop(), rng, look)
    sentences: list[str] = []
    for template in rng.sample(wordings().sentences, rng.randint(2, 6)):
        pair = rng.sample(firms, 2) if rng.random() < 0.35 else firms[:2]
        sentences.append(_said(template, pair, itself, rng))
        if rng.random() < 0.3:
            sentences.append(next(fillers(rng, False, pair[0].company.short)))
    paragraphs = _paragraphs(sentences, rng)
    for template in rng.sample(wordings().lines, rng.choice((0, 1, 1, 2))):
        paragraphs.insert(rng.randint(0, len(paragraphs)), _said(template, firms, itself, rng))
    text = "\n\n".join(paragraphs)
    return (clutter(text, look, rng) if rng.random() < 0.2 else text), firms, itself


def _said(template: str, pair: list[Firm], itself: Firm, rng: random.Random) -> str:
    """A sentence filled; its facts count as told."""

    def filled(slot: re.Match[str]) -> str:
        if slot[2] in ("a", "b"):
            return pair["ab".index(slot[2])].called()
        firm = itself if slot[2] in OF_THE_STORY else pair[1] if slot[1] else pair[0]
        firm.told.add(slot[2])
        return firm.fact(slot[2])

    return polish(SLOT.sub(filled, choose(_bracketed(template), rng)))


def _bracketed(template: str) -> str:
    """``[{ticker}]`` is a ticker in square brackets, not a choice."""
    return template.replace("[{ticker}] ", "({ticker}) ")


def _paragraphs(sentences: list[str], rng: random.Random) -> list[str]:
    paragraphs: list[str] = []
    while sentences:
        taken = rng.randint(1, 3)
        paragraphs.append(" ".join(sentences[:taken]))
        sentences = sentences[taken:]
    return paragraphs


def examples(seed: int) -> Iterator[Example]:
    """Questions on stories, without end; about half of them near misses."""
    rng = random.Random(f"{seed} short news")
    while True:
        text, firms, itself = story(rng)
        told = [(firm, name) for firm in [*firms, itself] for name in sorted(firm.told)]
        for firm, name in rng.sample(told, min(len(told), MOST_ASKED)):
            question = _question(firm, name, rng, near_miss=False)
            if question and firm.fact(name) in text:
                yield Example(question, text, firm.fact(name))
        for firm, name in _near_misses(firms, itself, rng):
            question = _question(firm, name, rng, near_miss=True)
            if question:
                yield Example(question, text, "")
        for question in _other_times(firms, rng):
            yield Example(question, text, "")


def _near_misses(firms: list[Firm], itself: Firm, rng: random.Random) -> list[tuple[Firm, str]]:
    """Facts that are told of another company, or of none, and nothing like them of the one asked about."""
    everywhere = {name for firm in firms for name in firm.told}
    found: list[tuple[Firm, str]] = []
    for firm in firms:
        others = sorted(name for name in everywhere if _is_open(firm, name))
        absent = sorted(name for name in wordings().kinds if name not in everywhere and _is_open(firm, name))
        found += [(firm, name) for name in rng.sample(others, min(2, len(others)))]
        found += [(firm, name) for name in rng.sample(absent, 1)]
    left = sorted(name for name in OF_THE_STORY if name not in itself.told)
    return [*found, *((itself, name) for name in rng.sample(left, min(1, len(left))))]


def _is_open(firm: Firm, name: str) -> bool:
    """Whether a story leaves open what a question on this fact of the company asks for."""
    return not (name in OF_THE_STORY or name in firm.told or BLOCKED_BY.get(name, set()) & firm.told)


def _other_times(firms: list[Firm], rng: random.Random) -> Iterator[str]:
    """Questions on a fall in a month, or on a day, that the story does not name for the company."""
    for firm in firms:
        for name, time, times in (("month_fall", "month", MONTHS), ("fall", "move_day", DAYS)):
            dated = [asked for asked in wordings().questions[name] if f"{{{time}}}" in asked]
            if {name, time} <= firm.told and rng.random() < 0.6:
                other = rng.choice([one for one in times if one != firm.facts[time]])
                filled = rng.choice(dated).replace(f"{{{time}}}", other).replace("{a}", firm.called())
                yield filled if rng.random() < 0.7 else filled.lower().rstrip("?")


def _question(firm: Firm, name: str, rng: random.Random, *, near_miss: bool) -> str | None:
    """A question for a fact; of a near miss one that names no other fact which is not told."""
    asked = rng.choice(wordings().questions[name])
    needed = {slot[2] for slot in SLOT.finditer(asked)} - {"a"}
    if not needed <= firm.told or (near_miss and "{a}" not in asked and name not in OF_THE_STORY):
        return None
    filled = SLOT.sub(lambda slot: firm.called() if slot[2] == "a" else firm.fact(slot[2]), asked)
    return polish(filled) if rng.random() < 0.85 else filled.lower().rstrip("?.")
