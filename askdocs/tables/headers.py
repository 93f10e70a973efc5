"""Which rows at the top and which columns at the left of a grid name the others."""

from __future__ import annotations

from askdocs.core.tables import Grid


def with_headers(grid: Grid) -> Grid:
    """The grid with ``header_rows`` and ``label_columns`` set."""
    return grid.model_copy(
        update={
            "header_rows": 1 if grid.header_rows is None else grid.header_rows,
            "label_columns": 1 if grid.label_columns is None else grid.label_columns,
        }
    )
