"""One corpus for all tests of the folder, which only read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs import Corpus
from askdocs.mcp.server import McpServer
from tests.mcp.serving import made_corpus, server_of


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with made_corpus(tmp_path_factory.mktemp("mcp") / "works") as made:
        yield made


@pytest.fixture
def server(corpus: Corpus) -> McpServer:
    return server_of({"works": corpus})


@pytest.fixture
def folder(corpus: Corpus) -> Path:
    return corpus.path
