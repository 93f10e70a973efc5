"""Remembers what was found out about large files, so that it is found out once a file and not once a question.

A record is a small JSON file in the cache folder; it counts while the file keeps its size and modification time.
Hashing the 98 MB of the bundled model takes 0.1 to 0.3 s, reading its record less than a millisecond.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from pathlib import Path

from pydantic import ValidationError

from askdocs.core.base import Model

logger = logging.getLogger(__name__)

_CHUNK = 1 << 20


class FileRecord(Model):
    """What is known of one file: ``metadata`` is its GGUF header's, ``tried`` whether llama.cpp was let run it once."""

    path: str
    size: int
    modified: int
    sha256: str
    metadata: dict[str, int | float | bool | str | tuple[int, ...]] | None = None
    tried: bool = False


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()


def file_record(path: Path, cache_dir: Path) -> FileRecord:
    """The record of ``path``, from the cache while the file is unchanged, made by hashing it otherwise.

    Raises OSError when the file cannot be read; a cache that cannot be written is only logged.
    """
    path = path.resolve()
    status = path.stat()
    known = _load(_place(path, cache_dir))
    if known is not None and (known.path, known.size, known.modified) == (
        str(path),
        status.st_size,
        status.st_mtime_ns,
    ):
        return known
    record = FileRecord(path=str(path), size=status.st_size, modified=status.st_mtime_ns, sha256=sha256_of(path))
    keep(record, cache_dir)
    return record


def keep(record: FileRecord, cache_dir: Path) -> None:
    """Write a record to the cache folder, whole or not at all."""
    place = _place(Path(record.path), cache_dir)
    temporary = place.with_suffix(f".{os.getpid()}.tmp")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(record.model_dump_json(), encoding="utf-8")
        temporary.replace(place)
    except OSError as error:
        logger.info("cannot keep what is known of %s in %s: %s", record.path, place.parent, error)


def _place(path: Path, cache_dir: Path) -> Path:
    return cache_dir / "records" / f"{hashlib.sha256(str(path).encode()).hexdigest()[:24]}.json"


def _load(place: Path) -> FileRecord | None:
    try:
        return FileRecord.model_validate(json.loads(place.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, ValidationError) as error:
        logger.info("ignoring the record %s: %s", place, error)
        return None
