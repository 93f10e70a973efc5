"""CSV and its kin: an article a row where a column holds the texts of articles, otherwise tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from askdocs.core.articles import RawArticle
from askdocs.core.reports import Skipped
from askdocs.ingest.sources.csv_grids import csv_grids
from askdocs.ingest.sources.csv_rows import BROKEN, Row, csv_rows, lines_of
from askdocs.ingest.sources.delimiters import declared_delimiter, likely_delimiter, quoting
from askdocs.ingest.sources.json_records import record_article, text_hash
from askdocs.ingest.sources.metadata import DATE_KEYS, TEXT_KEYS, TITLE_KEYS, plain_key, whole

# A cell that ends a sentence is prose, and so is one of many words; in a column with no name for texts it must be both
# long and in sentences, for companies are called "Harrow Inc." too.
PROSE_WORDS = 8
# So many rows say whether a table holds articles.
_SAMPLE = 5000

_SENTENCE = re.compile(r"[\w%)]{2}[\"'”’)\]]*[.!?…][\"'”’)\]]*(?:[\s<]|$)")
_TITLES = ("title", "headline")


def table_articles(source: str, text: str, delimiter: str | None = None) -> Iterator[RawArticle | Skipped]:
    """The articles of a table whose rows are articles, the first as ``source#1``, or the whole table as one.

    Rows are articles where a column named as one for texts holds prose, or where another does beside one of titles
    and one of dates. A row that does not fit the header, or has no text, is skipped by its line.

    >>> [found] = table_articles("a.csv", "headline,date,story\\nSales rise,2024-03-05,They rose by 5%.\\n")
    >>> found.source, found.title, found.body
    ('a.csv#1', 'Sales rise', 'They rose by 5%.')
    """
    declared, text = declared_delimiter(text)
    lines = lines_of(text)
    delimiter = declared or delimiter
    articles = _row_articles(source, lines, delimiter or _header_delimiter(text))
    yield from _tables(source, text, lines, delimiter) if articles is None else articles


def _tables(source: str, text: str, lines: Sequence[str], delimiter: str | None) -> Iterator[RawArticle]:
    """One article of all tables in a file."""
    grids = csv_grids(source, lines, delimiter or likely_delimiter(lines), quoting(text))
    yield RawArticle(source=source, body="", format="tables", grids=grids, content_hash=text_hash(text))


def _row_articles(source: str, lines: Sequence[str], delimiter: str) -> Iterator[RawArticle | Skipped] | None:
    """An article a row, or ``None`` where rows are no articles."""
    header, rows = _header_and_rows(lines[:_SAMPLE], delimiter)
    column = _text_column(header, [row.cells for row in rows if not row.wrong])
    if column is None:
        return None
    if len(lines) > _SAMPLE:
        header, rows = _header_and_rows(lines, delimiter)
    return _articles_of(source, header, rows, column)


def _articles_of(source: str, header: list[str], rows: list[Row], column: int) -> Iterator[RawArticle | Skipped]:
    for number, row in enumerate(rows, 1):
        name = f"{source}#{number}"
        if row.wrong or not row.cells[column].strip():
            wrong = row.wrong or f"its cell under {header[column]!r} is empty"
            yield Skipped(source=name, reason=f"{row.place()}: {wrong}")
        else:
            yield _row_article(name, header, row.cells, column)


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


def _header_and_rows(lines: Sequence[str], delimiter: str) -> tuple[list[str], list[Row]]:
    """The first row, and those below it without the empty ones; what fits the header has nothing wrong."""
    read = [row for row in csv_rows(lines, delimiter) if row.wrong or any(row.cells)]
    if not read or read[0].wrong:
        return [], []
    header = [whole(name) for name in read[0].cells]
    rows: list[Row] = []
    for row in read[1:]:
        wrong = row.wrong
        if not wrong and len(row.cells) != len(header):
            if rows and rows[-1].wrong.startswith(BROKEN):  # the rest of the cell whose quotes are broken
                rows[-1] = rows[-1]._replace(last=row.last)
                continue
            wrong = f"{len(row.cells)} cells, and the header has {len(header)}"
        rows.append(row._replace(wrong=wrong))
    return header, rows


def _header_delimiter(text: str) -> str:
    """The mark the first line has most of; texts below it may hold any."""
    first = text.lstrip()[:65536].split("\n", 1)[0]
    return max(",;\t|", key=first.count)
