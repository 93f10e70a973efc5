"""A bar on stderr that says how far a table is, and how long it will still take."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


class CellProgress:
    """Counts cells; ``shown`` draws a bar, a function is called instead, ``False`` is silent."""

    def __init__(self, shown: bool | Callable[[int, int], object]) -> None:
        self._tell = shown if callable(shown) else None
        self._bar = _made_bar() if shown is True else None
        self._task: TaskID | None = None

    def tick(self, done: int, total: int) -> None:
        """So many cells are done, of so many."""
        if self._tell is not None:
            self._tell(done, total)
        if self._bar is not None:
            if self._task is None:
                self._task = self._bar.add_task("cells", total=total)
            self._bar.update(self._task, completed=done, total=total)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


def _made_bar() -> Bar:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("cells,"),
        TimeElapsedColumn(),
        TextColumn("gone,"),
        TimeRemainingColumn(compact=True),
        TextColumn("to go"),
        console=Console(stderr=True),
        transient=True,
    )
