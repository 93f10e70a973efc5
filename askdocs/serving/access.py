"""Who asks: the caller of a request, and which corpora they may reach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from askdocs.core.base import Model
from askdocs.core.errors import AskdocsError


class NotAllowed(AskdocsError):
    """The caller may not reach what was asked for."""


class Caller(Model):
    """Who asks. ``name`` is that of their token, or their address where no token is asked for.

    ``corpora`` are the names of those they may reach; every one where it is ``None``.
    """

    name: str
    corpora: frozenset[str] | None = None

    def may_reach(self, corpus: str) -> bool:
        """Whether a corpus is theirs to use.

        >>> Caller(name="ann", corpora=frozenset({"news"})).may_reach("wages")
        False
        """
        return self.corpora is None or corpus in self.corpora


def caller_in(scope: Mapping[str, Any]) -> Caller:
    """Who sent a request, as the guard found out; their address where no token is asked for.

    >>> caller_in({"client": ("127.0.0.1", 50000)}).name
    '127.0.0.1'
    """
    found = scope.get("askdocs.caller")
    if isinstance(found, Caller):
        return found
    client = scope.get("client")
    return Caller(name=client[0] if client else "local")
