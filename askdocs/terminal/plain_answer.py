"""An answer as plain text, for a pipe or a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from askdocs.terminal.answer_lines import NOTHING_NEAR
from askdocs.terminal.answer_view import AnswerView, Side, view_answer
from askdocs.terminal.excerpts import plain_excerpt

if TYPE_CHECKING:
    from askdocs.core.answers import Answer
    from askdocs.terminal.footnotes import Footnote

_IN_COLUMNS = 40  # characters of the longest answer that still stands in a column


def plain_text(answer: Answer, nothing: str = NOTHING_NEAR) -> str:
    """An answer without any styling; the quoted words stand between two asterisks, and nothing is wrapped."""
    return "\n".join(_lines(view_answer(answer, nothing)))


def _lines(view: AnswerView) -> Iterator[str]:
    if view.heading:
        yield "".join(piece for piece, _ in view.heading)
    for question, part in view.parts:
        yield question
        yield from (f"  {line}" for line in _lines(part))
    yield from (f"  {line}" for line in side_lines(view.sides))
    yield from (f"  {item_line(item)}" for item in view.items)
    yield from (f"  {remark.text}" for remark in view.remarks)
    for note in view.footnotes:
        yield f"  {note.label} {note.place}"
        yield from (f"      {line}" for line in quote_lines(note))


def item_line(item: Footnote) -> str:
    """An item of a list with its number and its place."""
    return " · ".join(part for part in (f"{item.label} {item.words}", item.place) if part)


def side_lines(sides: Sequence[Side]) -> list[str]:
    """A comparison as columns, or where an answer is long as one line a side."""
    from rich.cells import cell_len

    rows = [(side.label, side.words, side.confidence, side.source) for side in sides]
    if any(cell_len(side.words) > _IN_COLUMNS for side in sides):
        return [f"{label}: " + " · ".join(filter(None, rest)) for label, *rest in rows]
    widths = [max((cell_len(row[i]) for row in rows), default=0) for i in range(4)]
    return [
        "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def quote_lines(note: Footnote) -> list[str]:
    """The sentence of a footnote, or the excerpt of its table; nothing where it only says a place."""
    if note.excerpt:
        return plain_excerpt(note.excerpt)
    words = f"**{note.words}**" if note.words else ""
    quote = f"{note.before}{words}{note.after}"
    return [quote] if quote else []
