"""Two answers to one question, by two models, beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from askdocs.terminal.model_labels import short_names
from askdocs.terminal.styled_answer import rich_answer
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from rich.console import RenderableType

    from askdocs.core.answers import Answer

_LEAST_BESIDE = 70  # columns for two answers side by side


def side_by_side(left: Answer, right: Answer, *, marks: bool = False, columns: int = 80) -> RenderableType:
    """Two answers to one question, each under its model's name, in two columns; on a narrow terminal one below the
    other."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    names = {model: one_line(name) for model, name in short_names([left.model, right.model]).items()}
    if columns < _LEAST_BESIDE:
        parts = [
            part
            for answer in (left, right)
            for part in (Text(f"--- {names[answer.model]}", overflow="fold"), rich_answer(answer, marks=marks))
        ]
        return Group(*parts)
    table = Table(box=None, padding=(0, 1), expand=True)
    for answer in (left, right):
        table.add_column(Text(names[answer.model], overflow="fold"), ratio=1, overflow="fold")
    table.add_row(rich_answer(left, marks=marks), rich_answer(right, marks=marks))
    return table
