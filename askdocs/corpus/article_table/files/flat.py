"""A table of answers as plain columns: those of the article, then five for each question."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from askdocs.core.answers import Scalar
    from askdocs.corpus.article_table.table import ArticleTable, TableCell

ARTICLE = ("title", "published", "source")
PARTS = ("", "_unit", "_confidence", "_words", "_quote")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def header(table: ArticleTable) -> list[str]:
    """The names of all columns; a question's column keeps its name, what would be the same gets a number.

    >>> from askdocs.corpus.article_table.table import ArticleTable, TableColumn
    >>> header(ArticleTable(columns=(TableColumn(name="title", question="Whose title?"),), rows=(), model=""))
    ['article_title', 'published', 'source', 'title', 'title_unit', 'title_confidence', 'title_words', 'title_quote']
    """
    named = [column.name for column in table.columns]
    names = [f"article_{name}" if name in named else name for name in ARTICLE]
    taken = {*names, *named}
    for name in named:
        names.append(name)
        for part in PARTS[1:]:
            names.append(_unused(name + part, taken))
            taken.add(names[-1])
    return names


def _unused(name: str, taken: set[str]) -> str:
    number = 2
    found = name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found


def cells(table: ArticleTable) -> Iterator[list[Scalar | None]]:
    """The rows as plain values, in the order of ``header``; ``None`` where there is nothing."""
    for row in table.rows:
        line: list[Scalar | None] = [row.title, row.published.isoformat() if row.published else None, row.source]
        for column in table.columns:
            line += parts(row[column.name])
        yield line


def parts(cell: TableCell) -> list[Scalar | None]:
    """Value, unit, confidence, words and quote of a cell; of one that failed, the error stands for its words."""
    if cell.error is not None:
        return [None, None, None, f"error: {cell.error}", None]
    if not cell.answered:
        return [None, None, round(cell.confidence, 4), None, None]
    return [one_value(cell), cell.unit, round(cell.confidence, 4), cell.text, quotes(cell)]


def one_value(cell: TableCell) -> Scalar | None:
    """The value of a cell as one scalar: the ends of a range joined by "..", the items of a list by ";".

    >>> from askdocs.corpus.article_table.table import TableCell
    >>> one_value(TableCell(text="3 to 5 million", value=(3000000, 5000000), kind="range"))
    '3000000..5000000'
    """
    if isinstance(cell.value, tuple):
        return (".." if cell.kind == "range" else "; ").join(map(str, cell.value))
    return cell.value


def day(cell: TableCell) -> datetime.date | None:
    """The day that a cell names, where it names one to the day."""
    if cell.kind != "date" or not isinstance(cell.value, str) or len(cell.value) != 10:
        return None
    try:
        return datetime.date.fromisoformat(cell.value)
    except ValueError:
        return None


def quotes(cell: TableCell) -> str:
    """The sentences that the words rest on, each once."""
    return " … ".join(dict.fromkeys(" ".join(citation.quote.split()) for citation in cell.citations))


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula, and that holds no control characters.

    https://owasp.org/www-community/attacks/CSV_Injection

    >>> harmless("=cmd|' /C calc'!A0"), harmless("-3.4%"), harmless("- see below"), harmless("33 million")
    ("'=cmd|' /C calc'!A0", '-3.4%', "'- see below", '33 million')
    """
    shown = "".join(character if character.isprintable() or character == "\n" else " " for character in text)
    return f"'{shown}" if text.startswith(_FORMULA) and not _is_figure(text) else shown


def _is_figure(text: str) -> bool:
    """Whether a text is a number with its sign and nothing else, which a spreadsheet may take for one."""
    return text[:1] in "+-" and text[1:2].isdigit() and not text[1:].strip("0123456789.,%\u00a0\u202f ")
