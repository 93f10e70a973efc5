"""A few rows of a table around a cited cell, as aligned lines with the cell marked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from askdocs.core.answers import Excerpt

_WIDTH = 28  # of a cell
_MARK = "**"


def excerpt_lines(excerpt: Excerpt, put: Callable[[str], str] = str) -> list[tuple[str, str, str]]:
    """The lines of an excerpt, each as what stands before the marked cell, the cell, and what stands behind it.

    ``put`` adds to a cell what takes no room, such as marks of its direction.

    >>> from askdocs.core.answers import Excerpt
    >>> for line in excerpt_lines(Excerpt(rows=(("", "2023", "2024"), ("Cloud", "401.2", "455.9")), row=1, column=2)):
    ...     print("".join(line).rstrip())
          | 2023  | 2024
    Cloud | 401.2 | 455.9
    """
    shown = [[one_line(cell, _WIDTH) for cell in row] for row in excerpt.rows]
    widths = [max(len(row[column]) for row in shown) for column in range(len(shown[0]))]
    lines = []
    for number, row in enumerate(shown):
        padded = [put(cell) + " " * (width - len(cell)) for cell, width in zip(row, widths, strict=True)]
        if number != excerpt.row:
            lines.append((" | ".join(padded), "", ""))
            continue
        before = "".join(f"{cell} | " for cell in padded[: excerpt.column])
        rest = "".join(f" | {cell}" for cell in padded[excerpt.column + 1 :])
        cell = row[excerpt.column]
        lines.append((before, put(cell), " " * (widths[excerpt.column] - len(cell)) + rest))
    return lines


def plain_excerpt(excerpt: Excerpt) -> list[str]:
    """The lines with the marked cell between asterisks."""
    return [
        f"{before}{_MARK}{cell}{_MARK}{after}".rstrip() if cell else before.rstrip()
        for before, cell, after in excerpt_lines(excerpt)
    ]
