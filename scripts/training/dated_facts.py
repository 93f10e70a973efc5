"""One thing told at several times, and questions that name one of them, or a time of which nothing is told.

Made for the weights of times in the choice among answers and in the confidence: weather, visitors, prices of tickets,
harvests, births, never shares. Some articles have a day of publication, of some the times are relative to it.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator

from scripts.training import synthetic_names as names
from scripts.training.reading_rows import Asked, Task, hit_of
from scripts.training.synthetic_values import DAYS, MONTHS

#: what is told with {v} at {t}, how it goes on with {w} at {u}, and what is asked of {t}
SUBJECTS = (
    ("At {p}, {v} of rain fell in {t}, enough to fill the lower pond.", "In {u} the gauge showed {w}.",
     ("How much rain fell at {p} {in} {t}?", "how much did it rain in {p} {in} {t}"),
     "mm", 8, 190),
    ("The museum of {p} counted {v} visitors in {t}.", "Then the roof was mended, and {u} brought {w}.",
     ("How many visitors did the museum of {p} have {in} {t}?", "How many people came to the museum {in} {t}?"),
     "", 900, 90000),
    ("A ticket for the {p} ferry was {v} in {t}.", "After a review, {w} was asked in {u}.",
     ("What did a ticket for the {p} ferry cost {in} {t}?", "how much was the {p} ferry {in} {t}"),
     "crowns", 12, 90),
    ("Wards at {p} hospital took in {v} patients with the flu in {t}, the matron said.", "The count for {u} was {w}.",
     ("How many flu patients did {p} hospital take in {in} {t}?", "How many had the flu {in} {t}?"),
     "", 15, 800),
    ("{p} dairy delivered {v} of milk in {t}.", "Cows were out on the meadows again in {u}, and it delivered {w}.",
     ("How much milk did {p} dairy deliver {in} {t}?", "What did {p} dairy deliver {in} {t}?"),
     "litres", 2000, 90000),
    ("The library of {p} lent {v} books in {t}.", "Readers borrowed {w} in {u}, its keeper says.",
     ("How many books did the library of {p} lend {in} {t}?", "how many books were lent {in} {t}"),
     "", 300, 40000),
    ("Wind turbines above {p} stood still for {v} in {t}.", "They were idle for {w} in {u} as well.",
     ("How long did the turbines above {p} stand still {in} {t}?",
      "For how long were the turbines idle {in} {t}?"),
     "hours", 5, 400),
    ("The harbour of {p} handled {v} of salt in {t}, its master reports.", "Winter over, it was {w} in {u}.",
     ("How much salt did the harbour of {p} handle {in} {t}?", "What salt went through {p} {in} {t}?"),
     "tonnes", 90, 9000),
    ("At {p} zoo {v} penguins hatched in {t}.", "In {u}, {w} came out of their eggs.",
     ("How many penguins hatched at {p} zoo {in} {t}?", "how many penguins were hatched {in} {t}"),
     "", 2, 40),
    ("Police in {p} wrote {v} parking tickets in {t}.", "The number fell to {w} in {u}.",
     ("How many parking tickets were written in {p} {in} {t}?", "How many tickets did police write {in} {t}?"),
     "", 60, 7000),
)  # fmt: skip
BETWEEN = ("", "Nobody had planned for that.", "The mayor would not comment.", "Neighbours were pleased.")
LAST = ("", "Most recently it was {x}.", "The latest figure is {x}.", "Lately it has been {x}.")


def dated_tasks(count: int, seed: int) -> list[Task]:
    """So many tasks, each with one or two articles and questions on their times."""
    rng = random.Random(f"{seed} dated facts")
    return [_task(number, rng) for number in range(count)]


def _task(number: int, rng: random.Random) -> Task:
    first, then, asked, unit, low, high = rng.choice(SUBJECTS)
    place, used = names.place(rng), _times(rng)
    values: list[str] = []
    while len(values) < 3:
        value = f"{rng.randint(low, high):,}" + (f" {unit}" if unit else "")
        if value not in values:
            values.append(value)
    (told, other, absent), by_day = used
    shape = first.replace("in {t}", "on {t}") if by_day else first
    going_on = then.replace("in {u}", "on {u}").replace("In {u}", "On {u}") if by_day else then
    sentences = [
        shape.format(p=place, v=values[0], t=told),
        rng.choice(BETWEEN),
        going_on.format(w=values[1], u=other),
        rng.choice(LAST).format(x=values[2]),
    ]
    text = (" " if rng.random() < 0.6 else "\n").join(sentence for sentence in sentences if sentence)
    hits = [hit_of(10 * number + 5 * 10**6, f"News from {place}", text)]
    if rng.random() < 0.4:
        day = datetime.date(2024, 1, 1) + datetime.timedelta(rng.randint(0, 600))
        hits = [hit.model_copy(update={"published": day}) for hit in hits]
    return Task(tuple(hits), 0, tuple(_asked(number, asked, place, [told, other, absent], values, by_day, rng)))


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
