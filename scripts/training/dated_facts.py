"""One thing told at several times, and questions that name one of them, or a time of which nothing is told.

Made for the weights of times in the choice among answers and in the confidence: weather, visitors, prices of tickets,
harvests, births, never shares. Some articles have a day of publication, of some the times are relative to it.
"""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Iterator

from scripts.training import synthetic_names as names
from scripts.training.reading_rows import Asked, Task, hit_of
from scripts.training.synthetic_values import DAYS, MONTHS

#: what is told of two times with {v} at {t} and {w} at {u}; what is told last, in the words of the questions; these
SUBJECTS = (
    ("The upper pond filled after {v} of rain in {t}.", "In {u} the gauge showed {w}.",
     "{x} of rain fell at {p}{d}.",
     ("How much rain fell at {p} {in} {t}?", "how much did it rain in {p} {in} {t}"), "mm", 8, 190),
    ("The museum counted {v} visitors in {t}.", "Then the roof was mended, and {u} brought {w}.",
     "The museum of {p} had {x} visitors{d}.",
     ("How many visitors did the museum of {p} have {in} {t}?", "how many people came to the {p} museum {in} {t}"),
     "", 900, 90000),
    ("Passengers were asked for {v} in {t}.", "After a review, {w} was charged in {u}.",
     "A ticket for the {p} ferry costs {x}{d}.",
     ("What did a ticket for the {p} ferry cost {in} {t}?", "how much was the {p} ferry {in} {t}"), "crowns", 12, 90),
    ("Wards took in {v} people with the flu in {t}, the matron said.", "The count for {u} was {w}.",
     "{p} hospital had {x} flu patients{d}.",
     ("How many flu patients did {p} hospital have {in} {t}?", "How many had the flu at {p} {in} {t}?"), "", 15, 800),
    ("Cows were still inside in {t}, and the tankers took {v}.", "Grass was high in {u}: {w} left the yard.",
     "{p} dairy delivered {x} of milk{d}.",
     ("How much milk did {p} dairy deliver {in} {t}?", "what did {p} dairy deliver {in} {t}"), "litres", 2000, 90000),
    ("Readers went home with {v} in {t}.", "They borrowed {w} in {u}, its keeper says.",
     "The library of {p} lent {x} books{d}.",
     ("How many books did the library of {p} lend {in} {t}?", "how many books were lent {in} {t}"), "", 300, 40000),
    ("There was no wind for {v} in {t}.", "They were idle for {w} in {u} as well.",
     "The turbines above {p} stood still for {x}{d}.",
     ("How long did the turbines above {p} stand still {in} {t}?", "how long were the turbines of {p} idle {in} {t}"),
     "hours", 5, 400),
    ("Ships brought {v} in {t}, its master reports.", "Winter over, it was {w} in {u}.",
     "The harbour of {p} handled {x} of salt{d}.",
     ("How much salt did the harbour of {p} handle {in} {t}?", "What salt went through {p} {in} {t}?"),
     "tonnes", 90, 9000),
    ("Keepers found {v} chicks in {t}.", "In {u}, {w} came out of their eggs.",
     "{x} penguins hatched at {p} zoo{d}.",
     ("How many penguins hatched at {p} zoo {in} {t}?", "how many penguins hatched at {p} {in} {t}"), "", 2, 40),
    ("Drivers found {v} tickets under their wipers in {t}.", "The number fell to {w} in {u}.",
     "Police in {p} wrote {x} parking tickets{d}.",
     ("How many parking tickets were written in {p} {in} {t}?", "How many tickets did {p} police write {in} {t}?"),
     "", 60, 7000),
)  # fmt: skip
BETWEEN = ("", "Nobody had planned for that.", "The mayor would not comment.", "Neighbours were pleased.")
LATEST = ("", " on Sunday", " lately", " yesterday", " over the weekend", " last week")


def dated_tasks(count: int, seed: int) -> list[Task]:
    """So many tasks, each of one article or of two parts of one, with questions on their times."""
    rng = random.Random(f"{seed} dated facts")
    return [_task(number, rng) for number in range(count)]


def _task(number: int, rng: random.Random) -> Task:
    first, then, latest, asked, unit, low, high = rng.choice(SUBJECTS)
    place, (named, by_day) = names.place(rng), _times(rng)
    values: list[str] = []
    while len(values) < 3:
        value = f"{rng.randint(low, high):,}" + (f" {unit}" if unit else "")
        if value not in values:
            values.append(value)
    told = [time if by_day else _said(time, rng) for time in named]
    old = [
        _on(first, by_day).format(v=values[0], t=told[0]),
        rng.choice(BETWEEN),
        _on(then, by_day).format(w=values[1], u=told[1]),
    ]
    lead = f"News from {place}. " if rng.random() < 0.5 else f"{place} keeps books on everything. "
    before = lead + " ".join(sentence for sentence in old if sentence)
    shape = rng.random()
    inside = 0.4 <= shape < 0.6  # the same paragraph: without a time it would be of the time before it
    new = latest.format(x=values[2], p=place, d=rng.choice(LATEST[1:] if inside else LATEST))
    texts = [before, new] if shape < 0.4 else [f"{before} {new}" if inside else f"{before}\n\n{new}"]
    hits = [hit_of(10 * number + i + 5 * 10**6, f"News from {place}", text) for i, text in enumerate(texts)]
    if rng.random() < 0.4:
        day = datetime.date(2024, 1, 1) + datetime.timedelta(rng.randint(0, 600))
        hits = [hit.model_copy(update={"published": day}) for hit in hits]
    return Task(tuple(hits), 0, tuple(_asked(number, asked, place, named, values, by_day, rng)))


def _on(template: str, by_day: bool) -> str:
    """The template with "on" before its time where that is a day."""
    return (
        re.sub(r"\b([Ii])n(?= \{[tu]\})", lambda found: "On" if found[1] == "I" else "on", template)
        if by_day
        else template
    )


def _said(time: str, rng: random.Random) -> str:
    """A month or a year as a text may say it."""
    if time in MONTHS:
        return rng.choice(("", "mid-", "early ", "late ")) + time
    return f"{rng.choice(MONTHS)} {time}" if time.isdigit() and rng.random() < 0.4 else time


def _times(rng: random.Random) -> tuple[list[str], bool]:
    """Three times of one kind, and whether they are days."""
    kind = rng.random()
    if kind < 0.4:
        return rng.sample(MONTHS, 3), False
    if kind < 0.55:
        return [f"{month} {rng.choice((2021, 2022, 2023))}" for month in rng.sample(MONTHS, 3)], False
    if kind < 0.75:
        return [str(year) for year in rng.sample(range(2012, 2025), 3)], False
    if kind < 0.9:
        return rng.sample(DAYS, 3), True
    return [f"{rng.randint(1, 28)} {month}" for month in rng.sample(MONTHS, 3)], True


def _asked(
    number: int,
    wordings: tuple[str, ...],
    place: str,
    named: list[str],
    values: list[str],
    by_day: bool,
    rng: random.Random,
) -> Iterator[Asked]:
    for i, time in enumerate(named):
        question = rng.choice(wordings).replace("{in}", "on" if by_day else "in").format(p=place, t=time)
        gold = (values[i], values[i].split(" ")[0]) if i < 2 else ()
        lowered = question.lower().rstrip("?") if rng.random() < 0.3 else question
        yield Asked(f"dated-{number}-{i}", lowered, tuple(dict.fromkeys(gold)))
