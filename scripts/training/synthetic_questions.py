"""The questions on told events: answerable, tempting but unanswerable, yes or no, lists and follow-up turns."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from scripts.training import synthetic_names as names
from scripts.training import synthetic_noise as noise
from scripts.training.contexts import UNANSWERABLE, TrainingItem, stands
from scripts.training.synthetic_events import SLOT, Told, choose, polish, say
from scripts.training.synthetic_slots import make
from scripts.training.synthetic_tables import Table
from scripts.training.synthetic_values import style


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


def questions(
    events: list[list[Told]], texts: list[str], titles: list[str], tables: list[Table | None], rng: random.Random
) -> list[Asked]:
    """Every question these events allow; the caller takes its share of each shape."""
    scene = Scene([(n, told) for n, here in enumerate(events, 1) for told in here], texts, titles, rng)
    asked: list[Asked] = []
    for number, told in scene.events:
        asked += _short(scene, number, told)
        asked += _verdicts(scene, number, told)
        asked += _follows(scene, number, told)
        asked += _tempting(scene, number, told)
    for number, table in enumerate(tables, 1):
        if table is not None:
            asked += _cells(scene, number, table)
    asked += _lists(scene)
    asked += _elsewhere(scene)
    return asked


def _shown(scene: Scene, told: Told) -> dict[str, str]:
    """What a question calls the slots: companies in full or in short, values as one would say them."""
    full = scene.rng.random() < 0.5
    shown = {slot: value.said or value.answer for slot, value in told.values.items()}
    for slot, firm in told.companies.items():
        shown[slot] = firm.full if full else firm.short
    return shown


def _ask(
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


def _answer(scene: Scene, told: Told, slot: str, number: int) -> str:
    return "; ".join(f"[{number}] {words}" for words in answer_words(told, slot, scene.texts[number - 1]))


def _short(scene: Scene, number: int, told: Told) -> list[Asked]:
    asked = []
    for slot, wordings in told.kind.asks:
        if slot not in told.stated:
            continue
        many = slot in told.values and len(told.values[slot].answers) > 1
        question = _ask(scene, told, wordings)
        if question:
            asked.append(Asked("list" if many else "short", TrainingItem(question, _answer(scene, told, slot, number))))
    for slots, wordings in told.kind.pairs:
        question = _ask(scene, told, wordings) if set(slots) <= told.stated else None
        if question:
            answer = "; ".join(_answer(scene, told, slot, number) for slot in slots)
            asked.append(Asked("list", TrainingItem(question, answer)))
    return asked


def _another(told: Told, slot: str, scene: Scene) -> str | None:
    """What a claim about a slot that is to be denied says: another figure, name or clause of the same kind."""
    if slot in told.companies:
        return names.company(scene.rng).full
    value, declared = told.values[slot], told.kind.slots[slot]
    if value.number is not None and value.remake is not None:
        factor = scene.rng.choice((0.5, 0.6, 0.75, 1.3, 1.5, 2.0, 3.0))
        wrong = value.remake(value.number * factor).answer
    elif declared == "clause":
        clauses = [clause for clause in told.kind.clauses[slot] if "{" not in clause]
        wrong = " ".join(choose(scene.rng.choice(clauses), scene.rng).split()) if clauses else value.answer
    elif declared.partition(":")[0] in ("person", "place", "product", "agency", "pick"):
        wrong = make(declared, scene.rng, style(scene.rng), {}).answer
    else:
        return None
    return None if wrong == value.answer else wrong


def _verdicts(scene: Scene, number: int, told: Told) -> list[Asked]:
    asked = []
    for slot, wordings in told.kind.claims:
        if slot not in told.stated:
            continue
        right = scene.rng.random() < 0.5
        words = answer_words(told, slot, scene.texts[number - 1])[0]
        claimed = words if right else _another(told, slot, scene)
        question = claimed and _ask(scene, told, wordings, other={"v": claimed})
        if question:
            verdict = "yes" if right else "no"
            asked.append(Asked("verdict", TrainingItem(question, f"{verdict} [{number}] {words}")))
    return asked


def _follows(scene: Scene, number: int, told: Told) -> list[Asked]:
    """A question, its answer, then an elliptical question on another slot; or on another company."""
    asked = []
    firsts = [ask for ask in told.kind.asks if ask[0] in told.stated]
    for slot, wordings in told.kind.follows:
        before = [ask for ask in firsts if ask[0] != slot]
        if not before:
            continue
        first, first_wordings = scene.rng.choice(before)
        opening = _ask(scene, told, first_wordings)
        question = _ask(scene, told, wordings, later=True)
        if opening and question:
            words = ", ".join(answer_words(told, first, scene.texts[number - 1]))
            answer = _answer(scene, told, slot, number) if slot in told.stated else UNANSWERABLE
            if answer == UNANSWERABLE and (scene.rng.random() < 0.6 or _given_away(scene, told, slot)):
                continue
            asked.append(Asked("follow", TrainingItem(question, answer, ((opening, words),))))
    for other_number, other in scene.events:
        if other is told or other.kind is not told.kind or other.co == told.co or "series" in told.kind.flags:
            continue
        for slot, wordings in told.kind.asks:
            asks_co = [w for w in wordings if SLOT.findall(w) == ["co"]]
            if slot in told.stated & other.stated and slot != "co" and asks_co:
                opening = _ask(scene, told, asks_co)
                if opening:
                    turn = (opening, ", ".join(answer_words(told, slot, scene.texts[number - 1])))
                    name = scene.rng.choice((other.co.full, other.co.short))
                    question = scene.rng.choice(("What about {}?", "And {}?", "And for {}?", "How about {}?")).format(
                        name
                    )
                    answer = _answer(scene, other, slot, other_number)
                    asked.append(Asked("follow", TrainingItem(question, answer, (turn,))))
    return asked


def _given_away(scene: Scene, told: Told, slot: str) -> bool:
    """Whether a slot left out of the sentences can still be read somewhere in the context."""
    if slot in told.companies:
        return told.companies[slot].short in scene.everything
    return any(words in scene.everything for words in told.values[slot].answers)


def _tempting(scene: Scene, number: int, told: Told) -> list[Asked]:
    """Questions whose answer is not there: never stated, of another kind, another year, another company."""
    asked = []
    for slot, wordings in told.kind.asks:
        if slot not in told.stated and slot != "co" and not _given_away(scene, told, slot):
            asked.append(_ask(scene, told, wordings))
    if told.kind.traps:
        for trap in scene.rng.sample(told.kind.traps, min(2, len(told.kind.traps))):
            asked.append(_ask(scene, told, [trap]))
    stranger = names.company(scene.rng)
    absent = stranger.short.lower() not in scene.everything.lower()
    sameness = [other.co for _, other in scene.events if other.kind is told.kind]
    neighbours = [
        other.co for _, other in scene.events if other.co not in sameness and other.co not in told.companies.values()
    ]
    for slot, wordings in scene.rng.sample(told.kind.asks, min(3, len(told.kind.asks))):
        named = [w for w in wordings if "{co}" in w and slot in told.stated]
        if named and absent and scene.rng.random() < 0.6:
            asked.append(_ask(scene, told, named, other={"co": scene.rng.choice((stranger.full, stranger.short))}))
        if named and neighbours and slot != "co" and scene.rng.random() < 0.6:
            firm = scene.rng.choice(neighbours)
            asked.append(_ask(scene, told, named, other={"co": scene.rng.choice((firm.full, firm.short))}))
        dated = [w for w in wordings if {"per", "year"} & set(SLOT.findall(w))]
        if dated and slot in told.stated:
            asked.append(_ask(scene, told, dated, other=_moved(scene, told)))
    if scene.rng.random() < 0.15:
        asked.append(noise.off_topic(scene.rng))
    return [Asked("unanswerable", TrainingItem(question, UNANSWERABLE)) for question in asked if question]


def _moved(scene: Scene, told: Told) -> dict[str, str]:
    """The period slots of an event moved to a year no passage names."""
    moved: dict[str, str] = {}
    for slot in ("per", "year", "before"):
        if slot in told.values:
            year = re.search(r"\d{4}", told.values[slot].answer)
            assert year is not None
            free = [y for y in range(int(year[0]) - 6, int(year[0]) + 7) if str(y) not in scene.everything]
            moved[slot] = told.values[slot].answer.replace(year[0], str(scene.rng.choice(free)))
    return moved


def _cells(scene: Scene, number: int, table: Table) -> list[Asked]:
    asked = []
    for shape, question, words in table.asks:
        answer = "; ".join(f"[{number}] {cell}" for cell in words) or UNANSWERABLE
        asked.append(Asked(shape, TrainingItem(noise.dress(polish(question), scene.rng), answer)))
    return asked


def _lists(scene: Scene) -> list[Asked]:
    """Which companies did so: one item a company, in the order of the passages."""
    asked = []
    for kind in {told.kind.name: told.kind for _, told in scene.events}.values():
        tellers = [(number, told) for number, told in scene.events if told.kind is kind]
        if kind.which and len({told.co.full for _, told in tellers}) == len(tellers) >= 2:
            slot = "who" if kind.name == "appointment" else "co"
            question = noise.dress(scene.rng.choice(kind.which), scene.rng)
            answer = "; ".join(_answer(scene, told, slot, number) for number, told in tellers)
            asked.append(Asked("list", TrainingItem(question, answer)))
    return asked


def _elsewhere(scene: Scene) -> list[Asked]:
    """General questions about a company that its passage leaves open."""
    asked = []
    for _, told in scene.events:
        for question, gives in noise.general(scene.rng, 2):
            here = " ".join(text.lower() for text in scene.texts)
            if not any(word in here for word in gives):
                filled = say(question, {"co": scene.rng.choice((told.co.full, told.co.short))}, scene.rng)
                asked.append(Asked("unanswerable", TrainingItem(noise.dress(filled, scene.rng), UNANSWERABLE)))
    return asked
