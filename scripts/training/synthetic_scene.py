"""A context as its questions see it: the events told in each passage, and how one asks about them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from scripts.training import synthetic_noise as noise
from scripts.training.contexts import TrainingItem, stands
from scripts.training.synthetic_events import SLOT, Told, say


@dataclass
class Asked:
    """A question and the shape that decides how often it is kept."""

    shape: str
    item: TrainingItem


@dataclass
class Scene:
    """A context as the questions see it."""

    events: list[tuple[int, Told]]
    texts: list[str]
    titles: list[str]
    rng: random.Random

    @property
    def everything(self) -> str:
        return "\n".join(self.texts + self.titles)


def _shown(scene: Scene, told: Told) -> dict[str, str]:
    """What a question calls the slots: companies in full or in short, values as one would say them."""
    full = scene.rng.random() < 0.5
    shown = {slot: value.said or value.answer for slot, value in told.values.items()}
    for slot, firm in told.companies.items():
        shown[slot] = firm.full if full else firm.short
    return shown


def ask(
    scene: Scene, told: Told, wordings: list[str], later: bool = False, other: dict[str, str] | None = None
) -> str | None:
    """One wording whose slots the text states, filled; None when there is none.

    A first question (not a `later` turn) must tell its event from others of the kind by what it names.
    """
    other = other or {}
    siblings = [
        sibling for _, sibling in scene.events if sibling.kind is told.kind and sibling is not told and not later
    ]
    allowed = [
        wording
        for wording in wordings
        if set(SLOT.findall(wording)) - {"v", "co"} - set(other) <= told.stated
        and all(
            any(_names(told, slot) != _names(sibling, slot) for slot in SLOT.findall(wording)) for sibling in siblings
        )
    ]
    if not allowed:
        return None
    question = say(scene.rng.choice(allowed), _shown(scene, told) | other, scene.rng)
    return noise.dress(question, scene.rng) if "?" in question and len(question.split()) > 4 else question


def _names(told: Told, slot: str) -> str:
    """What a slot of a question names, to tell events of one kind apart."""
    if slot in told.companies:
        return told.companies[slot].full
    return told.values[slot].answer if slot in told.values else ""


def answer_words(told: Told, slot: str, text: str) -> list[str]:
    """The words that slot `slot` has in `text`: a company as it is named there, a value's own words."""
    if slot in told.companies:
        firm = told.companies[slot]
        return [firm.full] if stands(firm.full, text) else [firm.short]
    return list(told.values[slot].answers)


def located(scene: Scene, told: Told, slot: str, number: int) -> str:
    return "; ".join(f"[{number}] {words}" for words in answer_words(told, slot, scene.texts[number - 1]))


def given_away(scene: Scene, told: Told, slot: str) -> bool:
    """Whether a slot left out of the sentences can still be read somewhere in the context."""
    if slot in told.companies:
        return told.companies[slot].short in scene.everything
    return any(words in scene.everything for words in told.values[slot].answers)
