"""Reads the header of a GGUF file, and finds out whether the file is whole, before llama.cpp maps it.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (versions 2 and 3, little endian). The ``gguf``
package reads it too, at 2.5 s a file, since it makes an array of every token; here arrays are stepped over.
"""

from __future__ import annotations

import math
import mmap
import struct
from dataclasses import dataclass, field
from pathlib import Path

from askdocs.core.errors import ModelNotFound, ModelUnusable

MAGIC = b"GGUF"
_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9
_MOST_DIMENSIONS = 4
_SANE_COUNT = 1_000_000

Metadata = dict[str, int | float | bool | str]


@dataclass(frozen=True)
class Tensor:
    """One tensor: ``shape`` with the fastest dimension first, as the file has it; ``start`` counts from the file's."""

    name: str
    shape: tuple[int, ...]
    type: int
    start: int
    size: int


@dataclass(frozen=True)
class GgufFile:
    """A checked header. ``metadata`` leaves out arrays; ``fields`` gives the byte range of every key with its value."""

    path: Path
    version: int
    metadata: Metadata
    fields: dict[str, tuple[int, int]]
    tensors: tuple[Tensor, ...]
    alignment: int = 32
    by_name: dict[str, Tensor] = field(default_factory=dict, repr=False)

    @property
    def architecture(self) -> str:
        """The kind of network, such as "llama"."""
        return str(self.metadata.get("general.architecture", ""))

    @property
    def is_adapter(self) -> bool:
        """Whether the file is a LoRA adapter rather than a model."""
        return self.metadata.get("general.type") == "adapter"


def read_gguf(path: Path) -> GgufFile:
    """Read and check the header of ``path``, and that every tensor lies inside the file.

    Raises ModelNotFound when there is no such file, ModelUnusable with the reason when it is no whole GGUF file.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _Reader(path, data).read()
    except FileNotFoundError as error:
        raise ModelNotFound(f"{path}: there is no such file") from error
    except OSError as error:
        raise ModelUnusable(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # an empty file cannot be mapped
        raise _unusable(path, str(error) if path.stat().st_size else "the file is empty") from error
    except (struct.error, IndexError, OverflowError) as error:
        raise _unusable(path, "the file ends inside its header") from error


def _unusable(path: Path, reason: str) -> ModelUnusable:
    return ModelUnusable(f"{path}: not a usable GGUF file: {reason}; download or copy it again")


class _Reader:
    """Walks the header once; every length is compared with the file's before it is believed."""

    def __init__(self, path: Path, data: mmap.mmap) -> None:
        self.path, self.data, self.position = path, data, 0

    def read(self) -> GgufFile:
        version, tensor_count, field_count = self._preamble()
        metadata: Metadata = {}
        fields: dict[str, tuple[int, int]] = {}
        for _ in range(field_count):
            begin = self.position
            key = self._string()
            value = self._value(self._number("<I"))
            fields[key] = (begin, self.position)
            if value is not None:
                metadata[key] = value
        alignment = metadata.get("general.alignment", 32)
        if not isinstance(alignment, int) or alignment < 1 or alignment % 8:
            raise ValueError(f"its alignment is {alignment!r}")
        infos = [self._tensor_info() for _ in range(tensor_count)]
        data_start = aligned(self.position, alignment)
        tensors = tuple(self._tensor(data_start, alignment, *info) for info in infos)
        names = {tensor.name: tensor for tensor in tensors}
        if len(names) != len(tensors):
            raise ValueError("two tensors have the same name")
        return GgufFile(self.path, version, metadata, fields, tensors, alignment, names)

    def _preamble(self) -> tuple[int, int, int]:
        if self.data[:4] != MAGIC:
            raise ValueError(f"it begins with {bytes(self.data[:4])!r}, not {MAGIC!r}")
        self.position = 4
        version = self._number("<I")
        if version not in (2, 3):
            raise ValueError(f"its version is {version}; 2 and 3 are known")
        tensor_count, field_count = self._number("<Q"), self._number("<Q")
        if max(tensor_count, field_count) > _SANE_COUNT:
            raise ValueError(f"it announces {tensor_count} tensors and {field_count} fields")
        return version, tensor_count, field_count

    def _number(self, layout: str) -> int:
        (value,) = struct.unpack_from(layout, self.data, self.position)
        self.position += struct.calcsize(layout)
        return int(value)

    def _string(self) -> str:
        length = self._number("<Q")
        if length > len(self.data) - self.position:
            raise ValueError(f"a string of {length} bytes runs over the end of the file")
        text = self.data[self.position : self.position + length]
        self.position += length
        return text.decode("utf-8", errors="replace")

    def _value(self, kind: int) -> int | float | bool | str | None:
        if kind == _STRING:
            return self._string()
        if kind == _ARRAY:
            self._skip_array()
            return None
        layout = _SCALARS.get(kind)
        if layout is None:
            raise ValueError(f"a field has the unknown type {kind}")
        (value,) = struct.unpack_from(layout, self.data, self.position)
        self.position += struct.calcsize(layout)
        result: int | float | bool = value
        return result

    def _skip_array(self) -> None:
        kind, count = self._number("<I"), self._number("<Q")
        if count > len(self.data) - self.position:
            raise ValueError(f"an array of {count} items runs over the end of the file")
        if kind == _STRING:
            self._skip_strings(count)
        elif kind in _SCALARS:
            self.position += count * struct.calcsize(_SCALARS[kind])
        else:
            raise ValueError(f"an array has the unknown item type {kind}")
        if self.position > len(self.data):
            raise ValueError("an array runs over the end of the file")

    def _skip_strings(self, count: int) -> None:
        read_length, data, position = struct.Struct("<Q").unpack_from, self.data, self.position
        for _ in range(count):
            position += 8 + read_length(data, position)[0]
        self.position = position

    def _tensor_info(self) -> tuple[str, tuple[int, ...], int, int]:
        name, dimensions = self._string(), self._number("<I")
        if dimensions > _MOST_DIMENSIONS:
            raise ValueError(f"tensor {name!r} has {dimensions} dimensions")
        shape = tuple(self._number("<Q") for _ in range(dimensions))
        return name, shape, self._number("<I"), self._number("<Q")

    def _tensor(
        self, data_start: int, alignment: int, name: str, shape: tuple[int, ...], kind: int, offset: int
    ) -> Tensor:
        size = tensor_bytes(shape, kind)
        if size is None:
            raise ValueError(f"tensor {name!r} has the unknown type {kind} or a row that its blocks do not divide")
        if offset % alignment:
            raise ValueError(f"tensor {name!r} begins at {offset}, which is not a multiple of {alignment}")
        if data_start + offset + size > len(self.data):
            raise ValueError(
                f"it is cut short: tensor {name!r} ends at byte {data_start + offset + size:,},"
                f" the file at byte {len(self.data):,}"
            )
        return Tensor(name, shape, kind, data_start + offset, size)


def aligned(position: int, alignment: int) -> int:
    """The next multiple of ``alignment``.

    >>> aligned(33, 32), aligned(64, 32)
    (64, 64)
    """
    return -(-position // alignment) * alignment


def tensor_bytes(shape: tuple[int, ...], kind: int) -> int | None:
    """How many bytes a tensor takes; ``None`` for an unknown type, or rows that are not whole blocks.

    >>> tensor_bytes((64, 2), 8)  # Q8_0: 34 bytes for 32 numbers
    136
    """
    from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

    try:
        block, block_bytes = GGML_QUANT_SIZES[GGMLQuantizationType(kind)]
    except (ValueError, KeyError):
        return None
    if shape and shape[0] % block:
        return None
    return math.prod(shape) // int(block) * int(block_bytes)
