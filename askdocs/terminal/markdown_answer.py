"""An answer as Markdown, for a saved conversation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from askdocs.terminal.answer_view import AnswerView, Side, view_answer
from askdocs.terminal.plain_answer import item_line, quote_lines

if TYPE_CHECKING:
    from askdocs.core.answers import Answer


def markdown_answer(answer: Answer) -> str:
    """An answer as Markdown: its words, then a list of remarks and sources with the quotes as lines of their items.

    A comparison is a table; each part of several is headed by its question.
    """
    return "\n\n".join(_blocks(view_answer(answer)))


def escaped(text: str) -> str:
    """Text whose angle brackets, backticks and links mean nothing to Markdown; the ``**`` of quoted words stay."""
    for mark in ("\\", "`", "<", "_", "]("):
        text = text.replace(mark, f"\\{mark}" if mark != "](" else "]\\(")
    return text


def _blocks(view: AnswerView) -> Iterator[str]:
    if view.heading:
        yield escaped("".join(piece for piece, _ in view.heading))
    for question, part in view.parts:
        yield f"### {escaped(question)}"
        yield from _blocks(part)
    if view.sides:
        yield _table(view.sides)
    if view.items:
        yield "\n".join(f"- {escaped(item_line(item))}" for item in view.items)
    lines = [f"- {escaped(remark.text)}" for remark in view.remarks]
    for note in view.footnotes:
        lines.append(f"- {escaped(f'{note.label} {note.place}'.strip())}")
        lines += [f"  > {escaped(line.strip())}" for line in quote_lines(note)]
    if lines:
        yield "\n".join(lines)


def _table(sides: Sequence[Side]) -> str:
    rows = [["", "answer", "confidence", "source"], ["---"] * 4]
    rows += [[_cell(text) for text in (side.label, side.words, side.confidence, side.source)] for side in sides]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _cell(text: str) -> str:
    return escaped(text).replace("|", "\\|")
