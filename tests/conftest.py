"""What every test runs under: no settings of the user's, a cache of its own, the same examples each time."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The workers of `make test` share the cores, on which threads of BLAS and OpenMP wait for each other, spinning: where
# other programs ran, a question took 0.4 s to embed on two threads, and 0.01 s on one.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Some hundred tests start askdocs in a process of its own: it is compiled once, and not by each of them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

settings.register_profile("askdocs", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("askdocs")


@pytest.fixture(autouse=True, scope="session")
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Leave the user's ``ASKDOCS_*`` variables and cache out; one cache for all tests, so a model is merged once."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("ASKDOCS_"):
                patch.delenv(name)
        patch.setenv("ASKDOCS_CACHE_DIR", str(_shared(tmp_path_factory) / "cache"))
        if "PYTEST_XDIST_WORKER" in os.environ:
            patch.setenv("ASKDOCS_THREADS", "1")
            patch.setenv("ASKDOCS_TIMEOUT", "120")  # a question has a core, or less, to itself
        patch.setenv("ASKDOCS_STYLE", "span")  # no model is put to the self-test unless a test asks for it
        patch.setenv("HF_HUB_OFFLINE", "0")
        patch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
        yield


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The event loop that tests which are coroutines run in."""
    return "asyncio"


@pytest.fixture
def sample_articles() -> Path:
    """The folder of the sample articles in the checkout."""
    return Path(__file__).parent.parent / "evals" / "news" / "articles"
