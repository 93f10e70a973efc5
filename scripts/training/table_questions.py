"""Questions on the cells of a made-up table: those it answers with one cell, and those it does not answer."""

from __future__ import annotations

import random
from typing import NamedTuple

from scripts.training.table_drafts import Draft, Fact, Key
from scripts.training.table_names import Name, Namer, tokens
from scripts.training.table_periods import Period, terse
from scripts.training.table_vocabulary import Measure, is_plural
from scripts.training.table_wordings import Asked, tidy, worded

_VARIANTS = {
    "change": ("change in {m}", "percentage change in {m}", "growth of {m} in percent"),
    "share": ("share of total {m}", "percentage of total {m}", "share in {m}"),
    "budget": ("budgeted {m}", "planned {m}", "budget"),
    "actual": ("actual {m}",),
    "difference": ("difference between planned and actual {m}", "deviation from the plan"),
    "restated": ("restated {m}",),
    "reported": ("originally reported {m}", "first published {m}"),
    "method": ("test method for {m}", "standard used for {m}"),
}
STOP = frozenset(("of", "and", "the", "in", "per", "for", "a", "an", "to", "on", "at", "by", "number"))


class MadeQuestion(NamedTuple):
    """A question and the cells (row, column) that answer it; ``kind`` is told in `made_tables`."""

    text: str
    kind: str
    cells: tuple[tuple[int, int], ...]


class Asker:
    """Asks about one table. ``title_names`` is whether title, heading or caption name the company."""

    def __init__(self, draft: Draft, facts: list[Fact], rng: random.Random, held_out: bool, seen: str) -> None:
        self.draft, self.facts, self.rng, self.held_out = draft, facts, rng, held_out
        self.seen = seen  # all that can be read: title, heading, prose, caption, notes, cells
        self.namer = Namer(rng, held_out)
        self.measures = list({f.key.measure.name: f.key.measure for f in facts if f.key.measure}.values())
        self.things = list({f.key.thing.label: f.key.thing for f in facts if f.key.thing}.values())
        self.groups = list({f.key.group.label: f.key.group for f in facts if f.key.group}.values())
        self.periods = list({f.key.period: None for f in facts if f.key.period})
        self.company = draft.company if draft.company and draft.company.others[0] in seen else None

    # The words for each coordinate

    def noun(self, measure: Measure) -> str:
        """A word for a measure that means no other one of the table; "" where there is none."""
        printed = {
            m.name: tokens(self.draft.labels.get(m.name, m.labels[0])) for m in self.measures if m.name != measure.name
        }
        others = {tokens(word) for m in self.measures if m.name != measure.name for word in m.words}
        own = tokens(self.draft.labels.get(measure.name, ""))
        words = list(measure.words)
        self.rng.shuffle(words)
        for word in words:
            has = tokens(word)
            if has in others or (has != own and any(has <= label for label in printed.values())):
                continue
            return word
        return ""

    def thing_words(self, name: Name, known: list[Name]) -> str:
        """A thing's name, or a shorter one that means no other thing of the table."""
        words = [name.label, *name.others] if self.rng.random() < 0.6 else [name.label]
        if name.others == (name.label.lower(),) and self.rng.random() < 0.9:
            words = [name.label.lower()]  # a plain noun: "wheat"
        self.rng.shuffle(words)
        for word in words:
            has = tokens(word) - STOP
            if word in {name.label, name.label.lower()} or not any(
                has <= tokens(other.label) for other in known if other != name
            ):
                return word
        return name.label

    def time_words(self, period: Period) -> str:
        """When, as a question says it."""
        years = {other.year for other in self.periods}
        with_year = len(years) > 1 or self.rng.random() < 0.6 or not period.part
        return self.draft.calendar.asked(period, self.rng, with_year, self.held_out)

    def must_say(self, period: Period) -> bool:
        """Whether a question has to say when: the table has other periods, or not this one."""
        return len(self.periods) > 1 or period not in self.periods

    # Questions on one coordinate each

    def text(self, key: Key) -> str | None:
        """A question for the fact with these coordinates, which need not stand in the table."""
        measure = key.measure
        if measure is None:
            return None
        noun, thing, asks = self.noun(measure), "", measure.asks if measure.held_out or not self.held_out else ()
        preposition = self.draft.subject.preposition
        if key.total and (not noun or key.variant == "share"):
            return None
        if key.total and self.company is not None and self.rng.random() < 0.4:
            thing, preposition, asks = self.thing_words(self.company, []), "of", ()
        elif key.total:
            noun, asks = f"total {noun}", ()
        elif key.thing is not None:
            if len(self.things) > 1 or key.thing not in self.things or self.rng.random() < 0.5:
                thing = self.thing_words(key.thing, self.things)
        elif self.company is not None and self.rng.random() < 0.5:
            thing, preposition = self.thing_words(self.company, []), "of"
        if (
            thing
            and key.thing in self.things
            and self.company
            and self.draft.subject.kind == "segment"
            and self.rng.random() < 0.15
        ):
            thing = f"{self.company.others[0]}'s {thing.removeprefix('the ')}"
        if self.draft.asks and thing and key.group:
            found = self.rng.choice(self.draft.asks).replace("{e}", thing).replace("{g}", self._train(key.group))
            return tidy(found)
        if key.group is not None and thing:
            thing = f"{thing} in {self.thing_words(key.group, self.groups)}"
        if key.group is not None and not thing:
            thing, preposition = self.thing_words(key.group, self.groups), "in"
        if key.variant:
            if not noun:
                return None
            noun, asks = self.rng.choice(_VARIANTS[key.variant]).format(m=noun), ()
        time = ""
        past = key.period is not None and not measure.still
        if key.period is not None and past and (self.must_say(key.period) or self.rng.random() < 0.5):
            time = self.time_words(key.period)
        asks = tuple(ask for ask in asks if ("{t}" in ask or not time) and ("{e" not in ask or thing))
        return worded(Asked(measure, noun, thing, preposition, time, terse(time), past, asks), self.rng, self.held_out)

    def _train(self, name: Name) -> str:
        return name.label.lower() if name.label.startswith(("Train", "Bus")) and self.rng.random() < 0.3 else name.label

    def lookup(self, fact: Fact) -> MadeQuestion | None:
        """A question that one cell answers; of a cell without a figure, one the table does not answer."""
        if fact.key.total and fact.cell.missing:
            return None
        alike = [other for other in self.facts if other.key == fact.key]
        text = self.text(fact.key) if len(alike) == 1 else None
        if text is None or (not fact.cell.text and not fact.cell.missing):
            return None
        return MadeQuestion(text, "unanswerable:missing" if fact.cell.missing else "lookup", (fact.place,))

    def reverse(self, fact: Fact) -> MadeQuestion | None:
        """A question for the name by the value: "Which firm is based in Dunmere?"."""
        measure, thing = fact.key.measure, fact.key.thing
        if measure is not None and len(self.periods) > 2 and measure.numeric and fact.cell.number is not None:
            return self._year_of(fact, measure)
        if (
            measure is None
            or thing is None
            or not fact.cell.text
            or fact.cell.missing
            or fact.key.variant
            or len(self.things) < 2
        ):
            return None
        same = [
            other
            for other in self.facts
            if other.cell.text.lower() == fact.cell.text.lower() and other.key.measure == measure
        ]
        if len(same) > 1 or (fact.key.period and len(self.periods) > 1):
            return None
        templates = list(measure.reverses)
        if not templates and measure.numeric and self.noun(measure):
            templates = (
                ["Which {n} has a {m} of {v}?", "{m} of {v}: which {n}?"]
                if not self.held_out
                else ["Name the {n} with a {m} of {v}."]
            )
            if is_plural(self.noun(measure)):
                return None
        if not templates:
            return None
        where = fact.row_label if any(h.key.thing == thing for h in self.draft.rows) else fact.column_label
        values = {"n": self.rng.choice(self.draft.subject.nouns), "v": fact.cell.text, "m": self.noun(measure)}
        if measure.sort == "pick":
            values["v"] = (
                fact.cell.text.lower() if measure.name != "Position" or self.rng.random() < 0.5 else fact.cell.text
            )
        return MadeQuestion(tidy(self.rng.choice(templates).format(**values)), "reverse", (where,))

    def _year_of(self, fact: Fact, measure: Measure) -> MadeQuestion | None:
        """A question for the year or month by the value; the label of the row or column answers."""
        period, noun = fact.key.period, self.noun(measure)
        alike = [f for f in self.facts if f.key._replace(period=period) == fact.key and f.cell.text == fact.cell.text]
        if (
            period is None
            or len(alike) != 1
            or not noun
            or fact.key.variant
            or (fact.key.thing is None and len(self.things) > 1)
        ):
            return None
        part = (
            "quarter"
            if period.part[:1] == "Q"
            else "half"
            if period.part[:1] == "H"
            else "month"
            if period.part
            else "year"
        )
        if len({f.key.period.part[:1] in "QH9" and f.key.period.part[:1] for f in self.facts if f.key.period}) > 1:
            return None
        deep = any(len(head.path) > 1 for head in (*self.draft.rows, *self.draft.columns) if head.key.period)
        if deep:
            return None
        thing = self.thing_words(fact.key.thing, self.things) if fact.key.thing else ""
        of = f"{self.draft.subject.preposition} {thing}" if thing else ""
        if fact.key.group:
            of = f"{of} in {fact.key.group.label}"
        plain = (
            "In which {p} {was} the {m} {of} {v}?",
            "In what {p} did the {m} {of} come to {v}?",
            "{p} with {m} {of} of {v}",
        )
        templates = ("When {was} the {m} {of} {v}?",) if self.held_out else plain
        words = {"p": part, "m": noun, "of": of, "v": fact.cell.text, "was": "were" if is_plural(noun) else "was"}
        where = fact.row_label if any(head.key.period for head in self.draft.rows) else fact.column_label
        return MadeQuestion(tidy(self.rng.choice(templates).format(**words)), "reverse", (where,))
