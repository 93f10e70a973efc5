"""Paths of requests: which are odd, and what kind of thing they ask for."""

from __future__ import annotations

import re
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import Scope

from askdocs.serving.guarding.refusals import Refused

LOGIN, LOGOUT = "/login", "/logout"
_API = ("/v1", "/mcp", "/metrics", "/healthz", "/openapi.json")
_UPLOADS = ("/v1/articles", "/articles")
_PUBLIC = (LOGIN, "/healthz", "/static")
_PATH, _QUERY = 2048, 8192  # bytes
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\\\\\ufffd\ud800-\udfff]")  # U+FFFD: what was no UTF-8
_HEADERS, _HEADER_BYTES = 100, 32 * 1024


def check_head(scope: Scope) -> None:
    """Raise Refused where it is another HTTP, or the address or the headers are too long."""
    if scope["http_version"] not in ("1.0", "1.1"):
        raise Refused(HTTPStatus.BAD_REQUEST, "RequestError", "this service speaks HTTP/1.1")
    if len(scope.get("raw_path") or b"") > _PATH or len(scope["path"]) > _PATH or len(scope["query_string"]) > _QUERY:
        message = f"the address is too long: {_PATH} bytes of path and {_QUERY} of query are the most"
        raise Refused(HTTPStatus.REQUEST_URI_TOO_LONG, "TooLong", message)
    sizes = [len(name) + len(value) for name, value in scope["headers"]]
    if len(sizes) > _HEADERS or sum(sizes) > _HEADER_BYTES:
        message = f"too many headers: {_HEADERS} of {_HEADER_BYTES} bytes together are the most"
        raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "TooLong", message)


def check_path(path: str) -> None:
    r"""Raise Refused for a path that could mean another one to whatever it is handed to.

    >>> check_path("/v1/articles/a..b")
    >>> check_path("/static/../../etc/passwd")
    Traceback (most recent call last):
    askdocs.serving.guarding.refusals.Refused: this path is not taken; leave out '..', '\' and control characters
    """
    has_dots = not {".", ".."}.isdisjoint(path.split("/"))
    if has_dots or _ODD.search(path) or not path.startswith("/") or path.startswith("//"):
        message = "this path is not taken; leave out '..', '\\' and control characters"
        raise Refused(HTTPStatus.BAD_REQUEST, "PathRefused", message)


def is_api(path: str) -> bool:
    """Whether programs call it; else it is a page, or belongs to one."""
    return _is_under(path, _API)


def is_public(path: str) -> bool:
    """Whether no token is asked for it."""
    return _is_under(path, _PUBLIC)


def takes_files(path: str) -> bool:
    """Whether files may be uploaded there."""
    return _is_under(path, _UPLOADS)


def is_static(path: str) -> bool:
    """Whether it is a style or a script of the pages."""
    return _is_under(path, ("/static",))


def is_preflight(method: str, headers: Headers) -> bool:
    """Whether a browser asks if a page of elsewhere may send something (CORS)."""
    return method == "OPTIONS" and "origin" in headers and "access-control-request-method" in headers


def _is_under(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(folder + "/") for folder in folders)
