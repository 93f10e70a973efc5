"""Logging in, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser
from pydantic import SecretStr

from askdocs.serving.app import create_app
from askdocs.serving.settings import ServeSettings, Token
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator

SECRET = "ann-secret-0123456789"


@pytest.fixture
def app(folder: Path, model: ScriptedGenerator) -> FastAPI:
    """A service that asks for a token."""
    access = (Token(name="ann", secret=SecretStr(SECRET)),)
    settings = ServeSettings(corpora={"news": folder}, access=access)
    return create_app(settings, embedder=DeterministicEmbedder(), generator=model)


def test_a_token_is_asked_for_and_opens_the_way(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 700})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/articles?corpus=news")
    assert page.url == f"{address}/login?next=%2Farticles%3Fcorpus%3Dnews"
    assert page.evaluate("document.activeElement.id") == "token"
    assert Axe().run(page).violations_count == 0
    page.keyboard.type("wrong-secret-0123456789")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert page.get_by_role("alert").inner_text() == "This token is not known here."
    assert [line for line in said if "401" not in line] == []  # nothing that the page's policy holds back
    page.get_by_label("Token").fill(SECRET)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{address}/articles?corpus=news")
    (cookie,) = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")
    assert page.evaluate("document.cookie") == ""
    page.goto(f"{address}/metrics")  # which only those with a token see
    assert "askdocs_requests_total" in page.content()
    page.goto(f"{address}/articles")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(f"{address}/login")
    assert page.context.cookies() == []
    page.context.close()


def test_a_page_of_elsewhere_reaches_nothing(browser: Browser, address: str) -> None:
    """From another port of this machine: another origin, but of the same site, to which cookies are sent."""
    page = browser.new_page()
    page.goto(f"{address}/login")
    page.get_by_label("Token").fill(SECRET)
    page.get_by_role("button", name="Log in").click()
    elsewhere = address.rsplit(":", 1)[0] + ":1"
    page.route(f"{elsewhere}/**", lambda route: route.fulfill(body="<p>evil</p>", content_type="text/html"))
    page.goto(f"{elsewhere}/")
    tried = """async (address) => {
        const said = [];
        const sent = [
            [address + "/metrics", {credentials: "include"}],
            [address + "/v1/ask", {method: "POST", credentials: "include", body: '{"question": "a"}'}],
            [address + "/v1/ask", {method: "POST", credentials: "include", mode: "no-cors", body: '{"question": "a"}'}],
            [address + "/login", {method: "POST", mode: "no-cors", body: new URLSearchParams({token: "a"})}],
        ];
        for (const [url, how] of sent) {
            try {
                const reply = await fetch(url, how);
                said.push(`${reply.type} ${reply.status}${await reply.text()}`);
            } catch (error) { said.push("TypeError"); }
        }
        return said;
    }"""
    said = page.evaluate(tried, address)
    assert all(line in ("TypeError", "opaque 0") for line in said), said
    counted = page.request.get(f"{address}/metrics").text()
    assert 'askdocs_requests_total{method="POST",route="/v1/ask"' not in counted  # refused before it got there
    page.context.close()
