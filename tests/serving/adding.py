"""Sending files to a service, and waiting for its jobs."""

from __future__ import annotations

import time
from typing import Any

from fastapi.testclient import TestClient

Json = dict[str, Any]


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
