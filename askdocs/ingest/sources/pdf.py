"""PDF to the text of its pages and their tables, by pdfium (pypdfium2)."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from typing import NamedTuple

from askdocs.core.errors import SourceError
from askdocs.core.tables import TABLE_MARK, Grid, table_mark
from askdocs.ingest.sources.metadata import whole
from askdocs.ingest.sources.pdf_cells import without_mark
from askdocs.ingest.sources.pdf_columns import read_across, reading_order
from askdocs.ingest.sources.pdf_continued import with_header_of
from askdocs.ingest.sources.pdf_hyphens import Hyphens
from askdocs.ingest.sources.pdf_lines import Row, phrase, rows
from askdocs.ingest.sources.pdf_rules import Rules, page_rules
from askdocs.ingest.sources.pdf_running import running_lines
from askdocs.ingest.sources.pdf_tables import PageTable, borderless, ruled
from askdocs.ingest.sources.pdf_unpacked import check_unpacked
from askdocs.ingest.sources.pdf_words import Word, is_leftward, page_words

# pdfium keeps global state and is not safe for threads.
_PDFIUM = threading.Lock()

# A paragraph ends where the next line is further away than this, in parts of the usual distance, or so much larger.
PARAGRAPH_GAP, HEADING_SIZE = 1.45, 1.12
# Rows of a table are at most so far apart, in heights of their characters.
ROW_GAP = 2.0


class PdfText(NamedTuple):
    """The text of each page, the document's own fields, and its tables.

    In a page's text a line that is ``table_mark(n)`` stands where ``grids[n]`` stood, whose words are not in the text.
    """

    pages: tuple[str, ...]
    fields: dict[str, str]
    grids: tuple[Grid, ...]


class _Page(NamedTuple):
    words: list[Word]
    turned: list[str]
    rules: Rules


def pdf_pages(source: str, data: bytes) -> PdfText:
    """The text of each page, the document's own fields (Title, Author, …), and its tables.

    Running headers and footers and page numbers are left out. Raises :class:`SourceError` for a file that is
    damaged, locked by a password, or has no text.
    """
    pages, fields = _read(source, data)
    pages = _without_running_rows(pages)
    hyphens = Hyphens(" ".join(word.text for word in page.words) for page in pages)
    texts: list[list[str]] = []
    grids: list[Grid] = []
    last: PageTable | None = None
    for page in pages:
        lines, tables = _lines(page, len(grids), hyphens, len(pages))
        if last and tables and lines and lines[0] == table_mark(len(grids)):
            grid = with_header_of(last.grid, last.edges, tables[0].grid, tables[0].edges)
            tables[0] = tables[0]._replace(grid=grid)
        grids += [table.grid for table in tables]
        last = tables[-1] if tables and lines[-1] == table_mark(len(grids) - 1) else None
        texts.append(hyphens.mended(lines))
    if not any(texts):
        raise SourceError(source, "the PDF has no text; it may hold only scanned images, which need OCR first")
    return PdfText(tuple("\n".join(lines) for lines in _over_page_ends(texts, hyphens)), fields, tuple(grids))


def _read(source: str, data: bytes) -> tuple[list[_Page], dict[str, str]]:
    import pypdfium2

    check_unpacked(source, data)
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise SourceError(source, _not_opened(error)) from error
        try:
            pages = [_page(document, number) for number in range(len(document))]
            fields = {name: whole(value) for name, value in document.get_metadata_dict(skip_empty=True).items()}
        except pypdfium2.PdfiumError as error:
            raise SourceError(source, f"the PDF is damaged: {error}") from error
        finally:
            document.close()
    return pages, fields


def _not_opened(error: Exception) -> str:
    if "password" in str(error).lower():
        return "the PDF is locked by a password; save a copy without one"
    return f"it is not a PDF that can be opened: {error}"


def _page(document: object, number: int) -> _Page:
    page = document[number]  # type: ignore[index]
    try:
        text_page = page.get_textpage()
        try:
            found = page_words(text_page)
        finally:
            text_page.close()
        return _Page(found.words, [whole(line) for line in found.turned], page_rules(page, found.quarter))
    finally:
        page.close()


def _without_running_rows(pages: Sequence[_Page]) -> list[_Page]:
    """Leave out heads, feet and page numbers before tables are looked for, which may stand next to them."""
    found = [rows(page.words) for page in pages]
    lines = [[[word for part in row for word in part.words] for row in page] for page in found]
    texts = [[" ".join(word.text for word in line) for line in page] for page in lines]
    running = running_lines(texts, [_tabular(page) for page in found])
    kept = []
    for page, page_lines, out in zip(pages, lines, running, strict=True):
        gone = {word.order for place in out for word in page_lines[place]}
        kept.append(page._replace(words=[word for word in page.words if word.order not in gone]))
    return kept


def _tabular(page: Sequence[Row]) -> set[int]:
    """The places of rows of several phrases that stand close to others, three together."""
    close = [
        len(above) > 1 and len(below) > 1 and below[0].base - above[0].base < ROW_GAP * above[0].size
        for above, below in itertools.pairwise(page)
    ]
    return {place for i in range(len(close) - 1) if close[i] and close[i + 1] for place in (i, i + 1, i + 2)}


def _lines(page: _Page, number: int, hyphens: Hyphens, pages: int) -> tuple[list[str], list[PageTable]]:
    """The lines of a page, and its tables, whose marks count from ``number``; "" ends a paragraph."""
    tables = ruled(page.words, page.rules, hyphens.joined)
    words = _without(page.words, tables)
    regions = reading_order(rows(words))
    for region in regions:
        tables += borderless(region, page.rules, hyphens.joined, pages)
    words = _without(words, tables)
    place = {}
    if read_across(regions):
        place = _places(reading_order(rows(page.words)))
    entries: list[tuple[tuple[float, ...], Word | PageTable]] = [
        (place.get(word.order, (word.order,)), word) for word in words
    ]
    entries += [(min(place.get(order, (order,)) for order in table.orders), table) for table in tables]
    entries.sort(key=lambda entry: entry[0])
    lines: list[str] = []
    run: list[Word] = []
    placed: list[PageTable] = []
    for _, entry in entries:
        if isinstance(entry, PageTable):
            lines += [*_paragraph_lines(run), table_mark(number + len(placed))]
            run = []
            placed.append(entry)
        else:
            run.append(entry)
    return [*lines, *_paragraph_lines(run), *page.turned], placed


def _without(words: Sequence[Word], tables: Sequence[PageTable]) -> list[Word]:
    taken = frozenset().union(*(table.orders for table in tables))
    return [word for word in words if word.order not in taken]


def _places(regions: Sequence[Sequence[Row]]) -> dict[int, tuple[float, ...]]:
    """Where each word comes in reading order: its region, its row, how far to the right."""
    return {
        word.order: (number, row_number, word.left)
        for number, region in enumerate(regions)
        for row_number, row in enumerate(region)
        for part in row
        for word in part.words
    }


def _paragraph_lines(words: Sequence[Word]) -> list[str]:
    """Words in reading order as lines, with an empty line where the space between lines says that a paragraph ends."""
    lines = [list(line) for line in _lines_of(words)]
    gaps = sorted(
        below[0].base - above[0].base
        for above, below in itertools.pairwise(lines)
        if 0 < below[0].base - above[0].base < 2.5 * below[0].size
    )
    usual = gaps[len(gaps) // 2] if gaps else 0.0
    found: list[str] = []
    for i, line in enumerate(lines):
        if i and _ends_paragraph(lines[i - 1], line, usual):
            found.append("")
        plain = [word._replace(text=without_mark(word.text)) for word in line]
        found.append(whole(phrase(plain).text))
    return found


def _lines_of(words: Sequence[Word]) -> list[list[Word]]:
    lines: list[list[Word]] = []
    for word in words:
        before = lines[-1][-1] if lines else None
        if (
            before
            and abs(word.base - before.base) < 0.35 * max(word.size, before.size)
            and (word.left >= before.left or (is_leftward(word) and word.right <= before.right))
        ):
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _ends_paragraph(above: Sequence[Word], below: Sequence[Word], usual: float) -> bool:
    gap = below[0].base - above[0].base
    sizes = max(word.size for word in above), max(word.size for word in below)
    if max(sizes) > HEADING_SIZE * min(sizes) and gap > 0.9 * min(sizes):
        return True
    return gap > PARAGRAPH_GAP * usual and gap > 1.3 * max(sizes)


def _over_page_ends(pages: list[list[str]], hyphens: Hyphens) -> list[list[str]]:
    """Put a word that is broken over the end of a page on the page it begins on."""
    for above, below in itertools.pairwise(pages):
        if above and below and not TABLE_MARK.fullmatch(above[-1]) and not TABLE_MARK.fullmatch(below[0]):
            mended = hyphens.mended([above[-1], below[0]])
            if mended[0] != above[-1]:
                above[-1], below[:1] = mended[0], mended[1:]
    return pages
