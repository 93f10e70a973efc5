"""Questions whose answer would have to be computed: "how much more did A cost than B?", "what do the two come to?".

askdocs answers with words of the articles and does no arithmetic, so such a question has an answer only where a
sentence states the comparison itself.
"""

from __future__ import annotations

import re

_COMPARED = re.compile(
    r"\bhow (?:much|many|far)\b[^?]*?\b(?:more|less|fewer|higher|lower|larger|smaller|greater|bigger|cheaper|longer)\b"
    r"[^?]*\bthan\b|\bdifference between\b",
    re.IGNORECASE,
)
_ADDED = re.compile(r"\b(?:combined|together|altogether|the sum of|on average)\b", re.IGNORECASE)
_STATES_COMPARISON = re.compile(
    r"\b(?:than|compared|difference|gap|versus|up|down|rose|rise|risen|fell|fall|fallen|grew|grown|growth|"
    r"increas\w+|decreas\w+|declin\w+|gain\w*|los[st]\w*|ahead of|below|above|twice|double\w*|half|times)\b",
    re.IGNORECASE,
)
_STATES_SUM = re.compile(r"\b(?:combined|together|altogether|total\w*|sum|in all|average|mean)\b", re.IGNORECASE)


def asks_to_compute(question: str) -> bool:
    """Whether the question asks for a comparison or a sum."""
    return bool(_COMPARED.search(question) or _ADDED.search(question))


def must_be_computed(question: str, sentence: str) -> bool:
    """Whether the question asks for a comparison or a sum that the sentence does not state.

    >>> must_be_computed("How much more did the strike cost than the recall?", "The strike cost £9.5 million.")
    True
    >>> must_be_computed("How much more did rail cost than road?", "Rail cost £2 more than road.")
    False
    >>> must_be_computed("How much did the strike cost?", "The strike cost £9.5 million.")
    False
    """
    if _COMPARED.search(question):
        return not _STATES_COMPARISON.search(sentence)
    return bool(_ADDED.search(question)) and not _STATES_SUM.search(sentence)
