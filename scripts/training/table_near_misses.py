"""Questions that a made-up table does not answer, though much of what they name is in it."""

from __future__ import annotations

from scripts.training.table_cells import CURRENCIES
from scripts.training.table_drafts import Key
from scripts.training.table_names import Name, tokens, word_list
from scripts.training.table_periods import Period, terse
from scripts.training.table_questions import STOP, Asker, MadeQuestion
from scripts.training.table_vocabulary import Measure, subjects
from scripts.training.table_wordings import Asked, tidy, worded

_ELSEWHERE = ("budgeted", "forecast", "planned", "targeted")
_DIRECTIONS = ("North", "South", "East", "West", "Upper", "Lower")


class NearMisses:
    """Makes questions that one table does not answer."""

    def __init__(self, asker: Asker) -> None:
        self.asker, self.rng, self.held_out = asker, asker.rng, asker.held_out

    def question(self) -> MadeQuestion | None:
        """A near miss, or a question about something else."""
        facts = [f for f in self.asker.facts if not f.key.total and f.key.variant in {"", "budget", "actual"}]
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
            self._other_currency,
        )
        return self.rng.choices(kinds, (8, 8, 8, 4, 2, 2, 1))[0](key)

    def _side(self, name: str) -> str:
        """Whether rows or columns give a coordinate."""
        return "row" if any(getattr(head.key, name) for head in self.asker.draft.rows) else "column"

    def _made(self, key: Key, kind: str) -> MadeQuestion | None:
        text = self.asker.text(key)
        return MadeQuestion(text, f"unanswerable:{kind}", ()) if text else None

    def _other_year(self, key: Key) -> MadeQuestion | None:
        if key.period is None or key.measure is None or key.measure.still:
            return None
        years = sorted({period.year for period in self.asker.periods})
        if key.period.part and self.rng.random() < 0.4:
            parts = {"Q": ("Q1", "Q2", "Q3", "Q4"), "H": ("H1", "H2")}.get(key.period.part[0], ())
            absent = [
                Period(key.period.year, part)
                for part in parts
                if Period(key.period.year, part) not in self.asker.periods
            ]
            if not absent:
                return None
            return self._made(key._replace(period=self.rng.choice(absent)), self._side("period"))
        year = self.rng.choice(
            (years[0] - 1, years[-1] + 1, years[0] - self.rng.randint(2, 6), years[-1] + self.rng.randint(1, 2))
        )
        short = f"{year % 100:02}"
        if str(year) in self.asker.seen or f"/{short}" in self.asker.seen or f"FY{short}" in self.asker.seen:
            return None
        text = self.asker.text(key._replace(period=Period(year, key.period.part)))
        if text is None or (str(year) not in text and f"FY{short}" not in text and f"/{short}" not in text):
            return None
        return MadeQuestion(text, "unanswerable:year", ())

    def _other_thing(self, key: Key) -> MadeQuestion | None:
        use_group = key.group is not None and self.rng.random() < 0.5
        if key.thing is None:
            return None
        kind = "region" if use_group else self.asker.draft.subject.kind if not self.asker.draft.asks else "station"
        if use_group and self.asker.draft.asks:
            kind = "train"
        known = self.asker.groups if use_group else self.asker.things
        name = (
            self._like(known)
            if kind in {"district", "station"} and self.rng.random() < 0.4
            else self.asker.namer.one(kind)
        )
        alike = name.label.split()[0] in _DIRECTIONS  # "North Dunton" where there is "Dunton"
        every = [tokens(word) - STOP for other in known for word in (other.label, *other.others)]
        if not alike and any(
            tokens(word) - STOP <= has or has <= tokens(word) - STOP
            for word in (name.label, *name.others)
            for has in every
        ):
            return None
        if name.label.lower() in self.asker.seen.lower() or name.label in word_list("containing"):
            return None
        if use_group:
            return self._made(key._replace(group=name), self._side("group"))
        return self._made(key._replace(thing=name), self._side("thing"))

    def _like(self, known: list[Name]) -> Name:
        words = self.rng.choice(known).label.split()
        bare = " ".join(words[1:]) if words[0] in _DIRECTIONS else " ".join(words)
        return Name(f"{self.rng.choice(_DIRECTIONS)} {bare}")

    def _other_measure(self, key: Key) -> MadeQuestion | None:
        subject = self.asker.draft.subject
        absent = [m for m in subject.usable(self.held_out) if m.name not in {p.name for p in self.asker.measures}]
        absent = [m for m in absent if "derived" not in m.flags and "total" not in m.flags]
        if key.period is not None and len(self.asker.periods) > 1:
            absent = [m for m in absent if not m.still]
        if not absent:
            return None
        return self._without_measure(key, self.rng.choice(absent))

    def _without_measure(self, key: Key, measure: Measure) -> MadeQuestion | None:
        words = [tokens(word) for word in (*measure.words, *measure.labels)]
        labels = [tokens(word) for m in self.asker.measures for word in (*m.words, *m.labels)]
        if any(has <= label or label == has for has in words for label in labels if has):
            return None
        if any(has <= tokens(self.asker.draft.caption) for has in words if has):
            return None
        return self._made(key._replace(measure=measure), self._side("measure"))

    def _other_company(self, key: Key) -> MadeQuestion | None:
        if self.asker.company is None or key.measure is None:
            return None
        other = self.asker.namer.company()
        if other.others[0] in self.asker.seen:
            return None
        own, self.asker.company = self.asker.company, None
        try:
            noun = self.asker.noun(key.measure)
            if not noun:
                return None
            short = self.rng.choice((other.others[0], other.label))
            thing = short
            if key.thing is not None:
                thing = f"{short}'s {key.thing.label}"
            if key.group is not None:
                thing = f"{thing} in {key.group.label}"
            time = self.asker.time_words(key.period) if key.period and not key.measure.still else ""
            asks = key.measure.asks if self.asker.draft.subject.preposition == "of" and not self.held_out else ()
            asks = tuple(ask for ask in asks if "{e" in ask and ("{t}" in ask or not time))
            past = key.period is not None and not key.measure.still
            text = worded(Asked(key.measure, noun, thing, "of", time, terse(time), past, asks), self.rng, self.held_out)
        finally:
            self.asker.company = own
        return MadeQuestion(text, "unanswerable:company", ()) if text else None

    def _other_variant(self, key: Key) -> MadeQuestion | None:
        if (
            key.measure is None
            or key.measure.sort not in {"money", "count"}
            or key.measure.still
            or (key.thing is None and not self.asker.company)
        ):
            return None
        if any(fact.key.variant for fact in self.asker.facts):
            return None
        noun = self.asker.noun(key.measure)
        if not noun or noun.startswith("number"):
            return None
        time = self.asker.time_words(key.period) if key.period else ""
        thing = (
            self.asker.thing_words(key.thing, self.asker.things)
            if key.thing
            else self.asker.company.others[0]
            if self.asker.company
            else ""
        )
        if key.group:
            thing = f"{thing} in {key.group.label}"
        preposition = self.asker.draft.subject.preposition if key.thing else "of"
        asked = Asked(
            key.measure, f"{self.rng.choice(_ELSEWHERE)} {noun}", thing, preposition, time, terse(time), bool(time)
        )
        text = worded(asked, self.rng, self.held_out)
        return MadeQuestion(text, "unanswerable:column", ()) if text else None

    def _other_currency(self, key: Key) -> MadeQuestion | None:
        """An amount in a currency that the table does not have, nor any rate for it."""
        if key.measure is None or key.measure.sort != "money":
            return None
        sign, code, word = self.rng.choice(CURRENCIES)
        text = self.asker.text(key)
        if text is None or sign in self.asker.seen or code in self.asker.seen or word in self.asker.seen or "$" in sign:
            return None
        end = text[-1] if text[-1] in "?." else ""
        return MadeQuestion(f"{text.rstrip('?.')} in {word}{end}", "unanswerable:column", ())

    def _other_subject(self, key: Key) -> MadeQuestion | None:
        """A measure of another kind of table, asked of a thing of this one or of one of its own."""
        subject = self.rng.choice(
            [
                s
                for s in subjects().values()
                if s.name != self.asker.draft.subject.name
                and s.held_out == self.held_out
                and s.preposition != "in"
                and s.kind not in {"facts", "train", "item"}
            ]
        )
        measure = self.rng.choice(subject.usable(self.held_out))
        mine = set().union(*(tokens(w) for m in self.asker.measures for w in (*m.words, *m.labels))) - STOP
        if mine & (set().union(*(tokens(w) for w in (*measure.words, *measure.labels))) - STOP) or not measure.asks:
            return None
        ask = self.rng.choice(measure.asks)
        name = self.asker.namer.one(subject.kind)
        if name.label.lower() in self.asker.seen.lower():
            return None
        said = name.others[0] if name.others == (name.label.lower(),) else name.label
        text = tidy(ask.format(e=said, e2=said, t="", was="is", did="does", was2="are"))
        return MadeQuestion(text, "unanswerable:row", ())
