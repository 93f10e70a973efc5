"""The table of questions, in a real browser: asked, shown, and each cell with its quote."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.serving.conftest import QUESTION
from tests.support.axe import violations

pytest.importorskip("askdocs.serving.routes.table")


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A page of the browser, which must see no error."""
    page = browser.new_page(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    page.close()
    assert said == []


def test_a_table_is_asked_and_each_cell_shows_its_quote(tab: Page, address: str) -> None:
    tab.goto(f"{address}/table")
    assert violations(tab) == []
    tab.get_by_role("textbox", name="Question 1").fill(QUESTION)
    tab.get_by_role("button", name="Add a question").click()
    expect(tab.get_by_role("textbox", name="Question 2")).to_be_focused()
    tab.get_by_role("textbox", name="Question 2").fill("Where did it rain?")
    tab.get_by_label("Name of column 2").fill("Place")
    tab.get_by_role("button", name="Make the table").click()
    expect(tab.locator("#result-title")).to_contain_text("2 articles", timeout=20_000)
    expect(tab.locator("#result-title")).to_be_focused()
    assert tab.locator("#table thead th").all_inner_texts()[1].split("\n") == ["Shares xpeng alibaba", QUESTION]
    row = tab.locator("#table tbody tr", has_text="Stake sold")
    row.locator("td button").first.click()
    panel = tab.get_by_role("complementary", name="What the cell rests on")
    assert "33 million shares" in panel.locator(".words").inner_text()
    expect(panel.locator("mark.answer")).to_have_text("33 million shares")
    assert violations(tab) == []
    tab.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(row.locator("td button").first).to_be_focused()
    tab.keyboard.press("ArrowRight")
    expect(row.locator("td button").nth(1)).to_be_focused()


def test_a_table_is_saved_as_a_file(tab: Page, address: str) -> None:
    tab.goto(f"{address}/table")
    tab.get_by_role("textbox", name="Question 1").fill(QUESTION)
    tab.get_by_label("Name of column 1").fill("shares")
    tab.get_by_role("textbox", name="Question 1").press("Enter")
    expect(tab.locator("#result-title")).to_contain_text("2 articles", timeout=20_000)
    with tab.expect_download() as saved:
        tab.get_by_role("button", name="CSV").click()
    with Path(saved.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = {row["title"]: row for row in csv.DictReader(file)}
    assert rows["Stake sold"]["shares_words"] == "33 million shares"
    with tab.expect_download() as saved:
        tab.get_by_role("button", name="HTML page").click()
    assert saved.value.suggested_filename == "table.html"
    assert "Stake sold" in Path(saved.value.path()).read_text(encoding="utf-8")


def test_only_the_articles_of_a_filter_are_asked(tab: Page, address: str) -> None:
    tab.set_viewport_size({"width": 390, "height": 800})
    tab.goto(f"{address}/table")
    tab.get_by_role("textbox", name="Question 1").fill(QUESTION)
    tab.get_by_text("Only some of the articles").click()
    tab.get_by_label("Published from").fill("2023-01-01")
    tab.get_by_role("button", name="Make the table").click()
    expect(tab.locator("#result-title")).to_contain_text("1 article,", timeout=20_000)
    tab.locator("#table td button").click()
    expect(tab.locator("#panel #mark")).to_be_in_viewport()
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    assert violations(tab) == []


def test_two_columns_of_one_name_are_refused(tab: Page, address: str) -> None:
    tab.goto(f"{address}/table")
    tab.get_by_role("button", name="Add a question").click()
    for number in (1, 2):
        tab.get_by_role("textbox", name=f"Question {number}").fill(QUESTION)
        tab.get_by_label(f"Name of column {number}").fill("shares")
    tab.get_by_role("button", name="Make the table").click()
    expect(tab.get_by_role("alert")).to_have_text("Two columns are named “shares”; give one of them another name.")
    tab.get_by_role("button", name="Remove question 2").click()
    expect(tab.get_by_role("textbox", name="Question 2")).to_have_count(0)


def test_a_table_is_stopped(tab: Page, address: str) -> None:
    tab.route("**/v1/table*", lambda _route: None)  # as a model that takes long
    tab.goto(f"{address}/table")
    tab.get_by_role("textbox", name="Question 1").fill(QUESTION)
    tab.get_by_role("button", name="Make the table").click()
    expect(tab.locator("#progress")).to_be_visible()
    tab.get_by_role("button", name="Stop").click()
    expect(tab.locator("#progress")).to_be_hidden()
    expect(tab.get_by_role("button", name="Make the table")).to_be_enabled()
    assert tab.locator("#trouble").text_content() == ""
