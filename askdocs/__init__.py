"""Answers questions about your articles with a local model, and shows the exact words each answer rests on.

::

    from askdocs import ask
    ask("How many XPeng shares did Alibaba sell?", "articles/")

The public names are written once, in ``__init__.pyi``, which type checkers read as well. A name's module loads when the
name is first used (PEP 562), so ``import askdocs`` costs milliseconds.
"""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

__version__ = "0.1.0"


def _modules_of_names() -> dict[str, str]:
    """The module of each public name, as the stub imports them; the method of the package ``lazy_loader``."""
    stub = ast.parse(Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    imports = [node for node in stub.body if isinstance(node, ast.ImportFrom) and node.module]
    return {alias.name: str(node.module) for node in imports for alias in node.names}


_MODULE_OF = _modules_of_names()
__all__ = sorted([*_MODULE_OF, "__version__"])


def __getattr__(name: str) -> object:
    """Import the module of a public name when the name is first used, and keep the name."""
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'askdocs' has no attribute {name!r}")
    value: object = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, whether they are loaded yet or not."""
    return __all__
