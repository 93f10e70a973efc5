"""What the commands say when something is not as it was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from askdocs import Corpus
from askdocs.cli.doctor import _corpus
from askdocs.cli.main import main
from askdocs.core.settings import load_settings
from askdocs.embedding import embedder
from askdocs.reading.model_pool import Job
from askdocs.testing import DeterministicEmbedder


@pytest.fixture
def corpus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The current folder, with a corpus of a folder of two articles."""
    monkeypatch.setattr(embedder, "default_embedder", DeterministicEmbedder)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.md").write_text("# A\n\nNorhaven has sold 12 million shares.\n")
    (tmp_path / "news" / "b.md").write_text("# B\n\nBrightwell recalls its kettles.\n")
    with Corpus.open(".askdocs", embedder=DeterministicEmbedder()) as made:
        made.add("news")
    return tmp_path


@pytest.mark.usefixtures("corpus")
def test_what_was_removed_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["remove", "news"]) == 0
    lines = capfd.readouterr().err.splitlines()
    assert lines == ["removed news/a.md", "removed news/b.md", "2 removed"]


@pytest.mark.usefixtures("corpus")
def test_only_an_option_that_is_near_is_suggested(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--where", "x=1"]) == 2
    assert "Did you mean" not in capfd.readouterr().err
    assert main(["list", "--jsn"]) == 2
    assert "Did you mean '--json'?" in capfd.readouterr().err


@pytest.mark.usefixtures("corpus")
def test_a_conversation_that_is_not_stored(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "--delete", "99"]) == 1
    assert "conversation 99 is not stored; `askdocs chat --list` shows which are" in capfd.readouterr().err


def test_the_doctor_counts_one_article(corpus: Path) -> None:
    with Corpus.open(".askdocs", embedder=DeterministicEmbedder()) as opened:
        opened.remove("news/a.md")
    assert ", 1 article, 1 chunk" in _corpus(load_settings())


def test_the_time_limit_names_the_option() -> None:
    class Model:
        loaded_at = 0.0

    assert "--timeout" in Job(Model(), 0.0, lambda: False).why()  # type: ignore[arg-type]
