"""How good summaries, lists, and answers in parts are. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from askdocs.evaluation.cases import Case, ListGold, PartsGold, SummaryGold, as_case
from askdocs.evaluation.correctness import is_right, plain_name, squad_f1
from askdocs.evaluation.metrics import plain_words
from askdocs.evaluation.outcomes import Outcome, PartOutcome
from askdocs.values.parse import parse

ENOUGH_FACTS = 0.7  # of a summary that counts as right
_ALIKE = 0.67  # F1 of the words of two items that say the same


def items_f1(case: Case, items: Sequence[str]) -> float:
    """F1 of the items of a list against gold: harmonic mean of precision and recall, each gold item found once.

    Names are compared without case, punctuation and articles, in any of their aliases; items of several words also by
    the words they share.

    >>> case = Case(id="a", question="Which?", type="list", gold={"items": [["Baidu", "Baidu Inc."], "XPeng"]})
    >>> items_f1(case, ["Baidu Inc", "Tesla"])
    0.5
    """
    assert isinstance(case.gold, ListGold)
    found = sum(match is not None for match in matched_items(case, items))
    return 2 * found / (len(items) + len(case.gold.items))


def matched_items(case: Case, items: Sequence[str]) -> list[int | None]:
    """Of each item the place of its gold item, each of which is found once; ``None`` for an item that gold lacks."""
    assert isinstance(case.gold, ListGold)
    left = list(range(len(case.gold.items)))
    matches: list[int | None] = []
    for item in items:
        match = next((i for i in left if any(_same(item, name) for name in case.gold.items[i])), None)
        if match is not None:
            left.remove(match)
        matches.append(match)
    return matches


def _same(item: str, name: str) -> bool:
    if plain_name(item) == plain_name(name):
        return True
    return min(len(item.split()), len(name.split())) > 1 and squad_f1(item, [name]) >= _ALIKE


def items_of(outcome: Outcome) -> tuple[str, ...]:
    """The items of an answer: its typed list, or what its words name one after another."""
    typed = outcome.typed if outcome.typed is not None and outcome.typed.kind == "list" else parse(outcome.text, "list")
    value = typed.value if typed is not None else outcome.text
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)


def facts_covered(case: Case, outcome: Outcome) -> float:
    """The share of a summary's facts that its quotes or words hold, in one of their wordings.

    >>> case = Case(id="a", question="?", type="summary", gold={"facts": [["cut 400 jobs"], ["sales fell"]]})
    >>> facts_covered(case, Outcome(run="r", case="a", question="?", text="It cut 400 jobs in May."))
    0.5
    """
    held = facts_held(case, outcome)
    return sum(wording is not None for wording in held) / len(held)


def facts_held(case: Case, outcome: Outcome) -> list[str | None]:
    """Of each fact the wording that the quotes or words hold; ``None`` where they hold none."""
    assert isinstance(case.gold, SummaryGold)
    said = " ".join(plain_words(text) for text in (outcome.text, *(cited.quote for cited in outcome.citations)))
    return [next((wording for wording in fact if plain_words(wording) in said), None) for fact in case.gold.facts]


def parts_right(case: Case, outcome: Outcome) -> float:
    """The share of the parts that are right: each answered with its gold, abstained from where it has none.

    An answer that has as many parts as gold is compared part by part; another may hold them anywhere.
    """
    held = parts_held(case, outcome)
    return sum(held) / len(held)


def parts_held(case: Case, outcome: Outcome) -> list[bool]:
    """Of each part whether it is right, compared as :func:`parts_right` says."""
    assert isinstance(case.gold, PartsGold)
    wanted = [as_case(case, i) for i in range(len(case.gold.parts))]
    given = given_parts(outcome)
    if len(given) == len(wanted):
        return [_right(one, part) for one, part in zip(wanted, given, strict=True)]
    return [any(_right(one, part) for part in given) for one in wanted]


def given_parts(outcome: Outcome) -> list[PartOutcome]:
    """The parts of an answer, which itself is the only part where it has none."""
    return list(outcome.parts) or [PartOutcome(text=outcome.text, abstained=outcome.abstained, typed=outcome.typed)]


def _right(case: Case, part: PartOutcome) -> bool:
    if not case.answerable:
        return part.abstained
    return not part.abstained and (is_right(case, part.text) or is_right(case, part.text, part.typed))
