"""A token for one corpus reaches no other, by whatever route and however it is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from askdocs.corpus.corpus import Corpus
from askdocs.serving.app import create_app
from askdocs.serving.settings import ServeSettings, Token
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from tests.serving.every_route import Called, every_route
from tests.serving.guarding.conftest import ANN, BOB
from tests.serving.raw_requests import HOST, JSON, RawReply, raw

SECRET = "Quillfeather"  # who earns what, in the corpus that ann may not reach
WITHOUT_CORPUS = {
    "/openapi.json", "/healthz", "/metrics", "/login", "/logout", "/static",
    "/v1/models", "/v1/models/{name:path}",  # those that are served, whatever the corpus
    "/v1/articles/jobs/{job_id}", "/v1/articles/jobs/{job_id}/events",  # which look at the corpus of the job
    "/mcp",  # whose tools look at the caller; below
}  # fmt: skip
OTHER_NAMES = [
    "wages", "nowhere", "WAGES", "wages ", "news/../wages", "..", "%2e%2e", "..%2fwages", "wages%00", "%00", "/etc",
    "news%00wages", "․․", "．．", "‥", "wages\u200b", "w\u0430ges", "%2e%2e%2fwages", "C:\\", "~", "*", "news,wages",
    "%ff", "file:///etc", "a" * 300,
]  # fmt: skip


class Served:
    """A service with two corpora, the first of which only bob may reach."""

    def __init__(self, client: TestClient, app: FastAPI, wage: str, folder: Path) -> None:
        self.client = client
        self.routes = list(every_route(app))
        self.wage = wage  # the id of the article about wages
        self.folder = folder

    def send(self, route: Called, query: bytes, value: str = "x", *headers: tuple[bytes, bytes]) -> RawReply:
        """Send ann's request to a route."""
        shown = (b"authorization", f"Bearer {ANN}".encode())
        target = route.target(value) + (b"?" + query if query else b"")
        return raw(self.client, route.method, target, [*HOST, shown, *route.headers, *headers], route.body)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("apart")
    texts = {"news": "Alibaba sold 33 million shares of XPeng.", "wages": f"{SECRET} earns 90 thousand shares."}
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text)
        with Corpus.open(folder / name, embedder=DeterministicEmbedder()) as corpus:
            corpus.add(folder / f"{name}.txt")
            wage = next(iter(corpus.articles())).id
    settings = ServeSettings(
        corpora={"wages": folder / "wages", "news": folder / "news"},
        access=(
            Token(name="ann", secret=SecretStr(ANN), corpora=frozenset({"news"})),
            Token(name="bob", secret=SecretStr(BOB)),
        ),
    )
    app = create_app(settings, embedder=DeterministicEmbedder(), generator=ScriptedGenerator("33 million shares"))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield Served(client, app, wage, folder)


def _without(reply: RawReply, name: str) -> str:
    """A reply, whose name of the corpus does not matter."""
    return f"{reply.status} {reply.body.decode().replace(json.dumps(name)[1:-1], 'NAME').replace(name, 'NAME')}"


def test_every_route_looks_up_the_corpus_in_the_one_way_or_has_none(served: Served) -> None:
    left = {route.path for route in served.routes if not route.means_corpus}
    assert left <= WITHOUT_CORPUS, "a new route without CorpusNameDep: does it reach any corpus?"


def test_a_corpus_out_of_reach_is_refused_alike_whether_there_is_one_or_not(served: Served) -> None:
    routes = [route for route in served.routes if route.means_corpus]
    assert routes
    for route in routes:
        there, nowhere = (served.send(route, b"corpus=" + name.encode()) for name in ("wages", "nowhere"))
        assert there.status == 403, (route, there)
        assert "NotAllowed" in (there.error["type"], there.error.get("code"))
        assert _without(there, "wages") == _without(nowhere, "nowhere"), route


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_no_way_to_write_its_name_reaches_it(served: Served, name: str) -> None:
    written = "".join(letter if letter.isascii() and letter not in " \\" else _percent(letter) for letter in name)
    for route in served.routes:
        reply = served.send(route, b"corpus=" + written.encode())
        assert reply.status < 500, (route, reply)
        assert SECRET.encode() not in reply.body
        if route.means_corpus:
            assert reply.status == 403, (route, reply)
    assert sorted(path.name for path in served.folder.iterdir()) == ["news", "news.txt", "wages", "wages.txt"]


def _percent(letter: str) -> str:
    return "".join(f"%{byte:02x}" for byte in letter.encode())


@pytest.mark.parametrize(
    "query", [b"corpus=news&corpus=wages", b"corpus=wages&corpus=news", b"corpus[]=wages", b"Corpus=wages",
              b"corpus=news;corpus=wages", b"corpus.name=wages", b"where=wages", b"name=wages", b""],
)  # fmt: skip
def test_no_other_query_reaches_it(served: Served, query: bytes) -> None:
    for route in served.routes:
        for value in ("wages", served.wage) if "{" in route.path else ("",):
            reply = served.send(route, query, value)
            assert reply.status < 500, (route, reply)
            assert SECRET.encode() not in reply.body, route


@pytest.mark.parametrize(
    "header",
    [(b"x-corpus", b"wages"), (b"cookie", b"corpus=wages"), (b"referer", b"http://127.0.0.1:8765/?corpus=wages"),
     (b"x-original-url", b"/?corpus=wages"), (b"x-forwarded-user", b"bob"), (b"askdocs-caller", b"bob")],
)  # fmt: skip
def test_no_header_reaches_it(served: Served, header: tuple[bytes, bytes]) -> None:
    for route in served.routes:
        reply = served.send(route, b"", served.wage, header)
        assert reply.status < 500, (route, reply)
        assert SECRET.encode() not in reply.body, route


@pytest.mark.parametrize("added", [{"corpus": "wages"}, {"corpora": ["wages"]}, {"where": {"corpus": "wages"}}])
def test_no_body_reaches_it(served: Served, added: dict[str, object]) -> None:
    for route in served.routes:
        if route.headers == JSON:
            body = json.dumps({**json.loads(route.body), **added}).encode()
            reply = served.send(route._replace(body=body), b"")
            assert reply.status < 500, (route, reply)
            assert SECRET.encode() not in reply.body, route


def test_what_becomes_of_an_upload_elsewhere_is_not_told(served: Served) -> None:
    watched = [route for route in served.routes if route.path.startswith("/v1/articles/jobs/{")]
    if not watched:
        pytest.skip("there are no uploads")
    files = {"files": ("pay.txt", f"{SECRET} earns more since May.")}
    shown = {"Authorization": f"Bearer {BOB}"}
    job = served.client.post("/v1/articles?corpus=wages", files=files, headers=shown).json()["job"]
    for route in watched:
        known, unknown = served.send(route, b"", job), served.send(route, b"", "x" * len(job))
        assert known.status == 404
        assert _without(known, job) == _without(unknown, "x" * len(job))
    assert served.client.get(f"/v1/articles/jobs/{job}", headers=shown).status_code == 200


@pytest.mark.parametrize("tool", ["list_articles", "search", "ask", "read_article"])
def test_no_tool_of_mcp_reaches_it(served: Served, tool: str) -> None:
    if "/mcp" not in {route.path for route in served.routes}:
        pytest.skip("MCP is not mounted")
    headers = {"Authorization": f"Bearer {ANN}", "Accept": "application/json, text/event-stream"}
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "ann", "version": "1"}}
    reply = served.client.post("/mcp", json=_called("initialize", hello), headers=headers)
    assert reply.status_code == 200, reply.text
    headers["Mcp-Session-Id"] = reply.headers["mcp-session-id"]
    served.client.post("/mcp", json={"jsonrpc": "2.0", "method": "notifications/initialized"}, headers=headers)
    given = {"search": {"query": SECRET}, "ask": {"question": SECRET}, "read_article": {"article_id": served.wage}}
    said = []
    for name in ("wages", "nowhere"):
        call = {"name": tool, "arguments": {**given.get(tool, {}), "corpus": name}}
        said.append(served.client.post("/mcp", json=_called("tools/call", call), headers=headers).text)
    assert SECRET.encode() not in said[0].encode().replace(b'"' + SECRET.encode(), b"")
    assert "there is no 'wages'" in said[0]
    assert said[0].replace("wages", "NAME") == said[1].replace("nowhere", "NAME")
    resource = _called("resources/read", {"uri": f"askdocs://wages/article/{served.wage}"})
    assert SECRET not in served.client.post("/mcp", json=resource, headers=headers).text


def _called(method: str, params: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


def test_the_first_corpus_is_hers_and_not_the_services(served: Served) -> None:
    shown = {"Authorization": f"Bearer {ANN}"}
    answer = served.client.post("/v1/ask", json={"question": "Who sold shares?", "threshold": 0}, headers=shown)
    assert answer.status_code == 200
    assert SECRET not in answer.text


def test_who_may_reach_all_is_told_which_there_are(served: Served) -> None:
    shown = {"Authorization": f"Bearer {BOB}"}
    reply = served.client.post("/v1/ask?corpus=nowhere", json={"question": "Who?"}, headers=shown)
    assert reply.status_code == 404
    assert "wages, news" in reply.json()["error"]["message"]
    reply = served.client.post("/v1/ask?corpus=wages", json={"question": f"What does {SECRET} earn?"}, headers=shown)
    assert reply.status_code == 200
