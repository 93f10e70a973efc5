"""Made-up tables keep what their questions promise: one cell that answers, or none."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest

from askdocs.tables.layout import lay_out
from scripts.training.eight_grams import eight_grams, evaluated_eight_grams
from scripts.training.made_tables import HELD_OUT, SHAPES, MadeTable, made_tables
from scripts.training.table_cells import EMPTY
from scripts.training.table_names import Namer
from scripts.training.table_vocabulary import subjects

EVALS = Path(__file__).resolve().parents[2] / "evals"
RECKONED = {"difference", "growth", "sum", "ratio", "average", "highest", "lowest", "nth", "count"}
KINDS = {"lookup", "reverse"} | RECKONED
KINDS |= {f"unanswerable:{what}" for what in ("year", "row", "column", "company", "missing")}


@pytest.fixture(scope="module")
def training() -> list[MadeTable]:
    return list(made_tables(11, 250))


@pytest.fixture(scope="module")
def held_out() -> list[MadeTable]:
    return list(made_tables(11, 150, held_out=True))


@pytest.fixture(scope="module")
def both(training: list[MadeTable], held_out: list[MadeTable]) -> list[MadeTable]:
    return training + held_out


def test_the_same_seed_makes_the_same_tables(training: list[MadeTable]) -> None:
    assert list(made_tables(11, 10)) == training[:10]
    assert list(made_tables(12, 10)) != training[:10]


def test_rows_are_as_long_as_each_other_and_the_table_can_be_laid_out(both: list[MadeTable]) -> None:
    for table in both:
        assert len({len(row) for row in table.grid.rows}) == 1
        assert 2 <= len(table.grid.rows) <= 60
        assert 2 <= len(table.grid.rows[0]) <= 15
        assert not table.grid.indents or len(table.grid.indents) == len(table.grid.rows)
        assert lay_out(table.grid) is not None


def test_cells_are_as_their_kind_says(both: list[MadeTable]) -> None:
    for table in both:
        for question in table.questions:
            assert question.kind in KINDS
            assert question.text == question.text.strip()
            assert not set("{}<>[]|") & set(question.text), question.text
            words = [table.grid.rows[row][column] for row, column in question.cells]
            if question.kind == "unanswerable:missing":
                assert len(words) == 1
                assert words[0] in EMPTY
            elif question.kind.startswith("unanswerable"):
                assert not words
            else:
                assert all(words)
                assert not set(words) & set(EMPTY)
                assert len(words) == {"difference": 2, "growth": 2, "sum": 2, "ratio": 2}.get(question.kind, len(words))
                assert question.kind in {"average", "count"} | RECKONED or len(words) == 1
                assert 1 <= len(words) <= 12


def test_values_stand_under_headers_and_beside_labels(both: list[MadeTable]) -> None:
    for table in both:
        header, labels = table.grid.header_rows or 0, table.grid.label_columns or 0
        for question in table.questions:
            for row, column in question.cells:
                inside = row >= header and column >= labels
                assert inside != (question.kind == "reverse"), (table.shape, question)


def test_a_lookup_that_names_a_label_has_it_in_its_row_or_column(training: list[MadeTable]) -> None:
    """A year within a question on one of several years is that of the cell's row or column."""
    checked = 0
    for table in training:
        if table.shape not in {"things_by_years", "statement"}:
            continue
        years = [re.findall(r"(?:19|20)\d\d", cell) for cell in table.grid.rows[0]]
        for question in table.questions:
            asked = re.findall(r"\b(?:19|20)\d\d\b", question.text)
            if question.kind == "lookup" and len(asked) == 1 and years[question.cells[0][1]]:
                assert asked == years[question.cells[0][1]] or table.grid.rows[0][question.cells[0][1]].find("/") > 0
                checked += 1
    assert checked > 50


def test_a_year_that_is_not_there_stands_nowhere_in_the_table(both: list[MadeTable]) -> None:
    count = 0
    for table in both:
        read = " ".join((table.title, table.heading, table.before, table.grid.caption, *table.grid.notes))
        read += " ".join(cell for row in table.grid.rows for cell in row)
        for question in table.questions:
            if question.kind == "unanswerable:year":
                years = re.findall(r"\b(?:19|20)\d\d\b", question.text)
                assert not any(year in read for year in years if f"{year}/" not in question.text), question.text
                count += 1
    assert count > 100


def test_a_year_that_a_lookup_names_stands_in_the_table_or_about_it(both: list[MadeTable]) -> None:
    for table in both:
        read = " ".join((table.title, table.heading, table.grid.caption))
        read += " ".join(cell for row in table.grid.rows for cell in row)
        for question in table.questions:
            for year in re.findall(r"\b(?:19|20)\d\d\b", question.text) if question.kind == "lookup" else ():
                assert year in read or re.search(rf"(?i)(fy|[1-4][qh]|9m|/){year[2:]}\b", read), (
                    table.shape,
                    question.text,
                )


def test_shares_of_kinds(training: list[MadeTable], held_out: list[MadeTable]) -> None:
    for tables in (training, held_out):
        kinds = Counter(question.kind for table in tables for question in table.questions)
        whole = sum(kinds.values())
        assert 0.25 < sum(count for kind, count in kinds.items() if kind.startswith("un")) / whole < 0.36
        assert 0.4 < kinds["lookup"] / whole < 0.65
        assert sum(kinds[kind] for kind in RECKONED) / whole > 0.08
        assert set(kinds) == KINDS
        assert all(4 <= len(table.questions) <= 14 for table in tables)


def test_questions_begin_in_many_ways(training: list[MadeTable]) -> None:
    starts = {" ".join(q.text.lower().split()[:2]) for table in training for q in table.questions}
    assert len(starts) > 300
    texts = [question.text for table in training for question in table.questions]
    assert 0.1 < sum(text == text.lower() for text in texts) / len(texts) < 0.5


def test_held_out_tables_have_shapes_and_measures_of_their_own(training: list[MadeTable]) -> None:
    names = {shape.__name__ for shape, _ in SHAPES}, {shape.__name__ for shape, _ in HELD_OUT}
    assert len(names[0]) >= 20
    assert len(names[1]) >= 6
    assert not names[0] & names[1]
    own = [measure for subject in subjects().values() for measure in subject.measures if measure.held_out]
    assert len(own) > 60
    assert not any(
        measure.held_out for subject in subjects().values() for measure in subject.usable(False) if not subject.held_out
    )


def test_nothing_is_taken_from_what_evaluates(both: list[MadeTable]) -> None:
    evaluated = evaluated_eight_grams()
    for table in both:
        for text in (table.title, table.grid.caption, *(question.text for question in table.questions)):
            assert not eight_grams(text) & evaluated, text


def test_no_invented_name_is_one_of_an_article_that_evaluates() -> None:
    suites = (EVALS / name for name in ("news", "smoke", "tables", "whole"))  # "short" has no tables
    paths = (one for suite in suites for one in suite.rglob("*") if one.suffix in {".md", ".jsonl", ".html", ".csv"})
    texts = [path.read_text(encoding="utf-8", errors="ignore") for path in paths]
    words = {word for text in texts for word in re.findall(r"[A-Z]\w+", text)}
    for half in (False, True):
        namer = Namer(random.Random(5), half)
        made = {name for _ in range(3000) for name in (namer.stem(), namer.town(), namer.person().others[-1])}
        assert not made & words
