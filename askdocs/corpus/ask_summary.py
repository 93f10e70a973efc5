"""A summary: sentences of the articles that a question names, or of what all say on a topic, each cited."""

from __future__ import annotations

import re
import time
from bisect import bisect_right
from collections.abc import Sequence

from askdocs.core.answers import Answer, Citation, Timings, Value
from askdocs.core.articles import Article, Chunk
from askdocs.corpus.ask_options import AskOptions
from askdocs.corpus.find_articles import FoundArticles, find_articles, units_of
from askdocs.corpus.searcher import Searcher
from askdocs.questions.summary_wording import SummarySubject
from askdocs.summaries.article_sentences import ArticleSentence, article_sentences
from askdocs.summaries.selection import select_sentences
from askdocs.text.english import stem

_FEWEST, _MOST = 5, 11  # sentences, unless the question says how many
_SHARE = 0.45  # of an article's sentences
_OF_TOPIC = 10  # sentences on a topic of several articles
_MOST_ARTICLES = 12
_THRESHOLD = 0.35  # the least certainty that these articles are meant


def ask_summary(searcher: Searcher, question: str, subject: SummarySubject, options: AskOptions) -> Answer:
    """Summarize what ``subject`` names; abstains, and says why, where no article is found for it.

    ``confidence`` is how sure it is that the articles are those that are meant; that the sentences are theirs is
    certain.
    """
    began = time.perf_counter()
    one = subject.scope == "one"
    found = find_articles(searcher, subject.phrases, options.where, one=one)
    if not subject.words and not found.articles and not one:
        found = _first_articles(searcher, options)
    sentences = _candidates(found)
    if subject.scope == "side":
        sentences = [sentence for sentence in sentences if _tells_of(sentence, subject)]
    if not sentences or found.sure < _THRESHOLD:
        return _no_summary(searcher, question, subject, found, options)
    chosen = _chosen(searcher, sentences, subject, found)
    citations = _citations(searcher, chosen)
    text = " ".join(sentence.text for sentence in chosen)
    spent = time.perf_counter() - began
    return Answer(
        question=question,
        text=text,
        abstained=False,
        confidence=found.sure,
        candidate=text,
        value=tuple(sentence.text for sentence in chosen),
        typed=Value(kind="list", value=tuple(sentence.text for sentence in chosen)),
        note=_note(chosen, sentences, found),
        citations=citations,
        hits=found.hits,
        form="summary",
        model=options.model_name,
        threshold=_THRESHOLD,
        timings=Timings(retrieve=spent, total=spent),
    )


def _first_articles(searcher: Searcher, options: AskOptions) -> FoundArticles:
    """Every article, or the first of very many: "Summarize the articles"."""
    with searcher.snapshot() as store:
        numbers = store.article_numbers(options.where)[:_MOST_ARTICLES]
        return FoundArticles(tuple(map(store.article_numbered, numbers)), (), 0.9)


def _candidates(found: FoundArticles) -> list[ArticleSentence]:
    """The sentences to choose from: of one article all, of several those of passages on the topic."""
    articles = found.articles[:_MOST_ARTICLES]
    if len(articles) == 1 or not found.hits:
        return [sentence for article in articles for sentence in article_sentences(article)]
    passages = [(hit.chunk.article_id, hit.chunk.start, hit.chunk.end) for hit in found.hits]
    return [
        sentence
        for article in articles
        for sentence in article_sentences(article)
        if any(article.id == key and start <= sentence.start < end for key, start, end in passages)
    ]


def _tells_of(sentence: ArticleSentence, subject: SummarySubject) -> bool:
    """Whether a sentence names what it is to be about, or all the words of it."""
    units = [unit for phrase in subject.phrases for unit in units_of(phrase)]
    stems = set(map(stem, re.findall(r"[\w'’]+", sentence.text)))
    return all(unit.lower() in sentence.text.lower() if " " in unit else stem(unit) in stems for unit in units)


def _chosen(
    searcher: Searcher, sentences: Sequence[ArticleSentence], subject: SummarySubject, found: FoundArticles
) -> list[ArticleSentence]:
    embedder = searcher.embedder()
    vectors = embedder.embed_texts([sentence.text for sentence in sentences])
    several = len({sentence.article.id for sentence in sentences}) > 1
    topic = embedder.embed_query(subject.words) if subject.words and several else None
    count = subject.sentences or (_OF_TOPIC if several else min(_MOST, max(_FEWEST, round(_SHARE * len(sentences)))))
    return [sentences[i] for i in select_sentences(sentences, vectors, count, topic)]


def _citations(searcher: Searcher, chosen: Sequence[ArticleSentence]) -> tuple[Citation, ...]:
    with searcher.snapshot() as store:
        chunks = {one.article.id: store.chunks_of(one.article.id) for one in chosen}
    return tuple(
        sentence_citation(one.article, one.start, one.end, chunk_at(chunks[one.article.id], one.start))
        for one in chosen
    )


def chunk_at(chunks: Sequence[Chunk], offset: int) -> int:
    """The id of the last chunk that begins at or before an offset; of the first where none does."""
    before = [chunk for chunk in chunks if chunk.start <= offset]
    return (before[-1] if before else chunks[0]).id


def sentence_citation(article: Article, start: int, end: int, chunk_id: int) -> Citation:
    """A citation of whole sentences of an article, which are the answer's own words."""
    return Citation(
        article_id=article.id,
        source=article.source,
        title=article.title,
        published=article.published,
        page=bisect_right(article.pages, start) if article.pages else None,
        chunk_id=chunk_id,
        start=start,
        end=end,
        quote=article.text[start:end],
        answer_start=start,
        answer_end=end,
    )


def _note(chosen: Sequence[ArticleSentence], sentences: Sequence[ArticleSentence], found: FoundArticles) -> str:
    articles = list(dict.fromkeys(sentence.article.id for sentence in chosen))
    if len(articles) == 1:
        of_it = sum(sentence.article.id == articles[0] for sentence in sentences)
        return f'{len(chosen)} of the {of_it} sentences of "{chosen[0].article.title}"'
    return f"{len(chosen)} sentences of {len(articles)} articles; {len(found.articles)} were found"


def _no_summary(
    searcher: Searcher, question: str, subject: SummarySubject, found: FoundArticles, options: AskOptions
) -> Answer:
    if subject.words:
        note = f'no article was found on "{subject.words}"'
    else:
        note = "which article? name it by its title, its file or what it is about"
    with searcher.snapshot() as store:
        if not store.article_numbers(options.where):
            note = "no article fits the filter" if options.where else "the corpus has no articles; add some"
    if found.articles:
        note = f'"{found.articles[0].title}" has no whole sentences to summarize'
    return Answer(
        question=question,
        text="",
        abstained=True,
        confidence=0.0,
        candidate="",
        note=note,
        hits=found.hits,
        form="summary",
        model=options.model_name,
        threshold=_THRESHOLD,
    )
