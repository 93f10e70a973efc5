"""Tokens: the secrets that clients of a server show, and which corpora each reaches."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Sequence

from pydantic import Field, SecretStr

from askdocs.core.base import Model
from askdocs.core.errors import AskdocsError

SECRET_LENGTH = 16  # characters at least, so that it cannot be guessed


class Token(Model):
    """A secret that a client shows, and what it may reach: ``corpora`` by name, every one where it is ``None``."""

    name: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")
    secret: SecretStr = Field(min_length=SECRET_LENGTH)
    corpora: frozenset[str] | None = None


class KnownTokens:
    """The tokens of a server, found by what a client sends.

    >>> known = KnownTokens([Token(name="ann", secret=SecretStr("correct-horse-battery"))])
    >>> known.with_secret("correct-horse-battery").name, known.with_secret("correct-horse")
    ('ann', None)
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._known = [(_digest(token.secret.get_secret_value()), token) for token in tokens]

    def __bool__(self) -> bool:
        """Whether there is any: where there is none, none is asked for."""
        return bool(self._known)

    def with_secret(self, secret: str) -> Token | None:
        """The token whose secret this is."""
        given, found = _digest(secret), None
        for known, token in self._known:  # all of them, so that the time does not say which one was near
            if hmac.compare_digest(known, given):
                found = token
        return found


def check_tokens(tokens: Sequence[Token], corpora: Collection[str]) -> None:
    """Raise AskdocsError where a token names a corpus that is not served, or two have one name."""
    unknown = {name for token in tokens for name in token.corpora or ()} - set(corpora)
    if unknown:
        raise AskdocsError(f"a token names the corpus {min(unknown)!r}, which is not served")
    if len({token.name for token in tokens}) < len(tokens):
        raise AskdocsError("two tokens have the same name; give one of them another")


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
