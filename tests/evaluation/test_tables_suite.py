"""The suite of tables is what it claims to be: enough of each kind, its gold cells stand in their files, and its gold
values follow from these cells."""

from __future__ import annotations

import html
import json
import math
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from askdocs.evaluation.cases import Case, GoldCell, MoneyGold, NumberGold, PercentGold
from askdocs.evaluation.suite import Suite, article_files, load_suite
from scripts.suites.document_content import DOCUMENTS
from scripts.suites.pdf_content import PDFS
from scripts.suites.sheet_content import WORKBOOKS
from scripts.suites.tables_files import files

EVALS = Path(__file__).parents[2] / "evals"
ARTICLES = EVALS / "tables" / "articles"
EMPTY = {"", "–", "-", "n/a", "none", "null"}


@cache
def suite() -> Suite:
    return load_suite(EVALS / "tables")


def tagged(tag: str) -> list[Case]:
    return [case for case in suite().cases if any(name.partition(":")[0] == tag for name in case.tags)]


def plain(text: str) -> str:
    return " ".join(text.replace("­", "").split())


@cache
def text_of(name: str) -> str:
    """What a file shows, read by other means than the package's own."""
    path = ARTICLES / name
    readers: dict[str, Callable[[Path], str]] = {
        ".pdf": pdf_text, ".xlsx": xlsx_text, ".ods": xml_text, ".docx": xml_text, ".html": html_text, ".csv": csv_text
    }  # fmt: skip
    return plain(readers[path.suffix](path) if path.suffix in readers else path.read_text("utf-8"))


def html_text(path: Path) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", path.read_text("utf-8")))


def csv_text(path: Path) -> str:
    data = path.read_bytes()
    text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    return text.replace('""', '"')


def xml_text(path: Path) -> str:
    with zipfile.ZipFile(path) as parts:
        name = "content.xml" if path.suffix == ".ods" else "word/document.xml"
        return html.unescape(re.sub(r"<[^>]+>", " ", parts.read(name).decode()))


def pdf_text(path: Path) -> str:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def xlsx_text(path: Path) -> str:
    from openpyxl import load_workbook

    book = load_workbook(path, data_only=True)
    return "\n".join(shown(cell.value, cell.number_format) for page in book for row in page for cell in row)


def shown(value: object, form: str) -> str:
    """A cell as a spreadsheet shows it, for the number formats that the suite has."""
    if isinstance(value, date):
        fields = {"YYYY": "%Y", "MMM": "%b", "MM": "%m", "DD": "%d", "D": str(value.day)}
        return value.strftime(re.sub(r"YYYY|MMM|MM|DD|D", lambda match: fields[match[0]], form))
    if not isinstance(value, int | float):
        return str(value or "")
    if ";" in form:
        return f"({-value:,.0f})" if value < 0 else f"{value:,.0f}" if value else "–"
    decimals = len(form.partition(".")[2].rstrip("%"))
    if form.endswith("%"):
        return f"{value:.{decimals}%}"
    return str(value) if form == "General" else f"{form[: form.startswith('£')]}{value:,.{decimals}f}"


def figure(cell: GoldCell) -> float:
    """The number in a cell, with its sign and without its scale; the file's own decimal mark is told by its form."""
    text = cell.text.replace("−", "-").replace(" ", "").replace("\u00a0", "")
    digits = re.search(r"\d[\d.,]*", text)
    assert digits is not None, cell
    number = digits[0].rstrip(".,")
    if re.fullmatch(r"\d{1,3}(\.\d{3})*,\d+|\d{1,3}\.\d{3}", number) and not re.fullmatch(r"\d{1,3}(,\d{3})+", number):
        number = number.replace(".", "").replace(",", ".")
    value = float(number.replace(",", ""))
    return -value if re.search(r"-\d|\(£?\d", text) else value


def amounts(case: Case) -> tuple[float, ...]:
    assert isinstance(case.gold, NumberGold | MoneyGold | PercentGold)
    return case.gold.value if isinstance(case.gold.value, tuple) else (case.gold.value,)


def is_scaled(gold: float, number: float) -> bool:
    """Whether gold is a number times a power of ten that scale words stand for."""
    if not number or not gold:
        return number == gold
    power = math.log10(gold / number) if gold / number > 0 else math.nan
    return any(math.isclose(power, scale, abs_tol=1e-9) for scale in (0, 3, 5, 6, 7, 9))


def test_there_are_enough_cases_of_each_kind() -> None:
    cases = suite().cases
    names = {name for case in cases for name in case.article}
    assert 250 <= len(cases) <= 300
    assert len(names) >= 40
    assert sum(Path(name).suffix in (".html", ".pdf", ".xlsx") for name in names) >= len(names) / 2
    assert 0.18 <= sum(not case.answerable for case in cases) / len(cases) <= 0.22
    assert len(tagged("arithmetic")) >= 40
    kinds = Counter(name for case in cases for name in case.tags)
    for kind in ("difference", "sum", "growth", "ratio", "average", "highest", "lowest", "rank", "count"):
        assert kinds[f"arithmetic:{kind}"] >= 1, kind
    for why in ("empty-cell", "wrong-year", "no-such-row", "no-such-measure", "mixed-units", "other-company"):
        assert kinds[f"unanswerable:{why}"] >= 2, why


def test_every_file_is_asked_about_and_small() -> None:
    names = {name for case in suite().cases for name in case.article}
    found = article_files(ARTICLES)
    assert {path.name for path in found} == names
    assert max(path.stat().st_size for path in found) < 12_000


def test_ids_and_questions_are_unique() -> None:
    cases = suite().cases
    others = {json.loads(line)["id"] for name in ("news", "smoke")
              for line in (EVALS / name / "cases.jsonl").read_text("utf-8").splitlines()}  # fmt: skip
    assert not {case.id for case in cases} & others
    assert len({case.question.casefold() for case in cases}) == len(cases)


def test_gold_cells_and_their_labels_stand_in_the_file() -> None:
    for case in suite().cases:
        assert bool(case.cells) == case.answerable, case.id
        for cell in case.cells:
            (name,) = case.article
            text = text_of(name)
            assert plain(cell.text) in text, f"{case.id}: {cell.text}"
            assert cell.text.strip().casefold() not in EMPTY, case.id
            assert cell.row, case.id
            words = set(re.findall(r"\w+", f"{cell.row} {cell.column}".casefold()))
            assert words <= set(re.findall(r"\w+", text.casefold())), f"{case.id}: {cell}"


def test_looked_up_values_are_those_of_their_cells() -> None:
    for case in suite().cases:
        if case.type not in ("number", "money", "percent") or "arithmetic" in case.tags:
            continue
        (cell,) = case.cells
        if "range" in case.tags:
            ends = [float(end) for end in re.split("–", cell.text)]
            assert all(is_scaled(gold, end) for gold, end in zip(amounts(case), ends, strict=True)), case.id
        else:
            assert is_scaled(amounts(case)[0], figure(cell)), f"{case.id}: {cell.text}"


FORMULAS: dict[str, Callable[[list[float]], tuple[float, ...]]] = {
    "difference": lambda cells: (cells[0] - cells[1],),
    "sum": lambda cells: (sum(cells),),
    "growth": lambda cells: (100 * (cells[0] / cells[1] - 1),),
    "ratio": lambda cells: (cells[0] / cells[1], 100 * cells[0] / cells[1]),
    "average": lambda cells: (sum(cells) / len(cells),),
    "count": lambda cells: (len(cells),),
}


def test_computed_values_follow_from_their_operands() -> None:
    for case in tagged("arithmetic"):
        (kind,) = (tag.partition(":")[2] for tag in case.tags if tag.startswith("arithmetic:"))
        if kind not in FORMULAS:
            assert case.type == "entity", case.id
            assert len(case.cells) == 1, case.id
            continue
        expected = FORMULAS[kind]([figure(cell) for cell in case.cells])
        (gold,) = amounts(case)
        found = (is_scaled(round(gold, 6), round(value, 6)) for value in expected)
        assert any(found), f"{case.id}: {expected}, gold {gold}"


def test_unanswerable_cases_say_why_once() -> None:
    for case in suite().cases:
        reasons = [tag for tag in case.tags if tag.startswith("unanswerable:")]
        assert len(reasons) == (0 if case.answerable else 1), case.id


def test_the_files_are_those_that_the_script_makes() -> None:
    made = files()
    assert set(made) == {*PDFS, *WORKBOOKS, *DOCUMENTS}
    for name, data in made.items():
        kept = (ARTICLES / name).read_bytes()
        if name.endswith(".pdf"):
            assert len(data) == pytest.approx(len(kept), rel=0.1), name  # reportlab's own version may differ
        else:
            assert zip_texts(ARTICLES / name, kept) == zip_texts(ARTICLES / name, data), name


def zip_texts(path: Path, data: bytes) -> dict[str, bytes]:
    import io

    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return {name: parts.read(name) for name in parts.namelist() if "sheet" in name or name.endswith("t.xml")}
