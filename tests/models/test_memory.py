"""A model that does not fit the memory is refused, or gets a smaller context, before llama.cpp is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from askdocs.core.errors import ModelUnusable
from askdocs.core.settings import load_settings
from askdocs.models import memory, registry
from askdocs.models.gguf_header import read_gguf
from askdocs.models.memory import CONTEXT, LEAST_CONTEXT, SPARE_CELLS, STATES, Memory, fit, needed
from askdocs.reading.model_pool import make_reader
from tests.support.tiny_families import CONV, GROUPS, INNER, STATE, write_family

LLAMA_8B = {
    "general.architecture": "llama",
    "llama.block_count": 32,
    "llama.attention.head_count": 32,
    "llama.attention.head_count_kv": 8,
    "llama.embedding_length": 4096,
    "llama.context_length": 131072,
}
SIZE = 4_900_000_000
PATH = Path("models/llama-8b.gguf")


def test_keys_and_values_of_known_models() -> None:
    def of_a_token(metadata: dict[str, object]) -> int:
        return needed(metadata, SIZE, 1001) - needed(metadata, SIZE, 1000)

    # Two bytes each for keys and values: layers x heads x length, as llama.cpp prints it when it loads them.
    assert of_a_token(dict(LLAMA_8B)) == 32 * 8 * 128 * 2 * 2
    gemma = {
        "general.architecture": "gemma3",
        "gemma3.block_count": 34,
        "gemma3.attention.head_count": 8,
        "gemma3.attention.head_count_kv": 4,
        "gemma3.attention.key_length": 256,
        "gemma3.attention.value_length": 256,
        "gemma3.embedding_length": 2560,
    }
    assert of_a_token(dict(gemma)) == 34 * 4 * (256 + 256) * 2
    qwen35 = {
        "general.architecture": "qwen35",
        "qwen35.block_count": 32,
        "qwen35.full_attention_interval": 4,
        "qwen35.attention.head_count": 16,
        "qwen35.attention.head_count_kv": 4,
        "qwen35.attention.key_length": 256,
        "qwen35.attention.value_length": 256,
    }
    assert of_a_token(dict(qwen35)) == 8 * 4 * (256 + 256) * 2


def test_layers_with_a_state_of_their_own_are_counted_from_the_file(tmp_path: Path) -> None:
    metadata = read_gguf(write_family(tmp_path / "a.gguf", "granite4")).metadata
    assert metadata["granitehybrid.attention.head_count_kv"] == (0, 1)
    states = ((CONV - 1) * (INNER + 2 * GROUPS * STATE) + INNER * STATE) * 4 * STATES
    assert needed(metadata, 0, 0) == states + SPARE_CELLS * (16 + 16) * 2


def with_free(monkeypatch: pytest.MonkeyPatch, free: float) -> None:
    monkeypatch.setattr(memory, "memory", lambda: Memory(int(free), 16_000_000_000))


def test_a_model_that_fits_keeps_its_context(monkeypatch: pytest.MonkeyPatch) -> None:
    with_free(monkeypatch, 8e9)
    assert fit(PATH, LLAMA_8B, SIZE) == (CONTEXT, "")
    assert fit(PATH, {**LLAMA_8B, "llama.context_length": 2048}, SIZE) == (2048, "")


def test_a_smaller_context_is_taken_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with_free(monkeypatch, SIZE + 300e6 + 131072 * (SPARE_CELLS + 2100))
    found = fit(PATH, LLAMA_8B, SIZE)
    assert found.context == 2048
    assert found.note == "its context is 2048 tokens and not 4096, for want of free memory"


def test_a_model_that_does_not_fit_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with_free(monkeypatch, 3.1e9)
    with pytest.raises(ModelUnusable) as caught:
        fit(PATH, LLAMA_8B, SIZE)
    assert str(caught.value) == (
        f"{PATH}: it needs about 5.5 GB of memory, and of 16.0 GB there are 3.1 GB free; close other programs, or take "
        "a smaller model or one with fewer bits (Q4_K_M)"
    )
    assert fit(PATH, LLAMA_8B, 1_000_000_000).context > LEAST_CONTEXT


def test_where_nothing_is_known_of_the_memory_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "memory", lambda: None)
    assert fit(PATH, LLAMA_8B, SIZE * 100).context == CONTEXT
    with_free(monkeypatch, 1e9)
    monkeypatch.setattr(memory, "_has_own_memory", lambda: True)
    assert fit(PATH, LLAMA_8B, SIZE).context == CONTEXT


def test_the_memory_of_this_machine() -> None:
    here = memory.memory()
    assert here is not None
    assert 0 < here.free <= here.total
    assert here.total > 500_000_000


def test_the_memory_of_a_container_is_its_own(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal:  64000000 kB\nMemFree: 1 kB\nMemAvailable:  32000000 kB\n")
    group = tmp_path / "cgroup"
    group.mkdir()
    assert memory._linux(tmp_path / "meminfo", group) == (32_000_000 * 1024, 64_000_000 * 1024)
    (group / "memory.max").write_text("max\n")
    (group / "memory.current").write_text("1000000000\n")
    (group / "memory.stat").write_text("anon 500000000\ninactive_file 300000000\nactive_file 100000000\n")
    assert memory._linux(tmp_path / "meminfo", group) == (32_000_000 * 1024, 64_000_000 * 1024)
    (group / "memory.max").write_text("4000000000\n")
    assert memory._linux(tmp_path / "meminfo", group) == (3_400_000_000, 4_000_000_000)
    assert memory._linux(tmp_path / "none", group) is None


def test_the_smaller_context_and_its_note_reach_the_reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = write_family(tmp_path / "a.gguf", "qwen3", template=None)
    record = read_gguf(path)
    size = path.stat().st_size
    with_free(monkeypatch, needed(record.metadata, size, LEAST_CONTEXT) + 1)
    settings = load_settings(cache_dir=tmp_path / "cache")
    file = registry.resolve(str(path), settings)
    assert file.context_length == LEAST_CONTEXT
    reader, note = make_reader(file, settings)
    assert note.startswith("its context is 1024 tokens and not 2048, for want of free memory; its file has no chat")
    reader.close()
    with_free(monkeypatch, 100)
    with pytest.raises(ModelUnusable, match=r"a\.gguf: it needs about"):
        registry.resolve(str(path), settings)
