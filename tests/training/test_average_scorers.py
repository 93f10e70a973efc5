"""Averaging two span scorers: what lies between them, at the rank of the second."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from scripts.training.average_scorers import averaged, update

METADATA = {"alpha": "4", "rank": "2", "base_sha256": "ab"}


def scorer(path: Path, seed: int, metadata: dict[str, str] = METADATA) -> Path:
    """A file with one low-rank update and one vector."""
    generator = torch.Generator().manual_seed(seed)
    tensors = {
        "query.weight.lora_a": torch.randn(2, 6, generator=generator),
        "query.weight.lora_b": torch.randn(5, 2, generator=generator),
        "norm.bias": torch.full((3,), float(seed)),
    }
    save_file(tensors, path, metadata)
    return path


def product(path: Path, after: Path, share: float) -> torch.Tensor:
    """The averaged update, multiplied out."""
    return update(averaged(path, after, share)[0], "query.weight", 2.0)


def test_a_scorer_averaged_with_itself_is_the_same(tmp_path: Path) -> None:
    one = scorer(tmp_path / "one", 1)
    whole = product(one, one, 0.0)
    assert torch.allclose(product(one, one, 0.3), whole, atol=0.05)
    assert whole.abs().max() > 1


def test_a_half_lies_between_both_as_far_as_the_rank_allows(tmp_path: Path) -> None:
    one, two = scorer(tmp_path / "one", 1), scorer(tmp_path / "two", 2)
    tensors, metadata = averaged(one, two, 0.5)
    assert metadata["rank"] == "2"
    assert tensors["query.weight.lora_a"].shape == (2, 6)
    assert tensors["norm.bias"].tolist() == [1.5, 1.5, 1.5]
    middle = (product(one, one, 0.0) + product(two, two, 0.0)) / 2
    values = torch.linalg.svdvals(middle)
    lost = torch.linalg.matrix_norm(product(one, two, 0.5) - middle)
    assert lost == pytest.approx(float((values[2:] ** 2).sum().sqrt()), rel=0.05)  # no other of that rank is nearer


def test_scorers_of_different_embedders_are_not_averaged(tmp_path: Path) -> None:
    one, two = scorer(tmp_path / "one", 1), scorer(tmp_path / "two", 2, METADATA | {"base_sha256": "cd"})
    with pytest.raises(SystemExit, match="different embedders"):
        averaged(one, two, 0.5)
