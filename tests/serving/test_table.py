"""``/v1/table``: as JSON, as events, as files; stopped and gone on with."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from askdocs import Article, ArticleTable
from askdocs.corpus.corpus import Corpus
from askdocs.serving.app import create_app
from askdocs.serving.settings import ServeSettings
from askdocs.testing import DeterministicEmbedder
from tests.serving.conftest import QUESTION
from tests.serving.live import END, SOON, Live, SlowModel, read_until, running, wait_until

COLUMNS = {"columns": {"shares": QUESTION}, "threshold": 0}


def events_of(text: str) -> list[tuple[str, dict[str, object]]]:
    blocks = [block.split("\n") for block in text.strip().split("\n\n") if not block.startswith(":")]
    return [(event.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for event, data in blocks]


def test_a_table_has_a_row_an_article_and_cells_with_quotes(client: TestClient) -> None:
    reply = client.post("/v1/table", json=COLUMNS)
    assert reply.status_code == 200
    table = ArticleTable.model_validate_json(reply.content)
    cell = next(row for row in table if row.title == "Stake sold")["shares"]
    assert (cell.text, cell.value, cell.unit) == ("33 million shares", 33_000_000, "shares")
    assert cell.citation is not None
    assert "33 million shares" in cell.citation.quote
    assert len(table) == 2


def test_events_say_how_far_it_is_and_end_with_the_table(client: TestClient) -> None:
    body = COLUMNS | {"stream": True, "where": {"source": "*sale.md"}}
    found = events_of(client.post("/v1/table", json=body).text)
    assert [(kind, data) for kind, data in found if kind == "progress"] == [
        ("progress", {"done": 0, "total": 1}),
        ("progress", {"done": 1, "total": 1}),
    ]
    assert found[-1][0] == "table"
    assert len(ArticleTable.model_validate(found[-1][1])) == 1


@pytest.mark.parametrize(
    ("kind", "accept", "media_type"),
    [
        ("csv", "*/*", "text/csv; charset=utf-8"),
        ("html", "*/*", "text/html; charset=utf-8"),
        (None, "text/csv;q=0.9, text/html", "text/html; charset=utf-8"),
        ("xlsx", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_a_table_is_given_as_a_file(client: TestClient, kind: str | None, accept: str, media_type: str) -> None:
    asked = {"format": kind} if kind else {}
    reply = client.post("/v1/table", params=asked, json=COLUMNS, headers={"accept": accept})
    assert reply.status_code == 200
    assert reply.headers["content-type"] == media_type
    assert reply.headers["content-disposition"].startswith('attachment; filename="table.')
    if kind == "xlsx":
        sheet = load_workbook(io.BytesIO(reply.content))["Table"]
        assert 33_000_000 in [cell.value for row in sheet for cell in row]
    elif kind == "csv":
        assert "33000000,shares," in reply.text
    else:
        assert "33 million shares" in reply.text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"columns": {}}, "columns: Dictionary should have at least 1 item"),
        ({"columns": {"a": "?"}}, "column 'a': '?' is no question"),
        (COLUMNS | {"where": {"colour": "red"}}, "no article has a field 'colour'"),
        (COLUMNS | {"model": "gpt-4o"}, "model 'gpt-4o' is not served"),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_what_cannot_be_asked_is_said(client: TestClient, body: dict[str, object], words: str, stream: bool) -> None:
    reply = client.post("/v1/table", json=body | {"stream": stream})
    assert reply.status_code == 422
    assert words in reply.json()["error"]["message"]


def test_a_stream_is_no_file(client: TestClient) -> None:
    reply = client.post("/v1/table?format=csv", json=COLUMNS | {"stream": True})
    assert (reply.status_code, reply.json()["error"]["type"]) == (422, "QuestionError")


@pytest.fixture
def model() -> SlowModel:
    return SlowModel()


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A corpus of thirty articles, each of which tells of other shares."""
    text = "Firm {0} sold 33 million shares of XPeng on Friday, and firm {0} kept the rest of its stake."
    with Corpus.open(tmp_path / "many", embedder=DeterministicEmbedder()) as corpus:
        corpus.add(Article(id=f"a{n}", source=f"{n}.md", title=f"Sale {n}", text=text.format(n)) for n in range(30))
    return tmp_path / "many"


@pytest.fixture
def live(many: Path, model: SlowModel) -> Iterator[Live]:
    settings = ServeSettings(corpora={"many": many})
    with running(create_app(settings, embedder=DeterministicEmbedder(), generator=model)) as service:
        yield service


@pytest.mark.parametrize("stream", [True, False])
def test_a_table_stops_when_its_client_leaves(live: Live, model: SlowModel, stream: bool) -> None:
    model.pause = 0.01
    with live.open("/v1/table", COLUMNS | {"stream": stream}):
        wait_until(lambda: model.steps >= 2)
        reply = httpx.post(f"{live.url}/v1/table", json=COLUMNS)
        assert (reply.status_code, reply.json()["error"]["type"]) == (429, "QueueFull")
        assert reply.json()["error"]["message"].startswith("another table is being made; ask again in ")
        assert int(reply.headers["retry-after"]) >= 1
    assert wait_until(lambda: live.service.tables.queue.running == 0) < SOON
    assert model.steps < 300  # of about 700


def test_a_question_waits_for_few_cells(live: Live, model: SlowModel) -> None:
    model.pause = 0.02
    with live.open("/v1/table", COLUMNS | {"stream": True, "where": {"source": "1?.md"}}) as table:
        wait_until(lambda: model.steps >= 2)
        began = model.steps
        assert httpx.post(f"{live.url}/v1/ask", json={"question": QUESTION, "threshold": 0}).json()["text"]
        assert model.steps - began < 2 * 25  # the cell that was read, and the question
        model.pause = 0.0
        assert live.service.tables.queue.running == 1
        assert b"event: table" in read_until(table, END)


def test_what_was_answered_before_it_was_stopped_is_kept(many: Path) -> None:
    settings = ServeSettings(corpora={"many": many}, models=("extractive",))
    columns = {"shares": QUESTION, "when": "When did it sell?", "who": "Who sold shares of XPeng?"}
    body = {"columns": columns, "where": {"source": "1?.md"}}
    with running(create_app(settings, embedder=DeterministicEmbedder())) as live:
        with live.open("/v1/table", body | {"stream": True}) as connection:
            read_until(connection, b'data: {"done":3')
        wait_until(lambda: live.service.tables.queue.running == 0)
        table = httpx.post(f"{live.url}/v1/table", json=body).json()
        assert table["kept"] > 0
        assert table["asked"] + table["kept"] == 30
        again = httpx.post(f"{live.url}/v1/table", json=body | {"again": True}).json()
        assert (again["asked"], again["kept"]) == (30, 0)


def test_an_ending_service_stops_the_table_and_says_that_it_is_kept(live: Live, model: SlowModel) -> None:
    model.pause = 0.01
    with live.open("/v1/table", COLUMNS | {"stream": True}) as connection:
        read_until(connection, b"event: progress")
        live.server.should_exit = True
        told = read_until(connection, END)
    assert (
        b'event: error\ndata: {"type":"ServiceEnding","message":"the service is ending; what was answered is kept'
        in told
    )
