"""pgvector's ``halfvec`` as the bytes that askdocs stores of a vector: little-endian float16.

The binary form that the server sends is two 16-bit numbers, the dimension and zero, then the values, all big-endian:
https://github.com/pgvector/pgvector/blob/master/src/halfvec.c
"""

from __future__ import annotations

import numpy as np
import psycopg
from psycopg.adapt import Dumper, Loader
from psycopg.pq import Format
from psycopg.types import TypeInfo

from askdocs.core.base import FloatArray


class HalfVector:
    """The value of a ``halfvec`` parameter, of the bytes that a row holds."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @classmethod
    def of(cls, vector: FloatArray) -> HalfVector:
        """A vector, rounded to float16."""
        return cls(np.asarray(vector).astype("<f2").tobytes())


def to_wire(data: bytes) -> bytes:
    """The bytes of a row as the server takes them.

    >>> to_wire(np.array([1, 2], dtype="<f2").tobytes()).hex()
    '000200003c004000'
    """
    swapped = np.frombuffer(data, dtype="<f2").astype(">f2").tobytes()
    return (len(data) // 2).to_bytes(2, "big") + b"\x00\x00" + swapped


def from_wire(data: bytes) -> bytes:
    """What the server sends as the bytes of a row.

    >>> from_wire(to_wire(b"\\x00\\x3c")) == b"\\x00\\x3c"
    True
    """
    return np.frombuffer(data[4:], dtype=">f2").astype("<f2").tobytes()


class _HalfVectorDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: HalfVector) -> bytes:
        return to_wire(obj.data)


class _HalfVectorLoader(Loader):
    format = Format.BINARY

    def load(self, data: bytes | bytearray | memoryview) -> bytes:
        return from_wire(bytes(data))


def register(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    """Teach a connection the type; whether the extension is there."""
    info = TypeInfo.fetch(connection, "halfvec")
    if info is None:
        return False
    info.register(connection)
    dumper = type("HalfVectorDumper", (_HalfVectorDumper,), {"oid": info.oid})
    connection.adapters.register_dumper(HalfVector, dumper)
    connection.adapters.register_loader(info.oid, _HalfVectorLoader)
    return True
