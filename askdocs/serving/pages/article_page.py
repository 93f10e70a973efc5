"""``/article/{id}``: an article with the quote marked in place, and the page of its PDF beside it."""

from __future__ import annotations

import functools
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from askdocs.core.errors import CorpusError, SourceError
from askdocs.serving.pages.article.view import OpenedCorpus, Place, article_view
from askdocs.serving.pages.pdf_pages.sheets import Sheets
from askdocs.serving.pages.pdf_pages.source_file import source_pdf
from askdocs.serving.pages.rendering import page
from askdocs.serving.service import CallerDep, CorpusDep, CorpusNameDep, ServiceDep
from askdocs.text.sanitize import sanitize

router = APIRouter(include_in_schema=False)
# An image is that of a file's bytes, which the next look may find changed.
_KEPT_SECONDS = 300
# An offset, a page or a chunk's id: no more than what SQLite counts with.
_Number = Annotated[int | None, Query(ge=0, le=2**53)]


def _place(
    start: _Number = None,
    end: _Number = None,
    answer_start: _Number = None,
    answer_end: _Number = None,
    chunk: _Number = None,
    page: _Number = None,
    begin: _Number = None,
) -> Place:
    return Place(
        start=start, end=end, answer_start=answer_start, answer_end=answer_end, chunk=chunk, page=page, begin=begin
    )


PlaceDep = Annotated[Place, Depends(_place)]


@functools.cache
def _sheets() -> Sheets:
    return Sheets()


@router.get("/article/{article_id:path}/page/{number}.png")
def image(corpus: CorpusDep, article_id: str, number: int) -> Response:
    """A page of the PDF that an article came from."""
    with corpus.searcher.snapshot() as store:
        pdf = source_pdf(store, article_id)
    if pdf is None:
        raise SourceError(article_id, "this article did not come from a PDF that is on this machine")
    drawn = _sheets().sheet(pdf, number)
    headers = {"Cache-Control": f"private, max-age={_KEPT_SECONDS}"}
    return Response(drawn.png, media_type="image/png", headers=headers)


@router.get("/article/{article_id:path}/fragment")
def fragment(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    corpus: CorpusDep,
    corpus_name: CorpusNameDep,
    article_id: str,
    place: PlaceDep,
) -> HTMLResponse:
    """The same without the frame and with less around the quote, to be shown beside an answer."""
    view = article_view(OpenedCorpus(corpus, corpus_name, _sheets()), article_id, place, beside=True)
    return page(
        request, "article_fragment.html.j2", service, caller, corpus_name, view=view, visible=sanitize, beside=True
    )


@router.get("/article/{article_id:path}")
def article(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    corpus: CorpusDep,
    corpus_name: CorpusNameDep,
    article_id: str,
    place: PlaceDep,
) -> HTMLResponse:
    """The page of an article."""
    try:
        view = article_view(OpenedCorpus(corpus, corpus_name, _sheets()), article_id, place)
    except CorpusError as error:
        if type(error) is not CorpusError:  # the corpus is locked or damaged
            raise
        missing = page(request, "article_missing.html.j2", service, caller, corpus_name)
        missing.status_code = HTTPStatus.NOT_FOUND
        return missing
    return page(request, "article.html.j2", service, caller, corpus_name, view=view, visible=sanitize, beside=False)
