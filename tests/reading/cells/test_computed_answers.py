"""Results over cells: which cells are taken, the formula, the value, and when there is none."""

from __future__ import annotations

import pytest

from askdocs.core.articles import Article, Chunk, Hit
from askdocs.core.tables import Grid
from askdocs.reading.cells.cell_candidates import FoundTable, found_table
from askdocs.reading.cells.cell_reader import CellReading, ReadCell
from askdocs.reading.cells.computed_answers import ComputedAnswer, computed_answer
from askdocs.tables.layout import lay_out
from askdocs.values.computations import asked_computation
from askdocs.values.measure_names import with_one_name

SALES = Grid(
    rows=(
        ("Segment", "2022", "2023", "2024", "Staff"),
        ("Cloud", "380.0", "401.2", "455.9", "1,200"),
        ("Retail", "(3.5)", "511.8", "531.1", "800"),
        ("Other", "n/a", "20.0", "25.0", "90"),
        ("Total", "", "933.0", "1,012.0", "2,090"),
    ),
    header_rows=1,
    label_columns=1,
    caption="Figures in £m, except staff",
)


def table(grid: Grid) -> FoundTable:
    laid = lay_out(grid)
    assert laid is not None
    text, placed = laid
    article = Article(id="a1", source="a.html", title="Orrin", text=text, tables=(placed,))
    chunk = Chunk(article_id="a1", start=0, end=len(text), text=text)
    return found_table(placed, [Hit(chunk=chunk, source="a.html", title="Orrin", score=1)], article)


def by_words(found: FoundTable, text: str) -> CellReading:
    """Reads the cell whose row and column labels stand in the question: what the scorer does, for plain labels."""
    view = found.view
    for row in view.body:
        for column in range(1, view.column_count):
            labels = [*(one.text for one in view.row_labels(row)), *(one.text for one in view.column_labels(column))]
            if all(with_one_name(label).lower() in with_one_name(text).lower() for label in labels):
                return CellReading((ReadCell(found, view.cell(row, column), 0.9),), 0.1)
    return CellReading((), 1.0)


def computed(question: str, grid: Grid = SALES) -> ComputedAnswer | None:
    found = table(grid)
    computation = asked_computation(question)
    assert computation is not None
    return computed_answer(question, computation, [found], lambda text: by_words(found, text))


@pytest.mark.parametrize(
    ("question", "text", "value", "formula"),
    [
        ("By how much did Cloud grow from 2023 to 2024?", "54.7", 54_700_000, "455.9 − 401.2 = 54.7"),
        (
            "By what percentage did Cloud grow from 2023 to 2024?",
            "13.63%",
            13.6340977,
            "(455.9 − 401.2) ÷ 401.2 = 13.63%",
        ),
        ("What did Cloud and Retail make together in 2023?", "913", 913_000_000, "401.2 + 511.8 = 913"),
        ("What is the ratio of Retail to Cloud in 2024?", "1.1649", 1.164948453, "531.1 ÷ 455.9 = 1.1649"),
        ("What was the average of Cloud from 2022 to 2024?", "412.3667", 412_366_666.67, "(380.0 + 401.2 + 455.9) ÷ 3"),
        ("What is the difference between Cloud and Retail in Staff?", "400", 400, "1,200 − 800 = 400"),
    ],
)
def test_arithmetic_on_named_cells(question: str, text: str, value: float, formula: str) -> None:
    found = computed(question)
    assert found is not None
    assert found.text.split(" (")[0] == text
    assert found.value is not None
    assert found.value.value == pytest.approx(value)
    assert found.formula.startswith(formula)


def test_what_something_fell_by_has_no_sign() -> None:
    grid = Grid(rows=(("Firm", "2023", "2024"), ("Orrin", "50", "40")), header_rows=1, label_columns=1)
    fall = computed("By how much did Orrin fall from 2023 to 2024?", grid)
    assert fall is not None
    assert (fall.text, fall.formula) == ("10", "50 − 40 = 10")
    percent = computed("By what percentage did Orrin fall from 2023 to 2024?", grid)
    assert percent is not None
    assert percent.value is not None
    assert (percent.value.value, percent.formula) == (20, "(50 − 40) ÷ 50 = 20%")


def test_another_firm_is_not_computed() -> None:
    assert computed("By how much did Cloud of Tolmer grow from 2023 to 2024?") is None


def test_the_highest_leaves_totals_out_and_names_the_row() -> None:
    found = computed("Which segment had the highest 2024 figure?")
    assert found is not None
    assert found.text == "Retail"
    assert [one.cell.text for _, one in found.cells] == ["Retail", "531.1"]
    second = computed("Which segment had the second highest 2024 figure?")
    assert second is not None
    assert second.text == "Cloud"


def test_a_count_says_what_it_counted() -> None:
    found = computed("How many segments had more than 500 Staff 2024?".replace(" 2024", ""))
    assert found is not None
    assert (found.text, found.formula) == ("2", "2 of 3 under Staff: more than 500 Staff")


def test_no_result_of_a_missing_cell_or_of_different_units() -> None:
    missing = computed("By how much did Other grow from 2022 to 2023?")
    assert missing is not None
    assert (missing.text, missing.value) == ("", None)
    assert "no figure" in missing.note
    mixed = Grid(rows=(("Deposit", "2024"), ("Dublin", "€5m"), ("Leeds", "£3m")), header_rows=1, label_columns=1)
    found = computed("What do Dublin and Leeds come to together in 2024?", mixed)
    assert found is not None
    assert (found.text, found.note) == ("", "the figures are of different units: EUR and GBP")


def test_equal_figures_have_no_highest() -> None:
    grid = Grid(rows=(("Town", "Schools"), ("Ayr", "5"), ("Elgin", "5"), ("Wick", "2")), header_rows=1, label_columns=1)
    assert computed("Which town has the most Schools?", grid) is None


def test_a_part_of_a_table_has_no_highest() -> None:
    grid = Grid(rows=(("Line", "Length"), ("Ayr", "5"), ("Wick", "2")), header_rows=1, label_columns=1)
    first = lay_out(grid)
    assert first is not None
    second = lay_out(grid, len(first[0]) + 2)
    assert second is not None
    text = f"{first[0]}\n\n{second[0]}"
    article = Article(id="a1", source="a.pdf", title="Lines", text=text, tables=(first[1], second[1]))
    chunk = Chunk(article_id="a1", start=0, end=len(first[0]), text=first[0])
    found = found_table(first[1], [Hit(chunk=chunk, source="a.pdf", title="Lines", score=1)], article)
    computation = asked_computation("Which line has the highest Length?")
    assert computation is not None
    assert computed_answer("", computation, [found], lambda text: by_words(found, text)) is None
