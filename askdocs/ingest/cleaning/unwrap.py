"""Plain text and pages of a PDF to blocks: lines that were broken to fit a width are joined again."""

from __future__ import annotations

import itertools
import re

from askdocs.text.paragraphs import block_spans, marked_heading

# Wider than this no text is wrapped by hand or by a mail program; such lines are paragraphs.
WRAP_WIDTH = 120
# Fewer characters without spaces are verses, or names in a list.
_LEAST_UNSPACED_WIDTH = 15
# So many line breaks must look like wrapping before a text is taken to be wrapped.
WRAPPED_BREAKS = 3

_OWN_LINE = re.compile(r"(?:[-*•▪–—·>|#]|\(?\d{1,3}[.)])\s|[^:\n]{1,40}:\s[^;\n]{1,80};\s")
_SENTENCE_END = re.compile(r"[.!?:。！？：][\"'”’)\]」』）]*$")
# Chinese and Japanese with their punctuation; Thai, Lao, Burmese, Khmer. Korean has spaces.
_UNSPACED = re.compile("[\u2e80-\u312f\u31f0-\ua4cf\uf900-\ufaff\uff01-\uffee\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff]")


def text_blocks(text: str) -> list[str]:
    r"""The blocks of a plain text, whose characters are plain already.

    >>> text_blocks("Sales\n\nThey rose in May.\nThey fell in June.")
    ['Sales', 'They rose in May.\nThey fell in June.']
    """
    blocks = [text[start:end] for start, end in block_spans(text)]
    width = _wrap_width(blocks)
    return [_unwrapped(block, width) for block in blocks] if width else blocks


def page_blocks(page: str) -> list[str]:
    """The paragraphs of a page: a line that ends its sentence well before the margin ends the paragraph too."""
    blocks: list[str] = []
    for start, end in block_spans(page):
        lines = page[start:end].split("\n")
        margin = max(map(len, lines)) * 0.8
        paragraph = lines[0]
        for previous, line in itertools.pairwise(lines):
            short = len(previous) < margin
            ended = bool(_SENTENCE_END.search(previous)) or (short and not line[:1].islower())
            if (short and ended) or _OWN_LINE.match(line):
                blocks.append(paragraph)
                paragraph = line
            else:
                paragraph += joint(paragraph, line) + line
        blocks.append(paragraph)
    return blocks


def _wrap_width(blocks: list[str]) -> int:
    """The width the text was wrapped to, or 0 where it was not."""
    breaks = [pair for block in blocks for pair in _line_pairs(block)]
    if len(breaks) < WRAPPED_BREAKS:
        return 0
    width = max(len(line) for pair in breaks for line in pair)
    wrapped = sum(_was_full(line, following, width) for line, following in breaks)
    return width if width <= WRAP_WIDTH and wrapped >= 0.8 * len(breaks) else 0


def _line_pairs(block: str) -> list[tuple[str, str]]:
    lines = block.split("\n")
    return [(line, after) for line, after in itertools.pairwise(lines) if not _OWN_LINE.match(after)]


def _was_full(line: str, following: str, width: int) -> bool:
    """Whether the next line's first word had no room left on this one."""
    unspaced = _UNSPACED.match(following) is not None
    if unspaced and width < _LEAST_UNSPACED_WIDTH:
        return False
    first = 1 if unspaced else len(following.split(" ", 1)[0])
    return len(line) + len(joint(line, following)) + first > width


def _unwrapped(block: str, width: int) -> str:
    lines = block.split("\n")
    joined = lines[0]
    for previous, line in itertools.pairwise(lines):
        separate = _OWN_LINE.match(line) or marked_heading(previous) or not _was_full(previous, line, width)
        joined += ("\n" if separate else joint(previous, line)) + line
    return joined


def joint(line: str, following: str) -> str:
    """What two lines are joined by: a space, but nothing between characters of a script that has none.

    >>> joint("Sales", "rose"), joint("茶", "叶")
    (' ', '')
    """
    return "" if _UNSPACED.match(line[-1:]) and _UNSPACED.match(following) else " "
