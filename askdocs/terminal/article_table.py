"""A table of answers in a terminal: its cells as they fit the width; as plain text with tabs for another program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

from askdocs.core.answer_text import CONFIDENCE_WORDS
from askdocs.terminal.render import colourless, counted
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_SURE = CONFIDENCE_WORDS[1][0]
_LEAST = 14  # columns of the terminal for one of the table
_GAP = 2
_MARK = "?"


class Cell(Protocol):
    """What is shown of a cell; ``TableCell`` of ``askdocs.corpus`` is one."""

    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def error(self) -> str | None: ...  # noqa: D102
    @property
    def confidence(self) -> float: ...  # noqa: D102


class Row(Protocol):
    """What is shown of a row."""

    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def cells(self) -> Mapping[str, Cell]: ...  # noqa: D102


def print_table(console: Console, names: list[str], rows: list[Row]) -> None:
    """Print it: aligned on a terminal, separated by tabs elsewhere."""
    if not console.is_terminal:
        for line in _plain_lines(names, rows):
            console.file.write(line + "\n")
        return
    titles = [one_line(row.title or row.source) for row in rows]
    longest = max(map(len, titles), default=0)
    first = max(_LEAST, min(longest, console.width // 3))
    if (console.width - first) < len(names) * (_LEAST + _GAP):
        _print_blocks(console, names, rows)
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, _GAP, 0, 0))
    table.add_column("article", width=first, overflow="ellipsis", no_wrap=True)
    for name in names:
        table.add_column(one_line(name), min_width=_LEAST)
    for title, row in zip(titles, rows, strict=True):
        table.add_row(title, *(_shown(console, row.cells[name]) for name in names))
    console.print(table)


def _print_blocks(console: Console, names: list[str], rows: list[Row]) -> None:
    """An article after the other, where the columns have no room side by side."""
    from rich.text import Text

    for row in rows:
        console.print(Text(one_line(row.title or row.source), style="bold"))
        for name in names:
            console.print(Text(f"  {one_line(name)}: ").append_text(_shown(console, row.cells[name])))


def table_note(rows: list[Row], asked: int, kept: int) -> str:
    """How much of a table is answered, and how much of it was known.

    >>> table_note([], 3, 1)
    '0 articles; 3 cells asked, 1 known from before'
    """
    cells = [cell for row in rows for cell in row.cells.values()]
    failed = sum(cell.error is not None for cell in cells)
    parts = [counted(len(rows), "article")]
    if cells:
        parts.append(f"{sum(bool(cell.text) for cell in cells)} of {counted(len(cells), 'cell')} answered")
    if failed:
        parts.append(f"{counted(failed, 'cell')} failed: {_first_error(cells)}")
    known = f", {kept} known from before" if kept else ""
    return "; ".join([*parts, f"{counted(asked, 'cell')} asked{known}"])


def _first_error(cells: list[Cell]) -> str:
    return one_line(next(cell.error for cell in cells if cell.error is not None), 200)


def _plain_lines(names: list[str], rows: list[Row]) -> Iterator[str]:
    yield "\t".join(["article", *map(one_line, names)])
    for row in rows:
        shown = (row.cells[name] for name in names)
        yield "\t".join([one_line(row.title or row.source), *(_words(cell) for cell in shown)])


def _words(cell: Cell) -> str:
    return f"error: {one_line(cell.error)}" if cell.error is not None else one_line(cell.text)


def _shown(console: Console, cell: Cell) -> Text:
    """The words of a cell; those that are not likely right are dim, and marked where there is no dim."""
    from rich.text import Text

    if cell.error is not None:
        return Text(_words(cell), style="red")
    words = _words(cell)
    if not words:
        return Text("–", style="dim")
    if round(cell.confidence, 2) >= _SURE:
        return Text(words)
    return Text(f"{words} {_MARK}") if colourless(console) else Text(f"{words} {_MARK}", style="dim")
