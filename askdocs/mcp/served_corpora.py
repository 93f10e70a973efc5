"""The corpora that are served, by name: which of them a caller may reach, and the addresses of their articles."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, MutableMapping
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from askdocs.core.errors import AskdocsError
from askdocs.corpus.corpus import Corpus

Scope = MutableMapping[str, Any]
"""What ASGI says of an HTTP request. https://asgi.readthedocs.io/en/latest/specs/www.html"""
Reach = Callable[[Scope | None], Collection[str]]
"""Gives the names of the corpora that the caller of an HTTP request may reach; None over stdio."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
URI_TEMPLATE = "askdocs://{corpus}/article/{article_id}"
_URI = re.compile(r"askdocs://([^/]+)/article/([^/]+)")


class UnknownCorpus(AskdocsError):
    """No corpus that the caller may reach has this name."""


class Named(NamedTuple):
    """A corpus with the name that it is served under."""

    name: str
    corpus: Corpus


class ServedCorpora:
    """The corpora by name. A name that a caller may not reach is told from one that does not exist by nobody."""

    def __init__(self, corpora: Mapping[str, Corpus], reach: Reach | None = None) -> None:
        self._corpora = corpora
        self._reach = reach

    def names(self, scope: Scope | None) -> list[str]:
        """The names that this caller may reach, in the order they were given."""
        allowed = None if self._reach is None else self._reach(scope)
        return [name for name in self._corpora if allowed is None or name in allowed]

    def get(self, name: str | None, scope: Scope | None) -> Named:
        """The corpus of that name; without a name the only one.

        Raises UnknownCorpus.
        """
        names = self.names(scope)
        if not names:
            raise UnknownCorpus("no corpus is open to you; ask who runs this server")
        if name is None and len(names) == 1:
            name = names[0]
        if name is None:
            raise UnknownCorpus(f"corpus: say which one is meant: {', '.join(names)}")
        if name not in names:
            raise UnknownCorpus(f"corpus: there is no {name!r}; there is {', '.join(names)}")
        return Named(name, self._corpora[name])


def article_uri(corpus: str, article_id: str) -> str:
    """The address of an article.

    >>> article_uri("news", "a/b")
    'askdocs://news/article/a%2Fb'
    """
    return f"askdocs://{quote(corpus, safe='')}/article/{quote(article_id, safe='')}"


def article_of_uri(uri: str) -> tuple[str, str] | None:
    """The corpus and the article that an address names, ``None`` where it is no such address.

    >>> article_of_uri("askdocs://news/article/a%2Fb"), article_of_uri("file:///etc/passwd")
    (('news', 'a/b'), None)
    """
    found = _URI.fullmatch(uri)
    return None if found is None else (unquote(found[1]), unquote(found[2]))
