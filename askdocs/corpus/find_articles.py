"""Which articles words name: by a file's name, a title, the proper names in them, or what they are about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import NamedTuple

from askdocs.core.articles import Article, Hit
from askdocs.corpus.searcher import Searcher
from askdocs.storage.filters import Where
from askdocs.text.english import FUNCTION_WORDS, stem
from askdocs.values.question_analysis import analyse_question

_HITS = 24  # passages looked at to find articles
_WORD = re.compile(r"[\w'’]+")
_LEAST_OF_TITLE = 0.6  # of the words of a title or file name, or of the words that name it
_NEAR = 0.3  # the least cosine of a passage to words that no article holds
_RIVAL = 0.8  # of the share of words that the best article holds


class FoundArticles(NamedTuple):
    """Articles, the likeliest first, each with its passages found; ``sure`` is how sure it is that they are meant."""

    articles: tuple[Article, ...]
    hits: tuple[Hit, ...]
    sure: float


def find_articles(searcher: Searcher, words: str, where: Where | None, *, one: bool) -> FoundArticles:
    """The articles that ``words`` name, of those that ``where`` allows; ``one`` of them where one is meant.

    None where no article holds a proper name in ``words``, or nothing is near in meaning.
    """
    only = _only_article(searcher, where)
    if not words.strip():
        return FoundArticles((only,) if only else (), (), 1.0 if only else 0.0)
    hits = tuple(searcher.search(words, _HITS, where)) if _has_word(words) else ()
    articles = {hit.chunk.article_id: searcher.article(hit.chunk.article_id) for hit in hits}
    named = _named(words, list(articles.values()))
    if named is not None:
        return FoundArticles((named,), tuple(hit for hit in hits if hit.chunk.article_id == named.id), 0.95)
    wanted = _stems(words)
    shares = {key: _share(wanted, article, words) for key, article in articles.items()}
    best = max(shares.values(), default=0.0)
    near = hits[0].dense_score or 0.0 if hits else 0.0
    if not best and near < _NEAR:
        return FoundArticles((), hits, 0.0)
    kept = [key for key in articles if shares[key] >= (_RIVAL * best if best else 0.0)]
    if one:
        kept = [_likeliest(kept, hits, articles, wanted)] if kept else []
    sure = 0.9 if best == 1.0 else 0.5 + 0.4 * best if best else near
    return FoundArticles(
        tuple(articles[key] for key in kept), tuple(hit for hit in hits if hit.chunk.article_id in kept), sure
    )


def _only_article(searcher: Searcher, where: Where | None) -> Article | None:
    with searcher.snapshot() as store:
        numbers = store.article_numbers(where)
        return store.article_numbered(numbers[0]) if len(numbers) == 1 else None


def _has_word(words: str) -> bool:
    return any(character.isalnum() for character in words)


def _named(words: str, articles: Sequence[Article]) -> Article | None:
    """The one article whose file name or title the words give."""
    wanted, lower = set(_stems(words)), words.lower()
    scored: list[tuple[float, int, Article]] = []
    for place, article in enumerate(articles):
        path = PurePath(article.source)
        if path.name.lower() in lower or (len(path.stem) > 3 and path.stem.lower() in lower):
            return article
        title = set(_stems(article.title))
        if title and wanted and len(title & wanted) >= 2:
            share = len(title & wanted) / len(title)
            if share >= _LEAST_OF_TITLE and len(title & wanted) / len(wanted) >= _LEAST_OF_TITLE:
                scored.append((share, -place, article))
    return max(scored, key=lambda one: one[:2])[2] if scored else None


def _share(wanted: Sequence[str], article: Article, words: str) -> float:
    """The share of the words that the article holds; none where it lacks a proper name among them."""
    held = _held(article)
    names = {stem(name) for name in analyse_question(f"About {words}").names}
    if any(name not in held for name in names if name):
        return 0.0
    return sum(word in held for word in wanted) / len(wanted) if wanted else 0.0


def _held(article: Article) -> frozenset[str]:
    return frozenset(_stems(f"{article.title}\n{article.source}\n{article.text}"))


def _likeliest(kept: Sequence[str], hits: Sequence[Hit], articles: dict[str, Article], wanted: Sequence[str]) -> str:
    """The article with the most of the words in its title, then in its beginning, then the one found first."""
    order = {hit.chunk.article_id: place for place, hit in reversed(list(enumerate(hits)))}

    def rank(key: str) -> tuple[int, int, int]:
        title = set(_stems(articles[key].title))
        begins = set(_stems(articles[key].text[:600]))
        return (len(title & set(wanted)), len(begins & set(wanted)), -order[key])

    return max(kept, key=rank)


def _stems(text: str) -> list[str]:
    """The words that say something, without their endings, each once, in order."""
    words = (word for word in _WORD.findall(text) if word.lower() not in FUNCTION_WORDS)
    return list(dict.fromkeys(stem(word) for word in words))
