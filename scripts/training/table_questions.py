"""Questions on the cells of a made-up table: those it answers with one cell, and those it does not answer."""

from __future__ import annotations

import random
from typing import NamedTuple

from scripts.training.table_drafts import Draft, Fact, Key
from scripts.training.table_names import Name, Namer, tokens
from scripts.training.table_periods import Period, terse
from scripts.training.table_vocabulary import Measure, is_plural, subjects
from scripts.training.table_wordings import Asked, tidy, worded

_VARIANTS = {
    "change": ("change in {m}", "percentage change in {m}", "growth of {m} in percent"),
    "share": ("share of total {m}", "percentage of total {m}", "share in {m}"),
    "budget": ("budgeted {m}", "planned {m}", "budget"),
    "actual": ("actual {m}",),
    "difference": ("difference between planned and actual {m}", "deviation from the plan"),
    "restated": ("restated {m}",),
    "reported": ("originally reported {m}", "{m} as first reported"),
    "method": ("test method for {m}", "standard used for {m}"),
}
_ELSEWHERE = ("budgeted", "forecast", "planned", "targeted")
# Regions that others lie in: asked for what is not there, they would ask for a sum.
CONTAINING = frozenset(
    "Europe; Asia; North America; Latin America; Africa; Southeast Asia; Eastern Europe; Iberia; Scandinavia".split(
        "; "
    )
)
STOP = frozenset("of and the in per for a an to on at by number".split())


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

    # Questions on one coordinate each

    def text(self, key: Key) -> str | None:
        """A question for the fact with these coordinates, which need not stand in the table."""
        measure = key.measure
        if measure is None:
            return None
        noun, thing, asks = self.noun(measure), "", measure.asks if measure.held_out or not self.held_out else ()
        preposition = self.draft.subject.preposition
        if key.total and not noun:
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
        if key.period is not None and not measure.still:
            if len(self.periods) > 1 or key.period not in self.periods or self.rng.random() < 0.5:
                time = self.time_words(key.period)
        past = key.period is not None and not measure.still
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

    # Questions the table does not answer

    def unanswerable(self) -> MadeQuestion | None:
        """A near miss, or a question about something else."""
        facts = [f for f in self.facts if not f.key.total and f.key.variant in {"", "budget", "actual"}]
        if not facts:
            return None
        key = self.rng.choice(facts).key
        kinds = (
            self._other_year,
            self._other_thing,
            self._other_measure,
            self._other_company,
            self._other_variant,
            self._other_subject,
        )
        found = self.rng.choices(kinds, (4, 4, 4, 2, 1, 1))[0](key)
        return found

    def _side(self, name: str) -> str:
        """Whether rows or columns give a coordinate."""
        return "row" if any(getattr(head.key, name) for head in self.draft.rows) else "column"

    def _made(self, key: Key, kind: str) -> MadeQuestion | None:
        text = self.text(key)
        return MadeQuestion(text, f"unanswerable:{kind}", ()) if text else None

    def _other_year(self, key: Key) -> MadeQuestion | None:
        if key.period is None or key.measure is None or key.measure.still:
            return None
        years = sorted({period.year for period in self.periods})
        if key.period.part and self.rng.random() < 0.4:
            parts = {"Q": ("Q1", "Q2", "Q3", "Q4"), "H": ("H1", "H2")}.get(key.period.part[0], ())
            absent = [
                Period(key.period.year, part) for part in parts if Period(key.period.year, part) not in self.periods
            ]
            if not absent:
                return None
            return self._made(key._replace(period=self.rng.choice(absent)), self._side("period"))
        year = self.rng.choice(
            (years[0] - 1, years[-1] + 1, years[0] - self.rng.randint(2, 6), years[-1] + self.rng.randint(1, 2))
        )
        short = f"{year % 100:02}"
        if str(year) in self.seen or f"/{short}" in self.seen or f"FY{short}" in self.seen:
            return None
        text = self.text(key._replace(period=Period(year, key.period.part)))
        if text is None or (str(year) not in text and f"FY{short}" not in text and f"/{short}" not in text):
            return None
        return MadeQuestion(text, "unanswerable:year", ())

    def _other_thing(self, key: Key) -> MadeQuestion | None:
        use_group = key.group is not None and self.rng.random() < 0.5
        if key.thing is None:
            return None
        kind = "region" if use_group else self.draft.subject.kind if not self.draft.asks else "station"
        if use_group and self.draft.asks:
            kind = "train"
        known = self.groups if use_group else self.things
        name = (
            self._like(known) if kind in {"district", "station"} and self.rng.random() < 0.4 else self.namer.one(kind)
        )
        every = [tokens(word) - STOP for other in known for word in (other.label, *other.others)]
        if any(
            tokens(word) - STOP <= has or has <= tokens(word) - STOP
            for word in (name.label, *name.others)
            for has in every
        ):
            if not (
                name.label.split()[0] in {"North", "South", "East", "West", "Upper", "Lower"}
                and name.label.lower() not in self.seen.lower()
            ):
                return None
        if name.label.lower() in self.seen.lower() or name.label in CONTAINING:
            return None
        if use_group:
            return self._made(key._replace(group=name), self._side("group"))
        return self._made(key._replace(thing=name), self._side("thing"))

    def _like(self, known: list[Name]) -> Name:
        words = self.rng.choice(known).label.split()
        bare = (
            " ".join(words[1:]) if words[0] in {"North", "South", "East", "West", "Upper", "Lower"} else " ".join(words)
        )
        return Name(f"{self.rng.choice(('North', 'South', 'East', 'West', 'Upper', 'Lower'))} {bare}")

    def _other_measure(self, key: Key) -> MadeQuestion | None:
        subject = self.draft.subject
        absent = [m for m in subject.usable(self.held_out) if m.name not in {p.name for p in self.measures}]
        absent = [m for m in absent if "derived" not in m.flags and "total" not in m.flags]
        if key.period is not None and len(self.periods) > 1:
            absent = [m for m in absent if not m.still]
        if not absent:
            return None
        return self._without_measure(key, self.rng.choice(absent), set())

    def _without_measure(self, key: Key, measure: Measure, stop: set[str]) -> MadeQuestion | None:
        words = [tokens(word) for word in (*measure.words, *measure.labels)]
        labels = [tokens(word) for m in self.measures for word in (*m.words, *m.labels)]
        if any(has <= label or label == has for has in words for label in labels if has):
            return None
        if any(has <= tokens(self.draft.caption) for has in words if has):
            return None
        return self._made(key._replace(measure=measure), self._side("measure"))

    def _other_company(self, key: Key) -> MadeQuestion | None:
        if self.company is None or key.measure is None:
            return None
        other = self.namer.company()
        if other.others[0] in self.seen:
            return None
        own, self.company = self.company, None
        try:
            noun = self.noun(key.measure)
            if not noun:
                return None
            short = self.rng.choice((other.others[0], other.label))
            thing = short
            if key.thing is not None:
                thing = f"{short}'s {key.thing.label}"
            if key.group is not None:
                thing = f"{thing} in {key.group.label}"
            time = self.time_words(key.period) if key.period and not key.measure.still else ""
            asks = key.measure.asks if self.draft.subject.preposition == "of" and not self.held_out else ()
            asks = tuple(ask for ask in asks if "{e" in ask and ("{t}" in ask or not time))
            past = key.period is not None and not key.measure.still
            text = worded(Asked(key.measure, noun, thing, "of", time, terse(time), past, asks), self.rng, self.held_out)
        finally:
            self.company = own
        return MadeQuestion(text, "unanswerable:company", ()) if text else None

    def _other_variant(self, key: Key) -> MadeQuestion | None:
        if (
            key.measure is None
            or key.measure.sort not in {"money", "count"}
            or key.measure.still
            or key.thing is None
            and not self.company
        ):
            return None
        if any(fact.key.variant for fact in self.facts):
            return None
        noun = self.noun(key.measure)
        if not noun or noun.startswith("number"):
            return None
        time = self.time_words(key.period) if key.period else ""
        thing = (
            self.thing_words(key.thing, self.things) if key.thing else self.company.others[0] if self.company else ""
        )
        if key.group:
            thing = f"{thing} in {key.group.label}"
        preposition = self.draft.subject.preposition if key.thing else "of"
        asked = Asked(
            key.measure, f"{self.rng.choice(_ELSEWHERE)} {noun}", thing, preposition, time, terse(time), bool(time)
        )
        text = worded(asked, self.rng, self.held_out)
        return MadeQuestion(text, "unanswerable:column", ()) if text else None

    def _other_subject(self, key: Key) -> MadeQuestion | None:
        """A measure of another kind of table, asked of a thing of this one or of one of its own."""
        subject = self.rng.choice(
            [
                s
                for s in subjects().values()
                if s.name != self.draft.subject.name
                and s.held_out == self.held_out
                and s.preposition != "in"
                and s.kind not in {"facts", "train", "item"}
            ]
        )
        measure = self.rng.choice(subject.usable(self.held_out))
        mine = set().union(*(tokens(w) for m in self.measures for w in (*m.words, *m.labels))) - STOP
        if mine & (set().union(*(tokens(w) for w in (*measure.words, *measure.labels))) - STOP) or not measure.asks:
            return None
        ask = self.rng.choice(measure.asks)
        name = self.namer.one(subject.kind)
        if name.label.lower() in self.seen.lower():
            return None
        said = name.others[0] if name.others == (name.label.lower(),) else name.label
        text = tidy(ask.format(e=said, e2=said, t="", was="is", did="does", was2="are"))
        return MadeQuestion(text, "unanswerable:row", ())
