"""``/v1/ask``."""

from __future__ import annotations

import json

from fastapi.testclient import TestClient

from tests.serving.conftest import QUESTION, STORY
from tests.serving.live import wait_until


def test_an_answer_comes_with_its_quote(client: TestClient) -> None:
    reply = client.post("/v1/ask", json={"question": QUESTION, "threshold": 0})
    assert reply.status_code == 200
    answer = reply.json()
    assert answer["text"] == "33 million shares"
    (citation,) = answer["citations"]
    assert STORY[citation["start"] : citation["end"]] == citation["quote"]


def test_the_events_end_with_the_answer(client: TestClient) -> None:
    with client.stream("POST", "/v1/ask", json={"question": QUESTION, "threshold": 0, "stream": True}) as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        blocks = "".join(reply.iter_text()).strip().split("\n\n")
    events = [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]
    assert [event["event"] for event in events][:1] == ["retrieved"]
    assert events[-1]["event"] == "answered"
    assert json.loads(events[-1]["data"])["answer"]["text"] == "33 million shares"
    said = "".join(json.loads(event["data"])["text"] for event in events if event["event"] == "token")
    assert said == "33 million shares"


def test_an_empty_question_is_refused_with_a_word(client: TestClient) -> None:
    reply = client.post("/v1/ask", json={"question": "  ", "stream": True})
    assert reply.status_code == 422
    assert reply.json()["error"]["type"] == "QuestionError"


def test_a_model_that_is_not_served_is_refused(client: TestClient) -> None:
    reply = client.post("/v1/ask", json={"question": QUESTION, "model": "/etc/passwd"})
    assert reply.status_code == 422
    assert reply.json()["error"] == {
        "type": "UnknownModel",
        "message": "model '/etc/passwd' is not served; there are: smollm2",
    }


def test_a_service_that_answers_is_ready_though_it_could_not_be_warmed(client: TestClient) -> None:
    service = client.app.state.service  # type: ignore[attr-defined]
    wait_until(lambda: bool(service.ready))
    service.ready = False
    assert client.get("/healthz").status_code == 503
    assert client.post("/v1/ask", json={"question": QUESTION}).status_code == 200
    assert client.get("/healthz").json() == {"status": "ok"}
