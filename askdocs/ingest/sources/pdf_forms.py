"""Forms of a PDF page as grids of two columns: labels with their values."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

from askdocs.core.tables import Grid
from askdocs.ingest.sources.pdf_cells import Join
from askdocs.ingest.sources.pdf_lines import Row, rows
from askdocs.ingest.sources.pdf_words import Word

_PAIR = re.compile(r"([^:\d][^:]{0,60}?)\s?:\s+(\S.{0,100})")
PAIRS = 3  # lines of "label: value" that follow one another and are a form
SMALL_LABEL = 0.85  # of the height of the value below it


def label_lines(region: Sequence[Row], taken: Container[int]) -> list[tuple[Grid, frozenset[int]]]:
    """Runs of lines "label: value" among those not taken, each as a grid, and the places of its words in the file."""
    found: list[tuple[Grid, frozenset[int]]] = []
    run: list[int] = []
    pairs = [
        None if i in taken or len(row) > 2 else _pair(" ".join(part.text for part in row))
        for i, row in enumerate(region)
    ]
    for i in range(len(region) + 1):
        near = i < len(region) and (not run or region[i][0].base - region[i - 1][0].base < 2.4 * region[i][0].size)
        if i < len(region) and pairs[i] and near:
            run.append(i)
            continue
        if len(run) >= PAIRS:
            cells = tuple(pair for j in run if (pair := pairs[j]))
            orders = {word.order for j in run for part in region[j] for word in part.words}
            found.append((Grid(rows=cells, header_rows=0, label_columns=1), frozenset(orders)))
        run = [i] if i < len(region) and pairs[i] else []
    return found


def _pair(line: str) -> tuple[str, str] | None:
    """The label and the value of such a line; a sentence with a colon in it is none."""
    found = _PAIR.fullmatch(line)
    if not found or len(found[1].split()) > 6 or len(found[2].split()) > 12:
        return None
    sentence = found[2].endswith((".", ";", ",")) and len(found[2].split()) > 4
    return None if sentence or not found[1][0].isalnum() else (found[1], found[2])


def pairs_of_columns(made: Grid) -> Grid:
    """A form whose lines hold two labels with a value each, as a grid of two columns; any other grid as it is."""
    if len(made.rows[0]) != 4 or made.merges:
        return made
    labels = [text for row in made.rows for text in (row[0], row[2]) if text]
    values = [text for row in made.rows for text in (row[1], row[3]) if text]
    named = all(len(text.split()) < 5 and not re.search(r"\d", text) for text in labels)
    colons = sum(text.endswith(":") for text in labels) > 0.7 * len(labels)
    given = sum(re.search(r"\d", text) is not None for text in values) >= 0.5 * len(values)
    first = all(re.search(r"\d", text) for text in (made.rows[0][1], made.rows[0][3]))
    if not (named and len(set(labels)) == len(labels) and (colons or (given and first))):
        return made
    rows = tuple(pair for row in made.rows for pair in (row[:2], row[2:]) if any(pair))
    return Grid(rows=rows, header_rows=0, label_columns=1)


def values_over_labels(made: Grid) -> Grid | None:
    """A form that has the label of each value below it in brackets, as the first pages of filings do."""
    rows: list[tuple[str, str]] = []
    values: tuple[str, ...] | None = None
    for row in made.rows:
        labelled = all(text.startswith("(") and text.endswith(")") for text in row if text)
        if values is None and not labelled:
            values = row
        elif values is not None and labelled and [bool(text) for text in row] == [bool(text) for text in values]:
            rows += [(label[1:-1], value) for value, label in zip(values, row, strict=True) if value]
            values = None
        else:
            return None
    return Grid(rows=tuple(rows), header_rows=0, label_columns=1) if rows and values is None else None


def labelled_boxes(boxes: Iterable[Sequence[Word]], join: Join) -> Grid | None:
    """A form of boxes, each with a small label above its value."""
    pairs: list[tuple[str, str]] = []
    count = 0
    for box in boxes:
        lines = rows(box)
        count += 1
        sizes = [max(part.size for part in line) for line in lines]
        if len(lines) > 1 and sizes[0] < SMALL_LABEL * min(sizes[1:]):
            texts = [" ".join(part.text for part in line) for line in lines]
            pairs.append((texts[0].rstrip(":"), join(texts[1:])))
    if len(pairs) < 2 or len(pairs) < 0.9 * count:
        return None
    return Grid(rows=tuple(pairs), header_rows=0, label_columns=1)
