"""Jobs are indexed by one thread a corpus, one after another, while questions go on in the state before."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from askdocs.core.errors import AskdocsError, CorpusLocked
from askdocs.core.reports import AddProgress, AddReport
from askdocs.corpus.corpus import Corpus
from askdocs.ingest.sources.apart import ReaderApart
from askdocs.serving.corpora import Corpora
from askdocs.serving.errors import ErrorDetail
from askdocs.serving.jobs import Job, JobBook, JobFile
from askdocs.serving.refusals import ServiceEnding, TooMuchAtOnce

WAITING = 32  # jobs of a corpus; one client may hold half of the places, here and below
RECEIVED_AT_ONCE = 8  # requests whose files are on their way
_RETRY_SECONDS = 30
_IDLE_SECONDS = 60.0  # after which the process that reads ends
_END_SECONDS = 20.0  # for the files that are read, to be stored when the service ends
_log = logging.getLogger(__name__)


class Outcome(NamedTuple):
    """What came of a job: the report, and what it says of each file."""

    report: AddReport
    files: tuple[JobFile, ...]


Work = Callable[[Corpus, Callable[[AddProgress], None], threading.Event], Outcome]


class _Waiting(NamedTuple):
    job: str
    work: Work
    client: str


class Indexing:
    """The jobs of a service, and the thread of each corpus that works on them."""

    def __init__(self, corpora: Corpora, waiting: int = WAITING) -> None:
        self.jobs = JobBook()
        self._corpora = corpora
        self._places = waiting
        self._lines: dict[str, _Line] = {}
        self._lock = threading.Lock()
        self._receiving: list[str] = []  # the client of each
        self._closed = False

    def submit(
        self, corpus: str, work: Work, files: tuple[JobFile, ...] = (), *, total: int | None = None, client: str = ""
    ) -> Job:
        """Put a job in the line of a corpus. Raises TooMuchAtOnce, and ServiceEnding after ``close``."""
        job = self.jobs.new(corpus, files, len(files) if total is None else total)
        try:
            self._line(corpus).put(_Waiting(job.id, work, client))
        except AskdocsError:
            self.jobs.forget(job.id)
            raise
        return job

    @contextlib.contextmanager
    def receiving(self, corpus: str, client: str = "") -> Iterator[None]:
        """Take files in the block, to be submitted then. Raises TooMuchAtOnce before anything of them is read."""
        self._line(corpus).check_place(client)
        with self._lock:
            _check_place(self._receiving, client, RECEIVED_AT_ONCE, "on their way")
            self._receiving.append(client)
        try:
            yield
        finally:
            with self._lock:
                self._receiving.remove(client)

    @contextlib.contextmanager
    def alone(self, corpus: str, seconds: float) -> Iterator[None]:
        """Change a corpus while none of its jobs runs. Raises CorpusLocked where one takes longer than that."""
        line = self._line(corpus)
        if not line.running.acquire(timeout=seconds):
            raise CorpusLocked(f"corpus {corpus!r}: articles are being added to it; waited {seconds:g} s, try again")
        try:
            yield
        finally:
            line.running.release()

    def close(self) -> None:
        """Store what is read, as far as that takes no longer than 20 s; what waits is left. Again, it does nothing."""
        with self._lock:
            lines = [] if self._closed else list(self._lines.values())
            self._closed = True
        for line in lines:
            line.stop.set()
        for line in lines:
            line.end()

    def _line(self, corpus: str) -> _Line:
        with self._lock:
            if corpus not in self._lines:
                if self._closed:
                    raise ServiceEnding("the service is ending; try again when it is back")
                self._lines[corpus] = _Line(corpus, self._corpora, self.jobs, self._places)
            return self._lines[corpus]


class _Line:
    """The jobs of one corpus that wait, and the thread that works on them, which begins with the first."""

    def __init__(self, corpus: str, corpora: Corpora, jobs: JobBook, places: int) -> None:
        self.stop = threading.Event()
        self.running = threading.Lock()
        self._corpus = corpus
        self._corpora = corpora
        self._jobs = jobs
        self._places = places
        self._waiting: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._reader = ReaderApart()
        self._thread = threading.Thread(target=self._work, name=f"indexing {corpus}", daemon=True)

    def put(self, waiting: _Waiting) -> None:
        """Add a job to the line. Raises TooMuchAtOnce, ServiceEnding."""
        with self._changed:
            self.check_place(waiting.client)
            self._waiting.append(waiting)
            if not self._thread.is_alive():
                self._thread.start()
            self._changed.notify()

    def check_place(self, client: str) -> None:
        """Raise TooMuchAtOnce where no place is left, ServiceEnding where none is given any more."""
        if self.stop.is_set():
            raise ServiceEnding("the service is ending; try again when it is back")
        _check_place([one.client for one in list(self._waiting)], client, self._places, "waiting to be indexed")

    def end(self) -> None:
        """Let the job that runs stop, after the files that are read already."""
        self._reader.interrupt()
        with self._changed:
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(_END_SECONDS)
        if self._thread.is_alive():
            _log.warning("a job of the corpus %r does not stop; what it has not stored is added again", self._corpus)

    def _work(self) -> None:
        while not self.stop.is_set():
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self.stop.is_set(), _IDLE_SECONDS)
                waiting = self._waiting.popleft() if self._waiting and not self.stop.is_set() else None
            if waiting is None:
                self._reader.close()
            else:
                self._run(waiting.job, waiting.work)
        self._reader.close()

    def _run(self, job_id: str, work: Work) -> None:
        def tell(done: AddProgress) -> None:
            self._jobs.change(job_id, read=done.read, done=done.stored, articles=done.articles)

        try:
            with self.running:
                self._jobs.change(job_id, state="indexing")
                corpus = self._corpora.get(self._corpus)
                corpus.ingester.read = self._reader.read  # whatever a file does, it does to another process
                outcome = work(corpus, tell, self.stop)
            if self.stop.is_set():
                raise ServiceEnding("the service ended; what is left is indexed when it starts again")
        except AskdocsError as error:
            self._fail(job_id, type(error).__name__, str(error))
        except Exception:
            _log.exception("a job of the corpus %r failed", self._corpus)
            self._fail(job_id, "InternalError", "it failed; the log of the service says why")
        else:
            self._jobs.change(job_id, state="done", report=outcome.report, files=outcome.files)

    def _fail(self, job_id: str, kind: str, message: str) -> None:
        self._jobs.change(job_id, state="failed", error=ErrorDetail(type=kind, message=message))


def _check_place(taken: Sequence[str], client: str, places: int, doing: str) -> None:
    """Raise TooMuchAtOnce where all places are taken, or a client that has a name holds half of them."""
    if len(taken) >= places:
        raise TooMuchAtOnce(f"{places} uploads are {doing} already", _RETRY_SECONDS)
    if client and taken.count(client) >= max(1, places // 2):
        raise TooMuchAtOnce(f"{taken.count(client)} of your uploads are {doing} already", _RETRY_SECONDS)
