"""Files that are sent to a service or laid into its folder, and waiting for its jobs."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from askdocs.serving.indexing import Indexing
from askdocs.serving.jobs import Job
from askdocs.serving.upload_folder import UploadFolder

Json = dict[str, Any]
SNOW = "Snow fell in Oslo on Monday, and the ferries stayed in the harbour."


def finished(client: TestClient, job: str, seconds: float = 30.0) -> Json:
    """The job once it is finished."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found: Json = client.get(f"/v1/articles/jobs/{job}").json()
        if found["state"] in ("done", "failed"):
            return found
        time.sleep(0.01)
    raise AssertionError(f"job {job} is not finished after {seconds} s")


def sent(client: TestClient, *files: tuple[str, bytes], corpus: str | None = None) -> Json:
    """The job of sending these files, once it is finished."""
    query = {"corpus": corpus} if corpus else {}
    reply = client.post("/v1/articles", files=[("files", file) for file in files], params=query)
    assert reply.status_code == 202, reply.text
    return finished(client, reply.json()["job"])


def error_of(reply: Any) -> tuple[int, str]:
    """The status of a reply and the type of its error."""
    return reply.status_code, reply.json()["error"]["type"]


def stored(folder: Path) -> list[str]:
    """Everything below the folder of uploads, also what waits."""
    uploads = folder / "uploads"
    return sorted(str(path.relative_to(uploads)) for path in uploads.rglob("*") if path.is_file())


def batch_of(uploads: UploadFolder, **texts: str) -> Path:
    """The files of a request that have arrived."""
    batch = uploads.new_batch()
    for name, text in texts.items():
        (batch / f"{name}.txt").write_text(text)
    uploads.mark_whole(batch)
    return batch


def end_of(indexing: Indexing, job: Job) -> Job:
    """The job once it is finished, without HTTP."""
    for _ in range(3000):
        if indexing.jobs.get(job.id).finished:
            break
        threading.Event().wait(0.01)
    return indexing.jobs.get(job.id)
