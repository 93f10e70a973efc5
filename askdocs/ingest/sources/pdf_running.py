"""Running heads and feet and page numbers of a PDF: lines that belong to the page, not to the article."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

_PAGE_NUMBER = re.compile(r"(?:page\s*)?[-–—]?\s*\d{1,4}\s*[-–—]?(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,4}")
_ROMAN = re.compile(r"[ivxl]{1,7}")
# A line that this many pages begin or end with belongs to the page, not to the article.
RUNNING_PAGES = 3
# Left and right pages may each have their own, and chapters theirs: so much of all, or so many of the nearest.
RUNNING_SHARE, NEAREST, NEAREST_PAGES = 0.4, 5, 4

_Form = tuple[str, int]


def running_lines(pages: Sequence[Sequence[str]], tabular: Sequence[Container[int]] = ()) -> list[set[int]]:
    """For each page's lines, from top to bottom, the places of those that run through the document.

    ``tabular`` has for each page the places of lines that are rows of tables, whose headers repeat as well.

    >>> running_lines([["Daily Harbour", f"Story {word}.", str(n)] for n, word in enumerate("abc", 1)])
    [{0, 2}, {0, 2}, {0, 2}]
    """
    left = [list(range(len(page))) for page in pages]
    rows = tabular or [()] * len(pages)
    running: list[set[int]] = [set() for _ in pages]
    for end in (0, -1):
        for _ in range(3):  # a page number may stand above or below a running title
            ends = [page[kept[end]] if kept else "" for page, kept in zip(pages, left, strict=True)]
            forms = [_forms(line, number) for number, line in enumerate(ends)]
            places: dict[_Form, list[int]] = {}
            for number, found in enumerate(forms):
                for form in found:
                    places.setdefault(form, []).append(number)
            for number, kept in enumerate(left):
                if not kept or kept[end] in rows[number]:
                    continue
                repeats = any(_repeats(places[form], number, len(pages)) for form in forms[number])
                if repeats or (len(kept) > 1 and _is_number(ends[number])):
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


def _forms(line: str, number: int) -> set[_Form]:
    """What a line has in common with the running lines of other pages: its text, but for a number that goes up by 1."""
    line = line.strip()[:200]
    if not line:
        return set()
    found: set[_Form] = {(line, 0)}
    for figure in _NUMBER.finditer(line):
        found.add((f"{line[: figure.start()]}#{line[figure.end() :]}", int(figure[0]) - number))
    return found


def _repeats(places: Sequence[int], number: int, pages: int) -> bool:
    if len(places) < RUNNING_PAGES:
        return False
    near = sum(abs(place - number) <= NEAREST for place in places)
    return len(places) >= RUNNING_SHARE * pages or near >= NEAREST_PAGES


def _is_number(line: str) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(line.strip()) or _ROMAN.fullmatch(line.strip()))
