"""What a service is started with."""

from __future__ import annotations

import ipaddress
import re

from pydantic import Field, SecretStr, model_validator

from askdocs.core.base import Model
from askdocs.core.errors import AskdocsError
from askdocs.core.places import Place

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
SECRET_LENGTH = 16  # characters at least, so that it cannot be guessed
_HOST_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*")
_ORIGIN = re.compile(r"https?://([a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


class Token(Model):
    """A secret that a client shows, and what it may reach: ``corpora`` by name, every one where it is ``None``."""

    name: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")
    secret: SecretStr = Field(min_length=SECRET_LENGTH)
    corpora: frozenset[str] | None = None


class ServeSettings(Model):
    """What a service is started with; ``askdocs serve`` makes one of its options.

    ``corpora`` are folders or addresses by name; the first is meant where a request names none. ``models`` are the
    only ones that a request may name, the first is the default. ``hosts`` are further names that the Host header may
    hold; ``origins`` may call the service from their pages (CORS); ``proxies`` are addresses whose X-Forwarded-For and
    X-Forwarded-Proto are believed. ``at_once`` questions are worked on at a time and
    ``waiting`` more may wait. ``timeout`` is in seconds, for the wait in the queue and for the answer, each.

    >>> settings = ServeSettings(corpora={"news": ".askdocs"})
    >>> settings.default_corpus, settings.is_loopback
    ('news', True)

    Raises AskdocsError (by :meth:`checked`) where it is reachable from other machines and asks for no token.
    """

    corpora: dict[str, Place] = Field(min_length=1)
    host: str = "127.0.0.1"
    port: int = Field(8765, ge=0, le=65535)
    access: tuple[Token, ...] = ()
    models: tuple[str, ...] = Field(("smollm2",), min_length=1)
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    at_once: int = Field(2, ge=1)
    waiting: int = Field(32, ge=1)
    timeout: float = Field(60.0, gt=0)
    upload_bytes: int = Field(20 * 1024**2, ge=1, description="Of one file; more is not read anyway.")
    upload_files: int = Field(100, ge=1, description="Files of one request.")
    upload_request_bytes: int = Field(200 * 1024**2, ge=1, description="Of all files of one request together.")
    log_questions: bool = False

    @model_validator(mode="after")
    def _names_are_as_they_should_be(self) -> ServeSettings:
        for name in self.corpora:
            if not name or not all(letter.isalnum() or letter in "_.-" for letter in name):
                raise ValueError(f"corpus name {name!r}: use letters, digits, '_', '-' and '.'")
        for host in self.hosts:
            if not _HOST_NAME.fullmatch(host):
                raise ValueError(f"host {host!r}: give a name or an address alone, as askdocs.example.org")
        for origin in self.origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"origin {origin!r}: give it as browsers do, as https://wiki.example.org")
        for proxy in self.proxies:
            if not _is_network(proxy):
                raise ValueError(f"proxy {proxy!r}: give its address, as 10.0.0.2, or a network, as 10.0.0.0/24")
        return self

    def checked(self) -> ServeSettings:
        """These settings. Raises AskdocsError where they would open a corpus to everybody."""
        if not self.is_loopback and not self.access:
            raise AskdocsError(
                f"host {self.host}: other machines can reach it, so a token is needed; "
                "set ASKDOCS_TOKEN or give --token-file"
            )
        unknown = {name for token in self.access for name in token.corpora or ()} - set(self.corpora)
        if unknown:
            raise AskdocsError(f"a token names the corpus {min(unknown)!r}, which is not served")
        if len({token.name for token in self.access}) < len(self.access):
            raise AskdocsError("two tokens have the same name; give one of them another")
        return self

    @property
    def default_corpus(self) -> str:
        """The name of the corpus that is meant where a request names none."""
        return next(iter(self.corpora))

    @property
    def is_loopback(self) -> bool:
        """Whether only programs of this machine can reach it."""
        return self.host in LOOPBACK


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True
