"""An answer in the styles of a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from askdocs.terminal.answer_lines import NOTHING_NEAR
from askdocs.terminal.answer_view import AnswerView, Pieces, Side, view_answer
from askdocs.terminal.excerpts import excerpt_lines
from askdocs.terminal.right_to_left import IsolatedLines, isolated, isolated_quotes, reads_right_to_left

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.text import Text

    from askdocs.core.answers import Answer, Excerpt
    from askdocs.terminal.footnotes import Footnote

WORDS_STYLE = "bold black on yellow"
QUIET = "dim"
_MARK_STYLE = "cyan"
_LEAST_ITEM = 24  # columns for an item and its source
_LEAST_TABLE = 60  # columns for a comparison in a table


def rich_answer(answer: Answer, *, marks: bool = False, nothing: str = NOTHING_NEAR) -> RenderableType:
    """An answer for a terminal; with ``marks`` the quoted words are marked by asterisks, for want of styles."""
    from rich.console import Group

    return Group(*_view(view_answer(answer, nothing), marks=marks))


def _view(view: AnswerView, *, marks: bool) -> Iterator[RenderableType]:
    from rich.console import Group
    from rich.text import Text

    if view.heading:
        yield _pieces(view.heading, "bold yellow" if view.abstained else "" if view.is_long else "bold")
    for question, part in view.parts:
        yield Text(isolated(question), style="italic", overflow="fold")
        yield _indented(Group(*_view(part, marks=marks)), 2)
    if view.sides:
        yield _indented(_Sides(view.sides), 2)
    if view.items:
        yield _Items(view.items)
    for remark in view.remarks:
        yield _indented(Text(isolated_quotes(remark.text), style=QUIET, overflow="fold"), 2)
    yield from rich_footnotes(view.footnotes, marks=marks)


def _pieces(pieces: Pieces, style: str) -> Text:
    from rich.text import Text

    text = Text(overflow="fold")
    for piece, is_mark in pieces:
        text.append(piece if is_mark else isolated(piece), style=_MARK_STYLE if is_mark else style)
    return text


class _Items:
    """A line for each item: its number, its words, and as much of its title and date as there is room for."""

    def __init__(self, items: Sequence[Footnote]) -> None:
        self._items = items

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.cells import cell_len
        from rich.table import Table
        from rich.text import Text

        label = max(len(item.label) for item in self._items) + 2
        longest = max(cell_len(item.words) for item in self._items)
        room = options.max_width - label - 2
        placed = any(item.place for item in self._items) and room >= _LEAST_ITEM
        words = min(longest, room // 2 if placed else room)
        lines = Table.grid(padding=(0, 1, 0, 0))
        lines.add_column(width=label, justify="right", no_wrap=True)
        lines.add_column(width=words, overflow="fold")
        if placed:
            lines.add_column(width=room - words, no_wrap=True, overflow="ellipsis")
        for item in self._items:
            place = " · ".join(filter(None, (item.title or item.source, item.published)))
            cells = [Text(item.label, style=_MARK_STYLE), Text(isolated(item.words), style="bold", overflow="fold")]
            lines.add_row(*cells, *([Text(isolated(place), style=QUIET)] if placed else []))
        yield lines


class _Sides:
    """A comparison: a table, or on a narrow terminal the sides one below the other."""

    def __init__(self, sides: Sequence[Side]) -> None:
        self._sides = sides

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from [_side_table(self._sides)] if options.max_width >= _LEAST_TABLE else map(_stacked, self._sides)


def _side_table(sides: Sequence[Side]) -> RenderableType:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, show_edge=False, padding=(0, 1), header_style=QUIET, pad_edge=False)
    paragraphs = any(side.answer and not side.source for side in sides)
    titles = [("", 24), ("answer", None), ("confidence", 14 if paragraphs else 20), ("source", 32)]
    for title, most in titles if any(side.source for side in sides) else titles[:-1]:
        table.add_column(title, overflow="fold", max_width=most)
    for side in sides:
        cells = (
            Text(isolated(side.label), style="bold", overflow="fold"),
            _pieces(side.answer, ""),
            Text(isolated_quotes(side.confidence), style=QUIET, overflow="fold"),
            Text(isolated(side.source), style=QUIET, overflow="fold"),
        )
        table.add_row(*cells[: len(table.columns)])
    return table


def _stacked(side: Side) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    below = [
        Text(isolated_quotes(line), style=QUIET, overflow="fold") for line in (side.confidence, side.source) if line
    ]
    lines = [_indented(line, 2) for line in (_pieces(side.answer, ""), *below)]
    return Group(Text(isolated(side.label), style="bold", overflow="fold"), *lines)


def rich_footnotes(notes: Iterable[Footnote], *, marks: bool = False) -> list[RenderableType]:
    """Numbered references for a terminal."""
    from rich.text import Text

    parts: list[RenderableType] = []
    for note in notes:
        label = f"{note.label} "
        place = Text(label, style="cyan", overflow="fold")
        place.append(isolated(note.title), style="italic")
        rest = " · ".join(part for part in (note.published, note.source) if part)
        place.append((" · " if note.title and rest else "") + rest, style=QUIET)
        parts.append(_indented(place, 2))
        if not (note.before or note.words or note.excerpt):
            continue
        quote: Text | IsolatedLines
        quote = _excerpt(note.excerpt, marks=marks) if note.excerpt else sentence(note, marks=marks)
        if not note.excerpt and reads_right_to_left(quote.plain):
            quote = IsolatedLines(quote)
        parts.append(_indented(quote, 2 + len(label)))
    return parts


def sentence(note: Footnote, *, marks: bool = False) -> Text:
    """The sentence of a footnote with the quoted words highlighted."""
    from rich.text import Text

    text = Text(note.before, overflow="fold")
    if note.words:
        text.append(f"**{note.words}**" if marks else note.words, style=WORDS_STYLE)
    text.append(note.after)
    return text


def _excerpt(excerpt: Excerpt, *, marks: bool) -> Text:
    """The excerpt of a table with the cited cell highlighted."""
    from rich.text import Text

    text = Text(no_wrap=True, overflow="ellipsis")
    for number, (before, cell, after) in enumerate(excerpt_lines(excerpt, isolated)):
        text.append(("\n" if number else "") + before, style="" if cell else QUIET)
        if cell:
            text.append(f"**{cell}**" if marks else cell, style=WORDS_STYLE)
        text.append(after)
    return text


def _indented(text: RenderableType, columns: int) -> RenderableType:
    from rich.padding import Padding

    return Padding(text, (0, 0, 0, columns))
