"""What a question asks for, found once and passed on to everything that reads, judges and cites."""

from __future__ import annotations

import functools
import re
from typing import Literal

from askdocs.core.base import Model
from askdocs.values.question_types import AnswerKind, asks_yes_or_no, question_kind

_NAME = re.compile(r"(?<![.!?] )(?<!^)\b(?:[A-Z][\w&'’-]*|[A-Z]{2,})\b")
_STARTERS = (
    r"(?:What|Which|Who|Whom|Whose|When|Where|Why|How|Did|Does|Do|Is|Are|Was|Were|Has|Have|Had|In|On|At|By|For|To|And|"
    r"The|Can|Could|Will|Would|Name|From|Under|After|Before|During|According)\b"
)
_FIRST_NAME = re.compile(rf"(?!{_STARTERS})([A-Z]\w+)(?:['’]s\b|(?= [A-Z]))")
_FIGURE = re.compile(r"\d[\d.,]*\d|\d")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_COMPARED = re.compile(
    r"\bhow (?:much|many|far)\b[^?]*?\b(?:more|less|fewer|higher|lower|larger|smaller|greater|bigger|cheaper|longer)\b"
    r"[^?]*\bthan\b|\bdifference between\b",
    re.IGNORECASE,
)
_ADDED = re.compile(r"\b(?:combined|together|altogether|the sum of|on average)\b", re.IGNORECASE)


class QuestionAnalysis(Model):
    """A self-contained question and what it asks for.

    ``kind`` is the kind of answer wanted, ``None`` where the words do not tell. ``names``, ``years`` and ``figures``
    are those that the question holds, in its order. ``yes_or_no`` is ``None`` where the words do not tell.
    ``computation`` is set where the answer would have to be computed: a "comparison" ("how much more did A cost than
    B?") or a "sum" ("what do the two come to together?").

    >>> analysis = analyse_question("How many XPeng shares did Alibaba sell in 2024?")
    >>> analysis.kind, analysis.names, analysis.years, analysis.yes_or_no
    ('number', ('XPeng', 'Alibaba'), ('2024',), False)
    """

    text: str
    kind: AnswerKind | None
    yes_or_no: bool | None
    names: tuple[str, ...]
    years: tuple[str, ...]
    figures: tuple[str, ...]
    computation: Literal["comparison", "sum"] | None


@functools.lru_cache(maxsize=256)
def analyse_question(text: str) -> QuestionAnalysis:
    """Analyse a question; the same text is analysed once.

    >>> analyse_question("How much more did rail cost than road?").computation
    'comparison'
    """
    return QuestionAnalysis(
        text=text,
        kind=question_kind(text),
        yes_or_no=asks_yes_or_no(text),
        names=tuple(_names(text)),
        years=tuple(_YEAR.findall(text)),
        figures=tuple(_FIGURE.findall(text)),
        computation="comparison" if _COMPARED.search(text) else "sum" if _ADDED.search(text) else None,
    )


def _names(question: str) -> list[str]:
    """Capitalised words; the first of the question only where "'s" or another capital shows that it is a name.

    >>> _names("Did Tencent sell?"), _names("Morgan Stanley's target?"), _names("Which Friday?")
    (['Tencent'], ['Morgan', 'Stanley'], ['Friday'])
    """
    names = _NAME.findall(question)
    first = _FIRST_NAME.match(question)
    if first:
        names.insert(0, first.group(1))
    return [re.sub(r"['’]s$", "", name) for name in names]
