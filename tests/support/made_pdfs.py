"""PDFs made in memory with reportlab, for tests of how their tables and their text are read."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from reportlab.pdfgen.canvas import Canvas

SIZE = 9.0
Page = Callable[[Canvas], object]


def made_pdf(*pages: Page, password: str = "") -> bytes:
    """A PDF of A4 pages, each drawn by one of ``pages``."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=True, encrypt=password or None)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def left(canvas: Canvas, x: float, y: float, text: str, size: float = SIZE, font: str = "Helvetica") -> float:
    """Set a text from ``x``; gives where it ends."""
    canvas.setFont(font, size)
    canvas.drawString(x, y, text)
    return float(x + canvas.stringWidth(text, font, size))


def right(canvas: Canvas, x: float, y: float, text: str, size: float = SIZE, font: str = "Helvetica") -> None:
    """Set a text that ends at ``x``."""
    canvas.setFont(font, size)
    canvas.drawRightString(x, y, text)


def centred(canvas: Canvas, x: float, y: float, text: str, size: float = SIZE, font: str = "Helvetica") -> None:
    """Set a text around ``x``."""
    canvas.setFont(font, size)
    canvas.drawCentredString(x, y, text)


def lines(canvas: Canvas, x: float, y: float, texts: Sequence[str], size: float = 10.0, leading: float = 12.0) -> float:
    """Set lines below each other; gives the base line after the last."""
    for text in texts:
        left(canvas, x, y, text, size, "Times-Roman")
        y -= leading
    return y


def figures(
    canvas: Canvas, y: float, rows: Sequence[Sequence[str]], rights: Sequence[float], x: float = 60, leading: float = 13
) -> float:
    """Set rows whose first cell begins at ``x`` and whose others end at ``rights``; gives the next base line."""
    for row in rows:
        if row[0]:
            left(canvas, x, y, row[0])
        for text, end in zip(row[1:], rights, strict=True):
            if text:
                right(canvas, end, y, text)
        y -= leading
    return y


def boxes(
    canvas: Canvas, top: float, rows: Sequence[Sequence[str]], edges: Sequence[float], height: float = 16
) -> None:
    """Draw rows with a box around every cell."""
    for i, row in enumerate(rows):
        for text, start, end in zip(row, edges, edges[1:], strict=False):
            canvas.rect(start, top - (i + 1) * height, end - start, height)
            left(canvas, start + 3, top - (i + 1) * height + 5, text)
