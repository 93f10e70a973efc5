"""Which articles words name: by a file's name, a title, the proper names in them, or what they are about."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import NamedTuple

from askdocs.core.articles import Article, Hit
from askdocs.corpus.searcher import Searcher
from askdocs.storage.filters import Where
from askdocs.text.english import FUNCTION_WORDS, stem

_HITS = 24  # passages looked at to find articles
_WORD = re.compile(r"[\w'’]+")
_UNIT = re.compile(r"\b[A-Z][\w'’&.-]*(?: (?:of |the |and |& )?[A-Z][\w'’&.-]*)*|[\w'’-]+")
_LEAST_OF_TITLE = 0.6  # of the words of a title or file name, or of the words that name it
_NEAR = 0.3  # the least cosine of a passage to words that no article holds
_RIVAL = 0.8  # of the share of words that the best article holds


class FoundArticles(NamedTuple):
    """Articles, the likeliest first, each with its passages found; ``sure`` is how sure it is that they are meant."""

    articles: tuple[Article, ...]
    hits: tuple[Hit, ...]
    sure: float


def find_articles(searcher: Searcher, phrases: Sequence[str], where: Where | None, *, one: bool) -> FoundArticles:
    """The articles that ``phrases`` name, of those that ``where`` allows; ``one`` of them where one is meant.

    None where no article holds a proper name in them, or nothing is near in meaning.
    """
    only, words = _only_article(searcher, where), " ".join(phrases)
    if not words.strip():
        return FoundArticles((only,) if only else (), (), 1.0 if only else 0.0)
    hits = tuple(searcher.search(words, _HITS, where)) if _has_word(words) else ()
    articles = {hit.chunk.article_id: searcher.article(hit.chunk.article_id) for hit in hits}
    named = _named(words, list(articles.values()))
    if named is not None:
        return FoundArticles((named,), tuple(hit for hit in hits if hit.chunk.article_id == named.id), 0.95)
    wanted = [unit for phrase in phrases for unit in units_of(phrase)]
    shares = {key: _share(wanted, article) for key, article in articles.items()}
    nearest: dict[str, float] = {}
    for hit in hits:
        nearest[hit.chunk.article_id] = max(nearest.get(hit.chunk.article_id, -1.0), hit.dense_score or 0.0)
    best, near = max(shares.values(), default=0.0), max(nearest.values(), default=0.0)
    if any(_is_name(unit) and not any(_holds(article, unit) for article in articles.values()) for unit in wanted):
        return FoundArticles((), hits, 0.0)
    if near < _NEAR and best < 1.0:
        return FoundArticles((), hits, 0.0)
    kept = [key for key in articles if shares[key] >= _RIVAL * best or (not one and nearest[key] >= _RIVAL * near)]
    if one:
        kept = [_likeliest(kept, hits, articles, words)] if kept else []
    sure = 0.9 if best == 1.0 else min(0.8, near + 0.2 * best)
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


def units_of(words: str) -> list[str]:
    """What words name: runs of capitalised words as one, other words that say something each for itself.

    >>> units_of("the Velland Cup and its winners")
    ['Velland Cup', 'winners']
    """
    found = (match.group() for match in _UNIT.finditer(words))
    return list(dict.fromkeys(unit for unit in found if unit.lower() not in FUNCTION_WORDS))


def _is_name(unit: str) -> bool:
    return unit[:1].isupper()


def _holds(article: Article, unit: str) -> bool:
    """Whether an article or its title has a name as it is written, or a word in any of its forms."""
    if " " in unit:
        return unit.lower() in f"{article.title}\n{article.text}".lower()
    return stem(unit) in _held(article.title, article.source, article.text)


def _share(wanted: Sequence[str], article: Article) -> float:
    """The share of what is named that the article holds; none where it lacks a name."""
    if any(_is_name(unit) and not _holds(article, unit) for unit in wanted):
        return 0.0
    return sum(_holds(article, unit) for unit in wanted) / len(wanted) if wanted else 0.0


@functools.lru_cache(maxsize=64)  # asked for each thing that is named, of every article found
def _held(title: str, source: str, text: str) -> frozenset[str]:
    return frozenset(_stems(f"{title}\n{source}\n{text}"))


def _likeliest(kept: Sequence[str], hits: Sequence[Hit], articles: dict[str, Article], words: str) -> str:
    """The article with the most of the words in its title, then in its beginning, then the one found first."""
    order = {hit.chunk.article_id: place for place, hit in reversed(list(enumerate(hits)))}

    wanted = _stems(words)

    def rank(key: str) -> tuple[int, int, int]:
        title = set(_stems(articles[key].title))
        begins = set(_stems(articles[key].text[:600]))
        return (len(title & set(wanted)), len(begins & set(wanted)), -order[key])

    return max(kept, key=rank)


def _stems(text: str) -> list[str]:
    """The words that say something, without their endings, each once, in order."""
    words = (word for word in _WORD.findall(text) if word.lower() not in FUNCTION_WORDS)
    return list(dict.fromkeys(stem(word) for word in words))
