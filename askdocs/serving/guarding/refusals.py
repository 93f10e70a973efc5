"""Requests that are refused before a route sees them."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response

from askdocs.core.errors import AskdocsError
from askdocs.serving.errors import ErrorReply, error_reply

_LAST = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
)


class Refused(AskdocsError):
    """A request is refused: ``status`` is that of the reply, ``kind`` names what was wrong."""

    def __init__(self, status: HTTPStatus, kind: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.headers = headers

    def reply(self) -> Response:
        """The reply that says so. After what may have been read in another way than meant, the connection ends.

        >>> Refused(HTTPStatus.FORBIDDEN, "OriginRefused", "no").reply().body
        b'{"error":{"type":"OriginRefused","message":"no"}}'
        """
        headers = self.headers or ({"Connection": "close"} if self.status in _LAST else None)
        return error_reply(self.status, self.kind, str(self), headers)


def _doc(when: str, kind: str, message: str) -> dict[str, object]:
    example = {"error": {"type": kind, "message": message}}
    return {"model": ErrorReply, "description": when, "content": {"application/json": {"example": example}}}


# How OpenAPI describes what may come instead of every reply.
REFUSAL_DOCS: dict[int | str, dict[str, object]] = {
    "4XX": _doc("The request is refused; the message says why.", "TooLarge", "the body is larger than 1048576 bytes"),
    "5XX": _doc("The service failed, is full, or took too long.", "InternalError", "it failed; the log says where"),
}
