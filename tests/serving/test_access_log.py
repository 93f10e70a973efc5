"""The log: a line a request, and no question in it unless that was asked for."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from askdocs.serving.app import create_app
from askdocs.serving.settings import ServeSettings
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from tests.serving.conftest import QUESTION
from tests.serving.guarding.conftest import ANN, bearer, closed  # noqa: F401

SECRET = "Zanzibar"  # a word that is in no article and no code
ASKED = f"How many shares of XPeng did Alibaba sell to {SECRET}?"


def _lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "askdocs.access"]


def test_a_line_says_route_status_time_and_who(closed: TestClient, caplog: pytest.LogCaptureFixture) -> None:  # noqa: F811
    caplog.set_level(logging.INFO, "askdocs.access")
    closed.post("/v1/ask?corpus=news", json={"question": QUESTION}, headers=bearer(ANN))
    closed.get("/v1/ask", headers=bearer("wrong-secret-0123456789"))
    said = _lines(caplog)
    assert re.fullmatch(r"POST /v1/ask 200 \d+ ms ann", said[0])
    assert re.fullmatch(r"GET none 401 \d+ ms testclient", said[1])


@pytest.mark.parametrize("threshold", [0, 1])
def test_no_logger_writes_a_question_down(client: TestClient, caplog: pytest.LogCaptureFixture, threshold: int) -> None:
    caplog.set_level(logging.DEBUG)
    for logger in [logging.getLogger(name) for name in logging.root.manager.loggerDict]:
        caplog.set_level(logging.DEBUG, logger.name)
    long = ASKED + " and" * 20_000
    for question in (ASKED, long):
        for body in ({"question": question, "threshold": threshold}, {"question": question, "stream": True}):
            assert client.post("/v1/ask", json=body).status_code == 200
    client.post("/v1/ask", json={"question": ASKED, "where": {"no_such_field": ASKED}})
    client.post("/v1/ask", json={"question": ASKED, "model": ASKED})
    client.post("/v1/ask", json={ASKED: ASKED})
    client.post("/v1/search", json={"query": long})
    client.post("/v1/table", json={"columns": {"sale": ASKED}, "threshold": threshold})
    client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": ASKED}]})
    client.post("/", data={"question": ASKED})
    client.get("/articles", params={"q": ASKED})
    client.get("/" + ASKED, params={"question": ASKED})
    client.get("/static/" + ASKED)
    records = [record for record in caplog.records if not record.name.startswith(("httpx", "asyncio"))]  # the client's
    assert any(record.name == "askdocs.access" for record in records)
    said = [record.getMessage() + str(record.exc_info or "") for record in records]
    assert not [line for line in said if SECRET in line]


def test_questions_are_written_down_where_that_was_asked_for(
    folder: Path, model: ScriptedGenerator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "askdocs.access")
    settings = ServeSettings(corpora={"news": folder}, log_questions=True)
    app = create_app(settings, embedder=DeterministicEmbedder(), generator=model)
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        client.post("/v1/ask", json={"question": "Who sold\nthe \x1b[31mstake?"})
        client.post("/v1/search", json={"query": "Which trams?"})
        client.post("/v1/table", json={"columns": {"rain": "Where did it rain?"}})
    asked = ["Who sold the ␛[31mstake?", "Which trams?", "Where did it rain?"]
    assert [line for line in _lines(caplog) if "asks" in line] == [f"testclient asks: {question}" for question in asked]


def test_requests_are_counted_by_route_and_not_by_path(client: TestClient) -> None:
    for path in ("/v1/one", "/v1/two", "/static/three", "/static/four", "/healthz"):
        client.get(path)
    client.request("BREW", "/healthz")
    counted = client.get("/metrics").text
    assert 'askdocs_requests_total{method="GET",route="none",status="404"} 2.0' in counted
    assert 'askdocs_requests_total{method="GET",route="/static/...",status="404"} 2.0' in counted
    assert 'route="/healthz"' in counted
    assert 'method="other"' in counted
    assert "three" not in counted
