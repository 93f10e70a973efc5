"""Measures lists: which names are found and what they are said to be, and the items of questions for lists.

    OMP_NUM_THREADS=1 python -m scripts.benchmarks.bench_lists

The articles (``listed_articles.txt``) are twenty: ten of business news, ten of other kinds, written for this. The
weights of the items (``askdocs.lists.related_items``) are fitted on these questions; the classifier of names is not.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from askdocs.lists.items import ListItem, ReadPassage, item_key
from askdocs.lists.list_question import list_question
from askdocs.lists.list_reader import ListReader
from askdocs.lists.name_classifier import NameClassifier, bundled_name_classifier
from askdocs.lists.named_things import named_things
from askdocs.reading.model_pool import bundled_span_scorer
from scripts.benchmarks.listed_articles import AskedList, ListedArticle, listed_articles


class Tally:
    """How many were right, wrong and missed."""

    def __init__(self) -> None:
        self.right = self.wrong = self.missed = 0

    def add(self, right: int, found: int, wanted: int) -> None:
        """Count one list."""
        self.right, self.wrong, self.missed = (
            self.right + right, self.wrong + found - right, self.missed + wanted - right
        )  # fmt: skip

    def __str__(self) -> str:
        precision = self.right / max(1, self.right + self.wrong)
        recall = self.right / max(1, self.right + self.missed)
        f1 = 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)
        return f"precision {precision:.2f}, recall {recall:.2f}, F1 {f1:.2f} of {self.right + self.missed}"


def right_items(items: Sequence[ListItem], wanted: AskedList) -> int:
    """How many of the items wanted were found, each counted once."""
    found = {item_key(item.text) for item in items}
    return sum(bool(found & {item_key(one) for one in wordings}) for wordings in wanted.items)


def name_tallies(articles: Sequence[ListedArticle], classifier: NameClassifier) -> dict[str, Tally]:
    """By class, how many of the names of each article were found as what they are."""
    tallies: dict[str, Tally] = {}
    for article in articles:
        things = named_things([article.text], [article.title], classifier)
        found = {(item_key(thing.name), thing.kind) for thing in things if thing.kind != "other"}
        wanted = {(item_key(name), kind) for name, kind in article.names.items() if kind != "other"}
        for kind in {kind for _, kind in found | wanted}:
            of_kind, wanted_of = {one for one in found if one[1] == kind}, {one for one in wanted if one[1] == kind}
            tallies.setdefault(kind, Tally()).add(len(of_kind & wanted_of), len(of_kind), len(wanted_of))
    return tallies


def main() -> None:
    scorer, classifier = bundled_span_scorer(), bundled_name_classifier()
    assert scorer is not None
    assert classifier is not None
    articles, of_all = listed_articles()
    for kind, tally in sorted(name_tallies(articles, classifier).items()):
        sys.stdout.write(f"{kind}: {tally}\n")
    reader = ListReader(scorer, classifier)
    every = [ReadPassage(article.text, article.title, article.title) for article in articles]
    one, together, began = Tally(), Tally(), time.process_time()
    for article, passage in zip(articles, every, strict=True):
        for asked in article.asked:
            items = reader.read(list_question(asked.question), [passage])
            one.add(right_items(items, asked), len(items), len(asked.items))
    for asked in of_all:
        items = reader.read(list_question(asked.question), every)
        sure = [item for item in items if item.probability >= 0.5]
        together.add(right_items(sure, asked), len(sure), len(asked.items))
    sys.stdout.write(f"questions to one article: {one}\nto all: {together}\n")
    sys.stdout.write(f"{time.process_time() - began:.0f} s of processor time\n")


if __name__ == "__main__":
    main()
