"""``/table``: some questions asked of every article, as a table with the quote behind each cell."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from askdocs.core.answer_text import CONFIDENCE_WORDS
from askdocs.serving.pages.rendering import page
from askdocs.serving.service import CallerDep, CorpusNameDep, ServiceDep

router = APIRouter(include_in_schema=False)


@router.get("/table")
def table(request: Request, service: ServiceDep, caller: CallerDep, corpus_name: CorpusNameDep) -> HTMLResponse:
    """The page of the table; its script asks ``/v1/table``."""
    return page(request, "table.html.j2", service, caller, corpus_name, confidence_words=CONFIDENCE_WORDS)
