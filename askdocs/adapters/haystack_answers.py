"""An answer as Haystack has answers: at its offsets where it is words of an article, without where it is not."""

from __future__ import annotations

from dataclasses import replace

from haystack import Document
from haystack.dataclasses import ExtractedAnswer

from askdocs.core.answers import Answer, Citation
from askdocs.core.errors import CorpusError
from askdocs.corpus.corpus import Corpus

Span = ExtractedAnswer.Span


def haystack_answers(corpus: Corpus, answer: Answer) -> list[ExtractedAnswer]:
    """An answer as ``AskdocsAnswerer.run`` says."""
    if answer.abstained:
        nearest = {"nearest": answer.candidate}
        return [ExtractedAnswer(query=answer.question, score=1 - answer.confidence, data=None, meta=nearest)]
    documents = {one.article_id: _document(corpus, one) for one in answer.citations}
    if _is_words_of_articles(answer):
        return [_extracted(answer, one, documents[one.article_id]) for one in answer.citations]
    told = ExtractedAnswer(query=answer.question, score=answer.confidence, data=answer.text)
    if not answer.citations:
        return [told]
    first = answer.citations[0]
    return [replace(told, document=documents[first.article_id], context=first.quote, meta=_about(first))]


def _is_words_of_articles(answer: Answer) -> bool:
    if answer.form not in ("span", "list", "summary") or answer.style != "span" or answer.formula:
        return False
    if not answer.citations or (answer.typed and answer.typed.kind == "boolean"):
        return False
    return all(" ".join(_words(one).split()) in answer.text for one in answer.citations)


def _words(citation: Citation) -> str:
    return citation.quote[citation.answer_start - citation.start : citation.answer_end - citation.start]


def _extracted(answer: Answer, citation: Citation, document: Document | None) -> ExtractedAnswer:
    """The words of one citation; without an article that was changed or removed since."""
    there = document is not None and document.content[citation.start : citation.end] == citation.quote
    return ExtractedAnswer(
        query=answer.question,
        score=answer.confidence,
        data=_words(citation),
        document=document if there else None,
        document_offset=Span(citation.answer_start, citation.answer_end) if there else None,
        context=citation.quote,
        context_offset=Span(citation.answer_start - citation.start, citation.answer_end - citation.start),
        meta={"page": citation.page, **_about(citation)},
    )


def _document(corpus: Corpus, citation: Citation) -> Document | None:
    """The article that is cited; none where it was removed since."""
    try:
        text = corpus.article(citation.article_id).text
    except CorpusError:
        return None
    return Document(id=citation.article_id, content=text, meta=_about(citation))


def _about(citation: Citation) -> dict[str, str | None]:
    published = citation.published.isoformat() if citation.published else None
    return {
        "source": citation.source,
        "title": citation.title,
        "published": published,
        "article_id": citation.article_id,
    }
