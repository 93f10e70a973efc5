"""Errors as replies: all have one shape, ``{"error": {"type": ..., "message": ...}}``, and a fitting status."""

from __future__ import annotations

import logging
from http import HTTPStatus

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
from askdocs.core.failures import where_it_failed
from askdocs.serving.access import NotAllowed
from askdocs.serving.conversations import UnknownConversation
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

_log = logging.getLogger(__name__)
_LOCKED_SECONDS = 30  # until a corpus that another process writes to is tried again

# The first class that fits counts.
_STATUS: tuple[tuple[type[AskdocsError], HTTPStatus], ...] = (
    (QueueFull, HTTPStatus.TOO_MANY_REQUESTS),
    (QueueClosed, HTTPStatus.SERVICE_UNAVAILABLE),
    (ServiceEnding, HTTPStatus.SERVICE_UNAVAILABLE),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (UnknownCorpus, HTTPStatus.NOT_FOUND),
    (UnknownConversation, HTTPStatus.NOT_FOUND),
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

_INTERNAL = "it failed; the log says why"
# When a status comes, and an error with which it does.
_DESCRIBED = {
    400: ("The body is no JSON.", "HTTPError", "There was an error parsing the body"),
    401: ("A token is asked for, and none that is known was given.", "HTTPError", "a token is needed"),
    403: ("The caller may not reach this.", "NotAllowed", "corpus 'wages': your token does not reach it"),
    404: ("There is no such thing.", "UnknownCorpus", "no corpus 'nwes' is served; there are: news"),
    408: ("The body came too slowly.", "UploadTooSlow", "nothing came for 30 s; send it again"),
    409: ("The corpus cannot be changed here.", "NotWritable", "the corpus can only be read here"),
    413: ("The request is too large.", "HTTPError", "the request is larger than is allowed"),
    415: ("Files of this kind are not read.", "KindNotRead", "photo.png: files of this kind are not read"),
    422: ("What was asked cannot be done; the message says why.", "QuestionError", "the question is empty"),
    429: ("Too many are waiting; the header says when to ask again.", "QueueFull", str(QueueFull(4))),
    503: ("The service is starting or ending, or the model cannot be used.", "QueueClosed", "the service is ending"),
    507: ("The disk is full.", "NoRoom", "the disk has no room left"),
    504: ("The time limit passed.", "AnswerTimeout", "its turn did not come within 60 s; ask again later"),
}


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


def what_is_wrong(error: RequestValidationError) -> tuple[str, str]:
    """The place in a request that does not fit, the first of several, and what is wrong with it."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return "body", f"it is no JSON: {first.get('ctx', {}).get('error', first['msg'])}"
    place = ".".join(str(part) for part in first["loc"] if part != "body") or "body"
    if first["type"] == "extra_forbidden":
        return place, "there is no such field; /openapi.json lists those that there are"
    return place, str(first["msg"])


def _plainly(error: HTTPException, request: Request) -> str:
    """What a reply of the framework says, with what to do where it is the address or the method that is wrong."""
    if error.status_code == HTTPStatus.NOT_FOUND and error.detail == HTTPStatus.NOT_FOUND.phrase:
        return f"{request.url.path[:200]}: there is no such address; /openapi.json lists those of the API"
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "another method")
        return f"{request.url.path[:200]} does not take {request.method}; use {allowed}"
    return str(error.detail)


def detail_of(error: Exception) -> ErrorDetail:
    """An error after the reply began, for its last event; what is unforeseen is logged, and not told to the caller.

    >>> detail_of(QueueFull(3)).type
    'QueueFull'
    """
    if isinstance(error, AskdocsError):
        return ErrorDetail(type=type(error).__name__, message=str(error))
    _log.error("a reply failed on its way: %s", where_it_failed(error))
    return ErrorDetail(type="InternalError", message=_INTERNAL)


def error_docs(*statuses: int) -> dict[int | str, dict[str, object]]:
    """How the error replies of a route are described in OpenAPI, each with an example.

    >>> sorted(error_docs(429, 504))
    [429, 504]
    """
    return {status: _error_doc(status) for status in statuses}


def _error_doc(status: int) -> dict[str, object]:
    when, kind, message = _DESCRIBED[status]
    described: dict[str, object] = {
        "model": ErrorReply,
        "description": when,
        "content": {"application/json": {"example": {"error": {"type": kind, "message": message}}}},
    }
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        seconds = {"description": "In how many seconds to ask again.", "schema": {"type": "integer", "minimum": 1}}
        described["headers"] = {"Retry-After": seconds}
    return described


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
        place, message = what_is_wrong(error)
        return error_reply(HTTPStatus.UNPROCESSABLE_ENTITY, "RequestError", f"{place}: {message}")

    @app.exception_handler(HTTPException)
    async def of_http(request: Request, error: HTTPException) -> JSONResponse:
        headers = dict(error.headers) if error.headers else None
        return error_reply(error.status_code, "HTTPError", _plainly(error, request), headers)
