"""Average two span scorers, one trained on from the other: the weights between them carry over better than either.

::

    python scripts/training/average_scorers.py BEFORE.safetensors AFTER.safetensors --out AVERAGE.safetensors

The low-rank updates are multiplied out, averaged, and cut to the rank of ``AFTER`` by singular values. Source: weights
of a model before and after fine-tuning, averaged, Wortsman et al. 2022 (arXiv:2109.01903).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

A, B = ".lora_a", ".lora_b"


def scale_and_metadata(path: Path) -> tuple[float, dict[str, str]]:
    """What the update of a file is multiplied by, and the file's metadata."""
    with safe_open(path, "pt") as file:
        metadata = dict(file.metadata())
    return float(metadata["alpha"]) / int(metadata["rank"]), metadata


def update(tensors: dict[str, Tensor], name: str, scale: float) -> Tensor:
    """The update of the matrix ``name``, multiplied out."""
    return scale * (tensors[name + B].float() @ tensors[name + A].float())


def low_rank(matrix: Tensor, rank: int, scale: float) -> tuple[Tensor, Tensor]:
    """``a`` and ``b`` whose product ``b @ a``, times ``scale``, is nearest to the matrix (Eckart and Young 1936)."""
    left, values, right = torch.linalg.svd(matrix / scale, full_matrices=False)
    roots = values[:rank].sqrt()
    return roots[:, None] * right[:rank], left[:, :rank] * roots


def averaged(before: Path, after: Path, share: float) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors between two files, ``share`` of the second, and the metadata of the second."""
    (old_scale, old), (scale, metadata) = scale_and_metadata(before), scale_and_metadata(after)
    if old["base_sha256"] != metadata["base_sha256"]:
        raise SystemExit(f"{before} and {after} were trained on different embedders")
    first, second = load_file(before), load_file(after)
    found: dict[str, Tensor] = {}
    for name, tensor in second.items():
        if name.endswith(A):
            matrix = name.removesuffix(A)
            both = (1 - share) * update(first, matrix, old_scale) + share * update(second, matrix, scale)
            found[matrix + A], found[matrix + B] = low_rank(both, len(tensor), scale)
        elif not name.endswith(B):
            found[name] = (1 - share) * first[name].float() + share * tensor.float()
    return {name: tensor.to(torch.float16).contiguous() for name, tensor in found.items()}, metadata


def main() -> None:
    """Average and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--share", type=float, default=0.5, help="of the second file")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    tensors, metadata = averaged(options.before, options.after, options.share)
    temporary = options.out.with_suffix(".part")
    save_file(tensors, temporary, metadata)
    temporary.chmod(0o644)  # it is installed with the package
    temporary.replace(options.out)
    print(f"wrote {options.out}, {options.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
