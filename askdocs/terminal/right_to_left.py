"""Arabic and Hebrew words on a terminal: each quote is isolated, so that it does not reorder what stands beside it.

Unicode Standard Annex 9: what stands between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE is ordered by itself.
Only what is shown on a terminal has these marks; files, pipes and ``--json`` have the text as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.text import Text

OPEN, CLOSE = "\u2068", "\u2069"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_QUOTED = re.compile('(?<=")[^"]*(?=")')


def reads_right_to_left(text: str) -> bool:
    """Whether a text has letters that are written from right to left."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def isolated(text: str) -> str:
    """The text between isolate marks where it has letters from right to left, else as it is.

    >>> isolated("سهم") == "\\u2068سهم\\u2069", isolated("share")
    (True, 'share')
    """
    return f"{OPEN}{text}{CLOSE}" if reads_right_to_left(text) else text


def isolated_quotes(text: str) -> str:
    """A remark with what it quotes between isolate marks."""
    return _QUOTED.sub(lambda quote: isolated(quote.group()), text) if reads_right_to_left(text) else text


class IsolatedLines:
    """Text for a console whose every line, once it is wrapped, stands between isolate marks: a line of a terminal is
    a paragraph of its own to the algorithm."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The wrapped lines."""
        for line in self.text.wrap(console, options.max_width, overflow="fold"):
            line.rstrip()
            yield _between(line)


def _between(line: Text) -> Text:
    from rich.text import Text

    shown = Text(OPEN, overflow="fold")
    shown.append_text(line)
    return shown.append(CLOSE)
