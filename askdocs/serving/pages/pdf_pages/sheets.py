"""Pages of PDFs as images with their words, drawn by a child process and kept for a while."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

from askdocs.core.errors import SourceError
from askdocs.ingest.sources.pdf_words import Word
from askdocs.serving.pages.pdf_pages.child import SECONDS
from askdocs.serving.pages.pdf_pages.source_file import SourcePdf

# What is kept of drawn pages, in bytes of their images and, roughly, of their words.
KEPT_BYTES = 32 * 1024 * 1024
_WORD_BYTES = 500
# So many pages are drawn at a time; so many others wait for their turn, and so long, in seconds.
_AT_ONCE, _WAITING, _WAIT = 1, 8, 20.0
# A page that could not be drawn is not tried again for so many seconds; so many such pages are known.
_FAILED_SECONDS, _MOST_FAILED = 60.0, 256
_CHILD = (
    "import sys; sys.path.insert(0, sys.argv[1]); from askdocs.serving.pages.pdf_pages.child import main; "
    "main(int(sys.argv[2]))"
)

_BUSY = "other pages are being drawn; load this one again in a moment"


class Box(NamedTuple):
    """A box on a page, in parts of its width and height from the upper left."""

    left: float
    top: float
    right: float
    bottom: float


class Sheet(NamedTuple):
    """A page as an image of ``width`` by ``height`` pixels, and its words, each with its box."""

    png: bytes
    width: int
    height: int
    pages: int
    words: tuple[Word, ...]
    boxes: tuple[Box, ...]

    @property
    def size(self) -> int:
        """What it takes to keep it, in bytes, roughly."""
        return len(self.png) + _WORD_BYTES * len(self.words)


class Sheets:
    """Draws pages and keeps those used last. May be used by several threads.

    >>> Sheets().sheet(SourcePdf(Path("gone.pdf"), "0"), 1)
    Traceback (most recent call last):
    askdocs.core.errors.SourceError: gone.pdf: the PDF cannot be read any more (No such file or directory)
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], Sheet] = OrderedDict()
        self._failed: OrderedDict[tuple[str, int], tuple[float, str]] = OrderedDict()
        self._lock = threading.Lock()
        self._turn = threading.Semaphore(_AT_ONCE)
        self._places = threading.Semaphore(_AT_ONCE + _WAITING)

    def sheet(self, pdf: SourcePdf, number: int) -> Sheet:
        """Page ``number``, which counts from 1.

        Raises:
            SourceError: the PDF went or changed, the page cannot be drawn, takes too long, or many wait for theirs.
        """
        key, name = (pdf.content_hash, number), pdf.path.name
        if known := self._known(key, name):
            return known
        if not self._places.acquire(blocking=False):
            raise SourceError(name, _BUSY)
        try:
            if not self._turn.acquire(timeout=_WAIT):
                raise SourceError(name, _BUSY)
            try:
                return self._known(key, name) or self._draw(key, name, pdf.read())
            finally:
                self._turn.release()
        finally:
            self._places.release()

    def _draw(self, key: tuple[str, int], name: str, data: bytes) -> Sheet:
        try:
            found = _drawn(name, data, key[1])
        except SourceError as error:
            with self._lock:
                self._failed[key] = (time.monotonic(), error.reason)
                while len(self._failed) > _MOST_FAILED:
                    self._failed.popitem(last=False)
            raise
        self._keep(key, found)
        return found

    def _known(self, key: tuple[str, int], name: str) -> Sheet | None:
        with self._lock:
            failed, reason = self._failed.get(key, (0.0, ""))
            if reason and time.monotonic() - failed < _FAILED_SECONDS:
                raise SourceError(name, reason)
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: tuple[str, int], sheet: Sheet) -> None:
        with self._lock:
            self._kept[key] = sheet
            while len(self._kept) > 1 and sum(one.size for one in self._kept.values()) > KEPT_BYTES:
                self._kept.popitem(last=False)


def _drawn(name: str, data: bytes, number: int) -> Sheet:
    # -P: a types.py or json.py in the current folder must not be imported in place of Python's own.
    command = [sys.executable, "-P", "-c", _CHILD, str(Path(__file__).parents[4]), str(number)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS + 2, check=False)
    except subprocess.TimeoutExpired as error:
        raise SourceError(name, f"page {number} took longer than {SECONDS} s to draw") from error
    line, _, image = done.stdout.partition(b"\n")
    if not line:
        raise SourceError(name, f"page {number} cannot be drawn: it takes too long, or the file is damaged")
    seen = json.loads(line)
    if "error" in seen:
        raise SourceError(name, f"page {number} cannot be drawn: {seen['error']}")
    return Sheet(
        png=image,
        width=seen["width"],
        height=seen["height"],
        pages=seen["pages"],
        words=tuple(Word(*word[:6]) for word in seen["words"]),
        boxes=tuple(Box(*word[6:]) for word in seen["words"]),
    )
