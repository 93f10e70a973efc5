"""A made-up annual report as PDF, with tables of which every cell is known.

Usage: python -m scripts.benchmarks.made_filing [--pages 200] [--tables 150] [--out FILE]

Prints how long its pages take to read, and how many of its tables come with every cell right.
"""

from __future__ import annotations

import argparse
import io
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from askdocs.ingest.sources.pdf import pdf_pages

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 612.0, 792.0
LEADING = 13.0
_SUBJECTS = ("Cloud services", "Retail", "Harbour operations", "Leasing", "Freight", "Insurance", "Other segments")
_LINES = ("Revenue", "Cost of sales", "Gross profit", "Administrative expenses", "Depreciation and amortisation",
          "Operating profit", "Finance costs", "Profit before tax", "Income tax", "Profit for the year")  # fmt: skip
_PROSE = (
    "The board considers the position of the group at the end of each year and reports on the risks that it found.",
    "Contracts with customers of more than one year are recognised over time as the services are rendered to them.",
    "Management expects that demand will stay at the level of the last two quarters unless prices change again.",
    "Lease liabilities are measured at the present value of the payments that have not been made at that date.",
)


class MadeTable(NamedTuple):
    """A table of the report: the page it is on, from 1, and its rows with the header first."""

    page: int
    rows: tuple[tuple[str, ...], ...]


class MadeFiling(NamedTuple):
    """The bytes of the PDF and its tables in their order."""

    data: bytes
    tables: list[MadeTable]


def made_filing(pages: int = 200, tables: int = 150, seed: int = 7) -> MadeFiling:
    """Make a report; the same arguments give the same one.

    >>> filing = made_filing(pages=4, tables=3)
    >>> filing.data[:5], len(filing.tables), filing.tables[0].rows[0]
    (b'%PDF-', 3, ('Segment', '2024', '2023'))
    """
    from reportlab.pdfgen.canvas import Canvas

    chance = random.Random(seed)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=True, pageCompression=1)
    made: list[MadeTable] = []
    for page in range(1, pages + 1):
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, HEIGHT - 40, "Harbour Holdings plc  Annual report")
        canvas.drawRightString(WIDTH - 72, 36, str(page))
        y = _prose(canvas, chance, HEIGHT - 80, 12)
        if len(made) < tables * page / pages:
            draw = (_ruled, _plain, _with_currency)[len(made) % 3]
            rows, y = draw(canvas, chance, y - 2 * LEADING)
            made.append(MadeTable(page, rows))
        _prose(canvas, chance, y - 2 * LEADING, 12)
        canvas.showPage()
    canvas.save()
    return MadeFiling(out.getvalue(), made)


def _prose(canvas: Canvas, chance: random.Random, y: float, lines: int) -> float:
    canvas.setFont("Times-Roman", 10)
    words = [word for _ in range(lines) for word in chance.choice(_PROSE).split()]
    line: list[str] = []
    for word in words:
        if canvas.stringWidth(" ".join([*line, word]), "Times-Roman", 10) > WIDTH - 144:
            canvas.drawString(72, y, " ".join(line))
            y, line = y - LEADING, []
        line.append(word)
    canvas.drawString(72, y, " ".join(line))
    return y


def _amount(chance: random.Random) -> str:
    value = chance.choice((chance.uniform(1, 90), chance.uniform(90, 9000)))
    return chance.choice((f"{value:,.1f}", f"{value:,.1f}", f"({value:,.1f})", "–"))


def _ruled(canvas: Canvas, chance: random.Random, y: float) -> tuple[tuple[tuple[str, ...], ...], float]:
    """Every cell in a box."""
    body = [(name, _amount(chance), _amount(chance)) for name in chance.sample(_SUBJECTS, 5)]
    rows = (("Segment", "2024", "2023"), *body)
    edges = (100.0, 300.0, 400.0, 500.0)
    canvas.setFont("Helvetica", 9)
    for i, row in enumerate(rows):
        for text, left, right in zip(row, edges, edges[1:], strict=False):
            canvas.rect(left, y - i * 16 - 5, right - left, 16)
            canvas.drawString(left + 4, y - i * 16, text)
    return rows, y - len(rows) * 16


def _plain(canvas: Canvas, chance: random.Random, y: float) -> tuple[tuple[tuple[str, ...], ...], float]:
    """Figures set from the right, a rule below the header, one label on two lines."""
    canvas.setFont("Helvetica-Oblique", 9)
    canvas.drawString(72, y, "(in millions of euros)")
    body = [(name, _amount(chance), _amount(chance), _amount(chance)) for name in chance.sample(_LINES, 7)]
    wrapped = ("Share of the results of associates and joint ventures", *body[3][1:])
    rows = (("", "2024", "2023", "2022"), *body[:3], wrapped, *body[4:])
    y -= 16
    for row in rows:
        canvas.setFont("Helvetica", 9)
        if row is wrapped:
            canvas.drawString(72, y, "Share of the results of associates and")
            y -= 10
            canvas.drawString(72, y, "joint ventures")
        else:
            canvas.drawString(72, y, row[0])
        for text, right in zip(row[1:], (360.0, 440.0, 520.0), strict=True):
            canvas.drawRightString(right, y, text)
        if row is rows[0]:
            canvas.line(72, y - 3, 520, y - 3)
        y -= 14
    return rows, y


def _with_currency(canvas: Canvas, chance: random.Random, y: float) -> tuple[tuple[tuple[str, ...], ...], float]:
    """As filings in the United States have it: a title over the years, signs of currency in columns of their own."""
    body = [(name, f"{chance.randint(1000, 99999):,}", f"{chance.randint(1000, 99999):,}") for name in _LINES[:6]]
    rows = [("", "Year ended December 31,", ""), ("", "2024", "2023")]
    canvas.setFont("Times-Bold", 9)
    canvas.drawCentredString(435, y, "Year ended December 31,")
    canvas.line(350, y - 3, 520, y - 3)
    y -= 13
    canvas.drawCentredString(385, y, "2024")
    canvas.drawCentredString(485, y, "2023")
    canvas.setFont("Times-Roman", 9)
    for i, (name, *figures) in enumerate(body):
        y -= 13
        canvas.drawString(72, y, name)
        cells = [name]
        for figure, left, right in zip(figures, (352.0, 452.0), (418.0, 518.0), strict=True):
            canvas.drawRightString(right, y, figure)
            if i in (0, len(body) - 1):
                canvas.drawString(left, y, "$")
            cells.append(f"${figure}" if i in (0, len(body) - 1) else figure)
        rows.append((cells[0], cells[1], cells[2]))
    return tuple(rows), y


def right_tables(filing: MadeFiling, grids: Sequence[tuple[tuple[str, ...], ...]]) -> int:
    """How many tables of a report are among the ``grids`` with every cell as it was made."""
    return sum(table.rows in grids for table in filing.tables)


def main() -> None:
    """Make a report, read it, and say how long that took."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--tables", type=int, default=150)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    filing = made_filing(arguments.pages, arguments.tables)
    if arguments.out:
        arguments.out.write_bytes(filing.data)
    begun = time.perf_counter()
    read = pdf_pages("filing.pdf", filing.data)
    seconds = time.perf_counter() - begun
    right = right_tables(filing, [grid.rows for grid in read.grids])
    print(f"{len(read.pages)} pages in {seconds:.2f} s, {right} of {len(filing.tables)} tables right")


if __name__ == "__main__":
    main()
