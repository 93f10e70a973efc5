"""Tables of a service: one at a time, told how far they are, stopped when the client leaves, and as files."""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from askdocs.core.base import Model
from askdocs.core.errors import AnswerTimeout, QuestionError
from askdocs.corpus.article_table.making import table_columns
from askdocs.corpus.article_table.table import ArticleTable
from askdocs.corpus.ask_options import AskKeywords
from askdocs.serving.refusals import ServiceEnding
from askdocs.serving.service import Visit
from askdocs.serving.works import Emit, Waiting

_APART = 0.1  # seconds between two words of progress
TableFormat = Literal["json", "csv", "tsv", "md", "html", "xlsx", "parquet"]
MEDIA_TYPES: dict[TableFormat, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "md": "text/markdown",
    "html": "text/html",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


class Progress(Model):
    """So many cells are done, of so many."""

    done: int
    total: int


class TableOrder(NamedTuple):
    """Which table is wanted: its questions by the names of their columns, whether known answers are asked again."""

    columns: Mapping[str, str]
    again: bool
    options: AskKeywords


async def progressing(visit: Visit, order: TableOrder) -> AsyncGenerator[Progress | ArticleTable, None]:
    """How far a table is, and then the table; leaving the iterator stops it, and what was answered is kept.

    Raises QueueFull while another one is made, and what ``Corpus.table`` raises.
    """
    table_columns(order.columns)  # what is wrong with them is told before a turn is taken

    def work(emit: Emit[Progress | ArticleTable], cancel: threading.Event) -> None:
        told, at = -1, 0.0

        def progress(done: int, total: int) -> None:
            nonlocal told, at
            if cancel.is_set():  # between cells that are known, which ask no model that would see it
                raise AnswerTimeout("the table was stopped")
            if done != told and (done in (0, total) or time.monotonic() - at >= _APART):
                told, at = done, time.monotonic()
                emit(Progress(done=done, total=total))

        stoppable = order.options.copy()
        stoppable["cancel"] = cancel
        emit(visit.corpus.table(order.columns, progress=progress, again=order.again, **stoppable))

    tables, patience = visit.service.tables, visit.service.settings.timeout
    pieces = tables.items(visit.caller.name, patience, work)
    try:
        async with contextlib.aclosing(pieces):
            async for piece in pieces:
                if not isinstance(piece, Waiting):
                    yield piece
    except ServiceEnding as error:
        raise ServiceEnding("the service is ending; what was answered is kept: ask for the table again") from error


async def made(visit: Visit, order: TableOrder) -> ArticleTable:
    """The table. Errors as for ``progressing``."""
    table = None
    async with contextlib.aclosing(progressing(visit, order)) as pieces:
        async for piece in pieces:
            if isinstance(piece, ArticleTable):
                table = piece
    assert table is not None, "a stream of pieces ends with a table or an error"
    return table


def as_file(table: ArticleTable, kind: TableFormat) -> bytes:
    r"""The table as a file of this kind. Raises AskdocsError where the extra that it needs is not installed.

    >>> as_file(ArticleTable(columns=(), rows=(), model="smollm2"), "csv")
    b'title,published,source\n'
    """
    if kind == "json":
        return table.model_dump_json().encode()
    with tempfile.TemporaryDirectory(prefix="askdocs-") as folder:
        return table.write(Path(folder) / f"table.{kind}").read_bytes()


def wanted_format(named: TableFormat | None, accept: str) -> TableFormat:
    """The kind of file that is named, else the first of the Accept header that there is; JSON where it names none.

    >>> wanted_format(None, "text/csv;q=0.5, application/vnd.apache.parquet"), wanted_format(None, "*/*")
    ('parquet', 'json')
    """
    if named:
        return named
    by_type = {media_type: kind for kind, media_type in MEDIA_TYPES.items()}
    wishes = sorted(map(_wish, accept.split(",")), key=lambda wish: -wish[1])
    return next((by_type[media_type] for media_type, weight in wishes if weight and media_type in by_type), "json")


def _wish(part: str) -> tuple[str, float]:
    """A media type with its weight."""
    media_type, _, parameters = part.partition(";")
    weight = 1.0
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name == "q":
            with contextlib.suppress(ValueError):
                weight = float(value)
    return media_type.strip().lower(), weight


def check_streamable(kind: TableFormat) -> None:
    """Raises QuestionError where events would have to hold a file."""
    if kind != "json":
        raise QuestionError(f'stream: events hold JSON, and {kind} was asked for; leave out "stream" for a file')
