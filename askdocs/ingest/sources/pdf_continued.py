"""A table that goes on over the end of a page and does not repeat its header there."""

from __future__ import annotations

from collections.abc import Sequence

from askdocs.core.tables import Grid
from askdocs.ingest.sources.pdf_cells import says_figure
from askdocs.ingest.sources.pdf_lines import is_year

Edges = Sequence[tuple[float, float]]

# The columns of both parts begin, end or have their middle within so many points.
SAME_PLACE = 8.0


def with_header_of(above: Grid, above_edges: Edges, below: Grid, below_edges: Edges) -> Grid:
    """``below``, the first thing on a page, with the header of ``above``, the last thing on the page before.

    Where the columns are others, or ``below`` begins with a header of its own or has a caption, it stays as it is.

    >>> edges = [(60.0, 100.0), (200.0, 240.0)]
    >>> above = Grid(rows=(("Site", "Staff"), ("Cork", "12")), header_rows=1)
    >>> with_header_of(above, edges, Grid(rows=(("Galway", "7"), ("Sligo", "4"))), edges).rows
    (('Site', 'Staff'), ('Galway', '7'), ('Sligo', '4'))
    """
    headers = above.header_rows or 0
    figures = any(says_figure(text) and not is_year(text) for text in below.rows[0][1:])
    same = len(above_edges) == len(below_edges) > 0 and all(map(_same_place, above_edges, below_edges))
    if not (headers and same and figures) or below.header_rows or below.caption:
        return below
    moved = [merge.model_copy(update={"row": merge.row + headers}) for merge in below.merges]
    indents = (*(0,) * headers, *below.indents) if below.indents else ()
    return below.model_copy(
        update={
            "rows": (*above.rows[:headers], *below.rows),
            "header_rows": headers,
            "merges": (*(merge for merge in above.merges if merge.row + merge.rows <= headers), *moved),
            "indents": indents,
            "notes": (*(note for note in above.notes[:1] if note.startswith("(")), *below.notes),
        }
    )


def _same_place(one: tuple[float, float], other: tuple[float, float]) -> bool:
    edges = abs(one[0] - other[0]), abs(one[1] - other[1]), abs(sum(one) - sum(other)) / 2
    return min(edges) <= SAME_PLACE
