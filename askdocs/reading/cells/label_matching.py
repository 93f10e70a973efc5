"""How well a question names each row or each column of a table."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from askdocs.core.base import FloatArray
from askdocs.reading.cells.label_vectors import LabelVectors
from askdocs.reading.cells.question_words import QuestionWords, label_stems, rest_of

_RESTS = 6
SOFT = 0.6  # cosine from which a label is taken to say what words of the question say
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")


class Labels(NamedTuple):
    """The labels of one row or column: its own, and those of the groups over it."""

    own: str
    groups: tuple[str, ...] = ()


class Match(NamedTuple):
    """How a question names one row or column.

    ``recall`` is the share of the label's words that the question has, rare ones counting more; ``lead`` how much more
    than of any row or column with another label. ``exact`` is true where all of the label stands in the question in
    one piece. ``cosine`` is the nearest meaning of any phrase of the question, ``cosine_lead`` how much nearer than to
    any other label. ``groups`` is the recall of the group labels, ``groups_lead`` how much more than of equal labels in
    other groups. ``covered`` and ``meant`` are the question's words that are named in these words, or in others.
    """

    recall: float = 0.0
    lead: float = 0.0
    exact: bool = False
    cosine: float = 0.0
    cosine_lead: float = 0.0
    groups: float = 0.0
    groups_lead: float = 0.0
    covered: frozenset[int] = frozenset()
    meant: frozenset[int] = frozenset()


def matches(asked: QuestionWords, labels: Sequence[Labels], vectors: LabelVectors | None) -> list[Match]:
    """The match of every row or column; without ``vectors`` by words alone."""
    stems = [label_stems(without_unit(label.own)) for label in labels]
    weights = _weights(stems)
    places = _places(asked)
    recalls = [_recall(one, places, weights) for one in stems]
    groups = [_group_recall(label.groups, places) for label in labels]
    cosines, meant = _meanings(asked, [label.own for label in labels], vectors)
    found = []
    for number, label in enumerate(labels):
        covered = {place for one in stems[number] for place in places.get(one, ())}
        covered |= {place for group in label.groups for one in label_stems(group) for place in places.get(one, ())}
        found.append(
            Match(
                recall=recalls[number],
                lead=recalls[number] - _best_other(recalls, labels, number),
                exact=_stands_in(stems[number], asked),
                cosine=float(cosines[number]),
                cosine_lead=float(cosines[number]) - _best_other(cosines.tolist(), labels, number),
                groups=groups[number],
                groups_lead=groups[number] - _best_namesake(groups, labels, number),
                covered=frozenset(covered),
                meant=meant[number],
            )
        )
    return found


def rests(asked: QuestionWords, found: Sequence[Match]) -> list[str]:
    """For each row or column the rest of the question once its words are taken out; of at most six different ones.

    What is left ("How much is a room at") tells of the other axis. Rows that share least with the question are taken
    to share nothing.
    """
    sets = sorted({match.covered for match in found}, key=lambda words: (-len(words), sorted(words)))[:_RESTS]
    return [rest_of(asked, match.covered if match.covered in sets else frozenset()) for match in found]


def words_of(asked: QuestionWords, text: str) -> frozenset[int]:
    """The numbers of the question's content words that stand in a text."""
    stems = set(label_stems(text))
    return frozenset(number for number, word in enumerate(asked.words) if word.stem in stems)


def without_unit(label: str) -> str:
    """A label without what stands in brackets, mostly its unit.

    >>> without_unit("Revenue (US$ million)"), without_unit("(a)")
    ('Revenue', '(a)')
    """
    return _BRACKETS.sub("", label) or label


def _places(asked: QuestionWords) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for number, word in enumerate(asked.words):
        places.setdefault(word.stem, []).append(number)
    return places


def _weights(stems: Sequence[Sequence[str]]) -> dict[str, float]:
    """The inverse document frequency of each word among the labels; a word of all of them counts a little."""
    counts = Counter(one for label in stems for one in set(label))
    return {one: math.log(1 + len(stems) / count) - 0.6 for one, count in counts.items()}


def _recall(stems: Sequence[str], places: dict[str, list[int]], weights: dict[str, float]) -> float:
    whole = sum(weights[one] for one in stems)
    return sum(weights[one] for one in stems if one in places) / whole if whole else 0.0


def _group_recall(groups: Sequence[str], places: dict[str, list[int]]) -> float:
    found = [label_stems(group) for group in groups]
    return max((sum(one in places for one in stems) / len(stems) for stems in found if stems), default=0.0)


def _best_other(values: Sequence[float], labels: Sequence[Labels], number: int) -> float:
    """The highest value of another label; of two equal labels neither is the other's rival."""
    own = labels[number].own
    return max((value for value, label in zip(values, labels, strict=True) if label.own != own), default=0.0)


def _best_namesake(values: Sequence[float], labels: Sequence[Labels], number: int) -> float:
    own = labels[number].own
    others = (value for place, value in enumerate(values) if place != number and labels[place].own == own)
    return max(others, default=0.0)


def _stands_in(stems: Sequence[str], asked: QuestionWords) -> bool:
    words = [word.stem for word in asked.words]
    length = len(stems)
    return bool(length) and any(words[at : at + length] == list(stems) for at in range(len(words) - length + 1))


def _meanings(
    asked: QuestionWords, labels: Sequence[str], vectors: LabelVectors | None
) -> tuple[FloatArray, list[frozenset[int]]]:
    """The cosine of each label to the nearest phrase of the question, and the words of that phrase where it is near."""
    phrases = asked.phrases()
    if vectors is None or not phrases:
        return np.zeros(len(labels), dtype=np.float32), [frozenset()] * len(labels)
    distinct = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    nearness = vectors.nearness([without_unit(label) for label in distinct], [phrase for phrase, _ in phrases])
    best = nearness.max(axis=1)
    where = nearness.argmax(axis=1)
    order = [distinct[label] for label in labels]
    meant = [frozenset(phrases[int(where[n])][1]) if best[n] >= SOFT else frozenset() for n in order]
    return best[order], meant
