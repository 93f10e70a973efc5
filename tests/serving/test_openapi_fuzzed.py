"""Requests that are made from the OpenAPI, right and wrong ones: no reply is a failure, and each is as was told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from askdocs.corpus.corpus import Corpus
from askdocs.serving.app import create_app
from askdocs.serving.settings import ServeSettings
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from tests.serving.conftest import STORY

_CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
_EXAMPLES = 10  # of each kind, for each operation


@pytest.fixture
def schema(tmp_path: Path) -> Any:
    """What the OpenAPI of a service says, and the service, which schemathesis ends with the test."""
    folder = tmp_path
    (folder / "sale.txt").write_text(STORY)
    with Corpus.open(folder / "corpus", embedder=DeterministicEmbedder()) as corpus:
        corpus.add(folder / "sale.txt")
    served = ServeSettings(corpora={"news": folder / "corpus"}, hosts=("testserver",), timeout=20)
    app = create_app(served, embedder=DeterministicEmbedder(), generator=ScriptedGenerator("33 million shares"))
    found = schemathesis.openapi.from_asgi("/openapi.json", app)
    app.state.service.ready = True  # that it is still loading is no failure
    return found


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: str(mode.value))
def test_every_operation_bears_whatever_is_sent(schema: Any, mode: GenerationMode) -> None:
    operations = [found.ok() for found in schema.get_all_operations()]
    assert operations
    for operation in operations:

        @settings(
            max_examples=_EXAMPLES, derandomize=True, database=None, deadline=None,
            suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def sent(case: Any) -> None:
            reply = case.call()
            in_events = reply.headers.get("content-type", [""])[0].startswith("text/event-stream")
            case.validate_response(reply, checks=_CHECKS[:-1] if in_events else _CHECKS)  # each event has its own shape

        try:
            sent()
        except Exception as error:
            if type(error).__name__ != "Unsatisfiable":  # an operation without input cannot be sent wrongly
                raise AssertionError(f"{operation.label}\n{error}") from error
