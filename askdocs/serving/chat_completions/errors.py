"""Errors in OpenAI's shape, which its clients raise as errors of their own: BadRequestError, RateLimitError ..."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.requests import Request
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from askdocs.core.base import Model
from askdocs.core.errors import AskdocsError
from askdocs.serving.access import NotAllowed
from askdocs.serving.chat_completions.request import ChatRequestError
from askdocs.serving.errors import detail_of, status_of, what_is_wrong
from askdocs.serving.fair_queue import QueueFull
from askdocs.serving.service import UnknownModel

_INVALID = "invalid_request_error"


class OpenAIErrorDetail(Model):
    """What was wrong; ``param`` names the part of the request, ``code`` the error."""

    message: str
    type: str
    param: str | None = None
    code: str | None = None


class OpenAIError(Model):
    """The body of a reply that is an error."""

    error: OpenAIErrorDetail


class OpenAIRoute(APIRoute):
    """A route whose errors have OpenAI's shape."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the route, its errors turned into replies."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except HTTPException as error:
                detail = OpenAIErrorDetail(message=str(error.detail), type=_INVALID, code="http_error")
                return JSONResponse(OpenAIError(error=detail).model_dump(), error.status_code)
            except (AskdocsError, RequestValidationError) as error:
                headers = {"Retry-After": str(error.retry_after)} if isinstance(error, QueueFull) else None
                return JSONResponse(openai_error(error).model_dump(), openai_status(error), headers)

        return handled


def openai_status(error: AskdocsError | RequestValidationError) -> HTTPStatus:
    """The status of a reply: what cannot be done is a bad request, as OpenAI has it.

    >>> openai_status(UnknownModel("no")).value, openai_status(AskdocsError("no")).value
    (404, 400)
    """
    if isinstance(error, UnknownModel):
        return HTTPStatus.NOT_FOUND
    if isinstance(error, RequestValidationError):
        return HTTPStatus.BAD_REQUEST
    status = status_of(error)
    return HTTPStatus.BAD_REQUEST if status == HTTPStatus.UNPROCESSABLE_ENTITY else status


def openai_error(error: Exception) -> OpenAIError:
    """An error as the body of a reply.

    >>> openai_error(UnknownModel("model 'gpt' is not served")).error.code
    'model_not_found'
    """
    if isinstance(error, RequestValidationError):
        place, message = what_is_wrong(error)
        return OpenAIError(error=OpenAIErrorDetail(message=f"{place}: {message}", type=_INVALID, param=place))
    detail = detail_of(error)
    kind, param, code = "server_error", None, detail.type
    if isinstance(error, QueueFull):
        kind = code = "rate_limit_exceeded"
    elif isinstance(error, UnknownModel):
        kind, param, code = _INVALID, "model", "model_not_found"
    elif isinstance(error, ChatRequestError):
        kind, param, code = _INVALID, error.param, "unsupported_value"
    elif isinstance(error, AskdocsError) and openai_status(error) < HTTPStatus.INTERNAL_SERVER_ERROR:
        kind = _INVALID
    return OpenAIError(error=OpenAIErrorDetail(message=detail.message, type=kind, param=param, code=code))


def openai_error_docs(*statuses: int) -> dict[int | str, dict[str, object]]:
    """How the error replies of a route are described in OpenAPI, each with an example."""
    return {status: _error_doc(status) for status in statuses}


def _error_doc(status: int) -> dict[str, object]:
    when, error = _DESCRIBED[status]
    return {
        "model": OpenAIError,
        "description": when,
        "content": {"application/json": {"example": openai_error(error).model_dump()}},
    }


_DESCRIBED: dict[int, tuple[str, AskdocsError]] = {
    400: ("The request cannot be answered; the message says why.", ChatRequestError("n", "n=2: leave n out")),
    401: ("A token is asked for, and none that is known was given.", AskdocsError("a token is needed")),
    403: ("The caller may not reach this corpus.", NotAllowed("corpus 'wages': your token does not reach it")),
    413: ("The request is too large.", AskdocsError("the request is larger than is allowed")),
    404: ("The model, or the corpus, is not served.", UnknownModel("model 'gpt-4o' is not served")),
    429: ("Too many are waiting; Retry-After says when to ask again.", QueueFull(4)),
    503: ("The service is starting or ending, or the model cannot be used.", AskdocsError("the service is ending")),
    504: ("The time limit passed.", AskdocsError("the time limit of 60 s passed")),
}
