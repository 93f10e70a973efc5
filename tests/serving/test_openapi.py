"""What the service says of itself: every route with a summary, examples that are what is sent, and its errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs  # which schemathesis brings
import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient

from askdocs.serving.app import create_app
from askdocs.serving.settings import ServeSettings

APP = create_app(ServeSettings(corpora={"news": Path("news")}))
DOCUMENT: dict[str, Any] = APP.openapi()
JSON = "application/json"
METHODS = ("get", "post", "put", "patch", "delete")


def operations() -> Iterator[Any]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield pytest.param(operation, id=f"{method.upper()} {path}")


def matches(schema: dict[str, Any], example: object) -> None:
    whole = schema | {"components": DOCUMENT["components"]}
    jsonschema_rs.Draft202012Validator(whole, validate_formats=True).validate(example)


def examples_of(content: dict[str, Any]) -> list[object]:
    named = [one["value"] for one in content.get("examples", {}).values()]
    return [*named, content["example"]] if "example" in content else named


def test_the_document_is_valid_and_given_without_anything_from_elsewhere(client: TestClient) -> None:
    given = client.get("/openapi.json")
    assert given.status_code == 200
    schemathesis.openapi.from_dict(given.json()).validate()
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404


def test_every_route_for_programs_is_described(app: FastAPI) -> None:
    described = set(app.openapi()["paths"])
    wanted = {"/v1/ask", "/v1/search", "/v1/table", "/v1/models", "/v1/chat/completions", "/healthz", "/metrics"}
    assert wanted <= described
    routers = [getattr(route, "original_router", None) for route in app.routes]
    paths = {getattr(route, "path", "") for router in routers if router for route in router.routes}
    assert "/v1/ask" in paths
    assert {path.replace(":path}", "}") for path in paths if path.startswith("/v1/")} <= described


@pytest.mark.parametrize("operation", list(operations()))
def test_a_route_says_what_it_does_and_with_which_errors(operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"].endswith(".")
    for status, reply in operation["responses"].items():
        assert len(reply["description"]) > 5, status
    if "requestBody" in operation:
        assert {"401", "422", "503"} <= set(operation["responses"])


@pytest.mark.parametrize("operation", list(operations()))
def test_the_examples_are_what_is_asked_and_sent(operation: dict[str, Any]) -> None:
    body = operation.get("requestBody", {}).get("content", {}).get(JSON)
    if body is not None:
        examples = examples_of(body)
        assert examples
        for example in examples:
            matches(body["schema"], example)
    for status, reply in operation["responses"].items():
        content = reply.get("content", {})
        if JSON in content and status.isdigit():  # and not 4XX, which stands for whatever else there is
            assert examples_of(content[JSON]), status
        for one in content.values():
            for example in examples_of(one):
                matches(one.get("schema", {"type": "string"}), example)  # events have a schema each


def test_the_examples_of_requests_are_answered(client: TestClient) -> None:
    for path in ("/v1/ask", "/v1/search", "/v1/table", "/v1/chat/completions"):
        for example in examples_of(DOCUMENT["paths"][path]["post"]["requestBody"]["content"][JSON]):
            assert client.post(path, json=example).status_code == 200, (path, example)
