"""Where the package of an extra is not installed, one plain line names the extra."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from askdocs import Corpus
from askdocs.cli.main import main
from askdocs.core.extras import ExtraMissing, require
from askdocs.evaluation.evaluation import evaluate
from askdocs.testing import DeterministicEmbedder
from tests.support.started import LIGHT
from tests.support.tiny_files import docx, word_paragraph


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("askdocs.embedding.embedder.default_embedder", DeterministicEmbedder)
    (tmp_path / "sale.md").write_text("Norhaven has sold 12 million shares of Vestia.")
    with Corpus.open(tmp_path / "news") as made:
        made.add(tmp_path / "sale.md")
    return tmp_path / "news"


def test_a_package_that_breaks_while_it_is_imported_is_not_said_to_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_package.py").write_text("import nothing_of_this_name")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="nothing_of_this_name"):
        require("broken_package", extra="chat", needed_for="this")


def test_the_chat_on_a_terminal(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "prompt_toolkit", None)
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    assert main(["chat", "--corpus", str(corpus)]) == 1
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith("askdocs: askdocs chat on a terminal needs a package that is not installed")
    assert line.endswith("pip install 'askdocs[chat]'")


def test_the_chat_in_a_pipe_needs_no_prompt_toolkit(corpus: Path) -> None:
    without = f"import sys; sys.modules['prompt_toolkit'] = None\n{LIGHT}"
    command = [sys.executable, "-c", without, "chat", "--corpus", str(corpus), "--model", "extractive"]
    done = subprocess.run(
        [*command, "--threshold", "0"], input="How many shares were sold?\n", capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "12 million" in done.stdout


def test_following_a_folder(corpus: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    assert main(["add", str(corpus.parent), "--watch", "--corpus", str(corpus)]) == 1
    (line,) = capfd.readouterr().err.splitlines()
    assert line.endswith("pip install 'askdocs[watch]'")
    with Corpus.open(corpus) as opened, pytest.raises(ExtraMissing, match=r"askdocs\[watch\]"):
        next(opened.watch(corpus.parent))


def test_an_evaluation_says_so_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    assert main(["eval", "smoke", "--model", "extractive"]) == 1
    (line,) = capfd.readouterr().err.splitlines()
    assert line.endswith("pip install 'askdocs[eval]'")
    with pytest.raises(ExtraMissing, match=r"askdocs\[eval\]"):
        evaluate("smoke", models=["extractive"])


def test_a_word_file_is_skipped_and_the_others_are_added(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mammoth", None)
    (corpus.parent / "a.docx").write_bytes(docx(word_paragraph("The ferry was sold.")))
    (corpus.parent / "b.md").write_text("Brightwell recalls its kettles.")
    with Corpus.open(corpus) as opened:
        report = opened.add(corpus.parent / "a.docx", corpus.parent / "b.md")
    (skipped,) = report.skipped
    assert report.added == 1
    assert skipped.reason.endswith("pip install 'askdocs[office]'")
