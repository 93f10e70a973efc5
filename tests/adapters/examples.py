"""The examples in the docstrings of an adapter, which no doctest collection imports: its library may be absent."""

from __future__ import annotations

import doctest
from pathlib import Path
from types import ModuleType


def run_examples(module: ModuleType, folder: Path) -> int:
    """Run the examples of a module, each docstring with a folder of its own; how many there are."""
    ran = 0
    for number, test in enumerate(doctest.DocTestFinder(exclude_empty=True).find(module)):
        if not test.examples:
            continue
        test.globs["folder"] = folder / str(number)
        said: list[str] = []
        failed = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=said.append).failed
        assert failed == 0, "".join(said)
        ran += len(test.examples)
    return ran
