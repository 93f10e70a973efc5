"""The address of a corpus on Postgres: ``postgresql://user@host/database?corpus=news``."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from askdocs.core.base import Model
from askdocs.core.errors import CorpusError
from askdocs.core.settings import load_settings

_NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
_DEFAULT = "default"


class Address(Model):
    """Where a corpus is: what the server is asked with, the name of the corpus, and what may be shown of both."""

    conninfo: str
    corpus: str
    shown: str

    @property
    def schema_name(self) -> str:
        """The schema of the database that holds the tables of the corpus."""
        return f"askdocs_{self.corpus}"

    @property
    def folder_beside(self) -> Path:
        """A folder of this user for what stands beside the corpus: conversations, tables of answers, a calibration."""
        key = hashlib.blake2b(self.shown.encode(), digest_size=8).hexdigest()
        folder = load_settings().cache_dir / "postgres" / f"{self.corpus}-{key}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @classmethod
    def of(cls, url: str) -> Address:
        """Take an address apart; all but ``corpus`` is libpq's own (a password better comes from ``~/.pgpass``).

        Raises CorpusError: it is no such address, or the name of the corpus is not plain.

        >>> found = Address.of("postgresql://ann:secret@db.example/team?corpus=news&sslmode=require")
        >>> found.schema_name, found.shown
        ('askdocs_news', 'postgresql://ann@db.example/team?corpus=news')
        >>> found.conninfo
        'postgresql://ann:secret@db.example/team?sslmode=require'
        >>> Address.of("postgresql:///team?host=/run/postgres").shown
        'postgresql:///team?host=/run/postgres&corpus=default'
        """
        try:
            parts = urlsplit(url)
            asked = parse_qsl(parts.query, keep_blank_values=True)
            hostname, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise CorpusError(f"the address of the corpus cannot be read ({error}): {_WANTED}") from error
        corpus = next((value for name, value in asked if name == "corpus"), _DEFAULT)
        if not _NAME.fullmatch(corpus):
            raise CorpusError(f"corpus={corpus!r}: use small letters, digits and '_', beginning with a letter")
        query = urlencode([(name, value) for name, value in asked if name != "corpus"], quote_via=quote)
        user = f"{parts.username}@" if parts.username else ""
        place = f"{user}{hostname}{f':{port}' if port else ''}"
        socket = next((f"host={value}&" for name, value in asked if name == "host"), "")
        return cls(
            conninfo=f"postgresql://{parts.netloc}{parts.path}{f'?{query}' if query else ''}",
            corpus=corpus,
            shown=f"postgresql://{place}{parts.path}?{socket}corpus={corpus}",
        )


_WANTED = "write postgresql://user@host/database?corpus=name"
