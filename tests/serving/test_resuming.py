"""Jobs that are left when the service ends, or that a file would end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from askdocs.corpus.corpus import Corpus
from askdocs.ingest.sources.apart import ReaderApart
from askdocs.serving import indexing as indexing_module
from askdocs.serving.adding import files_work, resume
from askdocs.serving.corpora import Corpora
from askdocs.serving.indexing import Indexing, Outcome
from askdocs.serving.jobs import JobFile
from askdocs.serving.refusals import ServiceEnding
from askdocs.serving.upload_folder import UploadFolder
from tests.serving.adding import SNOW, batch_of, end_of
from tests.support.bombs import pdf


def test_a_service_that_ends_stops_after_the_file_and_goes_on_when_it_starts(folder: Path, corpora: Corpora) -> None:
    uploads = UploadFolder(folder)
    indexing = Indexing(corpora)
    first, second = (batch_of(uploads, a="Rain fell in Oslo.", b="Hail fell in Cork."), batch_of(uploads, c=SNOW))
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
    stopped = end_of(indexing, job)
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
    assert end_of(again, left).state == "done"
    again.close()
    assert corpora.get("news").list_articles(words="uploads").total == 3
    assert sorted(path.name for path in uploads.path.rglob("*") if path.is_file()) == ["a.txt", "b.txt", "c.txt"]


def test_what_ended_the_process_is_left_out_once(
    folder: Path, indexing: Indexing, caplog: pytest.LogCaptureFixture
) -> None:
    uploads = UploadFolder(folder)
    batch_of(uploads, snow=SNOW)
    assert uploads.begin_resuming()  # and the process dies
    resume(indexing, "news", uploads)
    assert indexing.jobs.of("news") == ()
    assert "ended the process" in caplog.text
    resume(indexing, "news", uploads)
    (job,) = indexing.jobs.of("news")
    assert end_of(indexing, job).state == "done"
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
    monkeypatch.setattr(
        indexing_module, "ReaderApart", partial(ReaderApart, seconds=4, memory=8 * 1024**3)
    )  # time is first
    words = b"BT /F1 12 Tf 72 720 Td (The stake fell to 7.5 percent.) Tj ET " * 500
    harmful = pdf(words).replace(b"/Contents 4 0 R", b"/Contents [" + b"4 0 R " * 8000 + b"]")
    uploads = UploadFolder(folder)
    batch = uploads.new_batch()
    (batch / "a.pdf").write_bytes(harmful)
    (batch / "b.txt").write_text(SNOW)
    uploads.mark_whole(batch)
    indexing = Indexing(corpora)
    job = end_of(indexing, indexing.submit("news", files_work(uploads, batch)))
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
