"""How many articles hold some words: "How many articles mention layoffs?"."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from askdocs.core.answers import Answer, Citation, Timings, Value
from askdocs.core.articles import Article
from askdocs.core.base import IntArray
from askdocs.corpus.ask_options import AskOptions
from askdocs.corpus.ask_summary import chunk_at, sentence_citation
from askdocs.corpus.find_articles import units_of
from askdocs.corpus.searcher import Searcher
from askdocs.storage.filters import Where
from askdocs.storage.reader import Store
from askdocs.text.english import FUNCTION_WORDS, MONTHS
from askdocs.text.sentences import sentence_spans

_MOST_CITED = 50
_SURE_OF_WORDS, _SURE_OF_NAMES = 0.7, 0.9  # that articles about a thing hold its words; a name is hardly said otherwise
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH = "(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_WHEN = re.compile(
    rf"\s*\b(?:(?:were |was |are |published |dated |written |from |in |of |during |on |posted |that |come |came )+)"
    rf"(?:the year |the month of )?(?:{_MONTH}(?:,? (?:of )?)?)?{_YEAR}\s*$",
    re.I,
)
_WORD = re.compile(r"[\w'’&-]+")
_LOOKED_AT = 60  # sentences
_EITHER = re.compile(r"\s+or\s+", re.I)
_BOTH = re.compile(r"\s+and\s+|\s*,\s*(?:and\s+)?", re.I)


def ask_count(searcher: Searcher, question: str, words: str, options: AskOptions) -> Answer:
    """Count the articles that hold ``words`` in any of their forms, or were published when they say; each is cited.

    Of "layoffs or strikes" one is enough, of "layoffs and strikes" both are needed. What articles put in other words
    is not counted, and ``note`` says what was counted.
    """
    began = time.perf_counter()
    words, where = _dated(words, options.where)
    with searcher.snapshot() as store:
        searched = store.article_numbers(where)
        if words:
            found = _holding(store, words, where)
        else:
            found = {article.id: (article, 0) for article in map(store.article_numbered, searched[:_MOST_CITED])}
        stems = {term for word in _content(words) for _, term in store.terms(word)}
        citations = tuple(
            _citation(store, article, start, stems) for article, start in list(found.values())[:_MOST_CITED]
        )
    count = len(found) if words else len(searched)
    spent = time.perf_counter() - began
    named = any(map(str.isupper, words))
    said = f' hold "{words}", in any form of its words' if words else ""
    return Answer(
        question=question,
        text=str(count),
        abstained=False,
        confidence=_SURE_OF_NAMES if named or not words else _SURE_OF_WORDS,
        candidate=str(count),
        value=count,
        typed=Value(kind="number", value=count, unit="articles"),
        note=f"{count} of {len(searched)} articles{said}",
        citations=citations,
        form="count",
        model=options.model_name,
        timings=Timings(retrieve=spent, total=spent),
    )


def _holding(store: Store, words: str, where: Where | None) -> dict[str, tuple[Article, int]]:
    """The articles that hold the words, in the order they were added, each with where the first such chunk begins."""
    allowed = store.filter(where)
    kept: set[str] | None = None
    starts: dict[str, int] = {}
    for needed in [words] if _is_one_name(words) else _BOTH.split(words):
        either: set[str] = set()
        for wanted in _EITHER.split(needed):
            either |= _with_every(store, units_of(wanted), allowed, starts)
        kept = either if kept is None else kept & either
    found = {article.id: article for key in kept or () if (article := store.article(key)) is not None}
    order = (
        [store.article_numbered(number).id for number in store.article_numbers(where)] if len(found) > 1 else [*found]
    )
    return {key: (found[key], starts[key]) for key in order if key in found}


def _with_every(store: Store, units: Sequence[str], allowed: IntArray | None, starts: dict[str, int]) -> set[str]:
    """The ids of articles that hold every name and word; ``starts`` gets where the first such chunk begins."""
    kept: set[str] | None = None
    for unit in units:
        ids = [chunk_id for chunk_id, _ in store.bm25([unit], store.state().chunks, allowed)]
        holding: set[str] = set()
        for _, stored in sorted(store.chunks(ids).items(), reverse=True):
            holding.add(stored.chunk.article_id)
            starts[stored.chunk.article_id] = stored.chunk.start
        kept = holding if kept is None else kept & holding
    return kept or set()


def _is_one_name(words: str) -> bool:
    """Whether "and" stands within a name: "Harrow and Sons"."""
    return re.fullmatch(
        r"(?:[A-Z][\w'’&.-]*|and|of|the|&)(?: (?:[A-Z][\w'’&.-]*|and|of|the|&))*", words
    ) is not None and (re.search(r"\b(?:Sons?|Co|Company|Partners|Brothers|Daughters)\b", words) is not None)


def _content(words: str) -> list[str]:
    return [word for word in _WORD.findall(words) if word.lower() not in FUNCTION_WORDS]


def _citation(store: Store, article: Article, start: int, stems: set[str]) -> Citation:
    """The first sentence from ``start`` on that holds most of the words."""
    chunks = store.chunks_of(article.id)
    text = article.text
    spans = [(begin, end) for begin, end in sentence_spans(text) if end > start][:_LOOKED_AT] or [(0, len(text))]

    def held(span: tuple[int, int]) -> int:
        return len(stems & {term for _, term in store.terms(text[span[0] : span[1]])}) if stems else 0

    begin, end = max(spans, key=lambda span: (held(span), -span[0]))
    return sentence_citation(article, begin, end, chunk_at(chunks, begin))


def _dated(words: str, where: Where | None) -> tuple[str, Where | None]:
    """The words without a month or year of publishing at their end, and the filter with it.

    >>> _dated("from March 2025", None)
    ('', {'published': ['2025-03']})
    """
    found = _WHEN.search(f" {words}")
    if found is None:
        return words, where
    month = MONTHS.get((found["month"] or "").lower())
    when = f"{found['year']}-{month:02d}" if month else found["year"]
    before = (where or {}).get("published", ())
    kept = [before] if isinstance(before, str) else list(before) if isinstance(before, Sequence) else [before]
    return f" {words}"[: found.start()].strip(), {**(where or {}), "published": [*kept, when]}
