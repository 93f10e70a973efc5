"""Tables of answers as text: separated by commas or tabs, as JSON, as Markdown."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

from askdocs.corpus.article_table.files.flat import cells, harmless, header
from askdocs.text.sanitize import json_text, one_line

if TYPE_CHECKING:
    from askdocs.core.answers import Citation, Scalar
    from askdocs.corpus.article_table.table import ArticleTable, TableCell

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|#~!])")


def write_csv(table: ArticleTable, path: Path) -> None:
    """Write it separated by commas, in UTF-8."""
    _write_separated(table, path, ",")


def write_tsv(table: ArticleTable, path: Path) -> None:
    """Write it separated by tabs, in UTF-8."""
    _write_separated(table, path, "\t")


def _write_separated(table: ArticleTable, path: Path, mark: str) -> None:
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=mark, lineterminator="\n")
        writer.writerow([harmless(name) for name in header(table)])
        writer.writerows([_written(value) for value in line] for line in cells(table))


def _written(value: Scalar | None) -> Scalar:
    """A value as programs read it back: numbers as they are, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return harmless(" ".join(value.split())) if isinstance(value, str) else value


def write_json(table: ArticleTable, path: Path) -> None:
    """Write all there is of it as one JSON document."""
    path.write_text(json_text(table.model_dump(mode="json")) + "\n", encoding="utf-8")


def write_markdown(table: ArticleTable, path: Path) -> None:
    """Write a table of words, with the quotes as numbered notes under it."""
    notes: list[str] = []
    names = [_escaped(column.name) for column in table.columns]
    lines = [f"| article | {' | '.join(names)} |", "|---" * (1 + len(names)) + "|"]
    for row in table.rows:
        shown = [_noted(row[column.name], notes) for column in table.columns]
        lines.append(f"| {_escaped(row.title or row.source)} | {' | '.join(shown)} |")
    asked = [f"- {_escaped(column.name)}: {_escaped(column.question)}" for column in table.columns]
    path.write_text("\n".join([*lines, "", *asked, "", *notes, ""]), encoding="utf-8", errors="replace")


def _noted(cell: TableCell, notes: list[str]) -> str:
    """The words of a cell with the numbers of their notes, which are added."""
    if cell.error is not None:
        return f"error: {_escaped(cell.error)}"
    if not cell.answered:
        return ""
    marks = ""
    for citation in cell.citations:
        notes.append(f'{len(notes) + 1}. "{_escaped(citation.quote)}" ({_escaped(_place(citation))})')
        marks += f" [{len(notes)}]"
    return f"{_escaped(cell.text)}{marks}"


def _place(citation: Citation) -> str:
    published = citation.published.isoformat() if citation.published else ""
    page = f"page {citation.page}" if citation.page else ""
    return ", ".join(part for part in (citation.title, published, citation.source, page) if part)


def _escaped(text: str) -> str:
    r"""Text on one line that Markdown takes for nothing but text.

    >>> print(_escaped("a | b <script>"))
    a \| b \<script\>
    """
    return _MARKDOWN.sub(r"\\\1", one_line(text))
