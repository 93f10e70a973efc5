"""Answers to cells: what of an answer a table keeps, on disk and in its cells."""

from __future__ import annotations

import bisect
import hashlib
from collections.abc import Sequence

from askdocs.core.answers import Answer, Citation, Timings, Usage, Value
from askdocs.core.articles import Article, Chunk
from askdocs.corpus.article_table.table import TableCell


def cell_of(answer: Answer) -> TableCell:
    """The cell that an answer comes to; an empty one where it abstained.

    >>> answer = Answer(question="How much?", text="", abstained=True, confidence=0.2, candidate="9%", model="m")
    >>> cell = cell_of(answer)
    >>> cell.value, cell.nearest, cell.confidence
    (None, '9%', 0.2)
    """
    common = {
        "confidence": answer.confidence,
        "threshold": answer.threshold,
        "citations": answer.citations,
        "note": answer.note,
    }
    if answer.abstained:
        return TableCell(nearest=answer.candidate, **common)
    typed = answer.typed
    return TableCell(
        text=answer.text,
        value=answer.text if answer.value is None else answer.value,
        unit=_unit(typed),
        kind=typed.kind if typed else None,
        approximate=bool(typed and typed.approximate),
        formula=answer.formula,
        **common,
    )


def _unit(typed: Value | None) -> str | None:
    return (typed.currency or typed.unit) if typed else None


def kept_part(answer: Answer) -> Answer:
    """The answer without its hits, times and costs, which another time would not want."""
    return answer.model_copy(
        update={
            "hits": (),
            "omitted": (),
            "alternatives": (),
            "unread": (),
            "timings": Timings(),
            "usage": Usage(),
        }
    )


def moved_to(answer: Answer, article: Article, chunks: Sequence[Chunk]) -> Answer:
    """A kept answer as one about this article, which has the same text: its id, source and chunks may be others."""
    starts = [chunk.start for chunk in chunks]

    def moved(citation: Citation) -> Citation:
        place = bisect.bisect_right(starts, citation.answer_start) - 1
        return citation.model_copy(
            update={
                "article_id": article.id,
                "source": article.source,
                "chunk_id": chunks[max(place, 0)].id if chunks else citation.chunk_id,
            }
        )

    return answer.model_copy(update={"citations": tuple(moved(citation) for citation in answer.citations)})


def hash_of(article: Article) -> bytes:
    """What tells whether an article changed: its text, title, date, pages and tables; not where it lies."""
    read = article.model_dump_json(exclude={"id", "source", "meta"})
    return hashlib.sha256(read.encode("utf-8", "surrogatepass")).digest()
