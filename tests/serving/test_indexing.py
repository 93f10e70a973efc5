"""Jobs: how far they are, questions meanwhile, who sees them, and what happens when the service ends."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from askdocs.core.base import FloatArray
from askdocs.core.errors import CorpusLocked
from askdocs.core.reports import AddReport
from askdocs.corpus.corpus import Corpus
from askdocs.ingest.sources.apart import ReaderApart
from askdocs.serving import indexing as indexing_module
from askdocs.serving import jobs as jobs_module
from askdocs.serving.access import Caller
from askdocs.serving.adding import files_work, resume
from askdocs.serving.app import create_app
from askdocs.serving.corpora import Corpora
from askdocs.serving.indexing import Indexing, Outcome
from askdocs.serving.jobs import Job, JobBook, JobFile
from askdocs.serving.refusals import NotWritable, ServiceEnding, TooMuchAtOnce, UnknownJob
from askdocs.serving.service import caller_of
from askdocs.serving.settings import ServeSettings
from askdocs.serving.upload_folder import UploadFolder
from askdocs.storage.lock import writing
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from tests.serving.adding import error_of, finished, sent
from tests.support.bombs import pdf

SNOW = "Snow fell in Oslo on Monday, and the ferries stayed in the harbour."


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


@pytest.fixture
def corpora(folder: Path) -> Iterator[Corpora]:
    """The corpora of a service."""
    found = Corpora({"news": folder}, DeterministicEmbedder())
    yield found
    found.close()


@pytest.fixture
def indexing(corpora: Corpora) -> Iterator[Indexing]:
    """The jobs of a service, of which three may wait."""
    found = Indexing(corpora, waiting=3)
    yield found
    found.close()


def _batch(uploads: UploadFolder, **texts: str) -> Path:
    """The files of a request that have arrived."""
    batch = uploads.new_batch()
    for name, text in texts.items():
        (batch / f"{name}.txt").write_text(text)
    uploads.mark_whole(batch)
    return batch


def _end_of(indexing: Indexing, job: Job) -> Job:
    for _ in range(3000):
        if indexing.jobs.get(job.id).finished:
            break
        threading.Event().wait(0.01)
    return indexing.jobs.get(job.id)


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
    assert _end_of(indexing, waiting[-1]).state == "done"


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
    job = _end_of(indexing, indexing.submit("news", files_work(uploads, batch)))
    assert job.report is not None
    assert job.report.skipped[0].source == "rows.jsonl#1"
    assert (len(job.report.skipped), job.report.skipped[-1].reason) == (201, "300 more were skipped")
    assert (job.files[0].state, job.files[0].reason) == ("skipped", job.report.skipped[0].reason)


def test_what_goes_wrong_is_told(indexing: Indexing, caplog: pytest.LogCaptureFixture) -> None:
    def fails(error: Exception) -> Callable[..., Outcome]:
        def work(*_arguments: object) -> Outcome:
            raise error

        return work

    known = _end_of(indexing, indexing.submit("news", fails(NotWritable("only to be read"))))
    assert known.error is not None
    assert (known.state, known.error.type, known.error.message) == ("failed", "NotWritable", "only to be read")
    with caplog.at_level(logging.CRITICAL):
        unknown = _end_of(indexing, indexing.submit("news", fails(ZeroDivisionError("/srv/secret"))))
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
        work = files_work(uploads, _batch(uploads, snow=SNOW))
        with writing(folder, 1), pytest.raises(CorpusLocked, match="is writing to it"):
            work(corpus, lambda done: None, threading.Event())
        assert (folder / "uploads" / "snow.txt").exists()
        resumed: list[Outcome] = []
        resumed.append(files_work(uploads, _batch(uploads, snow=SNOW))(corpus, lambda done: None, threading.Event()))
        assert resumed[0].files == (JobFile(name="snow.txt", state="added"),)


def test_a_service_that_ends_stops_after_the_file_and_goes_on_when_it_starts(folder: Path, corpora: Corpora) -> None:
    uploads = UploadFolder(folder)
    indexing = Indexing(corpora)
    first, second = (_batch(uploads, a="Rain fell in Oslo.", b="Hail fell in Cork."), _batch(uploads, c=SNOW))
    closing: list[threading.Thread] = []

    def stops_after_one(corpus: Corpus, tell: Callable[..., None], stop: threading.Event) -> Outcome:
        def told(done: object) -> None:
            if not closing:
                closing.append(threading.Thread(target=indexing.close))
                closing[0].start()
                assert stop.wait(20)

        return files_work(uploads, first)(corpus, told, stop)

    job = indexing.submit("news", stops_after_one)
    waiting = indexing.submit("news", files_work(uploads, second))
    stopped = _end_of(indexing, job)
    closing[0].join()
    assert stopped.error is not None
    assert (stopped.state, stopped.error.type) == ("failed", "ServiceEnding")
    assert indexing.jobs.get(waiting.id).state == "waiting"
    with pytest.raises(ServiceEnding):
        indexing.submit("news", files_work(uploads, second))
    assert sorted(path.name for path in uploads.files()) == ["a.txt", "b.txt"]
    assert corpora.get("news").list_articles(words="uploads").total == 1

    again = Indexing(corpora)
    resume(again, "news", uploads)
    (left,) = again.jobs.of("news")
    assert _end_of(again, left).state == "done"
    again.close()
    assert corpora.get("news").list_articles(words="uploads").total == 3
    assert sorted(path.name for path in uploads.path.rglob("*") if path.is_file()) == ["a.txt", "b.txt", "c.txt"]


def test_what_ended_the_process_is_left_out_once(
    folder: Path, indexing: Indexing, caplog: pytest.LogCaptureFixture
) -> None:
    uploads = UploadFolder(folder)
    _batch(uploads, snow=SNOW)
    assert uploads.begin_resuming()  # and the process dies
    resume(indexing, "news", uploads)
    assert indexing.jobs.of("news") == ()
    assert "ended the process" in caplog.text
    resume(indexing, "news", uploads)
    (job,) = indexing.jobs.of("news")
    assert _end_of(indexing, job).state == "done"
    assert not (uploads.path / ".resuming").exists()


def test_nothing_is_resumed_where_nothing_was_sent(folder: Path, indexing: Indexing) -> None:
    resume(indexing, "news", UploadFolder(folder))
    assert indexing.jobs.of("news") == ()
    assert not (folder / "uploads").exists()


def test_files_of_a_request_that_never_arrived_whole_are_not_indexed(folder: Path, indexing: Indexing) -> None:
    uploads = UploadFolder(folder)
    batch = uploads.new_batch()
    (batch / "half.txt").write_text("Snow fell in O")
    resume(indexing, "news", uploads)
    assert indexing.jobs.of("news") == ()
    assert batch.exists()  # another service may be receiving it


# -- files that do harm


def test_a_file_that_ends_its_reader_is_skipped_and_the_others_are_read(
    folder: Path, corpora: Corpora, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing_module, "ReaderApart", partial(ReaderApart, seconds=4))
    words = b"BT /F1 12 Tf 72 720 Td (The stake fell to 7.5 percent.) Tj ET " * 500
    harmful = pdf(words).replace(b"/Contents 4 0 R", b"/Contents [" + b"4 0 R " * 8000 + b"]")
    uploads = UploadFolder(folder)
    batch = uploads.new_batch()
    (batch / "a.pdf").write_bytes(harmful)
    (batch / "b.txt").write_text(SNOW)
    uploads.mark_whole(batch)
    indexing = Indexing(corpora)
    job = _end_of(indexing, indexing.submit("news", files_work(uploads, batch)))
    indexing.close()
    bad, good = job.files
    assert (bad.state, bad.reason) == ("skipped", "reading it took longer than 4 s; split it")
    assert good == JobFile(name="b.txt", state="added")
    assert [path.name for path in uploads.files()] == ["b.txt"]


def test_a_service_ends_in_the_midst_of_a_file(folder: Path, corpora: Corpora, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing_module, "ReaderApart", ReaderApart)
    words = b"BT /F1 12 Tf 72 720 Td (The stake fell to 7.5 percent.) Tj ET " * 500
    uploads = UploadFolder(folder)
    batch = uploads.new_batch()
    (batch / "a.pdf").write_bytes(pdf(words).replace(b"/Contents 4 0 R", b"/Contents [" + b"4 0 R " * 8000 + b"]"))
    uploads.mark_whole(batch)
    indexing = Indexing(corpora)
    job = indexing.submit("news", files_work(uploads, batch))
    time.sleep(1)
    began = time.monotonic()
    indexing.close()
    assert time.monotonic() - began < 5
    assert indexing.jobs.get(job.id).state == "failed"
    assert [path.name for path in uploads.files()] == ["a.pdf"]  # it was not read, and so is not taken for unreadable


# -- a corpus that can only be read


@pytest.fixture
def readable(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A service whose folder cannot be written; root may write everywhere, so it is the answer that is changed."""
    monkeypatch.setattr("askdocs.serving.upload_folder.writable", lambda path: False)
    return client


def test_a_corpus_that_can_only_be_read_says_so(readable: TestClient, folder: Path) -> None:
    article = readable.get("/v1/articles").json()["articles"][0]["id"]
    for reply in (
        readable.post("/v1/articles", files=[("files", ("snow.txt", SNOW.encode()))]),
        readable.post("/v1/articles/url", json={"url": "http://example.org/"}),
        readable.delete(f"/v1/articles/{article}"),
    ):
        assert error_of(reply) == (409, "NotWritable")
        assert "can only be read here" in reply.json()["error"]["message"]
    assert not (folder / "uploads").exists()


def test_a_folder_of_uploads_that_is_a_link_is_refused(client: TestClient, folder: Path) -> None:
    (folder.parent / "outside").mkdir()
    (folder / "uploads").symlink_to(folder.parent / "outside")
    assert error_of(client.post("/v1/articles", files=[("files", ("a.txt", b"Rain."))])) == (409, "NotWritable")
    assert list((folder.parent / "outside").iterdir()) == []
