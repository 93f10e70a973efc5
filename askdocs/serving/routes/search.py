"""``POST /v1/search``: the passages nearest to a question, without a model."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Request
from pydantic import Field

from askdocs.core.articles import Hit
from askdocs.core.base import Model
from askdocs.serving import asking
from askdocs.serving.access_log import log_question
from askdocs.serving.errors import error_docs
from askdocs.serving.examples import HIT, json_example
from askdocs.serving.routes.ask import WhereInput
from askdocs.serving.service import CallerDep, CorpusDep, ServiceDep

router = APIRouter(prefix="/v1", tags=["questions"])


class SearchRequest(Model):
    """What is looked for; ``where`` limits the articles."""

    query: str = Field(description="A question, or some words.")
    k: int = Field(10, strict=True, ge=1, le=100, description="How many passages are wanted.")
    where: WhereInput | None = Field(None, description="Which articles may be among them, by field.")


_EXAMPLES = {
    "query": {"summary": "Some words", "value": {"query": "XPeng stake", "k": 3}},
    "some articles": {"summary": "In some articles", "value": {"query": "XPeng", "where": {"published": ">=2024"}}},
}
_REPLY = {"description": "The passages, best first.", "content": json_example([HIT])}


@router.post(
    "/search",
    summary="Find passages",
    responses={200: _REPLY, **error_docs(400, 401, 403, 404, 413, 422, 429, 503, 504)},
)
async def search(
    request: Request,
    asked: Annotated[SearchRequest, Body(openapi_examples=_EXAMPLES)],
    service: ServiceDep,
    caller: CallerDep,
    corpus: CorpusDep,
) -> list[Hit]:
    """Find the passages that most likely answer a question, best first."""
    log_question(service.settings, caller.name, asked.query)
    seconds = service.settings.timeout
    found = service.searches.result(caller.name, seconds, lambda _: corpus.search(asked.query, asked.k, asked.where))
    return await asking.unless_left(request, found)
