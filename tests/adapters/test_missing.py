"""Where the library of an adapter is not installed, importing the adapter says which extra brings it."""

from __future__ import annotations

import importlib
import sys

import pytest

from askdocs.core.extras import ExtraMissing


@pytest.mark.parametrize(
    ("adapter", "library", "extra"),
    [
        ("langchain", "langchain_core", "langchain"),
        ("llama_index", "llama_index", "llama-index"),
        ("llama_index", "llama_index.core", "llama-index"),
        ("haystack", "haystack", "haystack"),
    ],
)
def test_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, adapter: str, library: str, extra: str) -> None:
    for loaded in [name for name in sys.modules if name == library or name.startswith(f"{library}.")]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, f"askdocs.adapters.{adapter}", raising=False)
    with pytest.raises(ExtraMissing, match=rf"askdocs.adapters.{adapter} .*pip install 'askdocs\[{extra}\]'"):
        importlib.import_module(f"askdocs.adapters.{adapter}")


def test_the_room_itself_needs_none() -> None:
    assert importlib.import_module("askdocs.adapters").__doc__
