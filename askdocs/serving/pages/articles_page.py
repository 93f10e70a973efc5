"""``/articles``: what a corpus holds, with filters; files and addresses are added here, and articles removed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from askdocs.serving.pages.addresses import article_address, in_path
from askdocs.serving.pages.article_list import ListFilter, article_list
from askdocs.serving.pages.rendering import FrameDep
from askdocs.serving.service import CorpusDep

router = APIRouter(include_in_schema=False)
_Words = Annotated[str, Query(max_length=500)]


@router.get("/articles")
def articles(
    frame: FrameDep,
    corpus: CorpusDep,
    since: Annotated[str, Query(alias="from", max_length=20)] = "",
    until: Annotated[str, Query(alias="to", max_length=20)] = "",
    source: _Words = "",
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
) -> HTMLResponse:
    """The page of the list."""
    wanted = ListFilter(since=since.strip(), until=until.strip(), source=source.strip())
    with corpus.searcher.snapshot() as store:
        listed = article_list(store, wanted, page)
    return frame.page(
        "articles.html.j2", listed=listed, filter=wanted, address=article_address, in_path=in_path,
        upload_bytes=frame.service.settings.upload_bytes,
    )  # fmt: skip
