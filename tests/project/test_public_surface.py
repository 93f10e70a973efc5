"""The names of ``askdocs`` are there, load when used, and match what type checkers are told."""

from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import askdocs
from askdocs.core import errors

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", askdocs.__all__)
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(askdocs, name) is not None
    assert name in dir(askdocs)


def test_the_design_names_are_public() -> None:
    promised = {"ask", "Corpus", "Answer", "Citation", "Hit", "Article", "AddReport"}
    promised |= {"Retrieved", "Token", "Answered"}
    assert promised <= set(askdocs.__all__)


def test_every_error_is_public() -> None:
    ours = {
        name for name, value in vars(errors).items() if inspect.isclass(value) and value.__module__ == errors.__name__
    }
    assert ours <= set(askdocs.__all__)


def test_the_stub_is_all_there_is_to_see() -> None:
    stub = Path(askdocs.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    imported = {
        alias.asname: node.module
        for node in ast.walk(ast.parse(stub))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert set(imported) == set(askdocs.__all__) - {"__version__"}
    for name, module in imported.items():
        assert getattr(askdocs, str(name)) is getattr(importlib.import_module(str(module)), str(name))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        askdocs.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_a_name_loads_its_module_and_no_other() -> None:
    loaded = "[name in sys.modules for name in ('askdocs.core.errors', 'pydantic')]"
    script = f"import sys, askdocs; askdocs.CorpusError; print(*{loaded})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


@pytest.mark.parametrize("name", ["Corpus", "ask", "Answer", "Citation", "Chat", "TypedAnswer", "Fingerprint"])
def test_public_names_are_documented(name: str) -> None:
    value = getattr(askdocs, name)
    assert inspect.getdoc(value)
    if inspect.isclass(value) and name == "Corpus":
        for method, function in inspect.getmembers(value, inspect.isfunction):
            assert method.startswith("_") or inspect.getdoc(function), f"Corpus.{method} has no docstring"


def test_version_and_script_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, function = project["scripts"]["askdocs"].split(":")
    assert callable(getattr(importlib.import_module(module), function))
    assert f"## {askdocs.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
