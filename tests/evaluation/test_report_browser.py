"""The report in headless Chromium: no console errors, the charts are drawn, the filters filter."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from askdocs.evaluation.evaluation import evaluate
from tests.evaluation.suites import CASES, RIGHT, Scripted, staging, write_suite

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine; apt-get install chromium")

SECOND = dict(RIGHT, price="€85 million", runs=None, blamed="!", cherries="</script><img src=x onerror='failed()'>")

# Put at the end of the page: works the filters as a user would, and leaves what it saw in the page.
PROBE = """
const seen = {};
const form = document.getElementById("filters");
const shown = () => [...document.querySelectorAll(".case .about")].map((line) => line.textContent.split(" · ")[1]);
const set = (name, value) => {
  const field = form.elements[name];
  if (field.type === "checkbox") field.checked = value; else field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
seen.all = shown();
for (const name of ["wrong", "differ", "abstained"]) { set(name, true); seen[name] = shown(); set(name, false); }
set("type", "date"); seen.date = shown(); set("type", "");
set("tag", "clutter"); seen.clutter = shown(); set("tag", "");
set("verdict", "failed"); seen.failed = shown(); set("verdict", "");
set("text", "QUIST"); seen.text = shown(); set("text", "");
seen.count = document.getElementById("count").textContent;
seen.theme = document.documentElement.dataset.theme;
document.getElementById("theme").click();
seen.other_theme = document.documentElement.dataset.theme;
seen.drawn = [...document.querySelectorAll("canvas")].map((canvas) => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return data.some((value) => value !== 0);
});
seen.marked = [...document.querySelectorAll("mark b")].slice(0, 2).map((mark) => mark.textContent);
seen.images = document.images.length;
seen.wide = document.documentElement.scrollWidth > window.innerWidth;
seen.reachable = [...document.querySelectorAll("a[href], button:not([hidden]), input, select, summary, [tabindex='0']")]
  .every((element) => element.tabIndex >= 0);
seen.named = [...document.querySelectorAll("input, select")].every((element) => element.labels.length === 1);
seen.errors = window.seenErrors;
const result = document.createElement("pre");
result.id = "seen";
result.textContent = JSON.stringify(seen);
document.body.append(result);
"""
CATCH = "window.seenErrors = []; window.onerror = (message) => { window.seenErrors.push(String(message)); };"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    names = ["extractive", "openai:m@http://localhost:1/v1"]
    answers = Scripted(dict(zip(names, (RIGHT, SECOND), strict=True)))
    evaluate(write_suite(folder / "suite"), names, out=folder / "out", stage_with=staging(answers))
    text = (folder / "out" / "report.html").read_text("utf-8")
    assert text.count("<head>") == 1
    text = text.replace("<head>", f"<head><script>{CATCH}</script>")
    end = text.rindex("</body>")
    probed = folder / "probed.html"
    probed.write_text(f"{text[:end]}<script>{PROBE}</script>{text[end:]}", encoding="utf-8")
    return probed


def load(page: Path, width: int) -> tuple[dict[str, Any], str]:
    """What the probe saw, and what the browser logged."""
    assert CHROMIUM is not None
    command = [
        CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-extensions", "--enable-logging=stderr",
        f"--user-data-dir={page.parent / f'profile-{width}'}", f"--window-size={width},900",
        "--virtual-time-budget=5000", "--dump-dom", page.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r'<pre id="seen">(.*?)</pre>', done.stdout, re.S)
    assert found is not None, done.stderr[-2000:]
    return json.loads(html.unescape(found.group(1))), done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 500])  # 500 is the narrowest window that headless Chromium opens
def test_the_page_works(page: Path, width: int) -> None:
    seen, log = load(page, width)
    assert "CONSOLE" not in log
    assert seen["errors"] == []
    assert seen["all"] == [case["id"] for case in CASES]
    assert seen["wrong"] == ["price", "runs", "blamed", "cherries"]
    assert seen["differ"] == ["price", "runs", "blamed", "cherries"]
    assert seen["abstained"] == ["runs", "cherries", "escape"]
    assert seen["date"] == ["sold-when"]
    assert seen["clutter"] == ["blamed"]
    assert seen["failed"] == ["blamed"]
    assert seen["text"] == ["runs", "agreed"]
    assert seen["count"] == f"{len(CASES)} of {len(CASES)} cases"
    assert {seen["theme"], seen["other_theme"]} == {"light", "dark"}
    assert seen["drawn"] == [True] * 4
    assert seen["marked"] == ["14 million", "14 million"]
    assert seen["images"] == 0
    assert not seen["wide"]
    assert seen["reachable"]
    assert seen["named"]
