"""Whether the streams of a PDF unpack to far more than a page holds: PDFium would take that much memory, and more."""

from __future__ import annotations

import re
import zlib

from askdocs.core.errors import SourceError

# An image of 9000 by 9000 points is smaller. PDFium itself stops at 1 GiB a stream, and holds that twice.
OF_A_STREAM = 256 * 1024**2
OF_ALL = 2 * 1024**3
_BEGIN = re.compile(rb"(?<!end)stream\r?\n")
_PIECE = 16 * 1024
_UNPACKED_PIECE = 1024**2
_LAYERS = 3  # a stream may be packed more than once


def check_unpacked(source: str, data: bytes) -> None:
    """Raise :class:`SourceError` where a stream unpacks to more than 256 MiB, or all of them to more than 2 GiB.

    Only what zlib packed is looked at; what the older ways of packing make of 20 MiB, PDFium bounds.
    """
    left = OF_ALL
    for match in _BEGIN.finditer(data):
        left -= _unpacked(source, memoryview(data)[match.end() :], _LAYERS, left)


def _unpacked(source: str, packed: memoryview, layers: int, left: int) -> int:
    """How many bytes a stream unpacks to; what no zlib stream begins counts for nothing."""
    if not layers or not _is_packed(packed):
        return 0
    unpacker = zlib.decompressobj()
    size = 0
    first = b""
    position = 0
    try:
        while not unpacker.eof and (unpacker.unconsumed_tail or position < len(packed)):
            given: bytes | memoryview = unpacker.unconsumed_tail
            if not given:
                given, position = packed[position : position + _PIECE], position + _PIECE
            piece = unpacker.decompress(given, _UNPACKED_PIECE)
            first = first or piece[:2]
            size += len(piece)
            if size > OF_A_STREAM:
                raise SourceError(source, f"a stream of the PDF unpacks to more than {OF_A_STREAM // 1024**2} MiB")
            if size > left:
                raise SourceError(source, f"the streams of the PDF unpack to more than {OF_ALL // 1024**2} MiB")
    except zlib.error:
        return size  # PDFium uses what came before the damage, too
    return size + (_unpacked_again(source, packed, layers - 1, left - size) if _is_packed(first) else 0)


def _unpacked_again(source: str, packed: memoryview, layers: int, left: int) -> int:
    return _unpacked(source, memoryview(zlib.decompressobj().decompress(packed, OF_A_STREAM)), layers, left)


def _is_packed(data: bytes | memoryview) -> bool:
    """Whether data begins as zlib does (RFC 1950, 2.2)."""
    return len(data) > 1 and data[0] & 15 == 8 and (data[0] * 256 + data[1]) % 31 == 0
