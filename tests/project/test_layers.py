"""Imports point one way: cli, repl, evaluate -> corpus -> stages -> foundations, and no stage imports another."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "askdocs"


def words(text: str) -> set[str]:
    return set(text.split())


FOUNDATIONS = words(
    """__init__ errors types frozen protocols reports settings prompts testing
    values value_amounts value_currencies value_dates value_kinds
    polarity polarity_claim polarity_sentence polarity_values polarity_words computing planted
    published published_lines
    boundaries sentences paragraphs tables patterns words filters progress lock harmless said overlap checks
    followup followup_context followup_own followup_references followup_words
    models model_names gguf_file stamps hub merge merged probe cpu
    embedder_folder bert_numpy"""
)
# A stage and its private helpers.
STAGES = {
    "read": "read read_decode read_fields read_files read_office read_pdf read_records read_tables read_url",
    "clean": "clean clean_patterns clean_characters clean_clutter clean_html clean_lines clean_patterns",
    "chunk": "chunk",
    "embed": "embed query_encoder",
    "store": "store storing log_frames raw_bytes raw_bytes database schema sums removing",
    "index": "index index_file",
    "retrieve": "retrieve",
    "passages": "passages",
    "generate": "generate llama_file",
    "spans": "spans grammar quotes weigh",
    "span_scorer": "span_scorer",
    "cite": "cite",
    "confidence": "confidence",
}
CORPUS = words(
    """corpus cached adding distinct given known_files asking plan answering loaded many typed typed_fields
    prose reader_extractive reader_llama reader_seconded reader_served verdicts watch keeping opening snapshots
    repair verify chat chats"""
)
TOP = words("__main__ cli doctor render repl")

STAGE_OF = {module: stage for stage, names in STAGES.items() for module in words(names)}


@cache
def modules() -> dict[str, Path]:
    paths = PACKAGE.rglob("*.py")
    return {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in paths}


@cache
def imports(path: Path) -> set[str]:
    """The modules of askdocs that a file imports anywhere in it; what only type checkers import does not count."""
    found: set[str] = set()
    for node in _run_nodes(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "askdocs":
            names = {f"askdocs.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {node.module}
        else:
            continue
        found |= {name.removeprefix("askdocs.") for name in names if name.startswith("askdocs.")}
    return found & set(modules()) | {name for name in found if (PACKAGE / name).is_dir()}


def _run_nodes(node: ast.AST) -> Iterator[ast.AST]:
    if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
        yield node
        for child in ast.iter_child_nodes(node):
            yield from _run_nodes(child)


def layer(module: str) -> int:
    """0 foundation, 1 stage, 2 corpus, 3 what a user runs."""
    if module in FOUNDATIONS:
        return 0
    if module in STAGE_OF:
        return 1
    if module in CORPUS:
        return 2
    if module in TOP or module.split(".")[0] in {"commands", "evaluate"} or module.startswith("repl_"):
        return 3
    raise AssertionError(
        f"askdocs/{module}.py stands in no layer; say in tests/project/test_layers.py which it belongs to"
    )


def test_every_module_stands_in_one_layer() -> None:
    named = [*FOUNDATIONS, *STAGE_OF, *CORPUS, *TOP]
    assert len(named) == len(set(named))
    for module in modules():
        layer(module)


@pytest.mark.parametrize("module", sorted(modules()))
def test_imports_point_one_way(module: str) -> None:
    if module == "__init__":  # it names what it gives; what it loads, it loads when asked for
        return
    for imported in imports(modules()[module]):
        if imported == "__init__":
            continue
        assert layer(imported) <= layer(module), f"{module} imports {imported}, which stands above it"
        if layer(module) == layer(imported) == 1:
            assert STAGE_OF[module] == STAGE_OF[imported], f"the stage {module} imports the stage {imported}"
        if module.startswith("evaluate"):
            assert not imported.startswith(("cli", "repl")), f"{module} imports {imported}"


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
