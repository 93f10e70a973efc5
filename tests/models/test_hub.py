"""``hf:`` files are downloaded once, go on where they broke off, and are compared with the hub's hash."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs.core.errors import ModelNotFound, ModelUnusable
from askdocs.models.hub import download, downloaded, downloads
from tests.support.hub_server import Hub, proxy, serve

NAME = "hf:owner/repo/tiny.gguf"
CONTENT = bytes(range(256)) * 100_000  # the hub's client writes 10 MB at a time
ROOT = Path(__file__).parents[2]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serve(Hub(CONTENT)) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.address)
        yield served


@pytest.fixture
def _new_client() -> Iterator[None]:
    """The hub's client reads the variables of proxies once; here it is made anew."""
    from huggingface_hub import close_session

    close_session()
    yield
    close_session()


def parts(folder: Path) -> list[Path]:
    return list(folder.rglob("*.part"))


def begins(hub: Hub) -> list[int]:
    """Where each transfer that was resumed began."""
    return [int(wanted.split("=")[1].rstrip("-")) for _, _, wanted in hub.requests if wanted and wanted != "bytes=0-"]


def in_a_process(folder: Path, *, name: str = NAME) -> subprocess.Popen[str]:
    """The same download in a process of its own."""
    code = "import sys; from pathlib import Path; from askdocs.models.hub import download; "
    code += "print(download(sys.argv[1], Path(sys.argv[2])))"
    command = [sys.executable, "-c", code, name, str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder
    )


def wait_for_part(folder: Path, least: int = 1) -> None:
    end = time.monotonic() + 20
    while not any(part.stat().st_size >= least for part in parts(folder)):
        assert time.monotonic() < end, "no part came"
        time.sleep(0.02)


def test_downloaded_once(hub: Hub, tmp_path: Path) -> None:
    assert downloaded(NAME, tmp_path) is None
    path = download(NAME, tmp_path)
    assert path.read_bytes() == CONTENT
    asked = len(hub.requests)
    assert download(NAME, tmp_path) == path == downloaded(NAME, tmp_path)
    assert len(hub.requests) == asked
    assert parts(tmp_path) == []


def test_the_hash_and_size_of_a_large_file_are_those_of_its_link(hub: Hub, tmp_path: Path) -> None:
    hub.linked = True
    path = download(NAME, tmp_path)
    assert path.resolve().name == hub.etag_of(CONTENT)


def test_the_bytes_come_from_a_storage_that_never_sees_the_token(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    storage = Hub(CONTENT)
    storage.break_after = 15_000_000
    with serve(storage):
        hub.linked, hub.storage = True, storage.address
        assert download(NAME, tmp_path).read_bytes() == CONTENT
    assert len(begins(storage)) == 1
    assert set(hub.tokens) == {"Bearer hf_secret"}
    assert set(storage.tokens) == {None}


def test_other_programs_find_it_in_the_cache(hub: Hub, tmp_path: Path) -> None:
    from huggingface_hub import hf_hub_download

    path = download(NAME, tmp_path)
    bodies = hub.bodies
    found = hf_hub_download("owner/repo", "tiny.gguf", cache_dir=tmp_path, endpoint=hub.address)
    assert (Path(found), hub.bodies) == (path, bodies)
    assert downloads(tmp_path) == {NAME: path}


def test_offline_takes_what_is_here_and_asks_nothing(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="ASKDOCS_OFFLINE"):
        download(NAME, tmp_path, offline=True)
    assert hub.requests == []
    path = download(NAME, tmp_path)
    assert download(NAME, tmp_path, offline=True) == path


def test_goes_on_where_it_broke_off(hub: Hub, tmp_path: Path) -> None:
    hub.break_after = 15_000_000
    assert download(NAME, tmp_path).read_bytes() == CONTENT
    assert len(begins(hub)) == 1, hub.requests
    assert 10_000_000 <= begins(hub)[0] <= 15_000_000


def test_a_process_that_was_killed_is_taken_up_by_the_next(hub: Hub, tmp_path: Path) -> None:
    hub.pause = 0.1
    killed = in_a_process(tmp_path)
    wait_for_part(tmp_path, 10_000_000)
    killed.kill()
    killed.communicate()
    hub.pause = 0
    assert download(NAME, tmp_path).read_bytes() == CONTENT
    assert max(begins(hub)) >= 10_000_000


def test_an_interruption_keeps_the_part(hub: Hub, tmp_path: Path) -> None:
    hub.pause = 0.1
    stopped = in_a_process(tmp_path)
    wait_for_part(tmp_path, 10_000_000)
    stopped.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in stopped.communicate(timeout=20)[1]
    (part,) = parts(tmp_path)
    assert CONTENT.startswith(part.read_bytes())
    assert downloaded(NAME, tmp_path) is None


def test_a_second_process_waits_for_the_first(hub: Hub, tmp_path: Path) -> None:
    hub.pause = 0.05
    first = in_a_process(tmp_path)
    wait_for_part(tmp_path, 0)
    second = in_a_process(tmp_path)
    (path, said), (same, waited) = (process.communicate(timeout=60) for process in (first, second))
    assert path == same != "", said + waited
    assert "another process is downloading it" in waited
    assert hub.bodies == 1
    assert Path(path.strip()).read_bytes() == CONTENT


def test_a_server_without_ranges_begins_anew(hub: Hub, tmp_path: Path) -> None:
    hub.ranges, hub.break_after = False, 15_000_000
    assert download(NAME, tmp_path).read_bytes() == CONTENT


def test_a_part_that_is_too_long_is_thrown_away(hub: Hub, tmp_path: Path) -> None:
    blobs = tmp_path / "models--owner--repo" / "blobs"
    blobs.mkdir(parents=True)
    (blobs / f"{hub.etag_of(CONTENT)}.part").write_bytes(CONTENT + b"more")
    assert download(NAME, tmp_path).read_bytes() == CONTENT


def test_bytes_that_differ_from_the_announced_hash_are_thrown_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serve(Hub(CONTENT, announced=b"something else")) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.address)
        with pytest.raises(ModelUnusable, match="not those the hub announced"):
            download(NAME, tmp_path)
    assert downloaded(NAME, tmp_path) is None
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size > 1000]


def test_another_file_than_the_one_recommended_is_not_downloaded(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="another file there now"):
        download(NAME, tmp_path, sha256="0" * 64)
    assert hub.bodies == 0
    assert download(NAME, tmp_path, sha256=hub.etag_of(CONTENT)).read_bytes() == CONTENT


def test_a_mirror_without_hashes_is_checked_against_the_catalogue(hub: Hub, tmp_path: Path) -> None:
    hub.etag = "no-hash"
    with pytest.raises(ModelUnusable, match="not those the hub announced"):
        download(NAME, tmp_path, sha256="0" * 64)
    assert parts(tmp_path) == []
    assert download(NAME, tmp_path).read_bytes() == CONTENT


def test_every_file_of_a_split_is_downloaded(hub: Hub, tmp_path: Path) -> None:
    names = [f"big-0000{i}-of-00003.gguf" for i in (1, 2, 3)]
    hub.files = {name: name.encode() * 1000 for name in names}
    path = download("hf:owner/repo/" + names[0], tmp_path)
    assert [(path.parent / name).read_bytes() for name in names] == list(hub.files.values())
    assert path.name == names[0]
    assert downloads(tmp_path) == {"hf:owner/repo/" + names[0]: path}
    (path.parent / names[2]).unlink()
    assert downloaded("hf:owner/repo/" + names[0], tmp_path) is None
    assert download("hf:owner/repo/" + names[1], tmp_path) == path
    assert (path.parent / names[2]).exists()


def test_a_disk_without_room_is_told_before(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=100_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(ModelUnusable, match=r"0\.13 GB are needed and 0\.10 GB are free in .*HF_HOME"):
        download(NAME, tmp_path)
    assert hub.bodies == 0


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (
            (401, "GatedRepo"),
            r"must let you in; log in at .*/owner/repo and accept its licence there, then set HF_TOKEN",
        ),
        ((403, "GatedRepo"), r"must let you in; log in at .*/owner/repo"),
        ((403, ""), r"refuses it \(403\); log in at"),
        ((401, "RepoNotFound"), r"no tiny.gguf in owner/repo, or it is private; check both names, or set HF_TOKEN"),
        ((503, ""), "answers 503"),
    ],
)
def test_refusals_say_the_step_to_take(hub: Hub, tmp_path: Path, refusal: tuple[int, str], said: str) -> None:
    hub.refusal, hub.token = refusal, "hf_secret"
    with pytest.raises(ModelNotFound, match=said):
        download(NAME, tmp_path)


def test_a_token_is_sent(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.refusal, hub.token = (401, "GatedRepo"), "hf_secret"
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    assert download(NAME, tmp_path).read_bytes() == CONTENT


def test_what_the_hub_does_not_have(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"no other.gguf in owner/repo"):
        download("hf:owner/repo/other.gguf", tmp_path)
    with pytest.raises(ModelNotFound, match=r"no tiny.gguf in owner/none"):
        download("hf:owner/none/tiny.gguf", tmp_path)


def test_a_hub_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelNotFound, match=r"cannot reach http://127.0.0.1:9 .*HTTPS_PROXY or HF_ENDPOINT.*by hand"):
        download(NAME, tmp_path)


def test_a_server_that_is_no_hub(hub: Hub, tmp_path: Path) -> None:
    hub.etag = "../elsewhere"
    with pytest.raises(ModelUnusable, match="not that of a hub"):
        download(NAME, tmp_path)


@pytest.mark.usefixtures("_new_client")
def test_proxies_are_used(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import close_session

    seen: list[str] = []
    with proxy(hub.address, seen) as address:
        for name in ("HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, address)
            monkeypatch.setenv(name.lower(), address)
        for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HF_ENDPOINT", "http://hub.test")  # which has no address but the proxy's
        assert download(NAME, tmp_path).read_bytes() == CONTENT
        assert any(line.startswith("GET http://hub.test/owner/repo/resolve/main/tiny.gguf") for line in seen)
        close_session()
        monkeypatch.setenv("HF_ENDPOINT", "https://hub.test")
        with pytest.raises(ModelNotFound, match=r"cannot reach https://hub.test"):
            download("hf:owner/repo/other.gguf", tmp_path)
        assert "CONNECT hub.test:443 HTTP/1.1" in seen
