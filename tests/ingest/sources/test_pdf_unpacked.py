"""Streams of a PDF that unpack to far more than a page."""

from __future__ import annotations

import zlib

import pytest

from askdocs.core.errors import SourceError
from askdocs.ingest.sources import pdf_unpacked
from askdocs.ingest.sources.pdf import pdf_pages
from tests.support.bombs import MIB, packed_blanks, pdf

WORDS = b"BT /F1 12 Tf 72 720 Td (The stake fell to 7.5 percent.) Tj ET"


def test_a_stream_that_unpacks_to_three_hundred_mebibytes_is_not_read() -> None:
    bomb = pdf(packed_blanks(300 * MIB), b"/Filter/FlateDecode")
    assert len(bomb) < 2 * MIB
    with pytest.raises(SourceError, match="a stream of the PDF unpacks to more than 256 MiB"):
        pdf_pages("a.pdf", bomb)


def test_a_stream_that_is_packed_twice_is_not_read() -> None:
    bomb = pdf(zlib.compress(packed_blanks(300 * MIB), 9), b"/Filter[/FlateDecode/FlateDecode]")
    assert len(bomb) < 10_000
    with pytest.raises(SourceError, match="a stream of the PDF unpacks"):
        pdf_pages("a.pdf", bomb)


def test_streams_are_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_unpacked, "OF_ALL", 4 * MIB)
    part = b"\nstream\n" + packed_blanks(MIB)
    pdf_unpacked.check_unpacked("a.pdf", part * 4)
    with pytest.raises(SourceError, match="the streams of the PDF unpack"):
        pdf_unpacked.check_unpacked("a.pdf", part * 5)


@pytest.mark.parametrize("packed", [True, False])
def test_a_page_of_words_is_read(packed: bool) -> None:
    file = pdf(zlib.compress(WORDS), b"/Filter/FlateDecode") if packed else pdf(WORDS)
    assert pdf_pages("a.pdf", file).pages == ("The stake fell to 7.5 percent.",)


def test_a_page_of_a_thousand_kilometres_is_read() -> None:
    file = pdf(WORDS, media=b"[0 0 3000000000 3000000000]")
    assert "7.5 percent" in pdf_pages("a.pdf", file).pages[0]


def test_a_stream_whose_end_is_damaged_is_counted_as_far_as_it_goes() -> None:
    with pytest.raises(SourceError, match="unpacks to more than"):
        pdf_pages("a.pdf", pdf(packed_blanks(300 * MIB)[:-100] + b"x" * 100, b"/Filter/FlateDecode"))
