"""Every error askdocs raises on purpose.

::

    AskdocsError
    ├── SourceError          a source cannot be read or cleaned
    ├── QuestionError        the question cannot be asked
    ├── CorpusError          a corpus cannot be used
    │   ├── CorpusLocked     another process is writing to it
    │   ├── CorpusMismatch   it was made by another embedder or schema
    │   └── CorpusDamaged    its files lost or changed bytes
    ├── ModelError           a model cannot be used
    │   ├── ModelNotFound    nothing is where the model's name points
    │   ├── ModelUnusable    the file or server is there, and does not work
    │   ├── PromptTooLong    not even one passage fits the model's context
    │   └── AnswerTimeout    the time limit passed, or the question was cancelled
    └── SuiteError           an eval suite or a saved run is not as it should be

A message says what was wrong, with which object, and what to do next.
"""

from __future__ import annotations


class AskdocsError(Exception):
    """The root of the tree: ``except AskdocsError`` catches whatever askdocs raises on purpose."""


class SourceError(AskdocsError):
    """A source cannot be read or cleaned; ``source`` names it and ``reason`` says why.

    >>> str(SourceError("a.pdf", "the file is empty"))
    'a.pdf: the file is empty'
    """

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason

    def __reduce__(self) -> tuple[type[SourceError], tuple[str, str]]:
        return type(self), (self.source, self.reason)


class QuestionError(AskdocsError):
    """The question cannot be asked: it is empty."""


class CorpusError(AskdocsError):
    """A corpus cannot be used."""


class CorpusLocked(CorpusError):
    """Another process is writing to the corpus; the message names it."""


class CorpusMismatch(CorpusError):
    """The corpus was made by another embedder or another version of the schema."""


class CorpusDamaged(CorpusError):
    """Files of the corpus lost or changed bytes; the message names what is lost."""


class ModelError(AskdocsError):
    """A model cannot be used."""


class ModelNotFound(ModelError):
    """Nothing is where the model's name points."""


class ModelUnusable(ModelError):
    """The model's file or server is there, and does not work."""


class PromptTooLong(ModelError):
    """Not even one passage fits the model's context beside the question."""


class AnswerTimeout(ModelError):
    """The time limit passed, or the question was cancelled."""


class SuiteError(AskdocsError):
    """An eval suite or a saved run is not as it should be."""
