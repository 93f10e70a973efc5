"""Reading: every format gives its text, title, date and the rest; folders and patterns give every file once."""

from __future__ import annotations

import csv
import datetime
import hashlib
import json
import os
from pathlib import Path

import pytest

from askdocs.core.articles import Article, RawArticle
from askdocs.core.reports import Skipped
from askdocs.ingest.cleaning.pipeline import clean
from askdocs.ingest.sources.dispatch import read
from tests.support.tiny_files import docx, pdf, word_paragraph, word_table


def articles(source: str | Path) -> list[RawArticle]:
    found = list(read(source))
    assert not [one for one in found if isinstance(one, Skipped)]
    return [one for one in found if isinstance(one, RawArticle)]


def article(path: Path, content: str | bytes) -> RawArticle:
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    [only] = articles(path)
    return only


def cleaned(path: Path, content: str | bytes) -> Article:
    return clean(article(path, content))


def test_text_is_read_with_the_hash_of_its_bytes(tmp_path: Path) -> None:
    raw = article(tmp_path / "a.txt", "Sales rose.\n")
    assert (raw.source, raw.body, raw.format) == (str(tmp_path / "a.txt"), "Sales rose.\n", "text")
    assert raw.content_hash == hashlib.sha256(b"Sales rose.\n").hexdigest()


def test_front_matter_gives_title_date_and_the_rest(tmp_path: Path) -> None:
    raw = article(
        tmp_path / "a.md",
        "---\ntitle: Sales rise\npublished: 2024-03-05\nauthor: Ann Lee\nsource: Harbour Wire\ntags: [ships, trade]\n"
        "---\n\n# Sales rise\n\nThey rose.\n",
    )
    assert (raw.title, raw.published) == ("Sales rise", datetime.date(2024, 3, 5))
    assert raw.meta == {"author": "Ann Lee", "source": "Harbour Wire", "tags": "ships, trade"}
    assert raw.body.strip() == "# Sales rise\n\nThey rose."


def test_front_matter_that_is_no_yaml_is_read_line_by_line(tmp_path: Path) -> None:
    raw = article(tmp_path / "a.md", "---\ntitle: Sales: a record\ndate: 5 March 2024\n---\nThey rose.\n")
    assert (raw.title, raw.published, raw.body) == ("Sales: a record", datetime.date(2024, 3, 5), "They rose.\n")


def test_two_rules_are_no_front_matter(tmp_path: Path) -> None:
    text = "---\nThey rose.\n---\nThey fell.\n"
    assert article(tmp_path / "a.txt", text).body == text


def test_a_date_is_taken_from_the_name_of_a_file_and_never_made_up(tmp_path: Path) -> None:
    assert article(tmp_path / "2024-03-05-sales.md", "They rose.").published == datetime.date(2024, 3, 5)
    assert article(tmp_path / "a.md", "---\ndate: 03/04/2024\n---\nThey rose on 5 May 2024.").published is None


@pytest.mark.parametrize(
    "line",
    [
        "Published: 14 March 2024",
        "**Published:** Thursday, March 14th, 2024 at 10:30 GMT | Updated 15 March 2024",
        "Posted on 14/03/2024 by Nils Aune",
        "Date: 2024-03-14T10:00:00Z",
        "Last updated 14.03.2024",
        "*By Nils Aune, 14 March 2024*",
        "By Nils Aune and J. K. van Berg, Harbour Wire | Mar 14, 2024 10:30 am",
        "14 March 2024 | By Nils Aune",
        "Thursday, 14 March 2024",
        "LONDON, Mar 14, 2024 - Sales rose at the harbour.",
        "SAN FRANCISCO, Calif., March 14, 2024 (HARBOUR NEWSWIRE) -- Sales rose at the harbour.",
        "SÃO PAULO (Wire) – March 14, 2024 – Sales rose at the harbour.",
        "London, 14 March 2024 (Wire) - Sales rose at the harbour.",
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_date_is_taken_from_what_stands_around_the_text(tmp_path: Path, name: str, line: str) -> None:
    found = cleaned(tmp_path / name, f"Sales rise\n\n{line}\n\nThey had been flat since 1 May 2021.\n")
    assert found.published == datetime.date(2024, 3, 14)


@pytest.mark.parametrize(
    "line",
    [
        "Published: 03/04/2024",
        "Date: 30 February 2024",
        "Date: 14 March 2024; Price: 9",
        "Published figures of 14 March 2024 showed a rise",
        "On 14 March 2024 the harbour company sold a ferry.",
        "In London, Mar 14, 2024 - a Thursday - was warm.",
        "By Thursday, 14 March 2024",
        "By selling Anna, 14 March 2024",
        "DALLAS, November 22, 1963",
        "LONDON, Mar 14, 2024-based prices rose.",
        "14 March 2024: sales rise",
        "The report was published on 14 March 2024.",
        "3 March 2021\n\nThe harbour was founded.\n\n4 March 2022\n\nThe harbour was sold.",
        "Published: 14 March 2024\n\nDate: 15 March 2024",
        "1\n\n2\n\n3\n\n4\n\n5\n\nPublished: 14 March 2024",
    ],
)
def test_a_date_in_running_text_is_left_alone(tmp_path: Path, line: str) -> None:
    assert cleaned(tmp_path / "a.txt", f"Sales rise\n\n{line}\n\nThe end came later.\n").published is None


def test_a_last_line_may_say_the_date_and_what_is_in_front_of_the_text_goes_first(tmp_path: Path) -> None:
    story = "\n\n".join(f"Paragraph {number} of the story." for number in range(9))
    assert cleaned(tmp_path / "a.txt", f"{story}\n\nPublished: 14 March 2024").published == datetime.date(2024, 3, 14)
    given = "---\npublished: 2024-03-05\n---\nPublished: 14 March 2024\n\nSales rose."
    assert cleaned(tmp_path / "b.md", given).published == datetime.date(2024, 3, 5)
    site = "Skip to content\n\nMenu\n\nSearch\n\nLog in\n\nSubscribe\n\n"
    byline = "Sales rise\n\nBy Ann Lee, 14 March 2024\n\nThey rose."
    assert cleaned(tmp_path / "c.txt", site + byline).published == datetime.date(2024, 3, 14)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("date", "14 March 2024"),
        ("Publish Date", "2024-03-14 10:00"),
        ("timestamp", 1710374400),
        ("posted", "14/03/2024"),
    ],
)
def test_a_record_gives_its_date_under_many_names(tmp_path: Path, name: str, value: object) -> None:
    record = {"title": "Sales rise", "text": "They rose.", "published": "", name: value}
    assert article(tmp_path / "a.jsonl", json.dumps(record)).published == datetime.date(2024, 3, 14)


def test_html_gives_its_main_content_and_metadata(tmp_path: Path) -> None:
    page = """<!doctype html><html><head><title>Harbour sells | Quayside</title>
        <meta property="og:title" content="Harbour sells its ferry">
        <meta property="article:published_time" content="2024-03-05T10:00:00Z">
        <meta name="author" content="Ann Lee"></head><body>
        <nav><a href="/">Home</a> <a href="/s">Ships</a></nav><article><h1>Harbour sells its ferry</h1>
        <p>The harbour company sold its last ferry on Friday for three million crowns, a spokesman said.</p>
        <h2>The buyer</h2><p>The buyer runs eleven other ferries and plans to paint this one yellow by June.</p>
        <table><caption>Ferries</caption><tr><th>Ship</th><th>Built</th></tr><tr><td>Marta</td><td>1961</td></tr>
        </table></article><footer>All rights reserved</footer></body></html>"""
    found = cleaned(tmp_path / "a.html", page)
    assert (found.title, found.published) == ("Harbour sells its ferry", datetime.date(2024, 3, 5))
    assert found.meta["author"] == "Ann Lee"
    assert "## The buyer\n\nThe buyer runs eleven other ferries" in found.text
    assert "Ship | Built\nMarta | 1961" in found.text
    assert "Ships" not in found.text
    assert "rights" not in found.text


def test_a_page_too_small_to_have_a_main_content_is_kept(tmp_path: Path) -> None:
    assert cleaned(tmp_path / "a.htm", "<html><body><p>Sales rose.</p></body></html>").text == "Sales rose."


def test_html_says_its_encoding(tmp_path: Path) -> None:
    page = '<html><head><meta charset="windows-1251"></head><body><p>Продажи выросли.</p></body></html>'
    assert cleaned(tmp_path / "a.html", page.encode("windows-1251")).text == "Продажи выросли."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_english_are_told(tmp_path: Path, encoding: str) -> None:
    text = "“Café” sales rose – to £5 or €6 million."
    assert cleaned(tmp_path / "a.txt", text.encode(encoding)).text == text


def test_encodings_of_other_languages_are_told(tmp_path: Path) -> None:
    text = "Компания продала последний паром в пятницу. Покупатель не назван."
    assert cleaned(tmp_path / "a.txt", text.encode("cp1251")).text == text


def test_pages_of_a_pdf_are_kept_without_running_lines(tmp_path: Path) -> None:
    pages = [
        "Quayside News\nThe harbour company sold its last ferry on Friday, and the buyer\n1",
        "Quayside News\nsaid nothing. The ferry was built in 1961.\n2",
        "Quayside News\nIt will be painted yellow.\n3",
    ]
    found = cleaned(tmp_path / "a.pdf", pdf(pages, title="The last ferry"))
    assert found.title == "The last ferry"
    assert "and the buyer said nothing. The ferry" in found.text
    assert "Quayside" not in found.text
    assert [found.text[start:].split()[0] for start in found.pages] == ["The", "said", "It"]


def test_a_word_file_keeps_headings_and_tables(tmp_path: Path) -> None:
    body = (
        word_paragraph("The buyer", "Heading1")
        + word_paragraph("The buyer runs eleven ferries.")
        + word_table([["Ship", "Built"], ["Marta", "in 1961"]])
    )
    found = cleaned(tmp_path / "a.docx", docx(body, title="The last ferry"))
    assert found.title == "The last ferry"
    assert found.text == "# The buyer\n\nThe buyer runs eleven ferries.\n\nShip | Built\nMarta | in 1961"


def test_rows_of_csv_are_those_of_a_grid(tmp_path: Path) -> None:
    table = 'Company;Shares sold;Price\nVoltari;"41,000,000";$9.40\n"Harrow; Group";;12\n'
    [grid] = article(tmp_path / "a.csv", table).grids
    assert grid.rows[1:] == (("Voltari", "41,000,000", "$9.40"), ("Harrow; Group", "", "12"))


NEWS = (
    "Headline,Publish Date,author,url,content\n"
    'Sales rise,14 March 2024,Ann Lee,https://example.org/1,"They rose, Ms Lee said.\n\nBy 5%."\n'
    'Sales fall,15 March 2024,,https://example.org/2,"They ""fell"" badly."\n'
)


def test_rows_of_csv_that_are_articles_are_articles(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(NEWS)
    one, two = map(clean, articles(tmp_path / "a.csv"))
    assert (one.source, one.title, one.published) == (
        f"{tmp_path}/a.csv#1",
        "Sales rise",
        datetime.date(2024, 3, 14),
    )
    assert one.text == "They rose, Ms Lee said.\n\nBy 5%."
    assert one.meta == {"author": "Ann Lee", "url": "https://example.org/1"}
    assert (two.text, two.meta) == ('They "fell" badly.', {"url": "https://example.org/2"})


def test_articles_in_a_table_are_found_whatever_stands_between_the_cells(tmp_path: Path) -> None:
    texts = ["They rose, at last.", 'They fell; "badly".\nThen more.']
    for mark, name in ((";", "a.csv"), ("|", "b.csv"), ("\t", "c.tsv")):
        with (tmp_path / name).open("w", newline="") as file:
            csv.writer(file, delimiter=mark).writerows(
                [["title", "text"], *([f"T{n}", t] for n, t in enumerate(texts))]
            )
        assert [found.body for found in articles(tmp_path / name)] == texts
    (tmp_path / "d.tsv").write_text('title\ttext\n"Up," he said\tThey rose.\n')
    assert articles(tmp_path / "d.tsv")[0].title == '"Up," he said'


def test_a_column_of_prose_beside_titles_and_dates_holds_the_texts(tmp_path: Path) -> None:
    prose = "The harbour company sold its last ferry on Friday."
    table = f"id,title,date,summary_long\n1,Ferry sold,2024-03-05,{prose}\n"
    assert article(tmp_path / "a.csv", table).body == prose
    assert article(tmp_path / "a.csv", table.replace("date", "place")).format == "tables"


@pytest.mark.parametrize(
    "table",
    [
        "name,date,company\nFerry,2024-03-05,Harrow and Sons Ltd.\nBoat,2024-03-06,Quay Inc.\n",
        "title,date,content\nFerry,2024-03-05,61%\nBoat,2024-03-06,12%\n",
        "body,doors\nsaloon,4\nestate,5\n",
        "company,notes\nHarrow,They sold the last of their eleven yellow ferries in May 2024.\n",
        "text\n",
    ],
)
def test_a_table_of_data_stays_one_article(tmp_path: Path, table: str) -> None:
    raw = article(tmp_path / "a.csv", table)
    assert (raw.format, raw.source) == ("tables", str(tmp_path / "a.csv"))


def test_one_row_changes_and_the_others_stay_what_they_were(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(NEWS)
    before = [clean(raw) for raw in articles(tmp_path / "a.csv")]
    (tmp_path / "a.csv").write_text(NEWS.replace("By 5%", "By 6%"))
    after = [clean(raw) for raw in articles(tmp_path / "a.csv")]
    assert before[1] == after[1]
    assert before[0].id != after[0].id


def test_json_records_that_look_like_articles_are_articles(tmp_path: Path) -> None:
    records = [
        {"headline": "One", "body": "Sales rose.", "datePublished": "2024-03-05T10:00:00Z", "source": "Wire"},
        {"title": "Two", "content": "<p>Sales fell.</p><p>Badly.</p>", "published": "2024-03-06"},
    ]
    (tmp_path / "a.json").write_text(json.dumps({"status": "ok", "articles": records}))
    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, records)))
    for name in ("a.json", "b.jsonl"):
        one, two = map(clean, articles(tmp_path / name))
        assert (one.title, one.text, one.published) == ("One", "Sales rose.", datetime.date(2024, 3, 5))
        assert (one.source, one.meta) == (f"{tmp_path / name}#1", {"source": "Wire"})
        assert (two.title, two.text) == ("Two", "Sales fell.\n\nBadly.")


def test_other_json_becomes_tables(tmp_path: Path) -> None:
    record = {"company": "Voltari", "chief": {"name": "Mia"}, "years": [{"year": 2022, "sales": 5.5}, {"year": 2023}]}
    raw = article(tmp_path / "a.json", json.dumps(record))
    pairs, years = raw.grids
    assert (pairs.rows, pairs.header_rows) == ((("company", "Voltari"), ("chief.name", "Mia")), 0)
    assert (years.rows, years.caption) == ((("year", "sales"), ("2022", "5.5"), ("2023", "")), "years")
    assert clean(raw).title == "a"


def test_a_folder_is_read_to_the_bottom_in_order_without_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b/c.txt", "a.md", "b/.hidden.txt", ".git/x.txt", "news.askdocs/corpus.db", "news.askdocs/note.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("Sales rose.")
    *found, corpus = read(tmp_path)
    assert [Path(one.source).name for one in found] == ["a.md", "c.txt"]
    assert isinstance(corpus, Skipped)
    assert "it holds a corpus; to add the 1 other files" in corpus.reason
    (tmp_path / "news.askdocs" / "note.txt").unlink()
    assert len(list(read(tmp_path))) == 2


def test_patterns_find_files_in_order(tmp_path: Path) -> None:
    for name in ("b.md", "a.md", "sub/c.md", "d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Sales rose.")
    assert [Path(raw.source).name for raw in articles(f"{tmp_path}/*.md")] == ["a.md", "b.md"]
    assert [Path(raw.source).name for raw in articles(f"{tmp_path}/**/*.md")] == ["a.md", "b.md", "c.md"]
    assert {Path(raw.source).name for raw in articles(f"{tmp_path}/**")} == {"a.md", "b.md", "c.md", "d.txt"}


def test_patterns_leave_out_the_own_files_of_a_corpus(tmp_path: Path) -> None:
    for name in ("a.md", "vectors.faiss", "c/corpus.db", "c/corpus.db-wal", "c/writer.json", "c/note.txt", "b/used"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Sales rose.")
    found = [Path(one.source).name for one in read(f"{tmp_path}/**")]
    assert found == ["a.md", "used", "note.txt", "vectors.faiss"]  # what lies in no corpus is read, or said not to be
    assert [Path(one.source).name for one in read(f"{tmp_path}/c/*")] == ["note.txt"]
    [nothing] = read(f"{tmp_path}/c/*.json")
    assert isinstance(nothing, Skipped)
    assert nothing.reason == "no file matches this pattern"


def test_a_name_with_pattern_characters_is_a_name_when_it_is_there(tmp_path: Path) -> None:
    assert article(tmp_path / "sales [2024].txt", "They rose.").body == "They rose."


def test_links_are_followed_and_each_folder_read_once(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text("Sales rose.")
    os.symlink(tmp_path / "real", tmp_path / "zlink")
    os.symlink(tmp_path, tmp_path / "real" / "up")
    found = list(read(tmp_path))
    assert [Path(one.source).name for one in found] == ["a.txt", "up", "zlink"]
    assert [type(one) for one in found] == [RawArticle, Skipped, Skipped]
