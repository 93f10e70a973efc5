"""A folder with a corpus of two articles, and a chat about them on a terminal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs import Corpus
from askdocs.testing import DeterministicEmbedder
from tests.cli.chat.sitting import CHAT, RECALL, SALE
from tests.support.terminal import Terminal


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chat")
    (folder / "sale.md").write_text(SALE)
    (folder / "recall.md").write_text(RECALL)
    with Corpus.open(folder / "news.askdocs", embedder=DeterministicEmbedder()) as corpus:
        corpus.add(folder / "sale.md", folder / "recall.md")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A folder with a corpus of two articles, fresh for each test."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def chat(folder: Path) -> Iterator[Terminal]:
    with Terminal(CHAT, folder) as terminal:
        terminal.see_prompt()
        yield terminal
