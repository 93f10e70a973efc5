"""Answers questions about your articles with a local model, and shows the exact words each answer rests on.

::

    from askdocs import ask
    ask("How many XPeng shares did Alibaba sell?", "articles/")

Names load when they are first used (PEP 562), so ``import askdocs`` costs milliseconds.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from askdocs.chat import Chat
    from askdocs.corpus import Corpus, ask
    from askdocs.errors import (
        AnswerTimeout,
        AskdocsError,
        CorpusDamaged,
        CorpusError,
        CorpusLocked,
        CorpusMismatch,
        ModelError,
        ModelNotFound,
        ModelUnusable,
        PromptTooLong,
        QuestionError,
        SourceError,
        SuiteError,
    )
    from askdocs.typed import TypedAnswer
    from askdocs.types import (
        AddReport,
        Alternative,
        Answer,
        Answered,
        Article,
        Chunk,
        Citation,
        Embedder,
        Fingerprint,
        Generator,
        Hit,
        Passage,
        Retrieved,
        Skipped,
        Token,
        Unread,
        Unsupported,
        Value,
        VectorIndex,
    )

__version__ = "0.1.0"

_MODULE_OF = {
    name: module
    for module, names in {
        "askdocs.chat": "Chat",
        "askdocs.corpus": "Corpus ask",
        "askdocs.errors": (
            "AnswerTimeout AskdocsError CorpusDamaged CorpusError CorpusLocked CorpusMismatch ModelError"
            " ModelNotFound ModelUnusable PromptTooLong QuestionError SourceError SuiteError"
        ),
        "askdocs.typed": "TypedAnswer",
        "askdocs.types": (
            "AddReport Alternative Answer Answered Article Chunk Citation Embedder Fingerprint Generator Hit Passage"
            " Retrieved Skipped Token Unread Unsupported Value VectorIndex"
        ),
    }.items()
    for name in names.split()
}

__all__ = [
    "AddReport",
    "Alternative",
    "Answer",
    "AnswerTimeout",
    "Answered",
    "Article",
    "AskdocsError",
    "Chat",
    "Chunk",
    "Citation",
    "Corpus",
    "CorpusDamaged",
    "CorpusError",
    "CorpusLocked",
    "CorpusMismatch",
    "Embedder",
    "Fingerprint",
    "Generator",
    "Hit",
    "ModelError",
    "ModelNotFound",
    "ModelUnusable",
    "Passage",
    "PromptTooLong",
    "QuestionError",
    "Retrieved",
    "Skipped",
    "SourceError",
    "SuiteError",
    "Token",
    "TypedAnswer",
    "Unread",
    "Unsupported",
    "Value",
    "VectorIndex",
    "__version__",
    "ask",
]


def __getattr__(name: str) -> Any:
    """Import the module of a public name when the name is first used, and keep the name."""
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'askdocs' has no attribute {name!r}")
    value = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, whether they are loaded yet or not."""
    return sorted(__all__)
