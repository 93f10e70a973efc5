"""The blocks of a stored text: paragraphs, lists, tables and headings, as offsets.

A stored text is blocks with an empty line between them. A heading is a line of its own that begins with ``#``
(HTML, Markdown and office files give these) or, in plain text, a short line that stands alone and reads like one.
"""

from __future__ import annotations

import re

Span = tuple[int, int]

_HEADING_LINE = re.compile(r"^[ \t]*#{1,6}[ \t]+(?=\S)[^\n]*$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n\s*\n")
_PLAIN_HEADING = re.compile(r"[A-Z“\"‘'][^\n\d$€£¥%|;•]*[^\n\d$€£¥%|;•.!,:…]")

_TITLE = re.compile(r"(?![-*•▪·]\s)[^\n]{0,118}[^\n.!,:;…。！，：；।۔]")

# A line longer than this is a sentence that lost its full stop rather than a heading.
HEADING_CHARACTERS = 90
HEADING_WORDS = 14


def block_spans(text: str) -> list[Span]:
    r"""Find the blocks of ``text``, in order, without the whitespace around them.

    >>> text = "# Sales\nThey rose.\n\nThey fell\nlater."
    >>> [text[start:end] for start, end in block_spans(text)]
    ['# Sales', 'They rose.', 'They fell\nlater.']
    """
    spans: list[Span] = []
    start = 0
    for empty in _EMPTY_LINES.finditer(text):
        _add_block(text, start, empty.start(), spans)
        start = empty.end()
    _add_block(text, start, len(text), spans)
    return spans


def _add_block(text: str, start: int, end: int, spans: list[Span]) -> None:
    for heading in _HEADING_LINE.finditer(text, start, end):
        _add_trimmed(text, start, heading.start(), spans)
        _add_trimmed(text, heading.start(), heading.end(), spans)
        start = heading.end()
    _add_trimmed(text, start, end, spans)


def _add_trimmed(text: str, start: int, end: int, spans: list[Span]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))


def marked_heading(block: str) -> tuple[int, str] | None:
    """The level and the words of a heading that is marked as one, or ``None``.

    >>> marked_heading("## Cloud unit")
    (2, 'Cloud unit')
    >>> marked_heading("Cloud unit")
    """
    if not _HEADING_LINE.fullmatch(block):
        return None
    words = block.strip(" \t").lstrip("#")
    return len(block.strip(" \t")) - len(words), words.rstrip("# \t").lstrip()


def reads_like_heading(block: str) -> bool:
    """Whether a block of plain text is a short line without figures that does not end as a sentence does.

    Figures are what questions ask for, and a heading cannot be cited, so a line with one is never taken for one.

    >>> reads_like_heading("Market Impact and Investor Sentiment"), reads_like_heading("Shares fell.")
    (True, False)
    """
    if len(block) > HEADING_CHARACTERS or not _PLAIN_HEADING.fullmatch(block):
        return False
    return block.count(" ") < HEADING_WORDS


def reads_like_title(line: str) -> bool:
    """Whether the first line of a text is its title: short, and not ended as a sentence is. It may hold figures.

    >>> reads_like_title("Sales rise 5%; time to buy?"), reads_like_title("Sales rose by 5% in May.")
    (True, False)
    """
    return bool(_TITLE.fullmatch(line))
