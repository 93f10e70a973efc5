"""Merging gives W + scale * B A, once, whole or not at all, and never with an adapter of something else."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import gguf
import numpy as np
import pytest

from askdocs.core.errors import ModelUnusable
from askdocs.core.settings import load_settings
from askdocs.models.gguf_header import read_gguf
from askdocs.models.lora_cache import Merged, merged_model
from askdocs.models.lora_merge import merge
from askdocs.models.registry import gguf_record
from askdocs.prompts.templates import load_prompt
from tests.support.tiny_gguf import RANK, write_adapter, write_model


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    base, adapter = tmp_path / "base.gguf", tmp_path / "adapter.gguf"
    write_model(base)
    write_adapter(adapter, load_prompt("grounded").hash)
    return base, adapter


def merged(base: Path, adapter: Path, cache: Path) -> Merged:
    settings = load_settings(cache_dir=cache)
    return merged_model(gguf_record(base, settings), gguf_record(adapter, settings), cache)


@pytest.mark.parametrize("kind", ["F32", "F16", "Q4_1", "Q8_0"])
def test_the_weights_are_the_sum(tmp_path: Path, kind: str) -> None:
    base, adapter, target = tmp_path / "base.gguf", tmp_path / "adapter.gguf", tmp_path / "merged.gguf"
    weights = write_model(base, gguf.GGMLQuantizationType[kind])
    pairs = write_adapter(adapter, alpha=8.0)
    merge(read_gguf(base), read_gguf(adapter), target)
    read = {tensor.name: tensor for tensor in gguf.GGUFReader(target).tensors}
    assert set(read) == set(weights)
    for name, tensor in read.items():
        expected = weights[name]
        if name in pairs:
            low, high = pairs[name]
            expected = np.add(expected, 8.0 / RANK * high @ low, dtype=np.float32)
            assert tensor.tensor_type == gguf.GGMLQuantizationType.Q8_0
        found = gguf.dequantize(tensor.data, tensor.tensor_type)
        # Q8_0 rounds to steps of 1/127 of the largest number of its block.
        assert np.abs(found - expected).max() <= np.abs(expected).max() / 127 / 2 + 1e-3


def test_norms_embedding_and_metadata_stay(pair: tuple[Path, Path], tmp_path: Path) -> None:
    base, adapter = pair
    merge(read_gguf(base), read_gguf(adapter), tmp_path / "merged.gguf")
    before, after = gguf.GGUFReader(base), gguf.GGUFReader(tmp_path / "merged.gguf")
    kinds = {tensor.name: tensor.tensor_type for tensor in after.tensors}
    assert kinds["blk.0.attn_norm.weight"] == gguf.GGMLQuantizationType.F32
    assert np.array_equal(before.tensors[0].data, after.tensors[0].data)
    for key in ("tokenizer.ggml.tokens", "llama.context_length", "general.name"):
        assert before.fields[key].contents() == after.fields[key].contents()
    assert after.fields["general.file_type"].contents() == 7


def test_the_merged_file_is_kept_and_names_its_prompt(pair: tuple[Path, Path], tmp_path: Path) -> None:
    first = merged(*pair, tmp_path / "cache")
    assert (first.prompt, first.lora, first.note) == ("grounded", None, "")
    assert read_gguf(first.path).metadata["askdocs.prompt_hash"] == load_prompt("grounded").hash
    made = first.path.stat().st_mtime_ns
    assert merged(*pair, tmp_path / "cache") == first
    assert first.path.stat().st_mtime_ns == made
    assert sorted(path.suffix for path in first.path.parent.iterdir()) in (
        [".gguf", ".lock", ".sha256"],
        [".gguf", ".sha256"],
    )


def test_a_damaged_merged_file_is_made_again(pair: tuple[Path, Path], tmp_path: Path) -> None:
    first = merged(*pair, tmp_path / "cache")
    whole = first.path.read_bytes()
    first.path.write_bytes(whole[:5000] + b"damage" + whole[5006:])
    merged(*pair, tmp_path / "cache")
    assert first.path.read_bytes() == whole


def test_a_process_killed_while_merging_leaves_nothing_believed(pair: tuple[Path, Path], tmp_path: Path) -> None:
    first = merged(*pair, tmp_path / "cache")
    whole = first.path.read_bytes()
    first.path.unlink()  # killed between the note and the rename: a note without a file, and a half-written file
    first.path.with_suffix(".123.tmp").write_bytes(whole[:100])
    assert merged(*pair, tmp_path / "cache").path.read_bytes() == whole


def test_two_processes_at_once_get_the_same_file(pair: tuple[Path, Path], tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(3) as pool:
        found = pool.starmap(merged, [(*pair, tmp_path / "cache")] * 3)
    assert len({result.path for result in found}) == 1
    assert not [path for path in found[0].path.parent.iterdir() if path.suffix == ".tmp"]


def test_a_cache_that_cannot_be_written_leaves_the_adapter_to_run_time(
    pair: tuple[Path, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("not a folder")
    found = merged(*pair, tmp_path / "file")
    assert (found.path, found.lora) == pair
    assert found.prompt == "grounded"
    assert "run time" in found.note
    assert "set ASKDOCS_CACHE_DIR to a folder that can be written" in found.note
    assert "run time" in caplog.text


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_cache_leaves_the_adapter_to_run_time(pair: tuple[Path, Path], tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o500)
    assert merged(*pair, cache).lora == pair[1]


def test_another_prompt_is_refused(pair: tuple[Path, Path], tmp_path: Path) -> None:
    base, adapter = pair
    write_adapter(adapter, prompt_hash="0" * 64)
    with pytest.raises(ModelUnusable, match="another prompt"):
        merged(base, adapter, tmp_path / "cache")


def test_an_adapter_without_a_prompt_is_merged_for_ordinary_prompts(pair: tuple[Path, Path], tmp_path: Path) -> None:
    base, adapter = pair
    write_adapter(adapter)
    assert merged(base, adapter, tmp_path / "cache").prompt is None


def test_an_adapter_of_another_model_is_refused(pair: tuple[Path, Path], tmp_path: Path) -> None:
    base, adapter = pair
    write_adapter(adapter, architecture="qwen3")
    with pytest.raises(ModelUnusable, match="qwen3"):
        merged(base, adapter, tmp_path / "cache")
    write_adapter(adapter, width=128)
    with pytest.raises(ModelUnusable, match="shapes"):
        merged(base, adapter, tmp_path / "cache")
    with pytest.raises(ModelUnusable, match="not a LoRA adapter"):
        merged(base, base, tmp_path / "cache")
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ModelUnusable, match="shapes"):
        merged(base, adapter, tmp_path / "file")
