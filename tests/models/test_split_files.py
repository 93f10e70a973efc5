"""A model in several files is used whole, from the name of any part; what is missing is named."""

from __future__ import annotations

from pathlib import Path

import gguf
import pytest

from askdocs.core.errors import ModelUnusable
from askdocs.core.settings import Settings, load_settings
from askdocs.models import registry
from askdocs.models.generator import LlamaGenerator
from askdocs.models.split_files import part_names
from tests.support.tiny_families import write_family


def split(path: Path, stem: Path) -> list[Path]:
    """The file in three parts, as llama-gguf-split writes them: all keys in the first, tensors in each."""
    reader = gguf.GGUFReader(path)
    parts = [stem.with_name(name) for name in part_names(f"{stem.name}-00001-of-00003.gguf")]
    share = -(-len(reader.tensors) // 3)
    for number, part in enumerate(parts):
        writer = gguf.GGUFWriter(part, reader.fields["general.architecture"].contents())
        if number == 0:
            for name, field in reader.fields.items():
                if not name.startswith("GGUF.") and name != "general.architecture":
                    inner = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
                    writer.add_key_value(name, field.contents(), field.types[0], sub_type=inner)
        writer.add_uint16("split.no", number)
        writer.add_uint16("split.count", 3)
        writer.add_int32("split.tensors.count", len(reader.tensors))
        for tensor in reader.tensors[number * share : (number + 1) * share]:
            writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
    return parts


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("split")
    return split(write_family(folder / "whole.gguf", "llama3"), folder / "big")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(cache_dir=tmp_path_factory.mktemp("cache"))


@pytest.mark.parametrize("named", [0, 2])
def test_any_part_names_the_whole(named: int, parts: list[Path], settings: Settings) -> None:
    found = registry.resolve(str(parts[named]), settings)
    assert found.path == parts[0]
    generator = LlamaGenerator(found.path, name="split", threads=1)
    whole = LlamaGenerator(parts[0].with_name("whole.gguf"), name="whole", threads=1)
    tokens = whole.tokenize("Alibaba sold 33 million shares.")
    assert (generator.logits(generator.prefill(tokens)[0]) == whole.logits(whole.prefill(tokens)[0])).all()
    generator.close()
    whole.close()


def test_missing_parts_are_named(parts: list[Path], settings: Settings, tmp_path: Path) -> None:
    lone = tmp_path / parts[1].name
    lone.write_bytes(parts[1].read_bytes())
    with pytest.raises(ModelUnusable) as caught:
        registry.resolve(str(lone), settings)
    assert str(caught.value) == (
        f"{lone}: this model is split into 3 files, and of them big-00001-of-00003.gguf, big-00003-of-00003.gguf are "
        f"not in {tmp_path}; put all parts into one folder"
    )
    many = tmp_path / "a-00001-of-00009.gguf"
    many.write_bytes(parts[0].read_bytes())
    with pytest.raises(ModelUnusable, match=r"a-00004-of-00009\.gguf and 5 more are not in"):
        registry.resolve(str(many), settings)


def test_a_part_cut_short_is_the_one_that_is_named(parts: list[Path], settings: Settings, tmp_path: Path) -> None:
    for part in parts:
        (tmp_path / part.name).write_bytes(part.read_bytes()[: -2000 if part == parts[2] else None])
    with pytest.raises(ModelUnusable, match=r"big-00003-of-00003\.gguf: .*cut short"):
        registry.resolve(str(tmp_path / parts[0].name), settings)


def test_a_part_under_another_name(parts: list[Path], settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(parts[1].read_bytes())
    with pytest.raises(ModelUnusable, match=r"part 2 of 3 of a split model under another name; give the parts"):
        registry.resolve(str(path), settings)
