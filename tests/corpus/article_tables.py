"""A table of answers made by hand, with all kinds of cells and with words that mean harm."""

from __future__ import annotations

import datetime

from askdocs import ArticleTable, Citation, TableCell, TableColumn, TableRow
from askdocs.core.answers import Excerpt

HARMFUL = "</script><img src=x onerror=failed()>"
FORMULA = '=HYPERLINK("http://x")'


def cited(quote: str, words: str, source: str = "a.md", excerpt: Excerpt | None = None) -> Citation:
    start = 10 + quote.index(words)
    return Citation(
        article_id="a", source=source, title="t", page=2, chunk_id=1, start=10, end=10 + len(quote), quote=quote,
        answer_start=start, answer_end=start + len(words), excerpt=excerpt,
    )  # fmt: skip


def cell(words: str, value: object = None, *, quote: str = "", confidence: float = 0.95, **fields: object) -> TableCell:
    place = cited(quote or f"They said {words} today.", words)
    return TableCell.model_validate(
        {"text": words, "value": words if value is None else value, "confidence": confidence, "citations": (place,)}
        | fields
    )


NEAREST = TableCell(nearest="9 million", confidence=0.2, citations=(cited("About 9 million, some say.", "9 million"),))
FAILED = TableCell(error="its context is full")
EXCERPT = Excerpt(rows=(("", "2024"), ("Cloud", "455.9")), row=1, column=1)
COLUMNS = (
    TableColumn(name="shares", question="How many shares were sold?"),
    TableColumn(name="paid", question="For how much?"),
    TableColumn(name="when", question="When?"),
    TableColumn(name="who", question="Who sold them?"),
)


def row(title: str, published: str | None, source: str, *cells: TableCell) -> TableRow:
    date = datetime.date.fromisoformat(published) if published else None
    named = {column.name: one for column, one in zip(COLUMNS, cells, strict=True)}
    return TableRow(article_id=title, source=source, title=title, published=date, cells=named)


TABLE = ArticleTable(
    columns=COLUMNS,
    rows=(
        row(
            "Stake sold", "2024-03-22", "a.md",
            cell("33 million", 33_000_000, kind="number", unit="shares"),
            cell("$317 million", 317_000_000, kind="money", unit="USD", approximate=True),
            cell("5 December 2023", "2023-12-05", kind="date"),
            cell(FORMULA),
        ),
        row(
            HARMFUL, "2023-01-02", "https://example.org/<b>",
            cell("3 to 5 million", (3_000_000, 5_000_000), kind="range", confidence=0.3),
            NEAREST,
            cell("November 2023", "2023-11", kind="date"),
            cell("Ana | Ruiz\n`x`", quote=f"It was Ana | Ruiz\n`x` {HARMFUL}"),
        ),
        row(
            "Cloud", None, "javascript:failed()",
            cell("455.9", 455_900_000, kind="money", unit="GBP", confidence=0.7, formula="1 + 2", note="as of June"),
            cell("23%", 23, kind="percent", unit="percent"),
            FAILED,
            TableCell(),
        ),
    ),
    model="smollm2",
    asked=12,
)  # fmt: skip
