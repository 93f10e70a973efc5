"""``POST /v1/articles/url``: addresses of the public web alone."""

from __future__ import annotations

from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from askdocs.core.errors import SourceError
from askdocs.ingest.sources import dispatch
from askdocs.ingest.sources.url import Fetcher, is_public
from askdocs.serving.adding import checked_address
from tests.serving.adding import error_of, finished


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "file:/etc/passwd", "/etc/passwd", "../secret.md", "C:\\Users\\x.md", "\\\\host\\share",
        "*.md", "/**/*", "~/notes", "ftp://example.org/a", "http:/etc/passwd", "https:etc", "http://", "http:///etc/passwd",
        "gopher://127.0.0.1", "jar:http://example.org!/", "http://user@example.org", "http://user:pass@example.org/",
        "http://example.org@127.0.0.1/", "http://a b", "http://example.org\n/x", "http://[::1", "http://0177.0.0.1/", "http://x:99999999/",
        " http://example.org", "data:text/plain,x", "javascript:alert(1)", "http://exa\u202emple.org", "http://\\etc\\x",
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused_at_once(empty: tuple[TestClient, Path], address: str) -> None:
    client, _folder = empty
    reply = client.post("/v1/articles/url", json={"url": address})
    assert error_of(reply) == (422, "SourceError")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/", "http://127.0.0.1:22/", "http://localhost/", "http://2130706433/", "http://0x7f000001/",
        "http://127.1/", "http://0/", "http://[::1]/", "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[fe80::1]/",
        "http://[fd00::1]/", "http://10.0.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/", "http://224.0.0.1/", "http://0.0.0.0/", "http://100.64.0.1/", "HTTP://127.0.0.1/",
    ],
)  # fmt: skip
def test_an_address_of_this_machine_or_its_network_is_not_fetched(empty: tuple[TestClient, Path], address: str) -> None:
    client, _folder = empty
    reply = client.post("/v1/articles/url", json={"url": address})
    assert reply.status_code == 202
    (file,) = finished(client, reply.json()["job"])["files"]
    assert file["state"] == "skipped"
    assert "not on the public internet" in file["reason"]


class _Redirecting(BaseHTTPRequestHandler):
    """Sends whoever asks to another address of this machine."""

    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("location", self.path[1:])
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/", "http://[::1]/", "file:///etc/passwd", "http://10.0.0.1"]
)
def test_a_redirect_into_the_network_is_not_followed(
    empty: tuple[TestClient, Path], monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    """A page that looks public sends the fetcher elsewhere; only this one address of loopback is let through."""

    client, _folder = empty

    async def resolved(host: str, _port: int) -> list[str]:
        return ["127.0.0.1"] if host == "public.example" else [host.strip("[]")]

    def allowed(address: str) -> bool:
        return address == "127.0.0.1" or is_public(address)

    monkeypatch.setattr(dispatch, "Fetcher", partial(Fetcher, resolver=resolved, allowed=allowed))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Redirecting)
    Thread(target=partial(server.serve_forever, 0.01), daemon=True).start()
    try:
        address = f"http://public.example:{server.server_port}/{target}"
        job = client.post("/v1/articles/url", json={"url": address}).json()["job"]
        (file,) = finished(client, job)["files"]
    finally:
        server.shutdown()
        server.server_close()
    assert file["state"] == "skipped"
    assert "not on the public internet" in file["reason"] or "only http and https" in file["reason"]


@given(st.text(max_size=60))
def test_no_text_that_passes_can_be_a_path(text: str) -> None:
    for address in (text, "http://" + text):
        try:
            passed = checked_address(address)
        except SourceError:
            continue
        assert passed.lower().startswith(("http://", "https://"))


def test_a_url_that_is_too_long_is_refused(client: TestClient) -> None:
    reply = client.post("/v1/articles/url", json={"url": "http://example.org/" + "a" * 5000})
    assert error_of(reply) == (422, "RequestError")
