"""Packages that only some uses need: each belongs to an extra of askdocs, and is asked for where it is first used."""

from __future__ import annotations

import importlib

from askdocs.core.errors import AskdocsError


class ExtraMissing(AskdocsError):
    """A package that this use needs is not installed; the message names the extra that brings it."""


def require(module: str, *, extra: str, needed_for: str) -> None:
    """Raise ExtraMissing where ``module`` is not installed; ``needed_for`` says what the user asked for.

    A package that is there and fails while it is imported raises its own error, which installing it would not mend.

    >>> require("nothing_here", extra="office", needed_for="reading .docx")
    Traceback (most recent call last):
    askdocs.core.extras.ExtraMissing: reading .docx needs a package that is not installed: pip install 'askdocs[office]'
    """
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        if not f"{module}.".startswith(f"{error.name}."):  # it is neither the module nor a package that it is in
            raise
        raise ExtraMissing(
            f"{needed_for} needs a package that is not installed: pip install 'askdocs[{extra}]'"
        ) from error
