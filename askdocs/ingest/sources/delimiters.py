"""Which mark stands between the cells of a text table: the one that makes rows of equal length out of all its lines.

Each mark is tried on lines from the beginning, the middle and the end, with quotes honoured, and judged by how many
rows are as long as most and by how many of their cells are something whole: a figure, a date, words without another
mark in them. A semicolon file with decimal commas is as even by its commas, but its cells would read "5;12".
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence

from askdocs.tables.cell_kinds import cell_kind

MARKS = ",;\t|^~\x1f:"
# What is looked at: so many lines at each of the three places.
_LINES = 120
_LONGEST = 20_000
_LEAST_EVEN = 0.5

_EXCEL = re.compile(r"\ufeff?sep=(.)\r?\n", re.IGNORECASE)
_ESCAPED = re.compile(r'\\"(?=[^,;\t|\r\n"])')
_EMPTY = re.compile(r'(?:^|(?<=[,;\t|]))""(?=[,;\t|\r\n]|$)', re.MULTILINE)
_INNER = re.compile(r"\S[,;\t|^~\x1f]\S|^[;\t|^~\x1f]|[;\t|^~\x1f]$|^\"|[^\"]\"$")


def declared_delimiter(text: str) -> tuple[str, str]:
    r"""The mark that a first line "sep=;" names, as Excel writes it, and the text below; "" where there is none.

    >>> declared_delimiter("sep=;\na;b\n")
    (';', 'a;b\n')
    """
    found = _EXCEL.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def likely_delimiter(lines: Sequence[str]) -> str:
    r"""The mark that stands between the cells of ``lines``; a comma where they have none.

    >>> likely_delimiter(["port;tonnes\n", "Varde;1,5\n", "Esbjerg;2,25\n"])
    ';'
    """
    sample = [line[:_LONGEST] for line in _sample(lines) if line.strip()]
    scores = {mark: _score(sample, mark) for mark in MARKS if any(mark in line for line in sample)}
    return max(scores, key=lambda mark: scores[mark]) if scores and max(scores.values()) > 0 else ","


def quoting(text: str) -> dict[str, str | bool]:
    r"""How quotes inside quotes are written: doubled, or behind a backslash where no line doubles them.

    >>> quoting('"the \\"Marta\\"",5')
    {'escapechar': '\\', 'doublequote': False}
    """
    sample = text[:1_000_000]
    if _ESCAPED.search(sample) and '""' not in _EMPTY.sub("", sample.replace('\\"', "")):
        return {"escapechar": "\\", "doublequote": False}
    return {}


def _sample(lines: Sequence[str]) -> list[str]:
    if len(lines) <= 3 * _LINES:
        return list(lines)
    middle = len(lines) // 2
    return [*lines[:_LINES], *lines[middle : middle + _LINES], *lines[-_LINES:]]


def _score(lines: list[str], mark: str) -> float:
    rows = _rows(lines, mark)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0.0
    width, _ = max(widths.items(), key=lambda item: (item[1] * item[0] ** 0.5, item[0]))
    even = widths[width] / len(rows)
    if even < _LEAST_EVEN and len(rows) > 4:
        even /= 4
    cells = [cell for row in rows if len(row) == width for cell in row[:50]][:2000]
    return even * (sum(map(_whole, cells)) / len(cells)) * (1 - 0.5 / width) * (0.6 if mark == ":" else 1.0)


def _rows(lines: list[str], mark: str) -> list[list[str]]:
    try:
        return [row for row in csv.reader(lines, delimiter=mark) if row]
    except csv.Error:
        return [line.rstrip("\r\n").split(mark) for line in lines]


def _whole(cell: str) -> float:
    """How much a cell looks like one, and not like a part of one or several."""
    cell = cell.strip()
    kind = cell_kind(cell)
    if kind == "empty":
        return 0.7
    if kind != "words":
        return 1.0
    return 0.1 if _INNER.search(cell) else 0.9
