"""``POST /v1/articles``: what is too much, no form, or nowhere to be put."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from askdocs.serving.app import create_app
from askdocs.serving.settings import ServeSettings
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from tests.serving.adding import SNOW, error_of, sent, stored
from tests.support.bombs import MIB, archive, packed_blanks, pdf

MEMBERS = ("word/document.xml", "ppt/slides/slide1.xml", "xl/worksheets/sheet1.xml", "content.xml")


@pytest.fixture
def narrow(folder: Path, model: ScriptedGenerator) -> Iterator[TestClient]:
    """A service that takes little at a time."""
    settings = ServeSettings(
        corpora={"news": folder}, upload_bytes=100_000, upload_files=3, upload_request_bytes=200_000
    )
    app = create_app(settings, embedder=DeterministicEmbedder(), generator=model)
    with TestClient(app, base_url="http://127.0.0.1") as opened:
        yield opened


def test_a_file_that_is_too_large_is_refused(narrow: TestClient, folder: Path) -> None:
    reply = narrow.post("/v1/articles", files=[("files", ("a.txt", b"x" * 100_001))])
    assert error_of(reply) == (413, "UploadTooLarge")
    assert "a.txt: it is larger than" in reply.json()["error"]["message"]
    assert sent(narrow, ("a.txt", b"rain " * 20_000))["state"] == "done"
    assert stored(folder) == ["a.txt"]


def test_too_many_files_are_refused(narrow: TestClient, folder: Path) -> None:
    reply = narrow.post("/v1/articles", files=[("files", (f"{n}.txt", SNOW.encode())) for n in range(4)])
    assert error_of(reply) == (413, "UploadTooLarge")
    assert stored(folder) == []


def test_files_that_are_too_large_together_are_refused(narrow: TestClient, folder: Path) -> None:
    files = [("files", (f"{n}.txt", b"x" * 80_000)) for n in range(3)]
    assert error_of(narrow.post("/v1/articles", files=files)) == (413, "UploadTooLarge")
    assert stored(folder) == []


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
    assert stored(folder) == []


def test_a_length_that_is_too_large_is_refused_before_anything_is_read(narrow: TestClient) -> None:
    headers = FORM | {"content-length": str(10**12)}
    assert error_of(narrow.post("/v1/articles", content=b"--b", headers=headers)) == (413, "UploadTooLarge")


def test_a_packed_body_is_refused(empty: tuple[TestClient, Path]) -> None:
    client, _folder = empty
    packed = gzip.compress(b"".join(_form("a.txt", SNOW.encode())))
    reply = client.post("/v1/articles", content=packed, headers=FORM | {"content-encoding": "gzip"})
    assert error_of(reply) == (415, "KindNotRead")


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", {"content-type": "application/json"}, 415),
        (b"", {}, 415),
        (b"", FORM, 400),
        (b"nonsense", FORM, 400),
        (b"".join(_form("a.txt", SNOW.encode())), {"content-type": "multipart/form-data"}, 400),
        (b"".join(_form("a.txt", SNOW.encode())), {"content-type": "multipart/form-data; boundary=" + "b" * 300}, 400),
        (b"".join(_form("a.txt", SNOW.encode())[:-1]), FORM, 400),
        (b"".join(_form("a.txt", SNOW.encode()))[:-4], FORM, 400),
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
    assert stored(folder) == []


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
    assert stored(folder) == []


def test_a_disk_that_is_nearly_full_takes_nothing(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("askdocs.serving.upload_folder.ROOM", 2**62)
    assert error_of(client.post("/v1/articles", files=[("files", ("a.txt", SNOW.encode()))])) == (507, "NoRoom")
    assert stored(folder) == []


# -- what unpacks to a great deal


@pytest.mark.parametrize("name", ["a.docx", "a.pptx", "a.xlsx", "a.xlsm", "a.ods"])
def test_an_office_file_that_unpacks_to_too_much_is_not_read(empty: tuple[TestClient, Path], name: str) -> None:
    client, folder = empty
    bomb = archive(*MEMBERS, size=100 * MIB)
    assert len(bomb) < 4 * MIB
    (file,) = sent(client, (name, bomb))["files"]
    assert (file["state"], "unpacks to more than" in file["reason"]) == ("skipped", True)
    assert stored(folder) == []


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
    assert stored(folder) == []
    assert client.get("/healthz").status_code in (200, 503)


@pytest.fixture
def readable(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A service whose folder cannot be written; root may write everywhere, so it is the answer that is changed."""
    monkeypatch.setattr("askdocs.serving.upload_folder.writable", lambda path: False)
    return client


def test_a_corpus_that_can_only_be_read_says_so(readable: TestClient, folder: Path) -> None:
    article = readable.get("/v1/articles").json()["articles"][0]["id"]
    for reply in (
        readable.post("/v1/articles", files=[("files", ("snow.txt", SNOW.encode()))]),
        readable.post("/v1/articles/url", json={"url": "http://example.org/"}),
        readable.delete(f"/v1/articles/{article}"),
    ):
        assert error_of(reply) == (409, "NotWritable")
        assert "can only be read here" in reply.json()["error"]["message"]
    assert not (folder / "uploads").exists()


def test_a_folder_of_uploads_that_is_a_link_is_refused(client: TestClient, folder: Path) -> None:
    (folder.parent / "outside").mkdir()
    (folder / "uploads").symlink_to(folder.parent / "outside")
    assert error_of(client.post("/v1/articles", files=[("files", ("a.txt", b"Rain."))])) == (409, "NotWritable")
    assert list((folder.parent / "outside").iterdir()) == []
