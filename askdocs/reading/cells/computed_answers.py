"""Answers that are computed from cited cells, in closed form, with the formula shown. No model computes."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from askdocs.core.answer_text import unit_words
from askdocs.core.answers import Value
from askdocs.reading.cells.cell_candidates import FoundTable
from askdocs.reading.cells.cell_reader import Lookup, ReadCell, asked_words
from askdocs.reading.cells.label_matching import words_of
from askdocs.reading.cells.line_orders import Line, Member, asked_line
from askdocs.reading.cells.operands import MOST_CELLS, operands, without_computing
from askdocs.reading.cells.question_words import QuestionWords
from askdocs.tables.typed_cells import TypedCell, TypedCells
from askdocs.values.arithmetic import SYMBOLS, compute, plain_number
from askdocs.values.cell_values import is_missing
from askdocs.values.computations import Computation
from askdocs.values.parse import parse

_FIGURE = re.compile(r"\d(?:[\d.,'’  ]*\d)?")
_PAIR = 2
_READ = 20_000  # characters of an article in which its names are looked for
_FALL = re.compile(
    r"\b(?:fall|fell|fallen|decline[ds]?|drop(?:ped)?|decrease[ds]?|shrink|shrank|lose|lost|go down)\b", re.I
)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_NAMED_COUNT = re.compile(rf"\b(?:the|all|these|those|first|last) ({'|'.join(_NUMBERS)}|\d{{1,2}})\b", re.IGNORECASE)
_ALL = re.compile(r"\b(?:all|every|each|whole|across|everything)\b", re.IGNORECASE)
_GROUP = 3  # digits between two marks of thousands
_SCALES = frozenset(Decimal(10) ** exponent for exponent in (3, 5, 6, 7, 9, 12))
_ORDERS = ("highest", "lowest", "rank", "count")
_CHECKS: dict[str, Callable[[float, float], bool]] = {
    "more": operator.gt,
    "less": operator.lt,
    "at least": operator.ge,
    "at most": operator.le,
    "equal": operator.eq,
}


class ComputedAnswer(NamedTuple):
    """A result with the cells it was computed from; ``text`` is empty and ``note`` says why where there is none."""

    text: str
    value: Value | None
    formula: str
    cells: tuple[tuple[FoundTable, TypedCell], ...]
    confidence: float
    note: str = ""


def computed_answer(
    question: str,
    computation: Computation,
    tables: Sequence[FoundTable],
    lookup: Lookup,
) -> ComputedAnswer | None:
    """The result of what a question asks to compute; ``None`` where the tables do not name its cells plainly."""
    if _names_strangers(question, tables):
        return None
    if computation.kind in _ORDERS:
        return _ordered(computation, tables, lookup)
    cells = operands(question, computation, tables, lookup)
    if cells:
        return _from_operands(computation, cells)
    return _over_line(computation, tables, lookup) if computation.kind in ("average", "sum") else None


def _names_strangers(question: str, tables: Sequence[FoundTable]) -> bool:
    """Whether the question holds a name that neither the best table nor its article has."""
    if not tables:
        return True
    best, asked = tables[0], asked_words(question, tables)
    rows = " ".join(label.text for row in best.rows for label in best.view.row_labels(row))
    held = words_of(asked, f"{best.article.title} {best.article.source} {best.article.text[:_READ]} {rows}")
    return any(word.is_name and number not in held for number, word in enumerate(asked.words))


def _from_operands(computation: Computation, cells: Sequence[ReadCell]) -> ComputedAnswer:
    typed = [_typed(read) for read in cells]
    located = tuple((read.found, one) for read, one in zip(cells, typed, strict=True))
    confidence = min(read.probability for read in cells)
    reason = _unusable(typed)
    if reason:
        return ComputedAnswer("", None, "", located, confidence, reason)
    values = [one.value for one in typed if one.value]
    if computation.kind == "share" and len(values) == _PAIR and _is_larger(values[0], values[1]):
        values.reverse()  # "what share of the whole was the part"
        typed.reverse()
    falls = computation.kind in ("difference", "growth") and _FALL.search(computation.rest) is not None
    if falls and computation.kind == "difference" and _is_larger(values[1], values[0]):
        values.reverse()  # what something fell by is told without a sign
        typed.reverse()
    result = compute(computation.kind, values)  # type: ignore[arg-type]
    if result.value is None:
        return ComputedAnswer("", None, "", located, confidence, result.reason)
    if falls and computation.kind == "growth" and _is_larger(values[0], values[1]):
        percent = -float(result.value.value)  # type: ignore[arg-type]
        shown = _shown(Value(kind="percent", value=percent, unit="percent"), typed)
        texts = [one.cell.text for one in typed]
        formula = f"({texts[0]} − {texts[1]}) ÷ {texts[0]} = {shown}"
        return ComputedAnswer(shown, result.value.model_copy(update={"value": percent}), formula, located, confidence)
    shown = _shown(result.value, [] if computation.kind == "ratio" else typed)
    unit = "" if result.value.kind == "percent" else _unit_words(cells[0].found, typed[0])
    text = f"{shown} ({unit})" if unit and computation.kind != "ratio" else shown
    formula = f"{_formula(computation.kind, typed, shown)}{f', {unit}' if unit else ''}"
    return ComputedAnswer(text, result.value, formula, located, confidence)


def _typed(read: ReadCell) -> TypedCell:
    return TypedCells(read.found.view, read.found.article.text).read(read.cell.row, read.cell.column)


def _is_larger(one: Value, other: Value) -> bool:
    return isinstance(one.value, int | float) and isinstance(other.value, int | float) and one.value > other.value


def _unusable(typed: Sequence[TypedCell]) -> str:
    for one in typed:
        if is_missing(one.cell.text):
            return f'one of the cells has no figure: "{one.cell.text}"'
        if one.value is None:
            return f'the value of "{one.cell.text}" is not clear: {one.reason}'
    return ""


def _formula(kind: str, typed: Sequence[TypedCell], shown: str) -> str:
    texts = [one.cell.text for one in typed]
    if kind == "growth":
        return f"({texts[1]} − {texts[0]}) ÷ {texts[0]} = {shown}"
    if kind == "average":
        return f"({' + '.join(texts)}) ÷ {len(texts)} = {shown}"
    return f"{f' {SYMBOLS[kind]} '.join(texts)} = {shown}"


def _shown(value: Value, typed: Sequence[TypedCell]) -> str:
    """The result as the cells show figures: without the scale that a unit line gives all of them."""
    number = Decimal(str(value.value))
    if value.kind == "percent":
        points = " percentage points" if value.unit == "percentage points" else "%"
        return f"{_written(round(number, 2))}{points}"
    scales = {_scale(one) for one in typed}
    scale = scales.pop() if len(scales) == 1 else Decimal(1)
    result = _written(round(number / scale, 4))
    return _as_written(typed[0].cell.text, result) if typed and value.currency and scale != 1 else result


def _as_written(text: str, result: str) -> str:
    """A result in the writing of a cell: "¥470.32m" and 421.7 are "¥421.7m"; bare figures stay bare."""
    figure = _FIGURE.search(text)
    if figure is None or "(" in text:
        return result
    before, after = text[: figure.start()].rstrip("-−–"), text[figure.end() :]
    sign, digits = ("−", result[1:]) if result.startswith("-") else ("", result)
    return f"{sign}{before}{digits}{after}".strip()


def _scale(typed: TypedCell) -> Decimal:
    """How many times the figure of a cell its value is: 1,000,000 for "¥470.32m", and for "5.5" under "in millions"."""
    value = typed.value.value if typed.value else None
    figure = _FIGURE.search(typed.cell.text)
    if figure is None or not isinstance(value, int | float) or not value:
        return Decimal(1)
    digits, behind = re.sub(r"\D", "", figure[0]), re.search(r"[.,](\d+)$", figure[0])
    decimals = len(behind[1]) if behind and len(behind[1]) != _GROUP else 0
    if not Decimal(digits):
        return Decimal(1)
    scale = abs(Decimal(str(value))) * Decimal(10) ** decimals / Decimal(digits)
    return scale if scale in _SCALES else Decimal(1)


def _written(number: Decimal) -> str:
    plain = plain_number(number)
    return f"{plain:,}" if isinstance(plain, int) else f"{plain:,.4f}".rstrip("0")


def _unit_words(found: FoundTable, typed: TypedCell) -> str:
    return unit_words(found.article.text[typed.unit[0] : typed.unit[1]]) if typed.unit else ""


# -- over a whole line


def _over_line(computation: Computation, tables: Sequence[FoundTable], lookup: Lookup) -> ComputedAnswer | None:
    """The sum or the average of a whole row or column, of at most a dozen cells."""
    if computation.kind == "sum" and not _ALL.search(computation.rest):
        return None
    line = asked_line(without_computing(asked_words(computation.rest, tables)), tables, lookup)
    if line is None or len(line.members) > MOST_CELLS or not _is_as_many(computation.rest, len(line.members)):
        return None
    cells = [ReadCell(line.found, member.typed.cell, line.score) for member in line.members]
    return _from_operands(computation, cells)


def _is_as_many(question: str, count: int) -> bool:
    """Whether a question that names how many things it means ("the three plants") means so many."""
    named = _NAMED_COUNT.search(question)
    return named is None or count == (_NUMBERS.get(named[1].lower()) or int(named[1] if named[1].isdigit() else 0))


def _ordered(computation: Computation, tables: Sequence[FoundTable], lookup: Lookup) -> ComputedAnswer | None:
    asked = without_computing(asked_words(computation.rest, tables))
    line = asked_line(asked, tables, lookup)
    if line is None:
        return None
    if computation.kind == "count":
        return _counted(computation, line)
    if computation.kind == "rank":
        return _ranked(asked, line)
    return _extreme(computation, line)


def _extreme(computation: Computation, line: Line) -> ComputedAnswer | None:
    """The largest or smallest, or the next after it; none where two are equal at that place."""
    ordered = sorted(line.members, key=lambda member: member.number, reverse=computation.kind == "highest")
    place = computation.place - 1
    if place >= len(ordered) or sum(member.number == ordered[place].number for member in ordered) > 1:
        return None
    found = ordered[place]
    formula = f"{computation.kind} of {len(ordered)}{_under(line)}: {found.typed.cell.text}"
    if computation.place > 1:
        formula = f"place {computation.place} from the {computation.kind} of {len(ordered)}{_under(line)}: " + (
            found.typed.cell.text
        )
    if not computation.wants_name:
        return ComputedAnswer(
            found.typed.cell.text, found.typed.value, formula, ((line.found, found.typed),), line.score
        )
    name = TypedCell(found.name, None, "", None)
    cells = ((line.found, name), (line.found, found.typed))
    return ComputedAnswer(found.name.text, Value(kind="text", value=found.name.text), formula, cells, line.score)


def _under(line: Line) -> str:
    return f" under {line.label}" if line.label else ""


def _counted(computation: Computation, line: Line) -> ComputedAnswer | None:
    limit = parse(computation.limit) or parse(computation.limit, "number")
    if limit is None or not isinstance(limit.value, int | float) or computation.comparison is None:
        return None
    meets = _CHECKS[computation.comparison]
    held = [member for member in line.members if meets(_comparable(member, limit), float(limit.value))]
    words = {"more": "more than", "less": "less than", "equal": "exactly"}.get(computation.comparison)
    limit_words = f"{words or computation.comparison} {computation.limit}"
    formula = f"{len(held)} of {len(line.members)}{_under(line)}: {limit_words}"
    cells = tuple((line.found, member.typed) for member in held[:MOST_CELLS])
    return ComputedAnswer(str(len(held)), Value(kind="number", value=len(held)), formula, cells, line.score)


def _comparable(member: Member, limit: Value) -> float:
    """The figure to compare with a limit: as shown where the limit names no currency and no scale of its own."""
    value = member.typed.value
    if value is not None and value.kind == "money" and limit.kind != "money":
        return float(Decimal(str(value.value)) / _scale(member.typed))
    return member.number


def _ranked(asked: QuestionWords, line: Line) -> ComputedAnswer | None:
    named = [member for member in line.members if words_of(asked, member.name.text)]
    if len(named) != 1:
        return None
    better = [member for member in line.members if member.number > named[0].number]
    place = len(better) + 1
    formula = f"place {place} of {len(line.members)}{_under(line)}: {named[0].typed.cell.text}"
    cells = ((line.found, named[0].typed), *((line.found, member.typed) for member in better[: MOST_CELLS - 1]))
    return ComputedAnswer(str(place), Value(kind="number", value=place), formula, cells, line.score)
