"""Writes a LoRA as the GGUF adapter that llama.cpp loads and askdocs merges, and reads one to go on from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import gguf
import numpy as np
import torch


def write_adapter(path: Path, matrices: Iterable[tuple[str, torch.Tensor]], alpha: float, prompt_hash: str) -> None:
    """Write the matrices in float16 with the metadata llama.cpp asks for and the hash of the prompt's template."""
    temporary = path.with_suffix(".part")
    writer = gguf.GGUFWriter(str(temporary), "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    writer.add_string("general.name", "askdocs grounded answers for SmolLM2-135M-Instruct")
    writer.add_string("askdocs.prompt_hash", prompt_hash)
    for name, matrix in matrices:
        writer.add_tensor(name, matrix.to(torch.float16).numpy().astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    temporary.replace(path)


def read_adapter(path: Path) -> dict[str, torch.Tensor]:
    """The matrices of an adapter by name, as they were given to ``write_adapter``, in float32."""
    return {t.name: torch.from_numpy(np.array(t.data, dtype=np.float32)) for t in gguf.GGUFReader(str(path)).tensors}
