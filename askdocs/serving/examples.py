"""Examples of replies for OpenAPI. They are made of the models themselves, so that they are what is sent."""

from __future__ import annotations

import datetime

from askdocs.core.answers import Answer, Citation, Timings, Usage, Value
from askdocs.core.articles import Chunk, Hit
from askdocs.core.base import Model
from askdocs.corpus.article_table.table import ArticleTable, TableCell, TableColumn, TableRow

QUESTION = "How many XPeng shares did Alibaba sell?"
_TEXT = "Alibaba sold 33 million shares of XPeng on Friday."
_WORDS = "33 million shares"
_ID, _SOURCE, _TITLE = "8f14e45fceea", "articles/sale.md", "Stake sold"
_PUBLISHED = datetime.date(2024, 3, 22)
_AT = _TEXT.index(_WORDS)

HIT = Hit(
    chunk=Chunk(id=1, article_id=_ID, start=0, end=len(_TEXT), text=_TEXT, heading=_TITLE),
    source=_SOURCE, title=_TITLE, published=_PUBLISHED, score=0.032, dense_score=0.71, dense_rank=1, bm25_score=6.4,
    bm25_rank=1,
)  # fmt: skip
CITATION = Citation(
    article_id=_ID, source=_SOURCE, title=_TITLE, published=_PUBLISHED, chunk_id=1, start=0, end=len(_TEXT),
    quote=_TEXT, answer_start=_AT, answer_end=_AT + len(_WORDS),
)  # fmt: skip
ANSWER = Answer(
    question=QUESTION, text=_WORDS, abstained=False, confidence=0.94, candidate=_WORDS, value=33_000_000,
    typed=Value(kind="number", value=33_000_000, unit="shares"), citations=(CITATION,), hits=(HIT,), model="smollm2",
    threshold=0.3, timings=Timings(retrieve=0.02, prefill=0.3, decode=0.2, first_token=0.4, total=0.6),
    usage=Usage(prompt_tokens=310, output_tokens=6),
)  # fmt: skip
TABLE = ArticleTable(
    columns=(TableColumn(name="shares", question="How many shares were sold?"),),
    rows=(
        TableRow(
            article_id=_ID, source=_SOURCE, title=_TITLE, published=_PUBLISHED,
            cells={
                "shares": TableCell(
                    text=_WORDS, value=33_000_000, unit="shares", kind="number", confidence=0.94, threshold=0.3,
                    citations=(CITATION,),
                )
            },
        ),
    ),
    model="smollm2", asked=1,
)  # fmt: skip


def json_example(reply: Model | list[Hit]) -> dict[str, object]:
    """The part of ``responses`` that shows a reply.

    >>> list(json_example(HIT))
    ['application/json']
    """
    example = (
        [one.model_dump(mode="json") for one in reply] if isinstance(reply, list) else reply.model_dump(mode="json")
    )
    return {"application/json": {"example": example}}


def events_example(*events: str) -> dict[str, object]:
    r"""The part of ``responses`` that shows server-sent events, for which OpenAPI 3.1 has no schema.

    >>> events_example("event: token\ndata: {}")
    {'text/event-stream': {'example': 'event: token\ndata: {}\n\n'}}
    """
    return {"text/event-stream": {"example": "\n\n".join(events) + "\n\n"}}
