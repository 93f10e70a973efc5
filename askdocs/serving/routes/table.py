"""``POST /v1/table``: the same questions of every article, as JSON, as events, or as a file."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Body, Header, Query, Request
from fastapi.responses import Response
from pydantic import Field

from askdocs.core.base import Model
from askdocs.corpus.article_table.table import ArticleTable
from askdocs.corpus.ask_options import AskKeywords
from askdocs.serving import asking
from askdocs.serving.access_log import log_question
from askdocs.serving.errors import detail_of, error_docs
from askdocs.serving.event_stream import EventStream, sse
from askdocs.serving.examples import TABLE, events_example, json_example
from askdocs.serving.routes.ask import WhereInput
from askdocs.serving.service import CallerDep, CorpusDep, ServiceDep
from askdocs.serving.table_making import (
    MEDIA_TYPES,
    Progress,
    TableFormat,
    TableOrder,
    as_file,
    check_streamable,
    made,
    progressing,
    wanted_format,
)

router = APIRouter(prefix="/v1", tags=["questions"])


class TableRequest(Model):
    """The questions of a table, with options that mean what they mean for ``Corpus.table``."""

    columns: dict[str, str] = Field(min_length=1, max_length=50, description="Questions by the names of their columns.")
    where: WhereInput | None = Field(None, description="Of which articles to ask, by field; all if not given.")
    model: str | None = Field(None, description="One of those that are served; the first if not given.")
    threshold: float | None = Field(
        None, strict=True, ge=0, le=1, description="Under which confidence a cell stays empty."
    )
    again: bool = Field(False, strict=True, description="Whether to ask anew what is known from an earlier table.")
    stream: bool = Field(False, strict=True, description="Whether to send events instead of JSON.")


_COLUMNS = {"shares": "How many shares were sold?"}
_EXAMPLES = {
    "table": {"summary": "One question of every article", "value": {"columns": _COLUMNS}},
    "progress": {
        "summary": "Of the articles of a year, with progress as events",
        "value": {"columns": _COLUMNS | {"price": "For how much?"}, "where": {"published": "2024"}, "stream": True},
    },
}
_EVENTS = (sse("progress", Progress(done=1, total=1)), sse("table", TABLE))
_FILES = {
    MEDIA_TYPES[kind]: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES if kind != "json"
}
_REPLY = {
    "description": "The table, or a file where one is asked for; with `stream`, `progress` ..., `table` or `error`.",
    "content": json_example(TABLE) | events_example(*(event.decode().strip() for event in _EVENTS)) | _FILES,
}


@router.post(
    "/table",
    summary="Ask every article",
    response_model=ArticleTable,
    responses={200: _REPLY, **error_docs(400, 401, 403, 404, 413, 422, 429, 503, 504)},
)
async def table(
    request: Request,
    asked: Annotated[TableRequest, Body(openapi_examples=_EXAMPLES)],
    service: ServiceDep,
    caller: CallerDep,
    corpus: CorpusDep,
    kind: Annotated[TableFormat | None, Query(alias="format", description="As a file of this kind.")] = None,
    accept: Annotated[str, Header(description="The media type of a file, instead of `format`.")] = "*/*",
) -> Response:
    """Ask the same questions of every article: a row an article, a column a question.

    One table is made at a time. What was answered is kept: a table that was stopped, as it is when the client closes
    the connection, goes on where it was when it is asked for again. Questions go before its cells.
    """
    wanted = wanted_format(kind, accept)
    options = AskKeywords(
        model=service.model(asked.model), where=asked.where, threshold=asked.threshold,
        timeout=service.settings.timeout,
    )  # fmt: skip
    for question in asked.columns.values():
        log_question(service.settings, caller.name, question)
    order = TableOrder(asked.columns, asked.again, options)
    if asked.stream:
        check_streamable(wanted)
        pieces = progressing(service, caller.name, corpus, order)
        first = await asking.unless_left(request, anext(pieces))
        return EventStream(_sent(first, pieces), service.metrics.left.inc)
    whole = await asking.unless_left(request, made(service, caller.name, corpus, order))
    content = await anyio.to_thread.run_sync(as_file, whole, wanted)
    # An attachment: its words are those of articles, and no page of this service.
    headers = {} if wanted == "json" else {"Content-Disposition": f'attachment; filename="table.{wanted}"'}
    return Response(content, media_type=MEDIA_TYPES[wanted], headers=headers)


async def _sent(
    first: Progress | ArticleTable, pieces: AsyncGenerator[Progress | ArticleTable, None]
) -> AsyncGenerator[bytes, None]:
    """The events as they are sent; an error on the way is the last of them."""
    try:
        async with contextlib.aclosing(pieces):
            yield _event(first)
            async for piece in pieces:
                yield await anyio.to_thread.run_sync(_event, piece)
    except Exception as error:
        yield sse("error", detail_of(error))


def _event(piece: Progress | ArticleTable) -> bytes:
    return sse("progress" if isinstance(piece, Progress) else "table", piece)
