"""A table or a definition list of an HTML page to a grid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from askdocs.core.tables import Grid, Merge
from askdocs.tables.footnotes import SUPERSCRIPTS, is_footnote_mark, without_marks
from askdocs.tables.headers import header_row_count
from askdocs.tables.surroundings import without_surroundings

# A table whose merged cells would cover more places than this is read without them.
PLACES = 4_000_000
# What HTML allows a cell to span.
_MOST_COLUMNS = 1000

_HIDDEN_STYLE = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)")
_INDENT_STYLE = re.compile(
    r"(?i)(?:padding-left|text-indent|margin-left)\s*:\s*(\d{1,3}(?:\.\d+)?)\s*(px|r?em|pt|ex|%)?"
)
_PADDING_STYLE = re.compile(r"(?i)padding\s*:(?:\s*[\d.]+\w*){3}\s+(\d{1,3}(?:\.\d+)?)\s*(px|r?em|pt)?")
_INDENT_CLASS = re.compile(r"(?i)\b(?:indent|level|pl|ps|ml)[-_]?(\d)\b")
_PIXELS = {"em": 16.0, "rem": 16.0, "ex": 8.0, "pt": 1.33}
_WIDE_SPACES = {"\u00a0": 4.0, "\u2002": 8.0, "\u2003": 16.0, "\u3000": 16.0}
_SILENT = frozenset(
    ("script", "style", "noscript", "template", "table", "svg", "button", "select", "input", "textarea")
)
_APART = frozenset(
    ("br", "p", "div", "li", "ul", "ol", "dd", "dt", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6")
)


class _Cell(NamedTuple):
    text: str
    is_head: bool
    rows: int
    columns: int
    indent: float


class _Row(NamedTuple):
    cells: list[_Cell]
    is_head: bool
    in_head: bool


def table_grid(table: Any, caption: str = "") -> Grid:
    """The grid of a ``table`` element; ``caption`` is what a figure around it says.

    Merged cells have their text in the first of their places. Marks of footnotes are taken out of cells, rows that
    are no rows (a title across the table, notes at its foot) are its caption and its notes.

    >>> import lxml.html
    >>> page = "<table><tr><th>Port<th colspan=2>Ships<tr><td>Varde<td>5<sup>1</sup><td>7</table>"
    >>> found = table_grid(lxml.html.fromstring(page))
    >>> found.rows, found.merges[0].columns
    ((('Port', 'Ships', ''), ('Varde', '5', '7')), 2)
    """
    rows = [_row(element) for element in rows_of(table)]
    if sum(cell.columns * cell.rows for row in rows for cell in row.cells) > PLACES:
        rows = [row._replace(cells=[cell._replace(rows=1, columns=1) for cell in row.cells]) for row in rows]
    texts, heads, merges = _placed(rows)
    own = " ".join(filter(None, (cell_text(element) for element in table.iterchildren("caption"))))
    found = Grid(
        rows=tuple(map(tuple, texts)),
        header_rows=_header_rows(rows, heads),
        merges=tuple(merges),
        indents=_indents(rows),
        caption=own or caption,
        notes=(caption,) if own and caption and caption != own else (),
    )
    found = without_surroundings(found)
    count = header_row_count(found, found.header_rows) if found.header_rows else found.header_rows
    labels = _label_columns(heads[found.header_rows or 0 :])
    return found.model_copy(update={"header_rows": count, "label_columns": labels})


def definition_grid(element: Any) -> Grid:
    """The grid of a ``dl`` element: a row a term, and what several definitions say in one cell.

    >>> import lxml.html
    >>> definition_grid(lxml.html.fromstring("<dl><dt>Built<dd>1961<dt>Speed<dd>14 kn</dl>")).rows
    (('Built', '1961'), ('Speed', '14 kn'))
    """
    rows: list[list[str]] = []
    for child in element.iter("dt", "dd"):
        text = cell_text(child, _SILENT | {"dt", "dd"})  # the parser puts an unclosed one into the one before
        if child.tag == "dt":
            rows.append([text.rstrip(":"), ""])
        elif rows:
            rows[-1][1] = f"{rows[-1][1]}; {text}" if rows[-1][1] else text
    return Grid(rows=tuple((label, value) for label, value in rows), header_rows=0, label_columns=1)


def rows_of(table: Any) -> Iterator[Any]:
    """The rows of a table that are shown, those of its foot last; rows of tables inside it are not its own."""
    foot = []
    for row in table.iter("tr"):
        if next(row.iterancestors("table"), table) is not table or is_hidden(row):
            continue
        parent = row.getparent()
        if parent is not None and (is_hidden(parent) or parent.tag == "tfoot"):
            foot += [] if is_hidden(parent) else [row]
        else:
            yield row
    yield from foot


def cells_of(row: Any) -> list[Any]:
    """The cells of a row that are shown."""
    return [cell for cell in row.iterchildren("td", "th") if not is_hidden(cell)]


def is_hidden(element: Any) -> bool:
    """Whether an element says of itself that it is not shown."""
    return element.get("hidden") is not None or bool(_HIDDEN_STYLE.search(element.get("style", "")))


def cell_text(element: Any, without: frozenset[str] = _SILENT) -> str:
    """What a cell shows, on one line, without marks of footnotes; powers become raised characters ("m²")."""
    if len(element) == 0:
        return without_marks(" ".join((element.text or "").split()))
    from lxml import etree

    parts: list[str] = [element.text or ""]
    walk = etree.iterwalk(element, events=("start", "end"))
    next(walk)
    for event, inner in walk:
        if inner is element:
            break
        tag = inner.tag if isinstance(inner.tag, str) else ""
        if event == "end":
            parts.append(" " if tag in _APART else "")
            parts.append(inner.tail or "")
        elif tag == "sup":
            parts.append(_raised(inner, "".join(parts)))
            walk.skip_subtree()
        elif not tag or tag in without or is_hidden(inner):
            walk.skip_subtree()
        else:
            parts += [" " if tag in _APART else "", inner.text or ""]
    return without_marks(" ".join("".join(parts).split()))


def _raised(element: Any, before: str) -> str:
    text = " ".join("".join(element.itertext()).split())
    links = next(element.iter("a"), None) is not None or element.getparent().tag == "a"
    if is_footnote_mark(text, before, links):
        return ""
    return text.translate(SUPERSCRIPTS) if text[:1].isdigit() or text[:1] in "+-−" else text


# -- where cells stand


def _row(element: Any) -> _Row:
    cells = []
    for number, cell in enumerate(cells_of(element)):
        spans = [_span(cell.get(name)) for name in ("rowspan", "colspan")]
        indent = _indent(cell) if number == 0 else 0.0
        columns = max(1, min(spans[1], _MOST_COLUMNS))
        cells.append(_Cell(cell_text(cell), cell.tag == "th", spans[0], columns, indent))
    texts = [cell for cell in cells if cell.text]
    parent = element.getparent()
    in_head = parent is not None and parent.tag == "thead"
    return _Row(cells, bool(texts) and (in_head or all(cell.is_head for cell in texts)), in_head)


def _span(value: str | None) -> int:
    """A span as HTML reads it; 0 means to the end."""
    found = re.match(r"\s*(\d{1,5})", value or "")
    return int(found[1]) if found else 1


def _placed(rows: list[_Row]) -> tuple[list[list[str]], list[list[bool]], list[Merge]]:
    """The texts in their places, which of these are heads, and the merged cells."""
    texts: list[dict[int, str]] = [{} for _ in rows]
    heads: list[set[int]] = [set() for _ in rows]
    merges = []
    for number, row in enumerate(rows):
        column = 0
        for cell in row.cells:
            while column in texts[number]:
                column += 1
            down = min(cell.rows or len(rows), len(rows) - number)
            for below in range(number, number + down):
                for across in range(column, column + cell.columns):
                    texts[below].setdefault(across, "")
                    if cell.is_head:
                        heads[below].add(across)
            texts[number][column] = cell.text
            if down > 1 or cell.columns > 1:
                merges.append(Merge(row=number, column=column, rows=down, columns=cell.columns))
            column += cell.columns
    width = max((max(row, default=-1) for row in texts), default=-1) + 1
    if width * len(rows) > PLACES:  # one long row among many short ones
        return [list(row.values()) for row in texts], [[]] * len(rows), []
    return (
        [[row.get(column, "") for column in range(width)] for row in texts],
        [[column in row for column in range(width)] for row in heads],
        merges,
    )


def _header_rows(rows: list[_Row], heads: list[list[bool]]) -> int | None:
    """How many rows the page marks as headers; ``None`` where it marks none, or all."""
    count = 0
    while count < len(rows) and rows[count].is_head:
        count += 1
    while count > 1 and not rows[count - 1].in_head and sum(bool(cell.text) for cell in rows[count - 1].cells) == 1:
        count -= 1  # the label of the first group of rows
    if 0 < count < len(rows):
        return count
    two_columns = bool(heads) and len(heads[0]) == 2
    return 0 if count == 0 and two_columns and heads[0][0] and sum(row[0] for row in heads) * 2 > len(heads) else None


def _label_columns(body: list[list[bool]]) -> int | None:
    """How many columns at the left the page marks as headers in most rows; ``None`` where it marks none."""
    width = max(map(len, body), default=0)
    count = 0
    while count < width - 1 and sum(row[count] for row in body if count < len(row)) * 2 > len(body):
        count += 1
    return count or None


# -- how far labels are indented


def _indent(cell: Any) -> float:
    """How far the text of a cell is moved to the right, in about pixels."""
    width = 0.0
    first: Any = cell
    while first is not None:
        style = first.get("style", "")
        if found := _INDENT_STYLE.search(style) or _PADDING_STYLE.search(style):
            width += float(found[1]) * _PIXELS.get((found[2] or "px").lower(), 1.0)
        if found := _INDENT_CLASS.search(first.get("class", "")):
            width += float(found[1]) * 16
        if first.text and first.text.strip(" \t\r\n"):
            text = first.text.lstrip(" \t\r\n")
            return width + sum(_WIDE_SPACES.get(letter, 0.0) for letter in text[: len(text) - len(text.lstrip())])
        first = next((child for child in first if isinstance(child.tag, str)), None)
    return width


def _indents(rows: list[_Row]) -> tuple[int, ...]:
    """The depth of each row's label; empty where all are as far to the left."""
    widths = [row.cells[0].indent if row.cells and not row.is_head else 0.0 for row in rows]
    depths = sorted({width for width, row in zip(widths, rows, strict=True) if row.cells and not row.is_head})
    if len(depths) < 2:
        return ()
    return tuple(depths.index(width) if width in depths else 0 for width in widths)
