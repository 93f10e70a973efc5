"""``/v1/search``."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from askdocs.core.articles import Hit
from tests.serving.conftest import STORY


def test_the_nearest_passages_come_first(client: TestClient) -> None:
    reply = client.post("/v1/search", json={"query": "shares of XPeng", "k": 2})
    assert reply.status_code == 200
    hits = [Hit.model_validate(one) for one in reply.json()]
    assert [hit.title for hit in hits] == ["Stake sold", "rain"]
    assert hits[0].chunk.text == STORY


def test_where_limits_the_articles(client: TestClient) -> None:
    found = client.post("/v1/search", json={"query": "shares", "where": {"source": "*rain.txt"}}).json()
    assert [hit["title"] for hit in found] == ["rain"]


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ({"query": " "}, "QuestionError", "empty"),
        ({"query": "x", "where": {"colour": "red"}}, "CorpusError", "no article has a field 'colour'"),
        ({"query": "x", "k": 0}, "RequestError", "k: "),
        ({"query": "x", "corpus": "/etc"}, "RequestError", "corpus: there is no such field"),
        ({}, "RequestError", "query: Field required"),
    ],
)
def test_what_cannot_be_searched_for_is_said(
    client: TestClient, body: dict[str, object], kind: str, words: str
) -> None:
    reply = client.post("/v1/search", json=body)
    assert reply.status_code == 422
    assert reply.json()["error"]["type"] == kind
    assert words in reply.json()["error"]["message"]
