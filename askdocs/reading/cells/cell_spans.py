"""The span scorer over rows of a table: each row is read as a line ``header: cell; header: cell``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from askdocs.reading.cells.cell_candidates import ConsideredTable
from askdocs.reading.span_scorer import SpanScorer
from askdocs.tables.view import Cell, TableView

MOST_ROWS = 6  # that are read for one question
_AROUND = 200  # characters of caption and heading before a row


def row_passage(table: ConsideredTable, row: int, around: str = "") -> tuple[str, dict[Cell, tuple[int, int]]]:
    """A row as a passage, and where its cells stand in it; cells that are empty are left out."""
    view = table.found.view
    text = f"{around[:_AROUND]}\n" if around else ""
    places: dict[Cell, tuple[int, int]] = {}
    labels = [cell for cell in view.row_labels(row) if cell.column < view.table.label_columns]
    cells = [*labels, *(view.cell(row, column) for column in table.columns)]
    for cell in dict.fromkeys(cells):
        if not cell.text or cell in places:
            continue
        header = _header(view, cell)
        text += f"{header}: " if header else ""
        places[cell] = (len(text), len(text) + len(cell.text))
        text += f"{cell.text}{': ' if not header and cell.column < view.table.label_columns else '; '}"
    return text.rstrip(" ;:"), places


def span_odds(
    question: str, scorer: SpanScorer, tables: Sequence[ConsideredTable], rows: Sequence[tuple[int, int]]
) -> Mapping[tuple[int, Cell], float]:
    """The log-odds of the cells of some rows, against no answer in the row: ``(table, cell)`` to log-odds.

    ``rows`` are ``(table, row)``, tables by their place among those given.
    """
    passages = [row_passage(tables[table], row, _context(tables[table])) for table, row in rows[:MOST_ROWS]]
    spans = [list(places.values()) for _, places in passages]
    scored = scorer.score(question, [text for text, _ in passages], spans).passages
    return {
        (table, cell): odds
        for (table, _), (_, places), passage in zip(rows, passages, scored, strict=False)
        for cell, odds in zip(places, passage.odds, strict=True)
    }


def _header(view: TableView, cell: Cell) -> str:
    return " ".join(label.text.rstrip(":") for label in view.column_labels(cell.column))


def _context(table: ConsideredTable) -> str:
    found = table.found
    caption = found.table.caption
    named = found.article.text[caption[0] : caption[1]] if caption else found.hit.chunk.heading
    return ". ".join(part for part in (found.article.title, named) if part)
