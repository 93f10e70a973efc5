"""Reading in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs.core.articles import RawArticle
from askdocs.core.reports import Skipped
from askdocs.ingest.sources.apart import ReaderApart
from askdocs.ingest.sources.dispatch import read
from tests.support.bombs import pdf

WORDS = b"BT /F1 12 Tf 72 720 Td (The stake fell to 7.5 percent.) Tj ET "


@pytest.fixture
def reader() -> Iterator[ReaderApart]:
    """A reader that gives up after 20 seconds."""
    found = ReaderApart(seconds=20)
    yield found
    found.close()


def test_it_reads_what_is_read_here(reader: ReaderApart, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: Stake sold\n---\nIt fell to 7.5 percent.\n")
    (tmp_path / "b.pdf").write_bytes(pdf(WORDS))
    (tmp_path / "c.csv").write_text("title,text\nA,Snow fell in Oslo.\nB,Wind blew in Cork.\n")
    (tmp_path / "d.txt").write_text("")
    (tmp_path / "e.png").write_text("x")
    for path in sorted(tmp_path.iterdir()):
        assert list(reader.read(path)) == list(read(path))


def test_an_address_of_this_machine_is_not_fetched(reader: ReaderApart) -> None:
    (found,) = reader.read("http://127.0.0.1:1/")
    assert isinstance(found, Skipped)
    assert "not on the public internet" in found.reason


def test_what_takes_too_long_is_skipped_and_the_next_is_read(tmp_path: Path) -> None:
    """A page whose text is written a hundred thousand times over, in a file of some kilobytes."""
    many = pdf(WORDS * 500).replace(b"/Contents 4 0 R", b"/Contents [" + b"4 0 R " * 8000 + b"]")
    (tmp_path / "many.pdf").write_bytes(many)
    (tmp_path / "next.txt").write_text("Rain fell in Lisbon.")
    reader = ReaderApart(seconds=4, memory=8 * 1024**3)  # a fast machine fills less before the time is up
    try:
        (found,) = reader.read(tmp_path / "many.pdf")
        assert found == Skipped(source=str(tmp_path / "many.pdf"), reason="reading it took longer than 4 s; split it")
        (after,) = reader.read(tmp_path / "next.txt")
        assert isinstance(after, RawArticle)
    finally:
        reader.close()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limit")
def test_what_takes_too_much_memory_is_skipped(tmp_path: Path) -> None:
    """A page of two gigabytes of text, in a file of some hundred kilobytes."""
    large = pdf(WORDS * 500).replace(b"/Contents 4 0 R", b"/Contents [" + b"4 0 R " * 60_000 + b"]")
    (tmp_path / "large.pdf").write_bytes(large)
    reader = ReaderApart(seconds=30, memory=800 * 1024**2)
    try:
        (found,) = reader.read(tmp_path / "large.pdf")
        assert isinstance(found, Skipped)
        assert "memory" in found.reason.lower()
    finally:
        reader.close()


def test_a_reader_that_is_left_early_begins_anew(reader: ReaderApart, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"text": "Snow fell in Oslo."}\n' * 50)
    articles = reader.read(tmp_path / "rows.jsonl")
    assert isinstance(next(articles), RawArticle)
    articles.close()  # type: ignore[attr-defined]
    assert len(list(reader.read(tmp_path / "rows.jsonl"))) == 50
