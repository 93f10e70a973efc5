"""A GGUF header is read as it was written, and nothing but a whole file passes."""

from __future__ import annotations

from pathlib import Path

import gguf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.core.errors import ModelNotFound, ModelUnusable
from askdocs.models.gguf_header import _header_reader, read_gguf, why_it_cannot_answer
from tests.support.tiny_gguf import VOCABULARY, WIDTH, write_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    write_model(path)
    return path


def test_agrees_with_the_gguf_package(model: Path) -> None:
    read, reference = read_gguf(model), gguf.GGUFReader(model)
    assert read.architecture == "llama"
    assert read.metadata["llama.context_length"] == 128
    assert [(t.name, t.start, t.size, list(t.shape)) for t in read.tensors] == [
        (t.name, t.data_offset, t.n_bytes, t.shape.tolist()) for t in reference.tensors
    ]
    assert read.by_name["token_embd.weight"].shape == (WIDTH, VOCABULARY)


def test_arrays_are_stepped_over(model: Path) -> None:
    """In the gguf package each token is an object of its own: two seconds for a vocabulary of 49,000."""
    ours, reference = _header_reader()(model), gguf.GGUFReader(model)
    assert len(ours.fields["tokenizer.ggml.tokens"].parts) == 4
    assert len(reference.fields["tokenizer.ggml.tokens"].parts) > VOCABULARY
    begin, end = read_gguf(model).fields["tokenizer.ggml.tokens"]
    assert end - begin == sum(part.nbytes for part in reference.fields["tokenizer.ggml.tokens"].parts)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="no such file"):
        read_gguf(tmp_path / "none.gguf")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 and so on", "begins with"),
        (b"GGUF", "ends inside its header"),
        (b"GGUF\x03\x00\x00\x00" + b"\xff" * 16, "announces"),
        (b"GGUF\x09\x00\x00\x00" + bytes(16), "version is 9"),
        (b"GGUF\x01\x00\x00\x00" + bytes(16), "version 1 of 2023, which is read no longer; download a newer one"),
        (b"GGUF\x00\x00\x00\x03" + bytes(16), "big-endian machines; download the ordinary one"),
        (b"tjgg\x03\x00\x00\x00" + bytes(16), "old GGJT file of 2023, .*; download a GGUF"),
        (b"lmgg" + bytes(16), "old GGML file of 2023"),
        (b"fmgg" + bytes(16), "old GGMF file of 2023"),
        (b"PK\x03\x04 archive/data.pkl", "PyTorch weights; download a GGUF"),
        (b'\x90\x01\x00\x00\x00\x00\x00\x00{"__metadata__":{}}', "safetensors; download a GGUF"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "Git LFS pointer .*git lfs pull"),
        (b"<!DOCTYPE html><html><head>", "a web page; download the file itself"),
    ],
)
def test_other_files_are_refused_with_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelUnusable, match=reason) as caught:
        read_gguf(path)
    assert str(path) in str(caught.value)


def test_short_arrays_of_numbers_are_read_and_no_others(tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(tmp_path / "a.gguf", "llama")
    for name, values in {
        "heads": [0, 8, 8],
        "pattern": [True, False],
        "long": list(range(3000)),
        "scales": [0.5, 1.5],
        "words": ["a", "b"],
    }.items():
        writer.add_array(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    metadata = read_gguf(tmp_path / "a.gguf").metadata
    assert metadata == {"general.architecture": "llama", "heads": (0, 8, 8), "pattern": (1, 0)}


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        ({"general.architecture": "clip", "general.type": "mmproj"}, "sees pictures; name the file of the language"),
        ({"general.architecture": "nomic-bert"}, "nomic-bert does not continue a text"),
        ({"general.architecture": "gemma-embedding"}, "gemma-embedding does not continue a text"),
        ({"general.architecture": "t5encoder"}, "t5encoder does not continue a text"),
        ({"general.type": "imatrix"}, "statistics"),
        ({"general.type": "vocab", "general.architecture": "llama"}, "a vocabulary without weights"),
    ],
)
def test_files_that_answer_nothing_say_what_they_are(metadata: dict[str, str], reason: str) -> None:
    assert reason in why_it_cannot_answer(dict(metadata))


@pytest.mark.parametrize("name", ["llama", "gemma3", "gemma4", "qwen3", "qwen35", "phi3", "lfm2", "granitehybrid"])
def test_files_that_may_answer(name: str) -> None:
    assert why_it_cannot_answer({"general.architecture": name, "general.type": "model"}) == ""


def test_a_file_cut_short_anywhere_is_refused(model: Path, tmp_path: Path) -> None:
    data, path = model.read_bytes(), tmp_path / "cut.gguf"
    tensors_end = max(tensor.start + tensor.size for tensor in read_gguf(model).tensors)
    for length in [*range(0, 400, 7), *range(400, tensors_end - 1, 1009), tensors_end - 1]:
        path.write_bytes(data[:length])
        with pytest.raises(ModelUnusable, match=r"empty|ends inside|cut short"):
            read_gguf(path)


@given(at=st.integers(0, 6000), byte=st.integers(0, 255))
def test_damage_to_the_header_is_refused_or_harmless(model: Path, at: int, byte: int) -> None:
    data = bytearray(model.read_bytes())
    data[at] = byte
    path = model.with_name("damaged.gguf")
    path.write_bytes(data)
    try:
        read = read_gguf(path)
    except ModelUnusable:
        return
    assert all(tensor.start + tensor.size <= len(data) for tensor in read.tensors)
