"""``hf:`` files are downloaded once, go on where they broke off, and are compared with the hub's hash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs.core.errors import ModelNotFound, ModelUnusable
from askdocs.models.hub import download, downloaded
from tests.support.hub_server import Hub, serve

NAME = "hf:owner/repo/tiny.gguf"
CONTENT = bytes(range(256)) * 100_000  # the hub's client writes 10 MB at a time


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serve(Hub(CONTENT)) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.address)
        yield served


def test_downloaded_once(hub: Hub, tmp_path: Path) -> None:
    assert downloaded(NAME, tmp_path) is None
    path = download(NAME, tmp_path)
    assert path.read_bytes() == CONTENT
    asked = len(hub.requests)
    assert download(NAME, tmp_path) == path == downloaded(NAME, tmp_path)
    assert len(hub.requests) == asked


def test_offline_takes_what_is_here_and_asks_nothing(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="ASKDOCS_OFFLINE"):
        download(NAME, tmp_path, offline=True)
    assert hub.requests == []
    path = download(NAME, tmp_path)
    assert download(NAME, tmp_path, offline=True) == path


def test_goes_on_where_it_broke_off(hub: Hub, tmp_path: Path) -> None:
    hub.break_after = 15_000_000
    try:
        path = download(NAME, tmp_path)  # the hub's client tries again by itself,
    except ModelNotFound:
        path = download(NAME, tmp_path)  # and if it had given up, the user would
    assert path.read_bytes() == CONTENT
    begins = [int(wanted.split("=")[1].rstrip("-")) for _, _, wanted in hub.requests if wanted and wanted != "bytes=0-"]
    assert any(begin > 0 for begin in begins), hub.requests


def test_bytes_that_differ_from_the_announced_hash_are_thrown_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serve(Hub(CONTENT, announced=b"something else")) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.address)
        with pytest.raises(ModelUnusable, match="not those the hub announced"):
            download(NAME, tmp_path)
    assert downloaded(NAME, tmp_path) is None
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size == len(CONTENT)]


def test_what_the_hub_does_not_have(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"no other.gguf in owner/repo"):
        download("hf:owner/repo/other.gguf", tmp_path)
    with pytest.raises(ModelNotFound, match=r"no tiny.gguf in owner/none"):
        download("hf:owner/none/tiny.gguf", tmp_path)


def test_a_hub_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelNotFound, match="did not finish"):
        download(NAME, tmp_path)
