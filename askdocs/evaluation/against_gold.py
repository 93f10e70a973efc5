"""A list, a summary or an answer in parts against its gold, line by line: found, missing, or not in gold."""

from __future__ import annotations

from askdocs.core.base import Model
from askdocs.evaluation.cases import Case, ListGold, PartsGold, SummaryGold, as_case, gold_words
from askdocs.evaluation.outcomes import Outcome
from askdocs.evaluation.whole import facts_held, given_parts, items_of, matched_items, parts_held

UNANSWERABLE = "no answer in the articles"


class GoldLine(Model):
    """One item, fact or part. ``gold`` is empty where gold has no such item, ``said`` where the answer has none."""

    gold: str = ""
    said: str = ""
    right: bool
    about: str = ""


def against_gold(case: Case, outcome: Outcome) -> tuple[GoldLine, ...]:
    """The lines of a case of type "list", "summary" or "parts"; empty for any other, and where the case failed.

    >>> case = Case(id="a", question="Which?", type="list", gold={"items": [["Baidu", "Baidu Inc."], "XPeng"]})
    >>> for line in against_gold(case, Outcome(run="r", case="a", question="Which?", text="Baidu Inc; Tesla")):
    ...     print(repr(line.gold), repr(line.said), line.right)
    'Baidu' 'Baidu Inc' True
    'XPeng' '' False
    '' 'Tesla' False
    """
    if outcome.error is not None:
        return ()
    if isinstance(case.gold, ListGold):
        return _items(case.gold, () if outcome.abstained else items_of(outcome), case)
    if isinstance(case.gold, SummaryGold):
        held = [None] * len(case.gold.facts) if outcome.abstained else facts_held(case, outcome)
        facts = zip(case.gold.facts, held, strict=True)
        return tuple(GoldLine(gold=fact[0], said=words or "", right=words is not None) for fact, words in facts)
    if isinstance(case.gold, PartsGold):
        return _parts(case.gold, case, outcome)
    return ()


def _items(gold: ListGold, items: tuple[str, ...], case: Case) -> tuple[GoldLine, ...]:
    matches = matched_items(case, items)
    said = {match: item for item, match in zip(items, matches, strict=True) if match is not None}
    wanted = [GoldLine(gold=names[0], said=said.get(i, ""), right=i in said) for i, names in enumerate(gold.items)]
    others = [GoldLine(said=item, right=False) for item, match in zip(items, matches, strict=True) if match is None]
    return (*wanted, *others)


def _parts(gold: PartsGold, case: Case, outcome: Outcome) -> tuple[GoldLine, ...]:
    """Each part with what was said to it, where the answer has as many parts."""
    given = given_parts(outcome)
    said = ["abstained" if part.abstained else part.text for part in given] if len(given) == len(gold.parts) else []
    return tuple(
        GoldLine(
            gold=gold_words(as_case(case, i)) or UNANSWERABLE,
            said=said[i] if said else "",
            right=right,
            about=part.about,
        )
        for i, (part, right) in enumerate(zip(gold.parts, parts_held(case, outcome), strict=True))
    )
