"""What stands around the cells of a table though it was read as rows of it: a title, a unit line, footnotes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from askdocs.core.tables import Grid, Merge

_MULTIPLE = r"(?:thousands?|millions?|billions?|lakhs?|crores?|['’]?000s?|mn|bn|tn|Mio\.?|Mrd\.?|Tsd\.?|TEUR)"
_MONEY = r"(?:(?:US|HK|A|C|S|R)?[$£€¥₹]|[A-Z]{3}\b|(?:US )?dollars?|euros?|pounds?(?: sterling)?|rupees|yen|crowns?)"
_UNIT_LINE = re.compile(
    rf"(?i:.{{0,60}}\b(?:in|expressed in|stated in|amounts? in|figures? in|values? in|all in|units?:|unit of)\s+)"
    rf"(?:(?i:{_MULTIPLE})|{_MONEY}|%|(?i:per ?cent|tonnes|units|shares|kg|km)\b)"
    rf"|[(\[]?\s?{_MONEY}\s?(?i:{_MULTIPLE}|[kmb]n?\b)|[(\[]?\s?(?i:{_MULTIPLE})\s(?:of\s)?{_MONEY}"
    rf"|[(\[](?i:{_MULTIPLE}|{_MONEY}|%|unaudited|audited)(?:[ ,;].{{0,60}})?[)\]]"
)
_NOTE = re.compile(
    r"(?i:notes?\b|sources?\b|footnotes?\b|n\.?/?[am]\.?\s?[=:]|\(?unaudited)|[*†‡§¹²³⁴⁵⁶⁷⁸⁹#]|\(?[a-z\d]{1,2}[).]\s|\[\w{1,2}\]"
)
# A longer line that stands alone at the end of a table is a note; a shorter one may be the name of an empty group.
_LONG_NOTE = 60


def is_unit_line(text: str) -> bool:
    """Whether a line says in what the figures under it are given.

    >>> [is_unit_line(line) for line in ("(in thousands of euros, except per-share data)", "Figures in £m", "Sales")]
    [True, True, False]
    """
    text = text.strip()
    return len(text) <= 160 and bool(_UNIT_LINE.match(text))


def without_surroundings(grid: Grid) -> Grid:
    """The grid with the lines at its top and bottom that are no rows as its caption and its notes.

    >>> rows = (("Sales by port", ""), ("in tonnes", ""), ("Port", "2024"), ("Varde", "5"), ("Source: the ports", ""))
    >>> found = without_surroundings(Grid(rows=rows))
    >>> found.caption, found.notes, found.rows
    ('Sales by port', ('in tonnes', 'Source: the ports'), (('Port', '2024'), ('Varde', '5')))
    """
    rows = grid.rows
    top, bottom = 0, len(rows)
    while bottom - top > 2 and _alone(rows[top]) and any(not _alone(row) for row in rows[top + 1 : bottom]):
        top += 1
    while bottom - top > 2 and _alone(rows[bottom - 1]) and _is_note(rows[bottom - 1]):
        bottom -= 1
    if top == 0 and bottom == len(rows):
        return grid
    above, below = [_text(row) for row in rows[:top]], [_text(row) for row in rows[bottom:]]
    caption = grid.caption
    notes = []
    for line in filter(None, above):
        if caption or is_unit_line(line):
            notes.append(line)
        else:
            caption = line
    return grid.model_copy(
        update={
            "rows": rows[top:bottom],
            "caption": caption,
            "notes": (*grid.notes, *notes, *filter(None, below)),
            "merges": tuple(_moved(grid.merges, top, bottom)),
            "indents": grid.indents[top:bottom],
            "header_rows": None if grid.header_rows is None else max(grid.header_rows - top, 0),
        }
    )


def _alone(row: Sequence[str]) -> bool:
    return len(row) > 1 and not any(cell.strip() for cell in row[1:])


def _text(row: Sequence[str]) -> str:
    return next((cell.strip() for cell in row if cell.strip()), "")


def _is_note(row: Sequence[str]) -> bool:
    text = _text(row)
    return not text or bool(_NOTE.match(text)) or len(text) > _LONG_NOTE or is_unit_line(text)


def _moved(merges: Sequence[Merge], top: int, bottom: int) -> list[Merge]:
    return [
        merge.model_copy(update={"row": merge.row - top, "rows": min(merge.rows, bottom - merge.row)})
        for merge in merges
        if top <= merge.row < bottom
    ]
