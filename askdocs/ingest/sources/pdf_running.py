"""Running heads and feet and page numbers of a PDF: lines that belong to the page, not to the article."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PAGE_NUMBER = re.compile(r"(?:page\s*)?[-–—]?\s*\d{1,4}\s*[-–—]?(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)
_ROMAN = re.compile(r"[ivxl]{1,7}")
# A line that this many pages begin or end with belongs to the page, not to the article.
RUNNING_PAGES = 3
# Left and right pages may each have their own, and chapters theirs: so much of all, or so many of the nearest.
RUNNING_SHARE, NEAREST, NEAREST_PAGES = 0.4, 5, 4


def running_lines(pages: Sequence[Sequence[str]]) -> list[set[int]]:
    """For each page's lines, from top to bottom, the places of those that run through the document.

    >>> running_lines([["Daily Harbour", f"Story {word}.", str(n)] for n, word in enumerate("abc", 1)])
    [{0, 2}, {0, 2}, {0, 2}]
    """
    left = [list(range(len(page))) for page in pages]
    running: list[set[int]] = [set() for _ in pages]
    for end in (0, -1):
        for _ in range(3):  # a page number may stand above or below a running title
            ends = [_without_numbers(page[kept[end]]) if kept else "" for page, kept in zip(pages, left, strict=True)]
            for number, kept in enumerate(left):
                if kept and (_repeats(ends, number) or (len(kept) > 1 and _is_number(pages[number][kept[end]]))):
                    running[number].add(kept.pop(end))
    return running


def without_running_lines(pages: list[str]) -> list[str]:
    """Leave out page numbers, and first and last lines that pages share but for their numbers.

    >>> without_running_lines([f"Daily Harbour\\nStory {word}.\\n{n}" for n, word in enumerate("abc", 1)])
    ['Story a.', 'Story b.', 'Story c.']
    """
    lines = [[line for line in page.split("\n") if line.strip()] for page in pages]
    left_out = running_lines(lines)
    return [
        "\n".join(line for place, line in enumerate(page) if place not in out)
        for page, out in zip(lines, left_out, strict=True)
    ]


def _repeats(ends: Sequence[str], number: int) -> bool:
    end = ends[number]
    if not end:
        return False
    count = ends.count(end)
    if count < RUNNING_PAGES:
        return False
    near = ends[max(number - NEAREST, 0) : number + NEAREST + 1]
    return count >= RUNNING_SHARE * len(ends) or (near.count(end) >= NEAREST_PAGES and any(c.isalpha() for c in end))


def _is_number(line: str) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(line.strip()) or _ROMAN.fullmatch(line.strip()))


def _without_numbers(line: str) -> str:
    return re.sub(r"\d+", "#", line.strip())[:200]
