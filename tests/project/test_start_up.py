"""What is loaded when: ``--help`` and ``import askdocs`` load nothing heavy, and no module does at its top."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "askdocs"


def modules() -> dict[str, Path]:
    paths = PACKAGE.rglob("*.py")
    return {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in paths}


HEAVY = ("torch", "sentence_transformers", "faiss", "llama_cpp", "pydantic", "transformers", "numpy", "rich")


@pytest.mark.parametrize("code", ["import askdocs.cli.main", "import sys; sys.argv = ['askdocs', '--help']; MAIN"])
def test_help_loads_nothing_heavy(code: str) -> None:
    main = "from askdocs.cli.main import main\ntry:\n    main()\nexcept SystemExit: pass"
    script = f"import sys\n{code.replace('; MAIN', chr(10) + main)}\nprint([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_importing_the_package_loads_nothing_else() -> None:
    script = f"import sys, askdocs; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", sorted(set(modules()) - {"__main__"}))
def test_no_module_imports_heavy_libraries_at_its_top(module: str) -> None:
    tree = ast.parse(modules()[module].read_text(encoding="utf-8"))
    heavy = {"torch", "sentence_transformers", "transformers", "faiss", "llama_cpp", "trafilatura", "scipy", "sklearn"}
    for node in tree.body:
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        assert not heavy & {name.split(".")[0] for name in names}, f"{module} imports {names} at its top"
