"""How far a long change is: a line on stderr, shown only once it has taken two seconds, or told to a function."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from askdocs.core.reports import AddProgress

if TYPE_CHECKING:
    from rich.progress import Progress as Line
    from rich.progress import TaskID

DELAY_SECONDS = 2.0
ShownProgress = bool | Callable[[AddProgress], object]


class Progress:
    """Counts articles; silent unless it is slow and ``shown``, or a function that is called instead."""

    def __init__(self, shown: ShownProgress) -> None:
        self._tell = shown if callable(shown) else None
        self._timer = threading.Timer(DELAY_SECONDS, self._begin) if shown is True else None
        self._lock = threading.Lock()
        self._line: Line | None = None
        self._task: TaskID | None = None
        self._done = 0

    def tick(self, done: AddProgress) -> None:
        """So much is done."""
        if self._tell is not None:
            self._tell(done)
        with self._lock:
            self._done = done.articles
            if self._line is not None and self._task is not None:
                self._line.update(self._task, completed=done.articles)

    def _begin(self) -> None:
        from rich.console import Console
        from rich.progress import Progress as Line
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.completed:.0f} articles"), TimeElapsedColumn())
        with self._lock:
            if self._timer is None:
                return
            self._line = Line(*columns, console=Console(stderr=True), transient=True)
            self._task = self._line.add_task("", total=None, completed=self._done)
            self._line.start()

    def __enter__(self) -> Self:
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if self._line is not None:
                self._line.stop()
