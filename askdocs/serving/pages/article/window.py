"""Which part of a long article a page shows at once: a window of it, cut between lines where that is possible."""

from __future__ import annotations

from typing import NamedTuple

# An article of so many characters is shown whole, of a longer one a window of it: on its own page, and beside others.
WHOLE, PART = 120_000, 60_000
WHOLE_BESIDE, PART_BESIDE = 16_000, 8_000
# So much of a window stands before the mark, one part in so many.
BEFORE = 4
# A window is cut so much earlier than it should be where a line, or else a word, ends there.
SLACK = 4_000


class Window(NamedTuple):
    """``text[start:end]`` is shown, of ``length`` characters; windows of this text are some ``size`` long."""

    start: int
    end: int
    length: int
    size: int = PART

    @property
    def earlier(self) -> int | None:
        """From where the text before it is shown; ``None`` where there is none."""
        return max(self.start - self.size, 0) if self.start else None

    @property
    def later(self) -> int | None:
        """From where the text behind it is shown; ``None`` where there is none."""
        return self.end if self.end < self.length else None

    @property
    def percent(self) -> tuple[int, int]:
        """Which part of the text it is, in percent.

        >>> Window(60_000, 120_000, 240_000).percent
        (25, 50)
        """
        return self.start * 100 // self.length, -(-self.end * 100 // self.length)


def shown_window(text: str, mark: int | None = None, begin: int | None = None, *, beside: bool = False) -> Window:
    """The window around ``mark``, or from about ``begin`` on; the beginning of the text without either.

    It is smaller where the article is shown ``beside`` something else.

    >>> shown_window("Sales rose.", 6)
    Window(start=0, end=11, length=11, size=60000)
    >>> lines = "Sales rose again.\\n" * 20_000
    >>> window = shown_window(lines, 200_000)
    >>> window.start < 200_000 < window.end, window.end - window.start < 70_000, lines[window.start - 1]
    (True, True, '\\n')
    """
    length = len(text)
    whole, size = (WHOLE_BESIDE, PART_BESIDE) if beside else (WHOLE, PART)
    if length <= whole:
        return Window(0, length, length, size)
    wanted = begin if begin is not None else (mark or 0) - size // BEFORE
    start = _cut(text, min(max(wanted, 0), length - 1))
    end = length if length - start <= size + SLACK else _cut(text, start + size)
    return Window(start, end, length, size)


def _cut(text: str, place: int) -> int:
    """The start of the line that ``place`` stands in, else of the word, else the place."""
    if place <= 0:
        return 0
    least = max(place - SLACK, 0)
    line = text.rfind("\n", least, place)
    end = line if line >= 0 else text.rfind(" ", least, place)
    return end + 1 if end >= 0 else place
