"""``/articles``: what a corpus holds, with filters; files and addresses are added here, and articles removed."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from askdocs.serving.pages.article_list import ListFilter, article_list
from askdocs.serving.pages.rendering import page as rendered
from askdocs.serving.service import CallerDep, CorpusDep, CorpusNameDep, ServiceDep

router = APIRouter(include_in_schema=False)
_Words = Annotated[str, Query(max_length=500)]


@router.get("/articles")
def articles(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    corpus: CorpusDep,
    corpus_name: CorpusNameDep,
    since: Annotated[str, Query(alias="from", max_length=20)] = "",
    until: Annotated[str, Query(alias="to", max_length=20)] = "",
    source: _Words = "",
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
) -> HTMLResponse:
    """The page of the list."""
    wanted = ListFilter(since=since.strip(), until=until.strip(), source=source.strip())
    with corpus.searcher.snapshot() as store:
        listed = article_list(store, wanted, page)
    return rendered(
        request, "articles.html.j2", service, caller, corpus_name, listed=listed, filter=wanted, quoted=_quoted,
        upload_bytes=service.settings.upload_bytes,
    )  # fmt: skip


def _quoted(article_id: str) -> str:
    return quote(article_id, safe="")
