"""What every reply tells the browser."""

from __future__ import annotations

import anyio
import pytest
from fastapi.testclient import TestClient
from starlette.types import Message

from askdocs.serving.guarding import replies
from askdocs.serving.guarding.replies import OTHER_POLICY, PAGE_POLICY, ClientStuck, Reply


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/openapi.json", "/v1/ask", "/nothing", "/static/base.css"])
def test_every_reply_holds_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == OTHER_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


def test_a_page_may_load_its_own_styles_and_scripts(closed: TestClient) -> None:
    headers = closed.get("/login").headers
    assert headers["content-security-policy"] == PAGE_POLICY
    assert "unsafe" not in PAGE_POLICY
    assert headers["cache-control"] == "no-store"


def test_what_is_unforeseen_is_a_reply_like_others(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_self: object) -> bytes:
        raise ZeroDivisionError("the question was: Who is ill?")

    monkeypatch.setattr("askdocs.serving.metrics.Metrics.text", fails)
    reply = client.get("/metrics")
    assert reply.status_code == 500
    assert reply.json() == {"error": {"type": "InternalError", "message": "it failed; the log says where"}}
    assert reply.headers["content-security-policy"] == OTHER_POLICY
    assert "GET /metrics failed: ZeroDivisionError at health.py:" in caplog.text
    assert "ill" not in caplog.text


async def test_a_client_that_reads_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "_READING_SECONDS", 0.01)

    async def stuck(_message: Message) -> None:
        await anyio.sleep_forever()

    with pytest.raises(ClientStuck):
        await Reply(stuck, is_static=False, origin=None).send({"type": "http.response.body", "body": b"a"})
