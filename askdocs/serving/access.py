"""Who asks: the caller of a request, and which corpora they may reach."""

from __future__ import annotations

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
