"""Two services over one corpus on Postgres: what one is sent, the other answers from."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

from askdocs.corpus.corpus import Corpus
from askdocs.serving.app import create_app
from askdocs.serving.settings import ServeSettings
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from tests.serving.live import Live, running

SNOW = "Snow fell in Oslo on Monday, and 12 trams stood still."
QUESTION = {"question": "How many trams stood still in Oslo?", "threshold": 0}


@pytest.fixture
def services(postgres_corpus: str) -> Iterator[tuple[Live, Live]]:
    def app() -> FastAPI:
        settings = ServeSettings.model_validate({"corpora": {"news": postgres_corpus}})
        return create_app(settings, embedder=DeterministicEmbedder(), generator=ScriptedGenerator("12 trams"))

    with Corpus.open(postgres_corpus, embedder=DeterministicEmbedder()):
        pass
    with running(app()) as one, running(app()) as other:
        yield one, other


def test_what_one_is_sent_the_other_answers_from(services: tuple[Live, Live]) -> None:
    one, other = services
    sent = httpx.post(f"{one.url}/v1/articles", files={"files": ("snow.txt", SNOW.encode())}, timeout=30)
    assert sent.status_code == 202
    job = f"{one.url}/v1/articles/jobs/{sent.json()['job']}"
    until = time.monotonic() + 30
    while (state := httpx.get(job, timeout=30).json()["state"]) not in ("done", "failed") and time.monotonic() < until:
        time.sleep(0.05)
    assert state == "done"
    answer = httpx.post(f"{other.url}/v1/ask", json=QUESTION, timeout=30).json()
    (citation,) = answer["citations"]
    assert answer["text"] == "12 trams"
    assert SNOW[citation["start"] : citation["end"]] == citation["quote"]
    removed = httpx.delete(f"{other.url}/v1/articles/{citation['article_id']}", timeout=30)
    assert removed.status_code == 200
    gone = httpx.post(f"{one.url}/v1/search", json={"query": "trams in Oslo"}, timeout=30).json()
    assert citation["article_id"] not in str(gone)
