"""Evaluation: suites of cases, runs over them, scores, comparisons and reports.

The order of reading: ``cases`` and ``suite`` (what is asked), ``run`` (asking), ``outcomes`` (what is kept),
``metrics`` and ``score`` (what it is worth), ``statistics`` and ``compare`` (whether a difference is real),
``report`` (how it is shown), ``evaluation`` (all of it), ``command`` (what ``askdocs eval`` prints).
"""

from __future__ import annotations

import importlib
from typing import Any

_MODULE_OF = {
    "Case": "cases",
    "Outcome": "outcomes",
    "Report": "report",
    "RunSettings": "outcomes",
    "Suite": "suite",
    "evaluate": "evaluation",
    "load_format": "formats",
    "load_suite": "suite",
    "sample_articles": "suite",
}
__all__ = list(_MODULE_OF)


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
