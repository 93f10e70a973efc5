"""A table of answers as one HTML page: nothing is loaded from elsewhere, and a quote stands behind each cell.

What comes from articles is text: escaped where the page holds it, and put in as text by its script. The policy of the
page names its one script and its one style by their hashes, so that nothing else runs, wherever it came from.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from askdocs.core.answer_text import CONFIDENCE_WORDS, confidence_words, unit_words
from askdocs.corpus.article_table.files.flat import one_value
from askdocs.text.sanitize import one_line, sanitize

if TYPE_CHECKING:
    from jinja2 import Template

    from askdocs.core.answers import Citation, Scalar
    from askdocs.corpus.article_table.table import ArticleTable, TableCell, TableRow

_TEMPLATES = Path(__file__).parents[1] / "templates"
_SURE = CONFIDENCE_WORDS[1][0]


class _Excerpt(TypedDict):
    """Some rows of a table, and which cell of them is meant."""

    rows: list[list[str]]
    row: int
    column: int


class _Place(TypedDict):
    """A quote, cut before and behind the words of the answer, and where it stands in the article."""

    before: str
    words: str
    after: str
    where: str
    excerpt: _Excerpt | None


class _Cell(TypedDict):
    """What the page's script knows of a cell; ``key`` is what it is sorted by."""

    state: str
    shown: str
    words: str
    value: str
    key: Scalar | None
    level: int
    sure: str
    least: str
    places: list[_Place]
    formula: str
    note: str
    error: str


class _Row(TypedDict):
    """A row of the page."""

    title: str
    source: str
    link: str
    published: str
    cells: list[_Cell]


def write_html(table: ArticleTable, path: Path) -> None:
    """Write it."""
    path.write_text(page(table), encoding="utf-8", errors="replace", newline="\n")  # the hashes are of these line ends


def page(table: ArticleTable) -> str:
    """The page."""
    rows = [_row(table, row) for row in table.rows]
    columns = [{"name": one_line(one.name), "question": one_line(one.question)} for one in table.columns]
    style, script = (_TEMPLATES.joinpath(f"table.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    dated = any(row["published"] for row in rows)
    questions = f"{len(columns)} question" + "s" * (len(columns) != 1)
    return _template().render(
        title=f"{len(rows)} article" + "s" * (len(rows) != 1) + f", {questions}",
        model=one_line(table.model),
        answered=table.answered,
        cells=len(rows) * len(columns),
        failed=table.failed,
        columns=columns,
        rows=rows,
        dated=dated,
        data={
            "columns": [column["question"] for column in columns],
            "dated": dated,
            "rows": [{"date": row["published"], "cells": row["cells"]} for row in rows],
        },
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


@functools.lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("table.html.j2")


def _hash(text: str) -> str:
    """How a content security policy names a script or style: the browser normalises no line ends here."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _row(table: ArticleTable, row: TableRow) -> _Row:
    return {
        "title": one_line(row.title or row.source),
        "source": one_line(row.source),
        "link": row.source if row.source.startswith(("https://", "http://")) else "",
        "published": row.published.isoformat() if row.published else "",
        "cells": [_cell(row[column.name]) for column in table.columns],
    }


def _cell(cell: TableCell) -> _Cell:
    words = _with_unit(cell)
    shown = "failed" if cell.error is not None else words or "–"
    return {
        "state": _state(cell),
        "shown": shown,
        "words": words,
        "value": _value(cell),
        "key": one_value(cell) if cell.answered else None,
        "level": _level(cell) if cell.answered or cell.nearest else 0,
        "sure": confidence_words(cell.confidence),
        "least": f"{cell.threshold:.2f}",
        "places": [_place(citation) for citation in cell.citations],
        "formula": one_line(cell.formula or ""),
        "note": one_line(cell.note),
        "error": one_line(cell.error) if cell.error is not None else "",
    }


def _state(cell: TableCell) -> str:
    if cell.error is not None:
        return "failed"
    if not cell.answered:
        return "empty"
    return "sure" if round(cell.confidence, 2) >= _SURE else "doubtful"


def _level(cell: TableCell) -> int:
    """How many of three strokes show the confidence."""
    confidence = round(cell.confidence, 2)
    return 1 + sum(confidence >= least for least, _ in CONFIDENCE_WORDS[:2])


def _with_unit(cell: TableCell) -> str:
    """The words; behind a bare figure of a table the words that say its unit, in brackets."""
    unit = cell.citation.unit if cell.citation and not cell.formula else None
    bare = unit_words(unit) if unit and cell.kind in ("number", "money", "percent", "range") else ""
    words = one_line(cell.text)
    return f"{words} ({one_line(bare)})" if words and bare and bare not in cell.text else words


def _value(cell: TableCell) -> str:
    """What the words mean, where that says more than they do: "317,000,000 USD"."""
    if cell.kind in (None, "text", "boolean") or cell.value is None:
        return ""
    values = cell.value if isinstance(cell.value, tuple) else (cell.value,)
    joined = (" to " if cell.kind == "range" else "; ").join(_figure(value) for value in values)
    unit = f" {cell.unit}" if cell.unit else ""
    about = "about " if cell.approximate else ""
    meant = one_line(f"{about}{joined}{unit}")
    return "" if meant == cell.text else meant


def _figure(value: Scalar) -> str:
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _place(citation: Citation) -> _Place:
    start, end = citation.answer_start - citation.start, citation.answer_end - citation.start
    quote = citation.quote
    labels = " > ".join(label for label in (citation.table, citation.row, citation.column) if label)
    page = f"page {citation.page}" if citation.page else ""
    published = citation.published.isoformat() if citation.published else ""
    held = citation.excerpt
    return {
        "before": sanitize(quote[:start]),
        "words": sanitize(quote[start:end]),
        "after": sanitize(quote[end:]),
        "where": one_line(", ".join(part for part in (labels, published, citation.source, page) if part)),
        "excerpt": None if held is None else {
            "rows": [[one_line(text) for text in line] for line in held.rows],
            "row": held.row,
            "column": held.column,
        },
    }  # fmt: skip
