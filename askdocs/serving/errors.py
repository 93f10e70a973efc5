"""Errors as replies: all have one shape, ``{"error": {"type": ..., "message": ...}}``, and a fitting status."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from askdocs.core.base import Model
from askdocs.core.errors import (
    AnswerTimeout,
    AskdocsError,
    CorpusDamaged,
    CorpusLocked,
    CorpusMismatch,
    ModelError,
    PromptTooLong,
    SourceError,
)
from askdocs.serving.access import NotAllowed
from askdocs.serving.corpora import UnknownCorpus
from askdocs.serving.fair_queue import QueueClosed, QueueFull
from askdocs.serving.refusals import (
    KindNotRead,
    NoRoom,
    NotWritable,
    ServiceEnding,
    TooMuchAtOnce,
    UnknownArticle,
    UnknownJob,
    UploadBroken,
    UploadTooLarge,
    UploadTooSlow,
)

_LOCKED_SECONDS = 30  # until a corpus that another process writes to is tried again

# The first class that fits counts.
_STATUS: tuple[tuple[type[AskdocsError], HTTPStatus], ...] = (
    (QueueFull, HTTPStatus.TOO_MANY_REQUESTS),
    (QueueClosed, HTTPStatus.SERVICE_UNAVAILABLE),
    (ServiceEnding, HTTPStatus.SERVICE_UNAVAILABLE),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (UnknownCorpus, HTTPStatus.NOT_FOUND),
    (UnknownArticle, HTTPStatus.NOT_FOUND),
    (UnknownJob, HTTPStatus.NOT_FOUND),
    (TooMuchAtOnce, HTTPStatus.TOO_MANY_REQUESTS),
    (UploadTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (KindNotRead, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (UploadBroken, HTTPStatus.BAD_REQUEST),
    (UploadTooSlow, HTTPStatus.REQUEST_TIMEOUT),
    (NoRoom, HTTPStatus.INSUFFICIENT_STORAGE),
    (NotWritable, HTTPStatus.CONFLICT),
    (AnswerTimeout, HTTPStatus.GATEWAY_TIMEOUT),
    (PromptTooLong, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ModelError, HTTPStatus.SERVICE_UNAVAILABLE),
    (CorpusLocked, HTTPStatus.SERVICE_UNAVAILABLE),
    (CorpusDamaged, HTTPStatus.INTERNAL_SERVER_ERROR),
    (CorpusMismatch, HTTPStatus.INTERNAL_SERVER_ERROR),
    (SourceError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (AskdocsError, HTTPStatus.UNPROCESSABLE_ENTITY),
)


class ErrorDetail(Model):
    """What was wrong: the name of the error, and words that say with which object and what to do next."""

    type: str
    message: str


class ErrorReply(Model):
    """The body of every reply that is an error."""

    error: ErrorDetail


def status_of(error: AskdocsError) -> HTTPStatus:
    """The status of a reply to this error.

    >>> status_of(QueueFull(3)).value
    429
    """
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def error_reply(status: int, kind: str, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """An error as a reply; halves of surrogate pairs, which a request may hold and UTF-8 may not, become "?"."""
    message = message.encode("utf-8", "replace").decode()
    body = ErrorReply(error=ErrorDetail(type=kind, message=message))
    return JSONResponse(body.model_dump(), status_code=status, headers=headers)


def described(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """The errors of a route, as OpenAPI describes them.

    >>> list(described(HTTPStatus.NOT_FOUND))
    [404]
    """
    return {status.value: {"model": ErrorReply, "description": status.phrase} for status in statuses}


def add_error_replies(app: FastAPI) -> None:
    """Make every error of an app a reply of one shape; the guard answers for what is unforeseen."""

    @app.exception_handler(AskdocsError)
    async def of_ours(_request: Request, error: AskdocsError) -> JSONResponse:
        headers = {"Retry-After": str(error.retry_after)} if isinstance(error, QueueFull | TooMuchAtOnce) else None
        if isinstance(error, CorpusLocked):
            headers = {"Retry-After": str(_LOCKED_SECONDS)}
        return error_reply(status_of(error), type(error).__name__, str(error), headers)

    @app.exception_handler(RequestValidationError)
    async def of_the_request(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"] if part != "body") or "body"
        return error_reply(HTTPStatus.UNPROCESSABLE_ENTITY, "RequestError", f"{place}: {first['msg']}")

    @app.exception_handler(HTTPException)
    async def of_http(_request: Request, error: HTTPException) -> JSONResponse:
        headers = dict(error.headers) if error.headers else None
        return error_reply(error.status_code, "HTTPError", str(error.detail), headers)
