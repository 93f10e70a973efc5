"""Streamable HTTP on a free port of loopback: the SDK's client, and who is refused."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from askdocs import Corpus
from askdocs.core.errors import AskdocsError
from askdocs.mcp.http_endpoint import HttpEndpoint, alone
from askdocs.mcp.run import HttpSettings, check_access, read_token, serve_http
from askdocs.mcp.server import McpServer
from tests.mcp.serving import Mode, Waiting, run, server_of, text_of

TOKEN = "4f1c9a52d07be83366aa"
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
ACCEPT = {"accept": "application/json, text/event-stream"}


@contextlib.asynccontextmanager
async def served(server: McpServer, settings: HttpSettings | None = None) -> AsyncIterator[str]:
    """The address at which it is served."""
    address: asyncio.Queue[str] = asyncio.Queue()
    task = asyncio.ensure_future(serve_http(server, settings or HttpSettings(port=0), address.put_nowait))
    try:
        yield await address.get()
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def posted(url: str, headers: Mapping[str, str | bytes], body: Any = HELLO) -> httpx.Response:
    sent = {name.encode(): value if isinstance(value, bytes) else value.encode() for name, value in headers.items()}
    async with httpx.AsyncClient(headers=ACCEPT) as client:
        return await client.post(url, json=body, headers=sent)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_a_client_asks_over_http(server: McpServer, mode: Mode) -> None:
    async def asked() -> None:
        async with served(server) as url, Client(url, mode=mode) as client:
            answer = await client.call_tool("ask", {"question": "How many tonnes does the kiln at Torsby burn?"})
            assert "900 tonnes" in answer.structured_content["answer"]
            resource = await client.read_resource("askdocs://works/article/kiln")
            citation = answer.structured_content["citations"][0]
            text = resource.contents[0].model_dump()["text"]
            assert text[citation["start"] : citation["end"]] == citation["quote"]

    run(asked())


def test_clients_ask_at_once(server: McpServer) -> None:
    async def found(url: str) -> str:
        async with Client(url) as client:
            return text_of(await client.call_tool("search", {"query": "kiln at Torsby", "k": 1}))

    async def all_found() -> list[str]:
        async with served(server) as url:
            return await asyncio.gather(*(found(url) for _ in range(6)))

    assert len(set(run(all_found()))) == 1


@pytest.mark.parametrize("mode", ["legacy", "auto"])
@pytest.mark.parametrize("leaves", [True, False], ids=["leaves", "cancels"])
def test_a_client_that_leaves_or_cancels_stops_its_question(corpus: Corpus, mode: Mode, leaves: bool) -> None:
    async def left() -> None:
        ask = Waiting()
        async with served(server_of({"works": corpus}, ask)) as url:
            async with Client(url, mode=mode) as client:
                call = asyncio.ensure_future(client.call_tool("ask", {"question": "How many tonnes does it burn?"}))
                await ask.begun.wait()
                if not leaves:
                    call.cancel()
                    await ask.cancelled.wait()
            await asyncio.wait({call})
            await ask.cancelled.wait()

    run(left())


def test_a_connection_that_breaks_stops_its_question(corpus: Corpus) -> None:
    """A client of the older protocol that dies says nothing, neither that it cancels nor that it ends its session."""
    call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call"}
    call |= {"params": {"name": "ask", "arguments": {"question": "How many tonnes does it burn?"}}}

    async def died() -> None:
        ask = Waiting()
        async with served(server_of({"works": corpus}, ask)) as url:
            hello = await posted(url, {})
            session = {"mcp-session-id": hello.headers["mcp-session-id"], "mcp-protocol-version": "2025-06-18"}
            await posted(url, session, {"jsonrpc": "2.0", "method": "notifications/initialized"})
            asked = asyncio.ensure_future(posted(url, session, call))
            await ask.begun.wait()
            asked.cancel()
            await ask.cancelled.wait()

    run(died())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1:1"}, 421),
        ({"host": "127.0.0.1.evil.example:{port}"}, 421),
        ({"host": "localhost:{port}"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:1"}, 403),
        ({"origin": "http://localhost:{port}"}, 200),
        ({"content-type": "text/plain"}, 400),
        ({"mcp-session-id": "guessed"}, 404),
    ],
)
@pytest.mark.parametrize("version", ["2025-06-18", "2026-07-28"])
def test_a_wrong_host_or_origin_is_refused(
    server: McpServer, headers: dict[str, str], status: int, version: str
) -> None:
    async def answered() -> int:
        async with served(server) as url:
            port = url.split(":")[2].split("/")[0]
            sent = {name: value.replace("{port}", port) for name, value in headers.items()}
            if version == "2025-06-18":
                return (await posted(url, sent)).status_code
            sent |= {"mcp-protocol-version": version, "mcp-method": "tools/list"}
            return (await posted(url, sent, {"jsonrpc": "2.0", "id": 1, "method": "tools/list"})).status_code

    found = run(answered())
    if version == "2026-07-28" and status in (200, 404):  # which has no sessions; what was sent lacks its envelope
        assert found == 400
    else:
        assert found == status


def test_a_token_is_wanted_where_there_is_one(server: McpServer) -> None:
    settings = HttpSettings(host="127.0.0.1", port=0, token=TOKEN)

    async def statuses() -> list[int]:
        async with served(server, settings) as url:
            sent = [
                None,
                "Bearer",
                f"Bearer {TOKEN}x",
                f"Basic {TOKEN}",
                TOKEN,
                "Bearer \u00e9".encode(),
            ]
            answers = [await posted(url, {} if one is None else {"authorization": one}) for one in sent]
            assert {answer.headers["www-authenticate"] for answer in answers} == {"Bearer"}
            assert not any(TOKEN in answer.text for answer in answers)
            right = await posted(url, {"authorization": f"Bearer {TOKEN}"})
            hosted = await posted(url, {"authorization": f"Bearer {TOKEN}", "host": "evil.example"})
            http = create_mcp_http_client(headers={"Authorization": f"Bearer {TOKEN}"})
            async with http, Client(streamable_http_client(url, http_client=http)) as client:
                assert len((await client.list_tools()).tools) == 4
            return [*(answer.status_code for answer in answers), right.status_code, hosted.status_code]

    assert run(statuses()) == [401] * 6 + [200, 421]


def test_a_name_that_is_allowed_may_have_any_port(server: McpServer) -> None:
    async def statuses() -> list[int]:
        async with served(server, HttpSettings(port=0, names=("news.example",))) as url:
            hosts = ("news.example", "news.example:8443", "news.example.evil", "xnews.example:1", "evil.example")
            return [(await posted(url, {"host": host})).status_code for host in hosts]

    assert run(statuses()) == [200, 200, 421, 421, 421]


def test_only_one_address_is_served(server: McpServer) -> None:
    async def statuses() -> list[int]:
        async with served(server) as url, httpx.AsyncClient() as client:
            base = url.removesuffix("/mcp")
            paths = ("/", "/mcpx", "/mcp/x", "/.well-known/oauth-protected-resource", "/docs")
            return [(await client.get(base + path)).status_code for path in paths]

    assert run(statuses()) == [404] * 5


def test_a_body_that_is_too_large(server: McpServer) -> None:
    async def status() -> int:
        async with served(server) as url:
            return (await posted(url, {}, {**HELLO, "id": "x" * 2_000_000})).status_code

    assert run(status()) == 413


def test_access_from_elsewhere_wants_a_good_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.7", "example.org"):
        with pytest.raises(AskdocsError, match="open to others, so a token is wanted"):
            check_access(HttpSettings(host=host))
        check_access(HttpSettings(host=host, token=TOKEN))
    with pytest.raises(AskdocsError, match="fewer than 16 characters"):
        check_access(HttpSettings(token="short"))
    assert read_token(None) is None
    monkeypatch.setenv("ASKDOCS_TOKEN", f" {TOKEN}\n")
    assert read_token(None) == TOKEN
    file = tmp_path / "token"
    file.write_text("another token\n")
    with pytest.raises(AskdocsError, match="one token"):
        read_token(file)
    file.write_text("another-token-0123456789\n")
    assert read_token(file) == "another-token-0123456789"
    with pytest.raises(AskdocsError, match="cannot be read"):
        read_token(tmp_path / "none")


def test_it_says_where_it_cannot_listen(server: McpServer) -> None:
    async def twice() -> None:
        async with served(server) as url:
            port = int(url.split(":")[2].split("/")[0])
            await serve_http(server, HttpSettings(port=port), lambda address: None)

    with pytest.raises(AskdocsError, match="give another --host or --port"):
        run(twice())


def test_an_endpoint_in_another_application(corpus: Corpus) -> None:
    """As ``askdocs serve`` mounts it: at a path of its own, callers told apart by what is put into the scope."""
    server = server_of({"works": corpus, "secret": corpus}, reach=lambda scope: (scope or {}).get("may_reach", ()))
    endpoint = HttpEndpoint(server)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        scope["may_reach"] = ["works"] if scope["path"] == "/ours/mcp" else []
        await endpoint(scope, receive, send)

    async def asked() -> list[str]:
        transport = httpx.ASGITransport(application)
        found = []
        async with endpoint.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://any.example") as client:
            for path in ("/ours/mcp", "/theirs/mcp"):
                hello = await client.post(path, json=HELLO, headers=ACCEPT)
                session = {"mcp-session-id": hello.headers["mcp-session-id"], **ACCEPT}
                listed = {"jsonrpc": "2.0", "id": 2, "method": "resources/list"}
                await client.post(path, json={"jsonrpc": "2.0", "method": "notifications/initialized"}, headers=session)
                found.append((await client.post(path, json=listed, headers=session)).text)
        return found

    ours, theirs = run(asked())
    assert "askdocs://works/article/kiln" in ours
    assert "askdocs://" not in theirs
    assert "secret" not in ours


def test_other_kinds_of_connection_are_left_alone() -> None:
    async def never(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError

    run(alone(never, None)({"type": "websocket", "path": "/mcp"}, None, None))  # type: ignore[arg-type]
