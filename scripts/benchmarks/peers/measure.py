"""Measures one engine in a process of its own: ``python -m scripts.benchmarks.peers.measure NAME TASK.json
RESULT.json``.

Runs in the environment of the engine; what is measured here needs the standard library only. Standard output is left
to the libraries, which write to it.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from scripts.benchmarks.peers.engine import Engine, Task

Made = TypeVar("Made")


def main() -> None:
    name, task_file, result_file = sys.argv[1:]
    task: Task = json.loads(Path(task_file).read_text("utf-8"))
    Path(result_file).write_text(json.dumps(measured(name, task)), "utf-8")


def measured(name: str, task: Task) -> dict[str, Any]:
    """Import, load, index and ask; seconds of each, the replies, and the most memory that was resident."""
    imported, module = timed(lambda: importlib.import_module(f"scripts.benchmarks.peers.{name}"))
    loaded, engine = timed(lambda: make(module, task))
    indexed, _ = timed(lambda: engine.index(task["passages"]))
    first, _ = timed(lambda: engine.ask(task["warm_up"]))
    asked = [timed(lambda question=question: engine.ask(question)) for question in task["questions"]]  # type: ignore[misc]
    return {
        "versions": {package: importlib.metadata.version(package) for package in module.PACKAGES},
        "cites": module.CITES,
        "import_seconds": imported,
        "load_seconds": loaded,
        "index_seconds": indexed,
        "first_seconds": first,
        "seconds": [seconds for seconds, _ in asked],
        "replies": [reply._asdict() for _, reply in asked],
        "memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024),
    }


def make(module: Any, task: Task) -> Engine:
    engine: Engine = module.Engine(task)
    return engine


def timed(call: Callable[[], Made]) -> tuple[float, Made]:
    began = time.perf_counter()
    made = call()
    return time.perf_counter() - began, made


if __name__ == "__main__":
    main()
