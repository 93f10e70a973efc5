"""One line a request, without what was asked: neither queries nor names of articles or conversations are in it."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

from starlette.routing import BaseRoute, Route
from starlette.types import Scope

import askdocs
from askdocs.serving.access import Caller
from askdocs.serving.settings import ServeSettings
from askdocs.text.sanitize import one_line

log = logging.getLogger("askdocs.access")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
_PACKAGE = Path(askdocs.__file__).parent


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
    log.info(
        "%s %s %s %.0f ms %s",
        method_of(scope), template_of(scope), status or "left", seconds * 1000, _name_of(scope),
    )  # fmt: skip


def log_question(settings: ServeSettings, caller: str, question: str) -> None:
    """Write a question down, where that was asked for at the start."""
    if settings.log_questions:
        log.info("%s asks: %s", caller, one_line(question, 500))


def log_failure(settings: ServeSettings, scope: Scope, error: BaseException) -> None:
    """Write down what was unforeseen: where it happened. Its message may hold a question, or words of an article."""
    places = traceback.extract_tb(error.__traceback__)
    ours = [place for place in places if Path(place.filename).is_relative_to(_PACKAGE)] or places
    where = " < ".join(f"{Path(place.filename).name}:{place.lineno}" for place in reversed(ours[-6:]))
    said = f": {error}" if settings.log_questions else ""
    logging.getLogger(__name__).error(
        "%s %s failed: %s%s, at %s", method_of(scope), template_of(scope), type(error).__name__, said, where
    )


def _name_of(scope: Scope) -> str:
    caller = scope.get("askdocs.caller")
    if isinstance(caller, Caller):
        return caller.name
    return one_line(scope["client"][0], 64) if scope.get("client") else "local"
