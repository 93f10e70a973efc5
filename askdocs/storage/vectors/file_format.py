"""The file ``vectors.faiss``: a page that describes it, FAISS's own bytes, the ids, and a checksum of each block.

::

    0      magic (8 bytes), CRC-32 of the rest of this page, length of the JSON, the JSON, zeros up to 4096
    4096   the FAISS index, then the sorted ids as little-endian int64
    ...    CRC-32 of each block of 1 MiB of that, and at last the CRC-32 of these checksums

Opening reads the first page, compares the file's length, and checks what FAISS parses. The rest of a large index is
memory-mapped and compared only by ``check_blocks``. FAISS trusts its files, so nothing unchecked may reach its parser.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

import numpy as np

from askdocs.core.base import IntArray

_MAGIC = b"ASKDOCS\x01"
_PAGE = 4096
_BLOCK = 1 << 20
_ATTEMPTS = 20
_START = struct.Struct("<8sII")


class IndexFileDamaged(Exception):
    """The file is not what was written; the message says where. It is a cache, so whoever opens it rebuilds it."""


@dataclass(frozen=True)
class Description:
    """What the first page says.

    ``generation`` and ``token`` name the state of the corpus it was built from, ``last_chunk`` the largest chunk id
    there was. ``parsed`` bytes of FAISS's are read at open, ``faiss`` bytes there are in all; ``trained`` is how many
    vectors the clusters were made for.
    """

    kind: str
    generation: int
    token: str
    last_chunk: int
    count: int
    dimension: int
    trained: int
    faiss: int = 0
    parsed: int = 0
    parsed_crc: int = 0

    @property
    def mapped(self) -> bool:
        """Whether parts of it are left on disk, and read when they are searched."""
        return self.parsed < self.faiss

    @property
    def body(self) -> int:
        """How many bytes stand between the first page and the checksums."""
        return self.faiss + 8 * self.count

    @property
    def length(self) -> int:
        """How long the whole file is."""
        return _PAGE + self.body + 4 * (-(-self.body // _BLOCK)) + 4


def write(path: Path, index: Any, ids: IntArray, description: Description, unparsed: int = 0) -> None:
    """Write an index whole or not at all; the last ``unparsed`` bytes of FAISS's are those a mapped open leaves alone.

    Raises OSError when the disk is full.
    """
    import faiss

    new = path.with_name(path.name + ".new")
    try:
        try:
            writer = faiss.FileIOWriter(str(new))
            page = np.zeros(_PAGE, dtype=np.uint8)
            if writer(faiss.swig_ptr(page), 1, _PAGE) != _PAGE:
                raise OSError(f"{new}: cannot be written")
            faiss.write_index(index, writer)
            del writer  # closes it
        except RuntimeError as error:
            raise OSError(f"{new}: cannot be written ({str(error).splitlines()[0]})") from error
        with new.open("r+b") as file:
            size = file.seek(0, os.SEEK_END) - _PAGE
            file.write(ids.astype("<i8").tobytes())
            _finish(file, replace(description, faiss=size, parsed=size - unparsed))
        os.replace(new, path)
    except BaseException:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
        raise


def _finish(file: IO[bytes], description: Description) -> None:
    checksums = b"".join(struct.pack("<I", zlib.crc32(block)) for block in _blocks(file, description.body))
    file.seek(_PAGE + description.body)
    file.write(checksums + struct.pack("<I", zlib.crc32(checksums)))
    text = json.dumps({**asdict(description), "parsed_crc": _crc(file, description.parsed)}).encode()
    page = (struct.pack("<I", len(text)) + text).ljust(_PAGE - 12, b"\0")
    file.seek(0)
    file.write(_MAGIC + struct.pack("<I", zlib.crc32(page)) + page)
    file.flush()
    os.fsync(file.fileno())


def _crc(file: IO[bytes], size: int) -> int:
    """The CRC-32 of the first bytes behind the first page, which may be as many as the whole index."""
    crc = 0
    for block in _blocks(file, size):
        crc = zlib.crc32(block, crc)
    return crc


def _blocks(file: IO[bytes], size: int) -> Iterator[bytes]:
    file.seek(_PAGE)
    for start in range(0, size, _BLOCK):
        yield file.read(min(_BLOCK, size - start))


def describe(path: Path) -> Description:
    """Read and check the first page and the file's length.

    Raises:
        IndexFileDamaged: there is no such file, or it is not whole.
    """
    with _opened(path) as file:
        return _described(path, file)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise IndexFileDamaged(f"{path}: {error.strerror}") from error
    with file:
        yield file


def _described(path: Path, file: IO[bytes]) -> Description:
    page = file.read(_PAGE)
    length = file.seek(0, os.SEEK_END)
    if len(page) < _PAGE:
        raise IndexFileDamaged(f"{path}: shorter than its first page")
    magic, crc, size = _START.unpack_from(page)
    if magic != _MAGIC or crc != zlib.crc32(page[12:]):
        raise IndexFileDamaged(f"{path}: its first page changed")
    description = Description(**json.loads(page[_START.size : _START.size + size]))
    if length != description.length:
        raise IndexFileDamaged(f"{path}: {length} bytes long instead of {description.length}")
    return description


def read(path: Path) -> tuple[Description, Any, IntArray]:
    """Open an index: its description, the FAISS index, and its sorted ids; large parts stay on disk.

    The file is opened several times; where a writer put another in its place meanwhile, that one is read.

    Raises:
        IndexFileDamaged: it is not what was written, as far as is looked at.
    """
    for _ in range(_ATTEMPTS):
        before = _identity(path)
        try:
            found = _read(path)
        except (IndexFileDamaged, ValueError):
            if _identity(path) == before:
                raise
            continue
        if _identity(path) == before:
            return found
    raise IndexFileDamaged(f"{path}: replaced {_ATTEMPTS} times while it was read")


def _identity(path: Path) -> tuple[int, int, int]:
    try:
        status = path.stat()
    except OSError as error:
        raise IndexFileDamaged(f"{path}: {error.strerror}") from error
    return status.st_ino, status.st_mtime_ns, status.st_size


def _read(path: Path) -> tuple[Description, Any, IntArray]:
    import faiss

    with _opened(path) as file:
        description = _described(path, file)
        if _crc(file, description.parsed) != description.parsed_crc:
            raise IndexFileDamaged(f"{path}: the index's own tables changed")
        if not description.mapped:
            _check_blocks(path, file, description)
    reader = faiss.FileIOReader(str(path))
    page = np.empty(_PAGE, dtype=np.uint8)
    reader(faiss.swig_ptr(page), 1, _PAGE)
    try:
        index = faiss.read_index(reader, faiss.IO_FLAG_MMAP if description.mapped else 0)
    except RuntimeError as error:
        raise IndexFileDamaged(f"{path}: {str(error).splitlines()[0]}") from error
    ids = np.memmap(path, dtype="<i8", mode="r", offset=_PAGE + description.faiss, shape=(description.count,))
    return description, index, ids if description.mapped else np.array(ids)


def check_blocks(path: Path) -> None:
    """Compare every byte with its checksum.

    Raises:
        IndexFileDamaged: at the first block that changed.
    """
    with _opened(path) as file:
        _check_blocks(path, file, _described(path, file))


def _check_blocks(path: Path, file: IO[bytes], description: Description) -> None:
    file.seek(_PAGE + description.body)
    checksums = file.read()
    if zlib.crc32(checksums[:-4]) != struct.unpack("<I", checksums[-4:])[0]:
        raise IndexFileDamaged(f"{path}: its checksums changed")
    wanted = struct.unpack(f"<{len(checksums) // 4 - 1}I", checksums[:-4])
    for number, (block, crc) in enumerate(zip(_blocks(file, description.body), wanted, strict=True)):
        if zlib.crc32(block) != crc:
            start = _PAGE + number * _BLOCK
            raise IndexFileDamaged(f"{path}: bytes {start} to {start + len(block)} changed")
