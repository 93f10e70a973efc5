"""What the README shows is what happens: its snippets are run, in a folder with the sample articles."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(README.read_text(encoding="utf-8")) if kind == language]


@pytest.fixture
def folder(tmp_path: Path, sample_articles: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(sample_articles, tmp_path / "articles")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.model
def test_console_snippets(folder: Path) -> None:
    checker = doctest.OutputChecker()
    for block in blocks("console"):
        for command, expected in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            arguments = shlex.split(command)
            assert arguments[0] == "askdocs"
            done = subprocess.run(
                [sys.executable, "-m", *arguments],
                cwd=folder,
                env={**os.environ, "NO_COLOR": "1"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout
            assert checker.check_output(expected, done.stdout, OPTIONS), f"{command}\n{done.stdout}"


@pytest.mark.model
def test_python_snippets(folder: Path) -> None:
    text = "\n".join(blocks("python"))
    test = doctest.DocTestParser().get_doctest(text, {}, "README", str(README), 0)
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    said: list[str] = []
    runner.run(test, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)


def test_every_link_leads_somewhere() -> None:
    from scripts.check_links import broken_links

    assert broken_links() == []


def test_models_are_those_that_the_command_lists() -> None:
    from askdocs.models.registry import NAME_FORMS

    text = README.read_text(encoding="utf-8")
    for name in ("smollm2", "smollm2+base", "extractive", "hf:OWNER/REPO/FILE.gguf", "openai:MODEL@BASE_URL"):
        assert name in NAME_FORMS
        assert f"`{name}`" in text
