"""Questions on tables through a whole corpus, with the shipped scorer of cells and no language model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs import Answer, Corpus

SEGMENTS = """<html><body><article><h1>Orrin Group results</h1>
<p>Orrin Group said on Tuesday that total revenue reached £987m in 2024, helped by demand for its cloud products.</p>
<table><caption>Figures in £m</caption>
<thead><tr><th rowspan=2>Segment</th><th colspan=2>Year ended 31 March</th></tr>
<tr><th>2023</th><th>2024</th></tr></thead>
<tr><td>Cloud</td><td>401.2</td><td>455.9</td></tr>
<tr><td>Retail</td><td>511.8</td><td>531.1</td></tr>
<tr><td>Leasing</td><td>–</td><td>(3.4)</td></tr></table>
<p>The board of Orrin Group proposes no dividend for the year that ended in March.</p></article></body></html>"""
FIRMS = (
    "Company;Revenue (US$ million);Net margin;Employees;Head office\n"
    '"Dominguez;Mcmillan and Donovan";2 311.7;(3.4)%;n/a;Oslo\n'
    "Harker AG;1 100.2;5.2%;4 120;Bremen\n"
    "Tolmer Works;640.9;1.1%;2 030;Ghent\n"
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    folder = tmp_path_factory.mktemp("tables")
    (folder / "orrin.html").write_text(SEGMENTS, encoding="utf-8")
    (folder / "firms.csv").write_text(FIRMS, encoding="utf-8")
    with Corpus.open(folder / "corpus") as corpus:
        report = corpus.add([folder / "orrin.html", folder / "firms.csv"])
        assert report.skipped == ()
        yield corpus


def ask(corpus: Corpus, question: str) -> Answer:
    return corpus.ask(question, model="extractive")


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "text", "value", "currency", "unit"),
    [
        ("What was cloud revenue in 2024?", "455.9", 455_900_000, "GBP", None),
        ("What did the retail segment make in the year to March 2023?", "511.8", 511_800_000, "GBP", None),
        ("What was the revenue of Dominguez?", "2 311.7", 2_311_700_000, "USD", None),
        ("What was the net margin of Dominguez?", "(3.4)%", -3.4, None, "percent"),
        ("How many employees does Harker AG have?", "4 120", 4120, None, None),
    ],
)
def test_a_cell_with_its_value(
    tables: Corpus, question: str, text: str, value: float, currency: str | None, unit: str | None
) -> None:
    answer = ask(tables, question)
    assert (answer.text, answer.value) == (text, value)
    assert answer.typed is not None
    assert (answer.typed.currency, answer.typed.unit) == (currency, unit)


@pytest.mark.model
def test_every_label_of_a_cited_cell_stands_where_it_says(tables: Corpus) -> None:
    answer = ask(tables, "What was cloud revenue in 2024?")
    (citation,) = answer.citations
    article = tables.article(citation.article_id)
    assert article.text[citation.start : citation.end] == citation.quote == "Cloud | 401.2 | 455.9"
    assert article.text[citation.answer_start : citation.answer_end] == "455.9"
    assert (citation.table, citation.row, citation.column) == ("Figures in £m", "Cloud", "Year ended 31 March > 2024")
    assert all(article.text[label.start : label.end] == label.text for label in citation.labels)
    assert {label.kind for label in citation.labels} == {"row", "column", "caption", "unit"}
    assert citation.excerpt is not None
    assert citation.excerpt.rows[citation.excerpt.row][citation.excerpt.column] == "455.9"
    assert "455.9" in str(answer)
    assert "£m" in str(answer)


@pytest.mark.model
def test_an_empty_cell_is_no_answer(tables: Corpus) -> None:
    answer = ask(tables, "How many employees does Dominguez have?")
    assert answer.abstained
    assert answer.value is None
    assert answer.note == 'the table says "n/a" for Dominguez;Mcmillan and Donovan, Employees'
    assert answer.citations[0].row == "Dominguez;Mcmillan and Donovan"


@pytest.mark.model
def test_the_highest_of_a_column_with_the_formula(tables: Corpus) -> None:
    answer = ask(tables, "Which company had the highest revenue?")
    assert answer.text == "Dominguez;Mcmillan and Donovan"
    assert answer.formula == "highest of 3 under Revenue (US$ million): 2 311.7"
    assert len(answer.citations) == 2


@pytest.mark.model
def test_a_difference_cites_both_cells(tables: Corpus) -> None:
    answer = ask(tables, "By how much did cloud revenue rise from 2023 to 2024?")
    assert answer.value == 54_700_000
    assert answer.formula is not None
    assert answer.formula.startswith("455.9 − 401.2 = 54.7")
    quotes = {tables.article(c.article_id).text[c.answer_start : c.answer_end] for c in answer.citations}
    assert quotes == {"455.9", "401.2"}


@pytest.mark.model
def test_a_corpus_of_tables_alone_needs_no_language_model(tmp_path: Path) -> None:
    (tmp_path / "firms.csv").write_text(FIRMS, encoding="utf-8")
    with Corpus.open(tmp_path / "corpus") as corpus:
        corpus.add(tmp_path / "firms.csv")
        answer = corpus.ask("Where is the head office of Tolmer Works?", model="extractive")
        assert answer.text == "Ghent"
        (many,) = corpus.ask_many(["Where is the head office of Tolmer Works?"], model="extractive")
        assert many.text == "Ghent"


@pytest.mark.model
def test_a_table_of_articles_reads_the_cells_of_their_tables(tables: Corpus) -> None:
    columns = {"cloud": "What was cloud revenue in 2024?", "margin": "What was the net margin of Dominguez?"}
    made = tables.table(columns, model="extractive")
    rows = {Path(row.source).name: row for row in made}
    cell = rows["orrin.html"]["cloud"]
    assert (cell.text, cell.value, cell.unit) == ("455.9", 455_900_000, "GBP")
    assert cell.citation is not None
    assert (cell.citation.row, cell.citation.unit) == ("Cloud", "Figures in £m")
    assert cell.citation.excerpt is not None
    assert (rows["firms.csv"]["margin"].value, rows["firms.csv"]["margin"].unit) == (-3.4, "percent")
    again = tables.table(columns, model="extractive")
    assert (again.asked, again.rows) == (0, made.rows)
    assert tables.table(columns, model="extractive", threshold=0.9).asked == 4  # it decides between cells and sentences
