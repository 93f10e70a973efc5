"""A service that asks for tokens: ann may read the news, bob everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from askdocs.serving.app import create_app
from askdocs.serving.settings import ServeSettings, Token
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator

ANN, BOB = "ann-secret-0123456789", "bob-secret-0123456789"


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def closed(folder: Path, tmp_path: Path, model: ScriptedGenerator) -> Iterator[TestClient]:
    """A client of the service with tokens, which follows no redirect."""
    access = (
        Token(name="ann", secret=SecretStr(ANN), corpora=frozenset({"news"})),
        Token(name="bob", secret=SecretStr(BOB)),
    )
    settings = ServeSettings(corpora={"news": folder, "wages": tmp_path / "wages"}, access=access)
    app = create_app(settings, embedder=DeterministicEmbedder(), generator=model)
    with TestClient(app, base_url="http://127.0.0.1:8765", follow_redirects=False) as opened:
        yield opened
