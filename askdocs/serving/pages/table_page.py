"""``/table``: some questions asked of every article, as a table with the quote behind each cell."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from askdocs.core.answer_text import CONFIDENCE_WORDS
from askdocs.corpus.article_table.table import ArticleTable
from askdocs.serving.pages.rendering import page
from askdocs.serving.service import CallerDep, CorpusNameDep, ServiceDep

router = APIRouter(include_in_schema=False)
_MEDIA = {"csv": "text/csv; charset=utf-8", "html": "text/html; charset=utf-8"}


@router.get("/table")
def table(request: Request, service: ServiceDep, caller: CallerDep, corpus_name: CorpusNameDep) -> HTMLResponse:
    """The page of the table."""
    return page(request, "table.html.j2", service, caller, corpus_name, confidence_words=CONFIDENCE_WORDS)


@router.post("/table/file.{ending}")
def file(ending: Literal["csv", "html"], table: ArticleTable, _caller: CallerDep) -> Response:
    """A table that the page holds as a file to keep."""
    with tempfile.TemporaryDirectory() as folder:
        made = table.write(Path(folder) / f"table.{ending}").read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="table.{ending}"'}
    return Response(made, media_type=_MEDIA[ending], headers=headers)
