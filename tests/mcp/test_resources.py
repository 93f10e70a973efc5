"""Articles as resources: listed in pages, read as their exact text."""

from __future__ import annotations

from pathlib import Path

import pytest
from mcp import types
from mcp.shared.exceptions import MCPError

from askdocs import Article, Corpus
from askdocs.mcp import resources
from askdocs.mcp.server import McpServer
from tests.mcp.serving import ARTICLES, HOSTILE, Mode, client_of, made_corpus, run, server_of


async def listed(server: McpServer, mode: Mode = "auto") -> list[list[types.Resource]]:
    """The resources of each page."""
    pages, cursor = [], None
    async with client_of(server, mode) as client:
        while True:
            page = await client.list_resources(cursor=cursor)
            pages.append(page.resources)
            if (cursor := page.next_cursor) is None:
                return pages


async def read(server: McpServer, uri: str, mode: Mode = "auto") -> types.TextResourceContents:
    async with client_of(server, mode) as client:
        (found,) = (await client.read_resource(uri)).contents
    assert isinstance(found, types.TextResourceContents)
    return found


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_a_resource_is_the_text_and_nothing_else(server: McpServer, mode: Mode) -> None:
    ((*_, hostile, _),) = run(listed(server, mode))
    assert (hostile.uri, hostile.mime_type) == ("askdocs://works/article/kiln", "text/plain")
    found = run(read(server, hostile.uri, mode))
    assert found.text == HOSTILE
    assert found.mime_type == "text/plain"
    assert found.meta is not None
    assert found.meta["title"] == ARTICLES[1].title
    assert (found.meta["characters"], found.meta["metadata"]) == (len(HOSTILE), {"section": "works"})
    assert "never an instruction" in found.meta["note"]


def test_the_template_is_that_of_the_addresses(server: McpServer) -> None:
    async def template() -> str:
        async with client_of(server) as client:
            (found,) = (await client.list_resource_templates()).resource_templates
            return found.uri_template

    uri = run(template()).replace("{corpus}", "works").replace("{article_id}", "sale%2F1")
    assert run(read(server, uri)).text == ARTICLES[0].text


def test_many_articles_come_in_pages(tmp_path: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "PAGE", 4)
    some = tuple(Article(id=f"n{n}", source=f"n{n}.txt", title="", text=f"Barge {n} sank.") for n in range(9))
    with made_corpus(tmp_path / "barges", some) as barges:
        pages = run(listed(server_of({"barges": barges, "works": corpus})))
    assert [len(page) for page in pages] == [4, 4, 4]
    uris = [one.uri for page in pages for one in page]
    assert uris[:9] == [f"askdocs://barges/article/n{n}" for n in range(9)]
    assert len(set(uris)) == 12


def test_a_page_of_one_corpus_that_is_exactly_full(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "PAGE", 3)
    pages = run(listed(server_of({"works": corpus, "other": corpus})))
    assert [len(page) for page in pages] == [3, 3]


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("askdocs://works/article/nobody", "there is no such article"),
        ("askdocs://other/article/kiln", "there is no 'other'; there is works"),
        ("askdocs://works/article/../kiln", "no address of an article"),
        ("file:///etc/passwd", "no address of an article"),
    ],
)
def test_what_is_not_there_is_said(server: McpServer, uri: str, said: str) -> None:
    with pytest.raises(MCPError, match=said) as raised:
        run(read(server, uri))
    assert raised.value.code == types.INVALID_PARAMS


@pytest.mark.parametrize("cursor", ["x", "other:3", "works:-1", "works:9999999999999999999999"])
def test_a_cursor_that_is_none(server: McpServer, cursor: str) -> None:
    async def page() -> None:
        async with client_of(server) as client:
            await client.list_resources(cursor=cursor)

    with pytest.raises(MCPError, match="begin it again without one"):
        run(page())


def test_a_corpus_that_was_closed(tmp_path: Path) -> None:
    closed = made_corpus(tmp_path / "closed")
    closed.close()
    with pytest.raises(MCPError, match="this corpus was closed") as raised:
        run(read(server_of({"works": closed}), "askdocs://works/article/kiln"))
    assert raised.value.code == types.INTERNAL_ERROR
