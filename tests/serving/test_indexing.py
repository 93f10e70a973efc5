"""Jobs: how far they are, questions meanwhile, and who sees them."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from askdocs.core.base import FloatArray
from askdocs.core.errors import CorpusLocked
from askdocs.core.reports import AddReport
from askdocs.corpus.corpus import Corpus
from askdocs.serving import jobs as jobs_module
from askdocs.serving.access import Caller
from askdocs.serving.adding import files_work
from askdocs.serving.app import create_app
from askdocs.serving.indexing import Indexing, Outcome
from askdocs.serving.jobs import JobBook, JobFile
from askdocs.serving.refusals import NotWritable, TooMuchAtOnce, UnknownJob
from askdocs.serving.service import caller_of
from askdocs.serving.settings import ServeSettings
from askdocs.serving.upload_folder import UploadFolder
from askdocs.storage.lock import writing
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from tests.serving.adding import SNOW, batch_of, end_of, error_of, finished, sent


class Gated(DeterministicEmbedder):
    """Embeds new texts only once it is let; questions at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.let = threading.Event(), threading.Event()

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        """As the other, once it is let."""
        self.reached.set()
        assert self.let.wait(20)
        return super().embed_texts(texts)

    def embed_query(self, text: str) -> FloatArray:
        """As the other, at once."""
        row: FloatArray = super().embed_texts([text])[0]
        return row


@pytest.fixture
def gated() -> Gated:
    """An embedder that waits with new texts."""
    return Gated()


@pytest.fixture
def slow(folder: Path, gated: Gated) -> Iterator[TestClient]:
    """A service whose embedder waits."""
    app = create_app(
        ServeSettings(corpora={"news": folder}), embedder=gated, generator=ScriptedGenerator("33 million shares")
    )
    with TestClient(app, base_url="http://127.0.0.1:8765") as opened:
        yield opened
        gated.let.set()


def _send(client: TestClient, name: str, text: str) -> str:
    reply = client.post("/v1/articles", files=[("files", (name, text.encode()))])
    assert reply.status_code == 202, reply.text
    return str(reply.json()["job"])


def _hits(client: TestClient, question: str) -> list[str]:
    """The names of the articles that were found for a question."""
    body = {"question": question, "stream": True, "threshold": 0}
    lines = client.post("/v1/ask", json=body).text.splitlines()
    first = json.loads(next(line for line in lines if line.startswith("data: "))[6:])
    return [Path(hit["source"]).name for hit in first["hits"]]


def test_questions_are_answered_from_the_state_before_while_articles_are_added(slow: TestClient, gated: Gated) -> None:
    job = _send(slow, "snow.txt", SNOW)
    assert gated.reached.wait(20)
    while slow.get(f"/v1/articles/jobs/{job}").json()["read"] == 0:
        pass
    told = slow.get(f"/v1/articles/jobs/{job}").json()
    assert (told["state"], told["read"], told["done"], told["total"]) == ("indexing", 1, 0, 1)
    assert "snow.txt" not in _hits(slow, "Where did snow fall on Monday?")
    assert slow.get("/v1/articles").json()["total"] == 2
    gated.let.set()
    assert finished(slow, job)["report"]["added"] == 1
    assert _hits(slow, "Where did snow fall on Monday?")[0] == "snow.txt"


def test_jobs_wait_in_line(slow: TestClient, gated: Gated) -> None:
    first = _send(slow, "snow.txt", SNOW)
    assert gated.reached.wait(20)
    second = _send(slow, "snow.txt", "Snow melted in Oslo on Friday.")
    assert slow.get(f"/v1/articles/jobs/{second}").json()["state"] == "waiting"
    assert [job["id"] for job in slow.get("/v1/articles/jobs").json()] == [second, first]
    gated.let.set()
    assert finished(slow, first)["files"][0]["state"] == "added"
    assert finished(slow, second)["files"][0]["state"] == "updated"


def test_an_article_is_not_removed_while_articles_are_added(
    slow: TestClient, gated: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("askdocs.serving.routes.articles._WAIT_SECONDS", 0.01)
    _send(slow, "snow.txt", SNOW)
    assert gated.reached.wait(20)
    reply = slow.delete("/v1/articles/" + slow.get("/v1/articles").json()["articles"][0]["id"])
    assert error_of(reply) == (503, "CorpusLocked")
    assert reply.headers["retry-after"]
    assert slow.get("/v1/articles").json()["total"] == 2


def test_a_job_is_followed_to_its_end(client: TestClient) -> None:
    job = _send(client, "snow.txt", SNOW)
    with client.stream("GET", f"/v1/articles/jobs/{job}/events") as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        text = "".join(reply.iter_text())
    events = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]
    assert events[-1]["state"] == "done"
    assert events[-1]["report"]["added"] == 1
    assert error_of(client.get("/v1/articles/jobs/nothing/events")) == (404, "UnknownJob")


def test_jobs_are_seen_only_by_who_reaches_the_corpus(tmp_path: Path, model: ScriptedGenerator) -> None:
    settings = ServeSettings(corpora={"news": tmp_path / "news", "wages": tmp_path / "wages"})
    app = create_app(settings, embedder=DeterministicEmbedder(), generator=model)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        job = sent(client, ("pay.txt", b"Ann earned 4,200 euros in May."), corpus="wages")["id"]
        app.dependency_overrides[caller_of] = lambda: Caller(name="bob", corpora=frozenset({"news"}))
        for path in (f"jobs/{job}", f"jobs/{job}/events"):
            reply = client.get(f"/v1/articles/{path}")
            assert reply.json()["error"] == {
                "type": "UnknownJob",
                "message": f"there is no job {job!r}, or not any more",
            }
        assert client.get("/v1/articles/jobs").json() == []
        for method, path in (
            ("GET", "jobs"),
            ("POST", ""),
            ("GET", ""),
            ("DELETE", "x"),
            ("GET", "x"),
            ("POST", "url"),
        ):
            url = f"/v1/articles/{path}".rstrip("/")
            body = {"url": "http://example.org"} if path == "url" else None
            assert client.request(method, url, params={"corpus": "wages"}, json=body).status_code == 403
    assert not (tmp_path / "news" / "uploads").exists()


# -- without HTTP


def test_a_full_line_says_when_to_come_back(indexing: Indexing) -> None:
    let, running = threading.Event(), threading.Event()

    def work(*_arguments: object) -> Outcome:
        running.set()
        let.wait(20)
        return Outcome(AddReport(), ())

    indexing.submit("news", work)
    assert running.wait(20)
    waiting = [indexing.submit("news", work) for _ in range(3)]
    with pytest.raises(TooMuchAtOnce) as full:
        indexing.submit("news", work)
    with pytest.raises(TooMuchAtOnce), indexing.receiving("news"):
        pass
    assert full.value.retry_after > 0
    assert len(indexing.jobs.of("news")) == 4  # the refused one is not kept
    let.set()
    assert end_of(indexing, waiting[-1]).state == "done"


def test_one_client_holds_half_of_the_places(indexing: Indexing) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(indexing.receiving("news", "ann"))
        with pytest.raises(TooMuchAtOnce, match="4 of your uploads"), indexing.receiving("news", "ann"):
            pass
        for _ in range(4):
            stack.enter_context(indexing.receiving("news", f"bob{_}"))
        with pytest.raises(TooMuchAtOnce, match="8 uploads"), indexing.receiving("news", "eve"):
            pass
    with indexing.receiving("news", "ann"):
        pass


def test_a_report_is_not_endless(indexing: Indexing, folder: Path) -> None:
    uploads = UploadFolder(folder)
    batch = uploads.new_batch()
    (batch / "rows.jsonl").write_text("nothing\n" * 500)
    uploads.mark_whole(batch)
    job = end_of(indexing, indexing.submit("news", files_work(uploads, batch)))
    assert job.report is not None
    assert job.report.skipped[0].source == "rows.jsonl#1"
    assert (len(job.report.skipped), job.report.skipped[-1].reason) == (201, "300 more were skipped")
    assert (job.files[0].state, job.files[0].reason) == ("skipped", job.report.skipped[0].reason)


def test_what_goes_wrong_is_told(indexing: Indexing, caplog: pytest.LogCaptureFixture) -> None:
    def fails(error: Exception) -> Callable[..., Outcome]:
        def work(*_arguments: object) -> Outcome:
            raise error

        return work

    known = end_of(indexing, indexing.submit("news", fails(NotWritable("only to be read"))))
    assert known.error is not None
    assert (known.state, known.error.type, known.error.message) == ("failed", "NotWritable", "only to be read")
    with caplog.at_level(logging.CRITICAL):
        unknown = end_of(indexing, indexing.submit("news", fails(ZeroDivisionError("/srv/secret"))))
    assert unknown.error is not None
    assert (unknown.error.type, "secret" in unknown.error.message) == ("InternalError", False)


def test_the_last_jobs_of_each_corpus_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "REMEMBERED", 2)
    book = JobBook()
    other, waiting = book.new("wages", (), 1), book.new("news", (), 1)
    book.change(other.id, state="done")
    done = [book.new("news", (), 1) for _ in range(4)]
    for job in done:
        book.change(job.id, state="failed")
    assert [job.id for job in book.of("news")] == [done[3].id, done[2].id, waiting.id]
    with pytest.raises(UnknownJob):
        book.get(done[0].id)
    assert book.get(other.id).finished


def test_another_process_that_writes_is_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("askdocs.serving.adding._TRIES", 2)
    uploads = UploadFolder(folder)
    with Corpus.open(folder, embedder=DeterministicEmbedder(), lock_seconds=0.05) as corpus:
        work = files_work(uploads, batch_of(uploads, snow=SNOW))
        with writing(folder, 1), pytest.raises(CorpusLocked, match="is writing to it"):
            work(corpus, lambda done: None, threading.Event())
        assert (folder / "uploads" / "snow.txt").exists()
        resumed: list[Outcome] = []
        resumed.append(files_work(uploads, batch_of(uploads, snow=SNOW))(corpus, lambda done: None, threading.Event()))
        assert resumed[0].files == (JobFile(name="snow.txt", state="added"),)
