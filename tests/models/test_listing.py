"""What ``askdocs models`` lists: what comes with askdocs, what is recommended, what was downloaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from askdocs.core.errors import ModelNotFound
from askdocs.models import registry
from askdocs.models.catalogue import catalogue
from askdocs.models.listing import BUNDLED, known_models
from tests.support.hub_server import COMMIT


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the hub."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.file_download.constants.HF_HUB_CACHE", str(tmp_path))
    return tmp_path


def put(cache: Path, hub_name: str) -> Path:
    """A file as the hub's client leaves it in its cache."""
    owner, repository, file = hub_name.removeprefix("hf:").split("/", 2)
    folder = cache / f"models--{owner}--{repository}"
    path = folder / "snapshots" / COMMIT / file
    path.parent.mkdir(parents=True)
    path.write_bytes(b"GGUF")
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text(COMMIT)
    return path


def test_names_forms_and_recommended_models_are_listed(cache: Path) -> None:
    known = {model.name: model for model in known_models()}
    assert set(known) == {*registry.NAME_FORMS, *(entry.name for entry in catalogue())}
    assert [name for name, model in known.items() if model.group == "bundled"] == list(BUNDLED)
    assert known["smollm2"].available
    assert known["smollm2"].path == registry.locate("smollm2") == registry.bundled_model_path()
    assert known["extractive"].available
    assert known["hf:OWNER/REPO/FILE.gguf"].available is None
    assert known["qwen3-4b"].available is False
    assert known["qwen3-4b"].entry is not None
    with pytest.raises(ModelNotFound, match="no file"):
        registry.locate("extractive")


def test_what_was_downloaded_is_listed(cache: Path) -> None:
    other = put(cache, "hf:owner/repo/sub/other.gguf")
    path = put(cache, catalogue()[0].hf)
    put(cache, "hf:owner/no--name/other.gguf")
    put(cache, "hf:owner/pictures/mmproj-model-f16.gguf")
    known = {model.name: model for model in known_models()}
    assert known[catalogue()[0].name].path == path == registry.locate(catalogue()[0].name)
    assert [(name, model.path) for name, model in known.items() if model.group == "downloaded"] == [
        ("hf:owner/repo/sub/other.gguf", other)
    ]


def test_a_recommended_name_that_is_not_here_says_how_to_get_it(cache: Path) -> None:
    with pytest.raises(ModelNotFound, match="askdocs models pull qwen3-4b"):
        registry.locate("qwen3-4b")
    with pytest.raises(ModelNotFound, match="did you mean 'qwen3-4b'"):
        registry.resolve("qwen34b")
