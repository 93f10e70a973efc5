"""A table of answers in a terminal: it fits, and nothing of an article is obeyed."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from askdocs import TableCell, TableRow
from askdocs.terminal.article_table import print_table, table_note

_STYLES = re.compile(r"\x1b\[[0-9;]*m")
ROWS = [
    TableRow(
        article_id="a", source="a.md", title="Stake sold by a company with a very long name indeed",
        cells={
            "n": TableCell(text="33 million", confidence=0.9),
            "who": TableCell(text="\x1b[31mAna\tRuiz", confidence=0.3),
        },
    ),
    TableRow(article_id="b", source="b.md", title="", cells={"n": TableCell(), "who": TableCell(error="no\nroom")}),
]  # fmt: skip


def shown(width: int | None) -> str:
    file = io.StringIO()
    console = Console(file=file, width=width or 80, force_terminal=width is not None, no_color=True, markup=False)
    print_table(console, ["n", "who"], list(ROWS))
    return _STYLES.sub("", file.getvalue())


@pytest.mark.parametrize("width", [30, 60, 80, 120])
def test_on_a_terminal_it_fits(width: int) -> None:
    text = shown(width)
    assert all(len(line) <= width for line in text.splitlines())
    assert "33 million" in text
    assert "?" in text
    assert "–" in text
    assert "error: no room" in " ".join(text.split())
    assert "␛[31mAna" in text


def test_elsewhere_it_is_separated_by_tabs() -> None:
    assert shown(None).splitlines() == [
        "article\tn\twho",
        "Stake sold by a company with a very long name indeed\t33 million\t␛[31mAna Ruiz",
        "b.md\t\terror: no room",
    ]


def test_the_note_counts() -> None:
    assert table_note(list(ROWS), 3, 1) == (
        "2 articles; 2 of 4 cells answered; 1 cell failed: no room; 3 cells asked, 1 known from before"
    )
