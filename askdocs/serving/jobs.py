"""What is being added to a corpus: jobs, as they are told to clients."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from typing import Any, Literal

from askdocs.core.base import Model
from askdocs.core.reports import AddReport
from askdocs.serving.errors import ErrorDetail
from askdocs.serving.refusals import UnknownJob

REMEMBERED = 100  # finished jobs of a corpus
State = Literal["waiting", "indexing", "done", "failed"]


class JobFile(Model):
    """A file or an address of a job, and what came of it; ``reason`` says why it was skipped.

    ``name`` is that under which a file is stored. "updated": it took the place of the file of that name.
    "unchanged": that file held the same already. A skipped file is not kept.
    """

    name: str
    state: Literal["waiting", "added", "updated", "unchanged", "skipped"] = "waiting"
    reason: str | None = None


class Job(Model):
    """Something that is added to a corpus: files that were sent, an address, or files that were left to index.

    Of ``total`` files or addresses, ``read`` are read and ``done`` are stored; ``articles`` are stored of them.
    ``report`` is there once it is done, ``error`` where it failed.
    """

    id: str
    corpus: str
    state: State = "waiting"
    read: int = 0
    done: int = 0
    total: int = 1
    articles: int = 0
    files: tuple[JobFile, ...] = ()
    report: AddReport | None = None
    error: ErrorDetail | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in ("done", "failed")


class JobBook:
    """The jobs of a service by id, of each corpus the last hundred that are finished. Used by several threads."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()

    def new(self, corpus: str, files: tuple[JobFile, ...], total: int) -> Job:
        """A job that waits."""
        job = Job(id=secrets.token_urlsafe(12), corpus=corpus, files=files, total=total)
        with self._lock:
            self._jobs[job.id] = job
        return job

    def get(self, job_id: str) -> Job:
        """The job with this id. Raises UnknownJob."""
        with self._lock:
            found = self._jobs.get(job_id)
        if found is None:
            raise UnknownJob(f"there is no job {job_id[:40]!r}, or not any more")
        return found

    def of(self, corpus: str) -> tuple[Job, ...]:
        """The jobs of a corpus, the latest first."""
        with self._lock:
            return tuple(job for job in reversed(self._jobs.values()) if job.corpus == corpus)

    def change(self, job_id: str, **changes: Any) -> None:
        """Change a job; those that finished longest ago are forgotten."""
        with self._lock:
            job = self._jobs[job_id] = self._jobs[job_id].model_copy(update=changes)
            if job.finished:
                finished = [one.id for one in self._jobs.values() if one.finished and one.corpus == job.corpus]
                for old in finished[:-REMEMBERED]:
                    del self._jobs[old]

    def forget(self, job_id: str) -> None:
        """Forget a job that did not come to be."""
        with self._lock:
            self._jobs.pop(job_id, None)
