"""CSV and TSV: an article a row where a column holds the texts of articles, otherwise one line a row."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

from askdocs.core.articles import RawArticle
from askdocs.core.errors import SourceError
from askdocs.core.reports import Skipped
from askdocs.ingest.sources.json_records import record_article, text_hash
from askdocs.ingest.sources.metadata import DATE_KEYS, TEXT_KEYS, TITLE_KEYS, plain_key, whole
from askdocs.text.tables import row_lines

# A cell of a table may hold a whole page of text; the csv module stops at 128 KiB unless told otherwise.
CELL_CHARACTERS = 4 * 1024 * 1024
# A cell that ends a sentence is prose, and so is one of many words; in a column with no name for texts it must be both
# long and in sentences, for companies are called "Harrow Inc." too.
PROSE_WORDS = 8
# What reading on behind broken quotes may cost, in times the lines of the file.
_READINGS = 8

_SENTENCE = re.compile(r"[\w%)]{2}[\"'”’)\]]*[.!?…][\"'”’)\]]*(?:[\s<]|$)")
_QUOTES = "its quotes are broken"
_TITLES = ("title", "headline")


class _Row(NamedTuple):
    """Cells and the lines they stand on; ``wrong`` says why they cannot be read, and is empty where they can."""

    line: int
    last: int
    cells: list[str]
    wrong: str = ""

    def place(self) -> str:
        return f"line {self.line}" if self.line == self.last else f"lines {self.line} to {self.last}"


def table_articles(source: str, text: str, delimiter: str | None = None) -> Iterator[RawArticle | Skipped]:
    """The articles of a table whose rows are articles, the first as ``source#1``, or the whole table as one.

    Rows are articles where a column named as one for texts holds prose, or where another does beside one of titles
    and one of dates. A row that does not fit the header, or has no text, is skipped by its line.

    >>> [found] = table_articles("a.csv", "headline,date,story\\nSales rise,2024-03-05,They rose by 5%.\\n")
    >>> found.source, found.title, found.body
    ('a.csv#1', 'Sales rise', 'They rose by 5%.')
    """
    header, rows = _header_and_rows(text, delimiter)
    column = _text_column(header, [row.cells for row in rows if not row.wrong])
    if column is None:
        yield _whole_table(source, text, delimiter)
        return
    for number, row in enumerate(rows, 1):
        name = f"{source}#{number}"
        if row.wrong or not row.cells[column].strip():
            wrong = row.wrong or f"its cell under {header[column]!r} is empty"
            yield Skipped(source=name, reason=f"{row.place()}: {wrong}")
        else:
            yield _row_article(name, header, row.cells, column)


def _whole_table(source: str, text: str, delimiter: str | None) -> RawArticle:
    """One article of lines ``header: cell; header: cell``."""
    try:
        with _long_cells():
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or _delimiter(text))
            body = "\n".join(row_lines(rows))
    except csv.Error as error:
        raise SourceError(source, f"it is not a table that can be read: {error}") from error
    return RawArticle(source=source, body=body, format="table", content_hash=text_hash(text))


def _row_article(source: str, header: list[str], cells: list[str], column: int) -> RawArticle:
    fields: dict[str, object] = {}
    for place, (name, cell) in enumerate(zip(header, cells, strict=True)):
        if place != column and name.strip() and cell.strip():
            fields.setdefault(name.strip(), cell.strip())
    return record_article(source, cells[column].strip(), fields, "\x00".join(cells))


# -- which column holds the texts


def _text_column(header: list[str], rows: list[list[str]]) -> int | None:
    names = [plain_key(name) for name in header]
    for key in TEXT_KEYS:
        if key in names and _mostly(
            [_is_prose(row[names.index(key)]) for row in rows if row[names.index(key)].strip()]
        ):
            return names.index(key)
    if not (set(names) & set(_TITLES) and set(names) & set(DATE_KEYS)):
        return None
    others = [place for place, name in enumerate(names) if name not in (*TITLE_KEYS, *DATE_KEYS)]
    prose = [place for place in others if _mostly([_is_long_prose(row[place]) for row in rows])]
    return max(prose, key=lambda place: sum(len(row[place]) for row in rows), default=None)


def _mostly(judged: list[bool]) -> bool:
    return sum(judged) * 2 > len(judged)


def _is_prose(cell: str) -> bool:
    words = cell.count(" ") + 1
    return words >= PROSE_WORDS or (words > 1 and bool(_SENTENCE.search(cell)))


def _is_long_prose(cell: str) -> bool:
    return cell.count(" ") + 1 >= PROSE_WORDS and bool(_SENTENCE.search(cell))


# -- the rows, each with its line


def _header_and_rows(text: str, delimiter: str | None) -> tuple[list[str], list[_Row]]:
    """The first row, and those below it without the empty ones; what fits the header has nothing wrong."""
    with _long_cells():
        read = [row for row in _rows(text, delimiter or _header_delimiter(text)) if row.wrong or any(row.cells)]
    if not read or read[0].wrong:
        return [], []
    header = [whole(name) for name in read[0].cells]
    rows: list[_Row] = []
    for row in read[1:]:
        wrong = row.wrong
        if not wrong and len(row.cells) != len(header):
            if rows and rows[-1].wrong.startswith(_QUOTES):  # the rest of the cell whose quotes are broken
                rows[-1] = rows[-1]._replace(last=row.last)
                continue
            wrong = f"{len(row.cells)} cells, and the header has {len(header)}"
        rows.append(row._replace(wrong=wrong))
    return header, rows


def _rows(text: str, delimiter: str) -> Iterator[_Row]:
    """Every row; where quotes are broken, reading goes on with the next line."""
    lines = list(io.StringIO(text, newline=""))
    start = wasted = 0
    while start < len(lines) and wasted <= _READINGS * len(lines):
        rows = csv.reader((lines[at] for at in range(start, len(lines))), delimiter=delimiter, strict=True)
        begin = start
        try:
            for cells in rows:
                yield _Row(begin + 1, start + rows.line_num, cells)
                begin = start + rows.line_num
            return
        except csv.Error as error:
            wasted += start + rows.line_num - begin
            start = begin + 1
            if delimiter == "\t":  # many such files mean their quotes as they stand
                yield _Row(start, start, lines[begin].rstrip("\r\n").split("\t"))
            else:
                yield _Row(start, start, [], f"{_QUOTES}, or a cell is too long ({error})")
    if start < len(lines):
        yield _Row(start + 1, len(lines), [], f"{_QUOTES}, as in many rows above")


@contextlib.contextmanager
def _long_cells() -> Iterator[None]:
    previous = csv.field_size_limit(CELL_CHARACTERS)
    try:
        yield
    finally:
        csv.field_size_limit(previous)


def _header_delimiter(text: str) -> str:
    """The mark the first line has most of; texts below it may hold any."""
    first = text.lstrip()[:65536].split("\n", 1)[0]
    return max(",;\t|", key=first.count)


def _delimiter(text: str) -> str:
    """The delimiter the first lines agree on; a comma where they do not say."""
    sample = [line for line in text[:65536].split("\n")[:20] if line.strip()]
    counts = {mark: min((line.count(mark) for line in sample), default=0) for mark in ",;\t|"}
    return max(counts, key=lambda mark: counts[mark]) if any(counts.values()) else ","
