"""``/v1/articles``: the articles of a corpus, listed, read and removed."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from askdocs.core.articles import Article, ArticleList
from askdocs.core.base import Model
from askdocs.core.errors import AskdocsError
from askdocs.corpus.corpus import Corpus
from askdocs.ingest.file_state import is_url
from askdocs.serving.errors import error_docs
from askdocs.serving.refusals import UnknownArticle
from askdocs.serving.service import CorpusDep, CorpusNameDep, ServiceDep
from askdocs.serving.upload_folder import FOLDER, UploadFolder
from askdocs.storage.listing import files_of

router = APIRouter(prefix="/v1/articles", tags=["articles"])
_WAIT_SECONDS = 20.0  # for a job that is being indexed

_SALE = {
    "id": "0b6f1c0d5e2a4f7b", "source": "news/sale.md", "title": "Stake sold", "published": "2023-12-05",
    "meta": {"section": "markets"},
}  # fmt: skip
_LISTED = {"articles": [_SALE | {"characters": 128, "pages": 0, "tables": 0}], "total": 1, "next": None}
_TEXT = "Alibaba sold 33 million shares of XPeng for 391 million dollars on Friday."
_READ = {**_SALE, "text": _TEXT, "pages": [], "tables": [], "start": 0, "end": len(_TEXT), "characters": len(_TEXT)}
_REMOVED = {"id": _SALE["id"], "files_removed": ["sale.md"], "notes": []}


class ArticlePart(Article):
    """An article with its text from ``start`` to ``end``; of all its ``characters`` where no part was asked for.

    ``pages`` and ``tables`` stand at offsets of the whole text.
    """

    start: int
    end: int
    characters: int


class RemovedArticle(Model):
    """An article that was removed, and the uploaded files that went with it; ``notes`` say how it may come back."""

    id: str
    files_removed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def _replies(example: object, *others: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    errors = error_docs(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, *others)
    return {200: {"content": {"application/json": {"example": example}}}, **errors}


_DATE = {"pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}  # described only: a date that is none is refused in plainer words
_Date = Annotated[
    str | None,
    Query(
        max_length=10,
        openapi_examples={"day": {"value": "2023-12-05"}, "month": {"value": "2023-12"}},
        json_schema_extra=_DATE,
    ),
]
_Cursor = Annotated[str | None, Query(max_length=40, json_schema_extra={"pattern": r"^\d{1,18}$"})]
_Source = Annotated[str | None, Query(max_length=500, openapi_examples={"markdown": {"value": "*.md"}})]
_Words = Annotated[str, Query(max_length=200, openapi_examples={"words": {"value": "stake sold"}})]
_Offset = Annotated[int | None, Query(ge=0, le=2**53)]


@router.get("", responses=_replies(_LISTED))
def list_articles(
    corpus: CorpusDep,
    source: _Source = None,
    published_from: _Date = None,
    published_to: _Date = None,
    q: _Words = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: _Cursor = None,
    order: Literal["added", "latest"] = "added",
) -> ArticleList:
    """List articles without their texts, in the order they were added, or the latest first.

    `source` may hold `*` and `?`; the words of `q` stand in the title or the source. Give `next` of the reply as
    `cursor` to go on: it stays right while articles are added. A date may be a month or a year.
    """
    dates = [f">={published_from}"] * bool(published_from) + [f"<={published_to}"] * bool(published_to)
    where: dict[str, str | list[str]] = {"published": dates} if dates else {}
    if source:
        where["source"] = f"={source}"
    return corpus.list_articles(where, q, limit=limit, after=cursor, newest_first=order == "latest")


@router.get("/{article_id:path}", responses=_replies(_READ))
def read_article(corpus: CorpusDep, article_id: str, start: _Offset = None, end: _Offset = None) -> ArticlePart:
    """Read an article, or its text from `start` to `end`, in Unicode code points."""
    with corpus.searcher.snapshot() as store:
        article = store.article(article_id)
    if article is None:
        raise _unknown(article_id)
    size = len(article.text)
    first, last = min(start or 0, size), size if end is None else min(end, size)
    if first > last:
        raise AskdocsError(f"start: {start} lies behind the end, {last}")
    fields: dict[str, Any] = {name: getattr(article, name) for name in Article.model_fields}
    fields["text"] = article.text[first:last]
    return ArticlePart(**fields, start=first, end=last, characters=size)


@router.delete("/{article_id:path}", responses=_replies(_REMOVED, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE))
def remove_article(service: ServiceDep, name: CorpusNameDep, corpus: CorpusDep, article_id: str) -> RemovedArticle:
    """Remove an article, and the file that was uploaded for it where no other article comes from that.

    No other file is touched; `notes` then say that the article comes back when its folder is added again.
    """
    UploadFolder(corpus.path).check_writable()
    with service.indexing.alone(name, _WAIT_SECONDS):
        return _removed(corpus, article_id)


def _removed(corpus: Corpus, article_id: str) -> RemovedArticle:
    with corpus.searcher.snapshot() as store:
        files = files_of(store, article_id)
    if not corpus.remove(article_id=article_id):
        raise _unknown(article_id)
    uploads = UploadFolder(corpus.path)
    gone: list[str] = []
    notes: list[str] = []
    for file, articles in files.items():
        if articles == 1 and uploads.remove(file):
            gone.append(os.path.basename(file))
        else:
            notes.append(_note(file, articles if uploads.holds(file) else 0))
    return RemovedArticle(id=article_id, files_removed=tuple(gone), notes=tuple(notes))


def _note(file: str, articles: int) -> str:
    if articles > 1:
        return (
            f"{FOLDER}/{os.path.basename(file)} holds {articles - 1} other articles and stays; "
            "this one comes back when another version of that file is added"
        )
    if is_url(file):
        return f"it comes back when {file} is added again"
    return f"{os.path.basename(file)} was not uploaded and is left where it is; adding its folder again brings it back"


def _unknown(article_id: str) -> UnknownArticle:
    return UnknownArticle(f"no article has the id {article_id[:80]!r}; GET /v1/articles lists them")
