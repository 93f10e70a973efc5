"""A real browser, and a service that it can reach."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

from tests.serving.live import running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium of the system; playwright's own where there is none.

    It ends with its module: while it runs, an event loop does, and no coroutine test of another module could.
    """
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        try:
            opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except Exception as error:
            pytest.skip(f"no Chromium could be started: {str(error).splitlines()[0]}")
        yield opened
        opened.close()


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """The address of the service, on a free port."""
    with running(app) as live:
        yield live.url


@contextlib.contextmanager
def watched(browser: Browser, *expected: str) -> Iterator[Page]:
    """A page of the browser, which must not see a script or a style refused, nor an error but those expected."""
    page = browser.new_page(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    page.close()
    assert [one for one in said if not one.startswith(expected)] == []


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A page of the browser, which must see no error."""
    with watched(browser) as page:
        yield page
