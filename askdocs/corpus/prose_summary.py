"""A summary rewritten in sentences by a capable model, held to the sentences that were chosen for it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

from askdocs.core.answers import Answer, Citation, Token, Unsupported
from askdocs.core.articles import Article, Chunk, Hit
from askdocs.corpus.ask_options import ModelRequest, Question
from askdocs.corpus.prose import WritingTask, write_checked
from askdocs.values.question_analysis import analyse_question

PROMPT = "prose_summary"
_LEAST_SHARE = 0.4  # of the chosen sentences that a rewriting must quote from, or it left out too much


def rewritten_summary(
    answer: Answer, request: ModelRequest, question: Question, article_of: Callable[[str], Article]
) -> Generator[Token, None, Answer]:
    """A summary of cited sentences in the words of the model, each sentence checked against those that it quotes.

    It stays as it was where it abstained, where no sentence of the model holds, or where those that do quote from too
    few of the chosen sentences. ``value`` stays the list of the sentences chosen.
    """
    if answer.abstained or len(answer.citations) < 2:
        return answer
    hits = _hits(answer.citations)
    articles = {citation.article_id: article_of(citation.article_id) for citation in answer.citations}
    task = WritingTask(analyse_question(question.text), hits, articles, PROMPT)
    written = yield from write_checked(request, task)
    draft, unsupported = written.draft, (*answer.unsupported, *written.draft.dropped)
    if not draft.kept:
        return answer.model_copy(update={"unsupported": unsupported})
    quoted = [citation for citation in answer.citations if any(map(citation_touches(citation), draft.citations))]
    if len(quoted) < _LEAST_SHARE * len(answer.citations):
        short = Unsupported(
            text=draft.text, reason=f"it quotes {len(quoted)} of the {len(answer.citations)} sentences chosen"
        )
        return answer.model_copy(update={"unsupported": (*unsupported, short)})
    timings = answer.timings.model_copy(update={"decode": answer.timings.decode + written.seconds})
    return answer.model_copy(
        update={
            "text": draft.text,
            "style": "prose",
            "citations": draft.citations,
            "unsupported": unsupported,
            "usage": written.usage,
            "timings": timings,
        }
    )


def citation_touches(chosen: Citation) -> Callable[[Citation], bool]:
    """Whether a quote stands in a chosen sentence."""

    def touches(quote: Citation) -> bool:
        same = quote.article_id == chosen.article_id
        return same and quote.answer_start < chosen.end and chosen.start < quote.answer_end

    return touches


def _hits(citations: Sequence[Citation]) -> list[Hit]:
    """The chosen sentences as passages; sentences of an article that follow each other are one."""
    hits: list[Hit] = []
    for citation in citations:
        last = hits[-1] if hits else None
        chunk = Chunk(
            id=citation.chunk_id,
            article_id=citation.article_id,
            start=citation.start,
            end=citation.end,
            text=citation.quote,
        )
        hit = Hit(chunk=chunk, source=citation.source, title=citation.title, published=citation.published, score=1.0)
        if last is not None and _follows(last.chunk, chunk):
            gap = chunk.start - last.chunk.end
            joined = last.chunk.model_copy(update={"end": chunk.end, "text": last.chunk.text + " " * gap + chunk.text})
            hits[-1] = last.model_copy(update={"chunk": joined})
        else:
            hits.append(hit)
    return hits


def _follows(before: Chunk, chunk: Chunk) -> bool:
    return before.article_id == chunk.article_id and 0 <= chunk.start - before.end <= 1
