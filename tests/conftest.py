"""What every test runs under: no settings of the user's, a cache of its own, the same examples each time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("askdocs", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("askdocs")


@pytest.fixture(autouse=True, scope="session")
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Leave the user's ``ASKDOCS_*`` variables and cache out; one cache for all tests, so a model is merged once."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("ASKDOCS_"):
                patch.delenv(name)
        patch.setenv("ASKDOCS_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("ASKDOCS_STYLE", "span")  # no model is put to the self-test unless a test asks for it
        patch.setenv("HF_HUB_OFFLINE", "0")
        patch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
        yield


@pytest.fixture
def sample_articles() -> Path:
    """The folder of the sample articles in the checkout."""
    return Path(__file__).parent.parent / "evals" / "news" / "articles"
