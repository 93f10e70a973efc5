"""The recommended models: few, each with all that is needed to choose, download and check it."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from askdocs.models.catalogue import MOST, CatalogueEntry, catalogue, entry_of, hub_name
from askdocs.models.hub import split_hub_name
from askdocs.models.listing import BUNDLED

# Bits a weight: what a quantization takes alone, to what it takes where embeddings are large and kept finer.
BITS = {"Q4_K_M": (4.6, 6.6), "Q8_0": (8.4, 8.7)}
# Licences of the SPDX list, or of our own naming where a model's terms are on no list.
LICENCES = {"Apache-2.0", "MIT", "LicenseRef-Gemma"}
each_entry = pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.name)


def test_few_and_each_once_from_small_to_large() -> None:
    entries = catalogue()
    assert 0 < len(entries) <= MOST
    for field in ("name", "hf", "sha256"):
        assert len({getattr(entry, field) for entry in entries}) == len(entries)
    assert [entry.file_bytes for entry in entries] == sorted(entry.file_bytes for entry in entries)
    assert not {entry.name for entry in entries} & set(BUNDLED)
    assert [entry for entry in entries if entry.memory_bytes < 2.2e9], "nothing for a small machine"


@each_entry
def test_the_place_is_one_file_of_the_hub(entry: CatalogueEntry) -> None:
    repository, file = split_hub_name(entry.hf)
    assert re.fullmatch(r"[\w.-]+/[\w.-]+-GGUF", repository)
    assert entry.quantization in file
    assert "mmproj" not in file


@each_entry
def test_sizes_go_with_weights_and_quantization(entry: CatalogueEntry) -> None:
    least, most = BITS[entry.quantization]
    assert least <= entry.file_bytes * 8 / entry.parameters <= most
    assert 0.5e9 <= entry.parameters <= 8.5e9
    assert entry.file_bytes + 0.9e9 <= entry.memory_bytes <= entry.file_bytes + 2e9
    assert entry.context >= 8192


@each_entry
def test_what_it_is_good_for_and_its_licence_are_said(entry: CatalogueEntry) -> None:
    assert entry.licence in LICENCES
    assert entry.licence == "Apache-2.0" or "licence" in entry.good_for
    assert 20 < len(entry.good_for) < 100


@each_entry
def test_a_name_stands_for_its_place(entry: CatalogueEntry) -> None:
    assert hub_name(entry.name) == entry.hf == hub_name(entry.hf)
    assert entry_of(entry.name) == entry == entry_of(entry.hf)


def test_other_names_are_left_as_they_are() -> None:
    assert hub_name("smollm2") == "smollm2"
    assert entry_of("smollm2") is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hf", "https://huggingface.co/owner/repo"),
        ("hf", "hf:owner/repo/file.safetensors"),
        ("sha256", "abc"),
        ("file_bytes", 0),
        ("quantization", "small"),
        ("rank", 1),
    ],
)
def test_an_entry_of_another_shape_is_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError, match=field):
        CatalogueEntry.model_validate({**catalogue()[0].model_dump(), field: value})
