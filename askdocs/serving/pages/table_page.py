"""``/table``: some questions asked of every article, as a table with the quote behind each cell."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from askdocs.core.answer_text import CONFIDENCE_WORDS
from askdocs.serving.pages.rendering import FrameDep

router = APIRouter(include_in_schema=False)


@router.get("/table")
def table(frame: FrameDep) -> HTMLResponse:
    """The page of the table; its script asks ``/v1/table``."""
    return frame.page("table.html.j2", confidence_words=CONFIDENCE_WORDS)
