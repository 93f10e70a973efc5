"""How an answer looks: in the chat and after ``askdocs ask`` on a terminal, and as plain text in a pipe or a file.

This is what the other rooms use; each name's module says more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from askdocs.terminal.answer_lines import NOTHING_NEAR, nothing_kept, undated
from askdocs.terminal.footnotes import hit_footnote, numbered, references
from askdocs.terminal.plain_answer import plain_text, quote_lines
from askdocs.terminal.printing import colourless, print_plain, wrapped
from askdocs.terminal.side_by_side import side_by_side
from askdocs.terminal.styled_answer import WORDS_STYLE, rich_answer, rich_footnotes
from askdocs.terminal.wording import counted, short_source

if TYPE_CHECKING:
    from rich.console import Console

    from askdocs.core.answers import Answer

__all__ = [
    "WORDS_STYLE",
    "colourless",
    "counted",
    "hit_footnote",
    "nothing_kept",
    "numbered",
    "plain_text",
    "print_answer",
    "print_plain",
    "quote_lines",
    "references",
    "rich_answer",
    "rich_footnotes",
    "short_source",
    "side_by_side",
    "undated",
    "wrapped",
]


def print_answer(console: Console, answer: Answer, nothing: str = NOTHING_NEAR) -> None:
    """Show an answer on a console: styled on a terminal, as :func:`plain_text` anywhere else."""
    if console.is_terminal:
        console.print(rich_answer(answer, marks=colourless(console), nothing=nothing))
    else:
        print_plain(console, plain_text(answer, nothing))
