"""The models that askdocs recommends, as data: ``catalogue.toml`` beside this file.

They are known by their publishers' words and files. askdocs did not run them: ``askdocs models try`` does, on the
machine that is to use them.
"""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

from pydantic import Field

from askdocs.core.base import Model

FILE = Path(__file__).with_name("catalogue.toml")
MOST = 8  # more would be no recommendation


class CatalogueEntry(Model):
    """A recommended model.

    ``name`` may be given wherever a model is named; it stands for ``hf``, the place of its file on the hub.
    ``parameters`` counts weights. ``file_bytes`` and ``sha256`` are those of the file that was looked at: another one
    under the same name is not downloaded. ``memory_bytes`` is an estimate of what askdocs takes while it answers with
    the model, ``context`` how many tokens the model was trained for. ``licence`` is an SPDX expression.
    """

    name: str = Field(pattern=r"[a-z0-9][a-z0-9.-]*[a-z0-9]")
    hf: str = Field(pattern=r"^hf:[\w.-]+/[\w.-]+/[\w./-]+\.gguf$")
    parameters: int = Field(gt=0)
    quantization: str = Field(pattern=r"^(Q\d_(0|1|K(_[SML])?)|IQ\d_\w+|F16|BF16)$")
    file_bytes: int = Field(gt=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    memory_bytes: int = Field(gt=0)
    context: int = Field(gt=0)
    licence: str = Field(min_length=1)
    licence_url: str = Field(pattern=r"^https://")
    good_for: str = Field(min_length=1, max_length=100)


@functools.cache
def catalogue() -> tuple[CatalogueEntry, ...]:
    """Every recommended model, the smallest first.

    >>> [entry.name for entry in catalogue()][:2]
    ['qwen3-0.6b', 'gemma-3-1b']
    """
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["model"]
    return tuple(CatalogueEntry.model_validate(entry) for entry in entries)


def entry_of(name: str) -> CatalogueEntry | None:
    """The entry that a name, or an ``hf:`` string, stands for; ``None`` where it is not in the catalogue.

    >>> entry_of("qwen3-4b").hf
    'hf:Qwen/Qwen3-4B-GGUF/Qwen3-4B-Q4_K_M.gguf'
    >>> entry_of("hf:owner/repo/other.gguf") is None
    True
    """
    return next((entry for entry in catalogue() if name in (entry.name, entry.hf)), None)


def hub_name(name: str) -> str:
    """The ``hf:`` string of a catalogue's name; any other name as it is.

    >>> hub_name("qwen3-0.6b"), hub_name("smollm2")
    ('hf:Qwen/Qwen3-0.6B-GGUF/Qwen3-0.6B-Q8_0.gguf', 'smollm2')
    """
    return next((entry.hf for entry in catalogue() if entry.name == name), name)
