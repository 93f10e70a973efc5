"""The child process that draws one page of a PDF: the PDF on stdin; a line of JSON, then a PNG, on stdout.

It imports little, for one is started for every page that is looked at.
"""

from __future__ import annotations

import contextlib
import json
import struct
import sys
import zlib
from typing import TYPE_CHECKING, Any

from askdocs.ingest.sources.pdf_words import Word, page_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Pixels for each point, and what an image may have at most on its longer side, whatever the page says of its size.
SCALE, LONGEST_SIDE = 2.0, 1600
MOST_WORDS = 20_000
SECONDS, MEMORY = 10, 1 << 31

# Below its base line a word reaches so far down, in heights of its characters.
_DESCENT = 0.25


def main(number: int) -> None:
    """Draw page ``number``, which counts from 1; what is wrong with the PDF is said in the JSON."""
    _limit()
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
        pages = len(document)
        if not 1 <= number <= pages:
            raise ValueError(f"it has {pages} pages")
        page = document[number - 1]
        width, height = image_size(page.get_width(), page.get_height())
        seen = {"pages": pages, "width": width, "height": height, "words": _words(page, width, height)}
        image = png(_drawn(page, width, height))
    except (pypdfium2.PdfiumError, ValueError, MemoryError, OverflowError) as error:
        seen, image = {"error": str(error) or type(error).__name__}, b""
    sys.stdout.buffer.write(json.dumps(seen).encode() + b"\n" + image)


def _limit() -> None:
    """Let the system end this process where it takes more than it may, as far as the system knows such limits."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def image_size(width: float, height: float) -> tuple[int, int]:
    """The pixels for a page of so many points.

    >>> image_size(595, 842), image_size(14400, 100), image_size(1e9, 1e-9)
    ((1131, 1600), (1600, 11), (1600, 1))
    """
    if not (0 < width < float("inf") and 0 < height < float("inf")):
        raise ValueError("the page has no size")
    scale = min(SCALE, LONGEST_SIDE / max(width, height))
    return max(round(width * scale), 1), max(round(height * scale), 1)


def _words(page: Any, width: int, height: int) -> list[tuple[object, ...]]:
    """Each word as ``Word`` has it, and its box in parts of the page as it is drawn."""
    import pypdfium2

    text_page = page.get_textpage()
    found = page_words(text_page)
    text_page.close()
    to_image = pypdfium2.PdfPosConv(page, (0, 0, width, height, 0)).to_bitmap

    def box(word: Word) -> tuple[float, ...]:
        corners = [
            to_image(*_unturned(x, y, found.quarter))
            for x in (word.left, word.right)
            for y in (word.top, word.base + _DESCENT * word.size)
        ]
        across, down = ([corner[side] for corner in corners] for side in (0, 1))
        return (min(across) / width, min(down) / height, max(across) / width, max(down) / height)

    return [(*word, *(round(part, 5) for part in box(word))) for word in found.words[:MOST_WORDS]]


def _unturned(x: float, y: float, quarter: int) -> tuple[float, float]:
    """What ``turned_point`` was given.

    >>> from askdocs.ingest.sources.pdf_words import turned_point
    >>> [_unturned(*turned_point(72.0, 700.0, quarter), quarter) for quarter in range(4)]
    [(72.0, 700.0), (72.0, 700.0), (72.0, 700.0), (72.0, 700.0)]
    """
    return ((x, -y), (-y, -x), (-x, y), (y, x))[quarter]


def _drawn(page: Any, width: int, height: int) -> NDArray[np.uint8]:
    import pypdfium2
    import pypdfium2.raw as pdfium

    bitmap = pypdfium2.PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_BGR, rev_byteorder=True)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    flags = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER | pdfium.FPDF_RENDER_LIMITEDIMAGECACHE
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
    drawn: NDArray[np.uint8] = bitmap.to_numpy()
    return drawn


def png(pixels: NDArray[np.uint8]) -> bytes:
    r"""Rows of red, green and blue as a PNG.

    >>> import numpy as np
    >>> png(np.zeros((2, 3, 3), dtype=np.uint8))[:8]
    b'\x89PNG\r\n\x1a\n'
    """
    height, width = pixels.shape[:2]
    rows = b"".join(b"\x00" + row.tobytes() for row in pixels)  # each behind the number of its filter: none
    parts = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows, 6)),
             (b"IEND", b""))  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
