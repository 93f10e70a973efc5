"""Pages of PDFs as images: the boxes stand where the words were drawn, and nothing is drawn of another file."""

from __future__ import annotations

import hashlib
import shutil
import struct
import threading
import zlib
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from askdocs import Corpus
from askdocs.core.articles import Article
from askdocs.core.errors import SourceError
from askdocs.serving.pages.pdf_pages.child import LONGEST_SIDE
from askdocs.serving.pages.pdf_pages.quote_boxes import QuoteBox, quote_boxes
from askdocs.serving.pages.pdf_pages.sheets import Sheet, Sheets
from askdocs.serving.pages.pdf_pages.source_file import SourcePdf, source_pdf
from askdocs.testing import DeterministicEmbedder
from tests.support.made_pdfs import Page, figures, left, lines, made_pdf

WIDTH, HEIGHT = 595, 842
PROSE = (
    "The harbour of Lindholm was deepened in 2019 at a cost of 41 mil-",
    "lion kronor. Its long-",
    "term tenants pay less than others. A ferry leaves at 7.15.",
)


def added(tmp_path: Path, *pages: Page) -> tuple[Corpus, Article, Path]:
    file = tmp_path / "made.pdf"
    file.write_bytes(made_pdf(*pages))
    corpus = Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder())
    report = corpus.add(file)
    assert report.added == 1, report
    (article,) = corpus.articles()
    return corpus, article, file


def boxes_of(article: Article, file: Path, words: str, answer: str = "", page: int = 1) -> list[QuoteBox]:
    """The boxes of the words on a page, which the article has between its place and that of the next."""
    starts = [*article.pages, len(article.text)]
    text = article.text[starts[page - 1] : starts[page]]
    start = text.index(words)
    place = text.index(answer, start)
    span = (place, place + len(answer)) if answer else None
    in_table = any(table.start <= starts[page - 1] + start < table.end for table in article.tables)
    return quote_boxes(sheet(file, page), text, (start, start + len(words)), span, in_table)


def sheet(file: Path, page: int = 1) -> Sheet:
    return Sheets().sheet(SourcePdf(file, hashlib.sha256(file.read_bytes()).hexdigest()), page)


def on_page(box: QuoteBox, width: float = WIDTH, height: float = HEIGHT) -> tuple[float, float, float, float]:
    """Left, right, upper and lower edge in points, from the lower left as reportlab draws."""
    left, top, right, bottom = box.box
    return left * width, right * width, height - top * height, height - bottom * height


def test_the_lines_of_a_quote_have_boxes_where_they_were_drawn(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        left(canvas, 60, 780, "Report", 16)
        lines(canvas, 60, 700, PROSE)

    _, article, file = added(tmp_path, page)
    found = boxes_of(
        article, file, article.text[article.text.index("The harbour") : article.text.index(" Its")], "41 million kronor"
    )
    quote = [on_page(box) for box in found if box.kind == "quote"]
    answer = [on_page(box) for box in found if box.kind == "answer"]
    assert len(quote) == len(answer) == 2
    for (left_edge, _, upper, lower), base in zip(quote, (700, 688), strict=True):
        assert left_edge == pytest.approx(60, abs=1)
        assert lower - 1 < base < upper - 5
    first, second = answer
    before = Canvas("").stringWidth("The harbour of Lindholm was deepened in 2019 at a cost of ", "Times-Roman", 10)
    assert first[0] == pytest.approx(60 + before, abs=1.5)
    assert second[0] == pytest.approx(60, abs=1)
    assert second[1] == pytest.approx(60 + Canvas("").stringWidth("lion kronor", "Times-Roman", 10), abs=3)


def test_a_hyphen_that_belongs_to_the_word_may_end_a_line(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, 60, 700, (*PROSE, "Other long-term plans for long-term users are long-term."))

    _, article, file = added(tmp_path, page)
    assert "Its long-term tenants pay less than others." in article.text
    assert len(boxes_of(article, file, "Its long-term tenants pay less than others.")) == 2


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        first = ["In the left column a sentence", "goes on over some lines until", "it stops at the lake shore.",
                 "Then another one follows here", "and it is about small boats."]  # fmt: skip
        second = ["On the right side are words", "about the price of apples in", "winter, which was 12 crowns.",
                  "Nobody bought any pears that", "year because of the weather."]  # fmt: skip
        for number, (one, other) in enumerate(zip(first, second, strict=True)):
            left(canvas, 60, 700 - 12 * number, one)
            left(canvas, 320, 700 - 12 * number, other)

    _, article, file = added(tmp_path, page)
    words = "On the right side are words about the price of apples in winter, which was 12 crowns."
    assert words in article.text
    found = [on_page(box) for box in boxes_of(article, file, words)]
    assert len(found) == 3
    assert all(edge[0] == pytest.approx(320, abs=1) for edge in found)


TABLE = (
    ("Region", "2023", "2024"),
    ("North", "1,204.5", "1,318.0"),
    ("South", "988.1", "1,002.7"),
    ("West", "71.0", "71.0"),
    ("Total", "2,263.6", "2,391.7"),
)


def table_page(canvas: Canvas) -> None:
    lines(canvas, 60, 780, ["Sales by region, in millions, were as the table says."])
    figures(canvas, 720, TABLE, (300, 400), leading=15)


def test_a_row_of_a_table_has_a_box_for_each_cell(tmp_path: Path) -> None:
    _, article, file = added(tmp_path, table_page)
    assert article.tables
    found = boxes_of(article, file, "South | 988.1 | 1,002.7", "1,002.7")
    assert [box.kind for box in found] == ["quote", "quote", "quote", "answer"]
    left_edge, right_edge, upper, lower = on_page(found[-1])
    assert right_edge == pytest.approx(400, abs=1)
    assert left_edge > 350
    assert lower < 690 < upper


def test_a_label_with_a_colon_is_found_where_the_article_has_none(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for number, (label, value) in enumerate((("Founded:", "1921"), ("Berths:", "14"), ("Town:", "Lund"))):
            left(canvas, 60, 700 - 15 * number, label)
            left(canvas, 200, 700 - 15 * number, value)

    file = tmp_path / "made.pdf"
    file.write_bytes(made_pdf(page))
    text = "Founded | 1921\nBerths | 14\nTown | Lund"
    found = quote_boxes(sheet(file), text, (15, 26), (24, 26), in_table=True)
    assert [box.kind for box in found] == ["quote", "quote", "answer"]
    assert on_page(found[0])[3] < 685 < on_page(found[0])[2]
    assert quote_boxes(sheet(file), text, (15, 26), None, in_table=False) == []


def test_of_a_quote_that_stands_twice_the_right_one_is_shown(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, 60, 700, ["Sales rose by 5 percent in the spring quarter of this year.", ""])
        lines(canvas, 60, 600, ["In the north it was colder than in other years before.", ""])
        lines(canvas, 60, 500, ["Sales rose by 5 percent in the spring quarter of this year.", ""])

    _, article, file = added(tmp_path, page)
    words = "Sales rose by 5 percent in the spring quarter of this year."
    second = article.text.rindex(words)
    assert second > article.text.index(words)
    (found,) = quote_boxes(sheet(file), article.text, (second, second + len(words)), None, False)
    assert on_page(found)[3] < 500 < on_page(found)[2]


def test_words_that_the_page_does_not_say_have_no_box(tmp_path: Path) -> None:
    _, _, file = added(tmp_path, table_page)
    drawn = sheet(file)
    for text in ("South 988.1", "Sales by regions", "ales by region", "Sales by region in millions", "988.1 1,002.70"):
        assert quote_boxes(drawn, text, (0, len(text)), None, False) in ([],) or text == "South 988.1"
    twice = "Sales by region, and Sales by region"  # the page says it once, the article twice
    assert quote_boxes(drawn, twice, (0, 15), None, False) == []


def test_a_turned_page_has_its_boxes_on_the_turned_words(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(500, 100)
        canvas.rotate(90)
        lines(canvas, 0, 0, ["The tower is 97 metres high.", "It was built by hand in two years."])

    _, article, file = added(tmp_path, page)
    drawn = sheet(file)
    assert drawn.width < drawn.height  # reportlab swaps the sides of a page that it turns
    (found,) = boxes_of(article, file, "It was built by hand in two years.")
    left_edge, right_edge, upper, lower = found.box.left, found.box.right, found.box.top, found.box.bottom
    assert left_edge * WIDTH == pytest.approx(100, abs=1.5)
    assert right_edge > left_edge
    assert upper * HEIGHT < 512 - 5 < 512 < lower * HEIGHT


def test_the_second_page_is_the_second(tmp_path: Path) -> None:
    _, article, file = added(
        tmp_path,
        lambda canvas: lines(canvas, 60, 700, ["The first page is about a bridge over the river."]),
        lambda canvas: lines(canvas, 60, 300, ["The second page is about the ships that pass below."]),
    )
    (found,) = boxes_of(article, file, "The second page is about the ships that pass below.", page=2)
    assert on_page(found)[3] < 300 < on_page(found)[2]


def test_an_image_is_a_png_of_bounded_size(tmp_path: Path) -> None:
    file = tmp_path / "large.pdf"
    canvas = Canvas(str(file), pagesize=(14_000, 300))
    canvas.drawString(10, 10, "A very wide page.")
    canvas.save()
    drawn = sheet(file)
    assert (drawn.width, drawn.height) == (LONGEST_SIDE, 34)
    width, height, depth, colours = struct.unpack(">IIBB", drawn.png[16:26])
    assert (width, height, depth, colours) == (LONGEST_SIDE, 34, 8, 2)
    length = struct.unpack(">I", drawn.png[33:37])[0]
    assert len(zlib.decompress(drawn.png[41 : 41 + length])) == 34 * (1 + 3 * LONGEST_SIDE)


def test_only_the_file_that_was_added_is_shown(tmp_path: Path) -> None:
    corpus, article, file = added(tmp_path, table_page)

    def found() -> SourcePdf | None:
        with corpus.searcher.snapshot() as store:
            return source_pdf(store, article.id)

    before = file.read_bytes()
    pdf = found()
    assert pdf is not None
    assert pdf.path == file
    file.write_bytes(made_pdf(lambda canvas: lines(canvas, 60, 700, ["Another text."])))
    with pytest.raises(SourceError, match="changed since it was added"):
        found()
    with pytest.raises(SourceError, match="changed since it was added"):
        Sheets().sheet(pdf, 1)
    file.unlink()
    with pytest.raises(SourceError, match="not where it was"):
        found()
    file.write_bytes(before)
    assert found() == pdf
    corpus.close()


def test_an_article_of_another_kind_has_no_pages_to_show(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("# Title\n\nA text about apples.", encoding="utf-8")
    with Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder()) as corpus:
        corpus.add(file)
        (article,) = corpus.articles()
        with corpus.searcher.snapshot() as store:
            assert source_pdf(store, article.id) is None
            assert source_pdf(store, "a0") is None


def test_a_page_that_is_not_there_or_no_pdf_is_said(tmp_path: Path) -> None:
    _, _, file = added(tmp_path, table_page)
    with pytest.raises(SourceError, match="page 2 cannot be drawn: it has 1 pages"):
        sheet(file, 2)
    other = tmp_path / "other.pdf"
    other.write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(SourceError, match="page 1 cannot be drawn: "):
        sheet(other)


def test_a_page_that_never_ends_only_ends_its_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("askdocs.serving.pages.pdf_pages.sheets._CHILD", "while True: pass")
    monkeypatch.setattr("askdocs.serving.pages.pdf_pages.sheets.SECONDS", -1.5)
    file = tmp_path / "made.pdf"
    file.write_bytes(made_pdf(table_page))
    sheets, pdf = Sheets(), SourcePdf(file, hashlib.sha256(file.read_bytes()).hexdigest())
    with pytest.raises(SourceError, match="longer than"):
        sheets.sheet(pdf, 1)
    monkeypatch.setattr("askdocs.serving.pages.pdf_pages.sheets._drawn", None)
    with pytest.raises(SourceError, match="longer than"):  # said at once: it is not tried again
        sheets.sheet(pdf, 1)


def test_pages_are_drawn_once_for_all_who_ask_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import askdocs.serving.pages.pdf_pages.sheets as module

    file = tmp_path / "made.pdf"
    file.write_bytes(made_pdf(table_page))
    drawn: list[int] = []
    real = module._drawn

    def counted(name: str, data: bytes, number: int) -> Sheet:
        drawn.append(number)
        return real(name, data, number)

    monkeypatch.setattr(module, "_drawn", counted)
    pdf, sheets = SourcePdf(file, hashlib.sha256(file.read_bytes()).hexdigest()), Sheets()
    threads = [threading.Thread(target=sheets.sheet, args=(pdf, 1)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [1]
    monkeypatch.setattr(module, "KEPT_BYTES", 0)
    shutil.copy(file, tmp_path / "copy.pdf")
    sheets.sheet(pdf._replace(path=tmp_path / "copy.pdf"), 1)  # the same bytes under another name are known
    assert drawn == [1]
