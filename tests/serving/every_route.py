"""Every route of an app, with a request for it that is as it should be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from askdocs.serving.service import corpus_name_of
from tests.serving.raw_requests import JSON, Pairs

_BOUNDARY = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nsome words\r\n--b--\r\n'
_FILES: Pairs = [(b"content-type", b"multipart/form-data; boundary=b")]
_FORM: Pairs = [(b"content-type", b"application/x-www-form-urlencoded")]


class Called(NamedTuple):
    """One method of one route; ``path`` holds its parameters in braces."""

    method: str
    path: str
    means_corpus: bool
    headers: Pairs
    body: bytes

    def target(self, value: str) -> bytes:
        """The path with a value for each parameter."""
        parts = self.path.split("/")
        return "/".join(value if part.startswith("{") else part for part in parts).encode()


def every_route(app: FastAPI) -> Iterator[Called]:
    """Every method of every route, pages and those that the OpenAPI does not tell of too."""
    bodies = app.openapi()["paths"]
    for route in iter_route_contexts(app.routes):
        if route.path is None:
            continue
        means_corpus = _depends(getattr(route, "dependant", None))
        for method in sorted(route.methods or ("GET", "POST")):  # an application of its own takes any
            headers, body = _body(bodies.get(route.path, {}).get(method.lower(), {}), method)
            yield Called(method, route.path, means_corpus, headers, body)


def _depends(dependant: Dependant | None) -> bool:
    """Whether the corpus that a request means is looked up as every route should."""
    if dependant is None:
        return False
    return dependant.call is corpus_name_of or any(map(_depends, dependant.dependencies))


def _body(operation: dict[str, Any], method: str) -> tuple[Pairs, bytes]:
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        return _FILES, _BOUNDARY
    if "application/json" in content:
        examples = [example["value"] for example in content["application/json"].get("examples", {}).values()]
        return JSON, json.dumps(examples[0] if examples else {}).encode()
    if method in ("GET", "HEAD", "DELETE", "OPTIONS"):
        return [], b""
    return _FORM, b"question=who"
