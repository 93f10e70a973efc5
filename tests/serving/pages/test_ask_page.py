"""The page where one asks, in a real browser: from the first question to a deleted conversation."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from askdocs.corpus.corpus import Corpus
from askdocs.serving.settings import ServeSettings
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from tests.serving.conftest import QUESTION, STORY

ANSWER = "33 million shares"
HOSTILE = "<img src=x onerror=alert(1)>"
FRAGMENT = f'<p>{"Words before. " * 400}</p><p>Then <mark class="answer" id="mark" tabindex="-1">{ANSWER}</mark>.</p>'
SENT = re.compile(r"/conversations/turns")


class Script:
    """What the model says; it stops before its last words while ``go`` is not set."""

    def __init__(self) -> None:
        self.words = ANSWER
        self.go = threading.Event()
        self.go.set()
        self.steps = 0

    def __call__(self, prompt: str) -> str:
        self.steps += 1
        if self.steps > 12:
            self.go.wait(20)
        return self.words if self.words in prompt else "unanswerable"


@pytest.fixture
def script() -> Iterator[Script]:
    script = Script()
    yield script
    script.go.set()


@pytest.fixture
def model(script: Script) -> ScriptedGenerator:
    return ScriptedGenerator(script)


@pytest.fixture
def settings(folder: Path) -> ServeSettings:
    return ServeSettings(corpora={"news": folder}, at_once=1)


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A fresh profile, which must not see a dialog, a request to elsewhere, or anything that is refused to run."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.set_default_timeout(8000)
    wrong: list[str] = []
    context.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("dialog", lambda dialog: wrong.append(f"dialog {dialog.message}"))
    context.on("request", lambda sent: None if sent.url.startswith((address, "data:")) else wrong.append(sent.url))
    yield context
    context.close()
    assert [one for one in wrong if not one.startswith("Failed to load resource")] == []


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    return page


def ask(page: Page, question: str, *, anyway: bool = True) -> None:
    """Ask as a reader does, and wait for the answer."""
    answers = page.locator("#turns > article").count()
    send(page, question, anyway=anyway)
    expect(page.locator("#turns > article")).to_have_count(answers + 1)


def send(page: Page, question: str, *, anyway: bool = True) -> None:
    page.locator("[name=anyway]").evaluate("(box, anyway) => { box.checked = anyway }", anyway)
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")


def said(page: Page) -> str:
    return page.locator("#turns > article").last.locator(".said").inner_text()


def test_words_come_and_the_answer_takes_their_place(page: Page, script: Script) -> None:
    script.go.clear()
    send(page, QUESTION)
    draft = page.locator("#pending .draft")
    expect(draft).to_contain_text("3")
    assert ANSWER.startswith(draft.inner_text())
    assert draft.inner_text() != ANSWER
    expect(page.locator("#pending")).to_contain_text("may be withdrawn")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    script.go.set()
    expect(page.locator("#turns > article")).to_have_count(1)
    assert said(page).split() == [*ANSWER.split(), "1"]
    expect(page.locator("#pending")).to_be_empty()
    quote = page.get_by_role("list", name="Sources").get_by_role("listitem")
    expect(quote.locator("mark")).to_have_text(ANSWER)
    expect(quote.locator("blockquote")).to_have_text(STORY.split(". ")[0] + ".")
    expect(quote).to_contain_text("Stake sold 2023-12-05 · sale.md")
    expect(page.locator(".typed")).to_have_text("As a value: = 33,000,000 shares")
    expect(page.locator(".sure")).to_contain_text(re.compile(r"right|doubtful"))
    expect(page.get_by_role("status")).to_contain_text(ANSWER)
    expect(page.get_by_label("Your question")).to_be_focused()


def test_a_citation_opens_its_article_beside_and_gives_the_focus_back(page: Page) -> None:
    ask(page, QUESTION)
    citation = page.get_by_role("link", name="Citation 1: Stake sold")
    link = urlsplit(citation.get_attribute("href") or "")
    place = {name: values[0] for name, values in parse_qs(link.query).items()}
    assert STORY[int(place["answer_start"]) : int(place["answer_end"])] == ANSWER
    assert STORY[int(place["start"]) : int(place["end"])] == STORY.split(". ")[0] + "."
    assert place["corpus"] == "news"
    citation.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog")
    expect(panel.locator("mark.answer")).to_have_text(ANSWER)
    expect(panel.locator("mark.answer")).to_be_in_viewport()
    expect(panel.get_by_role("link", name="Open in a tab")).to_have_attribute("href", re.compile(r"^http.*#mark$"))
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(citation).to_be_focused()


def test_the_quote_of_a_long_article_is_brought_into_view(page: Page) -> None:
    page.route("**/fragment?*", lambda route: route.fulfill(content_type="text/html", body=FRAGMENT))
    ask(page, QUESTION)
    page.get_by_role("link", name="Citation 1").click()
    expect(page.get_by_role("dialog").locator("mark")).to_be_in_viewport()


def test_an_article_that_is_gone_is_said(page: Page) -> None:
    page.route("**/fragment?*", lambda route: route.fulfill(status=404, body='{"error": {"message": "It is gone."}}'))
    ask(page, QUESTION)
    page.get_by_role("link", name="Citation 1").click()
    expect(page.get_by_role("dialog")).to_contain_text("The article cannot be shown. It is gone.")


def test_a_conversation_goes_on_is_kept_and_is_deleted(page: Page, address: str, script: Script) -> None:
    ask(page, QUESTION)
    script.words = "391 million dollars"
    ask(page, "And for how much?")
    expect(page.locator(".rewritten")).to_contain_text("XPeng")
    assert "conversation=1" in page.url
    page.reload()
    expect(page.locator("#turns > article")).to_have_count(2)
    assert said(page).split()[:3] == ["391", "million", "dollars"]
    page.get_by_role("link", name="New").first.click()
    expect(page.locator("#turns > article")).to_have_count(0)
    page.get_by_role("link", name=QUESTION).click()
    expect(page.locator("#turns > article")).to_have_count(2)
    page.get_by_label(f"Delete “{QUESTION}”").click()
    expect(page.get_by_text("2 questions")).to_be_visible()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("None yet.")).to_be_visible()
    reply = page.goto(f"{address}/?conversation=1")
    assert reply is not None
    assert reply.status == 404
    expect(page.get_by_role("alert")).to_contain_text("there is no conversation 1")


def test_where_the_articles_do_not_say_what_was_found_is_shown(page: Page, script: Script) -> None:
    script.words = "nothing of the kind"
    ask(page, "Who is the mayor of Lisbon?", anyway=False)
    assert said(page) in ("The articles do not answer this.", "Not sure enough to answer.")
    expect(page.locator("#turns .sources li").first).to_be_visible()
    expect(page.locator("#turns")).not_to_contain_text("nothing of the kind")


def test_stopping_frees_the_place_and_gives_the_question_back(page: Page, script: Script) -> None:
    script.go.clear()
    send(page, QUESTION)
    expect(page.locator("#pending .draft")).to_contain_text("3")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("alert")).to_contain_text("Stopped")
    expect(page.get_by_label("Your question")).to_have_value(QUESTION)
    script.go.set()
    page.keyboard.press("Enter")
    expect(page.locator("#turns > article")).to_have_count(1)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_who_waits_is_told_how_many_are_ahead(page: Page, context: BrowserContext, script: Script) -> None:
    script.go.clear()
    send(page, QUESTION)
    expect(page.locator("#pending .draft")).to_contain_text("3")
    second, third = context.new_page(), context.new_page()
    for other, words in ((second, "Yours is the next question"), (third, "1 question is before yours")):
        other.goto(page.url)
        send(other, QUESTION)
        expect(other.locator("#pending")).to_contain_text(words)
    second.get_by_role("button", name="Stop").click()
    expect(third.locator("#pending")).to_contain_text("Yours is the next question")
    script.go.set()
    for other in (page, third):
        expect(other.locator("#turns > article")).to_have_count(1)


def test_a_full_queue_counts_down(page: Page) -> None:
    busy = '{"error": {"type": "QueueFull", "message": "too many questions are waiting; ask again in 2 s"}}'
    page.route(SENT, lambda route: route.fulfill(status=429, headers={"Retry-After": "2"}, body=busy))
    send(page, QUESTION)
    expect(page.get_by_role("alert")).to_contain_text("too many questions are waiting")
    expect(page.locator("#send")).to_have_text(re.compile(r"Ask in [12] s"))
    page.unroute(SENT)
    expect(page.locator("#send")).to_have_text("Ask")
    expect(page.get_by_label("Your question")).to_have_value(QUESTION)


def test_a_service_that_is_gone_is_said_in_words(page: Page) -> None:
    page.route(SENT, lambda route: route.abort())
    send(page, QUESTION)
    expect(page.get_by_role("alert")).to_contain_text("The service cannot be reached")


def test_events_may_come_in_any_pieces_and_an_error_ends_them(page: Page) -> None:
    page.evaluate(
        """async () => {
        const { serverEvents } = await import("/static/events.js");
        const text = ': ping\\r\\n\\r\\nevent: waiting\\r\\ndata: {"ahead":\\r\\ndata: 2}\\r\\n\\r\\n' +
            'event: token\\ndata: {"text": "é\\u2028"}\\n\\ndata: 1\\r\\revent: error\\ndata: {"message": "no"}\\n\\n';
        const bytes = new TextEncoder().encode(text);
        for (const size of [1, 2, 3, 7, bytes.length]) {
            const body = new ReadableStream({ start(to) {
                for (let at = 0; at < bytes.length; at += size) to.enqueue(bytes.slice(at, at + size));
                to.close();
            } });
            const came = [];
            for await (const one of serverEvents({ body })) came.push([one.name, one.data]);
            const wanted = [["waiting", { ahead: 2 }], ["token", { text: "é\\u2028" }], ["message", 1],
                ["error", { message: "no" }]];
            if (JSON.stringify(came) !== JSON.stringify(wanted)) throw new Error(`${size}: ${JSON.stringify(came)}`);
        }
        }"""
    )
    events = 'event: waiting\ndata: {"ahead": 2}\n\nevent: error\ndata: {"message": "it broke"}\n\n'
    page.route(SENT, lambda route: route.fulfill(content_type="text/event-stream", body=events))
    send(page, QUESTION)
    expect(page.get_by_role("alert")).to_have_text("it broke")
    page.route(SENT, lambda route: route.fulfill(content_type="text/event-stream", body=": ping\n\n"))
    send(page, QUESTION)
    expect(page.get_by_role("alert")).to_contain_text("The connection ended")


def test_nothing_that_an_article_a_model_or_a_reader_says_runs(page: Page, folder: Path, script: Script) -> None:
    with Corpus.open(folder, embedder=DeterministicEmbedder()) as corpus:
        file = folder.parent / "articles" / "hostile.md"
        file.write_text(
            f'---\ntitle: "{HOSTILE}"\n---\nThe secret word of the gate is `{HOSTILE}`, and it is never said aloud.\n'
        )
        corpus.add(file)
    script.words = HOSTILE
    ask(page, f"What is the secret word of the gate? {HOSTILE} <script>alert(2)</script> [1]")
    expect(page.locator("#turns")).to_contain_text(HOSTILE)
    expect(page.locator("#turns h2")).to_contain_text("<script>alert(2)</script>")
    page.reload()
    expect(page.locator("#turns")).to_contain_text(HOSTILE)
    assert page.locator("main img, main script").count() == 0


def test_options_limit_the_articles(page: Page) -> None:
    page.get_by_text("Options").click()
    page.get_by_label("Published from").fill("2024-01-01")
    ask(page, QUESTION)
    expect(page.locator("#turns")).to_contain_text("The filter keeps no article: from 2024-01-01")
    expect(page.locator("#turns")).to_contain_text("1 of 2 articles has no date")
    page.get_by_label("Published from").fill("")
    page.get_by_label("Source contains").fill("sale")
    ask(page, QUESTION)
    assert said(page).startswith(ANSWER)


def test_the_keyboard_is_enough(page: Page) -> None:
    page.get_by_role("link", name="Articles").focus()
    page.keyboard.press("/")
    field = page.get_by_label("Your question")
    expect(field).to_be_focused()
    page.keyboard.type("One/two")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("three")
    expect(field).to_have_value("One/two\nthree")


def test_it_works_without_its_script(browser: Browser, address: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address)
        page.get_by_label("Your question").fill(QUESTION)
        page.get_by_text("Options").click()
        page.get_by_text("Answer even when unsure").click()
        page.get_by_role("button", name="Ask").click()
        assert said(page).startswith(ANSWER)
        assert page.url.endswith("?corpus=news&conversation=1#turn-1")
        page.get_by_label("Your question").fill("   ")
        page.get_by_role("button", name="Ask").click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("#turns > article")).to_have_count(1)


def test_an_answer_is_copied_as_markdown(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    page.get_by_role("button", name="Copy as Markdown").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"**{QUESTION}**\n\n{ANSWER} [1]")
    assert f"> Alibaba sold **{ANSWER}** of XPeng" in copied


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_bars_those_who_hear_or_enlarge_the_page(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    ask(page, QUESTION)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for opened in (False, True):
            if opened:
                page.get_by_role("link", name="Citation 1").click()
                expect(page.get_by_role("dialog").locator("mark.answer")).to_be_visible()
            found = Axe().run(page).response["violations"]
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.get_by_role("button", name="Close the article").click()
    if width == 390:
        page.get_by_role("button", name="Conversations").click()
        expect(page.get_by_role("link", name=QUESTION)).to_be_in_viewport()
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name=QUESTION)).to_be_hidden()
