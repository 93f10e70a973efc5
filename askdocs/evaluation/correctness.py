"""Whether an answer is right: by value, and by SQuAD's measures of words. Pure functions."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Sequence

from askdocs.core.answers import Value, ValueKind
from askdocs.evaluation.cases import Case, DateGold, ListGold, MoneyGold, NumberGold, PercentGold, gold_words
from askdocs.values.dates import PART_DAYS
from askdocs.values.parse import close, normalise_words, parse, same_unit, stated


def squad_exact(answer: str, accepted: Sequence[str]) -> float:
    """1 where the answer equals an accepted one after SQuAD's normalisation, else 0 (Rajpurkar et al. 2016).

    >>> squad_exact("The Normans", ["Normans"]), squad_exact("", [])
    (1.0, 1.0)
    """
    if not accepted:
        return float(not normalise_squad(answer))
    return float(any(normalise_squad(answer) == normalise_squad(gold) for gold in accepted))


def squad_f1(answer: str, accepted: Sequence[str]) -> float:
    """The best F1 of the words shared with an accepted answer (Rajpurkar et al. 2016, 2018).

    >>> round(squad_f1("33 million XPeng shares", ["33 million shares"]), 4)
    0.8571
    """
    words = normalise_squad(answer).split()
    return max((_f1(words, normalise_squad(gold).split()) for gold in accepted or ("",)), default=0.0)


@functools.lru_cache(maxsize=65_536)
def normalise_squad(text: str) -> str:
    """Lower case, without ASCII punctuation, articles and extra space: the official script's normalisation."""
    text = "".join(character for character in text.lower() if character not in _PUNCTUATION)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def _f1(words: Sequence[str], gold: Sequence[str]) -> float:
    if not words or not gold:
        return float(words == gold)
    shared = sum((Counter(words) & Counter(gold)).values())
    return 0.0 if not shared else 2 * shared / (len(words) + len(gold))


def accepted_words(case: Case) -> tuple[str, ...]:
    """The answers in words that SQuAD's measures are taken against; none for an unanswerable case.

    >>> accepted_words(Case(id="a", question="?", type="percent", gold={"value": 0.6}))
    ('0.6%',)
    """
    gold = case.gold.model_dump() if case.gold is not None else {}
    names = tuple(gold.get("aliases") or gold.get("accepted") or ())
    if case.type == "list":
        names = ("; ".join(item[0] for item in gold["items"]),)
    if case.type == "boolean":
        names = ("yes" if gold["value"] else "no",)
    accepted = tuple(dict.fromkeys((*((case.answer,) if case.answer else ()), *names)))
    return accepted or ((gold_words(case),) if case.answerable else ())


def is_right(case: Case, answer: str, typed: Value | None = None) -> bool:
    """Whether the words of an answer have the gold value of a case: typed exact match.

    Numbers, money and percentages are compared as values (in the case's tolerance), dates at the case's precision;
    words that hold several values say none, unless they begin with one. Entities may have any alias, lists are sets,
    booleans go by their opening word, text as SQuAD compares it. An unanswerable case has no right answer; abstaining
    is judged elsewhere.

    ``typed`` is what the answerer says that the answer means, to be given where the words alone do not: "455.9" in a
    column of millions of pounds, a date whose order the file shows. It is judged in place of the words where it is of
    the case's kind, and for quantities always; for booleans the opening word goes first.

    >>> case = Case(id="a", question="?", type="money", gold={"value": 317e6, "currency": "USD"})
    >>> is_right(case, "$317 million"), is_right(case, "€317 million"), is_right(case, "$317")
    (True, False, False)
    """
    if case.gold is None or not answer.strip() or case.type in ("summary", "parts"):
        return False
    checks: dict[str, Callable[[Case, str, Value | None], bool]] = {
        "number": _right_quantity,
        "money": _right_quantity,
        "percent": _right_quantity,
        "date": _right_date,
        "entity": _right_name,
        "list": _right_list,
        "boolean": _right_boolean,
    }
    if case.type in checks:
        return checks[case.type](case, answer, typed)
    return squad_exact(answer, accepted_words(case)) == 1.0


def _right_quantity(case: Case, answer: str, typed: Value | None) -> bool:
    hint: ValueKind = case.type  # type: ignore[assignment]
    found = typed if typed is not None else stated(answer, hint)
    return found is not None and quantity_agrees(found, case)


def quantity_agrees(found: Value, case: Case) -> bool:
    """Whether a value is the gold number, amount or percentage of a case, with its currency and unit.

    A unit that one of the two does not name is no difference; a currency, percent, and points are.

    >>> case = Case(id="a", question="?", type="money", gold={"value": 455.9e6, "currency": "GBP"})
    >>> quantity_agrees(Value(kind="money", value=455_900_000, currency="GBP"), case)
    True
    >>> quantity_agrees(Value(kind="number", value=455.9), case)
    False
    """
    gold = case.gold
    if not isinstance(gold, NumberGold | MoneyGold | PercentGold) or _quantity_type(found) != case.type:
        return False
    ends = found.value if isinstance(found.value, tuple) else (found.value,)
    wanted = gold.value if isinstance(gold.value, tuple) else (gold.value,)
    if isinstance(gold, MoneyGold) and found.currency != gold.currency:
        return False
    if isinstance(gold, PercentGold) and (found.unit == "percentage points") != (gold.unit == "percentage points"):
        return False
    if isinstance(gold, NumberGold) and not same_unit(found.unit, gold.unit):
        return False
    return len(ends) == len(wanted) and all(
        close(end, value, case.tolerance) for end, value in zip(ends, wanted, strict=True)
    )


def _quantity_type(value: Value) -> str:
    """The type of case that a value may answer: a range may be one of numbers, of money or of percentages."""
    if value.kind != "range":
        return value.kind
    if value.currency:
        return "money"
    return "percent" if value.unit in ("percent", "percentage points") else "number"


def _right_date(case: Case, answer: str, typed: Value | None) -> bool:
    found = typed if typed is not None and typed.kind == "date" else stated(answer, "date")
    return found is not None and isinstance(case.gold, DateGold) and date_agrees(found, case.gold)


def date_agrees(found: Value, gold: DateGold) -> bool:
    """Whether a date says what gold says, at gold's precision: it may be more precise, never less.

    A year left out ("on Nov. 17") is understood where gold names more than the year; a day lies in gold's part of
    the month (early: 1 to 10, mid: 11 to 20, late: from 21).

    >>> gold = DateGold(value="2023-11")
    >>> [date_agrees(parse(words, "date"), gold) for words in ("Nov. 17, 2023", "November", "2023", "Nov. 2022")]
    [True, True, False, False]
    """
    value, wanted = str(found.value), gold.value
    year, rest = _split_year(value)
    wanted_year, wanted_rest = _split_year(wanted)
    if wanted_year and year != wanted_year and not (year == "" and wanted_rest):
        return False
    if not (rest == wanted_rest or rest.startswith(wanted_rest + "-") or not wanted_rest):
        quarter = {
            "Q1": ("01", "02", "03"),
            "Q2": ("04", "05", "06"),
            "Q3": ("07", "08", "09"),
            "Q4": ("10", "11", "12"),
        }
        return False if wanted_rest not in quarter else rest[:2] in quarter[wanted_rest]
    if gold.part is None or found.unit == gold.part:
        return True
    first, last = PART_DAYS[gold.part]
    return found.precision == "day" and first <= int(value[-2:]) <= last


def _split_year(value: str) -> tuple[str, str]:
    """The year, or "", and what follows it.

    >>> _split_year("2023-11-17"), _split_year("--11-17"), _split_year("2023")
    (('2023', '11-17'), ('', '11-17'), ('2023', ''))
    """
    if value.startswith("--"):
        return "", value[2:]
    year, _, rest = value.partition("-")
    return year, rest


def _right_name(case: Case, answer: str, typed: Value | None) -> bool:
    said = plain_name(answer)
    return any(said == plain_name(name) for name in accepted_words(case))


def plain_name(text: str) -> str:
    """A name without case, punctuation, articles and possessive: "Alibaba's" is "alibaba"."""
    return normalise_words(re.sub(r"['’]s$", "", text.strip()))


def _right_list(case: Case, answer: str, typed: Value | None) -> bool:
    if not isinstance(case.gold, ListGold):
        return False
    found = parse(answer, "list")
    items = found.value if found is not None and isinstance(found.value, tuple) else ()
    said = [plain_name(str(item)) for item in items]
    wanted = [{plain_name(name) for name in names} for names in case.gold.items]
    return all(any(item in names for item in said) for names in wanted) and all(
        any(item in names for names in wanted) for item in said
    )


def _right_boolean(case: Case, answer: str, typed: Value | None) -> bool:
    found = parse(answer, "boolean") or (typed if typed is not None and typed.kind == "boolean" else None)
    gold = case.gold.model_dump()["value"] if case.gold is not None else None
    return found is not None and found.value is gold
