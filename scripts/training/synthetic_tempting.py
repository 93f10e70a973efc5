"""Questions that a context tempts to answer and does not: they teach when to abstain.

What is asked for was left out, belongs to another company or year, is of a kind the event never states, or is
said of nobody at all.
"""

from __future__ import annotations

import re

from scripts.training import synthetic_names as names
from scripts.training import synthetic_noise as noise
from scripts.training.contexts import UNANSWERABLE, TrainingItem
from scripts.training.synthetic_events import SLOT, Kind, Told, say
from scripts.training.synthetic_scene import Asked, Scene, ask, given_away

#: words of one subject: a question that holds one is left out where another event of the company holds one too
SUBJECTS = (
    ("dividend", "payout", "a share", "per share"),
    ("revenue", "sales", "turnover", "sold", "sell"),
    ("profit", "earn"),
    ("hire", "recruit", "posts", "jobs", "employ", "staff", "people", "workers", "workforce"),
    ("debt", "borrow", "owe", "bonds", "notes"),
    ("shares", "stock", "shareholder", "stake", "holding"),
    ("plant", "factory", "site", "works"),
    ("price", "cost", "pay"),
    ("customer", "client"),
    ("fine", "penalty", "punish"),
    ("lawyer", "court", "judge"),
    ("bank", "advis"),
    ("patent", "licence"),
)


def tempting(scene: Scene, told: Told) -> list[Asked]:
    """The unanswerable questions that an event suggests."""
    found = [*_left_out(scene, told), *_traps(scene, told), *_others(scene, told), *_other_years(scene, told)]
    if scene.rng.random() < 0.15:
        found.append(noise.off_topic(scene.rng))
    return [Asked("unanswerable", TrainingItem(question, UNANSWERABLE)) for question in found if question]


def _left_out(scene: Scene, told: Told) -> list[str | None]:
    """On what the event holds but its sentences do not state."""
    return [
        ask(scene, told, wordings)
        for slot, wordings in told.kind.asks
        if slot not in told.stated and slot != "co" and not given_away(scene, told, slot)
    ]


def _traps(scene: Scene, told: Told) -> list[str | None]:
    """On what events of the kind never state, where no other event of the company may."""
    chosen = scene.rng.sample(told.kind.traps, min(3, len(told.kind.traps)))
    elsewhere_told = _told_elsewhere(scene, told, told.co)
    return [ask(scene, told, [trap]) for trap in chosen if not _same_subject(trap, elsewhere_told)]


def _others(scene: Scene, told: Told) -> list[str | None]:
    """On companies that no passage names, or that others name for other things."""
    found: list[str | None] = []
    stranger = names.company(scene.rng)
    absent = stranger.short.lower() not in scene.everything.lower()
    neighbours = _neighbours(scene, told)
    for slot, wordings in scene.rng.sample(told.kind.asks, min(3, len(told.kind.asks))):
        named = [wording for wording in wordings if "{co}" in wording and slot in told.stated and slot != "co"]
        if named and absent and scene.rng.random() < 0.6:
            found.append(ask(scene, told, named, other={"co": _called(scene, stranger)}))
        if named and neighbours and scene.rng.random() < 0.6:
            firm = scene.rng.choice(neighbours)
            unclear = _told_elsewhere(scene, told, firm)
            found.append(
                ask(
                    scene,
                    told,
                    [wording for wording in named if not _same_subject(wording, unclear)],
                    other={"co": _called(scene, firm)},
                )
            )
    return found


def _neighbours(scene: Scene, told: Told) -> list[names.Company]:
    """Companies of the context without an event of this kind or of its topic."""
    near = [
        other.co for _, other in scene.events if other.kind is told.kind or _topics(other.kind) & _topics(told.kind)
    ]
    return [other.co for _, other in scene.events if other.co not in near and other.co not in told.companies.values()]


def _topics(kind: Kind) -> set[str]:
    return {flag for flag in kind.flags if flag.startswith("topic=")}


def _other_years(scene: Scene, told: Told) -> list[str | None]:
    """On the same thing in a year that no passage names."""
    found: list[str | None] = []
    for slot, wordings in scene.rng.sample(told.kind.asks, min(3, len(told.kind.asks))):
        dated = [wording for wording in wordings if {"per", "year"} & set(SLOT.findall(wording))]
        if dated and slot in told.stated:
            found.append(ask(scene, told, dated, other=_moved(scene, told)))
    return found


def _moved(scene: Scene, told: Told) -> dict[str, str]:
    """The period slots of an event moved to a year that no passage names."""
    moved: dict[str, str] = {}
    for slot in ("per", "year", "before"):
        year = re.search(r"\d{4}", told.values[slot].answer) if slot in told.values else None
        if year is not None:
            free = [y for y in range(int(year[0]) - 6, int(year[0]) + 7) if str(y) not in scene.everything]
            moved[slot] = told.values[slot].answer.replace(year[0], str(scene.rng.choice(free)))
    return moved


def _called(scene: Scene, firm: names.Company) -> str:
    return scene.rng.choice((firm.full, firm.short))


def _told_elsewhere(scene: Scene, told: Told, firm: names.Company) -> str:
    """What other events, and tables, tell of a company."""
    others = [other for _, other in scene.events if other is not told and other.co == firm]
    tables = [text for text in scene.texts if "; " in text.partition("\n")[0]]
    return " ".join([*(sentence for other in others for sentence in other.sentences), *tables]).lower()


def _same_subject(question: str, text: str) -> bool:
    """Whether a text may speak of what a question asks for."""
    low = question.lower()
    return any(any(word in low for word in words) and any(word in text for word in words) for words in SUBJECTS)


def elsewhere(scene: Scene) -> list[Asked]:
    """General questions about a company that its passage leaves open."""
    asked = []
    for _, told in scene.events:
        for question, gives in noise.general(scene.rng, 2):
            here = " ".join(text.lower() for text in scene.texts)
            if not any(word in here for word in gives):
                filled = noise.dress(say(question, {"co": _called(scene, told.co)}, scene.rng), scene.rng)
                asked.append(Asked("unanswerable", TrainingItem(filled, UNANSWERABLE)))
    return asked
