"""Fits the weights of ``askdocs.lists.related_items``: how probable words are an item, by what the scorer says.

    OMP_NUM_THREADS=1 python -m scripts.training.fit_list_items

A logistic regression over ``FEATURES`` of all candidates of the questions in ``listed_articles.txt`` of the benchmarks;
each question counts by the root of how many candidates it has. Prints the weights, to be put into the module.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np

from askdocs.lists.items import ReadPassage, item_key
from askdocs.lists.list_question import list_question
from askdocs.lists.name_candidates import lower_words_of
from askdocs.lists.name_classifier import NameClassifier, bundled_name_classifier
from askdocs.lists.named_things import Mention, mentions_of
from askdocs.lists.related_items import FEATURES, candidates
from askdocs.reading.model_pool import bundled_span_scorer
from askdocs.reading.span_scorer import SpanScorer
from scripts.benchmarks.listed_articles import AskedList, listed_articles


class _Rows:
    """The candidates of all questions: their features, whether they are right, and their weight."""

    def __init__(self, scorer: SpanScorer, classifier: NameClassifier) -> None:
        self._scorer, self._classifier = scorer, classifier
        self.features: list[tuple[float, ...]] = []
        self.right: list[bool] = []
        self.weights: list[float] = []

    def add(self, asked: AskedList, passages: Sequence[ReadPassage]) -> None:
        """The candidates of one question."""
        question = list_question(asked.question)
        if question.every or question.quoted:
            return
        lower = lower_words_of([passage.text for passage in passages])

        def names_of(number: int) -> list[Mention]:
            return mentions_of(passages[number].text, number, passages[number].article, self._classifier, lower)

        wanted = {item_key(one) for wordings in asked.items for one in wordings}
        found = candidates(question, passages, self._scorer, names_of)
        for one in found:
            self.features.append(one.features)
            self.right.append(item_key(passages[one.passage].text[one.start : one.end]) in wanted)
            self.weights.append(max(3, len(found)) ** -0.5)


def main() -> None:
    from sklearn.linear_model import LogisticRegression

    scorer, classifier = bundled_span_scorer(), bundled_name_classifier()
    assert scorer is not None
    assert classifier is not None
    rows = _Rows(scorer, classifier)
    articles, of_all = listed_articles()
    every = [ReadPassage(article.text, article.title, article.title) for article in articles]
    for article, passage in zip(articles, every, strict=True):
        for asked in article.asked:
            rows.add(asked, [passage])
    for asked in of_all:
        rows.add(asked, every)
    features = np.array(rows.features)
    spread = features.std(axis=0) + 1e-6
    fitted = LogisticRegression(max_iter=2000).fit(features / spread, rows.right, sample_weight=rows.weights)
    weights = [*(fitted.coef_[0] / spread), fitted.intercept_[0]]
    for name, weight in zip((*FEATURES, "constant"), weights, strict=True):
        sys.stdout.write(f"{name}: {weight:.4f}\n")


if __name__ == "__main__":
    main()
