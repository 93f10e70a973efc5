"""Raw articles to the text that is stored: what a reader would call the article, and nothing a terminal obeys.

A stored text is blocks with an empty line between them: paragraphs on one line each, ``#`` headings where the source
marks them, lists with ``- ``, tables with one line a row and bars between the cells (``askdocs.tables.layout``).
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from askdocs.core.articles import Article, RawArticle
from askdocs.core.errors import SourceError
from askdocs.core.tables import TABLE_MARK, Grid, Table, table_mark
from askdocs.ingest.cleaning.boilerplate import without_clutter
from askdocs.ingest.cleaning.characters import plain_characters
from askdocs.ingest.cleaning.html import Content, html_blocks, page_content
from askdocs.ingest.cleaning.unwrap import page_blocks, text_blocks
from askdocs.tables.layout import lay_out
from askdocs.tables.parts import parted
from askdocs.tables.unit_statements import statement_above
from askdocs.text.paragraphs import marked_heading, reads_like_title
from askdocs.text.publication_date import date_in_lines
from askdocs.values.units import is_unit_line

# Changed whenever the same source would give another article, so that a corpus knows what was cleaned by what.
VERSION = "4"

# The Markdown parser takes seconds a megabyte on text made of marks; more than this is read as plain text.
MARKDOWN_CHARACTERS = 2_000_000
TITLE_CHARACTERS = 200

# Plain characters hold no NUL, so one can mark the start of a page, or the place of a table, among the blocks.
_MARK = "\x00"
_PAGE = "\x00page "
_RECORD = re.compile(r"(.+)#(\d+)", re.DOTALL)
_ENDED = re.compile(r"[.!?:;][\"'”’)\]]*$")


class _Cleaned(NamedTuple):
    text: str
    pages: tuple[int, ...]
    tables: tuple[Table, ...]


def clean(raw: RawArticle) -> Article:
    """The article of ``raw``: its id is "a" and the first 16 hexadecimal digits of the SHA-256 of its text.

    The title is the source's own, else the first heading, else a first short line, else the file's name; the date is
    the source's own, else what a byline, a dateline or a marked line of the text says.
    Raises :class:`~askdocs.core.errors.SourceError` when nothing of an article is left.

    >>> body = "Skip to content\\n\\nSales rise\\n\\nThey rose by 5%.\\n\\nAdvertisment\\n"
    >>> article = clean(RawArticle(source="a.txt", body=body, format="text", content_hash=""))
    >>> article.title, article.text
    ('Sales rise', 'Sales rise\\n\\nThey rose by 5%.')
    """
    content = _content(raw)
    title = _one_line(raw.title) or _one_line(content.title)
    blocks = content.blocks if raw.format == "tables" else without_clutter(content.blocks, title)
    cleaned = _assembled(*_parted(blocks, content.grids))
    if not cleaned.text.strip():
        raise SourceError(raw.source, "no text of an article is left in it after cleaning")
    return Article(
        id="a" + hashlib.sha256(cleaned.text.encode("utf-8")).hexdigest()[:16],
        source=raw.source,
        title=title or ("" if raw.format == "tables" else _first_heading(blocks)) or _name(raw.source),
        published=raw.published or _date(content.published) or _date_in(content.blocks, raw) or _date_in(blocks, raw),
        text=cleaned.text,
        meta={name: plain_characters(value) for name, value in {**content.meta, **raw.meta}.items()},
        pages=cleaned.pages,
        tables=cleaned.tables,
    )


def _content(raw: RawArticle) -> Content:
    """The blocks of ``raw`` with plain characters, before clutter goes, and what its HTML says about itself."""
    if raw.format == "pages":
        return Content(_blocks_of_pages(raw.pages), grids=raw.grids)
    if raw.format == "tables":
        return Content([table_mark(number) for number in range(len(raw.grids))], grids=raw.grids)
    if raw.format == "html":
        content = page_content(raw.body)
    elif raw.format == "markdown" and len(raw.body) <= MARKDOWN_CHARACTERS:
        content = html_blocks(_markdown_html(raw.body))
    else:
        content = Content(_with_marks(raw.body, text_blocks), grids=raw.grids)
    return content._replace(blocks=[plain for block in content.blocks if (plain := _plain(block))])


def _plain(block: str) -> str:
    return block if block.startswith(_MARK) else plain_characters(block)


def _with_marks(text: str, blocks_of: Callable[[str], list[str]]) -> list[str]:
    """The blocks of a text in which lines may stand for grids; each such line is a block of its own."""
    blocks: list[str] = []
    parts = re.split(f"^({TABLE_MARK.pattern.replace('(', '(?:')})$", text, flags=re.MULTILINE)
    for number, part in enumerate(parts):
        blocks += [part] if number % 2 else blocks_of(plain_characters(part))
    return blocks


def _markdown_html(text: str) -> str:
    from markdown_it import MarkdownIt

    parser: Any = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return str(parser.render(text))


def _blocks_of_pages(pages: tuple[str, ...]) -> list[str]:
    """The paragraphs of every page, each page behind a mark of its own."""
    blocks = []
    for number, page in enumerate(pages, 1):
        blocks += [f"{_PAGE}{number}", *_with_marks(page, page_blocks)]
    return blocks


def _parted(blocks: Sequence[str], grids: Sequence[Grid]) -> tuple[list[str], list[Grid]]:
    """The blocks with a mark for each table where a grid is several, and all their grids."""
    parts: list[Grid] = []
    marks: dict[str, list[str]] = {}
    for number, grid in enumerate(grids):
        tables = parted(grid)
        marks[table_mark(number)] = [table_mark(len(parts) + place) for place in range(len(tables))]
        parts += tables
    return [mark for block in blocks for mark in marks.get(block, [block])], parts


def _assembled(blocks: list[str], grids: Sequence[Grid]) -> _Cleaned:
    """Put blocks together, and note where pages begin and tables stand; a sentence goes on over the end of a page."""
    parts: list[str] = []
    pages: list[int] = []
    tables: list[Table] = []
    length = starting = 0
    for block in blocks:
        if block.startswith(_PAGE):
            starting += 1
            continue
        separator = "\n\n" if parts else ""
        if mark := TABLE_MARK.fullmatch(block):
            number = int(mark[1])
            placed = lay_out(grids[number], length + len(separator), plain_characters) if number < len(grids) else None
            if placed is None:
                continue
            block, table = placed
            tables.append(_with_notes(table, parts, length, tables[-1] if tables else None))
        elif parts and starting and block[0].islower() and not _ENDED.search(parts[-1]):
            separator = " "
        pages += [length + len(separator)] * starting
        starting = 0
        parts += [separator, block]
        length += len(separator) + len(block)
    pages += [length] * starting
    return _Cleaned("".join(parts), tuple(pages), tuple(tables))


def _with_notes(table: Table, parts: Sequence[str], length: int, before: Table | None) -> Table:
    """The table with what the text above says of its unit among its notes.

    One that goes on from the table right before it, as over the end of a page, has that one's caption and notes too.
    """
    above = parts[-1] if parts else ""
    if before is not None and before.end == length:
        return table if table.caption or table.notes else _continued(table, before)
    if is_unit_line(above):
        return table.model_copy(update={"notes": ((length - len(above), length), *table.notes)})
    said = None if table.notes else statement_above(above)
    if said is None:
        return table
    start = length - len(above)
    return table.model_copy(update={"notes": ((start + said[0], start + said[1]),)})


def _continued(table: Table, before: Table) -> Table:
    """A table that goes on from another with that one's caption and notes, where both have as many columns."""
    if (table.header_rows, table.label_columns) != (before.header_rows, before.label_columns):
        return table
    return table.model_copy(update={"caption": before.caption, "notes": before.notes})


def _one_line(title: str) -> str:
    return " ".join(plain_characters(title).split())[:TITLE_CHARACTERS].strip()


def _first_heading(blocks: list[str]) -> str:
    """The first heading that is marked as one, else the first line where it is short and no sentence."""
    lines = [block.split("\n", 1)[0] for block in blocks if not block.startswith(_MARK)]
    marked = next((heading[1] for line in lines if (heading := marked_heading(line))), "")
    if marked or not lines:
        return _one_line(marked)
    return _one_line(lines[0]) if reads_like_title(lines[0]) else ""


def _date(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _date_in(blocks: list[str], raw: RawArticle) -> datetime.date | None:
    """What the text says itself; blocks with their clutter may begin with the site, without it lose a marked line."""
    if raw.format == "tables":
        return None
    lines = [line for block in blocks if not block.startswith(_MARK) for line in block.split("\n") if line.strip()]
    return date_in_lines(lines)


def _name(source: str) -> str:
    """What a file or the last part of a URL is called, with the number of the record where it has one."""
    path, record = (urlsplit(source).path, "") if "://" in source else (source, "")
    if numbered := _RECORD.fullmatch(path):
        path, record = numbered.groups()
    stem = PurePosixPath(path.replace("\\", "/")).stem
    return plain_characters(f"{stem} {record}") or source
