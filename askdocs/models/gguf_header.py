"""Reads the header of a GGUF file, and finds out whether the file is whole, before llama.cpp maps it.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (versions 2 and 3, little endian). The ``gguf``
package reads it; only long arrays are stepped over here, for it makes an object of every token (see
docs/decisions/reading-gguf-headers.md).
"""

from __future__ import annotations

import functools
import math
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from askdocs.core.errors import ModelNotFound, ModelUnusable

MAGIC = b"GGUF"
_SANE_COUNT = 1_000_000

_SHORT = 1024  # items of an array of numbers that is kept: one for each layer, and not the vocabulary's

Metadata = dict[str, int | float | bool | str | tuple[int, ...]]
# What other files begin with, as people meet them in place of a model.
_OTHER_FILES = {
    b"lmgg": "an old GGML file of 2023, which llama.cpp reads no longer; download a GGUF of the model",
    b"fmgg": "an old GGMF file of 2023, which llama.cpp reads no longer; download a GGUF of the model",
    b"tjgg": "an old GGJT file of 2023, which llama.cpp reads no longer; download a GGUF of the model",
    b"PK\x03\x04": "a zip archive or PyTorch weights; download a GGUF of the model",
    b"vers": "a Git LFS pointer and not the file itself; run `git lfs pull`, or download the file from its page",
    b"<!DO": "a web page; download the file itself (on Hugging Face the address with /resolve/ and not /blob/)",
    b"<htm": "a web page; download the file itself (on Hugging Face the address with /resolve/ and not /blob/)",
    b"<!do": "a web page; download the file itself (on Hugging Face the address with /resolve/ and not /blob/)",
}
# Kinds of networks that do not continue a text.
_READERS = ("bert", "-embed", "embedding", "t5encoder", "dream", "llada", "wavtokenizer", "diffusion")


@dataclass(frozen=True)
class Tensor:
    """One tensor: ``shape`` with the fastest dimension first, as the file has it; ``start`` counts from the file's.

    ``data`` is mapped from the file: numbers, or for quantized types the bytes of each row.
    """

    name: str
    shape: tuple[int, ...]
    type: int
    start: int
    size: int
    data: Any = field(repr=False, compare=False)


@dataclass(frozen=True)
class GgufFile:
    """A checked header. ``metadata`` leaves out long arrays and those of texts.

    ``fields`` gives the byte range of every key with its value.
    """

    path: Path
    metadata: Metadata
    fields: dict[str, tuple[int, int]]
    tensors: tuple[Tensor, ...]
    alignment: int

    @functools.cached_property
    def by_name(self) -> dict[str, Tensor]:
        """The tensors by name."""
        return {tensor.name: tensor for tensor in self.tensors}

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
        with path.open("rb") as file:
            _check_preamble(path, file.read(24))
        with np.errstate(over="raise"):
            return _read(path)
    except FileNotFoundError as error:
        raise ModelNotFound(f"{path}: there is no such file") from error
    except OSError as error:
        raise ModelUnusable(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, LookupError, ArithmeticError, struct.error) as error:  # a length or a type made no sense
        raise _unusable(path, "it is cut short or damaged") from error


def _unusable(path: Path, reason: str) -> ModelUnusable:
    return ModelUnusable(f"{path}: not a usable GGUF file: {reason}; download or copy it again")


def _check_preamble(path: Path, head: bytes) -> None:
    if not head:
        raise _unusable(path, "the file is empty")
    if head[:4] in _OTHER_FILES:
        raise ModelUnusable(f"{path}: not a GGUF file but {_OTHER_FILES[head[:4]]}")
    if head[8:10] == b'{"':
        raise ModelUnusable(f"{path}: not a GGUF file but safetensors; download a GGUF of the model")
    if head[:4] != MAGIC:
        raise _unusable(path, f"it begins with {head[:4]!r}, not {MAGIC!r}")
    if len(head) < 24:
        raise _unusable(path, "the file ends inside its header")
    _, version, tensors, fields = struct.unpack("<4sIQQ", head)
    if version == 1:
        raise ModelUnusable(f"{path}: a GGUF file of version 1 of 2023, which is read no longer; download a newer one")
    if version in (2 << 24, 3 << 24):
        raise ModelUnusable(f"{path}: a GGUF file for big-endian machines; download the ordinary one")
    if version not in (2, 3):
        raise _unusable(path, f"its version is {version}; 2 and 3 are known")
    if max(tensors, fields) > _SANE_COUNT:
        raise _unusable(path, f"it announces {tensors} tensors and {fields} fields")


def _read(path: Path) -> GgufFile:
    from gguf.constants import GGUFValueType

    reader = _header_reader()(path)
    known = {name: found for name, found in reader.fields.items() if not name.startswith("GGUF.")}  # of its own
    tensors = tuple(
        Tensor(each.name, tuple(each.shape.tolist()), int(each.tensor_type), each.data_offset, each.n_bytes, each.data)
        for each in reader.tensors
    )
    metadata: Metadata = {}
    for name, each in known.items():
        if each.types[0] != GGUFValueType.ARRAY:
            metadata[name] = each.contents()
        elif (numbers := _short_array(memoryview(each.parts[-1]), reader.gguf_scalar_to_np)) is not None:
            metadata[name] = numbers
    return GgufFile(
        path,
        metadata,
        {name: (each.offset, each.offset + sum(part.nbytes for part in each.parts)) for name, each in known.items()},
        tensors,
        int(reader.alignment),
    )


@functools.cache
def _header_reader() -> Any:
    """The reader of the gguf package, which takes a fifth of a second to import, without the items of arrays."""
    from gguf import GGUFReader
    from gguf.constants import GGUFValueType

    class HeaderReader(GGUFReader):  # type: ignore[misc]
        def _get_field_parts(self, orig_offs: int, raw_type: int) -> Any:
            """The size, parts, places of the values among them and types of a value; an array is one part here."""
            if raw_type != GGUFValueType.ARRAY:
                return super()._get_field_parts(orig_offs, raw_type)
            size = _array_bytes(memoryview(self.data), orig_offs, self.gguf_scalar_to_np)
            return size, [self.data[orig_offs : orig_offs + size]], [], [GGUFValueType.ARRAY]

    return HeaderReader


def _short_array(data: memoryview, scalars: dict[int, Any]) -> tuple[int, ...] | None:
    """The whole numbers of an array that is short; None for any other."""
    kind, count = struct.unpack_from("<IQ", data)
    if count > _SHORT or kind not in scalars or np.dtype(scalars[kind]).kind not in "iub":
        return None
    return tuple(int(number) for number in np.frombuffer(data, scalars[kind], count, offset=12))


def _array_bytes(data: memoryview, start: int, scalars: dict[int, type]) -> int:
    from gguf.constants import GGUFValueType

    kind, count = struct.unpack_from("<IQ", data, start)
    position, read_length = start + 12, struct.Struct("<Q").unpack_from
    if kind != GGUFValueType.STRING:
        return int(12 + count * np.dtype(scalars[kind]).itemsize)
    for _ in range(count):
        position += 8 + read_length(data, position)[0]
    return position - start


def why_it_cannot_answer(metadata: Metadata) -> str:
    """Why a whole GGUF file is no model that answers, and what to do; empty where it may be one.

    >>> why_it_cannot_answer({"general.architecture": "clip"})[:26]
    'it is the part of a model '
    >>> why_it_cannot_answer({"general.architecture": "llama", "general.type": "model"})
    ''
    """
    architecture, kind = str(metadata.get("general.architecture", "")), str(metadata.get("general.type", "model"))
    if kind == "mmproj" or architecture in ("clip", "mmproj"):
        return "it is the part of a model that sees pictures; name the file of the language model beside it"
    if kind == "imatrix":
        return "it holds statistics for making quantized files; name the model's own file"
    if kind == "vocab":
        return "it holds a vocabulary without weights; name the model's own file"
    if any(mark in architecture for mark in _READERS):
        return (
            f"a model of the kind {architecture} does not continue a text, so it cannot answer; take an instruct model"
        )
    return ""


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
