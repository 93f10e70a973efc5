"""The questions on told events: figures, names, dates and reasons, yes or no, lists and follow-up turns."""

from __future__ import annotations

import random

from scripts.training import synthetic_names as names
from scripts.training import synthetic_noise as noise
from scripts.training.contexts import UNANSWERABLE, TrainingItem
from scripts.training.synthetic_events import SLOT, Told, choose, polish
from scripts.training.synthetic_scene import Asked, Scene, answer_words, ask, given_away, located
from scripts.training.synthetic_slots import make
from scripts.training.synthetic_tables import Table
from scripts.training.synthetic_tempting import elsewhere, tempting
from scripts.training.synthetic_values import style


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
        asked += tempting(scene, told)
    for number, table in enumerate(tables, 1):
        if table is not None:
            asked += _cells(scene, number, table)
    asked += _lists(scene)
    asked += elsewhere(scene)
    return asked


def _short(scene: Scene, number: int, told: Told) -> list[Asked]:
    asked = []
    for slot, wordings in told.kind.asks:
        if slot not in told.stated:
            continue
        many = slot in told.values and len(told.values[slot].answers) > 1
        question = ask(scene, told, wordings)
        if question:
            asked.append(Asked("list" if many else "short", TrainingItem(question, located(scene, told, slot, number))))
    for slots, wordings in told.kind.pairs:
        question = ask(scene, told, wordings) if set(slots) <= told.stated else None
        if question:
            answer = "; ".join(located(scene, told, slot, number) for slot in slots)
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
        question = claimed and ask(scene, told, wordings, other={"v": claimed})
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
        opening = ask(scene, told, first_wordings)
        question = ask(scene, told, wordings, later=True)
        if opening and question:
            words = ", ".join(answer_words(told, first, scene.texts[number - 1]))
            answer = located(scene, told, slot, number) if slot in told.stated else UNANSWERABLE
            if answer == UNANSWERABLE and (scene.rng.random() < 0.6 or given_away(scene, told, slot)):
                continue
            asked.append(Asked("follow", TrainingItem(question, answer, ((opening, words),))))
    for other_number, other in scene.events:
        if other is told or other.kind is not told.kind or other.co == told.co or "series" in told.kind.flags:
            continue
        for slot, wordings in told.kind.asks:
            asks_co = [w for w in wordings if SLOT.findall(w) == ["co"]]
            if slot in told.stated & other.stated and slot != "co" and asks_co:
                opening = ask(scene, told, asks_co)
                if opening:
                    turn = (opening, ", ".join(answer_words(told, slot, scene.texts[number - 1])))
                    name = scene.rng.choice((other.co.full, other.co.short))
                    question = scene.rng.choice(("What about {}?", "And {}?", "And for {}?", "How about {}?")).format(
                        name
                    )
                    answer = located(scene, other, slot, other_number)
                    asked.append(Asked("follow", TrainingItem(question, answer, (turn,))))
    return asked


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
            answer = "; ".join(located(scene, told, slot, number) for number, told in tellers)
            asked.append(Asked("list", TrainingItem(question, answer)))
    return asked
