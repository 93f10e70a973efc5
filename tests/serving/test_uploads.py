"""``POST /v1/articles``: files and addresses that are sent, and what is refused."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from askdocs.core.errors import SourceError
from askdocs.ingest.sources import dispatch
from askdocs.ingest.sources.url import Fetcher, is_public
from askdocs.serving.adding import checked_address
from askdocs.serving.app import create_app
from askdocs.serving.file_names import LONGEST, safe_name
from askdocs.serving.refusals import KindNotRead
from askdocs.serving.settings import ServeSettings
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from tests.serving.adding import error_of, finished, sent
from tests.support.bombs import MIB, archive, packed_blanks, pdf

SNOW = b"Snow fell in Oslo on Monday, and the ferries stayed in the harbour."
MEMBERS = ("word/document.xml", "ppt/slides/slide1.xml", "xl/worksheets/sheet1.xml", "content.xml")


def _stored(folder: Path) -> list[str]:
    """Everything below the folder of uploads, also what waits."""
    uploads = folder / "uploads"
    return sorted(str(path.relative_to(uploads)) for path in uploads.rglob("*") if path.is_file())


def _found(client: TestClient, question: str) -> list[str]:
    reply = client.get("/v1/articles", params={"q": question}).json()
    return [Path(article["source"]).name for article in reply["articles"]]


# -- files


def test_a_file_is_stored_and_indexed(client: TestClient, folder: Path) -> None:
    reply = client.post("/v1/articles", files=[("files", ("Snow in Oslo.txt", SNOW))])
    assert (reply.status_code, reply.json()["files"]) == (202, ["Snow in Oslo.txt"])
    assert reply.headers["location"] == f"/v1/articles/jobs/{reply.json()['job']}"
    job = finished(client, reply.json()["job"])
    assert (job["state"], job["report"]["added"], job["error"]) == ("done", 1, None)
    assert (job["total"], job["read"], job["done"], job["articles"]) == (1, 1, 1, 1)
    assert job["files"] == [{"name": "Snow in Oslo.txt", "state": "added", "reason": None}]
    assert (folder / "uploads" / "Snow in Oslo.txt").read_bytes() == SNOW
    assert _found(client, "snow") == ["Snow in Oslo.txt"]
    asked = client.post("/v1/ask", json={"question": "Where did snow fall on Monday?", "threshold": 0})
    assert asked.status_code == 200


def test_a_file_of_the_same_name_takes_the_place_of_the_other(client: TestClient, folder: Path) -> None:
    sent(client, ("snow.txt", SNOW))
    assert sent(client, ("snow.txt", SNOW))["files"][0]["state"] == "unchanged"
    changed = sent(client, ("snow.txt", b"Snow melted in Oslo on Friday."))
    assert (changed["files"][0]["state"], changed["report"]["updated"]) == ("updated", 1)
    assert _stored(folder) == ["snow.txt"]
    (article,) = client.get("/v1/articles", params={"q": "snow"}).json()["articles"]
    assert client.get(f"/v1/articles/{article['id']}").json()["text"] == "Snow melted in Oslo on Friday."


def test_two_files_of_one_name_in_one_request_are_both_kept(client: TestClient, folder: Path) -> None:
    files = (("day.txt", SNOW), ("DAY.txt", b"Wind blew in Cork."), ("day.txt", b"Hail fell in Bergen."))
    assert [file["name"] for file in sent(client, *files)["files"]] == ["DAY-2.txt", "day-3.txt", "day.txt"]
    assert [file["state"] for file in sent(client, *files)["files"]] == ["unchanged"] * 3
    assert len(_stored(folder)) == 3


def test_what_cannot_be_read_is_said_and_not_kept(client: TestClient, folder: Path) -> None:
    job = sent(client, ("snow.txt", SNOW), ("empty.txt", b""), ("bad.pdf", b"%PDF-nothing"), ("none.json", b"[]"))
    states = {file["name"]: file["state"] for file in job["files"]}
    assert states == {"snow.txt": "added", "empty.txt": "skipped", "bad.pdf": "skipped", "none.json": "skipped"}
    assert all(file["reason"] for file in job["files"] if file["state"] == "skipped")
    assert {skipped["source"] for skipped in job["report"]["skipped"]} >= {"empty.txt", "bad.pdf"}
    assert str(folder) not in str(job)
    assert _stored(folder) == ["snow.txt"]


def test_a_file_that_cannot_be_read_does_not_take_the_place_of_one_that_can(client: TestClient, folder: Path) -> None:
    sent(client, ("snow.txt", SNOW))
    assert sent(client, ("snow.txt", b"\0\1\2" * 99))["files"][0]["state"] == "skipped"
    assert (folder / "uploads" / "snow.txt").read_bytes() == SNOW
    assert _stored(folder) == ["snow.txt"]
    assert _found(client, "snow") == ["snow.txt"]


def test_of_a_table_each_row_is_an_article(client: TestClient) -> None:
    rows = b"title,text\nA,Snow fell in Oslo on Monday.\nB,Wind blew in Cork on Tuesday.\n"
    job = sent(client, ("days.csv", rows))
    assert (job["report"]["added"], job["done"], job["articles"]) == (len(_found(client, "days.csv")), 1, 2)


# -- names


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../../etc/cron.d/x.md", "x.md"),
        ("..\\..\\Windows\\x.md", "x.md"),
        ("C:\\autoexec\\con.txt", "_con.txt"),
        ("/etc/passwd/../x.md", "x.md"),
        ("...hidden.md", "hidden.md"),
        ("a\u202efdp.md", "afdp.md"),
        ("cafe\u0301.md", "caf\u00e9.md"),
        ("LPT1.md", "_LPT1.md"),
        ("[a-z]*?.md", "_a-z___.md"),
        ("x#1.md", "x_1.md"),
        ("x.md. .", "x.md"),
        ("~root.md", "~root.md"),
        ("x" * 500 + ".md", "x" * (LONGEST - 3) + ".md"),
    ],
)
def test_a_name_is_made_safe(empty: tuple[TestClient, Path], name: str, stored: str) -> None:
    client, folder = empty
    job = sent(client, (name, SNOW))
    assert job["files"] == [{"name": stored, "state": "added", "reason": None}]
    assert _stored(folder) == [stored]
    (article,) = client.get("/v1/articles").json()["articles"]
    assert client.delete(f"/v1/articles/{article['id']}").json()["files_removed"] == [stored]


@given(st.text(max_size=80), st.sampled_from([".md", ".PDF", ".tar.csv", "", ".exe"]))
def test_no_name_leaves_the_folder(start: str, ending: str) -> None:
    try:
        name = safe_name(start + ending)
    except KindNotRead:
        return
    assert Path(name).name == name
    assert not name.startswith(".")
    assert not set(name) & set('/\\:*?"<>|[]#\0')
    assert name.isprintable()
    assert len(name.encode()) <= LONGEST + 1
    assert safe_name(name) == name


# -- what is refused at once


@pytest.mark.parametrize("name", ["run.exe", "x", ".md", "x.md\u202e.exe", "archive.zip", "x.md::$DATA", "\x00"])
def test_a_file_of_another_kind_is_refused_at_once(empty: tuple[TestClient, Path], name: str) -> None:
    client, folder = empty
    reply = client.post("/v1/articles", files=[("files", ("snow.txt", SNOW)), ("files", (name, SNOW))])
    assert error_of(reply) in [(415, "KindNotRead"), (400, "UploadBroken")]
    assert _stored(folder) == []


@pytest.fixture
def narrow(folder: Path, model: ScriptedGenerator) -> Iterator[TestClient]:
    """A service that takes little at a time."""
    settings = ServeSettings(
        corpora={"news": folder}, upload_bytes=100_000, upload_files=3, upload_request_bytes=200_000
    )
    app = create_app(settings, embedder=DeterministicEmbedder(), generator=model)
    with TestClient(app, base_url="http://127.0.0.1") as opened:
        yield opened


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Path]]:
    """A service of an empty corpus, and its folder: for what leaves it empty."""
    folder = tmp_path_factory.mktemp("corpus")
    app = create_app(
        ServeSettings(corpora={"news": folder}), embedder=DeterministicEmbedder(), generator=ScriptedGenerator("x")
    )
    with TestClient(app, base_url="http://127.0.0.1:8765") as opened:
        yield opened, folder


def test_a_file_that_is_too_large_is_refused(narrow: TestClient, folder: Path) -> None:
    reply = narrow.post("/v1/articles", files=[("files", ("a.txt", b"x" * 100_001))])
    assert error_of(reply) == (413, "UploadTooLarge")
    assert "a.txt: it is larger than" in reply.json()["error"]["message"]
    assert sent(narrow, ("a.txt", b"rain " * 20_000))["state"] == "done"
    assert _stored(folder) == ["a.txt"]


def test_too_many_files_are_refused(narrow: TestClient, folder: Path) -> None:
    reply = narrow.post("/v1/articles", files=[("files", (f"{n}.txt", SNOW)) for n in range(4)])
    assert error_of(reply) == (413, "UploadTooLarge")
    assert _stored(folder) == []


def test_files_that_are_too_large_together_are_refused(narrow: TestClient, folder: Path) -> None:
    files = [("files", (f"{n}.txt", b"x" * 80_000)) for n in range(3)]
    assert error_of(narrow.post("/v1/articles", files=files)) == (413, "UploadTooLarge")
    assert _stored(folder) == []


def _form(name: str, *pieces: bytes) -> list[bytes]:
    head = f'--b\r\ncontent-disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
    return [head, *pieces, b"\r\n--b--\r\n"]


FORM = {"content-type": "multipart/form-data; boundary=b"}


async def test_a_body_without_a_length_is_cut_off_as_soon_as_it_is_too_large(folder: Path) -> None:
    settings = ServeSettings(corpora={"news": folder}, upload_bytes=100_000)
    app = create_app(settings, embedder=DeterministicEmbedder())
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        yield _form("a.txt")[0]
        for _ in range(1000):
            taken += 50_000
            yield b"x" * 50_000

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        reply = await client.post("/v1/articles", content=endless(), headers=FORM)
    assert error_of(reply) == (413, "UploadTooLarge")
    assert taken <= 200_000
    assert _stored(folder) == []


def test_a_length_that_is_too_large_is_refused_before_anything_is_read(narrow: TestClient) -> None:
    headers = FORM | {"content-length": str(10**12)}
    assert error_of(narrow.post("/v1/articles", content=b"--b", headers=headers)) == (413, "UploadTooLarge")


def test_a_packed_body_is_refused(empty: tuple[TestClient, Path]) -> None:
    client, _folder = empty
    packed = gzip.compress(b"".join(_form("a.txt", SNOW)))
    reply = client.post("/v1/articles", content=packed, headers=FORM | {"content-encoding": "gzip"})
    assert error_of(reply) == (415, "KindNotRead")


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", {"content-type": "application/json"}, 415),
        (b"", {}, 415),
        (b"", FORM, 400),
        (b"nonsense", FORM, 400),
        (b"".join(_form("a.txt", SNOW)), {"content-type": "multipart/form-data"}, 400),
        (b"".join(_form("a.txt", SNOW)), {"content-type": "multipart/form-data; boundary=" + "b" * 300}, 400),
        (b"".join(_form("a.txt", SNOW)[:-1]), FORM, 400),
        (b"".join(_form("a.txt", SNOW))[:-4], FORM, 400),
        (b"--b\r\ncontent-disposition: form-data; name=files\r\n\r\nx\r\n--b--\r\n", FORM, 400),
        (b'--b\r\ncontent-disposition: form-data; name="other"; filename="a.md"\r\n\r\nx\r\n--b--\r\n', FORM, 400),
        (b"--b\r\n" + b"x: y\r\n" * 1000 + b"\r\nx\r\n--b--\r\n", FORM, 400),
        (b"--b\r\nx: " + b"y" * 100_000 + b"\r\n\r\nx\r\n--b--\r\n", FORM, 400),
        (b"--b--\r\n", FORM, 400),
    ],
)
def test_what_is_no_form_is_refused(
    empty: tuple[TestClient, Path], body: bytes, headers: dict[str, str], status: int
) -> None:
    client, folder = empty
    reply = client.post("/v1/articles", content=body, headers=headers)
    assert reply.status_code == status, reply.text
    assert reply.json()["error"]["message"]
    assert _stored(folder) == []


async def test_a_client_that_stops_sending_is_not_waited_for(folder: Path) -> None:
    import asyncio

    app = create_app(ServeSettings(corpora={"news": folder}, timeout=0.1), embedder=DeterministicEmbedder())

    async def stuck() -> AsyncIterator[bytes]:
        yield _form("a.txt")[0]
        await asyncio.sleep(5)
        yield b""

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        reply = await client.post("/v1/articles", content=stuck(), headers=FORM)
    assert error_of(reply) == (408, "UploadTooSlow")
    assert _stored(folder) == []


def test_a_disk_that_is_nearly_full_takes_nothing(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("askdocs.serving.upload_folder.ROOM", 2**62)
    assert error_of(client.post("/v1/articles", files=[("files", ("a.txt", SNOW))])) == (507, "NoRoom")
    assert _stored(folder) == []


# -- what unpacks to a great deal


@pytest.mark.parametrize("name", ["a.docx", "a.pptx", "a.xlsx", "a.xlsm", "a.ods"])
def test_an_office_file_that_unpacks_to_too_much_is_not_read(empty: tuple[TestClient, Path], name: str) -> None:
    client, folder = empty
    bomb = archive(*MEMBERS, size=100 * MIB)
    assert len(bomb) < 4 * MIB
    (file,) = sent(client, (name, bomb))["files"]
    assert (file["state"], "unpacks to more than" in file["reason"]) == ("skipped", True)
    assert _stored(folder) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bomb.pdf", pdf(zlib.compress(packed_blanks(300 * MIB)), b"/Filter[/FlateDecode/FlateDecode]")),
        ("deep.json", b"[" * 1_000_000),
        ("deep.jsonl", b'{"a":' * 200_000 + b"\n"),
        ("bomb.xlsb", archive("xl/workbook.bin", size=80 * MIB)),
        ("nul.txt", b"\0" * 1_000_000),
    ],
)
def test_other_files_that_would_take_a_great_deal_are_not_read(
    empty: tuple[TestClient, Path], name: str, data: bytes
) -> None:
    client, folder = empty
    (file,) = sent(client, (name, data))["files"]
    assert file["state"] == "skipped"
    assert _stored(folder) == []
    assert client.get("/healthz").status_code in (200, 503)


# -- addresses


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


def test_the_form_is_described(app: FastAPI) -> None:
    routes = app.openapi()["paths"]
    body = routes["/v1/articles"]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert body["schema"]["properties"]["files"]["items"]["format"] == "binary"
    assert routes["/v1/articles"]["get"]["responses"]["200"]["content"]["application/json"]["example"]
