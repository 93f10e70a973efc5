"""Slides (.pptx): the text of each as a page, their tables as grids, what is noted below them (ECMA-376, part 1)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple

from askdocs.core.errors import SourceError
from askdocs.core.tables import Grid, Merge, table_mark
from askdocs.ingest.sources.office_archive import attribute, elements, local, opened, relations, title
from askdocs.tables.footnotes import SUPERSCRIPTS, is_footnote_mark, without_marks
from askdocs.tables.headers import header_row_count

_KIND = "presentation"
_TITLES = ("title", "ctrTitle")
# What stands on every slide.
_REPEATED = ("dt", "ftr", "sldNum", "hdr")


class Slides(NamedTuple):
    """The text of each slide, in which marks stand for the tables, and the title that the file gives."""

    pages: tuple[str, ...]
    grids: tuple[Grid, ...]
    title: str


def pptx_slides(source: str, data: bytes) -> Slides:
    """The slides of a presentation in their order; hidden ones and charts are left out.

    Raises :class:`SourceError` where the file is damaged, locked, too large when unpacked, or has no text.
    """
    grids: list[Grid] = []
    with opened(source, data, _KIND) as archive:
        main = "ppt/presentation.xml"
        if main not in archive.namelist():
            raise SourceError(source, f"it is a ZIP archive but not a {_KIND}")
        known = relations(archive, main)
        order = [known.get(_relation(element), ("", ""))[1] for element in elements(archive, main, "sldId")]
        pages = [_page(archive, member, grids) for member in order if member]
        named = title(archive)
    if not any(pages):
        raise SourceError(source, f"the {_KIND} has no text; it may hold only pictures")
    return Slides(tuple(pages), tuple(grids), named)


def _relation(element: Any) -> str:
    """The id of a relation, which has a namespace, unlike the number of the slide."""
    return next((str(value) for name, value in element.attrib.items() if name.endswith("}id")), "")


def _page(archive: zipfile.ZipFile, member: str, grids: list[Grid]) -> str:
    root = next(elements(archive, member, "sld"), None)
    if root is None or root.get("show") == "0":
        return ""
    blocks = list(_blocks(root, grids))
    notes = next((path for kind, path in relations(archive, member).values() if kind == "notesSlide"), "")
    noted = next(elements(archive, notes, "notes"), None) if notes else None
    if noted is not None:
        blocks += _blocks(noted, grids)
    return "\n\n".join(blocks)


def _blocks(root: Any, grids: list[Grid]) -> Iterator[str]:
    for shape in root.iter("{*}sp", "{*}tbl"):
        if local(shape) == "tbl":
            grid = _grid(shape)
            if any(map(any, grid.rows)):
                yield table_mark(len(grids))
                grids.append(grid)
            continue
        place = next((attribute(element, "type") for element in shape.iter("{*}ph")), "")
        if place in _REPEATED or any(element.get("hidden") == "1" for element in shape.iter("{*}cNvPr")):
            continue
        lines = [text for body in shape.iter("{*}txBody") for text in map(_paragraph, body.iter("{*}p")) if text]
        if lines and place in _TITLES:
            yield f"## {' '.join(lines)}"
        else:
            yield from lines


def _paragraph(element: Any) -> str:
    """The text of a paragraph on one line; raised figures that point to footnotes are left out."""
    parts: list[str] = []
    for child in element:
        name = local(child)
        if name in ("r", "fld"):
            text = "".join(inner.text or "" for inner in child if local(inner) == "t")
            if any(local(inner) == "rPr" and inner.get("baseline", "0").lstrip("0")[:1].isdigit() for inner in child):
                text = "" if is_footnote_mark(text, "".join(parts)) else text.translate(SUPERSCRIPTS)
            parts.append(text)
        elif name == "br":
            parts.append(" ")
    return " ".join("".join(parts).split())


def _grid(table: Any) -> Grid:
    rows: list[tuple[str, ...]] = []
    merges = []
    for number, row in enumerate(table.iter("{*}tr")):
        cells = []
        for column, cell in enumerate(row.iter("{*}tc")):
            covered = any(cell.get(name) in ("1", "true") for name in ("hMerge", "vMerge"))
            text = " ".join(filter(None, map(_paragraph, cell.iter("{*}p"))))
            cells.append("" if covered else without_marks(text))
            spans = [_number(cell.get(name)) for name in ("rowSpan", "gridSpan")]
            if not covered and max(spans) > 1:
                merges.append(Merge(row=number, column=column, rows=spans[0], columns=spans[1]))
        rows.append(tuple(cells))
    width = max(map(len, rows), default=0)
    grid = Grid(rows=tuple(row + ("",) * (width - len(row)) for row in rows), merges=tuple(merges))
    looks = next(table.iter("{*}tblPr"), None)
    if looks is None or looks.get("firstRow") not in ("1", "true") or len(rows) < 2:
        return grid
    return grid.model_copy(update={"header_rows": header_row_count(grid, 1)})


def _number(text: str | None) -> int:
    return max(int(text), 1) if text and text.isdecimal() else 1
