"""How a report's clauses go on after what a shorter text would stop at: ", partially offset by lower travel spending".

Annotators of reports mark a clause to its end, so what is added here is added within the mark of the answer.
"""

from __future__ import annotations

import random
import re

from scripts.training.synthetic_events import choose

LAST = re.compile(r"(?P<clause><\w+ (?:\^\w+ )?(?P<words>[^<>]*))>(?P<rest>,[^<>.;]*|)(?=[.;](?:\s|$))")
#: a slot that another of the same kind may stand beside; years, dates and who speaks are one for the whole passage
OWN = re.compile(r"\{(join:|)(?!(?:y[bcn]?|endb?|co|us|its)\})([a-z]+)\d*\}")
OPPOSITE = {
    one + kind: other + kind
    for kind in ("rev", "cost", "bal", "flow")
    for one, other in (("up", "down"), ("down", "up"))
} | {"intup": "intdown", "intdown": "intup"}
CAUSE = re.compile(rf"\{{join:({'|'.join(OPPOSITE)}|taxcause|staffup|rndup|invup|paywhy)\d*\}}")
TAIL, REST = 0.4, 0.75  # how often a clause gets a tail, and how often what follows its comma counts as part of it


def go_on(wording: str, lists: dict[str, list[str]], rng: random.Random) -> str:
    """A wording, its slots still open, in which the marked clause before a full stop may be longer.

    >>> go_on("It fell <c ^due_to {join:downrev}>, as planned.", {}, random.Random(1))
    'It fell <c ^due_to {join:downrev}, as planned>.'
    """

    def longer(found: re.Match[str]) -> str:
        if found["rest"]:
            taken = _is_clause(found["words"]) and rng.random() < REST
            return f"{found['clause']}{found['rest']}>" if taken else found[0]
        if not _is_clause(found["words"]) or rng.random() > TAIL:
            return found[0]
        return f"{found['clause']}{tail(found['words'], lists, rng)}>"

    return LAST.sub(longer, wording)


def tail(words: str, lists: dict[str, list[str]], rng: random.Random) -> str:
    """What a clause with these words goes on with; of a cause mostly what worked against it, or where it worked."""
    cause = CAUSE.search(words)
    against = OPPOSITE.get(cause[1]) if cause else None
    if against and rng.random() < 0.4:
        lead = rng.choice(
            ("partially offset by", "partly offset by", "which was partly offset by", "offset in part by")
        )
        text = f", {lead} {{join:{against}}}"
    elif cause and rng.random() < 0.7:
        text = rng.choice(lists["causetail"])
    else:
        text = rng.choice(lists["tail"])
    text = OWN.sub(r"{\1\g<2>9}", choose(text, rng))
    return text if text.startswith(",") else f" {text}"


def _is_clause(words: str) -> bool:
    """Whether marked words are more than a value: three words beside the slots, or a joined list."""
    return "{join:" in words or len(re.sub(r"\{[^}]*\}", "", words).split()) >= 3
