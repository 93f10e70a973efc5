"""The straight lines drawn on a PDF page: rules of tables, edges of boxes and of shaded cells."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from askdocs.ingest.sources.pdf_words import turned_point

if TYPE_CHECKING:
    import pypdfium2

# A drawn line is at most so thick, and at least so long, in points.
THICKNESS, LENGTH = 3.0, 4.0
# Pages with more drawn objects than this are charts and maps.
OBJECTS = 5_000
# Two lines so near each other are one.
NEAR = 2.5

_Matrix = tuple[float, float, float, float, float, float]
_SAME: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Rule(NamedTuple):
    """A straight line at ``place`` across the other direction, from ``start`` to ``end``."""

    place: float
    start: float
    end: float


class Rules(NamedTuple):
    """The horizontal and the vertical lines of a page, each sorted by place."""

    across: list[Rule]
    down: list[Rule]


def page_rules(page: pypdfium2.PdfPage, quarter: int) -> Rules:
    """Read the straight lines of a page, in the coordinates of its words."""
    across: list[Rule] = []
    down: list[Rule] = []
    for x0, y0, x1, y1 in _strokes(page):
        (x0, y0), (x1, y1) = turned_point(x0, y0, quarter), turned_point(x1, y1, quarter)
        left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        if bottom - top <= THICKNESS and right - left >= LENGTH:
            across.append(Rule((top + bottom) / 2, left, right))
        elif right - left <= THICKNESS and bottom - top >= LENGTH:
            down.append(Rule((left + right) / 2, top, bottom))
    return Rules(_joined(across), _joined(down))


def _strokes(page: pypdfium2.PdfPage) -> Iterator[tuple[float, float, float, float]]:
    """The ends of the straight strokes of a page, and of those within its drawings."""
    import pypdfium2.raw as pdfium

    count = pdfium.FPDFPage_CountObjects(page)
    left = OBJECTS
    waiting: list[tuple[Any, _Matrix, int]] = [
        (pdfium.FPDFPage_GetObject(page, i), _SAME, 0) for i in range(min(count, OBJECTS))
    ]
    while waiting and left > 0:
        left -= 1
        found, outer, depth = waiting.pop()
        kind = pdfium.FPDFPageObj_GetType(found)
        if kind not in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM):
            continue
        values = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(found, values)
        matrix = _product((values.a, values.b, values.c, values.d, values.e, values.f), outer)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            yield from _path_strokes(found, matrix)
        elif depth < 4:
            inner = min(pdfium.FPDFFormObj_CountObjects(found), left)
            waiting += [(pdfium.FPDFFormObj_GetObject(found, i), matrix, depth + 1) for i in range(inner)]


def _path_strokes(path: Any, matrix: _Matrix) -> Iterator[tuple[float, float, float, float]]:
    import pypdfium2.raw as pdfium

    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float, bool]] = []  # x, y, and whether a straight line leads there
    begin: tuple[float, float] | None = None
    count = pdfium.FPDFPath_CountSegments(path)
    if count > 400:
        return
    curved = False
    for i in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(path, i)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = _moved(x.value, y.value, matrix)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            begin = point
        curved |= kind == pdfium.FPDF_SEGMENT_BEZIERTO
        points.append((*point, kind == pdfium.FPDF_SEGMENT_LINETO))
        if begin and pdfium.FPDFPathSegment_GetClose(segment):
            points.append((*begin, True))
    if not points or curved:
        return
    left, right = min(point[0] for point in points), max(point[0] for point in points)
    bottom, top = min(point[1] for point in points), max(point[1] for point in points)
    if right - left <= THICKNESS or top - bottom <= THICKNESS:  # a filled bar that looks like a line
        middle_x, middle_y = (left + right) / 2, (bottom + top) / 2
        if right - left >= top - bottom:
            yield left, middle_y, right, middle_y
        else:
            yield middle_x, bottom, middle_x, top
        return
    for (x0, y0, _), (x1, y1, straight) in itertools.pairwise(points):
        if straight:
            yield x0, y0, x1, y1


def _product(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _moved(x: float, y: float, matrix: _Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _joined(rules: list[Rule]) -> list[Rule]:
    """Lines that lie on one another or go on from each other, as one."""
    joined: list[Rule] = []
    for rule in sorted(rules):
        near = [i for i, other in enumerate(joined[-80:], max(len(joined) - 80, 0)) if _go_together(other, rule)]
        if near:
            other = joined[near[-1]]
            joined[near[-1]] = Rule(other.place, min(rule.start, other.start), max(rule.end, other.end))
        else:
            joined.append(rule)
    return joined


def _go_together(one: Rule, other: Rule) -> bool:
    near = abs(one.place - other.place) <= NEAR
    return near and other.start <= one.end + NEAR and one.start <= other.end + NEAR
