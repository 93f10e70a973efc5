"""A path, a folder, a pattern or a URL to raw articles.

What cannot be read comes as :class:`~askdocs.Skipped` with its reason, in its place among the others, so that
one bad file is neither fatal nor missing from a report.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from askdocs.core.articles import RawArticle
from askdocs.core.errors import SourceError
from askdocs.core.reports import Skipped
from askdocs.ingest.sources.csv_tables import table_articles
from askdocs.ingest.sources.docx import docx_html
from askdocs.ingest.sources.encoding import NotText, decode
from askdocs.ingest.sources.files import files, name, read_bytes
from askdocs.ingest.sources.json_records import json_articles, json_line_articles
from askdocs.ingest.sources.metadata import DATE_KEYS, TITLE_KEYS, field, front_matter, meta, published
from askdocs.ingest.sources.pdf import pdf_pages
from askdocs.ingest.sources.pptx import pptx_slides
from askdocs.ingest.sources.text_tables import take_text_tables
from askdocs.ingest.sources.url import Fetcher
from askdocs.ingest.sources.workbooks import READERS as WORKBOOKS
from askdocs.ingest.sources.workbooks import workbook_article
from askdocs.text.publication_date import date_in_lines, date_in_name

logger = logging.getLogger(__name__)

Read = Iterator[RawArticle | Skipped]

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_GENERIC_TITLE = re.compile(
    r"(?i)\s*(?:untitled.*|microsoft word - .*|document\d*|slide \d+|powerpoint.presentation"
    r"|.*\.(?:docx?|pptx?|pdf|indd|qxd))?\s*"
)


def read(source: str | Path, *, fetcher: Fetcher | None = None) -> Read:
    r"""Read every article that ``source`` stands for: a file, a folder, a pattern with ``*``, or a URL.

    Formats: ``.txt .md .html .htm .pdf .json .jsonl .csv .tsv .xlsx .ods .xls .xlsb .docx .pptx``, told by the name's
    ending, or by the media type a server gives; a file may hold 20 MiB. ``source`` of an article is the path or URL it
    was read from, with ``#3`` for the third record of a JSON or CSV file; a source that front matter names is in its
    ``meta``, and what is hidden in a workbook is named there.
    Nothing is raised for a source that cannot be read: it comes as ``Skipped``.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "a.md").write_text("---\ntitle: Sales rise\n---\nThey rose by 5%.\n")
    ...     _ = pathlib.Path(folder, "b.txt").write_text("")
    ...     [found.title if isinstance(found, RawArticle) else found.reason for found in read(folder)]
    ['Sales rise', 'the file is empty']
    """
    text = str(source)
    if isinstance(source, str) and _SCHEME.match(text):
        yield from _guarded(text, functools.partial(_read_url, text, fetcher or Fetcher()))
        return
    for found in files(text):
        if isinstance(found, Skipped):
            yield found
        else:
            yield from _guarded(name(found), functools.partial(_read_file, found))


def _guarded(source: str, articles: Callable[[], Read]) -> Read:
    """The articles of one source; whatever goes wrong in it becomes ``Skipped``."""
    try:
        yield from articles()
    except SourceError as error:
        yield Skipped(source=error.source, reason=error.reason)
    except NotText as error:
        yield Skipped(source=source, reason=str(error))
    except Exception as error:  # a parser's own bug on one file must not cost the user the others
        logger.warning("%s could not be read", source, exc_info=True)
        yield Skipped(source=source, reason=f"it could not be read ({type(error).__name__}: {error})")


def _read_file(path: Path) -> Read:
    ending = path.suffix.lower()
    if ending not in _READERS:
        raise SourceError(name(path), f"files of this kind ({ending or 'no ending'}) are not read; {_known()}")
    yield from _READERS[ending](name(path), read_bytes(path), None)


def _read_url(url: str, fetcher: Fetcher) -> Read:
    page = fetcher.fetch(url)
    ending = PurePosixPath(page.url.split("?")[0].split("#")[0]).suffix.lower()
    if page.media_type == "text/plain" and ending in _READERS and ending in _OF_TEXT:
        reader = _READERS[ending]
    elif page.media_type in _MEDIA_TYPES:
        reader = _READERS[_MEDIA_TYPES[page.media_type]]
    elif page.media_type in ("", "application/octet-stream") and ending in _READERS:
        reader = _READERS[ending]
    else:
        raise SourceError(url, f"pages of this kind ({page.media_type or 'not said'}) are not read; {_known()}")
    if not page.data:
        raise SourceError(url, "the page is empty")
    yield from reader(url, page.data, page.encoding or None)


def _known() -> str:
    return "known are " + " ".join(ENDINGS)


def _read_text(source: str, data: bytes, encoding: str | None) -> Read:
    raw = _marked_text(source, data, encoding, "text")
    body, grids = take_text_tables(raw.body)
    # A form may hold the line that says when a text was published.
    lines = [line.strip() for line in raw.body.split("\n") if line.strip()] if grids else []
    yield raw.model_copy(update={"body": body, "grids": grids, "published": raw.published or date_in_lines(lines)})


def _read_markdown(source: str, data: bytes, encoding: str | None) -> Read:
    yield _marked_text(source, data, encoding, "markdown")


def _marked_text(source: str, data: bytes, encoding: str | None, form: str) -> RawArticle:
    fields, body = front_matter(decode(data, encoding).replace("\r\n", "\n"), source)
    return RawArticle(
        source=source,
        title=field(fields, TITLE_KEYS),
        published=published(fields) or date_in_name(PurePosixPath(source).name),
        body=body,
        format="markdown" if form == "markdown" else "text",
        meta=meta(fields, (*TITLE_KEYS, *DATE_KEYS)),
        content_hash=_hash(data),
    )


def _read_html(source: str, data: bytes, encoding: str | None) -> Read:
    yield RawArticle(
        source=source,
        published=date_in_name(PurePosixPath(source).name),
        body=decode(data, encoding),
        format="html",
        content_hash=_hash(data),
    )


def _read_pdf(source: str, data: bytes, encoding: str | None) -> Read:
    pages, fields, grids = pdf_pages(source, data)
    title = "" if _GENERIC_TITLE.fullmatch(fields.get("Title", "")) else fields["Title"].strip()
    yield RawArticle(
        source=source,
        title=title,
        published=date_in_name(PurePosixPath(source).name),
        body="",
        format="pages",
        meta={"author": fields["Author"]} if fields.get("Author") else {},
        pages=pages,
        grids=grids,
        content_hash=_hash(data),
    )


def _read_docx(source: str, data: bytes, encoding: str | None) -> Read:
    body, title = docx_html(source, data)
    yield RawArticle(
        source=source,
        title="" if _GENERIC_TITLE.fullmatch(title) else title,
        published=date_in_name(PurePosixPath(source).name),
        body=body,
        format="html",
        content_hash=_hash(data),
    )


def _read_pptx(source: str, data: bytes, encoding: str | None) -> Read:
    slides = pptx_slides(source, data)
    yield RawArticle(
        source=source,
        title="" if _GENERIC_TITLE.fullmatch(slides.title) else slides.title,
        published=date_in_name(PurePosixPath(source).name),
        body="",
        format="pages",
        pages=slides.pages,
        grids=slides.grids,
        content_hash=_hash(data),
    )


def _read_workbook(ending: str, source: str, data: bytes, encoding: str | None) -> Read:
    yield workbook_article(source, data, ending)


def _read_json(source: str, data: bytes, encoding: str | None) -> Read:
    yield from json_articles(source, decode(data, encoding))


def _read_json_lines(source: str, data: bytes, encoding: str | None) -> Read:
    yield from json_line_articles(source, decode(data, encoding))


def _read_csv(source: str, data: bytes, encoding: str | None) -> Read:
    yield from table_articles(source, decode(data, encoding), "\t" if source.endswith(".tsv") else None)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


_READERS: dict[str, Callable[[str, bytes, str | None], Read]] = {
    ".txt": _read_text,
    ".text": _read_text,
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
    ".xhtml": _read_html,
    ".pdf": _read_pdf,
    ".json": _read_json,
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".docx": _read_docx,
    ".pptx": _read_pptx,
    **{ending: functools.partial(_read_workbook, ending) for ending in WORKBOOKS},
}

ENDINGS = tuple(sorted(_READERS))  # of the files that are read

# What a server may call plain text and is of another kind by its name.
_OF_TEXT = (".txt", ".text", ".md", ".markdown", ".json", ".jsonl", ".ndjson", ".csv", ".tsv")

_MEDIA_TYPES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/json": ".json",
    "application/x-ndjson": ".jsonl",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel.sheet.macroenabled.12": ".xlsm",
    "application/vnd.ms-excel.sheet.binary.macroenabled.12": ".xlsb",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
}
