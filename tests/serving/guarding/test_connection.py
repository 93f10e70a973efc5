"""Hostile bytes on a real connection: each gets a 4xx or is closed, and the service answers on."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from askdocs.corpus.corpus import Corpus
from askdocs.serving.app import create_app
from askdocs.serving.guarding import connection
from askdocs.serving.running import config_of, listen, port_of
from askdocs.serving.settings import ServeSettings
from askdocs.serving.token_file import tokens_of
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator

_PATIENCE = 0.4  # seconds that the service waits in these tests


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a service that is impatient."""
    folder = tmp_path_factory.mktemp("served")
    Corpus.open(folder / "corpus", embedder=DeterministicEmbedder()).close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "SECONDS", _PATIENCE)
        patch.setattr(connection, "MOST", 20)
        with _served(ServeSettings(corpora={"news": folder / "corpus"})) as port:
            yield port


@contextlib.contextmanager
def _served(settings: ServeSettings) -> Iterator[int]:
    """The port on which the settings are served, as the command does it."""
    app = create_app(settings, embedder=DeterministicEmbedder(), generator=ScriptedGenerator("a"))
    with listen("127.0.0.1", 0) as listening:
        server = uvicorn.Server(config_of(app))
        running = threading.Thread(target=server.run, args=([listening],), daemon=True)
        running.start()
        while not server.started:
            time.sleep(0.01)
        yield port_of(listening)
        server.should_exit = True
        running.join(timeout=20)


def _exchange(port: int, *pieces: bytes, wait: float = 0.0) -> bytes:
    """What comes back for these bytes, until the service closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        got = b""
        try:
            for piece in pieces:
                client.sendall(piece)
                time.sleep(wait)
            while data := client.recv(65536):
                got += data
        except (ConnectionError, BrokenPipeError):
            pass  # closed while we sent
        return got


def _is_well(port: int) -> None:
    reply = _exchange(port, b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    assert reply.startswith(b"HTTP/1.1 200 OK\r\n"), reply


def _statuses(reply: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 ([0-9]{3})", reply)]


_HEAD = b"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
_SMUGGLED = b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n\r\n\x00\xff\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100 + b"\r\n\r\n",  # TLS
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /healthz\r\n\r\n",  # HTTP/0.9
        b"GET /healthz HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n X: folded\r\n: no name\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x00b\r\n\r\n",
        b"GET /health z HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /\xc3\xa9 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET http://evil.example/healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"GET /healthz HTTP/1.0\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        _HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        _HEAD + b"Content-Length: 2, 3\r\n\r\n{}",
        _HEAD + b"Content-Length: -1\r\n\r\n{}",
        _HEAD + b"Content-Length: +2\r\n\r\n{}",
        _HEAD + b"Content-Length: 0x2\r\n\r\n{}",
        _HEAD + b"Content-Length: 99999999999999999999999999\r\n\r\n{}",
        _HEAD + b"Transfer-Encoding: gzip\r\n\r\n{}",
        _HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        _HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        _HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        _HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
        _HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n",
        _HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\n{}\r\n0\r\n\r\n",
    ],
    ids=lambda sent: repr(sent[:60]),
)
def test_what_is_no_request_is_refused(port: int, sent: bytes) -> None:
    reply = _exchange(port, sent)
    assert all(400 <= status < 500 for status in _statuses(reply)), reply
    assert _statuses(reply), "closed without a word"
    head, _, body = reply.partition(b"\r\n\r\n")
    assert json.loads(body)["error"]["message"]
    assert b"x-content-type-options: nosniff" in head.lower()
    _is_well(port)


@pytest.mark.parametrize(
    "sent",
    [
        _HEAD + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + _SMUGGLED,
        _HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 60\r\n\r\n0\r\n\r\n" + _SMUGGLED,
        _HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + _SMUGGLED,
        _HEAD + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + _SMUGGLED,
        _HEAD + b"Content-Length: 0\r\nContent-Length: 45\r\n\r\n" + _SMUGGLED,
    ],
)
def test_a_request_within_another_is_refused_with_it(port: int, sent: bytes) -> None:
    """A proxy before us could take the two for one; where the lengths are in doubt, nothing of it is answered."""
    reply = _exchange(port, sent)
    assert 200 not in _statuses(reply), reply
    assert 400 in _statuses(reply)
    assert b"askdocs_requests_total" not in reply
    _is_well(port)


def test_requests_one_behind_the_other_are_answered_each(port: int) -> None:
    reply = _exchange(port, _SMUGGLED + b"GET /v1/no HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    assert _statuses(reply) == [200, 404]


def test_an_upgrade_is_not_taken(port: int) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n"
    reply = _exchange(port, b"GET /v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\n" + upgrade + b"\r\n")
    assert _statuses(reply) == [405]


def test_a_head_that_trickles_is_cut_off(port: int) -> None:
    started = time.monotonic()
    reply = _exchange(port, b"GET /healthz HTTP/1.1\r\n", *[b"X: a\r\n"] * 40, wait=0.05)
    assert _statuses(reply) in ([408], [])  # the reset may overtake it
    assert time.monotonic() - started < 2 + 40 * 0.05
    assert _statuses(_exchange(port, b"GET /healthz HTTP/1.1\r\n")) == [408]


def test_a_connection_that_says_nothing_is_closed(port: int) -> None:
    started = time.monotonic()
    assert _exchange(port) == b""
    assert time.monotonic() - started < 5


def test_a_body_without_end_is_cut_off_after_the_reply(port: int) -> None:
    head = b"POST /v1/nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    started = time.monotonic()
    reply = _exchange(port, head + b"Transfer-Encoding: chunked\r\n\r\n", *[b"1\r\na\r\n"] * 40, wait=0.05)
    assert _statuses(reply) in ([404], [])
    assert time.monotonic() - started < 2 + 40 * 0.05


def test_a_body_that_is_too_large_is_cut_off(port: int) -> None:
    reply = _exchange(
        port, _HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[b"10000\r\n" + b"a" * 65536 + b"\r\n"] * 64
    )
    assert _statuses(reply) == [413]
    reply = _exchange(port, _HEAD + b"Content-Length: 9999999\r\n\r\n{")
    assert _statuses(reply) == [413]
    _is_well(port)


def test_idle_connections_do_not_keep_others_out(port: int) -> None:
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
    try:
        reply = _exchange(port, _SMUGGLED)
        assert _statuses(reply) in ([503], [])
        time.sleep(_PATIENCE + 0.3)
        _is_well(port)
    finally:
        for client in idle:
            client.close()


@pytest.mark.parametrize(("proxies", "is_secure"), [((), False), (("127.0.0.1",), True), (("10.0.0.0/8",), False)])
def test_forwarded_headers_count_where_the_proxy_is_named(
    tmp_path: Path, proxies: tuple[str, ...], is_secure: bool
) -> None:
    settings = ServeSettings(
        corpora={"news": tmp_path / "corpus"}, proxies=proxies, access=tokens_of({"ASKDOCS_TOKEN": "a" * 16}, None)
    )
    with _served(settings) as port:
        forwarded = b"X-Forwarded-Proto: https\r\nX-Forwarded-For: 192.0.2.7\r\nContent-Length: 22\r\n"
        form = b"Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\ntoken=" + b"a" * 16
        reply = _exchange(port, b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\n" + forwarded + form)
        assert _statuses(reply) == [303]
        assert (b"; Secure" in reply) is is_secure
