"""Who may ask: tokens, sessions, and how often one may be wrong."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from askdocs.serving.access import Caller
from askdocs.serving.guarding.attempts import Attempts
from askdocs.serving.guarding.sessions import SECONDS, Sessions
from tests.serving.conftest import QUESTION
from tests.serving.guarding.conftest import ANN, BOB, bearer

ASKED = {"question": QUESTION, "threshold": 0}
COOKIE = "askdocs-8765"


def test_a_token_lets_in(closed: TestClient) -> None:
    assert closed.post("/v1/ask", json=ASKED, headers=bearer(ANN)).status_code == 200
    assert closed.post("/v1/ask", json=ASKED, headers={"Authorization": f"bearer  {BOB}"}).status_code == 200


@pytest.mark.parametrize(
    "shown",
    ["Bearer wrong-secret-0123456789", "Bearer", "Bearer ", f"Basic {ANN}", ANN, f"Bearer {ANN}x", "Bearer \xff", ""],
)
def test_another_token_does_not(closed: TestClient, shown: str) -> None:
    reply = closed.post("/v1/ask", json=ASKED, headers=[(b"authorization", shown.encode("latin-1"))])
    assert reply.status_code == 401
    assert reply.json()["error"]["type"] == "WrongToken"
    assert reply.headers["www-authenticate"] == 'Bearer realm="askdocs"'
    assert "secret-0123" not in reply.text


def test_two_tokens_are_refused(closed: TestClient) -> None:
    twice = [(b"authorization", f"Bearer {secret}".encode()) for secret in (ANN, BOB)]
    assert closed.get("/v1/articles", headers=twice).status_code == 400


@pytest.mark.parametrize("path", ["/v1/ask", "/metrics", "/openapi.json", "/mcp", "/v1/nothing"])
def test_without_one_a_program_is_told_what_to_send(closed: TestClient, path: str) -> None:
    reply = closed.get(path)
    assert reply.status_code == 401
    assert "Authorization: Bearer" in reply.json()["error"]["message"]


def test_without_one_health_styles_and_the_way_in_are_open(closed: TestClient) -> None:
    assert closed.get("/healthz").status_code in (200, 503)
    assert closed.get("/static/base.css").status_code == 200
    assert closed.get("/login").status_code == 200


def test_metrics_are_for_those_with_a_token(closed: TestClient) -> None:
    assert closed.get("/metrics", headers=bearer(ANN)).status_code == 200


def test_a_browser_is_led_to_the_form_and_back(closed: TestClient) -> None:
    reply = closed.get("/articles?corpus=news")
    assert (reply.status_code, reply.headers["location"]) == (303, "/login?next=%2Farticles%3Fcorpus%3Dnews")
    page = closed.get(reply.headers["location"])
    assert 'value="/articles?corpus=news"' in page.text
    reply = closed.post("/login", data={"token": ANN, "next": "/articles?corpus=news"})
    assert (reply.status_code, reply.headers["location"]) == (303, "/articles?corpus=news")
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert f"Max-Age={SECONDS}" in cookie
    assert "Secure" not in cookie
    assert ANN not in cookie
    assert closed.post("/v1/ask", json=ASKED).status_code == 200  # the page asks with the cookie
    reply = closed.post("/logout")
    assert (reply.status_code, reply.headers["location"]) == (303, "/login")
    closed.cookies.set(COOKIE, cookie.split(";")[0].split("=")[1])  # who kept a copy of it
    assert closed.post("/v1/ask", json=ASKED).status_code == 401


def test_a_script_and_a_picture_of_a_page_are_told_so_instead(closed: TestClient) -> None:
    for mode in ("cors", "same-origin", "no-cors"):
        shown = {"Sec-Fetch-Mode": mode, "Sec-Fetch-Site": "same-origin"}
        assert closed.get("/articles", headers=shown).status_code == 401
        assert closed.post("/conversations/turns", json={}, headers=shown).status_code == 401


def test_a_form_that_is_sent_too_late_leads_there_too(closed: TestClient) -> None:
    sent = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8765"}
    reply = closed.post("/?corpus=news", data={"question": QUESTION}, headers=sent)
    assert (reply.status_code, reply.headers["location"]) == (303, "/login?next=%2F")


def test_over_https_the_cookie_is_secure(closed: TestClient) -> None:
    reply = closed.post("https://127.0.0.1:8765/login", data={"token": ANN})
    assert "Secure" in reply.headers["set-cookie"]


def test_the_form_says_that_a_token_is_wrong(closed: TestClient) -> None:
    reply = closed.post("/login", data={"token": "<script>alert(1)</script>", "next": '"><script>'})
    assert reply.status_code == 401
    assert "This token is not known here" in reply.text
    assert "<script>" not in reply.text


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "/\tx", "javascript:alert(1)", "", "/é"]
)
def test_the_form_leads_nowhere_else(closed: TestClient, target: str) -> None:
    reply = closed.post("/login", data={"token": ANN, "next": target})
    assert reply.headers["location"] == "/"


def test_another_page_cannot_log_somebody_in(closed: TestClient) -> None:
    reply = closed.post("/login", data={"token": ANN}, headers={"Origin": "https://evil.example"})
    assert reply.status_code == 403


@pytest.mark.parametrize("forged", ["x", "", '"', "a" * 5000, "é", "=;=;", "news", "0" * 43])
def test_a_forged_cookie_is_nobody(closed: TestClient, forged: str) -> None:
    cookie = f"{COOKIE}={forged}".encode("latin-1")
    assert closed.post("/v1/ask", json=ASKED, headers=[(b"cookie", cookie)]).status_code == 401


def test_guessing_is_slowed_for_that_address_even_once_it_is_right(closed: TestClient) -> None:
    for _ in range(10):
        assert closed.get("/metrics", headers=bearer("wrong-secret-0123456789")).status_code == 401
    for reply in (closed.get("/metrics", headers=bearer(ANN)), closed.post("/login", data={"token": ANN})):
        assert reply.status_code == 429
        assert 1 <= int(reply.headers["retry-after"]) <= 6
    assert closed.get("/healthz").status_code in (200, 503)


def test_wrong_tries_are_forgiven_with_time_and_few_are_remembered() -> None:
    now = [0.0]
    attempts = Attempts(clock=lambda: now[0])
    for _ in range(12):
        attempts.failed("2001:db8::1")
    assert attempts.wait("2001:db8::ffff") == 18  # the same network
    now[0] = 18.0
    assert attempts.wait("2001:db8::1") == 0
    for number in range(5000):
        attempts.failed(f"client {number}")
    assert attempts.wait("2001:db8::1") == 0
    assert len(attempts._forgiven) == 4096


def test_sessions_end_and_few_are_kept() -> None:
    now = [0.0]
    sessions = Sessions(clock=lambda: now[0])
    first = sessions.open(Caller(name="ann"))
    second = sessions.open(Caller(name="bob"))
    assert first != second
    for _ in range(999):
        sessions.open(Caller(name="cy"))
    assert sessions.caller_of(first) is None
    assert sessions.caller_of(second) == Caller(name="bob")
    now[0] = float(SECONDS)
    assert sessions.caller_of(second) is None


def test_without_tokens_none_is_asked_for_and_any_is_taken(client: TestClient) -> None:
    assert client.post("/v1/ask", json=ASKED, headers=bearer("x")).status_code == 200
    assert client.get("/login", follow_redirects=False).headers["location"] == "/"
