"""The page of a table in headless Chromium: its own policy lets its script run, and it works by mouse and keyboard."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.article_tables import HARMFUL, TABLE

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine; apt-get install chromium")

# Put at the end of the page: works it as a user would, and leaves what it saw in the page.
PROBE = """
const seen = {};
const $ = (id) => document.getElementById(id);
const form = $("filters");
const titles = () => [...document.querySelectorAll("tbody tr:not([hidden]) .title")].map((one) => one.textContent);
const set = (name, value) => {
  form.elements[name].value = value;
  form.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
};
const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
const cells = [...document.querySelectorAll(".cell")];
seen.all = titles();
set("text", "STAKE sold"); seen.words = titles(); set("text", "");
set("state", "failed"); seen.failed = titles();
set("column", "0"); seen.none = titles(); seen.nothing = !$("nothing").hidden; $("clear").click();
set("state", "doubtful"); set("column", "0"); seen.doubtful = titles(); form.reset(); set("text", "");
seen.count = $("count").textContent;
const sort = document.querySelectorAll(".sort");
sort[3].click(); seen.up = titles(); seen.sorted = sort[3].parentElement.getAttribute("aria-sort");
sort[3].click(); seen.down = titles();
sort[3].click(); seen.back = titles();
sort[1].click(); seen.dates = titles(); sort[1].click(); sort[1].click();
cells[0].click();
seen.said = document.querySelector("#panel .said").textContent;
seen.marked = document.querySelector("#panel mark").textContent;
seen.quote = document.querySelector("#panel blockquote").firstChild.textContent;
press("ArrowRight"); seen.right = document.querySelector("#panel .said").textContent;
press("ArrowDown"); seen.down_one = document.querySelector("#panel .said").textContent;
seen.near = document.querySelector("#panel .near mark").textContent;
press("End"); seen.end = document.querySelector("#panel blockquote").textContent;
press("ArrowDown"); press("ArrowLeft"); seen.error = document.querySelector("#panel .said.bad").textContent;
press("Home"); seen.notes = [...document.querySelectorAll("#panel > .about")].map((one) => one.textContent);
seen.reachable = cells.filter((one) => one.tabIndex === 0).length;
seen.current = document.querySelectorAll('[aria-current="true"]').length;
press("Escape"); seen.closed = $("panel").hidden;
seen.focused = document.activeElement === cells[8];
seen.theme = document.documentElement.dataset.theme; $("theme").click();
seen.other_theme = document.documentElement.dataset.theme;
seen.images = document.images.length;
seen.wide = document.documentElement.scrollWidth > window.innerWidth;
seen.named = [...document.querySelectorAll("input, select")].every((one) => one.getAttribute("aria-label"));
seen.errors = window.seenErrors;
const result = document.createElement("pre");
result.id = "seen";
result.textContent = JSON.stringify(seen);
document.body.append(result);
"""
CATCH = "window.seenErrors = []; window.onerror = (message) => { window.seenErrors.push(String(message)); };"


def loaded(page: Path, width: int) -> tuple[str, str]:
    """The page as it stands after its script ran, and what the browser logged."""
    assert CHROMIUM is not None
    command = [
        CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-extensions", "--enable-logging=stderr",
        f"--user-data-dir={page.parent / f'profile-{page.stem}-{width}'}", f"--window-size={width},900",
        "--virtual-time-budget=5000", "--dump-dom", page.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, done.stderr


@pytest.mark.slow
def test_the_policy_of_the_page_lets_its_own_script_run_alone(tmp_path: Path) -> None:
    page = TABLE.write(tmp_path / "t.html")
    dom, log = loaded(page, 1280)
    assert "CONSOLE" not in log
    assert 'data-theme="light"' in dom
    foreign = page.read_text("utf-8").replace("</body>", "<script>document.body.id = 'ran';</script></body>")
    spoilt = tmp_path / "spoilt.html"
    spoilt.write_text(foreign, "utf-8")
    dom, log = loaded(spoilt, 1280)
    assert 'id="ran"' not in dom
    assert "Content Security Policy" in log


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 500])  # 500 is the narrowest window that headless Chromium opens
def test_the_page_works(tmp_path: Path, width: int) -> None:
    text = TABLE.write(tmp_path / "t.html").read_text("utf-8")
    text, removed = re.subn(r"<meta http-equiv=[^>]+>", "", text)
    assert removed == 1
    text = text.replace("<head>", f"<head><script>{CATCH}</script>", 1)
    end = text.rindex("</body>")
    probed = tmp_path / "probed.html"
    probed.write_text(f"{text[:end]}<script>{PROBE}</script>{text[end:]}", encoding="utf-8")
    dom, log = loaded(probed, width)
    found = re.search(r'<pre id="seen">(.*?)</pre>', dom, re.S)
    assert found is not None, log[-2000:]
    seen: dict[str, Any] = json.loads(html.unescape(found.group(1)))
    sold, harm, cloud = "Stake sold", HARMFUL, "Cloud"
    assert "CONSOLE" not in log
    assert seen["errors"] == []
    assert seen["all"] == [sold, harm, cloud]
    assert seen["words"] == [sold]
    assert seen["failed"] == [cloud]
    assert (seen["none"], seen["nothing"]) == ([], True)
    assert seen["doubtful"] == [harm]
    assert seen["count"] == "3 of 3"
    assert (seen["up"], seen["sorted"]) == ([cloud, sold, harm], "ascending")  # 23, 317 million, then the empty one
    assert seen["down"] == [sold, cloud, harm]
    assert seen["back"] == [sold, harm, cloud]
    assert seen["dates"] == [harm, sold, cloud]
    assert (seen["said"], seen["marked"], seen["quote"]) == ("33 million", "33 million", "They said ")
    assert seen["right"] == "$317 million"
    assert seen["down_one"].startswith("Not answered")
    assert seen["near"] == "9 million"
    assert HARMFUL in seen["end"]
    assert seen["error"] == "its context is full"
    assert seen["notes"] == ["How many shares were sold?", "1 + 2", "as of June"]
    assert (seen["reachable"], seen["current"]) == (1, 1)
    assert (seen["closed"], seen["focused"]) == (True, True)
    assert {seen["theme"], seen["other_theme"]} == {"light", "dark"}
    assert seen["images"] == 0
    assert not seen["wide"]
    assert seen["named"]
