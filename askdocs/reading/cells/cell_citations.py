"""Cells to citations: the cell, the row it stands in, and the words that say what it is, each with its place."""

from __future__ import annotations

import re
from bisect import bisect_right

from askdocs.core.answers import CellLabel, Citation, Excerpt
from askdocs.core.tables import Span
from askdocs.reading.cells.cell_candidates import FoundTable
from askdocs.tables.typed_cells import TypedCell
from askdocs.tables.view import Cell, TableView
from askdocs.values.periods import periods

_ROWS_AROUND, _COLUMNS = 1, 5  # of an excerpt
_JOINED = " > "
_WORDS = re.compile(r"[^\W\d_]{3,}")


def cell_citation(found: FoundTable, typed: TypedCell) -> Citation:
    """The citation of a cell; its labels and its unit stand in the article's text at the places they name."""
    article, table, view, cell = found.article, found.table, found.view, typed.cell
    start, end = view.line(cell.row)
    labels = _labels(found, typed)
    chunk = next((hit.chunk for hit in found.hits if hit.chunk.start <= cell.start < hit.chunk.end), found.hit.chunk)
    return Citation(
        article_id=article.id,
        source=article.source,
        title=article.title,
        published=article.published,
        page=bisect_right(article.pages, cell.start) if article.pages else None,
        chunk_id=chunk.id,
        start=start,
        end=end,
        quote=article.text[start:end],
        answer_start=cell.start,
        answer_end=cell.end,
        table=_of_kind(labels, "caption") or table.name or None,
        row=_of_kind(labels, "row"),
        column=_of_kind(labels, "column"),
        unit=_of_kind(labels, "unit"),
        labels=labels,
        excerpt=_excerpt(view, cell),
    )


def _labels(found: FoundTable, typed: TypedCell) -> tuple[CellLabel, ...]:
    view, cell, text = found.view, typed.cell, found.article.text
    labels = [_label("row", label) for label in _row_labels(view, cell)]
    labels += [_label("column", label) for label in view.column_labels(cell.column)]
    spans: list[tuple[str, Span]] = [("caption", found.table.caption)] if found.table.caption else []
    spans += [("unit", typed.unit)] if typed.unit else []
    for kind, (start, end) in spans:
        labels.append(CellLabel.model_validate({"kind": kind, "text": text[start:end], "start": start, "end": end}))
    return tuple(labels)


def _row_labels(view: TableView, cell: Cell) -> list[Cell]:
    """The labels of a cell's row; where they are codes or dates only, with the first words of the row as well."""
    labels = [label for label in view.row_labels(cell.row) if label != cell]
    if any(_WORDS.search(label.text) and not periods(label.text) for label in labels) or not labels:
        return labels
    others = (view.cell(cell.row, column) for column in range(view.table.label_columns, view.column_count))
    named = next((other for other in others if other != cell and _WORDS.search(other.text)), None)
    return [*labels, named] if named and not periods(named.text) else labels


def _label(kind: str, cell: Cell) -> CellLabel:
    return CellLabel.model_validate({"kind": kind, "text": cell.text, "start": cell.start, "end": cell.end})


def _of_kind(labels: tuple[CellLabel, ...], kind: str) -> str | None:
    return _JOINED.join(label.text for label in labels if label.kind == kind) or None


def _excerpt(view: TableView, cell: Cell) -> Excerpt:
    """The header, the row and its neighbours; the label columns, the column and those beside it."""
    header, labels = view.table.header_rows, view.table.label_columns
    near = [row for row in range(cell.row - _ROWS_AROUND, cell.row + _ROWS_AROUND + 1) if row in view.body]
    rows = [*range(header), *near] if cell.row >= header else list(range(header))
    first = max(min(cell.column - 1, view.column_count - _COLUMNS + min(labels, 2)), labels)
    columns = [*range(min(labels, 2)), *range(first, min(first + _COLUMNS - min(labels, 2), view.column_count))]
    columns = sorted({*columns, cell.column})
    shown: set[Cell] = set()
    texts = tuple(tuple(_once(view.cell(row, column), cell, shown) for column in columns) for row in rows)
    return Excerpt(rows=texts, row=rows.index(cell.row), column=columns.index(cell.column))


def _once(cell: Cell, cited: Cell, shown: set[Cell]) -> str:
    """The text of a cell where it comes first; a merged one is not shown again, but the cited one always is."""
    is_new = cell not in shown or cell == cited
    shown.add(cell)
    return cell.text if is_new else ""
