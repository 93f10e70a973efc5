"""Which tables of a page are data, and their way past the extraction of its main content.

Extraction flattens tables. So each is taken out of the tree before, with a paragraph in its place that is long enough
to be kept where the table's surroundings are, and whose words no page has; afterwards that paragraph becomes a mark.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from askdocs.core.tables import TABLE_MARK, Grid, table_mark
from askdocs.ingest.cleaning.html_grid import cell_text, cells_of, definition_grid, is_hidden, rows_of, table_grid
from askdocs.ingest.sources.text_tables import take_text_tables

# A table with a cell in so many letters, or a third of the cells in half of them, sets out a page and holds no data.
PROSE_CHARACTERS = 600
# Definitions longer than this are texts, not values.
VALUE_CHARACTERS = 80
# How far from a table that was lost a block is looked for that was kept.
_NEIGHBOURS = 3
# So many rows say what a table is for.
_SAMPLE = 300

_FILLER = (
    "this paragraph stands here for a table of the page, so that what comes before it and what comes after it is found"
    " as it would be found if the table were a part of the text that a reader is meant to read"
)
_ROLES = {
    "table": "table", "grid": "table", "treegrid": "table", "rowgroup": "tbody", "row": "tr", "columnheader": "th",
    "rowheader": "th", "cell": "td", "gridcell": "td",
}  # fmt: skip
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ASIDE = re.compile(
    r"(?i)\b(?:side-?bar|nav|navigation|nav-?bar|menu|footer|breadcrumbs?|related|cookies?|comments?|widget|promo|advert"
    r"|share|social|newsletter)\b"
)
_ASIDE_ROLES = frozenset(("navigation", "complementary", "banner", "contentinfo", "search"))
_BYLINE_TERMS = re.compile(r"(?i)(?:first |last )?(?:published|posted|updated|date|author|by|written|tags?|topics?)\b")
_MARK_LINE = re.compile(rf"^{TABLE_MARK.pattern}$", re.MULTILINE)
_WORDS = re.compile(r"\w+")


class Taken(NamedTuple):
    """The tables of a page, what the paragraphs that stand for them begin and end with, and which stand in asides."""

    grids: list[Grid]
    token: str
    beside: set[int]

    def paragraph(self, number: int) -> str:
        """The words that stand for a table."""
        return f"{self.token}n{number}n {_FILLER} {self.token}end"


def take_tables(root: Any, token: str) -> Taken:
    """Exchange every data table under ``root`` for a paragraph that stands for it. ``token`` is a word of no page.

    Tables that set out a page (``role=presentation``, with tables or long texts in them) stay and are read as text;
    data tables inside them are taken.
    """
    _name_by_role(root)
    taken = Taken([], token, set())
    found = [pair for element in list(root.iter("pre")) for pair in _preformatted(element)]
    for element in reversed(list(root.iter("table", "dl"))):  # those inside others first
        if element.tag == "dl":
            grid = definition_grid(element) if _is_data_list(element) else None
        else:
            grid = table_grid(element, _figure_caption(element)) if _is_data(element) else None
        if grid is not None and any(map(any, grid.rows)):
            found.append((_exchanged(element), grid))
    places = dict(found)
    for element in list(root.iter("p")):
        if element in places:
            number = len(taken.grids)
            element.text = taken.paragraph(number)
            if any(map(is_aside, element.iterancestors())):
                taken.beside.add(number)
            taken.grids.append(places[element])
    return taken


def with_marks(blocks: Sequence[str], taken: Taken) -> list[str]:
    """The blocks with marks in the place of the paragraphs that stand for tables."""
    if not taken.grids:
        return list(blocks)
    paragraph = re.compile(rf"{taken.token}n(\d+)n\b.*?(?:{taken.token}end|$)", re.DOTALL)
    marked: list[str] = []
    for block in blocks:
        if taken.token not in block:
            marked.append(block)
            continue
        for number, part in enumerate(paragraph.split(block)):
            if number % 2:
                marked.append(table_mark(int(part)))
            elif _WORDS.search(part):
                marked.append(part.strip())
    return marked


def with_lost(blocks: Sequence[str], whole: Sequence[str], beside: set[int]) -> list[str]:
    """The blocks of the main content, with the tables that it lost though what stands next to them was kept.

    ``whole`` are all blocks of the page; tables ``beside`` the content stay lost.
    """
    kept = list(blocks)
    places = {block_key(block): number for number, block in reversed(list(enumerate(kept)))}
    lost: dict[int, list[str]] = {}
    for number, block in enumerate(whole):
        mark = TABLE_MARK.fullmatch(block)
        if mark and block not in places and int(mark[1]) not in beside:
            place = _place(whole, number, places)
            if place is not None:
                lost.setdefault(place, []).append(block)
    found = lost.get(-1, [])
    for number, block in enumerate(kept):
        found += [block, *lost.get(number, [])]
    return found


def is_aside(element: Any) -> bool:
    """Whether an element holds what stands beside the content of a page, by its role or the words of its class."""
    named = f"{element.get('class', '')} {element.get('id', '')}"
    if element.tag in ("html", "body", "main", "article"):
        return False
    return element.get("role") in _ASIDE_ROLES or bool(_ASIDE.search(named.replace("_", "-")))


def _place(whole: Sequence[str], number: int, places: dict[str, int]) -> int | None:
    """The kept block after which a lost one belongs; -1 for the beginning."""
    before = [block for block in whole[:number][::-1] if not TABLE_MARK.fullmatch(block)][:_NEIGHBOURS]
    after = [block for block in whole[number + 1 :] if not TABLE_MARK.fullmatch(block)][:_NEIGHBOURS]
    for block in before:
        if block_key(block) in places:
            return places[block_key(block)]
    for block in after:
        if block_key(block) in places:
            return places[block_key(block)] - 1
    return None


def block_key(block: str) -> str:
    """The first words of a block, which tell it from the others of its page."""
    return block if TABLE_MARK.fullmatch(block) else " ".join(_WORDS.findall(block)[:12]).lower()


def _name_by_role(root: Any) -> None:
    for element in root.iter("div", "span", "section", "ul", "li"):
        if element.get("role") in _ROLES:
            element.tag = _ROLES[element.get("role")]
            del element.attrib["role"]


def _exchanged(element: Any) -> Any:
    """Put a paragraph in the place of an element; those that stand for tables inside it follow."""
    inner = [place for place in element.iter("p") if place.get("data-askdocs") is not None]
    place = element.makeelement("p", {"data-askdocs": ""})
    place.tail, element.tail = element.tail, None
    parent = element.getparent()
    parent.replace(element, place)
    at = parent.index(place)
    for other in reversed(inner):
        other.tail = None
        parent.insert(at + 1, other)
    if inner:
        inner[-1].tail, place.tail = place.tail, None
    return place


def _preformatted(element: Any) -> list[tuple[Any, Grid]]:
    """Take the tables that a preformatted text draws; what stands around them stays one."""
    if any(map(is_hidden, element.iterancestors())) or element.getparent() is None:
        return []
    text, grids = take_text_tables("".join(element.itertext()), forms=False)
    if not grids:
        return []
    box = element.makeelement("div")
    box.tail = element.tail
    found = []
    for number, part in enumerate(_MARK_LINE.split(text)):
        if number % 2:
            place = element.makeelement("p", {"data-askdocs": ""})
            found.append((place, grids[int(part)]))
            box.append(place)
        elif part.strip():
            rest = element.makeelement("pre")
            rest.text = part.strip("\n")
            box.append(rest)
    element.getparent().replace(element, box)
    return found


def _figure_caption(table: Any) -> str:
    """What the figure around a table says, which goes from there; the figure becomes part of the text."""
    figure = next(table.iterancestors("figure"), None)
    if figure is None:
        return ""
    figure.tag = "div"
    caption = figure.find(".//figcaption")
    if caption is None or next(caption.iter("table"), None) is not None:
        return ""
    if sum(1 for _ in figure.iter("table")) > 1:
        caption.tag = "p"
        return ""
    text = cell_text(caption)
    caption.drop_tree()
    return text


def _is_data(table: Any) -> bool:
    """Whether a table holds data, and does not set out a page."""
    if table.get("role") in ("presentation", "none") or any(map(is_hidden, (table, *table.iterancestors()))):
        return False
    rows = [cells_of(row) for row in itertools.islice(rows_of(table), _SAMPLE)]
    cells = [cell for row in rows for cell in row]
    texts = [text for cell in cells if (text := cell_text(cell))]
    marked = table.find("caption") is not None or any(cell.tag == "th" for cell in cells)
    if len(texts) < 2 or max(map(len, rows)) < 2 or (len(rows) < 2 and not _has_figure(texts)):
        return False
    long = sum(len(text) > PROSE_CHARACTERS // 2 for text in texts)
    if any(len(text) > PROSE_CHARACTERS for text in texts) and not (marked and long * 3 < len(texts)):
        return False
    if long * 3 >= len(texts) or any(
        next(cell.iter(*_HEADINGS), None) is not None for cell in cells if cell.tag == "td"
    ):
        return False
    if _are_links(cells, texts):
        return False
    return marked or not (_holds_tables(table) or next(table.iterdescendants("table"), None) is not None)


def _are_links(cells: list[Any], texts: list[str]) -> bool:
    """Whether a table is of links alone, to other pages of a site, and has no figures."""
    if _has_figure(texts):
        return False
    linked = sum(len(cell_text(link)) for cell in cells for link in cell.iter("a") if link.get("href"))
    return linked * 10 >= sum(map(len, texts)) * 7


def _holds_tables(table: Any) -> bool:
    return any(place.get("data-askdocs") is not None for place in table.iter("p"))


def _has_figure(texts: list[str]) -> bool:
    return any(letter.isdigit() for text in texts for letter in text)


def _is_data_list(element: Any) -> bool:
    """Whether a definition list gives values rather than texts, and is no byline."""
    if any(map(is_hidden, (element, *element.iterancestors()))):
        return False
    if len(list(element.iter("dl", "table", "time"))) > 1 or _holds_tables(element):  # itself is the one
        return False
    rows = definition_grid(element).rows
    terms, values = [row[0] for row in rows], [row[1] for row in rows]
    if len(terms) < 2 or not all(values) or any(map(_BYLINE_TERMS.match, terms)):
        return False
    if max(map(len, terms)) > VALUE_CHARACTERS or max(map(len, values)) > VALUE_CHARACTERS * 2:
        return False
    return sum(map(len, values)) <= VALUE_CHARACTERS * len(values)
