"""Names that head columns: short, and never two alike, whatever the models are called."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from askdocs.terminal.model_labels import short_names

FILE = st.lists(st.sampled_from(["a", "b", ".", ""]), max_size=4).map(lambda parts: "/".join([*parts, "m.gguf"]))
LOADED = st.builds("+".join, st.lists(FILE, min_size=1, max_size=2)) | FILE.map("{}+".format)
SERVED = st.builds("openai:{}@http://{}".format, st.sampled_from(["m", "o/m"]), st.sampled_from(["a", "b/v1"]))
NAMES = st.lists(LOADED | SERVED | FILE.map("hf:o/{}".format) | st.sampled_from(["smollm2", "smollm2+base", "m.gguf"]))


@given(NAMES)
def test_no_two_models_are_named_alike(models: list[str]) -> None:
    names = short_names(models)
    assert set(names) == set(models)
    assert len(set(names.values())) == len(names)


def test_only_those_that_clash_are_told_apart_by_their_folders() -> None:
    models = ["/data/x/q4/m.gguf", "/data/y/q4/m.gguf", "/data/y/q8/m.gguf", "/data/y/q8/n.gguf", "m.gguf"]
    assert list(short_names(models).values()) == ["x/q4/m.gguf", "y/q4/m.gguf", "q8/m.gguf", "n.gguf", "m.gguf"]


def test_the_order_of_models_makes_no_difference() -> None:
    models = ["/a/m.gguf", "/b/m.gguf", "openai:m@http://a/v1", "openai:m@http://b/v1"]
    expected = {
        "/a/m.gguf": "a/m.gguf",
        "/b/m.gguf": "b/m.gguf",
        "openai:m@http://a/v1": "openai:m@http://a/v1",
        "openai:m@http://b/v1": "openai:m@http://b/v1",
    }
    assert all(short_names(order) == expected for order in itertools.permutations(models))
