"""Brings one file of the Hugging Face hub into the cache that all programs share, and resumes it in a later process.

``huggingface_hub`` keeps no part of a file across processes any more (its pull request 4228), which for gigabytes is
what matters most. So its own function does the transfer, into a part file of ours beside the cache's blobs; once its
hash is right it becomes the blob, and ``hf_hub_download`` finds it there.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from askdocs.core.errors import ModelUnusable
from askdocs.models.file_cache import sha256_of

logger = logging.getLogger(__name__)

_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[\w.-]+")
_SPARE_BYTES = 100_000_000  # of the disk, left free
_TRIES = 3  # in a row without a byte more


class Announced(NamedTuple):
    """What the hub says of a file: ``etag`` is the SHA-256 of a large one, ``size`` its bytes where it says so."""

    repository: str
    filename: str
    url: str
    etag: str
    size: int | None

    @property
    def sha256(self) -> str | None:
        """The announced hash of the content; ``None`` from a mirror that gives none."""
        return self.etag if _SHA256.fullmatch(self.etag) else None


def endpoint() -> str:
    """The address of the hub: ``HF_ENDPOINT``, or Hugging Face's own."""
    return (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")


def announced(repository: str, filename: str) -> Announced:
    """Ask the hub for a file's size and hash. Raises what huggingface_hub and its HTTP library raise."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    url = hf_hub_url(repository, filename, endpoint=endpoint())
    told = get_hf_file_metadata(url, endpoint=endpoint())
    if not told.etag or not told.commit_hash or not _NAME.fullmatch(told.etag):
        raise ModelUnusable(f"{url}: the answer is not that of a hub; check HF_ENDPOINT and the proxy")
    return Announced(repository, filename, url, told.etag, told.size)


def fetch(file: Announced, cache_dir: Path, bars: Any, sha256: str | None = None) -> Path:
    """Have ``file`` in the cache, whole and checked; gives its path there. Other processes wait for the one that loads.

    ``bars`` is the class of the progress bar. ``sha256`` is what the content must have beside what the hub announces.
    Raises ModelUnusable when the bytes are wrong or do not fit on the disk, OSError and the HTTP library's errors
    when the transfer broke off; its part is kept.
    """
    from huggingface_hub import hf_hub_download
    from huggingface_hub.file_download import repo_folder_name

    folder = repo_folder_name(repo_id=file.repository, repo_type="model")
    blob = cache_dir / folder / "blobs" / file.etag
    blob.parent.mkdir(parents=True, exist_ok=True)
    with _alone(cache_dir / ".locks" / folder / f"{file.etag}.lock", file.filename):
        if not blob.exists():
            part = blob.with_name(f"{file.etag}.part")
            _require_room(part, file)
            _transfer(file, part, bars)
            _require_hash(part, file, sha256)
            part.replace(blob)
    return Path(hf_hub_download(file.repository, file.filename, cache_dir=cache_dir, endpoint=endpoint()))


@contextmanager
def _alone(lock_path: Path, filename: str) -> Iterator[None]:
    """Hold the lock that huggingface_hub itself takes for this file."""
    from filelock import FileLock, Timeout

    lock_path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(lock_path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        logger.warning("%s: another process is downloading it; waiting for that", filename)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _require_room(part: Path, file: Announced) -> None:
    if file.size is None:
        return
    needed, free = file.size - _size(part) + _SPARE_BYTES, shutil.disk_usage(part.parent).free
    if needed > free:
        raise ModelUnusable(
            f"{file.filename}: {needed / 1e9:.2f} GB are needed and {free / 1e9:.2f} GB are free in {part.parent}; "
            "make room, or set HF_HOME to a folder on another disk"
        )


def _transfer(file: Announced, part: Path, bars: Any) -> None:
    """Load what is missing of the part; a connection that breaks is taken up while each time something came."""
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import HfHubHTTPError, build_hf_headers

    tries = 0
    while True:
        held = _size(part)
        if file.size is not None and held > file.size:  # of another program, or damaged
            part.unlink()
            held = 0
        try:
            with part.open("ab") as target:
                http_get(
                    file.url,
                    target,
                    resume_size=held,
                    headers={**build_hf_headers(), "Accept-Encoding": "identity"},
                    expected_size=file.size,
                    displayed_filename=file.filename,
                    tqdm_class=bars,
                )
            return
        except HfHubHTTPError:  # an answer of the hub's, which the next time is the same
            raise
        except Exception as error:  # what the HTTP library raises; which library that is changed twice
            tries = 0 if _size(part) > held else tries + 1
            if tries >= _TRIES or (isinstance(error, OSError) and error.errno is not None):
                raise
            logger.info("%s: %s; going on at %d bytes", file.filename, error, _size(part))
            time.sleep(1)


def _require_hash(part: Path, file: Announced, sha256: str | None) -> None:
    """Throw a part away whose bytes are not those announced."""
    wanted = {known for known in (file.sha256, sha256) if known}
    if not wanted:
        logger.warning("%s: the hub gives no checksum for it, so it was not checked", file.filename)
        return
    if wanted != {sha256_of(part)}:
        part.unlink()
        raise ModelUnusable(f"{file.filename}: the bytes that came are not those the hub announced; run the same again")
