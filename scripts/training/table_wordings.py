"""How questions on one cell of a made-up table are worded. Held-out tables have wordings of their own."""

from __future__ import annotations

import random
import re
from typing import NamedTuple

from scripts.training.table_vocabulary import Measure, is_plural

# {m} the measure, {e} the thing, {of} its preposition, {t} when, {T} the same as a first word, {t0} without preposition
_WITH_THING = (
    "What {was} the {m} {of} {e} {t}?",
    "What {was} the {m} {of} {e} {t}?",
    "What {was} {e's} {m} {t}?",
    "What {was} {e's} {m} {t}?",
    "{T}, what {was} the {m} {of} {e}?",
    "{e} {m} {t0}",
    "{m} {e} {t0}",
    "{m} {of} {e} {t}",
    "{e's} {m} {t}",
    "Give me the {m} {of} {e} {t}.",
    "give me {e's} {m} {t}",
    "Tell me {e's} {m} {t}.",
    "I need the {m} {of} {e} {t}.",
    "Can you tell me what the {m} {of} {e} {was} {t}?",
    "Could you look up {e's} {m} {t}?",
    "the {m} {of} {e} {t}, please",
    "What {was} the {m} {t} {of} {e}?",
    "Find the {m} {of} {e} {t}",
    "what's the {m} {of} {e} {t}",
    "{e}, {m} {t}",
    "Quick question: what {was} the {m} {of} {e} {t}?",
    "Any idea what {e's} {m} {was} {t}?",
    "For {e}, what {was} the {m} {t}?",
    "{m} for {e}, {t0}",
    "What would be the {m} {of} {e} {t}?",
    "I am trying to find the {m} {of} {e} {t}.",
)
_ALONE = (
    "What {was} the {m} {t}?",
    "What {was} {m} {t}?",
    "What {was} the {m} {t}?",
    "{m} {t0}",
    "{m} {t}",
    "{T}, what {was} the {m}?",
    "give me the {m} {t}",
    "Tell me the {m} {t}.",
    "I need the {m} {t}.",
    "Can you tell me the {m} {t}?",
    "{t0} {m}",
    "the {m} {t}, please",
    "what's the {m} {t}",
    "Find the {m} {t}",
    "Any idea what the {m} {was} {t}?",
    "Quick question: what {was} the {m} {t}?",
    "I am trying to find the {m} {t}.",
)
_MONEY = (
    "How much {was} the {m} {of} {e} {t}?",
    "How high {was} the {m} {of} {e} {t}?",
    "How large {was} {e's} {m} {t}?",
)
_MONEY_ALONE = ("How much {was} the {m} {t}?", "How high {was} the {m} {t}?")
_REPORTED = ("What {m} did {e} report {t}?", "What did {e} report as its {m} {t}?", "How much {m} did {e} have {t}?")
_COUNT = ("How many {m} {did} {e} have {t}?",)
_COUNT_AT = ("How many {m} {were} there {of} {e} {t}?",)
_HELD_WITH_THING = (
    "State the {m} {of} {e} {t}.",
    "I would like to know {e's} {m} {t}.",
    "Please look for {e's} {m} {t}.",
    "looking for the {m} {of} {e} {t}",
    "{e}: {m} {t}?",
    "Do you know the {m} {of} {e} {t}?",
    "{t0}, {m}, {e}",
    "According to the table, what {was} the {m} {of} {e} {t}?",
    "Show the {m} {of} {e} {t}",
    "What do we have as the {m} {of} {e} {t}?",
    "What does it say about the {m} {of} {e} {t}?",
    "As to {e}, what {was} the {m} {t}?",
)
_HELD_ALONE = (
    "State the {m} {t}.",
    "Please look for the {m} {t}.",
    "I would like to know the {m} {t}.",
    "{t0}, {m}",
    "{m}, {t0}?",
    "According to the table, what {was} the {m} {t}?",
    "Do you know the {m} {t}?",
    "What does it say about the {m} {t}?",
)
_PERSON = (
    "Who {was} the {m} {of} {e} {t}?",
    "Who {was} {e's} {m} {t}?",
    "{e} {m}",
    "{m} {of} {e}",
    "name of the {m} {of} {e}",
    "Tell me who the {m} {of} {e} {was}.",
)
_HELD_PERSON = ("State the {m} {of} {e}.", "I would like to know who the {m} {of} {e} {was}.", "{e}: {m}?")
_PERSON_ALONE = ("Who {was} the {m}?", "{m}", "name of the {m}", "Who is named as {m}?")
_TERSE = ("{e} {m} {t0}", "{m} {e} {t0}", "{e}, {m} {t0}")


class Asked(NamedTuple):
    """What a question on a cell names: the measure with its noun, the thing ("" for none), when ("" for no time)."""

    measure: Measure
    noun: str
    thing: str
    preposition: str
    time: str
    short_time: str
    past: bool
    asks: tuple[str, ...] = ()


def _templates(asked: Asked, rng: random.Random, held_out: bool) -> tuple[str, ...]:
    measure = asked.measure
    if asked.asks and rng.random() < 0.5:
        return asked.asks
    if not asked.noun:
        return asked.asks or _TERSE
    if measure.sort == "person":
        if not asked.thing:
            return _PERSON_ALONE
        return _HELD_PERSON if held_out else _PERSON
    if held_out:
        return _HELD_WITH_THING if asked.thing else _HELD_ALONE
    if measure.sort == "money" and rng.random() < 0.2:
        return _MONEY if asked.thing else _MONEY_ALONE
    if (
        measure.sort == "money"
        and not is_plural(asked.noun)
        and asked.thing
        and asked.preposition == "of"
        and asked.past
        and rng.random() < 0.15
    ):
        return _REPORTED
    if (
        measure.sort == "count"
        and is_plural(asked.noun)
        and " " not in asked.noun
        and asked.thing
        and rng.random() < 0.3
    ):
        return _COUNT_AT if asked.preposition in {"at", "in"} else _COUNT
    return _WITH_THING if asked.thing else _ALONE


def worded(asked: Asked, rng: random.Random, held_out: bool) -> str | None:
    """A question in some wording; ``None`` where no wording fits."""
    for _ in range(12):
        template = rng.choice(_templates(asked, rng, held_out))
        if (
            "{T}" in template or template == "What {was} {m} {t}?" or "{t0}, " in template or ", {t0}" in template
        ) and not asked.time:
            continue
        if ("{e's}" in template and (not asked.thing[-1:].isalpha() or " in " in asked.thing)) or (
            "{e" in template and not asked.thing
        ):
            continue
        if "{t" not in template and asked.time and template not in _PERSON and "{T}" not in template:
            continue
        return _filled(template, asked)
    return None


def _filled(template: str, asked: Asked) -> str:
    plural = is_plural(asked.noun) if asked.noun else False
    bare = asked.thing
    of_measure = template in asked.asks
    inner = f"{asked.preposition} {bare}" if of_measure and asked.preposition == "in" else bare
    terse = template.startswith(("{e}", "{m}", "{t0}"))
    values = {
        "m": asked.noun,
        "e": inner.removeprefix("the ") if terse and not of_measure else inner,
        "e2": bare,
        "e's": bare + ("'" if bare.endswith("s") else "'s"),
        "of": asked.preposition,
        "t": re.sub("^for ", "in ", asked.time) if of_measure else asked.time,
        "T": asked.time[:1].upper() + asked.time[1:],
        "t0": asked.short_time,
        "was": ("were" if plural else "was") if asked.past else ("are" if plural else "is"),
        "were": "were" if asked.past else "are",
        "was2": "were" if asked.past else "are",
        "did": "did" if asked.past else "does",
    }
    if of_measure:
        values["was"] = "was" if asked.past else "is"
    return tidy(re.sub(r"\{([^}]+)\}", lambda found: values.get(found[1], found[0]), template))


def tidy(text: str) -> str:
    """One space between words, none before a mark; the first letter large where a sentence begins.

    >>> tidy("what was the  revenue ?")
    'What was the revenue?'
    """
    text = re.sub(r"\s+([?.,])", r"\1", re.sub(r"\s+", " ", text)).strip(" ,")
    text = re.sub(r"(?<!\S)([Aa]) (?=[aeiou](?!nit)|EBIT|MA)", r"\1n ", text)
    text = text.replace("the the ", "the ").replace("total total", "total")
    return text[:1].upper() + text[1:] if text.endswith(("?", ".")) else text


def as_typed(text: str, rng: random.Random) -> str:
    """A question as people type it: at times in lower case, without its mark, with a slip of the keys."""
    if rng.random() < 0.18:
        text = text.rstrip("?.")
        if rng.random() < 0.7:
            text = text.lower()
    if rng.random() < 1 / 12:
        text = _slip(text, rng)
    return text


def _slip(text: str, rng: random.Random) -> str:
    words = list(re.finditer(r"\b[a-z]{5,}\b", text))
    if not words:
        return text
    word = rng.choice(words)
    place = rng.randrange(word.start() + 1, word.end() - 1)
    kind = rng.random()
    if kind < 0.5:
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if kind < 0.8:
        return text[:place] + text[place + 1 :]
    return text[:place] + text[place] + text[place:]
