"""``POST /v1/articles``: files and addresses that are added, and the jobs in which they are."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import Field

from askdocs.core.base import Model
from askdocs.corpus.opening import folder_beside
from askdocs.serving.access import Caller
from askdocs.serving.adding import address_work, checked_address, files_work, resume
from askdocs.serving.errors import error_docs
from askdocs.serving.jobs import Job, JobFile
from askdocs.serving.receiving import FIELD, Limits, receive_files
from askdocs.serving.refusals import UnknownJob
from askdocs.serving.service import CallerDep, CorpusDep, CorpusNameDep, Service, ServiceDep
from askdocs.serving.upload_folder import UploadFolder

router = APIRouter(prefix="/v1/articles", tags=["articles"])
_GLANCE = 0.2  # seconds between two looks at a job that is watched
_KEEP_ALIVE = 15.0  # seconds without an event after which a comment is sent

_JOB = {
    "id": "q0rXv2pYH1b3mK9c", "corpus": "news", "state": "done", "read": 1, "done": 1, "total": 1, "articles": 1,
    "files": [{"name": "sale.md", "state": "added", "reason": None}],
    "report": {"added": 1, "updated": 0, "unchanged": 0, "moved": 0, "removed": 0, "skipped": []},
    "error": None,
}  # fmt: skip
_EVENT = "event: job\ndata: " + json.dumps(_JOB) + "\n\n"
_FORM = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": [FIELD],
                "properties": {
                    FIELD: {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}}
                },
            },
            "examples": {"two files": {"value": {FIELD: ["sale.md", "figures.csv"]}}},
        }
    },
}


class AddressRequest(Model):
    """An address of the public web, to be added as an article."""

    url: str = Field(min_length=1, max_length=2048, json_schema_extra={"format": "uri"})


class Accepted(Model):
    """The job in which something is added, and the names under which files are stored."""

    job: str
    files: tuple[str, ...] = ()


_WHO = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
_WHEN = (HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_WHAT = (
    HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.INSUFFICIENT_STORAGE,
)  # fmt: skip


def _replies(status: int, example: object, *others: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    return {status: {"content": {"application/json": {"example": example}}}, **error_docs(*_WHO, *others)}


@router.post(
    "",
    status_code=202,
    responses=_replies(202, {"job": _JOB["id"], "files": ["sale.md"]}, *_WHEN, *_WHAT),
    openapi_extra={"requestBody": _FORM},
)
async def add_files(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    name: CorpusNameDep,
    corpus: CorpusDep,
    response: Response,
) -> Accepted:
    """Add files, sent in the field `files` of a form; they are indexed in a job, which the reply names.

    A file takes the place of one that was uploaded before under the same name, as a file that is added again does;
    where it holds the same, nothing is done. Of two in one request, the second gets a number.
    """
    folder = UploadFolder(corpus.path)
    folder.check_writable()
    with service.indexing.receiving(name, caller.name):
        batch = await asyncio.to_thread(folder.new_batch)
        try:
            names = await receive_files(request, folder, batch, Limits.of(service.settings))
            folder.mark_whole(batch)
            files = tuple(JobFile(name=one) for one in names)
            job = service.indexing.submit(name, files_work(folder, batch), files, client=caller.name)
        except BaseException:
            await asyncio.shield(asyncio.to_thread(folder.discard, batch))
            raise
    response.headers["Location"] = f"/v1/articles/jobs/{job.id}"
    return Accepted(job=job.id, files=names)


@router.post("/url", status_code=202, responses=_replies(202, {"job": _JOB["id"], "files": []}, *_WHEN))
async def add_address(
    asked: Annotated[
        AddressRequest, Body(openapi_examples={"page": {"value": {"url": "https://example.org/news/sale.html"}}})
    ],
    service: ServiceDep,
    caller: CallerDep,
    name: CorpusNameDep,
    corpus: CorpusDep,
    response: Response,
) -> Accepted:
    """Add a page of the public web, in a job. Addresses of this machine or its network are not fetched."""
    address = checked_address(asked.url)
    UploadFolder(corpus.path).check_writable()
    job = service.indexing.submit(name, address_work(address), (JobFile(name=address),), client=caller.name)
    response.headers["Location"] = f"/v1/articles/jobs/{job.id}"
    return Accepted(job=job.id)


@router.get("/jobs", responses=_replies(200, [_JOB]))
async def list_jobs(service: ServiceDep, name: CorpusNameDep) -> tuple[Job, ...]:
    """The jobs of a corpus, the latest first: those that wait or run, and the last hundred that are finished."""
    return service.indexing.jobs.of(name)


@router.get("/jobs/{job_id}", responses=_replies(200, _JOB))
async def read_job(service: ServiceDep, caller: CallerDep, job_id: str) -> Job:
    """How far a job is, and what came of it."""
    return _job(service, caller, job_id)


@router.get(
    "/jobs/{job_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"example": _EVENT}}}, **error_docs(*_WHO)},
)
async def watch_job(service: ServiceDep, caller: CallerDep, job_id: str) -> StreamingResponse:
    """Follow a job: an event `job` each time it changed, the last when it is finished."""
    _job(service, caller, job_id)
    return StreamingResponse(_changes(service, caller, job_id), media_type="text/event-stream")


def resume_all(service: Service) -> None:
    """Index what was left in each corpus when the service ended."""
    for name, place in service.settings.corpora.items():
        resume(service.indexing, name, UploadFolder(folder_beside(place)))


def _job(service: Service, caller: Caller, job_id: str) -> Job:
    """A job of a corpus that the caller may reach; of another it is not said that there is one."""
    job = service.indexing.jobs.get(job_id)
    if not caller.may_reach(job.corpus):
        raise UnknownJob(f"there is no job {job_id[:40]!r}, or not any more")
    return job


async def _changes(service: Service, caller: Caller, job_id: str) -> AsyncIterator[bytes]:
    told: Job | None = None
    at = time.monotonic()
    while told is None or not told.finished:
        try:
            job = _job(service, caller, job_id)
        except UnknownJob:  # forgotten: many others finished meanwhile
            return
        if job != told:
            told, at = job, time.monotonic()
            yield format_sse_event(data_str=job.model_dump_json(), event="job")
        elif time.monotonic() - at > _KEEP_ALIVE:
            at = time.monotonic()
            yield b": still there\n\n"
        if not job.finished:
            await asyncio.sleep(_GLANCE)
