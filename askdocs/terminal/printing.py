"""Writing harmless text to a console, wrapped at words where it is a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_LEAST_COLUMNS = 20  # to wrap words in


def colourless(console: Console) -> bool:
    """Whether colours cannot or must not be shown, so that the quoted words need marks."""
    return console.color_system is None or console.no_color


def print_plain(console: Console, text: str, hang: int = 0) -> None:
    """Write harmless text: not cut, not highlighted; on a terminal wrapped at words, otherwise as it is.

    Lines that go on are indented by ``hang`` columns, as far as that leaves room for their words.
    """
    if console.is_terminal:
        from rich.text import Text

        console.print(Text(wrapped(console, text, hang)), soft_wrap=True)
    else:
        console.file.write(text + "\n")


def wrapped(console: Console, text: str, hang: int = 0) -> str:
    """Text in lines that fit the console, broken between words; only a word longer than a line is broken itself."""
    indent = hang if console.width - hang >= _LEAST_COLUMNS else min(4, hang)
    lines: list[str] = []
    for line in text.expandtabs(8).split("\n"):
        first, *more = _broken(console, line, console.width) or [""]
        if indent and more:
            more = _broken(console, line[len(first) :].lstrip(), console.width - indent)
        lines += [first, *(" " * indent + part for part in more)]
    return "\n".join(lines)


def _broken(console: Console, line: str, columns: int) -> list[str]:
    from rich.text import Text

    return [part.plain.rstrip() for part in Text(line).wrap(console, columns, overflow="fold")]
