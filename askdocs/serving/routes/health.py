"""Whether the service is up, and what it counts."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from askdocs.core.base import Model
from askdocs.serving.examples import json_example
from askdocs.serving.service import ServiceDep

router = APIRouter(tags=["health"])


class Health(Model):
    """Whether the service can answer; "loading" while the model is being loaded."""

    status: Literal["ok", "loading"]


_LOADING = {"description": "The model is being loaded.", "content": json_example(Health(status="loading"))}


@router.get(
    "/healthz",
    summary="Say whether the service can answer",
    responses={200: {"content": json_example(Health(status="ok"))}, 503: {"model": Health} | _LOADING},
)
async def healthz(service: ServiceDep, response: Response) -> Health:
    """Say whether the service can answer: 200 where it can, 503 while the model is being loaded."""
    response.status_code = 200 if service.ready else 503
    return Health(status="ok" if service.ready else "loading")


_COUNTS = '# TYPE askdocs_answers_total counter\naskdocs_answers_total{outcome="answered"} 41.0\n'


@router.get(
    "/metrics",
    summary="Show what the service counts",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}, "example": _COUNTS}}}},
)
async def metrics(service: ServiceDep) -> Response:
    """What the service counts, in the format of Prometheus."""
    return Response(service.metrics.text(), media_type=CONTENT_TYPE_LATEST)
