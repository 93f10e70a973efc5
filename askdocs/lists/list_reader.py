"""Passages and a question for a list -> its items: by the names, the values, or the enumerations of the passages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from askdocs.lists.items import ListItem, ReadPassage, distinct_items
from askdocs.lists.list_question import ListQuestion
from askdocs.lists.name_candidates import lower_words_of
from askdocs.lists.name_classifier import NameClassifier
from askdocs.lists.named_items import named_items
from askdocs.lists.named_things import Mention, mentions_of, named_things
from askdocs.lists.related_items import related_items
from askdocs.lists.value_items import value_items
from askdocs.reading.span_scorer import SpanScorer

VALUES = ("date", "year", "money", "percent")
LEAST_PROBABILITY = 0.4  # of its kind, that a name must have to be shown


class ListReader:
    """Finds the items of lists; ``look`` is called before each passage and may raise to end the reading."""

    def __init__(self, scorer: SpanScorer, classifier: NameClassifier, look: Callable[[], None] = lambda: None) -> None:
        self._scorer, self._classifier, self._look = scorer, classifier, look

    def read(self, asked: ListQuestion, passages: Sequence[ReadPassage]) -> list[ListItem]:
        """The items of all passages, each once, in the order of the passages."""
        if asked.every or asked.quoted:
            named = [item for item in self._every(asked, passages) if item.probability >= LEAST_PROBABILITY]
            if asked.noun and len(named) < 2:  # a class that no word beside the names says: "Which parties are named?"
                named += self._related(asked, passages)
            return distinct_items(named)
        return distinct_items(self._related(asked, passages))

    def _every(self, asked: ListQuestion, passages: Sequence[ReadPassage]) -> list[ListItem]:
        if asked.kind in VALUES:
            return value_items(asked.kind, passages)
        things = named_things(
            [passage.text for passage in passages],
            [passage.article for passage in passages],
            self._classifier,
            self._look,
        )
        return named_items(asked, things, passages)

    def _related(self, asked: ListQuestion, passages: Sequence[ReadPassage]) -> list[ListItem]:
        lower = lower_words_of([passage.text for passage in passages])
        known: dict[int, list[Mention]] = {}

        def names_of(number: int) -> list[Mention]:
            if number not in known:
                passage = passages[number]
                known[number] = mentions_of(passage.text, number, passage.article, self._classifier, lower)
            return known[number]

        return related_items(asked, passages, self._scorer, names_of, self._look)
