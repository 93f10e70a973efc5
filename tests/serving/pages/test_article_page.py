"""The page of an article, in a real browser: the quote in its place, the page of its PDF, and nothing that runs."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page
from reportlab.pdfgen.canvas import Canvas

from askdocs.core.articles import Article
from askdocs.corpus.corpus import Corpus
from askdocs.testing import DeterministicEmbedder
from tests.support.axe import violations
from tests.support.made_pdfs import figures, left, lines, made_pdf

PROSE = ("The harbour of Lindholm was deepened in 2019 at a cost of 41 mil-", "lion kronor. Its tenants pay less.")
QUOTE, ANSWER = "The harbour of Lindholm was deepened in 2019 at a cost of 41 million kronor.", "41 million kronor"
ROWS = (
    ("Region", "2023", "2024"),
    ("North", "1,204.5", "1,318.0"),
    ("South", "988.1", "1,002.7"),
    ("West", "71.0", "84.2"),
    ("Total", "2,263.6", "2,404.9"),
)
HOSTILE = '<script>document.title = "taken"</script> <img src=x onerror=alert(1)> "onmouseover="alert(1)'


def _report(canvas: Canvas) -> None:
    left(canvas, 60, 780, "Annual report", 18)
    lines(canvas, 60, 740, PROSE)
    figures(canvas, 640, ROWS, (340, 440), leading=17)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with a PDF, a long article, and one that would like to run; beside it the PDF."""
    library = tmp_path_factory.mktemp("library")
    files = library / "files"
    files.mkdir()
    (files / "tables.md").write_text(
        "# One\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nText.\n\n| c | d |\n|---|---|\n| 3 | 4 |\n"
    )
    (files / "report.pdf").write_bytes(
        made_pdf(_report, lambda canvas: lines(canvas, 60, 700, ["On the second page a crane is named Ida."]))
    )
    long = "\n\n".join(f"Paragraph {number} says that {number * 7} units were sold." for number in range(5000))
    articles = [
        Article(id="long", source="https://example.org/long?a=1&b=2", title="Long", text=long),
        Article(
            id="x1", source='javascript:alert(1)//"onmouseover=alert(2)', title=HOSTILE, text=HOSTILE,
            published=datetime.date(2024, 2, 1),
        ),
        Article(id="with/slash", source="db#1", title="Slash", text="It has a slash in its name."),
    ]  # fmt: skip
    with Corpus.open(library / "corpus", embedder=DeterministicEmbedder()) as corpus:
        corpus.add(files)
        for one in articles:
            corpus.add(one)
    return library


@pytest.fixture
def folder(library: Path) -> Path:
    """The folder of the corpus, which no test here changes."""
    return library / "corpus"


@pytest.fixture
def report(folder: Path) -> Article:
    """The article of the PDF."""
    with Corpus.open(folder, embedder=DeterministicEmbedder()) as corpus:
        return next(one for one in corpus.articles() if one.source.endswith(".pdf"))


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A page of the browser, which must not see a script or a style refused, nor an error."""
    page = browser.new_page(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    page.close()
    assert said == []


def at(article: Article, words: str, answer: str = "", name: str = "") -> str:
    """The address of the words of an article."""
    start = article.text.index(words)
    place = {"start": start, "end": start + len(words)}
    if answer:
        begin = article.text.index(answer, start)
        place |= {"answer_start": begin, "answer_end": begin + len(answer)}
    return f"/article/{quote(article.id, safe='')}{name}?{urlencode(place)}"


def test_a_quote_is_marked_in_the_text_and_on_the_page_of_the_pdf(tab: Page, address: str, report: Article) -> None:
    tab.goto(address + at(report, QUOTE, ANSWER))
    assert "".join(tab.locator("article mark").evaluate_all("all => all.map(one => one.lastChild.data)")) == QUOTE
    assert tab.locator("article mark.answer").inner_text() == ANSWER
    assert tab.locator("#mark").count() == 1
    assert (
        tab.evaluate(
            "document.querySelector('.paper img').complete && document.querySelector('.paper img').naturalWidth"
        )
        == 1131
    )
    # The box of the answer's second line stands over "lion kronor" at the left edge of the text of the page.
    paper = tab.locator(".paper").bounding_box()
    box = tab.locator("rect.answer").last.bounding_box()
    assert paper
    assert box
    assert (box["x"] - paper["x"]) / paper["width"] == pytest.approx(60 / 595, abs=0.01)
    assert (box["y"] + box["height"] - paper["y"]) / paper["height"] == pytest.approx(1 - 728 / 842, abs=0.01)
    assert violations(tab) == []
    tab.emulate_media(color_scheme="dark")
    assert violations(tab) == []


def test_the_pages_of_the_pdf_are_turned_without_leaving(tab: Page, address: str, report: Article) -> None:
    tab.goto(address + at(report, QUOTE, ANSWER))
    tab.get_by_label("Next page").click()
    tab.get_by_text("Page 2 of 2").wait_for()
    assert tab.locator("rect").count() == 0
    assert "page=2" in tab.url
    tab.get_by_label("Page before").press("Enter")
    tab.get_by_text("Page 1 of 2").wait_for()
    assert tab.locator("rect.answer").count() == 2


def test_a_cell_is_marked_with_its_labels(tab: Page, address: str, report: Article) -> None:
    tab.set_viewport_size({"width": 390, "height": 800})
    tab.goto(address + at(report, "North | 1,204.5 | 1,318.0", "1,318.0"))
    assert tab.locator("td.cited").inner_text() == "1,318.0"
    assert tab.locator("th.names").all_inner_texts() == ["2024", "North"]
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    text, paper = tab.locator("article").bounding_box(), tab.locator(".paper").bounding_box()
    assert text
    assert paper
    assert paper["y"] > text["y"] + text["height"]  # the page of the PDF is under the text
    assert violations(tab) == []


def test_several_tables_without_captions_break_no_rule(tab: Page, address: str, folder: Path) -> None:
    with Corpus.open(folder, embedder=DeterministicEmbedder()) as corpus:
        two = next(one for one in corpus.articles() if len(one.tables) == 2)
    tab.goto(f"{address}/article/{two.id}")
    assert tab.locator("article table").count() == 2
    assert violations(tab) == []


def test_a_long_article_is_shown_around_its_quote_and_leads_on(tab: Page, address: str) -> None:
    text = "\n\n".join(f"Paragraph {number} says that {number * 7} units were sold." for number in range(5000))
    start = text.index("21000 units")
    tab.goto(f"{address}/article/long?start={start}&end={start + 11}")
    mark = tab.locator("#mark").bounding_box()
    assert mark
    assert 100 < mark["y"] < 800  # in view
    assert "Paragraph 4990 " not in tab.locator("article").inner_text()
    tab.get_by_role("link", name="Later text").click()
    assert "Paragraph 4990 " in tab.locator("article").inner_text()
    assert tab.get_by_role("link", name="example.org").get_attribute("href") == "https://example.org/long?a=1&b=2"


def test_nothing_of_an_article_runs(tab: Page, address: str) -> None:
    tab.goto(f"{address}/article/x1")
    assert tab.title() == f"{HOSTILE} – askdocs"
    assert tab.locator("article").inner_text().strip() == HOSTILE
    assert tab.locator("main img, main script, [onmouseover], [onerror]").count() == 0
    assert tab.locator("a[href^='javascript']").count() == 0
    assert tab.locator(".source").inner_text().startswith("javascript:alert(1)")
    tab.goto(f"{address}/articles")
    assert HOSTILE in tab.locator("#list").inner_text()
    assert tab.locator("#list img, #list script, [onmouseover], [onerror], a[href^='javascript']").count() == 0


def test_a_fragment_is_less_of_the_same(client: TestClient, report: Article) -> None:
    whole = client.get("/article/long")
    part = client.get("/article/long/fragment")
    assert part.text.lstrip().startswith('<section class="article-fragment"')
    assert len(part.text) < len(whole.text) / 4
    found = client.get(at(report, QUOTE, ANSWER, "/fragment"))
    assert 'id="mark"' in found.text
    assert "<rect" in found.text
    assert client.get("/article/with%2Fslash/fragment").status_code == 200
    assert "It has a slash" in client.get("/article/with%2Fslash").text


@pytest.mark.parametrize("place", ["start=5&end=999999999", "start=9&end=3", "chunk=999999", "answer_start=7"])
def test_a_place_that_is_not_in_the_article_is_said(client: TestClient, place: str) -> None:
    reply = client.get(f"/article/x1?{place}")
    assert reply.status_code == 200
    assert "not in this article" in reply.text
    assert 'id="mark"' not in reply.text


@pytest.mark.parametrize("place", ["start=-1&end=3", "start=a&end=3", f"chunk={10**30}"])
def test_a_place_that_is_none_is_refused(client: TestClient, place: str) -> None:
    assert client.get(f"/article/x1?{place}").status_code == 422


def test_a_chunk_alone_is_marked(client: TestClient, folder: Path, report: Article) -> None:
    with Corpus.open(folder, embedder=DeterministicEmbedder()) as corpus:
        hit = corpus.search("crane named Ida", k=1)[0]
    reply = client.get(f"/article/{report.id}?chunk={hit.chunk.id}")
    assert 'id="mark"' in reply.text
    assert "Page 2 of 2" in reply.text
    assert "not in this article" in client.get(f"/article/x1?chunk={hit.chunk.id}").text


def test_what_is_not_there_is_not_found(client: TestClient, report: Article) -> None:
    missing = client.get("/article/nope")
    assert missing.status_code == 404
    assert "There is no such article" in missing.text
    assert client.get("/article/nope?corpus=wages").status_code == 404
    assert client.get("/article/x1/page/1.png").status_code == 422
    assert client.get(f"/article/{report.id}/page/3.png").status_code == 422
    drawn = client.get(f"/article/{report.id}/page/1.png")
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/png")


def test_a_pdf_that_went_is_said_and_not_shown(client: TestClient, library: Path, report: Article) -> None:
    file = library / "files" / "report.pdf"
    file.rename(library / "away.pdf")
    try:
        reply = client.get(at(report, QUOTE, ANSWER))
        image = client.get(f"/article/{report.id}/page/1.png")
    finally:
        (library / "away.pdf").rename(file)
    assert "is not where it was when it was added" in reply.text
    assert "<img" not in reply.text
    assert 'id="mark"' in reply.text
    assert image.status_code == 422
