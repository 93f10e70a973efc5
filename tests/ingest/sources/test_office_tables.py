"""Tables in Word files and on slides."""

from __future__ import annotations

from pathlib import Path

import pytest

from askdocs.core.articles import RawArticle
from askdocs.core.reports import Skipped
from askdocs.core.tables import Grid, Merge
from askdocs.ingest.cleaning.html import page_content
from askdocs.ingest.cleaning.pipeline import clean
from askdocs.ingest.sources.dispatch import read
from askdocs.ingest.sources.docx import docx_html
from askdocs.ingest.sources.pptx import pptx_slides
from tests.support.tiny_files import docx, word_paragraph
from tests.support.tiny_office import archive, pptx, slide_cell, slide_table, slide_text


def word_row(*cells: str, header: bool = False) -> str:
    about = "<w:trPr><w:tblHeader/></w:trPr>" if header else ""
    return f"<w:tr>{about}{''.join(cells)}</w:tr>"


def word_cell(text: str, about: str = "") -> str:
    return f"<w:tc><w:tcPr>{about}</w:tcPr>{word_paragraph(text)}</w:tc>"


def rows(found: Grid) -> list[str]:
    return ["|".join(row) for row in found.rows]


def test_word_tables_keep_merged_cells_and_headers() -> None:
    body = (
        word_paragraph("The harbours in figures.")
        + "<w:tbl>"
        + word_row(
            word_cell("Port", '<w:vMerge w:val="restart"/>'),
            word_cell("Tonnes", '<w:gridSpan w:val="2"/>'),
            header=True,
        )
        + word_row(word_cell("", "<w:vMerge/>"), word_cell("2024"), word_cell("2023"), header=True)
        + word_row(word_cell("Varde"), word_cell("1,234"), word_cell("(5)"))
        + "</w:tbl>"
    )
    content = page_content(docx_html("a.docx", docx(body))[0])
    [found] = content.grids
    assert content.blocks == ["The harbours in figures.", "\x00table 0"]
    assert rows(found) == ["Port|Tonnes|", "|2024|2023", "Varde|1,234|(5)"]
    assert found.header_rows == 2
    assert found.merges == (Merge(row=0, column=0, rows=2), Merge(row=0, column=1, columns=2))


def test_slides_are_pages_with_their_tables_and_notes(tmp_path: Path) -> None:
    table = slide_table(
        slide_cell("Segment") + slide_cell("2024", 'gridSpan="2"') + slide_cell("", 'hMerge="1"'),
        slide_cell("") + slide_cell("H1") + slide_cell("H2"),
        slide_cell("Cloud") + slide_cell("220.1*") + slide_cell("235.8"),
    )
    slides = [
        slide_text("Results of 2024", "ctrTitle") + slide_text("Harrow plc") + slide_text("17", "sldNum"),
        slide_text("Revenue by segment", "title") + table + slide_text("Cloud grew by 14%.\nRetail fell."),
    ]
    (tmp_path / "a.pptx").write_bytes(pptx(slides, {2: "Figures in £m."}))
    [found] = read(tmp_path)
    assert isinstance(found, RawArticle)
    assert rows(found.grids[0]) == ["Segment|2024|", "|H1|H2", "Cloud|220.1|235.8"]
    assert found.grids[0].merges == (Merge(row=0, column=1, columns=2),)
    assert found.grids[0].header_rows == 2
    article = clean(found)
    assert article.title == "Results of 2024"
    assert article.text.startswith("## Results of 2024\n\nHarrow plc\n\n## Revenue by segment\n\n")
    assert article.text.endswith("Cloud grew by 14%.\n\nRetail fell.\n\nFigures in £m.")
    assert article.pages == (0, article.text.index("## Revenue"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"slides", "not a presentation"),
        (pptx([slide_text("x")])[:-80], "damaged"),
        (pptx([""]), "no text"),
        (archive({"a.xml": "<a/>"}), "not a presentation"),
        (pptx(["<p:sp>"]), "damaged"),
    ],
)
def test_bad_slides_are_skipped_with_their_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "a.pptx").write_bytes(data)
    [skipped] = read(tmp_path)
    assert isinstance(skipped, Skipped)
    assert reason in skipped.reason


def test_hidden_slides_are_left_out() -> None:
    data = pptx([slide_text("Shown"), slide_text("Gone"), slide_text("Also")], hidden=2)
    assert pptx_slides("a", data).pages == ("Shown", "", "Also")
