"""Questions on a made-up table whose answer is reckoned from several cells, or is the largest of them."""

from __future__ import annotations

import random

from scripts.training import reckoned_wordings as words
from scripts.training.table_drafts import Fact
from scripts.training.table_questions import Asker, MadeQuestion
from scripts.training.table_vocabulary import Measure, is_plural
from scripts.training.table_wordings import tidy

MOST = 12


class Reckoner:
    """Asks for what is reckoned from the cells of one table."""

    def __init__(self, asker: Asker) -> None:
        self.asker, self.rng, self.held_out = asker, asker.rng, asker.held_out

    def question(self) -> MadeQuestion | None:
        """A question of some kind, where the table allows it."""
        over_time = [self._moved, self._moved, self._average_of_years, self._peak]
        over_things = [self._pair, self._pair, self._extreme, self._extreme, self._count, self._average_of_things]
        kinds = over_time * (len(self.asker.periods) > 1) + over_things * (len(self.asker.things) > 1)
        facts = [
            f
            for f in self.asker.facts
            if f.cell.number is not None
            and not f.key.total
            and not f.key.variant
            and f.key.measure
            and f.key.measure.numeric
        ]
        if not kinds or not facts or any(f.key.variant in {"restated", "reported"} for f in self.asker.facts):
            return None
        return self.rng.choice(kinds)(self.rng.choice(facts))

    def _choice(self, plain: tuple[str, ...], held: tuple[str, ...]) -> str:
        return self.rng.choice(held if self.held_out else plain)

    def _across(self, fact: Fact) -> list[Fact]:
        """The facts of all things with the other coordinates of this one; empty where one of them is missing."""
        found = [f for f in self.asker.facts if not f.key.total and f.key._replace(thing=fact.key.thing) == fact.key]
        return found if all(f.cell.number is not None for f in found) else []

    def _along(self, fact: Fact) -> list[Fact]:
        """The facts of all periods of one kind with the other coordinates of this one, the oldest first."""
        found = [f for f in self.asker.facts if f.key._replace(period=fact.key.period) == fact.key and f.key.period]
        parts = {f.key.period.part[:1] for f in found if f.key.period}
        if len(parts) != 1 or any(f.cell.number is None for f in found):
            return []
        return sorted(found, key=lambda f: f.key.period or (0, ""))

    def _when(self, fact: Fact) -> str:
        period, measure = fact.key.period, fact.key.measure
        return self.asker.time_words(period) if period and measure and not measure.still else ""

    def _noun(self, fact: Fact) -> tuple[Measure, str]:
        measure = fact.key.measure
        assert measure is not None
        noun = self.asker.noun(measure)
        return measure, "" if noun.startswith(("average", "mean", "max", "min", "highest", "lowest")) else noun

    def _thing(self, fact: Fact) -> str:
        if fact.key.thing is None:
            return self.asker.company.others[0] if self.asker.company and self.rng.random() < 0.4 else ""
        return self.asker.thing_words(fact.key.thing, self.asker.things)

    def _moved(self, fact: Fact) -> MadeQuestion | None:
        along = self._along(fact)
        measure, noun = self._noun(fact)
        if (
            len(along) < 2
            or not noun
            or len({f.cell.number for f in along}) < len(along)
            or any(f.key.period and (f.key.period.part and f.key.period.part[0] not in "QH") for f in along)
        ):
            return None
        old, new = sorted(self.rng.sample(range(len(along)), 2))
        first, last = along[old], along[new]
        before, after = first.cell.number or 0.0, last.cell.number or 0.0
        assert first.key.period
        assert last.key.period
        growth = (
            measure.sort not in {"pct", "pct2"}
            and before > 0
            and after > 0
            and measure.unit != "°C"
            and self.rng.random() < 0.5
        )
        verb = "change" if before == after or self.rng.random() < 0.3 else "rise" if after > before else "fall"
        verb = self.rng.choice(
            {"rise": ("rise", "grow", "increase"), "fall": ("fall", "decrease", "decline")}.get(verb, (verb,))
        )
        thing = self._thing(fact)
        where = f" in {fact.key.group.label}" if fact.key.group else ""
        of = (
            f"the {noun}"
            + (f" {self.asker.draft.subject.preposition if fact.key.thing else 'of'} {thing}" if thing else "")
            + where
        )
        label = self.asker.draft.calendar.label
        quarterly = bool(first.key.period.part)
        names = [
            str(p.year) if not quarterly and self.asker.draft.calendar.year in {"plain", "ended"} else label(p)
            for p in (first.key.period, last.key.period)
        ]
        templates = (words.GROWTH, words.HELD_GROWTH) if growth else (words.MOVED, words.HELD_MOVED)
        text = tidy(self._choice(*templates).format(of=of, verb=verb, old=names[0], new=names[1]))
        if any(f.key.variant in {"change"} for f in self.asker.facts):
            return None
        return MadeQuestion(text, "growth" if growth else "difference", (last.place, first.place))

    def _peak(self, fact: Fact) -> MadeQuestion | None:
        """In which year something was highest or lowest."""
        along = sorted(self._along(fact), key=lambda f: -(f.cell.number or 0))
        _, noun = self._noun(fact)
        if len(along) < 3 or not noun or len({f.cell.number for f in along}) < len(along):
            return None
        part = along[0].key.period.part if along[0].key.period else ""
        if part == "9M" or (part[:1] in "QH" and len(along) < 3):
            return None
        name = {"": "year", "Q": "quarter", "H": "half"}.get(part[:1] if part[1:].isdigit() else part and "M", "month")
        kind = self.rng.choice(("highest", "highest", "lowest"))
        thing = self._thing(fact)
        of = f"{self.asker.draft.subject.preposition if fact.key.thing else 'of'} {thing}" if thing else ""
        of += f" in {fact.key.group.label}" if fact.key.group else ""
        said = {"p": name, "m": noun, "of": of, "k": kind, "was": "were" if is_plural(noun) else "was"}
        text = self._choice(words.PEAK, words.HELD_PEAK).format(**said)
        return MadeQuestion(tidy(text), kind, (along[0 if kind == "highest" else -1].place,))

    def _average_of_years(self, fact: Fact) -> MadeQuestion | None:
        along = self._along(fact)
        _, noun = self._noun(fact)
        if not 3 <= len(along) <= MOST or not noun or any(f.key.period and f.key.period.part for f in along):
            return None
        thing = self._thing(fact)
        where = f" in {fact.key.group.label}" if fact.key.group else ""
        first, last = along[0].key.period, along[-1].key.period
        assert first
        assert last
        over = (f"{self.asker.draft.subject.preposition if fact.key.thing else 'of'} {thing}" if thing else "") + where
        label = self.asker.draft.calendar.label
        text = self._choice(words.AVERAGE, words.HELD_AVERAGE).format(
            m=noun, over=over, t=f"from {label(first)} to {label(last)}"
        )
        return MadeQuestion(tidy(text), "average", tuple(f.place for f in along))

    def _average_of_things(self, fact: Fact) -> MadeQuestion | None:
        across = self._across(fact)
        _, noun = self._noun(fact)
        if not 3 <= len(across) <= MOST or not noun or fact.key.group:
            return None
        nouns = self._many()
        over = self.rng.choice(
            (f"of the {nouns}", f"across the {nouns}", f"of all {nouns}", f"over all {len(across)} {nouns}")
        )
        text = self._choice(words.AVERAGE, words.HELD_AVERAGE).format(m=noun, over=over, t=self._when(fact))
        return MadeQuestion(tidy(text), "average", tuple(f.place for f in across))

    def _many(self, noun: str = "") -> str:
        noun = noun or self.rng.choice(self.asker.draft.subject.nouns)
        if noun == "person":
            return "people"
        if noun == "works" or noun == "holder":
            return {"works": "works", "holder": "holders"}[noun]
        return (
            noun[:-1] + "ies"
            if noun.endswith("y") and noun[-2] not in "aeiou"
            else noun + ("es" if noun.endswith(("s", "ch", "sh")) else "s")
        )

    def _pair(self, fact: Fact) -> MadeQuestion | None:
        across = self._across(fact)
        measure, noun = self._noun(fact)
        if len(across) < 2 or not noun:
            return None
        first, second = sorted(self.rng.sample(across, 2), key=lambda f: -(f.cell.number or 0))
        a, b = first.cell.number or 0.0, second.cell.number or 0.0
        if a == b:
            return None
        kind = self.rng.choice(("difference", "difference", "sum", "ratio"))
        if (kind == "sum" and not measure.additive) or (kind == "ratio" and (b <= 0 or measure.unit == "°C")):
            kind = "difference"
        templates = {
            "difference": (words.DIFFERENCE, words.HELD_DIFFERENCE),
            "sum": (words.SUM, words.HELD_SUM),
            "ratio": (words.RATIO, words.HELD_RATIO),
        }[kind]
        template = self._choice(*templates)
        if ("{more}" in template or "How much {m}" in template) and (is_plural(noun) or measure.sort != "money"):
            template = templates[0][1] if not self.held_out else templates[1][0]
        where = f" in {fact.key.group.label}" if fact.key.group else ""
        names = [self.asker.thing_words(f.key.thing, self.asker.things) for f in (first, second) if f.key.thing]
        text = template.format(
            more="more",
            **{
                "is": "are" if is_plural(noun) else "is",
                "was": "were" if is_plural(noun) else "was",
                "that": "those" if is_plural(noun) else "that",
            },
            m=noun,
            a=names[0],
            b=names[1] + where,
            t=self._when(fact),
        )
        return MadeQuestion(tidy(text), kind, (first.place, second.place))

    def _extreme(self, fact: Fact) -> MadeQuestion | None:
        across = sorted(self._across(fact), key=lambda f: -(f.cell.number or 0))
        _, noun = self._noun(fact)
        numbers = [f.cell.number for f in across]
        if len(across) < 3 or len(set(numbers)) < len(numbers) or not noun or "date" in noun:
            return None
        kind = self.rng.choice(("highest", "highest", "lowest", "nth"))
        rank = {"highest": 0, "lowest": len(across) - 1, "nth": self.rng.randint(1, min(3, len(across) - 2))}[kind]
        templates = {
            "highest": (words.HIGHEST, words.HELD_HIGHEST),
            "lowest": (words.LOWEST, words.HELD_LOWEST),
            "nth": (words.NTH, words.HELD_NTH),
        }[kind]
        one = self.rng.choice(self.asker.draft.subject.nouns)
        where = f" in {fact.key.group.label}" if fact.key.group else ""
        said = {
            "n": one,
            "ns": self._many(one),
            "m": noun,
            "t": where + " " + self._when(fact),
            "nth": ("second", "third", "fourth")[rank - 1] if kind == "nth" else "",
        }
        return MadeQuestion(tidy(self._choice(*templates).format(**said)), kind, (across[rank].place,))

    def _count(self, fact: Fact) -> MadeQuestion | None:
        across = self._across(fact)
        measure, noun = self._noun(fact)
        if len(across) < 4 or not noun or is_plural(noun) or noun[0] in "aeiouAEFMR" or measure.sort == "money":
            return None
        numbers = sorted(f.cell.number or 0.0 for f in across)
        between = numbers[len(numbers) // 2]
        digits = 10 ** max(0, len(str(int(abs(between)))) - 2)
        bound = round(between / digits) * digits
        found = [f for f in across if (f.cell.number or 0) > bound]
        if not 1 <= len(found) <= MOST or bound in numbers or bound <= 0:
            return None
        unit = f" {measure.unit}" if measure.unit and measure.unit != "%" else measure.unit
        where = f" in {fact.key.group.label}" if fact.key.group else ""
        said = {"ns": self._many(), "m": noun, "v": f"{bound:,}{unit}", "t": where + " " + self._when(fact)}
        return MadeQuestion(
            tidy(self._choice(words.COUNT, words.HELD_COUNT).format(**said)), "count", tuple(f.place for f in found)
        )


def reckoned(asker: Asker, rng: random.Random) -> MadeQuestion | None:
    """A question whose answer is reckoned, or ``None`` where none came about."""
    for _ in range(4):
        found = Reckoner(asker).question()
        if found is not None:
            return found
    return None
