"""What made-up tables are about: subjects and their measures, read from `made_tables.txt`.

A subject says what the rows name and which measures it has; a measure has the labels a table may print and the other
words a question may use. Measures and subjects marked with * are for held-out tables only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from scripts.training.table_names import word_list

ACRONYMS = frozenset(word_list("acronyms"))  # words that keep their large letters within a sentence
NOT_NOUNS = frozenset(word_list("notnouns"))  # labels that do not follow "the ... of": for terse questions only
PLURAL_ENDS = ("ss", "us", "is")
_HEAD_ENDS = frozenset(word_list("headends"))  # words before which the head of a noun phrase stands


@dataclass(frozen=True)
class Measure:
    """What a table tells of each thing: labels to print, kind of value ("count:40:9000"), words of questions.

    >>> Measure("x", ("Net debt", "Net borrowings"), "money").noun("Net debt")
    'net debt'
    """

    subject: str
    labels: tuple[str, ...]
    kind: str
    flags: frozenset[str] = frozenset()
    group: str = ""
    held_out: bool = False
    phrases: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    reverses: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What tells it from others of its subject."""
        return self.labels[0]

    @property
    def still(self) -> bool:
        """Whether it does not change from year to year."""
        return "still" in self.flags

    @property
    def sort(self) -> str:
        """The first word of the kind: "money", "count", "pick", ..."""
        return self.kind.partition(":")[0]

    @property
    def numeric(self) -> bool:
        """Whether its values can be compared and reckoned with."""
        return self.sort in {"money", "count", "pct", "pct2", "dec", "price", "price0"} and "code" not in self.flags

    @property
    def additive(self) -> bool:
        """Whether a sum over things or years means something."""
        return "sum" in self.flags or (self.sort in {"money", "count"} and "nosum" not in self.flags)

    @property
    def unit(self) -> str:
        """The unit its cells or its label have to show: "mm", "%"; empty for money and counts."""
        if self.sort in {"pct", "pct2"}:
            return "%"
        return self.kind.split(":")[4] if self.sort == "dec" else ""

    @staticmethod
    def noun(label: str) -> str:
        """A label as it stands within a sentence."""
        words = label.replace(" amount", "").split()
        first = words[0]
        if first in ACRONYMS or sum(letter.isupper() for letter in first) > 1:
            return label
        return label[0].lower() + label[1:]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Every label and phrase, as a question has it."""
        return tuple(dict.fromkeys((*map(self.noun, filter(_is_word, self.labels)), *self.phrases)))


def _is_word(label: str) -> bool:
    """Whether a label can stand in a sentence: not "P", "No.", "GF", "% of votes"."""
    return (
        (len(label) > 2 or label in {"pH", "GT", "Tg"})
        and "%" not in label
        and not label.endswith(".")
        and label not in {"Pts", "kcal"} | NOT_NOUNS
    )


@lru_cache(maxsize=4096)
def is_plural(noun: str) -> bool:
    """Whether "were" follows: by the last letter of what stands before "of", "per", "in", ...

    >>> is_plural("total assets"), is_plural("cost of sales"), is_plural("gross profit")
    (True, False, False)
    """
    words = noun.replace(",", "").split()
    for place, word in enumerate(words):
        if place and word in _HEAD_ENDS:
            words = words[:place]
            break
    last = words[-1]
    return (last.endswith("s") and not last.endswith(PLURAL_ENDS)) or last in {"people", "staff"}


@dataclass
class Subject:
    """A kind of table: its name, the nouns for what it names, their preposition, where it is used."""

    name: str
    kind: str
    nouns: tuple[str, ...]
    preposition: str
    uses: frozenset[str]
    held_out: bool = False
    captions: list[str] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)

    def usable(self, held_out: bool) -> list[Measure]:
        """Its measures for one of the halves: held-out tables have those marked and every other of the rest."""
        if self.held_out:
            return self.measures
        if not held_out:
            return [measure for measure in self.measures if not measure.held_out]
        marked = [measure for measure in self.measures if measure.held_out]
        return self.measures if self.name in {"income", "balance", "facts"} else [*marked, *self._borrowed(marked)]

    def _borrowed(self, marked: list[Measure]) -> list[Measure]:
        return [measure for measure in self.measures if not measure.held_out][:: 2 if len(marked) > 2 else 1]


def _choices(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _subject(line: str) -> Subject:
    head, prepositions, uses = (part.strip() for part in line[1:].split(" | "))
    name, _, rest = head.lstrip("*").partition(" = ")
    kind, _, nouns = rest.partition(": ")
    return Subject(
        name.strip(), kind, _choices(nouns or kind), prepositions, frozenset(uses.split(",")), head.startswith("*")
    )


def _measure(line: str, subject: Subject, group: str) -> Measure:
    starred = line[1] == "*"
    labels, _, rest = line[2:].strip().partition(" = ")
    kind, _, flags = rest.partition(" | ")
    return Measure(
        subject.name,
        _choices(labels),
        kind.strip(),
        frozenset(flags.strip().split(",")),
        group,
        starred or subject.held_out,
    )


@lru_cache(maxsize=1)
def subjects() -> dict[str, Subject]:
    """Every subject by name."""
    found: dict[str, Subject] = {}
    subject, group = Subject("", "", (), "", frozenset()), ""
    for line in (Path(__file__).parent / "made_tables.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        mark = line[0]
        if mark == "@":
            subject, group = _subject(line), ""
            found[subject.name] = subject
        elif mark == "C":
            subject.captions.extend(_choices(line[2:]))
        elif mark == "G":
            group = line[2:]
        elif mark == "M":
            subject.measures.append(_measure(line, subject, group))
        else:
            fields = {"+": "phrases", "?": "asks", "<": "reverses"}
            last = subject.measures[-1]
            values = {name: value for name, value in last.__dict__.items() if name != "words"}
            subject.measures[-1] = Measure(**{**values, fields[mark]: _choices(line[2:])})
    return found


def of_use(use: str, held_out: bool) -> list[Subject]:
    """The subjects for a use ("list", "panel", ...) that one of the halves may have."""
    return [s for s in subjects().values() if use in s.uses and (held_out or not s.held_out)]
