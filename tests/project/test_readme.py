"""What the README and the how-to pages show is what happens: they are run, in a folder with the sample articles."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.project.pages import run_console, run_page

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
CHOOSING = ROOT / "docs" / "choosing-a-model.md"
PAGES = [README, CHOOSING, *sorted((ROOT / "docs" / "howto").glob("*.md"))]


@pytest.fixture
def folder(tmp_path: Path, sample_articles: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(sample_articles, tmp_path / "articles")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.model
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_shows_is_what_happens(folder: Path, page: Path) -> None:
    assert run_page(page, folder) >= 1


def test_a_page_that_shows_something_else_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    page.write_text('```text title="a.txt"\nwords\n```\n```python\n>>> open("a.txt").read()\n\'other\'\n\n```\n')
    with pytest.raises(AssertionError, match="words"):
        run_page(page, tmp_path)
    with pytest.raises(AssertionError, match="askdocs"):
        run_console("$ askdocs --version\nnot a version\n", tmp_path)


def test_every_link_leads_somewhere() -> None:
    from scripts.check_links import broken_links

    assert broken_links() == []


def test_models_are_those_that_the_command_lists() -> None:
    from askdocs.models.registry import NAME_FORMS

    text = README.read_text(encoding="utf-8")
    for name in ("smollm2", "smollm2+base", "extractive", "hf:OWNER/REPO/FILE.gguf", "openai:MODEL@BASE_URL"):
        assert name in NAME_FORMS
        assert f"`{name}`" in text


def test_the_recommended_models_are_those_of_the_catalogue() -> None:
    from askdocs.models.catalogue import catalogue

    rows = [line for line in CHOOSING.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    listed = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if row.count("|") == 7]
    assert listed == [
        [
            f"`{entry.name}`",
            f"{entry.parameters / 1e9:.1f} B",
            f"{entry.file_bytes / 1e9:.2f} GB",
            f"{entry.memory_bytes / 1e9:.1f} GB",
            entry.licence.removeprefix("LicenseRef-"),
            entry.good_for,
        ]
        for entry in catalogue()
    ]
