"""MCP under the service: the corpora, tokens and queue of the service hold there too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from pydantic import SecretStr

from askdocs.serving.app import create_app
from askdocs.serving.settings import ServeSettings, Token
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from tests.serving.conftest import QUESTION, STORY, make_corpus
from tests.serving.live import Live, running

ANN, BEN = "secret-of-ann-0123456789", "secret-of-ben-0123456789"
TOKENS = (
    Token(name="ann", secret=SecretStr(ANN), corpora=frozenset({"news"})),
    Token(name="ben", secret=SecretStr(BEN), corpora=frozenset({"other"})),
)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folders: dict[str, Path | str] = {name: make_corpus(tmp_path_factory.mktemp(name)) for name in ("news", "other")}
    settings = ServeSettings.model_validate({"corpora": folders, "access": TOKENS})
    app = create_app(settings, embedder=DeterministicEmbedder(), generator=ScriptedGenerator("33 million shares"))
    with running(app) as service:
        yield service


async def called(live: Live, secret: str, tool: str, **arguments: object) -> dict[str, object]:
    async with (
        create_mcp_http_client(headers={"Authorization": f"Bearer {secret}"}) as http,
        Client(streamable_http_client(f"{live.url}/mcp", http_client=http)) as client,
    ):
        result = await client.call_tool(tool, dict(arguments))
        found = result.structured_content
        text = result.content[0].text  # type: ignore[union-attr]
        return {"error": result.is_error, "text": text, **(found if isinstance(found, dict) else {})}


async def test_a_question_is_answered_with_its_quote(live: Live) -> None:
    answer = await called(live, ANN, "ask", question=QUESTION)
    assert not answer["error"]
    citations = answer["citations"]
    assert isinstance(citations, list)
    assert [STORY[cited["start"] : cited["end"]] for cited in citations] == [cited["quote"] for cited in citations]
    assert len(citations) == 1


async def test_a_token_reaches_its_own_corpora_and_no_other(live: Live) -> None:
    refused = await called(live, ANN, "list_articles", corpus="other")
    assert refused["error"]
    assert "news" in str(refused["text"])
    listed = await called(live, BEN, "list_articles")
    assert "Stake sold" in str(listed["text"])


def test_without_a_token_nothing_is_said(live: Live) -> None:
    reply = httpx.post(f"{live.url}/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    assert reply.status_code == 401
