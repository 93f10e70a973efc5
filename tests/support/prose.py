"""Prose written by hand, its quotes located in passages, for the tests of what holds of it."""

from __future__ import annotations

from collections.abc import Sequence

from askdocs.answering.prose.check import CheckedSentence, check_prose
from askdocs.core.articles import Article
from askdocs.reading.servers.server_prose import located_quotes
from tests.support.made import passages


def checked(text: str, articles: Sequence[Article], question: str = "What happened?") -> list[CheckedSentence]:
    """The sentences of ``text``, checked; each article is the passage with its number."""
    shown = passages(*articles)
    prose, _ = located_quotes(text, shown)
    return check_prose(prose, shown, {article.id: article for article in articles}, question)


def failing(text: str, articles: Sequence[Article], question: str = "What happened?") -> list[str]:
    """Every reason against the sentences of ``text``, without the words that are the same in all."""
    return [reason for one in checked(text, articles, question) for reason in one.reasons]
