"""The site is built strictly, loads nothing from elsewhere, and describes every public name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import askdocs
from scripts import make_diagrams, mkdocs_hooks
from scripts.check_site import Links, is_dead, problems, undescribed

ROOT = Path(__file__).parents[2]


def test_every_public_name_is_in_the_reference_once() -> None:
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    named = re.findall(r"^::: askdocs\.(\w+)$", page, re.MULTILINE)
    assert sorted(named) == sorted(set(askdocs.__all__) - {"__version__"})


@pytest.mark.slow
def test_the_site_is_whole(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert problems(tmp_path / "site") == []
    start = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "A citation is never invented" in start  # the README
    decisions = (tmp_path / "site" / "decisions" / "index.html").read_text(encoding="utf-8")
    assert "yes-and-no/" in decisions


def test_what_is_loaded_from_elsewhere_and_dead_links_are_found(tmp_path: Path) -> None:
    text = (
        '<link rel="canonical" href="https://us.org"><link rel="stylesheet" href="https://fonts.org/a.css">'
        '<script src="//cdn.org/b.js"></script><a href="#here" id="here"></a><a href="#gone"></a><a href="other/"></a>'
    )
    (tmp_path / "reference").mkdir()
    page = tmp_path / "reference" / "index.html"
    page.write_text(text, encoding="utf-8")
    found = problems(tmp_path)
    assert "reference/index.html: loads https://fonts.org/a.css" in found
    assert "reference/index.html: loads //cdn.org/b.js" in found
    assert not [line for line in found if "us.org" in line]
    assert [link for link in Links(text).links if is_dead(link, page, {page: Links(text)})] == ["#gone", "other/"]


def test_a_name_without_an_entry_is_found() -> None:
    names = [name for name in askdocs.__all__ if name not in ("__version__", "Corpus")]
    entries = Links("".join(f'<h3 id="askdocs.{name}"></h3>' for name in names))
    assert undescribed(entries) == ["reference: no Corpus"]


def test_links_lead_to_pages_or_into_the_repository() -> None:
    seen_from_docs = mkdocs_hooks.with_links("[a](chat.md) [b](../Makefile) [c](gone.md)", ROOT / "docs")
    assert seen_from_docs == f"[a](chat.md) [b]({mkdocs_hooks.REPOSITORY}/Makefile) [c](gone.md)"


def test_the_drawings_are_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["make_diagrams", "--check"])
    assert make_diagrams.main() == 0
    drawn = (ROOT / "docs" / "rooms.svg").read_text(encoding="utf-8")
    for room in (path.parent.name for path in (ROOT / "askdocs").glob("*/__init__.py")):
        assert f">{room}</text>" in drawn


def test_what_the_architecture_page_names_is_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:askdocs|prompts|scripts)/[\w/.]*)`", page)
    assert len(named) > 15
    assert [name for name in named if not (ROOT / name).exists()] == []
