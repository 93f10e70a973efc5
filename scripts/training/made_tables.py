"""Made-up tables with questions, to train and test the reader that chooses the cell which answers a question.

Everything named is invented. Held-out tables have other shapes, subjects, names and wordings than those to train on, so
that a figure on them says something. Seeded and standard library only:

    python -m scripts.training.made_tables --show 5
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from askdocs.core.tables import Grid
from scripts.training import table_compared_shapes as compared
from scripts.training import table_list_shapes as lists
from scripts.training import table_shapes as timed
from scripts.training.table_arithmetic import reckoned
from scripts.training.table_drafts import Draft, build
from scripts.training.table_maker import Maker
from scripts.training.table_near_misses import NearMisses
from scripts.training.table_questions import Asker, MadeQuestion
from scripts.training.table_wordings import as_typed

SHAPES: tuple[tuple[timed.Shape, int], ...] = (
    (timed.things_by_years, 3), (timed.statement, 4), (timed.statement_with_notes, 2), (timed.year_ended_over_years, 2),
    (timed.statement_by_quarters, 3), (timed.year_over_measures, 2), (timed.thing_over_years, 2), (timed.year_rows, 2),
    (timed.month_rows, 1), (compared.groups_of_measures, 3), (compared.groups_of_things, 2), (compared.changes, 2),
    (compared.restated, 1), (compared.budget, 1), (lists.records, 6), (lists.records_with_units, 1), (lists.ranked, 2),
    (lists.long_list, 1), (lists.key_value, 2), (lists.form, 2), (lists.property_sheet, 2), (lists.crossed, 1),
    (lists.timetable, 1), (lists.grades, 1),
)  # fmt: skip
HELD_OUT: tuple[tuple[timed.Shape, int], ...] = (
    (timed.history, 1), (timed.things_by_quarters, 2), (timed.quarters_under_years, 2), (timed.measure_over_years, 2),
    (timed.things_by_months, 1), (compared.groups_of_years, 2), (compared.shares, 1), (lists.regional_list, 3),
    (lists.transposed, 3),
)  # fmt: skip
SHARES = (0.39, 0.28, 0.07, 0.1, 0.16)  # lookup, unanswerable, missing, reverse, reckoned: where a table allows them
_DOCUMENTS = (
    "annual report {y}",
    "Annual Report and Accounts {y}",
    "results {y}",
    "report for the year {y}",
    "half-year report {y}",
    "investor presentation",
    "full-year results {y}",
)
_NOTES = (
    "(unaudited)",
    "Source: own survey",
    "Rounding differences are possible.",
    "Figures may be revised.",
    "(audited)",
)
_PROSE = (
    "The table below shows the figures.",
    "Details are set out in the following table.",
    "The following table gives an overview.",
    "Results were in line with what the board expected.",
    "We comment on the main changes below.",
    "Figures are unaudited.",
    "More can be found in the notes.",
    "The overview was put together by the secretariat.",
    "All data are as known to us today.",
)


class MadeTable(NamedTuple):
    """A table with its questions, and what stands about it: title and heading of its article, prose above it.

    The ``kind`` of a question is "lookup" (``cells`` is the one that answers), "reverse" (the label that answers),
    "unanswerable:" with "year", "row", "column" or "company" for what the table lacks (no cells) or with "missing" (the
    cell that is asked for has no figure), or one of "difference", "growth", "sum", "ratio" and "average" (the operands
    in order: the minuend, the new value, the numerator first), "highest", "lowest" and "nth" (the cell that wins) and
    "count" (the cells that count). Cells are (row, column) of ``grid.rows``.
    """

    title: str
    heading: str
    grid: Grid
    before: str
    questions: tuple[MadeQuestion, ...]
    shape: str = ""


def made_tables(seed: int, count: int, held_out: bool = False) -> Iterator[MadeTable]:
    """``count`` tables; the same for the same seed.

    >>> table = next(made_tables(1, 1))
    >>> all(table.grid.rows[row][column] for q in table.questions if q.kind == "lookup" for row, column in q.cells)
    True
    """
    for index in range(count):
        yield _table(random.Random(f"{seed} {index} {held_out}"), held_out)


def _table(rng: random.Random, held_out: bool) -> MadeTable:
    shapes = HELD_OUT if held_out else SHAPES
    for _ in range(50):
        maker = Maker(rng, held_out)
        draft = rng.choices([shape for shape, _ in shapes], [weight for _, weight in shapes])[0](maker)
        maker.unit_note(draft)
        title, heading, before = _around(draft, maker)
        if rng.random() < 0.12:
            draft.notes.append(rng.choice(_NOTES))
        grid, facts = build(draft, rng)
        if rng.random() < 0.06:
            grid = _in_capitals(grid)
        read = " ".join(
            (title, heading, before, grid.caption, *grid.notes, *(cell for row in grid.rows for cell in row))
        )
        questions = _questions(Asker(draft, facts, rng, held_out, read), rng)
        if len(questions) >= 4:
            return MadeTable(title, heading, grid, before, questions, draft.shape)
    raise RuntimeError("no table with enough questions came about")


def _in_capitals(grid: Grid) -> Grid:
    """The grid with its heads in capital letters, as some tables have them."""
    header = grid.header_rows or 0
    rows = tuple(tuple(map(str.upper, row)) if place < header else row for place, row in enumerate(grid.rows))
    return grid.model_copy(update={"rows": rows})


def _around(draft: Draft, maker: Maker) -> tuple[str, str, str]:
    """Title, heading and prose above; a year that only they give is given there."""
    rng = maker.rng
    title, heading = "", ""
    if draft.company is not None and rng.random() < 0.85:
        name = rng.choice((draft.company.label, draft.company.others[0]))
        title = f"{name} {rng.choice(_DOCUMENTS)}".format(y=maker.last)
    elif draft.company is None and rng.random() < 0.5:
        things = rng.choice([c for c in draft.subject.captions if "{m}" not in c] or ["Overview"])
        title = rng.choice((things, f"{maker.namer.town()}: {things.lower()}", f"Bulletin of {maker.namer.town()}"))
    if rng.random() < 0.4:
        heading = rng.choice(
            [c for c in draft.subject.captions if "{m}" not in c] or ["Results by segment", "Overview"]
        )
    if not draft.year_shown and str(maker.last) not in draft.caption:
        draft.caption = f"{draft.caption}, {maker.last}"
    elif any(head.key.period and head.key.period.part for head in draft.columns) and not draft.caption:
        heading = heading or f"Results {maker.last}"
    before = " ".join(rng.sample(_PROSE, rng.choice((1, 1, 2)))) if rng.random() < 0.3 else ""
    return title, heading, before


def _questions(asker: Asker, rng: random.Random) -> tuple[MadeQuestion, ...]:
    """6 to 14 questions, about three of ten unanswerable; none twice."""
    wanted = rng.randint(6, 14)
    facts = [fact for fact in asker.facts if not fact.key.total or rng.random() < 0.5]
    missing = [fact for fact in facts if fact.cell.missing]
    present = [fact for fact in facts if fact.cell.text and not fact.cell.missing]
    asks: dict[str, Callable[[], MadeQuestion | None]] = {
        "lookup": lambda: asker.lookup(rng.choice(present)),
        "unanswerable": NearMisses(asker).question,
        "missing": lambda: asker.lookup(rng.choice(missing)) if missing else None,
        "reverse": lambda: asker.reverse(rng.choice(present)),
        "reckoned": lambda: reckoned(asker, rng),
    }
    asked: Counter[tuple[int, int]] = Counter()
    most = 1 if len(present) > 2 * wanted else 2
    found: dict[str, MadeQuestion] = {}
    for kind in rng.choices(list(asks), SHARES, k=wanted):
        for attempt in range(12):
            question = asks[kind if attempt < 8 or kind == "unanswerable" else "lookup"]()
            if question is None or question.text.lower() in found:
                continue
            if len(question.cells) == 1 and asked[question.cells[0]] == (1 if question.kind.startswith("un") else most):
                continue
            asked.update(question.cells if len(question.cells) == 1 else ())
            found[question.text.lower()] = question._replace(text=as_typed(question.text, rng))
            break
    return tuple(found.values())


def shown(table: MadeTable) -> str:
    """A table and its questions, to read."""
    lines = [
        f"== {table.shape}: {table.title} / {table.heading} / {table.before}",
        f"[{table.grid.caption}] {table.grid.notes}",
    ]
    lines += [" | ".join(row) for row in table.grid.rows]
    for question in table.questions:
        cells = "; ".join(table.grid.rows[row][column] or "''" for row, column in question.cells)
        lines.append(f"  {question.kind:22} {question.text}   -> {cells}")
    return "\n".join(lines)


def main() -> None:
    """Print some tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", type=int, default=5, help="how many tables")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--held-out", action="store_true")
    options = parser.parse_args()
    for table in made_tables(options.seed, options.show, options.held_out):
        print(shown(table), end="\n\n")


if __name__ == "__main__":
    main()
