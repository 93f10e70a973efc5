"""Small wordings that lists and answers share: sources, counts, harmless text."""

from __future__ import annotations

import contextlib
import os
import re

from askdocs.text.sanitize import one_line, sanitize


def short_source(source: str, width: int = 60) -> str:
    """A source on one line: a path from the current folder on; of a long path the end is kept, of a URL the beginning.

    >>> short_source("/home/ann/news/2023/december/alibaba.md", 24)
    '…23/december/alibaba.md'
    """
    if "://" in source[:10]:
        return one_line(source, width)
    with contextlib.suppress(OSError):  # the current folder may be gone
        source = source.removeprefix(os.path.join(os.getcwd(), ""))
    line = one_line(source[-8 * width :])
    return line if len(line) <= width else "…" + line[-(width - 2) :]


def inline(text: str) -> str:
    """Harmless text whose line breaks are spaces; unlike :func:`one_line` it keeps the spaces at its ends."""
    if len(text) > 100_000:
        text = text[:50_000] + text[-50_000:]
    return re.sub(r"\s+", " ", sanitize(text))


def counted(count: int, noun: str) -> str:
    """A count with its noun.

    >>> counted(1, "article"), counted(2, "article")
    ('1 article', '2 articles')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"
