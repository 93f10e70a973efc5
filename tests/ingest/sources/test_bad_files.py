"""Bad input: each bad source comes as skipped, with its reason and in its place, and the others are read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import askdocs.ingest.sources.dispatch
import askdocs.ingest.sources.files
from askdocs.core.articles import RawArticle
from askdocs.core.reports import Skipped
from askdocs.ingest.cleaning.pipeline import clean
from askdocs.ingest.sources.dispatch import read
from tests.support.tiny_files import docx, pdf, word_paragraph

BAD: dict[str, tuple[bytes, str]] = {
    "cut.pdf": (pdf(["The ferry was sold."])[:400], "not a PDF that can be opened"),
    "scan.pdf": (pdf([""]), "no text"),
    "none.txt": (b"", "empty"),
    "program.txt": (bytes(range(256)) * 20, "binary"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n" + b"text" * 100, "an image"),
    "cut.docx": (docx(word_paragraph("The ferry was sold."))[:-200], "not a Word file"),
    "empty.docx": (b"PK\x03\x04nothing", "not a Word file"),
    "bad.json": (b'{"text": "The ferry', "not JSON"),
    "deep.json": (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    "deep.jsonl": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
    "table.csv": (b'a,b\n"' + b"x" * (5 * 1024 * 1024) + b'",1\n', "field larger than field limit"),
    "film.mp4": (b"film", "files of this kind (.mp4) are not read"),
    "none": (b"text", "no ending"),
}


@pytest.mark.parametrize("name", BAD)
def test_one_bad_file_is_skipped_and_the_others_are_read(tmp_path: Path, name: str) -> None:
    content, reason = BAD[name]
    (tmp_path / name).write_bytes(content)
    for good in ("aa.txt", "zz.txt"):
        (tmp_path / good).write_text("The ferry was sold.")
    found = {Path(one.source.split("#")[0]).name: one for one in read(tmp_path)}
    assert set(found) == {"aa.txt", name, "zz.txt"}
    skipped = found[name]
    assert isinstance(skipped, Skipped)
    assert reason in skipped.reason


def test_a_broken_row_is_skipped_by_its_line_and_the_others_are_read(tmp_path: Path) -> None:
    rows = [
        "title,date,text",  # line 1
        'One,2024-03-05,"It was',
        'sold."',
        "Two,2024-03-06,It was sold, they said.",  # line 4: a comma too many
        "",
        "Three,2024-03-07",
        "Four,2024-03-08, ",
        'Five,2024-03-09,"It was "sold" then.',  # line 8: the rest of its cell goes with it
        'All of it."',
        "Six,2024-03-10,It was sold.",
        ",,",
        'Seven,2024-03-11,"It was never',  # line 12: never closed
        "Eight,2024-03-12,It was sold.",
    ]
    (tmp_path / "a.csv").write_text("\n".join(rows))
    found = list(read(tmp_path / "a.csv"))
    assert [one.source.split("#")[1] for one in found] == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert [one.title for one in found if isinstance(one, RawArticle)] == ["One", "Six", "Eight"]
    reasons = [one.reason for one in found if isinstance(one, Skipped)]
    assert reasons[0] == "line 4: 4 cells, and the header has 3"
    assert reasons[1] == "line 6: 2 cells, and the header has 3"
    assert reasons[2] == "line 7: its cell under 'text' is empty"
    assert reasons[3].startswith("lines 8 to 9: its quotes are broken")
    assert reasons[4].startswith("line 12: its quotes are broken")


def test_a_table_of_broken_quotes_is_given_up_in_time(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("title,text\nOne,It was sold.\n" + 'a",""",\n' * 200_000)
    began = time.perf_counter()
    found = list(read(tmp_path / "a.csv"))
    assert isinstance(found[0], RawArticle)
    assert isinstance(found[-1], Skipped)
    assert time.perf_counter() - began < 20


def test_what_is_not_there_is_skipped(tmp_path: Path) -> None:
    for source in (tmp_path / "no.txt", f"{tmp_path}/*.none", str(tmp_path / "no folder")):
        [skipped] = read(source)
        assert isinstance(skipped, Skipped)
        assert skipped.source == str(source)


def test_links_in_a_circle_and_into_nothing_are_skipped(tmp_path: Path) -> None:
    os.symlink("circle", tmp_path / "circle")
    os.symlink("nothing.txt", tmp_path / "broken.txt")
    reasons = [one.reason for one in read(tmp_path) if isinstance(one, Skipped)]
    assert len(reasons) == 2
    assert "not there" in reasons[0]
    assert "circle" in reasons[1]


def test_a_file_removed_while_reading_is_skipped(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text("The ferry was sold.")
    found = []
    for one in read(tmp_path):
        found.append(one)
        (tmp_path / "b.txt").unlink(missing_ok=True)
    assert [type(one) for one in found] == [RawArticle, Skipped, RawArticle]


def test_a_folder_removed_while_reading_is_skipped(tmp_path: Path) -> None:
    for name in ("a.txt", "b/x.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("The ferry was sold.")
    found = []
    for one in read(tmp_path):
        found.append(one)
        (tmp_path / "b" / "x.txt").unlink(missing_ok=True)
        (tmp_path / "b").rmdir() if (tmp_path / "b").exists() else None
    assert [type(one) for one in found] == [RawArticle, Skipped]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX")
def test_a_named_pipe_does_not_make_reading_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    [skipped] = read(tmp_path)
    assert isinstance(skipped, Skipped)
    assert "not a regular file" in skipped.reason


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The ferry was sold.")
    (tmp_path / "a.txt").chmod(0)
    [skipped] = read(tmp_path)
    assert isinstance(skipped, Skipped)
    assert "permission" in skipped.reason


def test_a_file_over_the_limit_is_refused_with_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * (50 * 1024 * 1024))
    began = time.process_time()
    [skipped] = read(tmp_path)
    assert isinstance(skipped, Skipped)
    assert "20 MiB" in skipped.reason
    assert time.process_time() - began < 5


def test_a_word_file_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(docx(word_paragraph("x" * (65 * 1024 * 1024))))
    [skipped] = read(tmp_path)
    assert isinstance(skipped, Skipped)
    assert "unpacks to more than" in skipped.reason


def test_invalid_utf8_costs_only_the_bytes_that_are_wrong(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("The ferry cost €5 million – or £4.".encode() + b" \xff It was sold.")
    [raw] = read(tmp_path)
    assert isinstance(raw, RawArticle)
    assert clean(raw).text == "The ferry cost €5 million – or £4. \ufffd It was sold."


@pytest.mark.parametrize("tag", ["div", "span", "b", "ul><li", "table><tr><td", "blockquote", "p"])
def test_html_nested_without_end_neither_crashes_nor_hangs(tmp_path: Path, tag: str) -> None:
    depth = 20_000 if tag != "div" else 100_000
    opening = f"<{tag}>" * depth
    closing = "".join(f"</{name}>" for name in reversed(tag.split("><"))) * depth
    story = "<p>The harbour company sold its last ferry on Friday for three million crowns in cash.</p>"
    (tmp_path / "a.html").write_text(f"<html><body>{story}{opening}The end.{closing}</body></html>")
    [raw] = read(tmp_path)
    assert isinstance(raw, RawArticle)
    began = time.process_time()
    assert "sold its last ferry" in clean(raw).text
    assert time.process_time() - began < 20


def test_json_may_hold_halves_of_characters(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"title": "Sales\\ud800", "text": "They \\udfff rose.", "a\\ud800": "b\\ud800"}')
    [raw] = read(tmp_path)
    assert isinstance(raw, RawArticle)
    assert clean(raw).text == "They ? rose."


def test_a_bug_of_a_parser_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(source: str, data: bytes, encoding: str | None) -> None:
        raise AssertionError("a bug")

    readers: dict[str, Callable[..., object]] = askdocs.ingest.sources.dispatch._READERS  # type: ignore[assignment]
    monkeypatch.setitem(readers, ".html", broken)
    (tmp_path / "a.html").write_text("<p>x</p>")
    (tmp_path / "b.txt").write_text("The ferry was sold.")
    skipped, good = read(tmp_path)
    assert isinstance(skipped, Skipped)
    assert "a bug" in skipped.reason
    assert isinstance(good, RawArticle)
