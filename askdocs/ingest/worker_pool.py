"""The worker processes of one run: started, looked after, replaced where one was ended, stopped.

Each has a share of the cores. They are started by "spawn", so a program that adds with workers needs the usual
``if __name__ == "__main__":`` around what it does.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import NamedTuple, Self

from askdocs.core.errors import AskdocsError, CorpusError
from askdocs.core.reports import AddProgress
from askdocs.core.settings import load_settings
from askdocs.ingest.counts import summed_progress
from askdocs.ingest.worker import Opening, work, worker_name
from askdocs.storage.work import WorkRun

_BEAT_SECONDS = 1.0
_STOP_SECONDS = 5.0
_MOST_FAILED = 3  # workers that end before they took anything, after which there is no use in another
_environment = threading.Lock()  # which is the same for all threads that start workers
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS", "ASKDOCS_THREADS")


class _Worker(NamedTuple):
    process: SpawnProcess
    connection: Connection


class WorkerPool:
    """The workers of a run, as a context: at its end they are stopped. ``tick`` is told how far they are."""

    def __init__(
        self,
        run: WorkRun,
        opening: Opening,
        count: int,
        tick: Callable[[AddProgress], None],
        stopped: Callable[[], bool],
    ) -> None:
        """Raises AskdocsError where the embedder cannot be sent to another process."""
        self._run, self._opening, self._count = run, opening, count
        self._tick, self._stopped = tick, stopped
        self._workers: dict[str, _Worker] = {}
        self._done: dict[str, AddProgress] = {}
        self._failed = 0
        self._last_beat = 0.0
        try:
            pickle.dumps(opening)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise AskdocsError(
                f"the embedder cannot be sent to worker processes ({error}): its class must be importable, and what "
                "it holds picklable; or add without workers"
            ) from error

    def start(self) -> None:
        """Start the workers that are not there yet."""
        while len(self._workers) < self._count:
            self._start_one()

    def _start_one(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(self._opening, self._run.number, theirs), daemon=True)
        with _environment, _share_of_cores(self._count), _interrupts_ignored():
            process.start()
        theirs.close()
        self._workers[worker_name(process.pid)] = _Worker(process, ours)

    def look_after(self, seconds: float = 0.0) -> None:
        """Hear what the workers say, for so long; replace those that were ended. Raises what one could not do."""
        waited_for = [part for one in self._workers.values() for part in (one.process.sentinel, one.connection)]
        wait(waited_for, seconds)
        for name, worker in list(self._workers.items()):
            ended = not worker.process.is_alive()
            self._hear(name, worker.connection)
            if ended:
                self._bury(name, worker)
        self._beat()

    def _hear(self, name: str, connection: Connection) -> None:
        with contextlib.suppress(EOFError, OSError):  # it has ended
            while connection.poll():
                said = connection.recv()
                if isinstance(said, AskdocsError):
                    raise said
                self._done[name] = said
        self._tick(summed_progress(self._done.values()))

    def _bury(self, name: str, worker: _Worker) -> None:
        del self._workers[name]
        worker.connection.close()
        code = worker.process.exitcode
        if code == 0:
            return
        self._failed = 0 if name in self._done else self._failed + 1
        if self._failed >= _MOST_FAILED:
            raise CorpusError(
                f"{self._failed} workers ended before they took anything (exit code {code}); what was added is there; "
                "see that there is memory for each of them, or use fewer"
            )
        self._beat(at_once=True)
        self._start_one()

    def _beat(self, at_once: bool = False) -> None:
        now = time.monotonic()
        if at_once or now - self._last_beat >= _BEAT_SECONDS:
            self._last_beat = now
            self._run.beat(list(self._workers))

    def finish(self) -> None:
        """Wait until all that was put is done, or until it shall stop."""
        self._run.complete()
        while self._workers and not self._stopped():
            self.look_after(_BEAT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        workers = list(self._workers.values())
        self._workers.clear()
        for worker in workers:
            worker.connection.close()  # which tells it to stop
        end = time.monotonic() + _STOP_SECONDS
        for worker in workers:
            worker.process.join(max(0.0, end - time.monotonic()))
        for worker in workers:
            if worker.process.is_alive():  # in the midst of embedding: nothing of it is stored, which is as good
                worker.process.kill()
                worker.process.join()


@contextlib.contextmanager
def _share_of_cores(workers: int) -> Iterator[None]:
    """Let a process that is started have its share of the threads; libraries read these variables as they load."""
    share = max(1, load_settings().thread_count // workers)
    before = {name: os.environ.get(name) for name in _THREADS}
    for name, given in before.items():
        os.environ[name] = str(min(share, int(given)) if given and given.isdigit() and int(given) else share)
    try:
        yield
    finally:
        for name, given in before.items():
            if given is None:
                del os.environ[name]
            else:
                os.environ[name] = given


@contextlib.contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Let a process that is started ignore Ctrl-C from its first moment: who ignores it hands that on."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
