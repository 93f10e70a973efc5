"""All that a page shows of one article: what it is, its text with the quote marked, and the page of its PDF."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote, urlencode

from askdocs.core.articles import Article
from askdocs.core.base import Model
from askdocs.core.errors import SourceError
from askdocs.core.tables import Span
from askdocs.corpus.corpus import Corpus
from askdocs.serving.pages.article.blocks import Block, article_blocks, first_marked
from askdocs.serving.pages.article.marks import Mark, valid_marks
from askdocs.serving.pages.article.window import Window, shown_window
from askdocs.serving.pages.pdf_pages.quote_boxes import QuoteBox, quote_boxes
from askdocs.serving.pages.pdf_pages.sheets import Sheets
from askdocs.serving.pages.pdf_pages.source_file import SourcePdf, source_pdf
from askdocs.storage.reader import Store
from askdocs.text.sanitize import one_line


class Place(Model):
    """What of an article is asked for: the quote, the answer in it, the chunk, a page of its PDF, where to begin."""

    start: int | None = None
    end: int | None = None
    answer_start: int | None = None
    answer_end: int | None = None
    chunk: int | None = None
    page: int | None = None
    begin: int | None = None


class SheetView(NamedTuple):
    """A page of the PDF as an image; ``found`` is false where the quote is on this page and could not be located."""

    number: int
    pages: int
    address: str
    width: int
    height: int
    boxes: Sequence[QuoteBox]
    found: bool


class ArticleView(NamedTuple):
    """What the templates of an article are given; ``trouble`` and ``sheet_trouble`` say what cannot be shown, and why.

    ``link`` is the address it came from, "" where that is not one of the web. ``mark`` is where the quote begins, -1
    where nothing is marked.
    """

    article: Article
    title: str
    source: str
    link: str
    page: int | None
    page_word: str
    blocks: Sequence[Block]
    mark: int
    window: Window
    trouble: str
    sheet: SheetView | None
    sheet_trouble: str
    corpus: str
    place: Place

    def address(self, **changes: int | None) -> str:
        """The address of this article at this place, with changes; what is ``None`` is left out."""
        return article_address(self.article.id, self.corpus, self.place.model_dump() | changes)


class OpenedCorpus(NamedTuple):
    """A corpus by its name, and what draws the pages of its PDFs."""

    corpus: Corpus
    name: str
    sheets: Sheets


def article_address(article_id: str, corpus: str, place: Mapping[str, int | None]) -> str:
    """The address of an article's own page.

    >>> article_address("a1", "news", {"start": 3, "end": 9, "page": None})
    '/article/a1?corpus=news&start=3&end=9'
    """
    said = {name: value for name, value in place.items() if value is not None}
    return f"/article/{quote(article_id, safe='')}?{urlencode({'corpus': corpus, **said})}"


def article_view(opened: OpenedCorpus, article_id: str, place: Place, *, beside: bool = False) -> ArticleView:
    """An article at a place of it; smaller where it is shown ``beside`` something else.

    Raises CorpusError: there is no such article.
    """
    with opened.corpus.searcher.snapshot() as store:
        article = opened.corpus.article(article_id)
        quoted = _quoted(place) or _chunk(store, place, article)
        pdf, sheet_trouble = None, ""
        try:
            pdf = source_pdf(store, article_id)
        except SourceError as error:
            sheet_trouble = error.reason
    marks = _marks(quoted, place, article)
    first = next((mark.start for mark in reversed(marks)), None)  # the answer where there is one, else the quote
    window = shown_window(article.text, first, place.begin, beside=beside)
    blocks = article_blocks(article, marks, window)
    begins = first_marked(blocks)
    page = bisect_right(article.pages, first) or None if article.pages and first is not None else None
    sheet = None
    if pdf:
        number = place.page or page or 1
        try:
            sheet = _sheet(opened, pdf, article, marks, number)
        except SourceError as error:
            sheet_trouble = error.reason
    return ArticleView(
        article=article,
        title=one_line(article.title) or one_line(article.source),
        source=one_line(article.source),
        link=article.source if article.source.startswith(("https://", "http://")) else "",
        page=page,
        page_word="Slide" if article.source.lower().endswith(".pptx") else "Page",
        blocks=blocks,
        mark=begins.start if begins else -1,
        window=window,
        trouble=_trouble(place, marks, quoted),
        sheet=sheet,
        sheet_trouble=sheet_trouble,
        corpus=opened.name,
        place=place,
    )


def _quoted(place: Place) -> Span | None:
    return None if place.start is None or place.end is None else (place.start, place.end)


def _chunk(store: Store, place: Place, article: Article) -> Span | None:
    """Where the chunk stands that is asked for, if it is one of this article."""
    found = store.chunks([place.chunk]) if place.chunk is not None else {}
    chunks = [one.chunk for one in found.values() if one.chunk.article_id == article.id]
    return (chunks[0].start, chunks[0].end) if chunks else None


def _marks(quoted: Span | None, place: Place, article: Article) -> list[Mark]:
    marks = [Mark(*quoted, "quote")] if quoted else []
    if place.answer_start is not None and place.answer_end is not None:
        marks.append(Mark(place.answer_start, place.answer_end, "answer"))
    return valid_marks(marks, len(article.text))


def _trouble(place: Place, marks: Sequence[Mark], quoted: Span | None) -> str:
    asked = any(one is not None for one in (place.start, place.end, place.answer_start, place.answer_end, place.chunk))
    if not asked or marks:
        return ""
    return "The words that this link leads to are not in this article; it may have been added anew since."


def _sheet(opened: OpenedCorpus, pdf: SourcePdf, article: Article, marks: Sequence[Mark], number: int) -> SheetView:
    """A page of the PDF with boxes around what of the quote stands on it."""
    drawn = opened.sheets.sheet(pdf, number)
    starts = [*article.pages, len(article.text)]
    boxes: list[QuoteBox] = []
    inside: Span | None = None
    if marks and number < len(starts):
        first, last = starts[number - 1], starts[number]
        inside = _within(marks[0], first, last)
        answer = next((_within(mark, first, last) for mark in marks if mark.kind == "answer"), None)
        if inside:
            in_table = any(table.start <= first + inside[0] < table.end for table in article.tables)
            boxes = quote_boxes(drawn, article.text[first:last], inside, answer, in_table)
    address = f"/article/{quote(article.id, safe='')}/page/{number}.png?{urlencode({'corpus': opened.name})}"
    return SheetView(number, drawn.pages, address, drawn.width, drawn.height, boxes, bool(boxes) or inside is None)


def _within(mark: Mark, first: int, last: int) -> Span | None:
    """What of a mark stands between two offsets, counted from the first."""
    start, end = max(mark.start, first) - first, min(mark.end, last) - first
    return (start, end) if start < end else None
