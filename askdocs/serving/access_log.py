"""One line a request, without what was asked: neither queries nor names of articles or conversations are in it."""

from __future__ import annotations

import logging

from starlette.routing import BaseRoute, Route
from starlette.types import Scope

from askdocs.core.failures import where_it_failed
from askdocs.serving.access import Caller
from askdocs.serving.settings import ServeSettings
from askdocs.text.sanitize import one_line

_log = logging.getLogger(__name__)
_access = logging.getLogger("askdocs.access")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})


def template_of(scope: Scope) -> str:
    """The route of a request as it was declared, ``/v1/articles/{name}``; "none" where there is none.

    What a client writes into a path can be anything, so it is neither logged nor counted.
    """
    route, root = scope.get("route"), scope.get("root_path") or ""
    if isinstance(route, Route):
        return f"{root}{route.path}"
    if root:
        return f"{root}/..."
    routes: list[BaseRoute] = scope["app"].routes if "app" in scope else []
    fixed = {route.path for route in routes if isinstance(route, Route) and not route.param_convertors}
    return scope["path"] if scope["path"] in fixed else "none"


def method_of(scope: Scope) -> str:
    """The method of a request; "other" where it is none of HTTP's."""
    method = str(scope["method"])
    return method if method in _METHODS else "other"


def log_request(scope: Scope, status: int | None, seconds: float) -> None:
    """Write the line of one request; "left" where the client did not wait for the reply."""
    _access.info(
        "%s %s %s %.0f ms %s",
        method_of(scope), template_of(scope), status or "left", seconds * 1000, _name_of(scope),
    )  # fmt: skip


def log_question(settings: ServeSettings, caller: str, question: str) -> None:
    """Write a question down, where that was asked for at the start."""
    if settings.log_questions:
        _access.info("%s asks: %s", caller, one_line(question, 500))


def log_failure(settings: ServeSettings, scope: Scope, error: BaseException) -> None:
    """Write down what was unforeseen."""
    said = f" ({error})" if settings.log_questions else ""
    _log.error("%s %s failed: %s%s", method_of(scope), template_of(scope), where_it_failed(error), said)


def _name_of(scope: Scope) -> str:
    caller = scope.get("askdocs.caller")
    if isinstance(caller, Caller):
        return caller.name
    return one_line(scope["client"][0], 64) if scope.get("client") else "local"
