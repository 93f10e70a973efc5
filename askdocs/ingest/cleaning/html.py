"""HTML to blocks: the main content (trafilatura), headings marked with ``#``, tables as grids of their own."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from askdocs.core.tables import Grid
from askdocs.ingest.cleaning.html_data_tables import Taken, take_tables, with_lost, with_marks
from askdocs.ingest.cleaning.html_lists import plain_lists, with_lost_lists

# libxml2 stops at 256 levels; what is nested deeper than this keeps its text and loses its tags.
DEPTH = 100
# trafilatura takes up to 0.2 ms an element; of a page with more tags than this everything is taken.
TAGS = 50_000
# Pages with more, or nested more deeply, are not compared with what other extractors find: that takes time for each
# element times its depth.
TAGS_OF_A_PAGE = 10_000

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})(?=[\s/>])[^<>]*>")
_WHOLE_PAGE = re.compile(r"(?i)<(?:!doctype|html|head|body|title|meta|nav|main|article)\b")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_BREAK = "\x00"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Tags that a parser closes by itself, or that hold nothing: they do not add up to depth.
_FLAT = _names(
    """
    area base br col embed hr img input link meta param source track wbr p li dt dd tr td th thead tbody tfoot
    option optgroup rp rt colgroup html head body
    """
)
_BLOCKS = _names(
    """
    address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 head header hr html item li list main nav ol p pre quote section summary table tr row ul
    title td th cell
    """
)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_LEFT_OUT = _names(
    """
    script style noscript template iframe object svg math canvas nav header footer aside form button select textarea
    audio video head title
    """
)


class Content(NamedTuple):
    """What a page holds: its blocks, and what its metadata says ("" where nothing).

    A block that is ``table_mark(n)`` stands for grid n of ``grids``.
    """

    blocks: list[str]
    title: str = ""
    published: str = ""
    meta: dict[str, str] = {}
    grids: tuple[Grid, ...] = ()


def page_content(html: str) -> Content:
    """The main content of a page with its metadata; of a fragment (a Word file, a field of JSON) everything.

    Where trafilatura finds no main content, everything but navigation, headers, footers and forms is taken. A data
    table that it loses is put back beside what it keeps of the text around it.
    """
    flat = flattened(html)
    html = _XML_DECLARATION.sub("", flat)
    if not _WHOLE_PAGE.search(html):
        return html_blocks(html)._replace(title=_title(html))
    root = _parsed(html)
    taken = take_tables(root, _token(html))
    if taken.grids:
        html = _written(root)
    grids = tuple(taken.grids)
    if html.count("<") > TAGS:
        return Content(_whole(root, taken), grids=grids, title=_title(html))
    import trafilatura

    found = trafilatura.bare_extraction(
        html,
        with_metadata=True,
        fast=flat != html or html.count("<") > TAGS_OF_A_PAGE,
        include_comments=False,
        include_tables=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    blocks = [] if found is None or found.body is None else with_marks(_rendered(found.body), taken)
    lists = plain_lists(root) if html.count("<") <= TAGS_OF_A_PAGE else ()
    if blocks and lists:
        blocks = with_lost_lists(blocks, _whole(root, taken), lists)
    if not blocks:
        blocks = _whole(root, taken)
    elif sum(block.startswith(_BREAK) for block in blocks) < len(grids):
        blocks = with_lost(blocks, _whole(root, taken, _LEFT_OUT - {"form"}), taken.beside)
    if found is None:
        return Content(blocks, grids=grids, title=_title(html))
    named = {"author": found.author, "site": found.sitename, "url": found.url, "description": found.description}
    meta = {name: str(value) for name, value in named.items() if value}
    return Content(blocks, found.title or "", found.date or "", meta, grids)


def html_blocks(html: str) -> Content:
    """Everything of an HTML text but scripts, navigation and forms.

    >>> html_blocks("<h2>Sales</h2><p>They <b>rose</b>.</p><ul><li>in May<li>in June</ul>").blocks
    ['## Sales', 'They rose.', '- in May\\n- in June']
    """
    html = f"<div>{flattened(html)}</div>"
    root = _parsed(html)
    taken = take_tables(root, _token(html))
    return Content(_whole(root, taken), grids=tuple(taken.grids))


def _whole(root: Any, taken: Taken, left_out: frozenset[str] = _LEFT_OUT) -> list[str]:
    return with_marks(_rendered(root.find("body"), left_out), taken)


def _parsed(html: str) -> Any:
    import lxml.html

    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    return lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser, ensure_head_body=True)


def _written(root: Any) -> str:
    import lxml.html

    return str(lxml.html.tostring(root, encoding="unicode", doctype="<!doctype html>"))


def _token(html: str) -> str:
    """A word that the page does not hold."""
    return "t" + hashlib.sha256(html.encode("utf-8", "replace")).hexdigest()[:16]


def flattened(html: str) -> str:
    """Take out the tags that are nested deeper than ``DEPTH``; their text stays.

    Parsers and the walks over their trees use stack, or give up, for each level; a page may nest 100,000.
    """
    if html.count("<") <= DEPTH:
        return html
    open_tags: list[str] = []
    counts: Counter[str] = Counter()
    kept: list[str] = []
    end = 0
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if name in _FLAT or tag[0].endswith("/>"):
            continue
        if not tag[1]:
            open_tags.append(name)
            counts[name] += 1
        depth = len(open_tags)
        if tag[1] and counts[name]:
            closed = ""
            while closed != name:
                depth = len(open_tags)
                closed = open_tags.pop()
                counts[closed] -= 1
        if depth > DEPTH:
            kept += [html[end : tag.start()], " "]
            end = tag.end()
    return "".join(kept) + html[end:]


def _title(html: str) -> str:
    found = re.search(r"(?is)<title\b[^<>]*>([^<]{1,500})", html)
    return _SPACES.sub(" ", found[1]).strip() if found else ""


def _rendered(root: Any, left_out: frozenset[str] = frozenset()) -> list[str]:
    """The blocks of a tree, HTML's own or trafilatura's, with consecutive items of a list as one block."""
    blocks: list[str] = []
    for block in _Walk(left_out).blocks(root):
        if block.startswith("- ") and blocks and blocks[-1].startswith("- "):
            blocks[-1] += "\n" + block
        else:
            blocks.append(block)
    return blocks


class _Walk:
    """Collects the text between block elements, without recursion."""

    def __init__(self, left_out: frozenset[str]) -> None:
        self._left_out = left_out
        self._text: list[str] = []
        self._mark = ""
        self._preformatted = 0

    def blocks(self, root: Any) -> Iterator[str]:
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                if tag in _BLOCKS:
                    yield from self._flush()
                if not tag or tag in self._left_out:
                    walk.skip_subtree()
                    continue
                self._mark = _mark_of(element, tag) or self._mark
                self._preformatted += tag == "pre"
                self._add(_BREAK if tag in ("br", "lb") else element.text or "")
            else:
                if tag in _BLOCKS:
                    yield from self._flush()
                self._preformatted -= tag == "pre"
                if element is not root:
                    self._add(element.tail or "")
        yield from self._flush()

    def _add(self, text: str) -> None:
        self._text.append(text.replace("\n", _BREAK) if self._preformatted else text)

    def _flush(self) -> Iterator[str]:
        text = _SPACES.sub(" ", "".join(self._text))
        paragraphs = [part.strip(f" {_BREAK}") for part in re.split(f"{_BREAK} ?{_BREAK}[ {_BREAK}]*", text)]
        self._text.clear()
        for paragraph in filter(None, paragraphs):
            lines = re.sub(f" ?{_BREAK} ?", "\n" if not self._mark else " ", paragraph)
            yield self._mark + lines
            self._mark = ""
        if not text.strip() and not self._mark.startswith("- "):
            self._mark = ""


def _mark_of(element: Any, tag: str) -> str:
    if tag in _HEADINGS:
        return "#" * _HEADINGS[tag] + " "
    if tag == "head":
        return "#" * _HEADINGS.get(element.get("rend", ""), 2) + " "
    return "- " if tag in ("li", "item") else ""
