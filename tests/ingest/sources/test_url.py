"""URLs: public addresses only, whatever the name, the redirect or the resolver says; limits on size and time."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from askdocs.core.articles import RawArticle
from askdocs.core.reports import Skipped
from askdocs.ingest.cleaning.pipeline import clean
from askdocs.ingest.sources.dispatch import read
from askdocs.ingest.sources.url import Fetcher, is_public

STORY = b"<html><body><p>The harbour company sold its last ferry.</p></body></html>"


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def base(self) -> str:
        return f"http://quayside.example:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output quiet."""

    def do_GET(self) -> None:
        self.server.seen.append((self.path, self.headers["Host"]))
        kind, body, headers = "text/html; charset=utf-8", STORY, {}
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
            return
        if self.path == "/missing":
            self.send_error(404)
            return
        if self.path == "/big":
            body = b"x" * 200_000
        elif self.path == "/bomb":
            body, headers = gzip.compress(b"x" * 5_000_000), {"Content-Encoding": "gzip"}
        elif self.path == "/latin":
            kind, body = "text/plain; charset=iso-8859-2", "Zażółć gęślą".encode("iso-8859-2")
        elif self.path == "/film":
            kind = "video/mp4"
        elif self.path == "/notes.md":
            kind, body = "text/plain", b"# The ferry\n\nIt **was** sold."
        self.send_response(200)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.path == "/slow":
            for _ in range(50):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.1)
        self.wfile.write(body)


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def fetcher(addresses: dict[str, list[str]] | None = None, **limits: float) -> Fetcher:
    """A fetcher for which the loopback address is public, and names resolve as given."""
    known = {"quayside.example": ["127.0.0.1"], **(addresses or {})}

    async def resolver(host: str, port: int) -> list[str]:
        return known.get(host, [host])

    allowed: Callable[[str], bool] = lambda address: address == "127.0.0.1" or is_public(address)  # noqa: E731
    return Fetcher(resolver=resolver, allowed=allowed, **limits)  # type: ignore[arg-type]


def reason(url: str, using: Fetcher | None = None) -> str:
    [skipped] = read(url, fetcher=using)
    assert isinstance(skipped, Skipped)
    assert skipped.source == url
    return skipped.reason


def test_a_page_is_read_in_its_own_name_from_the_address_that_was_checked(server: Server) -> None:
    [raw] = read(f"{server.base}/ferry", fetcher=fetcher())
    assert isinstance(raw, RawArticle)
    assert (raw.source, raw.format) == (f"{server.base}/ferry", "html")
    assert clean(raw).text == "The harbour company sold its last ferry."
    assert server.seen == [("/ferry", f"quayside.example:{server.server_port}")]


def test_offline_nothing_is_fetched(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKDOCS_OFFLINE", "1")
    assert reason(f"{server.base}/ferry", fetcher()) == "ASKDOCS_OFFLINE forbids fetching it; unset it once"
    assert server.seen == []


def test_media_types_and_encodings_are_those_the_server_gives(server: Server) -> None:
    [latin] = read(f"{server.base}/latin", fetcher=fetcher())
    assert isinstance(latin, RawArticle)
    assert latin.body == "Zażółć gęślą"
    [notes] = read(f"{server.base}/notes.md", fetcher=fetcher())
    assert isinstance(notes, RawArticle)
    assert clean(notes).text == "# The ferry\n\nIt was sold."
    assert "video/mp4" in reason(f"{server.base}/film", fetcher())


def test_redirects_are_followed_to_public_addresses(server: Server) -> None:
    [raw] = read(f"{server.base}/to//ferry", fetcher=fetcher())
    assert isinstance(raw, RawArticle)
    assert [path for path, _ in server.seen] == ["/to//ferry", "/ferry"]


@pytest.mark.parametrize(
    "target",
    ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://inside.example/", "file:///etc/passwd"],
)
def test_redirects_into_the_network_are_refused(server: Server, target: str) -> None:
    using = fetcher({"inside.example": ["192.168.0.7"]})
    found = reason(f"{server.base}/to/{target}", using)
    assert "not on the public internet" in found or "only http and https" in found
    assert len(server.seen) == 1


def test_a_redirect_without_end_is_given_up(server: Server) -> None:
    def circle(self: Handler) -> None:
        self.send_response(302)
        self.send_header("Location", "/circle")
        self.end_headers()

    original, Handler.do_GET = Handler.do_GET, circle  # type: ignore[method-assign]
    try:
        assert "redirects more than 5 times" in reason(f"{server.base}/circle", fetcher())
    finally:
        Handler.do_GET = original  # type: ignore[method-assign]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "0.0.0.0"])
def test_no_spelling_of_this_machine_is_fetched(server: Server, host: str) -> None:
    assert reason(f"http://{host}:{server.server_port}/")
    assert server.seen == []


def test_a_name_must_resolve_to_public_addresses_only(server: Server) -> None:
    using = fetcher({"quayside.example": ["127.0.0.1", "10.0.0.1"]})
    assert "10.0.0.1" in reason(f"{server.base}/", using)
    assert server.seen == []


def test_a_name_is_resolved_once_a_request(server: Server) -> None:
    answers = [["127.0.0.1"], ["10.0.0.1"]]

    async def rebinding(host: str, port: int) -> list[str]:
        return answers.pop(0)

    [raw] = read(f"{server.base}/", fetcher=Fetcher(resolver=rebinding, allowed=lambda address: address == "127.0.0.1"))
    assert isinstance(raw, RawArticle)
    assert answers == [["10.0.0.1"]]


@pytest.mark.parametrize("url", ["ftp://quayside.example/a.txt", "file:///etc/passwd", "gopher://x.example/"])
def test_other_schemes_are_refused(url: str) -> None:
    assert "only http and https" in reason(url, fetcher())


def test_a_password_in_a_url_is_refused() -> None:
    assert "user name or password" in reason("http://me:secret@quayside.example/", fetcher())


def test_size_is_limited_also_of_what_is_packed(server: Server) -> None:
    assert "larger than" in reason(f"{server.base}/big", fetcher(max_bytes=100_000))
    assert "larger than" in reason(f"{server.base}/bomb", fetcher(max_bytes=1_000_000))


def test_time_is_limited_for_everything_together(server: Server) -> None:
    assert "longer than 0.5 s" in reason(f"{server.base}/slow", fetcher(seconds=0.5))


def test_errors_of_servers_and_networks_are_reasons(server: Server) -> None:
    assert "404" in reason(f"{server.base}/missing", fetcher())
    assert "could not be fetched" in reason("http://quayside.example:9/", fetcher())
    assert reason("http://", fetcher())


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("100.64.0.1", False),
        ("192.168.1.1", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_public_addresses_are_told_also_inside_ipv6(address: str, expected: bool) -> None:
    assert is_public(address) is expected
