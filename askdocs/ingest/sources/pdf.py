"""PDF to the text of its pages, by pdfium (pypdfium2)."""

from __future__ import annotations

import re
import threading
from typing import Any

from askdocs.core.errors import SourceError
from askdocs.ingest.sources.metadata import whole

# pdfium keeps global state and is not safe for threads.
_PDFIUM = threading.Lock()

# pdfium marks a hyphen that only breaks a word at the end of a line with one of these.
_SOFT_BREAK = re.compile(r"[\ufffe\x02]\s*")
_PAGE_NUMBER = re.compile(r"(?:page\s*)?[-–—]?\s*\d{1,4}\s*[-–—]?(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)
# A line that this many pages begin or end with belongs to the page, not to the article.
RUNNING_PAGES = 3


def pdf_pages(source: str, data: bytes) -> tuple[tuple[str, ...], dict[str, str]]:
    """The text of each page, and the document's own fields (Title, Author, …).

    Running headers and footers and page numbers are left out. Raises :class:`SourceError` for a file that is
    damaged, locked by a password, or has no text.
    """
    import pypdfium2

    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise SourceError(source, f"it is not a PDF that can be opened: {error}") from error
        try:
            pages = [_page_text(document, number) for number in range(len(document))]
            fields = {name: whole(value) for name, value in document.get_metadata_dict(skip_empty=True).items()}
        except pypdfium2.PdfiumError as error:
            raise SourceError(source, f"the PDF is damaged: {error}") from error
        finally:
            document.close()
    if not any(page.strip() for page in pages):
        raise SourceError(source, "the PDF has no text; it may hold only scanned images, which need OCR first")
    return tuple(without_running_lines(pages)), fields


def _page_text(document: Any, number: int) -> str:
    page = document[number]
    try:
        text_page = page.get_textpage()
        try:
            text = text_page.get_text_range()
        finally:
            text_page.close()
    finally:
        page.close()
    return _SOFT_BREAK.sub("", whole(text).replace("\r\n", "\n").replace("\r", "\n"))


def without_running_lines(pages: list[str]) -> list[str]:
    """Leave out page numbers, and first and last lines that pages share but for their numbers.

    >>> without_running_lines([f"Daily Harbour\\nStory {word}.\\n{n}" for n, word in enumerate("abc", 1)])
    ['Story a.', 'Story b.', 'Story c.']
    """
    lines = [[line for line in page.split("\n") if line.strip()] for page in pages]
    for place in (0, -1):
        for _ in range(2):  # a page number may stand above or below a running title
            ends = [_without_numbers(page[place]) if page else "" for page in lines]
            for page, end in zip(lines, ends, strict=True):
                repeated = bool(end) and len(ends) >= RUNNING_PAGES and ends.count(end) * 2 > len(ends)
                if page and (repeated or (len(page) > 1 and _PAGE_NUMBER.fullmatch(page[place].strip()))):
                    page.pop(place)
    return ["\n".join(page) for page in lines]


def _without_numbers(line: str) -> str:
    return re.sub(r"\d+", "#", line.strip())[:200]
