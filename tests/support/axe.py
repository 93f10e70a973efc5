"""What axe finds wrong with a page for those who do not see it, or do not use a mouse."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped, unused-ignore]
from playwright.sync_api import Page


def violations(page: Page) -> list[tuple[str, object]]:
    """The rules that are broken, with the elements that break them."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]
