"""What surrounds the facts: fillers, web clutter, injected instructions, ways to put a question (`noise.txt`)."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from scripts.training import synthetic_names as names
from scripts.training.synthetic_events import say
from scripts.training.synthetic_slots import make
from scripts.training.synthetic_values import Style

#: what a distractor or clutter line may name, and how its values are made
SLOTS = {
    "pct": "pct:1:60",
    "small": "pct:0.5:9",
    "count": "count:900:4000000",
    "money": "money:2e6:9e10",
    "price": "price:2:400",
    "year": "year",
    "place": "place",
    "person": "person",
    "agency": "agency",
}


@lru_cache(maxsize=1)
def _lines() -> dict[str, list[str]]:
    """The lines of `noise.txt` by their mark."""
    found: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "noise.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            found.setdefault(line[0], []).append(line[2:].replace("\\n", "\n"))
    return found


def _fill(template: str, look: Style, rng: random.Random) -> str:
    """A line with figures and names of nobody the questions are about."""
    values = {slot: make(kind, rng, look, {}).text for slot, kind in SLOTS.items()}
    return say(template, values | {"other": names.company(rng).full, "n": str(rng.randint(2, 990))}, rng)


def fillers(rng: random.Random, report: bool, co: str) -> Iterator[str]:
    """Sentences without figures, to fill a passage with, none twice."""
    for template in rng.sample(_lines()["R" if report else "F"], 16):
        yield say(template, {"co": co}, rng)


def distractor(rng: random.Random, look: Style) -> str:
    """A sentence with figures of somebody or something that no question is about."""
    return _fill(rng.choice(_lines()["D"]), look, rng)


def injection(rng: random.Random, look: Style) -> str:
    """An instruction hidden in a passage, which no answer follows."""
    payload = rng.choice(_lines()["P"])
    for slot, kind in (("person", "person"), ("place", "place"), ("year", "year")):
        payload = payload.replace(f"{{{slot}}}", make(kind, rng, look, {}).answer)
    return say(rng.choice(_lines()["I"]), {"x": payload.replace("{n}", str(rng.randint(2, 990)))}, rng)


def every_injection() -> list[str]:
    """The templates of all instructions trained on, with every choice of theirs a line."""
    lines: list[str] = []
    for template in _lines()["I"]:
        unfinished = [template]
        while unfinished:
            line = unfinished.pop()
            found = re.search(r"\[([^\[\]]*\|[^\[\]]*)\]", line)
            if found is None:
                lines.append(line)
            else:
                unfinished += [line[: found.start()] + choice + line[found.end() :] for choice in found[1].split("|")]
    return lines


def clutter(text: str, look: Style, rng: random.Random) -> str:
    """The text between lines a web page leaves around it."""
    before = [_fill(line, look, rng) for line in rng.sample(_lines()["B"], rng.randint(0, 3))]
    after = [_fill(line, look, rng) for line in rng.sample(_lines()["A"], rng.randint(1, 4))]
    return "\n\n".join([*before, text, *after])


def off_topic(rng: random.Random) -> str:
    """A question on something else."""
    return rng.choice(_lines()["O"])


def general(rng: random.Random, count: int) -> list[tuple[str, tuple[str, ...]]]:
    """General questions on a company, and the words that would show its passage may answer them after all."""
    lines = [line.partition(" = ") for line in rng.sample(_lines()["G"], count)]
    return [(question, tuple(words.split(","))) for question, _, words in lines]


def dress(question: str, rng: random.Random) -> str:
    """The question as people type it: now and then with a lead, without its mark, or in lower case."""
    shape = rng.random()
    if shape < 0.8:
        return question
    low = question[0].lower() + question[1:]
    if shape < 0.88:
        return rng.choice(LEADS) + low
    if shape < 0.93:
        return question.rstrip("?")
    if shape < 0.98:
        return question.lower() if rng.random() < 0.5 else low
    return _slip(question, rng)


def _slip(question: str, rng: random.Random) -> str:
    """The question with two letters of a word exchanged, as typing does."""
    words = question.split(" ")
    places = [place for place, word in enumerate(words) if word.isalpha() and word.islower() and len(word) > 4]
    if places:
        place = rng.choice(places)
        word, at = words[place], rng.randint(1, len(words[place]) - 3)
        words[place] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)


LEADS = (
    "According to the article, ",
    "From the text, ",
    "According to these passages, ",
    "In the news, ",
    "So ",
    "Tell me, ",
    "I would like to know: ",
    "Please, ",
    "Quick question: ",
    "Based on the passages, ",
)
