"""Runs what a page shows: files it names are written, what commands and Python print is compared with its words."""

from __future__ import annotations

import doctest
import os
import re
import shlex
from pathlib import Path
from typing import Any

from tests.support.started import run_whole

BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def run_page(page: Path, folder: Path) -> int:
    """Run every block in its order, in ``folder``, which is the current one; the number of commands and examples."""
    names: dict[str, Any] = {}
    ran = 0
    for language, title, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if title:
            (folder / title).parent.mkdir(parents=True, exist_ok=True)
            (folder / title).write_text(text, encoding="utf-8")
        elif language == "console":
            ran += run_console(text, folder)
        elif language == "python":
            ran += run_python(text, names, page)
    return ran


def run_console(text: str, folder: Path) -> int:
    found = re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE)
    for command, expected in found:
        arguments = shlex.split(command)
        assert arguments[0] == "askdocs"
        status, printed = run_whole(arguments[1:], folder, {**os.environ, "NO_COLOR": "1"})
        assert status == 0, printed
        assert doctest.OutputChecker().check_output(expected, printed, OPTIONS), f"{command}\n{printed}"
    return len(found)


def run_python(text: str, names: dict[str, Any], page: Path) -> int:
    test = doctest.DocTestParser().get_doctest(text, names, page.name, str(page), 0)
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    said: list[str] = []
    failed = runner.run(test, out=said.append, clear_globs=False).failed
    assert failed == 0, "".join(said)
    names.update(test.globs)  # a page's later blocks know the names of its earlier ones
    return len(test.examples)
