"""The sentences of an article that a summary may be made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from askdocs.core.articles import Article
from askdocs.reading.injection_filter import injection_spans
from askdocs.text.paragraphs import block_spans, marked_heading, reads_like_heading
from askdocs.text.sentences import sentence_spans

_LEAST_WORDS = 5
_ENDS = re.compile(r"[.!?。！？؟…][\"'”’)\]»」]*$")
_LABELLED = re.compile(
    r"^(?:by [A-Z]|photo|image|picture|caption|credit|source|sources|tel|phone|e-?mail|contact|copyright|©|read more|"
    r"related|advertisement|subscribe|sign up|follow us|share this|click|updated|published|posted|editor['’]s note|"
    r"tags)\b\s*[:A-Z©/|]?",
    re.I,
)
_ASIDE = re.compile(
    r"\bBy [A-Z]\w+ [A-Z]\w+$|^(?:photo|image|picture|source|sources|credit|tel|contact)\b.{0,3}:", re.I
)


class ArticleSentence(NamedTuple):
    """A sentence, ``article.text[start:end]``; ``place`` counts the article's sentences from 0."""

    article: Article
    start: int
    end: int
    place: int

    @property
    def text(self) -> str:
        """The sentence on one line."""
        return " ".join(self.article.text[self.start : self.end].split())


def article_sentences(article: Article) -> list[ArticleSentence]:
    """Whole sentences of an article's prose, in order: no headings, rows of tables, captions, bylines, planted ones.

    >>> article = Article(id="a", source="a", title="t", text="# Sales\\n\\nThey rose by 5% in May. They fell.")
    >>> [one.text for one in article_sentences(article)]
    ['They rose by 5% in May.']
    """
    return [ArticleSentence(article, start, end, place) for place, (start, end) in enumerate(_spans(article))]


def _spans(article: Article) -> Iterator[tuple[int, int]]:
    text = article.text
    aside = [(table.start, table.end) for table in article.tables] + list(injection_spans(text))
    for block_start, block_end in block_spans(text):
        block = text[block_start:block_end]
        if marked_heading(block) or reads_like_heading(block):
            continue
        for start, end in sentence_spans(block):
            begin, stop = block_start + start, block_start + end
            if _reads_whole(text[begin:stop]) and not any(first < stop and begin < last for first, last in aside):
                yield begin, stop


def _reads_whole(sentence: str) -> bool:
    if len(sentence.split()) < _LEAST_WORDS or _ASIDE.search(sentence):
        return False
    return _ENDS.search(sentence) is not None and not (_LABELLED.match(sentence) and len(sentence.split()) < 12)
