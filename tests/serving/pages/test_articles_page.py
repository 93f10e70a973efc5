"""The list of articles, in a real browser: filters, files and addresses that are added, articles that are removed."""

from __future__ import annotations

import contextlib
import datetime
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, expect

from askdocs.core.articles import Article
from askdocs.corpus.corpus import Corpus
from askdocs.serving.pages.article_list import AT_ONCE
from askdocs.testing import DeterministicEmbedder
from tests.serving.pages.conftest import watched
from tests.support.axe import violations

pytest.importorskip("askdocs.serving.routes.uploads")


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A page of the browser, to which the service may refuse what it is asked for."""
    with watched(browser, "Failed to load resource") as page:
        yield page


def titles(page: Page) -> list[str]:
    return page.locator("#list .title").all_inner_texts()


def test_the_list_is_filtered_by_date_and_source(tab: Page, address: str) -> None:
    tab.goto(f"{address}/articles")
    assert tab.locator("#count").inner_text() == "2 articles"
    assert sorted(titles(tab)) == ["Stake sold", "rain"]
    assert violations(tab) == []
    tab.get_by_label("Published from").fill("2023-12-01")
    tab.get_by_role("button", name="Filter").click()
    expect(tab.locator("#count")).to_have_text("1 of 2 articles")
    assert "1 without a date is left out" in tab.locator("#list").inner_text()
    assert titles(tab) == ["Stake sold"]
    tab.get_by_role("link", name="Show all").click()
    tab.get_by_label("Source contains").fill("rain")
    tab.get_by_label("Source contains").press("Enter")
    expect(tab.locator("#count")).to_have_text("1 of 2 articles")
    assert titles(tab) == ["rain"]
    tab.get_by_role("link", name="rain").click()
    assert "It rained in Lisbon" in tab.locator("article").inner_text()


def test_files_are_added_with_a_line_for_each(tab: Page, address: str, tmp_path: Path) -> None:
    (tmp_path / "boats.md").write_text("---\ntitle: Boats\n---\nGreta sold twelve boats to the town of Ystad.\n")
    (tmp_path / "nothing.txt").write_text("")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    (tmp_path / "<b>odd.xyz").write_bytes(b"what")
    names = ["boats.md", "nothing.txt", "broken.pdf", "<b>odd.xyz"]
    tab.goto(f"{address}/articles")
    tab.locator("#files").set_input_files([tmp_path / name for name in names])
    expect(tab.locator("#uploads-said")).to_have_text("1 added, 3 not added", timeout=20_000)
    lines = tab.locator("#uploads-list li")
    assert [line.split("\n")[0] for line in lines.all_inner_texts()] == names
    assert [line.split("\n")[1] for line in lines.all_inner_texts()] == ["Added", *["Not added"] * 3]
    assert "The file is empty" in lines.nth(1).inner_text()
    assert "It is not a PDF that can be opened" in lines.nth(2).inner_text()
    assert "files of this kind (.xyz) are not read" in lines.nth(3).inner_text()
    assert tab.locator("#uploads b").count() == 0
    expect(tab.locator("#count")).to_have_text("3 articles")
    assert titles(tab)[0] == "Boats"
    assert violations(tab) == []
    tab.locator("#files").set_input_files([tmp_path / "boats.md"])
    expect(tab.locator("#uploads-said")).to_have_text("1 already here", timeout=20_000)


def test_files_are_dropped_anywhere_on_the_page(tab: Page, address: str) -> None:
    tab.goto(f"{address}/articles")
    data = tab.evaluate_handle(
        """() => { const data = new DataTransfer();
        data.items.add(new File(["Mo bought a red tractor in Skagen."], "tractor.txt")); return data; }"""
    )
    tab.dispatch_event("main", "dragenter", {"dataTransfer": data})
    assert tab.locator("#drop.over").count() == 1
    tab.dispatch_event("main", "drop", {"dataTransfer": data})
    assert tab.locator("#drop.over").count() == 0
    expect(tab.locator("#uploads-said")).to_have_text("1 added", timeout=20_000)


def test_an_address_of_this_machine_is_refused_with_its_reason(tab: Page, address: str) -> None:
    tab.goto(f"{address}/articles")
    tab.get_by_label("Or add a page by its address").fill(f"{address}/healthz")
    tab.get_by_label("Or add a page by its address").press("Enter")
    expect(tab.locator("#uploads-said")).to_have_text("1 not added", timeout=20_000)
    assert "not on the public internet" in tab.locator("#uploads-list").inner_text()


def test_an_article_is_removed_once_that_is_confirmed(tab: Page, address: str) -> None:
    tab.set_viewport_size({"width": 390, "height": 800})
    tab.goto(f"{address}/articles")
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    tab.get_by_role("button", name="Remove rain").press("Enter")
    dialog = tab.get_by_role("dialog")
    assert "rain" in dialog.inner_text()
    assert violations(tab) == []
    tab.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert len(titles(tab)) == 2
    tab.get_by_role("button", name="Remove rain").click()
    dialog.get_by_role("button", name="Remove").click()
    expect(tab.locator("#count")).to_have_text("1 article")
    expect(tab.locator("#count")).to_be_focused()
    assert titles(tab) == ["Stake sold"]
    assert tab.locator("#said").inner_text().startswith("Removed “rain”")


def test_what_cannot_be_removed_is_said(tab: Page, address: str, folder: Path) -> None:
    tab.goto(f"{address}/articles")
    with Corpus.open(folder, embedder=DeterministicEmbedder()) as corpus:
        (rain,) = [one for one in corpus.articles() if one.title == "rain"]
        corpus.remove(article_id=rain.id)
    tab.get_by_role("button", name="Remove rain").click()
    tab.locator("#remove-yes").click()
    expect(tab.locator("#remove-trouble")).to_contain_text("no article has the id")


def test_an_empty_corpus_says_what_to_do(tab: Page, address: str, folder: Path) -> None:
    with Corpus.open(folder, embedder=DeterministicEmbedder()) as corpus:
        for one in list(corpus.articles()):
            corpus.remove(article_id=one.id)
    tab.goto(f"{address}/articles")
    assert tab.locator("#count").inner_text() == "This corpus is empty"
    assert tab.locator("form.filters").count() == 0
    assert violations(tab) == []


def test_a_long_list_has_pages(client: TestClient, folder: Path) -> None:
    day = datetime.date(2024, 1, 1)
    with Corpus.open(folder, embedder=DeterministicEmbedder()) as corpus:
        corpus.add(
            Article(
                id=f"n{number}", source=f"notes/{number}.md", title=f"Note {number}", published=day,
                text=f"Note {number} is about a dog.",
            )
            for number in range(AT_ONCE + 5)
        )  # fmt: skip
    first = client.get("/articles?source=notes/&from=2023-01-01").text
    assert f"{AT_ONCE + 5} of {AT_ONCE + 7} articles" in first
    assert f">Note {AT_ONCE + 4}</a>" in first
    assert ">Note 4</a>" not in first
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older
    second = client.get(older[1].replace("&amp;", "&")).text
    assert ">Note 4</a>" in second
    assert second.count('class="title"') == 5
    assert "Page 2 of 2" in client.get("/articles?source=notes/&page=99").text


def test_an_article_that_is_damaged_stays_in_the_list(client: TestClient, folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / "corpus.db")) as database, database:
        database.execute("UPDATE articles SET published = 'yesterday' WHERE title = 'Stake sold'")
    shown = client.get("/articles").text
    assert "2 articles" in shown
    assert ">Stake sold</a>" in shown
    assert "was lost or changed; remove it and add it again" in shown
    assert "yesterday" not in shown


@pytest.mark.parametrize("query", ["from=notaday", "to=2024-13-01", "from=%3Cscript%3E"])
def test_a_filter_that_cannot_be_used_is_said(client: TestClient, query: str) -> None:
    reply = client.get(f"/articles?{query}")
    assert reply.status_code == 200
    assert "The filter cannot be used" in reply.text
    assert "write a date like" in reply.text
    assert "<script>" not in reply.text.replace('<script src="/static/theme.js"></script>', "")
