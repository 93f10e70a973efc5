"""A GGUF header is read as it was written, and nothing but a whole file passes."""

from __future__ import annotations

from pathlib import Path

import gguf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.core.errors import ModelNotFound, ModelUnusable
from askdocs.models.gguf_header import _header_reader, read_gguf
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
    ],
)
def test_other_files_are_refused_with_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelUnusable, match=reason) as caught:
        read_gguf(path)
    assert str(path) in str(caught.value)


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
