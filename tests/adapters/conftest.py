"""A corpus for the adapters, and nothing sent anywhere while they are tested."""

from __future__ import annotations

import datetime
import os
import socket
from collections.abc import Iterator

import pytest

from askdocs import Article, Corpus
from askdocs.testing import DeterministicEmbedder

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "false"  # which Haystack reads when it is imported

SALE = "Norhaven has sold 12 million shares of Vestia 🚢, the ferry operator. The sale raised $98 million."
STRIKE = "Drivers of Arkell went on strike on Monday.\n\nThe strike ended on Friday, the union said."
LONG = "\n\n".join(
    f"Notice {number}: the kettles of lot {number} are recalled.\nNobody was hurt." for number in range(90)
)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    folder = tmp_path_factory.mktemp("adapters") / "news"
    with Corpus.open(folder, embedder=DeterministicEmbedder()) as opened:
        opened.add(
            Article(id="a1", source="sale.md", title="Stake sold", published=datetime.date(2024, 3, 5), text=SALE),
            Article(id="a2", source="strike.md", title="Strike", published=datetime.date(2023, 1, 9), text=STRIKE),
            Article(id="a3", source="recalls.md", title="Recalls", text=LONG),
        )
        yield opened


@pytest.fixture(autouse=True)
def connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Refuses to connect, and fails a test after which somebody tried: libraries swallow the error."""
    tried: list[object] = []

    def refuse(*arguments: object, **keywords: object) -> None:
        tried.append(arguments)
        raise OSError("no connections in these tests")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    yield tried
    assert tried == []
